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

static void expect_style(const char *style, short fg, short bg, unsigned attributes)
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

static void theme_parse__default_theme__is_whole(void **state)
{
	(void)state;
	assert_int_equal(parse(theme_default_text), 0);
	assert_string_equal(error, "");
	/* What is selected or failed can be told without colours. */
	assert_true(theme.roles[ROLE_SELECTED].attributes & STYLE_REVERSE);
	assert_true(theme.roles[ROLE_WARNING].attributes & STYLE_BOLD);
	assert_int_equal(theme.roles[ROLE_TEXT].bg, COLOR_TERMINAL);
	for (int i = 0; i < ROLE_COUNT; i++) {
		assert_in_range(theme.roles[i].fg + 1, 0, 256);
		assert_in_range(theme.roles[i].bg + 1, 0, 256);
	}
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
		"256", "-1",	     "1x",	"crimson",    "bright-default",
		"Red", "bright-",    "#fff",	"bright-300", "99999999999999999999",
		"+1",  "red on mud", "bold,red"
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
	/* Under another heading it is no role. */
	expect_refused("[other]\ntext = red\n", "theme test: no line for 'text'");
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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(theme_parse__default_theme__is_whole),
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
