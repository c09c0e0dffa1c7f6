/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A question on the bottom line: its answer checked, accepted, remembered, completed. */
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

static struct prompt prompt;

/* What the callbacks were last called with, and what they are to answer. */
static struct {
	int accepted, what, answer;
	void *ctx;
	char text[PROMPT_TEXT_MAX];
	int cancelled;
	int changes;
	char changed[PROMPT_TEXT_MAX];
} seen;

static int accept_text(void *ctx, int what, const char *text, char *error, size_t error_cap)
{
	seen.accepted++;
	seen.what = what;
	seen.ctx = ctx;
	strcpy(seen.text, text);
	if (seen.answer)
		snprintf(error, error_cap, "bad text");
	return seen.answer;
}

/* A text with an x in it would not do. */
static int check_text(void *ctx, int what, const char *text, char *error, size_t error_cap)
{
	(void)ctx, (void)what;
	if (!strchr(text, 'x'))
		return 0;
	snprintf(error, error_cap, "no x");
	return -EINVAL;
}

static void note_change(void *ctx, int what, const char *text)
{
	(void)ctx, (void)what;
	seen.changes++;
	strcpy(seen.changed, text);
}

static void note_cancel(void *ctx, int what)
{
	seen.cancelled++;
	seen.what = what;
	seen.ctx = ctx;
}

static void complete_name(void *ctx, int what, const char *text, size_t cursor,
			  struct candidates *out)
{
	static const char *const names[] = { "root", "alice", "albert", "bob" };

	(void)ctx, (void)what;
	out->from = complete_value(text, cursor);
	for (size_t i = 0; i < 4; i++)
		if (!strncmp(names[i], text + out->from, cursor - out->from))
			candidates_add(out, names[i]);
}

static const struct prompt_kind plain = { .label = "Filter by PID", .accept = accept_text };
static const struct prompt_kind full = {
	.label = "Filter by user",
	.hint = "such as alice; empty lifts it",
	.accept = accept_text,
	.check = check_text,
	.changed = note_change,
	.cancelled = note_cancel,
	.complete = complete_name,
};

static int set_up(void **state)
{
	(void)state;
	memset(&seen, 0, sizeof(seen));
	memset(&prompt, 0, sizeof(prompt));
	return setlocale(LC_CTYPE, "C.UTF-8") ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	prompt_fini(&prompt);
	return 0;
}

static void open_with(const char *text)
{
	prompt_open(&prompt, &plain, text, 7);
}

static void key(int code)
{
	prompt_key(&prompt, code, &seen);
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

	snprintf(all, sizeof(all), "%.*s|%s", (int)prompt.line.cursor, prompt.line.text,
		 prompt.line.text + prompt.line.cursor);
	assert_string_equal(all, marked);
}

/* --- leaving ---------------------------------------------------------------------------------- */

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

static void prompt_key__enter_accepted__closes(void **state)
{
	(void)state;
	open_with("412");
	type("13");
	key('\r');
	assert_false(prompt.open);
	assert_int_equal(seen.accepted, 1);
	assert_int_equal(seen.what, 7);
	assert_ptr_equal(seen.ctx, &seen);
	assert_string_equal(seen.text, "41213");
}

static void prompt_key__enter_refused__stays_with_text_and_reason(void **state)
{
	(void)state;
	open_with("41x13");
	key(KEYCODE_LEFT);
	key(KEYCODE_LEFT);
	seen.answer = -EINVAL;
	key('\r');
	assert_true(prompt.open);
	expect_text("41x|13");
	assert_string_equal(prompt.error, "bad text");
	/* The reason stays while one looks for it, and goes when it is mended. */
	key(KEYCODE_LEFT);
	assert_string_equal(prompt.error, "bad text");
	key(KEYCODE_DELETE);
	expect_text("41|13");
	assert_string_equal(prompt.error, "");
	seen.answer = 0;
	key('\r');
	assert_false(prompt.open);
	assert_string_equal(seen.text, "4113");
	assert_int_equal(seen.accepted, 2);
}

static void prompt_key__escape__closes_and_accepts_nothing(void **state)
{
	static const int keys[] = { ESCAPE, CTRL('c'), CTRL('g') };

	(void)state;
	for (int i = 0; i < 3; i++) {
		prompt_open(&prompt, &full, "41213", 4);
		key(keys[i]);
		assert_false(prompt.open);
		assert_int_equal(seen.cancelled, i + 1);
		assert_int_equal(seen.what, 4);
		assert_ptr_equal(seen.ctx, &seen);
	}
	assert_int_equal(seen.accepted, 0);
	open_with("41213");
	key(ESCAPE);
	assert_false(prompt.open);
}

static void prompt_open__after_a_refusal__is_new(void **state)
{
	(void)state;
	open_with("x");
	seen.answer = -EINVAL;
	key('\r');
	key(ESCAPE);
	open_with("y");
	expect_text("y|");
	assert_string_equal(prompt.error, "");
}

static int ask_again(void *ctx, int what, const char *text, char *error, size_t error_cap)
{
	(void)ctx, (void)text, (void)error, (void)error_cap;
	prompt_open(&prompt, &plain, "sure?", what + 1);
	return 0;
}

static void prompt_key__accept_asks_the_next_question__that_is_open(void **state)
{
	static const struct prompt_kind first = { .label = "First", .accept = ask_again };

	(void)state;
	prompt_open(&prompt, &first, "a", 1);
	key('\r');
	assert_true(prompt.open);
	expect_text("sure?|");
	key('\r');
	assert_int_equal(seen.what, 2);
	prompt_open(&prompt, &first, "", 1);
	key(KEYCODE_UP);
	expect_text("a|");
}

/* --- while typing ----------------------------------------------------------------------------- */

static void prompt_settle__text_changed__is_told_once_a_batch(void **state)
{
	(void)state;
	prompt_open(&prompt, &full, "a", 0);
	prompt_settle(&prompt, &seen);
	assert_int_equal(seen.changes, 0);
	type("bc");
	prompt_settle(&prompt, &seen);
	prompt_settle(&prompt, &seen);
	assert_int_equal(seen.changes, 1);
	assert_string_equal(seen.changed, "abc");
	key(KEYCODE_LEFT);
	prompt_settle(&prompt, &seen);
	assert_int_equal(seen.changes, 1);
	/* Enter in the same batch: what was typed before it is told first. */
	type("d");
	key('\r');
	assert_string_equal(seen.changed, "abdc");
	assert_string_equal(seen.text, "abdc");
}

static void prompt_settle__bad_text__is_told_and_enter_refused(void **state)
{
	(void)state;
	prompt_open(&prompt, &full, "", 0);
	type("ax");
	prompt_settle(&prompt, &seen);
	assert_string_equal(prompt.error, "no x");
	key('\r');
	assert_true(prompt.open);
	assert_int_equal(seen.accepted, 0);
	assert_string_equal(prompt.error, "no x");
	key(KEYCODE_BACKSPACE);
	prompt_settle(&prompt, &seen);
	assert_string_equal(prompt.error, "");
	key('\r');
	assert_int_equal(seen.accepted, 1);
}

static void prompt_key__bad_text_and_enter_at_once__is_refused(void **state)
{
	(void)state;
	prompt_open(&prompt, &full, "", 0);
	type("x");
	key('\r');
	assert_true(prompt.open);
	assert_int_equal(seen.accepted, 0);
}

static void prompt_paste__text__is_text_and_no_key(void **state)
{
	(void)state;
	prompt_open(&prompt, &full, "", 0);
	prompt_paste(&prompt, "al\x1b\rq\n", 6);
	expect_text("alq|");
	assert_true(prompt.open);
	prompt_settle(&prompt, &seen);
	assert_string_equal(seen.changed, "alq");
}

/* --- history ---------------------------------------------------------------------------------- */

static void enter(const struct prompt_kind *kind, int what, const char *text)
{
	prompt_open(&prompt, kind, text, what);
	key('\r');
}

static void prompt_key__up_and_down__go_through_what_was_accepted(void **state)
{
	(void)state;
	enter(&plain, 7, "one");
	enter(&plain, 7, "two");
	open_with("own");
	key(KEYCODE_UP);
	expect_text("two|");
	key(CTRL('p'));
	expect_text("one|");
	key(KEYCODE_UP);
	expect_text("one|");
	key(KEYCODE_DOWN);
	expect_text("two|");
	key(CTRL('n'));
	expect_text("own|");
	key(KEYCODE_DOWN);
	expect_text("own|");
}

static void prompt_key__history__is_of_each_kind_of_question(void **state)
{
	(void)state;
	enter(&plain, 7, "pid");
	enter(&plain, 8, "other");
	enter(&full, 7, "alice");
	open_with("");
	key(KEYCODE_UP);
	expect_text("pid|");
	key(KEYCODE_UP);
	expect_text("pid|");
	prompt_open(&prompt, &full, "", 7);
	key(KEYCODE_UP);
	expect_text("alice|");
}

static void prompt_key__refused_or_left__is_not_remembered(void **state)
{
	(void)state;
	seen.answer = -EINVAL;
	enter(&plain, 7, "bad");
	seen.answer = 0;
	key(ESCAPE);
	open_with("mine");
	key(KEYCODE_UP);
	expect_text("mine|");
}

static void prompt_key__recalled__is_checked_like_typed(void **state)
{
	(void)state;
	enter(&full, 0, "bob");
	prompt_open(&prompt, &full, "x", 0);
	key(KEYCODE_UP);
	prompt_settle(&prompt, &seen);
	assert_string_equal(seen.changed, "bob");
	key(KEYCODE_DOWN);
	prompt_settle(&prompt, &seen);
	assert_string_equal(prompt.error, "no x");
}

static void prompt_open__more_kinds_than_remembered__asks_all_the_same(void **state)
{
	(void)state;
	for (int what = 0; what < PROMPT_KINDS_MAX + 2; what++) {
		enter(&plain, what, "text");
		assert_int_equal(seen.what, what);
	}
	key(KEYCODE_UP);
	expect_text("text|");
}

/* --- completion ------------------------------------------------------------------------------- */

static void prompt_key__tab__completes_the_value(void **state)
{
	(void)state;
	prompt_open(&prompt, &full, "root,!bo", 0);
	key('\t');
	expect_text("root,!bob|");
	assert_string_equal(prompt.listed, "");
	prompt_settle(&prompt, &seen);
	assert_string_equal(seen.changed, "root,!bob");
	type(",zz");
	key('\t');
	expect_text("root,!bob,zz|");
}

static void prompt_key__tab_with_several__completes_what_they_share_and_lists(void **state)
{
	(void)state;
	prompt_open(&prompt, &full, "a", 0);
	key('\t');
	expect_text("al|");
	assert_string_equal(prompt.listed, "albert  alice");
	type("i");
	assert_string_equal(prompt.listed, "");
	key('\t');
	expect_text("alice|");
}

static void prompt_key__tab_within_the_text__completes_before_the_cursor(void **state)
{
	(void)state;
	prompt_open(&prompt, &full, "bo,root", 0);
	for (int i = 0; i < 5; i++)
		key(KEYCODE_LEFT);
	key('\t');
	expect_text("bob|,root");
}

static void prompt_key__tab_without_completion__changes_nothing(void **state)
{
	(void)state;
	open_with("a");
	key('\t');
	expect_text("a|");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(prompt_open__text__is_there_with_the_cursor_behind),
		TEST(prompt_key__enter_accepted__closes),
		TEST(prompt_key__enter_refused__stays_with_text_and_reason),
		TEST(prompt_key__escape__closes_and_accepts_nothing),
		TEST(prompt_open__after_a_refusal__is_new),
		TEST(prompt_key__accept_asks_the_next_question__that_is_open),
		TEST(prompt_settle__text_changed__is_told_once_a_batch),
		TEST(prompt_settle__bad_text__is_told_and_enter_refused),
		TEST(prompt_key__bad_text_and_enter_at_once__is_refused),
		TEST(prompt_paste__text__is_text_and_no_key),
		TEST(prompt_key__up_and_down__go_through_what_was_accepted),
		TEST(prompt_key__history__is_of_each_kind_of_question),
		TEST(prompt_key__refused_or_left__is_not_remembered),
		TEST(prompt_key__recalled__is_checked_like_typed),
		TEST(prompt_open__more_kinds_than_remembered__asks_all_the_same),
		TEST(prompt_key__tab__completes_the_value),
		TEST(prompt_key__tab_with_several__completes_what_they_share_and_lists),
		TEST(prompt_key__tab_within_the_text__completes_before_the_cursor),
		TEST(prompt_key__tab_without_completion__changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
