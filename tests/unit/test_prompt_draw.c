/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a question looks: its text, the cursor, hints and reasons, in any width. */
#include <errno.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "frames.h"
#include "keys.h"
#include "prompt.h"

#define CTRL(letter) ((letter)&0x1f)
#define ROW	     4
#define E_ACUTE	     "\xc3\xa9"	    /* é */
#define E_MARKED     "e\xcc\x81"    /* the same, e and a combining mark */
#define WIDE	     "\xe4\xb8\x96" /* 世, two columns */

static struct prompt prompt;
static struct grid grid;
static const char *reason; /* why the text is refused */

static int accept_text(void *ctx, int what, const char *text, char *error, size_t error_cap)
{
	(void)ctx, (void)what, (void)text;
	snprintf(error, error_cap, "%s", reason);
	return *reason ? -EINVAL : 0;
}

static void complete_any(void *ctx, int what, const char *text, size_t cursor,
			 struct candidates *out)
{
	char word[16];

	(void)ctx, (void)what, (void)text;
	out->from = cursor;
	for (int i = 0; i < 40; i++) {
		snprintf(word, sizeof(word), "\x1b%02d", i);
		candidates_add(out, word);
	}
}

static const struct prompt_kind kind = {
	.label = "Filter by PID",
	.hint = "such as 1",
	.accept = accept_text,
	.complete = complete_any,
};

static int set_up(void **state)
{
	(void)state;
	memset(&prompt, 0, sizeof(prompt));
	memset(&grid, 0, sizeof(grid));
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return -1;
	return grid_init(&grid, ROW + 1, 40, CHARSET_UTF8);
}

static int tear_down(void **state)
{
	(void)state;
	prompt_fini(&prompt);
	grid_fini(&grid);
	return 0;
}

static void open_with(const char *text)
{
	prompt_open(&prompt, &kind, text, 0);
}

static void key(int code)
{
	prompt_key(&prompt, code, NULL);
}

static void refuse(const char *why)
{
	reason = why;
	key('\r');
}

static void expect_drawn(const char *text, int cursor)
{
	int col = -1;

	assert_int_equal(grid_init(&grid, grid.rows, grid.cols, grid.charset), 0);
	prompt_draw(&prompt, &grid, ROW, &col);
	expect_row(&grid, ROW, text);
	assert_int_equal(col, cursor);
}

static void prompt_draw__text__stands_behind_its_label(void **state)
{
	(void)state;
	open_with("41213");
	expect_drawn("Filter by PID: 41213", 20);
	key(KEYCODE_HOME);
	expect_drawn("Filter by PID: 41213", 15);
	for (int col = 0; col < grid.cols; col++)
		assert_int_equal(role_at(&grid, ROW, col), ROLE_PROMPT);
	expect_row(&grid, ROW - 1, "");
}

static void prompt_draw__empty__shows_what_is_meant(void **state)
{
	(void)state;
	open_with("4");
	key(CTRL('u'));
	expect_drawn("Filter by PID:   such as 1", 15);
	assert_int_equal(role_at(&grid, ROW, 17), ROLE_DIM);
	key('4');
	expect_drawn("Filter by PID: 4", 16);
}

static void prompt_draw__wide_and_control_characters__cursor_is_where_it_shows(void **state)
{
	(void)state;
	open_with(WIDE "\x1b" E_ACUTE E_MARKED);
	expect_drawn("Filter by PID: " WIDE "\\e" E_ACUTE E_MARKED, 21);
	key(KEYCODE_LEFT);
	expect_drawn("Filter by PID: " WIDE "\\e" E_ACUTE E_MARKED, 20);
	key(KEYCODE_LEFT);
	expect_drawn("Filter by PID: " WIDE "\\e" E_ACUTE E_MARKED, 19);
}

static void prompt_draw__long_text__shows_where_the_cursor_is(void **state)
{
	(void)state;
	open_with("100000,200000,300000,400000,500000");
	/* 24 columns are left for text, and one for the cursor behind it. */
	expect_drawn("Filter by PID: 000,300000,400000,500000", 39);
	key(KEYCODE_HOME);
	expect_drawn("Filter by PID: 100000,200000,300000,400\u2026", 15);
}

static void prompt_draw__refused__reason_follows_the_text(void **state)
{
	(void)state;
	open_with("4x");
	refuse("bad text");
	expect_drawn("Filter by PID: 4x  bad text", 17);
	assert_int_equal(role_at(&grid, ROW, 19), ROLE_WARNING);
	expect_row(&grid, ROW - 1, "");
}

/* A reason that nobody can read is none. */
static void prompt_draw__no_room_for_the_reason__stands_above(void **state)
{
	(void)state;
	open_with("4x");
	refuse("bad PID '4x': a number from 1 to 4194304");
	expect_drawn("Filter by PID: 4x", 17);
	expect_row(&grid, ROW - 1, "bad PID '4x': a number from 1 to 4194304");
	assert_int_equal(role_at(&grid, ROW - 1, 0), ROLE_WARNING);
	expect_row(&grid, ROW - 2, "");
	refuse("bad address '10.0.0.0/99': an IPv4 or IPv6 address, alone or with /PREFIX");
	expect_drawn("Filter by PID: 4x", 17);
	expect_row(&grid, ROW - 2, "bad address '10.0.0.0/99': an IPv4 or");
	expect_row(&grid, ROW - 1, "IPv6 address, alone or with /PREFIX");
}

static void prompt_draw__endless_reason__is_cut_in_sight(void **state)
{
	static char why[1000];

	(void)state;
	memset(why, 'y', sizeof(why) - 1);
	open_with("4");
	refuse(why);
	expect_drawn("Filter by PID: 4", 16);
	expect_row(&grid, ROW - 4, "");
	find_in_row(&grid, ROW - 3, "yyyyyyyy");
	find_in_row(&grid, ROW - 1, "yyyyy\u2026");
}

static void prompt_draw__several_candidates__stand_above(void **state)
{
	(void)state;
	open_with("4");
	key('\t');
	expect_drawn("Filter by PID: 4\\e", 18);
	expect_row(&grid, ROW - 3, "\\e00  \\e01  \\e02  \\e03  \\e04  \\e05  \\e06");
	expect_row(&grid, ROW - 2, "\\e07  \\e08  \\e09  \\e10  \\e11  \\e12  \\e13");
	expect_row(&grid, ROW - 1, "\\e14  \\e15  \\e16  \\e17  \\e18  \\e19  \\e2\u2026");
	assert_int_equal(role_at(&grid, ROW - 1, 0), ROLE_LABEL);
}

static void prompt_draw__narrow__stays_in_the_grid(void **state)
{
	(void)state;
	open_with("41213,41214");
	refuse("a reason of some length, and with words in it");
	for (int cols = 1; cols <= 40; cols++) {
		int col = -1;

		assert_int_equal(grid_init(&grid, 2, cols, CHARSET_UTF8), 0);
		prompt_draw(&prompt, &grid, 1, &col);
		assert_in_range(col, 0, cols - 1);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(prompt_draw__text__stands_behind_its_label),
		TEST(prompt_draw__empty__shows_what_is_meant),
		TEST(prompt_draw__wide_and_control_characters__cursor_is_where_it_shows),
		TEST(prompt_draw__long_text__shows_where_the_cursor_is),
		TEST(prompt_draw__refused__reason_follows_the_text),
		TEST(prompt_draw__no_room_for_the_reason__stands_above),
		TEST(prompt_draw__endless_reason__is_cut_in_sight),
		TEST(prompt_draw__several_candidates__stand_above),
		TEST(prompt_draw__narrow__stays_in_the_grid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
