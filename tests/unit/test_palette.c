/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Colours by light and number, and what becomes of a theme where there are few of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "../../tui/screen/palette.h"

#define RGB(hex)       (COLOR_RGB + 0x##hex)
#define ALL_ATTRIBUTES (STYLE_BOLD | STYLE_DIM | STYLE_ITALIC | STYLE_UNDERLINE | STYLE_REVERSE)

/* --- colours ---------------------------------------------------------------------------------- */

static void palette_rgb__numbers__are_those_of_xterm(void **state)
{
	(void)state;
	assert_int_equal(palette_rgb(0), 0x000000);
	assert_int_equal(palette_rgb(1), 0xcd0000);
	assert_int_equal(palette_rgb(12), 0x5c5cff);
	assert_int_equal(palette_rgb(15), 0xffffff);
	assert_int_equal(palette_rgb(16), 0x000000);
	assert_int_equal(palette_rgb(17), 0x00005f);
	assert_int_equal(palette_rgb(208), 0xff8700);
	assert_int_equal(palette_rgb(231), 0xffffff);
	assert_int_equal(palette_rgb(232), 0x080808);
	assert_int_equal(palette_rgb(255), 0xeeeeee);
	assert_int_equal(palette_rgb(RGB(12ab9f)), 0x12ab9f);
}

/* Figures of WCAG's own examples, and of its formula done by hand. */
static void palette_contrast__known_pairs__are_as_published(void **state)
{
	(void)state;
	assert_float_equal(palette_contrast(0x000000, 0xffffff), 21, 0.001);
	assert_float_equal(palette_contrast(0xffffff, 0x000000), 21, 0.001);
	assert_float_equal(palette_contrast(0x123456, 0x123456), 1, 0.001);
	assert_float_equal(palette_contrast(0x777777, 0xffffff), 4.48, 0.005);
	assert_float_equal(palette_contrast(0x767676, 0xffffff), 4.54, 0.005);
	assert_float_equal(palette_contrast(0xff0000, 0xffffff), 4.00, 0.005);
	assert_float_equal(palette_contrast(0x0000ff, 0x000000), 2.44, 0.005);
}

static void palette_depth__counts__are_what_is_made_use_of(void **state)
{
	(void)state;
	assert_int_equal(palette_depth(-1), 0);
	assert_int_equal(palette_depth(0), 0);
	assert_int_equal(palette_depth(2), 0);
	assert_int_equal(palette_depth(8), 8);
	assert_int_equal(palette_depth(16), 16);
	assert_int_equal(palette_depth(88), 16);
	assert_int_equal(palette_depth(256), 256);
	assert_int_equal(palette_depth(32768), 8);
	assert_int_equal(palette_depth(0x1000000), PALETTE_DIRECT);
}

static void palette_fit__256_colours__takes_the_nearest(void **state)
{
	(void)state;
	assert_int_equal(palette_fit(COLOR_TERMINAL, 256), COLOR_TERMINAL);
	assert_int_equal(palette_fit(3, 256), 3);
	assert_int_equal(palette_fit(200, 256), 200);
	assert_int_equal(palette_fit(RGB(ff8700), 256), 208);
	assert_int_equal(palette_fit(RGB(fe8802), 256), 208);
	assert_int_equal(palette_fit(RGB(ffffff), 256), 231);
	assert_int_equal(palette_fit(RGB(000000), 256), 16);
	/* Greys are finer than the cube. */
	assert_int_equal(palette_fit(RGB(1c1c1c), 256), 234);
	assert_int_equal(palette_fit(RGB(1d1c1d), 256), 234);
	assert_int_equal(palette_fit(RGB(eeeeee), 256), 255);
}

/* All of them, against every one of the 240 there are. */
static void palette_fit__256_colours__none_is_nearer(void **state)
{
	(void)state;
	for (uint32_t rgb = 0; rgb < 0x1000000; rgb += 0x04f1b) {
		uint32_t found = palette_rgb(palette_fit(COLOR_RGB + (int)rgb, 256));
		int least = 3 * 255 * 255, got = 0;

		for (int color = 16; color < 256; color++) {
			uint32_t other = palette_rgb(color);
			int distance = 0, mine = 0;

			for (int shift = 0; shift < 24; shift += 8) {
				int want = rgb >> shift & 0xff;
				int a = want - (int)(other >> shift & 0xff);
				int b = want - (int)(found >> shift & 0xff);

				distance += a * a;
				mine += b * b;
			}
			least = distance < least ? distance : least;
			got = mine;
		}
		/* The grey is chosen by the mean of the three: not always quite the nearest. */
		assert_in_range(got - least, 0, 75);
	}
}

static void palette_fit__16_colours__keeps_the_hue(void **state)
{
	(void)state;
	assert_int_equal(palette_fit(11, 16), 11);
	assert_int_equal(palette_fit(RGB(88c0d0), 16), 6);
	assert_int_equal(palette_fit(RGB(bf616a), 16), 1);
	assert_int_equal(palette_fit(RGB(fb4934), 16), 9);
	assert_int_equal(palette_fit(RGB(b58900), 16), 3);
	assert_int_equal(palette_fit(RGB(50fa7b), 16), 10);
	assert_int_equal(palette_fit(RGB(5e81ac), 16), 4);
	assert_int_equal(palette_fit(RGB(ff79c6), 16), 13);
	assert_int_equal(palette_fit(RGB(002b36), 16), 0);
	assert_int_equal(palette_fit(RGB(6c6c6c), 16), 8);
	assert_int_equal(palette_fit(RGB(d8dee9), 16), 7);
	assert_int_equal(palette_fit(RGB(ffffff), 16), 15);
	assert_int_equal(palette_fit(208, 16), 11);
	assert_int_equal(palette_fit(234, 16), 0);
}

static void palette_fit__8_colours_and_none__are_plain(void **state)
{
	(void)state;
	assert_int_equal(palette_fit(3, 8), 3);
	assert_int_equal(palette_fit(11, 8), 3);
	assert_int_equal(palette_fit(15, 8), 7);
	assert_int_equal(palette_fit(RGB(fb4934), 8), 1);
	/* Black text on black, where bold does not make it bright. */
	assert_int_equal(palette_fit(8, 8), 7);
	assert_int_equal(palette_fit(3, 0), COLOR_TERMINAL);
	assert_int_equal(palette_fit(RGB(fb4934), 0), COLOR_TERMINAL);
}

/* There, 0 to 7 are the terminal's own eight, and in some the first 256 are a table. */
static void palette_fit__direct_colours__are_the_colour(void **state)
{
	(void)state;
	assert_int_equal(palette_fit(COLOR_TERMINAL, PALETTE_DIRECT), COLOR_TERMINAL);
	assert_int_equal(palette_fit(RGB(12ab9f), PALETTE_DIRECT), 0x12ab9f);
	assert_int_equal(palette_fit(4, PALETTE_DIRECT), 4);
	assert_int_equal(palette_fit(9, PALETTE_DIRECT), 0xff0000);
	assert_int_equal(palette_fit(208, PALETTE_DIRECT), 0xff8700);
	assert_int_equal(palette_fit(RGB(000000), PALETTE_DIRECT), 0x000100);
	assert_int_equal(palette_fit(RGB(0000ff), PALETTE_DIRECT), 0x0001ff);
}

/* --- themes ----------------------------------------------------------------------------------- */

static struct theme theme;

/* Light grey on a dark ground, all roles alike; those under test are changed. */
static int set_up(void **state)
{
	(void)state;
	for (int i = 0; i < ROLE_COUNT; i++)
		theme.roles[i] = (struct style){ RGB(d0d0d0), RGB(202020), 0 };
	return 0;
}

static void fit(int depth, unsigned attributes, unsigned on_colors)
{
	const struct palette_terminal terminal = { depth, attributes, on_colors };

	theme_fit(&theme, &terminal);
}

static void expect_look(enum role role, int fg, int bg, unsigned attributes)
{
	assert_int_equal(theme.roles[role].fg, fg);
	assert_int_equal(theme.roles[role].bg, bg);
	assert_int_equal(theme.roles[role].attributes, attributes);
}

static void theme_fit__what_the_terminal_has__stays(void **state)
{
	(void)state;
	theme.roles[ROLE_NEW] = (struct style){ 2, 0, STYLE_BOLD | STYLE_ITALIC };
	theme.roles[ROLE_MATCH] = (struct style){ 3, 3, 0 }; /* its author's matter */
	fit(256, ALL_ATTRIBUTES, ALL_ATTRIBUTES);
	expect_look(ROLE_NEW, 2, 0, STYLE_BOLD | STYLE_ITALIC);
	expect_look(ROLE_MATCH, 3, 3, 0);
	expect_look(ROLE_TEXT, 252, 234, 0);
	/* Alike in the theme: no attribute is made up. */
	expect_look(ROLE_WARNING, 252, 234, 0);
}

static void theme_fit__bright_on_8_colours__is_bold(void **state)
{
	(void)state;
	theme.roles[ROLE_KEY] = (struct style){ 14, COLOR_TERMINAL, 0 };
	theme.roles[ROLE_GOOD] = (struct style){ RGB(50fa7b), RGB(202020), 0 };
	theme.roles[ROLE_TITLE] = (struct style){ RGB(ffffff), RGB(202020), 0 };
	fit(8, ALL_ATTRIBUTES, ALL_ATTRIBUTES);
	expect_look(ROLE_KEY, 6, COLOR_TERMINAL, STYLE_BOLD);
	expect_look(ROLE_GOOD, 2, 0, STYLE_BOLD);
	expect_look(ROLE_TITLE, 7, 0, 0);
	expect_look(ROLE_TEXT, 7, 0, 0);
}

static void theme_fit__unreadable_colours__are_made_readable(void **state)
{
	(void)state;
	/* Blue on black: its bright kind will do. */
	theme.roles[ROLE_KEY] = (struct style){ RGB(5e81ac), RGB(202020), 0 };
	/* Both become cyan. */
	theme.roles[ROLE_GOOD] = (struct style){ RGB(88c0d0), RGB(206a7a), 0 };
	/* Both become light grey: black is read on it. */
	theme.roles[ROLE_TITLE] = (struct style){ RGB(ffffff), RGB(b0b0b0), 0 };
	fit(8, ALL_ATTRIBUTES, ALL_ATTRIBUTES);
	expect_look(ROLE_KEY, 4, 0, STYLE_BOLD);
	expect_look(ROLE_GOOD, 0, 6, STYLE_BOLD);
	expect_look(ROLE_TITLE, 0, 7, 0);
}

static void theme_fit__unreadable_on_16_colours__becomes_bright(void **state)
{
	(void)state;
	theme.roles[ROLE_KEY] = (struct style){ RGB(5e81ac), RGB(202020), 0 };
	fit(16, ALL_ATTRIBUTES, ALL_ATTRIBUTES);
	expect_look(ROLE_KEY, 12, 0, 0);
}

static void theme_fit__dark_grey_ground_on_8_colours__is_black(void **state)
{
	(void)state;
	theme.roles[ROLE_SELECTED] = (struct style){ RGB(ffffff), RGB(606060), 0 };
	fit(8, ALL_ATTRIBUTES, ALL_ATTRIBUTES);
	/* As text has it, then: so it is told by an attribute. */
	expect_look(ROLE_SELECTED, 7, 0, STYLE_REVERSE);
}

static void paint_all(void)
{
	theme.roles[ROLE_SELECTED].bg = RGB(404040);
	theme.roles[ROLE_MATCH].bg = RGB(604000);
	theme.roles[ROLE_WARNING].fg = RGB(ff8080);
	theme.roles[ROLE_NEW].fg = RGB(80ff80);
	theme.roles[ROLE_GONE].fg = RGB(a0a0a0);
	theme.roles[ROLE_MARKED].fg = RGB(ffff80);
	theme.roles[ROLE_FOCUS].fg = RGB(80ffff);
	theme.roles[ROLE_SORT].fg = RGB(80ffff);
}

static void theme_fit__no_colours__attributes_tell_roles_apart(void **state)
{
	(void)state;
	paint_all();
	fit(0, ALL_ATTRIBUTES, ALL_ATTRIBUTES);
	expect_look(ROLE_TEXT, COLOR_TERMINAL, COLOR_TERMINAL, 0);
	expect_look(ROLE_SELECTED, COLOR_TERMINAL, COLOR_TERMINAL, STYLE_REVERSE);
	expect_look(ROLE_MATCH, COLOR_TERMINAL, COLOR_TERMINAL, STYLE_REVERSE | STYLE_BOLD);
	expect_look(ROLE_WARNING, COLOR_TERMINAL, COLOR_TERMINAL, STYLE_BOLD | STYLE_UNDERLINE);
	expect_look(ROLE_NEW, COLOR_TERMINAL, COLOR_TERMINAL, STYLE_BOLD);
	expect_look(ROLE_GONE, COLOR_TERMINAL, COLOR_TERMINAL, STYLE_DIM);
	expect_look(ROLE_MARKED, COLOR_TERMINAL, COLOR_TERMINAL, STYLE_UNDERLINE);
	expect_look(ROLE_FOCUS, COLOR_TERMINAL, COLOR_TERMINAL, STYLE_BOLD);
	expect_look(ROLE_SORT, COLOR_TERMINAL, COLOR_TERMINAL, STYLE_UNDERLINE);
}

/* A vt100: neither dim nor italic. */
static void theme_fit__attribute_missing__the_next_stands_in(void **state)
{
	(void)state;
	paint_all();
	theme.roles[ROLE_DIM].attributes = STYLE_DIM | STYLE_BOLD;
	fit(0, STYLE_BOLD | STYLE_UNDERLINE | STYLE_REVERSE, 0);
	expect_look(ROLE_GONE, COLOR_TERMINAL, COLOR_TERMINAL, STYLE_UNDERLINE);
	expect_look(ROLE_DIM, COLOR_TERMINAL, COLOR_TERMINAL, STYLE_BOLD);
}

/* What another role looked like from the start is taken by a mark: that role gets its own. */
static void theme_fit__mark_taken__its_owner_is_marked_too(void **state)
{
	(void)state;
	paint_all();
	theme.roles[ROLE_MARKED].attributes = STYLE_BOLD;
	fit(0, ALL_ATTRIBUTES, ALL_ATTRIBUTES);
	expect_look(ROLE_NEW, COLOR_TERMINAL, COLOR_TERMINAL, STYLE_BOLD);
	expect_look(ROLE_MARKED, COLOR_TERMINAL, COLOR_TERMINAL, STYLE_UNDERLINE);
}

/* The Linux console: no underline, no dim where there are colours. */
static void theme_fit__attributes_not_on_colours__are_not_asked_for(void **state)
{
	const unsigned on_colors = STYLE_BOLD | STYLE_REVERSE;

	(void)state;
	theme.roles[ROLE_SORT] = (struct style){ 3, 0, STYLE_BOLD | STYLE_UNDERLINE };
	theme.roles[ROLE_DIM] = (struct style){ COLOR_TERMINAL, COLOR_TERMINAL, STYLE_DIM };
	theme.roles[ROLE_MARKED].fg = RGB(c0c0c0);
	fit(8, ALL_ATTRIBUTES, on_colors);
	expect_look(ROLE_SORT, 3, 0, STYLE_BOLD);
	expect_look(ROLE_DIM, COLOR_TERMINAL, COLOR_TERMINAL, STYLE_DIM);
	expect_look(ROLE_MARKED, 7, 0, STYLE_BOLD);
}

int main(void)
{
#define FIT(name) cmocka_unit_test_setup(theme_fit__##name, set_up)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(palette_rgb__numbers__are_those_of_xterm),
		cmocka_unit_test(palette_contrast__known_pairs__are_as_published),
		cmocka_unit_test(palette_depth__counts__are_what_is_made_use_of),
		cmocka_unit_test(palette_fit__256_colours__takes_the_nearest),
		cmocka_unit_test(palette_fit__256_colours__none_is_nearer),
		cmocka_unit_test(palette_fit__16_colours__keeps_the_hue),
		cmocka_unit_test(palette_fit__8_colours_and_none__are_plain),
		cmocka_unit_test(palette_fit__direct_colours__are_the_colour),
		FIT(what_the_terminal_has__stays),
		FIT(bright_on_8_colours__is_bold),
		FIT(unreadable_colours__are_made_readable),
		FIT(unreadable_on_16_colours__becomes_bright),
		FIT(dark_grey_ground_on_8_colours__is_black),
		FIT(no_colours__attributes_tell_roles_apart),
		FIT(attribute_missing__the_next_stands_in),
		FIT(mark_taken__its_owner_is_marked_too),
		FIT(attributes_not_on_colours__are_not_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
