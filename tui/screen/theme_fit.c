/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Themes on terminals that cannot show all of them. */
#include "palette.h"

#define READABLE 3.0 /* the least contrast that colours may come to have */
#define MARKS	 3

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * What sets roles apart from what they are seen beside when their colours no longer do: the first
 * of the marks that the terminal has. They change what the other role has, so they always differ.
 */
static const struct distinction {
	enum role role, beside;
	unsigned marks[MARKS];
} distinctions[] = {
	{ ROLE_SELECTED, ROLE_TEXT, { STYLE_REVERSE, STYLE_BOLD } },
	{ ROLE_MATCH, ROLE_TEXT, { STYLE_REVERSE | STYLE_BOLD, STYLE_BOLD } },
	{ ROLE_WARNING, ROLE_TEXT, { STYLE_BOLD | STYLE_UNDERLINE, STYLE_BOLD } },
	{ ROLE_NEW, ROLE_TEXT, { STYLE_BOLD } },
	{ ROLE_GONE, ROLE_TEXT, { STYLE_DIM, STYLE_ITALIC, STYLE_UNDERLINE } },
	{ ROLE_MARKED, ROLE_TEXT, { STYLE_UNDERLINE, STYLE_BOLD } },
	{ ROLE_FOCUS, ROLE_TITLE, { STYLE_BOLD } },
	{ ROLE_SORT, ROLE_HEADER, { STYLE_UNDERLINE, STYLE_REVERSE } },
};

static bool is_same(const struct style *a, const struct style *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->attributes == b->attributes;
}

static unsigned usable(const struct style *style, const struct palette_terminal *terminal)
{
	return style->fg == COLOR_TERMINAL && style->bg == COLOR_TERMINAL ? terminal->attributes
									  : terminal->on_colors;
}

/* One of the eight that has a hue. */
static bool has_hue(int color)
{
	return color > 0 && color < 7;
}

/* Where there are eight colours, bold makes them bright; grey and white stay calm. */
static void fit_foreground(struct style *fitted, int color, int depth)
{
	int of_16 = palette_fit(color, 16);

	fitted->fg = palette_fit(color, depth);
	if (depth == 8 && of_16 >= 8 && has_hue(of_16 - 8))
		fitted->attributes |= STYLE_BOLD;
}

/* Dark grey, which text in it must not be, is black behind it. */
static void fit_background(struct style *fitted, int color, int depth)
{
	fitted->bg = depth == 8 && palette_fit(color, 16) == 8 ? 0 : palette_fit(color, depth);
}

static double contrast(const struct style *fitted, int depth)
{
	bool bright = depth == 8 && has_hue(fitted->fg) && fitted->attributes & STYLE_BOLD;

	return palette_contrast(palette_rgb(fitted->fg + (bright ? 8 : 0)),
				palette_rgb(fitted->bg));
}

/* Changed colours that can no longer be read; those of the theme itself are its author's matter. */
static bool is_unreadable(const struct style *style, const struct style *fitted, int depth)
{
	if (depth == PALETTE_DIRECT || fitted->fg == COLOR_TERMINAL || fitted->bg == COLOR_TERMINAL)
		return false;
	if (fitted->fg == style->fg && fitted->bg == style->bg)
		return false;
	return contrast(fitted, depth) < READABLE;
}

static void brighten(struct style *fitted, int depth)
{
	if (!has_hue(fitted->fg))
		return;
	if (depth == 8)
		fitted->attributes |= STYLE_BOLD;
	else
		fitted->fg += 8;
}

/* Black or white, whichever is read better on `bg`. */
static int plain_on(int bg, int depth)
{
	double on_black = palette_contrast(palette_rgb(bg), 0x000000);
	double on_white = palette_contrast(palette_rgb(bg), 0xffffff);

	return palette_fit(on_black > on_white ? 0 : 15, depth);
}

static struct style fit_style(const struct style *style, const struct palette_terminal *terminal)
{
	int depth = terminal->depth;
	struct style fitted = { .attributes = style->attributes };

	fit_foreground(&fitted, style->fg, depth);
	fit_background(&fitted, style->bg, depth);
	if (is_unreadable(style, &fitted, depth))
		brighten(&fitted, depth);
	if (is_unreadable(style, &fitted, depth))
		fitted.fg = plain_on(fitted.bg, depth);
	fitted.attributes &= usable(&fitted, terminal);
	return fitted;
}

static void mark(struct theme *theme, const struct distinction *distinction,
		 const struct palette_terminal *terminal)
{
	const struct style *beside = &theme->roles[distinction->beside];
	struct style *style = &theme->roles[distinction->role];
	unsigned can = usable(style, terminal);

	for (size_t i = 0; i < MARKS && distinction->marks[i]; i++) {
		if (distinction->marks[i] & ~can)
			continue;
		style->attributes = beside->attributes ^ distinction->marks[i];
		return;
	}
}

/* Whether two roles look the same that do not in the theme. */
static bool is_lost(const struct theme *theme, const struct theme *fitted, enum role a, enum role b)
{
	return is_same(&fitted->roles[a], &fitted->roles[b]) &&
	       !is_same(&theme->roles[a], &theme->roles[b]);
}

static bool needs_mark(const struct theme *theme, const struct theme *fitted,
		       const struct distinction *distinction)
{
	enum role role = distinction->role;

	if (is_lost(theme, fitted, role, distinction->beside))
		return true;
	for (size_t i = 0; i < COUNT(distinctions); i++)
		if (distinctions[i].beside == distinction->beside &&
		    is_lost(theme, fitted, role, distinctions[i].role))
			return true;
	return false;
}

/* The next role to be marked, each once. COUNT(distinctions): none. */
static size_t next_lost(const struct theme *theme, const struct theme *fitted, const bool *marked)
{
	size_t i = 0;

	while (i < COUNT(distinctions) &&
	       (marked[i] || !needs_mark(theme, fitted, &distinctions[i])))
		i++;
	return i;
}

void theme_fit(struct theme *theme, const struct palette_terminal *terminal)
{
	struct theme fitted = *theme;
	bool marked[COUNT(distinctions)] = { false };
	size_t i;

	for (i = 0; i < ROLE_COUNT; i++)
		fitted.roles[i] = fit_style(&theme->roles[i], terminal);
	/* A mark may be what another role has looked like before: from the beginning, then. */
	while ((i = next_lost(theme, &fitted, marked)) < COUNT(distinctions)) {
		mark(&fitted, &distinctions[i], terminal);
		marked[i] = true;
	}
	*theme = fitted;
}
