/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Globs on command names: the automaton made of them, held against fnmatch(3). */
#include <errno.h>
#include <fnmatch.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "random.h"
#include "specs.h"

#define HINT   ": a name; * ? [a-z] [!a-z] match, \\ before others"
#define ROUNDS 20000
#define NAMES  50 /* tried on each glob */

/* Whether an exec of that name gets through. */
static bool allows(const char *comm)
{
	struct filter_subject subject = { .pid = 1 };

	assert_in_range(strlen(comm), 0, FILTER_COMM_LEN - 1);
	strcpy(subject.comm, comm);
	return filter_match(&spec.filter, &subject);
}

static void set__names_and_globs__judge_whole_names(void **state)
{
	(void)state;
	assert_set(FILTER_COMM, "nginx,python3.?? ssh*", "nginx,python3.??,ssh*");
	assert_true(allows("nginx"));
	assert_false(allows("nginx2"));
	assert_false(allows("ngin"));
	assert_true(allows("python3.11"));
	assert_false(allows("python3.9"));
	assert_true(allows("ssh"));
	assert_true(allows("sshd"));
	assert_false(allows("openssh"));
	assert_false(allows(""));
}

static void set__excluded__win(void **state)
{
	(void)state;
	assert_set(FILTER_COMM, "ssh*,!sshd", "ssh*,!sshd");
	assert_true(allows("ssh-agent"));
	assert_false(allows("sshd"));
	assert_set(FILTER_COMM, "!*d", "!*d");
	assert_false(allows("sshd"));
	assert_true(allows("cron"));
	assert_true(allows(""));
}

static void set__escaped__are_themselves(void **state)
{
	(void)state;
	assert_set(FILTER_COMM, "Web\\ Content,a\\,b,\\!x,\\*,!y\\!",
		   "Web\\ Content,a\\,b,\\!x,\\*,!y\\!");
	assert_true(allows("Web Content"));
	assert_true(allows("a,b"));
	assert_true(allows("!x"));
	assert_true(allows("*"));
	assert_false(allows("Web"));
	assert_false(allows("b"));
	assert_false(allows("x"));
	assert_false(allows("y!"));
}

static void set__brackets__hold_their_characters(void **state)
{
	(void)state;
	assert_set(FILTER_COMM, "kworker/[0-9]:*", "kworker/[0-9]:*");
	assert_true(allows("kworker/3:1-eve"));
	assert_false(allows("kworker/u8:1"));
	assert_set(FILTER_COMM, "[!a-c]x,[]]y,[[:upper:]]z,[w", "[!a-c]x,[]]y,[[:upper:]]z,[w");
	assert_true(allows("dx"));
	assert_false(allows("bx"));
	assert_true(allows("]y"));
	assert_true(allows("Qz"));
	assert_false(allows("qz"));
	assert_true(allows("[w"));
}

/* Bytes, in whatever locale: a mark takes one, and a range is of bytes. */
static void set__utf8__is_bytes(void **state)
{
	const char *before = setlocale(LC_CTYPE, "C.UTF-8");

	(void)state;
	assert_non_null(before);
	assert_set(FILTER_COMM, "caf\u00e9", "caf\u00e9");
	assert_true(allows("caf\u00e9"));
	assert_set(FILTER_COMM, "caf??,[\u00e9]?", "caf??,[\u00e9]?");
	assert_true(allows("caf\u00e9"));
	assert_true(allows("\u00e9"));
	assert_set(FILTER_COMM, "[!a]\251", "[!a]\251");
	assert_true(allows("\u00e9"));
	setlocale(LC_CTYPE, "C");
}

static void set__longest_name__is_taken_and_a_longer_one_refused(void **state)
{
	(void)state;
	assert_set(FILTER_COMM, "123456789012345", "123456789012345");
	assert_true(allows("123456789012345"));
	assert_set(FILTER_COMM, "*[1]2345678901234?*", "*[1]2345678901234?*");
	assert_true(allows("123456789012345"));
	assert_refused(FILTER_COMM, "1234567890123456", -EINVAL,
		       "bad command '1234567890123456': the kernel cuts names to 15 bytes");
	assert_refused(FILTER_COMM, "*\?\?\?\?\?\?\?\?\?\?\?\?\?\?\?\?", -EINVAL,
		       "bad command '*\?\?\?\?\?\?\?\?\?\?\?\?\?\?\?\?': the kernel cuts names to "
		       "15 bytes");
}

static void set__bad_globs__are_refused(void **state)
{
	(void)state;
	assert_set(FILTER_COMM, "a", "a");
	assert_refused(FILTER_COMM, "b,", -EINVAL, "bad command ''" HINT);
	assert_refused(FILTER_COMM, "b\\", -EINVAL, "bad command 'b\\'" HINT);
	assert_refused(FILTER_COMM, "[\\", -EINVAL, "bad command '[\\'" HINT);
	assert_refused(FILTER_COMM, "!", -EINVAL, "bad command '!'" HINT);
	assert_refused(FILTER_COMM, "!!a", -EINVAL, "bad command '!a'" HINT);
}

/* Four of 15 bytes fill a word. */
#define LONGEST_MAX (4 * FILTER_COMM_WORDS)

static void set__more_than_fits__is_refused(void **state)
{
	static char text[FILTER_TEXT_MAX];
	char sentence[ERROR_CAP];
	size_t len = 0;

	(void)state;
	for (int i = 0; i < LONGEST_MAX; i++)
		len += (size_t)sprintf(text + len, "%s%015d", len ? "," : "", i);
	assert_set(FILTER_COMM, text, text);
	assert_int_equal(spec.filter.comm.only.n, FILTER_COMM_WORDS);
	for (int i = 0; i <= LONGEST_MAX; i++) {
		char name[FILTER_COMM_LEN];

		snprintf(name, sizeof(name), "%015d", i);
		assert_int_equal(allows(name), i < LONGEST_MAX);
	}
	strcpy(text + len, ",*");
	snprintf(sentence, sizeof(sentence),
		 "no room for command '*': a filter has at most %d characters of commands",
		 64 * FILTER_COMM_WORDS);
	assert_refused(FILTER_COMM, text, -E2BIG, sentence);
	strcpy(text + len, ",!*"); /* has room of its own */
	assert_set(FILTER_COMM, text, text);
	assert_set(FILTER_COMM, "ab,cd,ef", "ab,cd,ef");
	assert_int_equal(spec.filter.comm.only.n, 1);
}

static void set__text_longer_than_a_filter_has__is_refused(void **state)
{
	static char text[2 * FILTER_TEXT_MAX];

	(void)state;
	memset(text, '*', sizeof(text) - 1);
	assert_int_equal(filterspec_set(&spec, FILTER_COMM, text, NULL, 0), -E2BIG);
	memset(text, 'a', sizeof(text) - 1);
	text[0] = '[';
	text[sizeof(text) - 2] = ']';
	assert_int_equal(filterspec_set(&spec, FILTER_COMM, text, NULL, 0), -E2BIG);
}

/* --- against fnmatch(3) ----------------------------------------------------------------------- */

static void draw_glob(char *glob, int pieces)
{
	static const char *const list[] = {
		"a",
		"b",
		"c",
		"*",
		"*",
		"?",
		"[a-c]",
		"[!a]",
		"[^b]",
		"[",
		"]",
		"[]a]",
		"[!]b]",
		"[a\\]b]",
		"\\*",
		"\\a",
		"\\[",
		"\\]",
		"\344",
		"\377",
		"[b-]",
		"[\340-\377]",
		"[!\200-\360]",
		"[[:alpha:]]",
		"[a[:xdigit:]]",
	};

	*glob = '\0';
	while (pieces--)
		strcat(glob, list[any(sizeof(list) / sizeof(list[0]))]);
}

static void draw_name(char *name, int len)
{
	static const char bytes[] = "aaabbbcd[]*-\344\377";

	while (len--)
		*name++ = bytes[any(sizeof(bytes) - 1)];
	*name = '\0';
}

/* Up to three globs at a time, so that they share words: one that matches is enough. */
static void set__random_globs__match_as_fnmatch_does(void **state)
{
	unsigned matches = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		char globs[3][128], text[512], name[FILTER_COMM_LEN];
		int n = 1 + (int)any(3);

		*text = '\0';
		for (int i = 0; i < n; i++) {
			draw_glob(globs[i], 1 + (int)any(6));
			sprintf(text + strlen(text), "%s%s", i ? "," : "", globs[i]);
		}
		assert_int_equal(filterspec_set(&spec, FILTER_COMM, text, NULL, 0), 0);
		for (int k = 0; k < NAMES; k++) {
			bool wanted = false;

			draw_name(name, (int)any(7));
			for (int i = 0; i < n; i++)
				wanted |= !fnmatch(globs[i], name, 0);
			if (allows(name) != wanted)
				fail_msg("'%s' on '%s': %d wanted", text, name, wanted);
			matches += wanted;
		}
	}
	/* Neither all nor nothing was tried. */
	assert_in_range(matches, ROUNDS * NAMES / 20, ROUNDS * NAMES * 19 / 20);
}

/* --- names as globs --------------------------------------------------------------------------- */

static void expect_escaped(const char *comm, const char *glob)
{
	char out[4 * FILTER_COMM_LEN];

	filterspec_escape_comm(comm, strlen(comm), out, sizeof(out));
	assert_string_equal(out, glob);
	assert_set(FILTER_COMM, out, out);
	assert_true(allows(comm));
}

static void escape_comm__any_name__is_a_glob_for_it(void **state)
{
	(void)state;
	expect_escaped("curl", "curl");
	expect_escaped("Web Content", "Web\\ Content");
	expect_escaped("!a!,[*?\\]", "\\!a!\\,\\[\\*\\?\\\\]");
	expect_escaped("caf\u00e9", "caf\u00e9");
	expect_escaped("a\tb\n\x7f", "a?b??");
	expect_escaped("cut\xe4\xb8", "cut??");
}

static void escape_comm__short_buffer__is_cut_and_terminated(void **state)
{
	char out[9];

	(void)state;
	memset(out, '#', sizeof(out));
	filterspec_escape_comm("abcdefghij", 10, out, 8);
	assert_string_equal(out, "abc");
	assert_int_equal(out[8], '#');
	filterspec_escape_comm("abc", 3, out, 1);
	assert_string_equal(out, "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		TEST(set__names_and_globs__judge_whole_names),
		TEST(set__excluded__win),
		TEST(set__escaped__are_themselves),
		TEST(set__brackets__hold_their_characters),
		TEST(set__utf8__is_bytes),
		TEST(set__longest_name__is_taken_and_a_longer_one_refused),
		TEST(set__bad_globs__are_refused),
		TEST(set__more_than_fits__is_refused),
		TEST(set__text_longer_than_a_filter_has__is_refused),
		TEST(set__random_globs__match_as_fnmatch_does),
		TEST(escape_comm__any_name__is_a_glob_for_it),
		TEST(escape_comm__short_buffer__is_cut_and_terminated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
