/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filter expressions: what they become, what is refused and in which words. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "specs.h"

static void check_numbers(const struct filter_numbers *set, uint32_t n, const uint32_t *values)
{
	assert_int_equal(set->n, n);
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(set->values[i], values[i]);
}

/* The set holds these values and no others. */
#define assert_numbers(set, ...)                                                         \
	check_numbers(set, sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t), \
		      (const uint32_t[]){ __VA_ARGS__ })

static unsigned count_ports(const __u64 *words)
{
	unsigned n = 0;

	for (int i = 0; i < FILTER_PORT_WORDS; i++)
		n += (unsigned)__builtin_popcountll(words[i]);
	return n;
}

static void set__numbers_in_any_order__text_keeps_it_and_the_set_is_sorted(void **state)
{
	(void)state;
	assert_set(FILTER_PID, "30,4,!200,5,!100,4194304,1", "30,4,!200,5,!100,4194304,1");
	assert_numbers(&spec.filter.pid.only, 1, 4, 5, 30, 4194304);
	assert_numbers(&spec.filter.pid.not, 100, 200);
}

static void set__duplicates__are_one_value_of_the_set(void **state)
{
	(void)state;
	assert_set(FILTER_PID, "7,3,7,!9,!9,3", "7,3,7,!9,!9,3");
	assert_numbers(&spec.filter.pid.only, 3, 7);
	assert_numbers(&spec.filter.pid.not, 9);
}

static void set__blanks_and_commas__become_one_comma(void **state)
{
	(void)state;
	assert_set(FILTER_PID, "  1 ,2 3\t4 ,  !5\n6\n", "1,2,3,4,!5,6");
	assert_numbers(&spec.filter.pid.only, 1, 2, 3, 4, 6);
}

static void set__leading_zeros__are_decimal(void **state)
{
	(void)state;
	assert_set(FILTER_PID, "0010,!007", "10,!7");
	assert_numbers(&spec.filter.pid.only, 10);
	assert_set(FILTER_PORT, "0080-0090", "80-90");
}

static void set__canonical_text__means_the_same_again(void **state)
{
	static struct filterspec first;

	(void)state;
	assert_set(FILTER_PID, " 5, 1 !3", "5,1,!3");
	assert_set(FILTER_UID, "root 1000 !root", "root,1000,!root");
	assert_set(FILTER_PORT, "443  8000-8010,!8005", "443,8000-8010,!8005");
	assert_set(FILTER_ADDR, "!10.1.2.3/8 ::FFFF", "!10.0.0.0/8,::ffff");
	assert_set(FILTER_COMM, "a\\,b !\\!c*", "a\\,b,!\\!c*");
	assert_set(FILTER_IP, "6 4", "6,4");
	first = spec;
	filterspec_clear(&spec);
	for (int i = 0; i < FILTER_DIMENSIONS; i++)
		assert_set((enum filter_dimension)i, first.text[i], first.text[i]);
	assert_memory_equal(&first, &spec, sizeof(spec));
}

static void set__other_text__replaces_the_dimension_only(void **state)
{
	(void)state;
	assert_set(FILTER_PID, "1000,1001,!1002", "1000,1001,!1002");
	assert_set(FILTER_UID, "1000", "1000");
	assert_set(FILTER_PORT, "80-90,!85", "80-90,!85");
	assert_set(FILTER_PID, "7", "7");
	assert_numbers(&spec.filter.pid.only, 7);
	assert_int_equal(spec.filter.pid.not .n, 0);
	assert_set(FILTER_PORT, "443", "443");
	assert_int_equal(count_ports(spec.filter.port.only), 1);
	assert_int_equal(spec.filter.port.has_not, 0);
	assert_int_equal(count_ports(spec.filter.port.not ), 0);
	assert_numbers(&spec.filter.uid.only, 1000);
}

static void set__blank__lifts_the_dimension_only(void **state)
{
	static struct filterspec empty;

	(void)state;
	assert_set(FILTER_PID, "1,!2", "1,!2");
	assert_set(FILTER_UID, "root", "root");
	assert_set(FILTER_PORT, "0-65535", "0-65535");
	assert_set(FILTER_PID, "", "");
	assert_set(FILTER_PORT, " \t ", "");
	assert_numbers(&spec.filter.uid.only, 0);
	assert_string_equal(spec.text[FILTER_UID], "root");
	assert_set(FILTER_UID, " ", "");
	assert_memory_equal(&empty, &spec, sizeof(spec));
}

static void set__bad_pids__are_refused(void **state)
{
	static const char *const bad[] = { "0",
					   "4194305",
					   "12x",
					   "x12",
					   "-1",
					   "+1",
					   "1.0",
					   "0x10",
					   "1-2",
					   "!!12",
					   "99999999999999999999",
					   "!",
					   "1e3",
					   "\v1" };
	char sentence[ERROR_CAP];

	(void)state;
	assert_set(FILTER_PID, "42,!43", "42,!43");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *quoted = bad[i][0] == '\v' ? "\\x0b1" : bad[i];

		if (!strcmp(bad[i], "!!12"))
			quoted = "!12";
		snprintf(sentence, sizeof(sentence), "bad PID '%s': a number from 1 to 4194304",
			 quoted);
		assert_refused(FILTER_PID, bad[i], -EINVAL, sentence);
	}
}

static void set__one_bad_among_good__names_it(void **state)
{
	(void)state;
	assert_set(FILTER_PID, "9", "9");
	assert_refused(FILTER_PID, "1,2,!12x,3", -EINVAL,
		       "bad PID '12x': a number from 1 to 4194304");
	assert_refused(FILTER_PORT, "80,70000", -EINVAL,
		       "bad port '70000': a number from 0 to 65535, or a range LOW-HIGH");
}

static void set__empty_value__is_refused(void **state)
{
	static const char *const bad[] = { ",", "1,", ",1", "1,,2", "1 , ,2", " , " };

	(void)state;
	assert_set(FILTER_PID, "9", "9");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_refused(FILTER_PID, bad[i], -EINVAL,
			       "bad PID '': a number from 1 to 4194304");
	assert_refused(FILTER_UID, "root,", -EINVAL,
		       "bad user '': a name, or a UID from 0 to 4294967294");
}

static void set__control_characters__are_visible_in_the_error(void **state)
{
	(void)state;
	assert_refused(FILTER_PID, "1\033[31m", -EINVAL,
		       "bad PID '1\\e[31m': a number from 1 to 4194304");
	assert_refused(FILTER_UID, "bob\r\377", -ENOENT, "unknown user 'bob\\r\\xff'");
}

static void set__short_error_buffer__is_not_overrun(void **state)
{
	char error[8] = "1234567";

	(void)state;
	assert_int_equal(filterspec_set(&spec, FILTER_PID, "x", error, 5), -EINVAL);
	assert_memory_equal(error, "bad \00067", 8);
	assert_int_equal(filterspec_set(&spec, FILTER_PID, "x", NULL, 0), -EINVAL);
}

static void set__user_names_and_uids__become_uids(void **state)
{
	(void)state;
	assert_set(FILTER_UID, "4294967294,root,!1000,0", "4294967294,root,!1000,0");
	assert_numbers(&spec.filter.uid.only, 0, 4294967294U);
	assert_numbers(&spec.filter.uid.not, 1000);
	assert_set(FILTER_UID, "!root", "!root");
	assert_numbers(&spec.filter.uid.not, 0);
	assert_int_equal(spec.filter.uid.only.n, 0);
}

static void set__unknown_or_bad_user__is_refused(void **state)
{
	char name[2 * FILTER_TEXT_MAX];

	(void)state;
	assert_set(FILTER_UID, "root", "root");
	assert_refused(FILTER_UID, "root,no-such-user", -ENOENT, "unknown user 'no-such-user'");
	assert_refused(FILTER_UID, "!no-such-user", -ENOENT, "unknown user 'no-such-user'");
	assert_refused(FILTER_UID, "-1", -ENOENT, "unknown user '-1'");
	assert_refused(FILTER_UID, "4294967295", -EINVAL,
		       "bad user '4294967295': a name, or a UID from 0 to 4294967294");
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(filterspec_set(&spec, FILTER_UID, name, NULL, 0), -E2BIG);
	assert_string_equal(spec.text[FILTER_UID], "root");
}

static void set__ports__set_exactly_their_bits(void **state)
{
	const struct filter_ports *ports = &spec.filter.port;

	(void)state;
	assert_set(FILTER_PORT, "0,65535,63-64,!443", "0,65535,63-64,!443");
	assert_int_equal(ports->has_only, 1);
	assert_int_equal(ports->has_not, 1);
	assert_int_equal(count_ports(ports->only), 4);
	assert_true(filter_port_bit(ports->only, 0));
	assert_true(filter_port_bit(ports->only, 63));
	assert_true(filter_port_bit(ports->only, 64));
	assert_true(filter_port_bit(ports->only, 65535));
	assert_int_equal(count_ports(ports->not ), 1);
	assert_true(filter_port_bit(ports->not, 443));
}

static void set__port_ranges__hold_both_ends(void **state)
{
	(void)state;
	assert_set(FILTER_PORT, "8000-8010", "8000-8010");
	for (uint32_t port = 0; port <= 65535; port++)
		assert_int_equal(filter_port_bit(spec.filter.port.only, (uint16_t)port),
				 port >= 8000 && port <= 8010);
	assert_set(FILTER_PORT, "0-65535", "0-65535");
	assert_int_equal(count_ports(spec.filter.port.only), 65536);
	assert_set(FILTER_PORT, "!22-22", "!22-22");
	assert_int_equal(count_ports(spec.filter.port.not ), 1);
	assert_int_equal(spec.filter.port.has_only, 0);
}

static void set__bad_ports__are_refused(void **state)
{
	static const char *const bad[] = { "70000", "65536",   "90-80", "-80",	 "80-", "-",
					   "1-2-3", "1-65536", "http",	"80:90", "+80", "80-!90" };
	char sentence[ERROR_CAP];

	(void)state;
	assert_set(FILTER_PORT, "443,!22", "443,!22");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(sentence, sizeof(sentence),
			 "bad port '%s': a number from 0 to 65535, or a range LOW-HIGH", bad[i]);
		assert_refused(FILTER_PORT, bad[i], -EINVAL, sentence);
	}
}

/* Writes "1,1,..1": `n` ones. */
static void write_ones(char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		text[2 * i] = '1';
		text[2 * i + 1] = ',';
	}
	text[2 * n - 1] = '\0';
}

static void set__text_that_just_fits__is_taken_and_one_more_refused(void **state)
{
	static char text[2 * FILTER_TEXT_MAX];
	char sentence[ERROR_CAP];

	(void)state;
	write_ones(text, FILTER_TEXT_MAX / 2);
	assert_int_equal(strlen(text), FILTER_TEXT_MAX - 1);
	assert_set(FILTER_PORT, text, text);
	write_ones(text, FILTER_TEXT_MAX / 2 + 1);
	snprintf(sentence, sizeof(sentence),
		 "no room for port '1': a filter has at most %d characters", FILTER_TEXT_MAX - 1);
	assert_refused(FILTER_PORT, text, -E2BIG, sentence);
	/* The same, where the last comma still fits and the value does not. */
	text[0] = '2';
	memmove(text + 2, text + 1, FILTER_TEXT_MAX - 2);
	text[1] = '2';
	text[FILTER_TEXT_MAX] = '\0';
	assert_refused(FILTER_PORT, text, -E2BIG, sentence);
}

static void set__long_text_of_few_values__is_taken(void **state)
{
	static char text[4 * FILTER_TEXT_MAX];

	(void)state;
	memset(text, ' ', sizeof(text) - 1);
	text[100] = '5';
	text[sizeof(text) - 2] = '6';
	assert_set(FILTER_PID, text, "5,6");
}

static void set__more_values_than_a_set_holds__is_refused(void **state)
{
	static char text[8 * (FILTER_NUMBERS_MAX + 1)];
	size_t len = 0;

	(void)state;
	assert_set(FILTER_PID, "9", "9");
	for (int i = 1; i <= FILTER_NUMBERS_MAX + 1; i++)
		len += (size_t)sprintf(text + len, "%s%d", len ? "," : "", i);
	assert_int_equal(filterspec_set(&spec, FILTER_PID, text, NULL, 0), -E2BIG);
	assert_string_equal(spec.text[FILTER_PID], "9");
	assert_numbers(&spec.filter.pid.only, 9);
}

static void set__expressions__judge_as_written(void **state)
{
	struct filter_subject subject = {
		.pid = 41200, .has_conn = 1, .ip = 4, .lport = 49340, .rport = 443
	};

	(void)state;
	assert_set(FILTER_PID, "41200,41201", "41200,41201");
	assert_set(FILTER_UID, "root", "root");
	assert_set(FILTER_PORT, "443,8000-8010,!8005", "443,8000-8010,!8005");
	assert_true(filter_match(&spec.filter, &subject));
	subject.rport = 8005;
	assert_false(filter_match(&spec.filter, &subject));
	subject.rport = 8006;
	assert_true(filter_match(&spec.filter, &subject));
	subject.uid = 1;
	assert_false(filter_match(&spec.filter, &subject));
	subject.uid = 0;
	subject.pid = 41202;
	assert_false(filter_match(&spec.filter, &subject));
}

static void set__families__are_bits_and_kept_once(void **state)
{
	(void)state;
	assert_set(FILTER_IP, "4", "4");
	assert_int_equal(spec.filter.families, 1 << 4);
	assert_set(FILTER_IP, "6 6", "6");
	assert_int_equal(spec.filter.families, 1 << 6);
	assert_set(FILTER_IP, "4,6,4", "4,6");
	assert_int_equal(spec.filter.families, 1 << 4 | 1 << 6);
	assert_set(FILTER_IP, "", "");
	assert_int_equal(spec.filter.families, 0);
}

static void set__bad_family__is_refused(void **state)
{
	(void)state;
	assert_set(FILTER_IP, "6", "6");
	assert_refused(FILTER_IP, "5", -EINVAL, "bad family '5': 4 or 6");
	assert_refused(FILTER_IP, "4,46", -EINVAL, "bad family '46': 4 or 6");
	assert_refused(FILTER_IP, "!4", -EINVAL, "bad family '4': 4 or 6");
}

static void set__any_dimension__leaves_follow_as_it_is(void **state)
{
	(void)state;
	spec.filter.follow = 1;
	assert_set(FILTER_PID, "1", "1");
	assert_set(FILTER_PID, "", "");
	assert_int_equal(spec.filter.follow, 1);
}

static void clear__any_spec__is_zeroed(void **state)
{
	static const struct filterspec empty;

	(void)state;
	assert_set(FILTER_PID, "1,!2", "1,!2");
	assert_set(FILTER_PORT, "1-100", "1-100");
	assert_set(FILTER_ADDR, "::/0", "::/0");
	assert_set(FILTER_COMM, "a*", "a*");
	assert_set(FILTER_IP, "4", "4");
	spec.filter.follow = 1;
	filterspec_clear(&spec);
	assert_memory_equal(&empty, &spec, sizeof(spec));
}

static void format__dimensions_in_force__are_listed(void **state)
{
	char out[64];

	(void)state;
	filterspec_format(&spec, out, sizeof(out));
	assert_string_equal(out, "");
	assert_set(FILTER_PORT, "443,8000-8010", "443,8000-8010");
	filterspec_format(&spec, out, sizeof(out));
	assert_string_equal(out, "port=443,8000-8010");
	assert_set(FILTER_PID, "41200", "41200");
	filterspec_format(&spec, out, sizeof(out));
	assert_string_equal(out, "pid=41200 port=443,8000-8010");
	assert_set(FILTER_UID, "!root", "!root");
	filterspec_format(&spec, out, sizeof(out));
	assert_string_equal(out, "pid=41200 uid=!root port=443,8000-8010");
	assert_set(FILTER_PID, "", "");
	assert_set(FILTER_UID, "", "");
	assert_set(FILTER_PORT, "", "");
	assert_set(FILTER_IP, "6", "6");
	assert_set(FILTER_COMM, "ssh*", "ssh*");
	assert_set(FILTER_ADDR, "::1", "::1");
	filterspec_format(&spec, out, sizeof(out));
	assert_string_equal(out, "addr=::1 comm=ssh* ip=6");
}

static void format__follow__is_a_plus_behind_the_pids_it_follows(void **state)
{
	char out[64];

	(void)state;
	spec.filter.follow = 1;
	assert_set(FILTER_UID, "root", "root");
	filterspec_format(&spec, out, sizeof(out));
	assert_string_equal(out, "uid=root");
	assert_set(FILTER_PID, "!7", "!7");
	filterspec_format(&spec, out, sizeof(out));
	assert_string_equal(out, "pid=!7 uid=root");
	assert_set(FILTER_PID, "41200,!7", "41200,!7");
	filterspec_format(&spec, out, sizeof(out));
	assert_string_equal(out, "pid=41200,!7+ uid=root");
}

static void format__short_buffer__is_cut_and_terminated(void **state)
{
	static const char whole[] = "pid=41200 uid=!root port=443";
	char out[sizeof(whole) + 1];

	(void)state;
	assert_set(FILTER_PID, "41200", "41200");
	assert_set(FILTER_UID, "!root", "!root");
	assert_set(FILTER_PORT, "443", "443");
	for (size_t cap = 1; cap <= sizeof(whole); cap++) {
		memset(out, '#', sizeof(out));
		filterspec_format(&spec, out, cap);
		assert_int_equal(strlen(out), cap - 1);
		assert_memory_equal(out, whole, cap - 1);
		assert_int_equal(out[cap], '#');
	}
	filterspec_format(&spec, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			set__numbers_in_any_order__text_keeps_it_and_the_set_is_sorted, setup),
		cmocka_unit_test_setup(set__duplicates__are_one_value_of_the_set, setup),
		cmocka_unit_test_setup(set__blanks_and_commas__become_one_comma, setup),
		cmocka_unit_test_setup(set__leading_zeros__are_decimal, setup),
		cmocka_unit_test_setup(set__canonical_text__means_the_same_again, setup),
		cmocka_unit_test_setup(set__other_text__replaces_the_dimension_only, setup),
		cmocka_unit_test_setup(set__blank__lifts_the_dimension_only, setup),
		cmocka_unit_test_setup(set__bad_pids__are_refused, setup),
		cmocka_unit_test_setup(set__one_bad_among_good__names_it, setup),
		cmocka_unit_test_setup(set__empty_value__is_refused, setup),
		cmocka_unit_test_setup(set__control_characters__are_visible_in_the_error, setup),
		cmocka_unit_test_setup(set__short_error_buffer__is_not_overrun, setup),
		cmocka_unit_test_setup(set__user_names_and_uids__become_uids, setup),
		cmocka_unit_test_setup(set__unknown_or_bad_user__is_refused, setup),
		cmocka_unit_test_setup(set__ports__set_exactly_their_bits, setup),
		cmocka_unit_test_setup(set__port_ranges__hold_both_ends, setup),
		cmocka_unit_test_setup(set__bad_ports__are_refused, setup),
		cmocka_unit_test_setup(set__text_that_just_fits__is_taken_and_one_more_refused,
				       setup),
		cmocka_unit_test_setup(set__long_text_of_few_values__is_taken, setup),
		cmocka_unit_test_setup(set__more_values_than_a_set_holds__is_refused, setup),
		cmocka_unit_test_setup(set__expressions__judge_as_written, setup),
		cmocka_unit_test_setup(set__families__are_bits_and_kept_once, setup),
		cmocka_unit_test_setup(set__bad_family__is_refused, setup),
		cmocka_unit_test_setup(set__any_dimension__leaves_follow_as_it_is, setup),
		cmocka_unit_test_setup(clear__any_spec__is_zeroed, setup),
		cmocka_unit_test_setup(format__dimensions_in_force__are_listed, setup),
		cmocka_unit_test_setup(format__follow__is_a_plus_behind_the_pids_it_follows, setup),
		cmocka_unit_test_setup(format__short_buffer__is_cut_and_terminated, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
