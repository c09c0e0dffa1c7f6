/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Theme files: what they may say, and what is said of their mistakes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "theme.h"

static struct theme theme;
static char error[256];
static char text[4096];

static int set_up(void **state)
{
	(void)state;
	memset(&theme, 0xaa, sizeof(theme));
	memset(error, 0, sizeof(error));
	return 0;
}

static int parse(const char *what)
{
	return theme_parse(&theme, "test", what, error, sizeof(error));
}

/* A whole theme, all roles but one plain: that one on line 2 and as given; NULL leaves it out. */
static const char *with(enum role role, const char *style)
{
	size_t at = sprintf(text, "[roles]\n");

	if (style)
		at += sprintf(text + at, "%s = %s\n", role_name(role), style);
	for (int i = 0; i < ROLE_COUNT; i++)
		if (i != (int)role)
			at += sprintf(text + at, "%s = default\n", role_name(i));
	return text;
}

static void expect_style(const char *style, int fg, int bg, unsigned attributes)
{
	assert_int_equal(parse(with(ROLE_FOCUS, style)), 0);
	assert_int_equal(theme.roles[ROLE_FOCUS].fg, fg);
	assert_int_equal(theme.roles[ROLE_FOCUS].bg, bg);
	assert_int_equal(theme.roles[ROLE_FOCUS].attributes, attributes);
	assert_int_equal(theme.roles[ROLE_TEXT].fg, COLOR_TERMINAL);
	assert_int_equal(theme.roles[ROLE_TEXT].attributes, 0);
}

static void expect_refused(const char *what, const char *sentence)
{
	assert_int_equal(parse(what), -EINVAL);
	assert_string_equal(error, sentence);
}

static void role_name__each__is_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < ROLE_COUNT; i++) {
		assert_non_null(role_name(i));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(role_name(i), role_name(k));
	}
	assert_string_equal(role_name(ROLE_SELECTED), "selected");
}

static void theme_parse__colours__by_name_and_number(void **state)
{
	(void)state;
	expect_style("default", COLOR_TERMINAL, COLOR_TERMINAL, 0);
	expect_style("", COLOR_TERMINAL, COLOR_TERMINAL, 0);
	expect_style("black", 0, COLOR_TERMINAL, 0);
	expect_style("red", 1, COLOR_TERMINAL, 0);
	expect_style("green", 2, COLOR_TERMINAL, 0);
	expect_style("yellow", 3, COLOR_TERMINAL, 0);
	expect_style("blue", 4, COLOR_TERMINAL, 0);
	expect_style("magenta", 5, COLOR_TERMINAL, 0);
	expect_style("cyan", 6, COLOR_TERMINAL, 0);
	expect_style("white", 7, COLOR_TERMINAL, 0);
	expect_style("bright-black", 8, COLOR_TERMINAL, 0);
	expect_style("bright-white on bright-blue", 15, 12, 0);
	expect_style("0 on 255", 0, 255, 0);
	expect_style("on 17", COLOR_TERMINAL, 17, 0);
	expect_style("red on default", 1, COLOR_TERMINAL, 0);
	expect_style("#0080fF on #000000", COLOR_RGB + 0x0080ff, COLOR_RGB, 0);
}

static void theme_parse__attributes__add_up(void **state)
{
	(void)state;
	expect_style("bold", COLOR_TERMINAL, COLOR_TERMINAL, STYLE_BOLD);
	expect_style("dim italic underline reverse", COLOR_TERMINAL, COLOR_TERMINAL,
		     STYLE_DIM | STYLE_ITALIC | STYLE_UNDERLINE | STYLE_REVERSE);
	expect_style("bold  yellow\ton blue underline", 3, 4, STYLE_BOLD | STYLE_UNDERLINE);
}

static void theme_parse__bad_colour__names_line_and_key(void **state)
{
	static const char *const bad[] = {
		"256",	   "-1",	 "1x",	     "crimson",	   "bright-default",
		"Red",	   "bright-",	 "#fff",     "bright-300", "99999999999999999999",
		"+1",	   "red on mud", "bold,red", "#12345g",	   "#1234567",
		"#-12345", "red blue",	 "on",	     "red on",	   "red on blue on blue",
		"0x1",	   "red on on"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_refused(with(ROLE_FOCUS, bad[i]),
			       "theme test, line 2: bad colours for 'focus'");
}

static void theme_parse__role_missing__is_named(void **state)
{
	(void)state;
	expect_refused(with(ROLE_DIM, NULL), "theme test: no line for 'dim'");
	expect_refused("", "theme test: no line for 'text'");
}

/* The text of the file is not quoted: it may be any file. */
static void theme_parse__unknown_role__names_the_line_and_quotes_nothing(void **state)
{
	(void)state;
	strcat(strcpy(text, "[roles]\ntext = red\n\n"), "secret = red\n");
	assert_int_equal(parse(text), -EINVAL);
	assert_non_null(strstr(error, "theme test, line 4: "));
	assert_null(strstr(error, "secret"));
}

static void theme_parse__no_line_of_a_theme__names_the_line(void **state)
{
	(void)state;
	expect_refused("[roles]\nroot:x:0:0:root\n", "theme test, line 2: unknown role");
	expect_refused("[roles]\nnonsense\n", "theme test, line 2: not a line of a theme");
	expect_refused("[roles\n", "theme test, line 1: not a line of a theme");
}

/* Line and reason belong together, the first mistake's. */
static void theme_parse__two_mistakes__tells_of_the_first(void **state)
{
	(void)state;
	expect_refused("[roles]\ntext = mud\nbogus = red\n",
		       "theme test, line 2: bad colours for 'text'");
	expect_refused("[roles]\nnonsense\ntext = mud\n",
		       "theme test, line 2: not a line of a theme");
}

static void theme_parse__comments_and_blank_lines__are_none(void **state)
{
	static char commented[8192];

	(void)state;
	snprintf(commented, sizeof(commented), "# a theme\n\n; of mine\n%s\n# end\n",
		 with(ROLE_KEY, "bold 208 ; orange"));
	assert_int_equal(parse(commented), 0);
	assert_int_equal(theme.roles[ROLE_KEY].fg, 208);
	assert_int_equal(theme.roles[ROLE_KEY].attributes, STYLE_BOLD);
}

/* What lies behind the end of a buffer is read, too. */
static void theme_parse__long_value__is_read_to_its_end(void **state)
{
	char style[180];

	(void)state;
	memset(style, ' ', sizeof(style));
	memcpy(style, "bold", 4);
	strcpy(style + sizeof(style) - 5, "mud");
	assert_int_equal(parse(with(ROLE_FOCUS, style)), -EINVAL);
}

/* A whole theme on a ground of its own, with a role on line 2. */
static const char *painted(const char *role_line)
{
	size_t at = sprintf(text, "[roles]\n%s\ntext = bold 250 on 17\n", role_line);

	for (int i = 0; i < ROLE_COUNT; i++)
		if (i != ROLE_TEXT && strncmp(role_line, role_name(i), strlen(role_name(i))))
			at += sprintf(text + at, "%s = underline\n", role_name(i));
	return text;
}

static void expect_key(const char *role_line, int fg, int bg, unsigned attributes)
{
	assert_int_equal(parse(painted(role_line)), 0);
	assert_int_equal(theme.roles[ROLE_KEY].fg, fg);
	assert_int_equal(theme.roles[ROLE_KEY].bg, bg);
	assert_int_equal(theme.roles[ROLE_KEY].attributes, attributes);
}

static void theme_parse__colour_left_out__is_that_of_text(void **state)
{
	(void)state;
	expect_key("key = bold", 250, 17, STYLE_BOLD);
	expect_key("key =", 250, 17, 0);
	expect_key("key = red", 1, 17, 0);
	expect_key("key = on red", 250, 1, 0);
	expect_key("key = default on default", COLOR_TERMINAL, COLOR_TERMINAL, 0);
}

/* A palette on lines 1 to 4, the role focus on line 6. */
static const char *with_palette(const char *palette, const char *style)
{
	static char whole[8192];

	snprintf(whole, sizeof(whole), "[palette]\nnight = #001122\n%s\n\n%s", palette,
		 with(ROLE_FOCUS, style));
	return whole;
}

static void theme_parse__palette__names_colours(void **state)
{
	(void)state;
	assert_int_equal(parse(with_palette("sun = bright-yellow", "bold sun on night")), 0);
	assert_int_equal(theme.roles[ROLE_FOCUS].fg, 11);
	assert_int_equal(theme.roles[ROLE_FOCUS].bg, COLOR_RGB + 0x001122);
	assert_int_equal(theme.roles[ROLE_FOCUS].attributes, STYLE_BOLD);
	/* A red of its own; the terminal's is found no longer. */
	assert_int_equal(parse(with_palette("red = #ff5555", "red")), 0);
	assert_int_equal(theme.roles[ROLE_FOCUS].fg, COLOR_RGB + 0xff5555);
	expect_refused(with_palette("sun = 3", "moon on night"),
		       "theme test, line 6: bad colours for 'focus'");
}

static void theme_parse__bad_palette__names_the_line_and_quotes_nothing(void **state)
{
	static const char *const taken[] = { "default", "17", "on", "bold" };
	char line[80];

	(void)state;
	expect_refused(with_palette("secret = mud", "red"),
		       "theme test, line 3: a bad colour in [palette]");
	/* Not in terms of another: one look tells what it is. */
	expect_refused(with_palette("secret = night", "red"),
		       "theme test, line 3: a bad colour in [palette]");
	expect_refused(with_palette("night = 7", "red"),
		       "theme test, line 3: a name in [palette] for the second time");
	expect_refused(with_palette("a-name-of-more-than-thirty-one-bytes = 7", "red"),
		       "theme test, line 3: [palette] takes 64 names of 31 bytes");
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		snprintf(line, sizeof(line), "%s = 7", taken[i]);
		expect_refused(with_palette(line, "red"),
			       "theme test, line 3: a name in [palette] that means something else "
			       "already");
	}
}

static void theme_parse__palette_of_too_many__is_refused(void **state)
{
	char many[2048];
	size_t at = 0;

	(void)state;
	for (int i = 0; i < 64; i++)
		at += sprintf(many + at, "c%d = %d\n", i, i);
	expect_refused(with_palette(many, "red"),
		       "theme test, line 66: [palette] takes 64 names of 31 bytes");
}

static void theme_parse__role_twice__is_refused(void **state)
{
	(void)state;
	expect_refused("[roles]\ntext = red\ntext = blue\n",
		       "theme test, line 3: 'text' for the second time");
	/* What is indented goes on with the line before, for inih. */
	expect_refused("[roles]\ntext = red\n  bold\n",
		       "theme test, line 3: 'text' for the second time");
}

static void theme_parse__unknown_section__is_refused(void **state)
{
	(void)state;
	expect_refused("[other]\ntext = red\n",
		       "theme test, line 2: a line of no section: [theme], [palette] or [roles]");
	expect_refused("text = red\n",
		       "theme test, line 1: a line of no section: [theme], [palette] or [roles]");
}

static void theme_parse__description__is_kept(void **state)
{
	static char whole[8192];

	(void)state;
	snprintf(whole, sizeof(whole), "[theme]\ndescription = of mine\n%s", with(ROLE_KEY, "red"));
	assert_int_equal(parse(whole), 0);
	assert_string_equal(theme.description, "of mine");
	assert_int_equal(parse(with(ROLE_KEY, "red")), 0);
	assert_string_equal(theme.description, "");
	expect_refused("[theme]\nauthor = me\n",
		       "theme test, line 2: [theme] has a 'description' alone");
	snprintf(whole, sizeof(whole), "[theme]\ndescription = %080d\n", 0);
	expect_refused(whole, "theme test, line 2: 'description' is longer than 79 bytes");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(role_name__each__is_of_its_own),
		TEST(theme_parse__colours__by_name_and_number),
		TEST(theme_parse__attributes__add_up),
		TEST(theme_parse__bad_colour__names_line_and_key),
		TEST(theme_parse__role_missing__is_named),
		TEST(theme_parse__unknown_role__names_the_line_and_quotes_nothing),
		TEST(theme_parse__no_line_of_a_theme__names_the_line),
		TEST(theme_parse__two_mistakes__tells_of_the_first),
		TEST(theme_parse__comments_and_blank_lines__are_none),
		TEST(theme_parse__long_value__is_read_to_its_end),
		TEST(theme_parse__colour_left_out__is_that_of_text),
		TEST(theme_parse__palette__names_colours),
		TEST(theme_parse__bad_palette__names_the_line_and_quotes_nothing),
		TEST(theme_parse__palette_of_too_many__is_refused),
		TEST(theme_parse__role_twice__is_refused),
		TEST(theme_parse__unknown_section__is_refused),
		TEST(theme_parse__description__is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
