/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line being edited: keys in, text and cursor out, and how it is drawn. */
#include <errno.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "keys.h"
#include "prompt.h"

#define CTRL(letter) ((letter)&0x1f)
#define ESCAPE	     0x1b
#define E_ACUTE	     "\xc3\xa9"	    /* é */
#define WIDE	     "\xe4\xb8\x96" /* 世, two columns */
#define EMOJI	     "\xf0\x9f\x99\x82"

static struct prompt prompt;
static struct grid grid;

/* What accept was last called with, and what it is to answer. */
static struct {
	int calls, what, answer;
	void *ctx;
	char text[PROMPT_TEXT_MAX];
} accepted;

static int accept_text(void *ctx, int what, const char *text, char *error, size_t error_cap)
{
	accepted.calls++;
	accepted.what = what;
	accepted.ctx = ctx;
	strcpy(accepted.text, text);
	if (accepted.answer)
		snprintf(error, error_cap, "bad text");
	return accepted.answer;
}

static int set_up(void **state)
{
	(void)state;
	memset(&accepted, 0, sizeof(accepted));
	memset(&grid, 0, sizeof(grid));
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return -1;
	return grid_init(&grid, 2, 40, CHARSET_UTF8);
}

static int tear_down(void **state)
{
	(void)state;
	grid_fini(&grid);
	return 0;
}

static void open_with(const char *text)
{
	prompt_open(&prompt, "Filter by PID", text, accept_text, 7);
}

static void key(int code)
{
	prompt_key(&prompt, code, &grid);
}

static void type(const char *text)
{
	while (*text)
		key((unsigned char)*text++);
}

/* The text, with a | where the cursor is. */
static void expect_text(const char *marked)
{
	char all[PROMPT_TEXT_MAX + 2];

	snprintf(all, sizeof(all), "%.*s|%s", (int)prompt.cursor, prompt.text,
		 prompt.text + prompt.cursor);
	assert_string_equal(all, marked);
	assert_int_equal(prompt.len, strlen(prompt.text));
}

static void expect_drawn(const char *text, int cursor)
{
	char out[512];
	int col = -1;

	prompt_draw(&prompt, &grid, 1, &col);
	grid_row_text(&grid, 1, out, sizeof(out));
	assert_string_equal(out, text);
	assert_int_equal(col, cursor);
	grid_row_text(&grid, 0, out, sizeof(out));
	assert_string_equal(out, "");
}

/* --- editing ---------------------------------------------------------------------------------- */

static void prompt_open__text__is_there_with_the_cursor_behind(void **state)
{
	(void)state;
	open_with("41213");
	assert_true(prompt.open);
	expect_text("41213|");
	assert_string_equal(prompt.error, "");
	open_with("");
	expect_text("|");
}

static void prompt_key__characters__go_in_at_the_cursor(void **state)
{
	(void)state;
	open_with("13");
	type(",!2");
	expect_text("13,!2|");
	key(KEYCODE_HOME);
	type("4");
	expect_text("4|13,!2");
	key(KEYCODE_RIGHT);
	key(KEYCODE_RIGHT);
	type(" ");
	expect_text("413 |,!2");
	key(KEYCODE_END);
	expect_text("413 ,!2|");
}

static void prompt_key__beyond_ascii__is_utf8_and_one_step(void **state)
{
	(void)state;
	open_with("");
	key(0xe9);
	key(0x4e16);
	key(0x1f642);
	key('x');
	expect_text(E_ACUTE WIDE EMOJI "x|");
	key(KEYCODE_LEFT);
	key(KEYCODE_LEFT);
	expect_text(E_ACUTE WIDE "|" EMOJI "x");
	key(KEYCODE_BACKSPACE);
	expect_text(E_ACUTE "|" EMOJI "x");
	key(KEYCODE_DELETE);
	expect_text(E_ACUTE "|x");
	key(KEYCODE_LEFT);
	key(KEYCODE_LEFT);
	expect_text("|" E_ACUTE "x");
	key(KEYCODE_RIGHT);
	expect_text(E_ACUTE "|x");
}

static void prompt_key__at_the_ends__does_nothing(void **state)
{
	(void)state;
	open_with("ab");
	key(KEYCODE_RIGHT);
	key(KEYCODE_DELETE);
	expect_text("ab|");
	key(KEYCODE_HOME);
	key(KEYCODE_LEFT);
	key(KEYCODE_BACKSPACE);
	key(CTRL('u'));
	key(CTRL('w'));
	expect_text("|ab");
	key(CTRL('k'));
	key(CTRL('k'));
	key(KEYCODE_BACKSPACE);
	key(KEYCODE_DELETE);
	expect_text("|");
	assert_true(prompt.open);
}

static void prompt_key__control_keys__edit_as_in_a_shell(void **state)
{
	(void)state;
	open_with("one,two  three");
	key(CTRL('w'));
	expect_text("one,two  |");
	key(CTRL('w'));
	expect_text("one,|");
	key(CTRL('w'));
	expect_text("|");
	open_with("12345");
	key(CTRL('a'));
	key(CTRL('f'));
	key(CTRL('f'));
	expect_text("12|345");
	key(CTRL('d'));
	expect_text("12|45");
	key(CTRL('k'));
	expect_text("12|");
	key(CTRL('b'));
	key(CTRL('u'));
	expect_text("|2");
	key(CTRL('e'));
	expect_text("2|");
}

static void prompt_key__no_character__is_not_text(void **state)
{
	static const int keys[] = { 1 + KEYCODE_F10, KEYCODE_F1, KEYCODE_PAGE_UP, KEYCODE_UP, '\t',
				    CTRL('l'),	     CTRL('z'),	 KEYCODE_UNKNOWN };

	(void)state;
	open_with("1");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		key(keys[i]);
	expect_text("1|");
	assert_true(prompt.open);
}

static void prompt_key__text_full__takes_no_more(void **state)
{
	static char full[PROMPT_TEXT_MAX];

	(void)state;
	memset(full, '1', sizeof(full) - 1);
	open_with(full);
	key('2');
	assert_int_equal(prompt.len, PROMPT_TEXT_MAX - 1);
	assert_string_equal(prompt.text, full);
	key(KEYCODE_BACKSPACE);
	key(0xe9); /* two bytes where one is left */
	assert_int_equal(prompt.len, PROMPT_TEXT_MAX - 2);
	key('3');
	assert_int_equal(prompt.len, PROMPT_TEXT_MAX - 1);
	assert_int_equal(prompt.text[PROMPT_TEXT_MAX - 2], '3');
}

static void prompt_open__text_too_long__is_cut(void **state)
{
	static char longer[PROMPT_TEXT_MAX + 10];

	(void)state;
	memset(longer, '1', sizeof(longer) - 1);
	open_with(longer);
	assert_int_equal(prompt.len, PROMPT_TEXT_MAX - 1);
	assert_int_equal(prompt.cursor, PROMPT_TEXT_MAX - 1);
	assert_int_equal(strlen(prompt.text), PROMPT_TEXT_MAX - 1);
}

/* --- leaving ---------------------------------------------------------------------------------- */

static void prompt_key__enter_accepted__closes(void **state)
{
	(void)state;
	open_with("412");
	type("13");
	key('\r');
	assert_false(prompt.open);
	assert_int_equal(accepted.calls, 1);
	assert_int_equal(accepted.what, 7);
	assert_ptr_equal(accepted.ctx, &grid);
	assert_string_equal(accepted.text, "41213");
}

static void prompt_key__enter_refused__stays_with_text_and_reason(void **state)
{
	(void)state;
	open_with("41x13");
	key(KEYCODE_LEFT);
	key(KEYCODE_LEFT);
	accepted.answer = -EINVAL;
	key('\r');
	assert_true(prompt.open);
	expect_text("41x|13");
	assert_string_equal(prompt.error, "bad text");
	/* Mended: the reason goes, and it is taken. */
	key(KEYCODE_BACKSPACE);
	expect_text("41|13");
	assert_string_equal(prompt.error, "");
	accepted.answer = 0;
	key('\r');
	assert_false(prompt.open);
	assert_string_equal(accepted.text, "4113");
	assert_int_equal(accepted.calls, 2);
}

static void prompt_key__escape__closes_and_accepts_nothing(void **state)
{
	static const int keys[] = { ESCAPE, CTRL('c'), CTRL('g') };

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		open_with("41213");
		key(keys[i]);
		assert_false(prompt.open);
	}
	assert_int_equal(accepted.calls, 0);
}

static void prompt_open__after_a_refusal__is_new(void **state)
{
	(void)state;
	open_with("x");
	accepted.answer = -EINVAL;
	key('\r');
	key(ESCAPE);
	open_with("y");
	expect_text("y|");
	assert_string_equal(prompt.error, "");
}

/* --- drawing ---------------------------------------------------------------------------------- */

static void prompt_draw__text__stands_behind_its_label(void **state)
{
	(void)state;
	open_with("41213");
	expect_drawn("Filter by PID: 41213", 20);
	key(KEYCODE_HOME);
	expect_drawn("Filter by PID: 41213", 15);
	key(CTRL('k'));
	expect_drawn("Filter by PID:", 15);
	for (int col = 0; col < grid.cols; col++)
		assert_int_equal(grid.cells[grid.cols + col].role, ROLE_PROMPT);
}

static void prompt_draw__wide_and_control_characters__cursor_is_where_it_shows(void **state)
{
	(void)state;
	open_with(WIDE "\x1b" E_ACUTE);
	expect_drawn("Filter by PID: " WIDE "\\e" E_ACUTE, 20);
	key(KEYCODE_LEFT);
	expect_drawn("Filter by PID: " WIDE "\\e" E_ACUTE, 19);
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
	accepted.answer = -EINVAL;
	key('\r');
	expect_drawn("Filter by PID: 4x  bad text", 17);
	assert_int_equal(grid.cells[grid.cols + 19].role, ROLE_WARNING);
}

/* A reason that nobody sees is none: the text makes room for it. */
static void prompt_draw__long_text_refused__reason_is_seen(void **state)
{
	char out[512];
	int col;

	(void)state;
	open_with("100000,200000,300000,400000,500000,x");
	accepted.answer = -EINVAL;
	key('\r');
	prompt_draw(&prompt, &grid, 1, &col);
	grid_row_text(&grid, 1, out, sizeof(out));
	assert_non_null(strstr(out, "bad text"));
	assert_in_range(col, 0, grid.cols - 1);
}

static void prompt_draw__narrow__stays_in_the_grid(void **state)
{
	(void)state;
	open_with("41213,41214");
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
		TEST(prompt_open__text__is_there_with_the_cursor_behind),
		TEST(prompt_key__characters__go_in_at_the_cursor),
		TEST(prompt_key__beyond_ascii__is_utf8_and_one_step),
		TEST(prompt_key__at_the_ends__does_nothing),
		TEST(prompt_key__control_keys__edit_as_in_a_shell),
		TEST(prompt_key__no_character__is_not_text),
		TEST(prompt_key__text_full__takes_no_more),
		TEST(prompt_open__text_too_long__is_cut),
		TEST(prompt_key__enter_accepted__closes),
		TEST(prompt_key__enter_refused__stays_with_text_and_reason),
		TEST(prompt_key__escape__closes_and_accepts_nothing),
		TEST(prompt_open__after_a_refusal__is_new),
		TEST(prompt_draw__text__stands_behind_its_label),
		TEST(prompt_draw__wide_and_control_characters__cursor_is_where_it_shows),
		TEST(prompt_draw__long_text__shows_where_the_cursor_is),
		TEST(prompt_draw__refused__reason_follows_the_text),
		TEST(prompt_draw__long_text_refused__reason_is_seen),
		TEST(prompt_draw__narrow__stays_in_the_grid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
