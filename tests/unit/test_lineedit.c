/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line being edited: keys in, text and cursor out. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "keys.h"
#include "lineedit.h"

#define CTRL(letter) ((letter)&0x1f)
#define ALT(key)     ((key) | KEYCODE_ALT)
#define E_ACUTE	     "\xc3\xa9"	    /* é */
#define E_MARKED     "e\xcc\x81"    /* the same, e and a combining mark */
#define WIDE	     "\xe4\xb8\x96" /* 世, two columns */
#define EMOJI	     "\xf0\x9f\x99\x82"

static struct line line;

static int set_up(void **state)
{
	(void)state;
	memset(&line, 0, sizeof(line));
	return setlocale(LC_CTYPE, "C.UTF-8") ? 0 : -1;
}

static void key(int code)
{
	line_key(&line, code);
}

static void type(const char *text)
{
	while (*text)
		key((unsigned char)*text++);
}

/* The text, with a | where the cursor is. */
static void expect_text(const char *marked)
{
	char all[LINE_MAX_BYTES + 2];

	snprintf(all, sizeof(all), "%.*s|%s", (int)line.cursor, line.text, line.text + line.cursor);
	assert_string_equal(all, marked);
	assert_int_equal(line.len, strlen(line.text));
}

static void line_key__characters__go_in_at_the_cursor(void **state)
{
	(void)state;
	line_set(&line, "13");
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

static void line_key__beyond_ascii__is_utf8_and_one_step(void **state)
{
	(void)state;
	line_set(&line, "");
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

static void line_key__at_the_ends__does_nothing(void **state)
{
	(void)state;
	line_set(&line, "ab");
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
}

static void line_key__control_keys__edit_as_in_a_shell(void **state)
{
	(void)state;
	line_set(&line, "one,two  three");
	key(CTRL('w'));
	expect_text("one,two  |");
	key(CTRL('w'));
	expect_text("one,|");
	key(CTRL('w'));
	expect_text("|");
	line_set(&line, "12345");
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

static void line_key__no_character__is_not_text(void **state)
{
	static const int keys[] = { KEYCODE_MOUSE, KEYCODE_F1, KEYCODE_PAGE_UP, KEYCODE_UP,
				    '\t',	   CTRL('l'),  CTRL('z'),	KEYCODE_UNKNOWN,
				    0x7f,	   0x9b,       ALT('x'),	0xd800 };

	(void)state;
	line_set(&line, "1");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_false(line_key(&line, keys[i]));
	expect_text("1|");
}

static void line_key__text_full__takes_no_more(void **state)
{
	static char full[LINE_MAX_BYTES];

	(void)state;
	memset(full, '1', sizeof(full) - 1);
	line_set(&line, full);
	key('2');
	assert_int_equal(line.len, LINE_MAX_BYTES - 1);
	assert_string_equal(line.text, full);
	key(KEYCODE_BACKSPACE);
	key(0xe9); /* two bytes where one is left */
	assert_int_equal(line.len, LINE_MAX_BYTES - 2);
	key('3');
	assert_int_equal(line.len, LINE_MAX_BYTES - 1);
	assert_int_equal(line.text[LINE_MAX_BYTES - 2], '3');
}

static void line_set__text_too_long__is_cut(void **state)
{
	static char longer[LINE_MAX_BYTES + 10];

	(void)state;
	memset(longer, '1', sizeof(longer) - 1);
	line_set(&line, longer);
	assert_int_equal(line.len, LINE_MAX_BYTES - 1);
	assert_int_equal(line.cursor, LINE_MAX_BYTES - 1);
	assert_int_equal(strlen(line.text), LINE_MAX_BYTES - 1);
}

static void line_key__combining_mark__is_one_step_with_its_letter(void **state)
{
	(void)state;
	line_set(&line, "a" E_MARKED "b");
	key(KEYCODE_LEFT);
	expect_text("a" E_MARKED "|b");
	key(KEYCODE_LEFT);
	expect_text("a|" E_MARKED "b");
	key(KEYCODE_RIGHT);
	key(KEYCODE_BACKSPACE);
	expect_text("a|b");
}

static void line_key__words__are_passed_and_taken_out(void **state)
{
	(void)state;
	line_set(&line, "10.0.0.0/8,web" E_ACUTE "-03");
	key(ALT('b'));
	expect_text("10.0.0.0/8,web" E_ACUTE "-|03");
	key(ALT('b'));
	expect_text("10.0.0.0/8,|web" E_ACUTE "-03");
	key(ALT('f'));
	expect_text("10.0.0.0/8,web" E_ACUTE "|-03");
	key(ALT(KEYCODE_BACKSPACE));
	expect_text("10.0.0.0/8,|-03");
	key(ALT('d'));
	expect_text("10.0.0.0/8,|");
	key(ALT('d'));
	key(ALT('f'));
	expect_text("10.0.0.0/8,|");
	key(KEYCODE_HOME);
	key(ALT('b'));
	expect_text("|10.0.0.0/8,");
}

static void line_key__yank__puts_back_what_was_taken_out(void **state)
{
	(void)state;
	line_set(&line, "one,two,three");
	key(CTRL('w'));
	key(CTRL('w'));
	expect_text("one,|");
	key(CTRL('a'));
	key(CTRL('y'));
	expect_text("two,three|one,");
	/* After another key a new piece begins. */
	key(CTRL('k'));
	key(CTRL('u'));
	expect_text("|");
	key(CTRL('y'));
	expect_text("two,threeone,|");
	key(KEYCODE_LEFT);
	key(CTRL('k'));
	key(CTRL('y'));
	key(CTRL('y'));
	expect_text("two,threeone,,|");
}

static void line_key__nothing_taken_out__yanks_nothing(void **state)
{
	(void)state;
	line_set(&line, "1");
	key(CTRL('k'));
	assert_false(line_key(&line, CTRL('y')));
	expect_text("1|");
}

static void line_key__full_line_killed_again_and_again__stays_within(void **state)
{
	static char full[LINE_MAX_BYTES];

	(void)state;
	memset(full, '1', sizeof(full) - 1);
	for (int i = 0; i < 3; i++) {
		line_set(&line, full);
		line.killing = true;
		key(CTRL('u'));
	}
	key(CTRL('y'));
	assert_int_equal(line.len, LINE_MAX_BYTES - 1);
	key(CTRL('y'));
	assert_int_equal(line.len, LINE_MAX_BYTES - 1);
}

static void line_paste__controls_and_garbage__are_no_text(void **state)
{
	static const char pasted[] = "a\nb\tc\x1b[31m\0\x7f\xc2\x9b\xff" E_ACUTE "\r\n";

	(void)state;
	line_set(&line, "<>");
	key(KEYCODE_LEFT);
	assert_true(line_paste(&line, pasted, sizeof(pasted) - 1));
	expect_text("<a b c[31m" E_ACUTE "|>");
	assert_false(line_paste(&line, "\n", 1));
	/* Not taken for a line feed by its last byte. */
	assert_true(line_paste(&line, "\xe4\xb8\x8a", 3));
	expect_text("<a b c[31m" E_ACUTE "\xe4\xb8\x8a|>");
}

static void line_paste__more_than_there_is_room_for__is_cut(void **state)
{
	static char much[3 * LINE_MAX_BYTES];

	(void)state;
	memset(much, 'x', sizeof(much));
	line_set(&line, "1");
	assert_true(line_paste(&line, much, sizeof(much)));
	assert_int_equal(line.len, LINE_MAX_BYTES - 1);
	assert_int_equal(strlen(line.text), LINE_MAX_BYTES - 1);
}

static void line_set__too_long__ends_with_a_whole_character(void **state)
{
	static char longer[LINE_MAX_BYTES + 10];

	(void)state;
	memset(longer, '1', sizeof(longer) - 1);
	memcpy(longer + LINE_MAX_BYTES - 2, WIDE, 3);
	line_set(&line, longer);
	assert_int_equal(line.len, LINE_MAX_BYTES - 2);
}

static void line_replace__word_before_the_cursor__becomes_another(void **state)
{
	static char full[LINE_MAX_BYTES];

	(void)state;
	line_set(&line, "root,al,x");
	key(KEYCODE_LEFT);
	key(KEYCODE_LEFT);
	assert_true(line_replace(&line, 5, "alice", 5));
	expect_text("root,alice|,x");
	memset(full, '1', sizeof(full) - 1);
	line_set(&line, full);
	assert_false(line_replace(&line, LINE_MAX_BYTES - 2, "22", 2));
	assert_string_equal(line.text, full);
	assert_true(line_replace(&line, LINE_MAX_BYTES - 2, "2", 1));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(line_key__characters__go_in_at_the_cursor),
		TEST(line_key__beyond_ascii__is_utf8_and_one_step),
		TEST(line_key__at_the_ends__does_nothing),
		TEST(line_key__control_keys__edit_as_in_a_shell),
		TEST(line_key__no_character__is_not_text),
		TEST(line_key__text_full__takes_no_more),
		TEST(line_set__text_too_long__is_cut),
		TEST(line_key__combining_mark__is_one_step_with_its_letter),
		TEST(line_key__words__are_passed_and_taken_out),
		TEST(line_key__yank__puts_back_what_was_taken_out),
		TEST(line_key__nothing_taken_out__yanks_nothing),
		TEST(line_key__full_line_killed_again_and_again__stays_within),
		TEST(line_paste__controls_and_garbage__are_no_text),
		TEST(line_paste__more_than_there_is_room_for__is_cut),
		TEST(line_set__too_long__ends_with_a_whole_character),
		TEST(line_replace__word_before_the_cursor__becomes_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
