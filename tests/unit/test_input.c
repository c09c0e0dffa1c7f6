/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a terminal's bytes to keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <string.h>
#include "../../tui/screen/input.h"
#include "keys.h"

#define ALT KEYCODE_ALT

static struct input input;

static int set_up(void **state)
{
	(void)state;
	setlocale(LC_CTYPE, "C.UTF-8");
	memset(&input, 0, sizeof(input));
	return 0;
}

static void send(const char *bytes)
{
	assert_int_equal(input_add(&input, bytes, strlen(bytes)), strlen(bytes));
}

/* The keys of some bytes, nothing coming after them; 0 ends. */
static void expect_keys(const char *bytes, const int *keys)
{
	send(bytes);
	for (; *keys; keys++)
		assert_int_equal(input_key(&input, true), *keys);
	assert_int_equal(input_key(&input, true), 0);
	assert_int_equal(input.n, 0);
}

#define EXPECT(bytes, ...) expect_keys(bytes, (const int[]){ __VA_ARGS__, 0 })

/* --- characters ------------------------------------------------------------------------------- */

static void input_key__characters__are_their_code_points(void **state)
{
	(void)state;
	EXPECT("aZ 0", 'a', 'Z', ' ', '0');
	EXPECT("\xc3\xa9\xe6\xbc\xa2", 0xe9, 0x6f22);
	EXPECT("\x03\t", 3, '\t');
	EXPECT("\r\n", '\r', '\r');
	EXPECT("\x7f\b", KEYCODE_BACKSPACE, KEYCODE_BACKSPACE);
}

static void input_key__character_torn__waits_for_the_rest(void **state)
{
	(void)state;
	send("\xe6\xbc");
	assert_int_equal(input_key(&input, false), 0);
	assert_true(input_patience_ms(&input) > 0);
	send("\xa2");
	assert_int_equal(input_key(&input, false), 0x6f22);
	assert_int_equal(input_patience_ms(&input), 0);
}

static void input_key__no_character__is_unknown(void **state)
{
	(void)state;
	EXPECT("\xff"
	       "a",
	       KEYCODE_UNKNOWN, 'a');
	EXPECT("\xe6\xbc", KEYCODE_UNKNOWN, KEYCODE_UNKNOWN);
	/* Beyond Unicode's end: glibc takes it for a character. */
	EXPECT("\xf4\x90\x80\x80"
	       "a",
	       KEYCODE_UNKNOWN, KEYCODE_UNKNOWN, KEYCODE_UNKNOWN, KEYCODE_UNKNOWN, 'a');
	assert_int_equal(input_add(&input, "\0a", 2), 2);
	assert_int_equal(input_key(&input, false), KEYCODE_UNKNOWN);
	assert_int_equal(input_key(&input, false), 'a');
}

static void input_key__c_locale__foreign_bytes_are_unknown(void **state)
{
	(void)state;
	setlocale(LC_CTYPE, "C");
	send("a\xc3\xa9");
	assert_int_equal(input_key(&input, false), 'a');
	for (int i = 0; i < 2; i++) {
		int key = input_key(&input, true);

		assert_true(key == KEYCODE_UNKNOWN || key > 0x7f);
	}
	assert_int_equal(input.n, 0);
}

/* --- escapes ---------------------------------------------------------------------------------- */

static void input_key__known_sequences__are_keys(void **state)
{
	(void)state;
	EXPECT("\033[A\033OB", KEYCODE_UP, KEYCODE_DOWN);
	EXPECT("\033[1~\033[4~\033[5~\033[6~", KEYCODE_HOME, KEYCODE_END, KEYCODE_PAGE_UP,
	       KEYCODE_PAGE_DOWN);
	EXPECT("\033OP\033[11~\033[[A", KEYCODE_F1, KEYCODE_F1, KEYCODE_F1);
	EXPECT("\033[21~j", KEYCODE_F10, 'j');
	EXPECT("\033[1;5D\033[1;5C", 'b' | ALT, 'f' | ALT);
}

static void input_key__escape_alone__is_escape_after_a_while(void **state)
{
	(void)state;
	send("\033");
	assert_int_equal(input_key(&input, false), 0);
	assert_in_range(input_patience_ms(&input), 1, 100);
	assert_int_equal(input_key(&input, true), 0x1b);
}

static void input_key__escape_twice__is_escape_twice(void **state)
{
	(void)state;
	EXPECT("\033\033", 0x1b, 0x1b);
	EXPECT("\033\033[A", 0x1b, KEYCODE_UP);
}

static void input_key__escape_and_letter__is_alt(void **state)
{
	(void)state;
	EXPECT("\033b", 'b' | ALT);
	EXPECT("\033fq", 'f' | ALT, 'q');
	EXPECT("\033\x7f", KEYCODE_BACKSPACE | ALT);
	EXPECT("\033\xc3\xa9", 0xe9 | ALT);
	EXPECT("\033[", '[' | ALT);
	EXPECT("\033O", 'O' | ALT);
	EXPECT("\033P", 'P' | ALT);
}

/* Their letters are commands: none of them may act. */
static void input_key__unknown_sequences__are_one_unknown_key_each(void **state)
{
	(void)state;
	EXPECT("\033[99~q", KEYCODE_UNKNOWN, 'q');
	EXPECT("\033[1;9Zq", KEYCODE_UNKNOWN, 'q');
	EXPECT("\033[?62;1;2cq", KEYCODE_UNKNOWN, 'q');
	EXPECT("\033[1$rq", KEYCODE_UNKNOWN, 'q');
	EXPECT("\033Oqq", KEYCODE_UNKNOWN, 'q');
	EXPECT("\033]11;rgb:0000/0000/0000\033\\q", KEYCODE_UNKNOWN, 'q');
	EXPECT("\033]11;qqq\aq", KEYCODE_UNKNOWN, 'q');
	EXPECT("\033P>|qqq\033\\q", KEYCODE_UNKNOWN, 'q');
}

static void input_key__sequence_torn__waits_for_the_rest(void **state)
{
	static const char bytes[] = "\033[21~";

	(void)state;
	for (size_t i = 0; i + 2 < sizeof(bytes); i++) {
		assert_int_equal(input_add(&input, bytes + i, 1), 1);
		assert_int_equal(input_key(&input, false), 0);
		assert_true(input_patience_ms(&input) > 0);
	}
	send("~");
	assert_int_equal(input_key(&input, false), KEYCODE_F10);
}

static void input_key__sequence_never_ends__is_unknown(void **state)
{
	(void)state;
	EXPECT("\033[12;", KEYCODE_UNKNOWN);
	EXPECT("\033]qqqqqqqq", KEYCODE_UNKNOWN);
}

static void input_key__sequence_broken_off__next_one_counts(void **state)
{
	(void)state;
	EXPECT("\033[12\033[A", KEYCODE_UNKNOWN, KEYCODE_UP);
	EXPECT("\033[12\x03", KEYCODE_UNKNOWN, 3);
}

/* A string that fills all the room ends there, at the latest. */
static void input_key__string_fills_the_room__is_unknown(void **state)
{
	static char bytes[INPUT_BYTES_MAX + 100];

	(void)state;
	memset(bytes, 'q', sizeof(bytes));
	memcpy(bytes, "\033]", 2);
	assert_int_equal(input_add(&input, bytes, sizeof(bytes)), INPUT_BYTES_MAX);
	assert_int_equal(input_key(&input, false), 0);
	assert_int_equal(input_key(&input, true), KEYCODE_UNKNOWN);
	assert_int_equal(input.n, 0);
}

static void input_learn__terminals_own__come_first(void **state)
{
	(void)state;
	input_learn(&input, "\033[A", KEYCODE_F3);
	input_learn(&input, "\033[225z", KEYCODE_F2);
	input_learn(&input, NULL, KEYCODE_F4);
	input_learn(&input, "\n", KEYCODE_F5); /* no escape sequence: left out */
	EXPECT("\033[A\033[225z\n", KEYCODE_F3, KEYCODE_F2, '\r');
}

/* --- the mouse -------------------------------------------------------------------------------- */

static void expect_mouse(const char *bytes, int row, int col, enum mouse_act act)
{
	EXPECT(bytes, KEYCODE_MOUSE);
	assert_int_equal(input.mouse.row, row);
	assert_int_equal(input.mouse.col, col);
	assert_int_equal(input.mouse.act, act);
}

static void expect_nothing(const char *bytes)
{
	expect_keys(bytes, (const int[]){ 0 });
}

static void input_key__pressed_and_released__is_a_click(void **state)
{
	(void)state;
	expect_nothing("\033[<0;10;5M");
	expect_mouse("\033[<0;10;5m", 4, 9, MOUSE_CLICK);
	expect_mouse("\033[<0;500;200M\033[<0;500;200m", 199, 499, MOUSE_CLICK);
	/* With Shift, Alt or Control held, too. */
	expect_mouse("\033[<16;1;1M\033[<16;1;1m", 0, 0, MOUSE_CLICK);
}

static void input_key__dragged_or_other_button__is_nothing(void **state)
{
	(void)state;
	expect_nothing("\033[<0;10;5M\033[<0;11;5m");
	expect_nothing("\033[<0;10;5m");
	expect_nothing("\033[<2;10;5M\033[<2;10;5m");
	expect_nothing("\033[<0;10;5M\033[<2;10;5M\033[<2;10;5m");
	expect_nothing("\033[<35;10;5M");
	expect_nothing("\033[<66;10;5M");
}

static void input_key__wheel__turns_at_its_place(void **state)
{
	(void)state;
	expect_mouse("\033[<64;3;2M", 1, 2, MOUSE_WHEEL_UP);
	expect_mouse("\033[<65;3;2M", 1, 2, MOUSE_WHEEL_DOWN);
}

static void input_key__old_mouse_report__is_understood(void **state)
{
	(void)state;
	expect_nothing("\033[M *%");
	expect_mouse("\033[M#*%", 4, 9, MOUSE_CLICK);
	expect_mouse("\033[M`*%", 4, 9, MOUSE_WHEEL_UP);
	/* Torn. */
	send("\033[M *");
	assert_int_equal(input_key(&input, false), 0);
	send("%\033[M#*%");
	assert_int_equal(input_key(&input, false), KEYCODE_MOUSE);
}

static void input_key__broken_mouse_report__is_nothing(void **state)
{
	(void)state;
	expect_nothing("\033[<0;10M");
	expect_nothing("\033[<0;0;0M\033[<0;0;0m");
	expect_nothing("\033[<0;99999999999;5M");
	expect_nothing("\033[<;;M");
	expect_nothing("\033[<0;1;1;1M");
	expect_nothing("\033[<0000000000000000000000000000000000000000;1;1M");
}

/* --- pasted text ------------------------------------------------------------------------------ */

static void expect_paste(const char *text)
{
	assert_int_equal(input.paste_len, strlen(text));
	assert_memory_equal(input.paste, text, strlen(text));
}

static void input_key__paste__is_one_key_with_its_text(void **state)
{
	(void)state;
	EXPECT("\033[200~q1\r2\x1bj\xc3\xa9\033[201~k", KEYCODE_PASTE, 'k');
	expect_paste("q1\n2\x1bj\xc3\xa9");
	EXPECT("\033[200~\033[201~", KEYCODE_PASTE);
	expect_paste("");
}

static void input_key__paste_in_pieces__waits_for_its_end(void **state)
{
	static const char bytes[] = "\033[200~ab\xc3\xa9z\033[201~";

	(void)state;
	for (size_t i = 0; i + 2 < sizeof(bytes); i++) {
		assert_int_equal(input_add(&input, bytes + i, 1), 1);
		/* However long it takes: the rest of it must not act. */
		assert_int_equal(input_key(&input, i > 6), 0);
	}
	assert_int_equal(input_patience_ms(&input), 0);
	send("~");
	assert_int_equal(input_key(&input, false), KEYCODE_PASTE);
	expect_paste("ab\xc3\xa9z");
}

static void input_key__paste_without_end__control_c_ends_it(void **state)
{
	(void)state;
	EXPECT("\033[200~qqq\x03q", KEYCODE_PASTE, 'q');
	expect_paste("qqq");
}

static void input_key__long_paste__is_cut(void **state)
{
	char piece[512];

	(void)state;
	memset(piece, 'x', sizeof(piece));
	send("\033[200~");
	for (int i = 0; i < 20; i++) {
		assert_int_equal(input_add(&input, piece, sizeof(piece)), sizeof(piece));
		assert_int_equal(input_key(&input, false), 0);
	}
	send("\033[201~");
	assert_int_equal(input_key(&input, false), KEYCODE_PASTE);
	assert_in_range(input.paste_len, SCREEN_PASTE_MAX - 4, SCREEN_PASTE_MAX);
}

/* Whatever comes, it ends, and nothing is left over. */
static void input_key__any_bytes__are_used_up(void **state)
{
	static const char letters[] = "\033\033\033[[O<M~;0129ABmP]\\\a\x03\xc3\xa9q";
	unsigned seed = 4711;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		char bytes[40];
		size_t keys = 0;

		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1103515245 + 12345;
			bytes[i] = letters[seed / 65536 % (sizeof(letters) - 1)];
		}
		assert_int_equal(input_add(&input, bytes, sizeof(bytes)), sizeof(bytes));
		while (input_key(&input, true))
			assert_true(++keys <= sizeof(bytes));
		if (input.pasting) {
			send("\x03");
			assert_int_equal(input_key(&input, true), KEYCODE_PASTE);
		}
		assert_int_equal(input.n, 0);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(input_key__characters__are_their_code_points),
		TEST(input_key__character_torn__waits_for_the_rest),
		TEST(input_key__no_character__is_unknown),
		TEST(input_key__c_locale__foreign_bytes_are_unknown),
		TEST(input_key__known_sequences__are_keys),
		TEST(input_key__escape_alone__is_escape_after_a_while),
		TEST(input_key__escape_twice__is_escape_twice),
		TEST(input_key__escape_and_letter__is_alt),
		TEST(input_key__unknown_sequences__are_one_unknown_key_each),
		TEST(input_key__sequence_torn__waits_for_the_rest),
		TEST(input_key__sequence_never_ends__is_unknown),
		TEST(input_key__sequence_broken_off__next_one_counts),
		TEST(input_key__string_fills_the_room__is_unknown),
		TEST(input_learn__terminals_own__come_first),
		TEST(input_key__pressed_and_released__is_a_click),
		TEST(input_key__dragged_or_other_button__is_nothing),
		TEST(input_key__wheel__turns_at_its_place),
		TEST(input_key__old_mouse_report__is_understood),
		TEST(input_key__broken_mouse_report__is_nothing),
		TEST(input_key__paste__is_one_key_with_its_text),
		TEST(input_key__paste_in_pieces__waits_for_its_end),
		TEST(input_key__paste_without_end__control_c_ends_it),
		TEST(input_key__long_paste__is_cut),
		TEST(input_key__any_bytes__are_used_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
