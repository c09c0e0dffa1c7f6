/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Roles as ncurses' attributes and colour pairs. */
#include <string.h>
#include <curses.h>
#include <term.h>
#include "colors.h"
#include "palette.h"

static const struct {
	unsigned style;
	attr_t attribute;
} attributes[] = {
	{ STYLE_BOLD, A_BOLD },		  { STYLE_DIM, A_DIM },		{ STYLE_ITALIC, A_ITALIC },
	{ STYLE_UNDERLINE, A_UNDERLINE }, { STYLE_REVERSE, A_REVERSE },
};

#define N_ATTRIBUTES (sizeof(attributes) / sizeof(attributes[0]))

static attr_t style_attributes(unsigned style)
{
	attr_t out = A_NORMAL;

	for (size_t i = 0; i < N_ATTRIBUTES; i++)
		if (style & attributes[i].style)
			out |= attributes[i].attribute;
	return out;
}

static unsigned style_of(attr_t known)
{
	unsigned out = 0;

	for (size_t i = 0; i < N_ATTRIBUTES; i++)
		if (known & attributes[i].attribute)
			out |= attributes[i].style;
	return out;
}

/* terminfo(5), "no_color_video": the attributes that cannot be had together with colours. */
static unsigned without_colors(void)
{
	/* By bit, as far as a theme speaks of them. */
	static const unsigned bits[] = {
		0, STYLE_UNDERLINE, STYLE_REVERSE, 0, STYLE_DIM, STYLE_BOLD
	};
	unsigned out = 0;

	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (no_color_video > 0 && no_color_video & 1 << i)
			out |= bits[i];
	return out;
}

void colors_init(struct colors *colors, bool wanted)
{
	memset(colors, 0, sizeof(*colors));
	if (!wanted || !has_colors() || start_color() != OK)
		return;
	use_default_colors();
	colors->depth = palette_depth(COLORS);
}

/* A pair for these colours: some terminals have few, so roles of the same ones share theirs. */
static short pair_for(const struct colors *colors, const struct theme *theme, size_t role)
{
	const struct style *style = &theme->roles[role];

	if (style->fg == COLOR_TERMINAL && style->bg == COLOR_TERMINAL)
		return 0;
	for (size_t i = 0; i < role; i++)
		if (theme->roles[i].fg == style->fg && theme->roles[i].bg == style->bg)
			return colors->pairs[i];
	if (init_extended_pair(role + 1, style->fg, style->bg) != OK)
		return 0;
	return role + 1;
}

void colors_use(struct colors *colors, const struct theme *theme)
{
	struct theme fitted = *theme;
	struct palette_terminal terminal = { .depth = colors->depth };

	terminal.attributes = style_of(term_attrs());
	terminal.on_colors = terminal.attributes & ~without_colors();
	theme_fit(&fitted, &terminal);
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		colors->attributes[i] = style_attributes(fitted.roles[i].attributes);
		colors->pairs[i] = pair_for(colors, &fitted, i);
	}
}

void colors_set(const struct colors *colors, enum role role)
{
	attr_set(colors->attributes[role], colors->pairs[role], NULL);
}
