/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each theme that is part of the program: whole, legible, and of use on every terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../tui/screen/palette.h"
#include "themes.h"

#define LEGIBLE	       4.5 /* WCAG 2.1, AA */
#define ALL_ATTRIBUTES (STYLE_BOLD | STYLE_DIM | STYLE_ITALIC | STYLE_UNDERLINE | STYLE_REVERSE)

/* What has to be told from other text at a glance, and on what it is seen. */
static const struct {
	enum role role, beside;
} told_apart[] = {
	{ ROLE_SELECTED, ROLE_TEXT }, { ROLE_MARKED, ROLE_TEXT }, { ROLE_NEW, ROLE_TEXT },
	{ ROLE_GONE, ROLE_TEXT },     { ROLE_MATCH, ROLE_TEXT },  { ROLE_WARNING, ROLE_TEXT },
	{ ROLE_FOCUS, ROLE_TITLE },   { ROLE_SORT, ROLE_HEADER }, { ROLE_MATCH, ROLE_SELECTED },
};

#define N_TOLD_APART (sizeof(told_apart) / sizeof(told_apart[0]))

static struct theme parsed(size_t i)
{
	struct theme theme;
	char error[256] = "";

	if (theme_parse(&theme, embedded_themes[i].name, embedded_themes[i].text, error,
			sizeof(error)))
		fail_msg("%s", error);
	return theme;
}

static bool is_same(const struct style *a, const struct style *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->attributes == b->attributes;
}

static void shipped__names__are_the_default_and_a_dozen(void **state)
{
	static const char *const wanted[] = { "light",		 "dark",       "high-contrast",
					      "monochrome",	 "colorblind", "solarized-dark",
					      "solarized-light", "gruvbox",    "nord",
					      "dracula",	 "monokai" };

	(void)state;
	assert_string_equal(embedded_themes[0].name, "default");
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		size_t k = 0;

		while (k < n_embedded_themes && strcmp(embedded_themes[k].name, wanted[i]))
			k++;
		assert_in_range(k, 1, n_embedded_themes - 1);
	}
}

static void shipped__each__is_whole_and_described(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_embedded_themes; i++)
		assert_true(*parsed(i).description);
}

static void shipped__default_and_monochrome__leave_the_ground_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_embedded_themes; i++) {
		bool mono = !strcmp(embedded_themes[i].name, "monochrome");
		struct theme theme = parsed(i);

		if (i && !mono)
			continue;
		assert_int_equal(theme.roles[ROLE_TEXT].fg, COLOR_TERMINAL);
		assert_int_equal(theme.roles[ROLE_TEXT].bg, COLOR_TERMINAL);
		for (size_t role = 0; mono && role < ROLE_COUNT; role++)
			assert_true(is_same(&theme.roles[role],
					    &(struct style){ COLOR_TERMINAL, COLOR_TERMINAL,
							     theme.roles[role].attributes }));
	}
}

static void expect_legible(const char *name, size_t role, const struct style *style)
{
	double contrast;

	if (style->fg == COLOR_TERMINAL || style->bg == COLOR_TERMINAL)
		return;
	contrast = palette_contrast(palette_rgb(style->fg), palette_rgb(style->bg));
	if (contrast < LEGIBLE)
		fail_msg("theme %s: '%s' has a contrast of %.2f", name, role_name(role), contrast);
	if (style->attributes & STYLE_DIM)
		fail_msg("theme %s: '%s' is dimmed: who knows how far", name, role_name(role));
}

/* And one with a colour in it has both: one alone may be anything on the other. */
static void shipped__each_role__is_legible(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_embedded_themes; i++) {
		struct theme theme = parsed(i);
		bool painted = theme.roles[ROLE_TEXT].bg != COLOR_TERMINAL;

		for (size_t role = 0; role < ROLE_COUNT; role++) {
			expect_legible(embedded_themes[i].name, role, &theme.roles[role]);
			if (painted) {
				assert_int_not_equal(theme.roles[role].fg, COLOR_TERMINAL);
				assert_int_not_equal(theme.roles[role].bg, COLOR_TERMINAL);
			}
		}
	}
}

/* Also where the 256 colours stand in for those of the theme; a little is lost there. */
static void shipped__each_role_in_256_colours__is_legible(void **state)
{
	const struct palette_terminal terminal = { 256, ALL_ATTRIBUTES, ALL_ATTRIBUTES };

	(void)state;
	for (size_t i = 0; i < n_embedded_themes; i++) {
		struct theme theme = parsed(i);

		theme_fit(&theme, &terminal);
		for (size_t role = 0; role < ROLE_COUNT; role++) {
			const struct style *style = &theme.roles[role];
			double contrast = style->fg == COLOR_TERMINAL || style->bg == COLOR_TERMINAL
						  ? 21
						  : palette_contrast(palette_rgb(style->fg),
								     palette_rgb(style->bg));

			if (contrast < 4)
				fail_msg("theme %s: '%s' has a contrast of %.2f in 256 colours",
					 embedded_themes[i].name, role_name(role), contrast);
		}
	}
}

/* The summary line is one line to the eye, and so is the one with the keys. */
static void shipped__roles_of_one_line__have_one_ground(void **state)
{
	static const enum role summary[] = { ROLE_FILTER, ROLE_SPARK, ROLE_GOOD, ROLE_WARNING };

	(void)state;
	for (size_t i = 0; i < n_embedded_themes; i++) {
		struct theme theme = parsed(i);
		int bg = theme.roles[ROLE_SUMMARY].bg;

		for (size_t k = 0; k < sizeof(summary) / sizeof(summary[0]); k++)
			assert_int_equal(theme.roles[summary[k]].bg, bg);
		assert_int_equal(theme.roles[ROLE_KEY].bg, theme.roles[ROLE_LABEL].bg);
		assert_int_equal(theme.roles[ROLE_SORT].bg, theme.roles[ROLE_HEADER].bg);
		assert_int_equal(theme.roles[ROLE_FOCUS].bg, theme.roles[ROLE_TITLE].bg);
	}
}

static void expect_told_apart(const char *name, const struct theme *theme,
			      const struct palette_terminal *terminal)
{
	for (size_t k = 0; k < N_TOLD_APART; k++)
		if (is_same(&theme->roles[told_apart[k].role], &theme->roles[told_apart[k].beside]))
			fail_msg("theme %s, %d colours: '%s' looks like '%s'", name,
				 terminal->depth, role_name(told_apart[k].role),
				 role_name(told_apart[k].beside));
}

/* xterm and tmux, 16 and 8 colours of them, the Linux console, NO_COLOR, a vt100. */
static void shipped__every_terminal__tells_roles_apart(void **state)
{
	const unsigned console = STYLE_BOLD | STYLE_DIM | STYLE_UNDERLINE | STYLE_REVERSE;
	const unsigned vt100 = STYLE_BOLD | STYLE_UNDERLINE | STYLE_REVERSE;
	const struct palette_terminal terminals[] = {
		{ PALETTE_DIRECT, ALL_ATTRIBUTES, ALL_ATTRIBUTES },
		{ 256, ALL_ATTRIBUTES, ALL_ATTRIBUTES },
		{ 16, ALL_ATTRIBUTES, ALL_ATTRIBUTES },
		{ 8, ALL_ATTRIBUTES, ALL_ATTRIBUTES },
		{ 8, console, STYLE_BOLD | STYLE_REVERSE },
		{ 0, ALL_ATTRIBUTES, ALL_ATTRIBUTES },
		{ 0, vt100, vt100 },
	};

	(void)state;
	for (size_t i = 0; i < n_embedded_themes; i++) {
		for (size_t k = 0; k < sizeof(terminals) / sizeof(terminals[0]); k++) {
			struct theme theme = parsed(i);

			theme_fit(&theme, &terminals[k]);
			expect_told_apart(embedded_themes[i].name, &theme, &terminals[k]);
		}
	}
}

static void expect_seen(const char *name, size_t role, const struct style *style, int depth)
{
	bool bright = depth == 8 && style->attributes & STYLE_BOLD && style->fg < 7 &&
		      style->fg > 0;

	if (style->fg == COLOR_TERMINAL || style->bg == COLOR_TERMINAL)
		return;
	if (palette_contrast(palette_rgb(style->fg + (bright ? 8 : 0)), palette_rgb(style->bg)) < 3)
		fail_msg("theme %s: '%s' is hardly seen in %d colours", name, role_name(role),
			 depth);
}

static void shipped__few_colours__leave_nothing_unseen(void **state)
{
	static const int depths[] = { 8, 16 };

	(void)state;
	for (size_t i = 0; i < n_embedded_themes; i++) {
		for (size_t k = 0; k < 2; k++) {
			struct theme theme = parsed(i);

			theme_fit(&theme, &(struct palette_terminal){ depths[k], ALL_ATTRIBUTES,
								      ALL_ATTRIBUTES });
			for (size_t role = 0; role < ROLE_COUNT; role++)
				expect_seen(embedded_themes[i].name, role, &theme.roles[role],
					    depths[k]);
		}
	}
}

int main(void)
{
#define SHIPPED(name) cmocka_unit_test(shipped__##name)
	const struct CMUnitTest tests[] = {
		SHIPPED(names__are_the_default_and_a_dozen),
		SHIPPED(each__is_whole_and_described),
		SHIPPED(default_and_monochrome__leave_the_ground_alone),
		SHIPPED(each_role__is_legible),
		SHIPPED(each_role_in_256_colours__is_legible),
		SHIPPED(roles_of_one_line__have_one_ground),
		SHIPPED(every_terminal__tells_roles_apart),
		SHIPPED(few_colours__leave_nothing_unseen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
