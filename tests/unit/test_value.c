/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values as text and their order. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "../../tui/view/columns.h"
#include "events.h"

static const struct view_context utf8 = {
	.now_ns = T0_NS,
	.boot_to_wall_ns = T0_BOOT_TO_WALL_NS,
	.charset = CHARSET_UTF8,
};

static int set_up(void **state)
{
	(void)state;
	setenv("TZ", "EST5", 1); /* local time is not UTC: five hours less */
	tzset();
	return 0;
}

static void expect_text(struct value value, enum format format, const char *text)
{
	char out[256];

	assert_int_equal(value_text(value, format, &utf8, out, sizeof(out)), strlen(text));
	assert_string_equal(out, text);
}

static void expect_raw(struct value value, const char *text)
{
	char out[256];

	assert_int_equal(value_raw(value, out, sizeof(out)), strlen(text));
	assert_string_equal(out, text);
}

static struct value list(const char *bytes, size_t len)
{
	return (struct value){ .type = VALUE_LIST, .text = { bytes, len } };
}

/* A list of a literal's strings. */
#define LIST(literal) list(literal, sizeof(literal))

static struct value wall(int64_t wall_ns)
{
	return (struct value){ .type = VALUE_TIME, .wall_ns = wall_ns };
}

/* `bytes`: 16. */
static struct value address(int ip, const char *text, uint8_t *bytes)
{
	memset(bytes, 0, 16);
	assert_int_equal(inet_pton(ip == 6 ? AF_INET6 : AF_INET, text, bytes), 1);
	return value_addr(bytes, ip);
}

/* --- for people ------------------------------------------------------------------------------- */

static void value_text__plain_types__are_words(void **state)
{
	uint8_t bytes[16];

	(void)state;
	expect_text(value_null(), FORMAT_PLAIN, "-");
	expect_text(value_null(), FORMAT_SPAN, "-");
	expect_text(value_bool(true), FORMAT_PLAIN, "yes");
	expect_text(value_bool(false), FORMAT_PLAIN, "no");
	expect_text(value_number(-13), FORMAT_PLAIN, "-13");
	expect_text(value_number(INT64_MAX), FORMAT_PLAIN, "9223372036854775807");
	expect_text(value_bytes("a\x1b[2J", 5), FORMAT_PLAIN, "a\x1b[2J");
	expect_text(LIST("ls\0-l\0/tmp"), FORMAT_PLAIN, "ls -l /tmp");
	expect_text(address(4, "192.0.2.80", bytes), FORMAT_PLAIN, "192.0.2.80");
	expect_text(address(6, "2001:db8::2", bytes), FORMAT_PLAIN, "2001:db8::2");
}

static void value_text__list__keeps_empty_strings_and_cut_ones(void **state)
{
	(void)state;
	expect_text(list("", 0), FORMAT_PLAIN, "");
	expect_text(list("", 1), FORMAT_PLAIN, "");
	expect_text(LIST("a\0\0b"), FORMAT_PLAIN, "a  b");
	expect_text(LIST("a\0"), FORMAT_PLAIN, "a ");
	expect_text(list("ab\0cd", 5), FORMAT_PLAIN, "ab cd"); /* the last has no NUL */
}

static void value_text__numbers_without_names__stay_numbers(void **state)
{
	(void)state;
	expect_text(value_number(0), FORMAT_USER, "0");
	expect_text(value_number(443), FORMAT_PORT, "443");
}

static void value_text__numeric__asks_for_no_name(void **state)
{
	struct view_context ctx = utf8;
	char out[64];

	(void)state;
	ctx.names = names_new(NULL);
	assert_non_null(ctx.names);
	value_text(value_number(0), FORMAT_USER, &ctx, out, sizeof(out));
	assert_string_equal(out, "root");
	ctx.numeric = true;
	value_text(value_number(0), FORMAT_USER, &ctx, out, sizeof(out));
	assert_string_equal(out, "0");
	names_free(ctx.names);
}

static void value_text__span__has_a_unit_that_suits_it(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} spans[] = {
		{ 0, "0us" },
		{ 999, "999us" },
		{ 1000, "1.0ms" },
		{ 3400, "3.4ms" },
		{ 10000, "10ms" },
		{ 18000, "18ms" },
		{ 999999, "999ms" },
		{ 1000000, "1.0s" },
		{ 59900000, "59.9s" },
		{ 60000000, "1m00s" },
		{ 3599999999, "59m59s" },
		{ 3600000000, "1h00m" },
		{ 2 * 3600000000 + 5 * 60000000, "2h05m" },
		{ 86399999999, "23h59m" },
		{ 86400000000, "1d00h" },
		{ 99 * 86400000000 + 23 * 3600000000, "99d23h" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++)
		expect_text(value_number(spans[i].us), FORMAT_SPAN, spans[i].text);
}

/* Six columns is what the table gives spans and bytes: a longer figure would be cut. */
static void value_text__span__has_at_most_six_columns(void **state)
{
	char out[64];

	(void)state;
	for (int64_t us = 1; us < 9999 * 86400000000; us += us / 7 + 1)
		assert_in_range(value_text(value_number(us), FORMAT_SPAN, &utf8, out, sizeof(out)),
				3, 6);
}

static void value_text__bytes__are_in_powers_of_1024(void **state)
{
	static const struct {
		int64_t bytes;
		const char *text;
	} sizes[] = {
		{ 0, "0" },
		{ 812, "812" },
		{ 1023, "1023" },
		{ 1024, "1.0K" },
		{ 1229, "1.2K" },
		{ 421888, "412.0K" },
		{ 1048576, "1.0M" },
		{ 3565158, "3.4M" },
		{ 1073741824, "1.0G" },
		{ 1099511627776, "1.0T" },
		{ INT64_MAX, "8.0E" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		expect_text(value_number(sizes[i].bytes), FORMAT_BYTES, sizes[i].text);
}

static void value_text__bytes__have_at_most_six_columns(void **state)
{
	char out[64];

	(void)state;
	for (int64_t n = 1; n < INT64_MAX / 2; n += n / 50 + 1)
		assert_in_range(value_text(value_number(n), FORMAT_BYTES, &utf8, out, sizeof(out)),
				1, 6);
}

static void value_text__direction__is_an_arrow(void **state)
{
	struct view_context ascii = utf8;
	char out[8];

	(void)state;
	ascii.charset = CHARSET_ASCII;
	expect_text(value_string("out"), FORMAT_DIRECTION, "\u2192");
	expect_text(value_string("in"), FORMAT_DIRECTION, "\u2190");
	assert_int_equal(value_text(value_string("out"), FORMAT_DIRECTION, &ascii, out, 8), 1);
	assert_string_equal(out, ">");
	value_text(value_string("in"), FORMAT_DIRECTION, &ascii, out, sizeof(out));
	assert_string_equal(out, "<");
}

static void value_text__time__is_the_local_clock(void **state)
{
	(void)state;
	expect_text(wall(T0_WALL_NS), FORMAT_CLOCK, "09:02:11.250");
	expect_text(wall(T0_WALL_NS + 749999999), FORMAT_CLOCK, "09:02:11.999");
	expect_text(wall(0), FORMAT_CLOCK, "19:00:00.000");
	expect_text(wall(-1), FORMAT_CLOCK, "18:59:59.999");
}

static void value_text__no_room__is_cut_and_terminated(void **state)
{
	uint8_t bytes[16];
	char out[8];

	(void)state;
	memset(out, 'x', sizeof(out));
	assert_int_equal(value_text(value_string("curl"), FORMAT_PLAIN, &utf8, out, 4), 3);
	assert_memory_equal(out, "cur\0xxxx", 8);
	assert_int_equal(value_text(value_number(41213), FORMAT_PLAIN, &utf8, out, 3), 2);
	assert_string_equal(out, "41");
	assert_int_equal(value_text(wall(0), FORMAT_CLOCK, &utf8, out, 6), 5);
	assert_string_equal(out, "19:00");
	assert_int_equal(value_text(LIST("a\0b\0c"), FORMAT_PLAIN, &utf8, out, 3), 2);
	assert_string_equal(out, "a ");
	assert_int_equal(value_text(value_null(), FORMAT_PLAIN, &utf8, out, 1), 0);
	assert_string_equal(out, "");
	/* Half an address would be another one. */
	assert_int_equal(value_text(address(4, "192.0.2.80", bytes), FORMAT_PLAIN, &utf8, out, 8),
			 0);
	assert_string_equal(out, "");
}

/* --- for scripts ------------------------------------------------------------------------------ */

static void value_raw__each_type__is_plain(void **state)
{
	uint8_t bytes[16];

	(void)state;
	expect_raw(value_null(), "");
	expect_raw(value_bool(true), "true");
	expect_raw(value_bool(false), "false");
	expect_raw(value_number(1229), "1229");
	expect_raw(value_number(INT64_MIN), "-9223372036854775808");
	expect_raw(value_number(INT64_MAX), "9223372036854775807");
	expect_raw(value_number(0), "0");
	expect_raw(value_number(-7), "-7");
	expect_raw(value_bytes("a\tb", 3), "a\tb");
	expect_raw(LIST("ls\0-l"), "ls -l");
	expect_raw(address(6, "2001:db8::2", bytes), "2001:db8::2");
	expect_raw(address(4, "0.0.0.0", bytes), "0.0.0.0");
	expect_raw(address(4, "10.255.199.9", bytes), "10.255.199.9");
	expect_raw(address(4, "255.255.255.255", bytes), "255.255.255.255");
}

static void value_raw__time__is_rfc3339_in_utc_with_nanoseconds(void **state)
{
	(void)state;
	expect_raw(wall(T0_WALL_NS + 7), "2026-11-21T14:02:11.250000007Z");
	expect_raw(wall(0), "1970-01-01T00:00:00.000000000Z");
	expect_raw(wall(-1), "1969-12-31T23:59:59.999999999Z");
	expect_raw(wall(INT64_MIN), "1677-09-21T00:12:43.145224192Z");
	expect_raw(wall(INT64_MAX), "2262-04-11T23:47:16.854775807Z");
}

static void value_raw__no_room__is_cut_and_terminated(void **state)
{
	uint8_t bytes[16];
	char out[8];

	(void)state;
	memset(out, 'x', sizeof(out));
	assert_int_equal(value_raw(value_number(-41213), out, 4), 3);
	assert_memory_equal(out, "-41\0xxxx", 8);
	assert_int_equal(value_raw(wall(0), out, 5), 4);
	assert_memory_equal(out, "1970\0xxx", 8);
	assert_int_equal(value_raw(address(4, "10.0.0.1", bytes), out, 8), 0);
	assert_string_equal(out, "");
	assert_int_equal(value_raw(address(4, "1.2.3.4", bytes), out, 8), 7);
	assert_string_equal(out, "1.2.3.4");
}

/* Found by fuzzing: a recording may say anything. */
static void value__numbers_beyond_reason__are_shown_or_absent(void **state)
{
	const struct view_context far = { .boot_to_wall_ns = INT64_MAX };

	(void)state;
	assert_int_equal(value_error(INT_MIN).type, VALUE_NULL);
	assert_string_equal(value_error(-2).text.bytes, "ENOENT");
	assert_int_equal(value_time(1, &far).wall_ns, INT64_MIN); /* wraps */
	assert_int_equal(value_time(UINT64_MAX, &far).wall_ns, INT64_MAX - 1);
}

/* --- order ------------------------------------------------------------------------------------ */

/* a is before b, and b after a. */
static void expect_before(struct value a, struct value b)
{
	assert_true(value_compare(a, b) < 0);
	assert_true(value_compare(b, a) > 0);
	assert_int_equal(value_compare(a, a), 0);
	assert_int_equal(value_compare(b, b), 0);
}

static void value_compare__absent__comes_first(void **state)
{
	uint8_t bytes[16];

	(void)state;
	assert_int_equal(value_compare(value_null(), value_null()), 0);
	expect_before(value_null(), value_number(INT64_MIN));
	expect_before(value_null(), value_string(""));
	expect_before(value_null(), value_bool(false));
	expect_before(value_null(), wall(INT64_MIN));
	expect_before(value_null(), address(4, "0.0.0.0", bytes));
}

static void value_compare__numbers__by_size_whatever_the_distance(void **state)
{
	(void)state;
	expect_before(value_number(9), value_number(10));
	expect_before(value_number(-1), value_number(0));
	expect_before(value_number(INT64_MIN), value_number(INT64_MAX));
	expect_before(value_number(0), value_number(1LL << 40)); /* equal in 32 bits */
	expect_before(value_bool(false), value_bool(true));
	expect_before(wall(T0_WALL_NS), wall(T0_WALL_NS + 1));
	expect_before(wall(INT64_MIN), wall(INT64_MAX));
}

static void value_compare__text__by_bytes(void **state)
{
	(void)state;
	expect_before(value_string("Zsh"), value_string("bash"));
	expect_before(value_string("bash"), value_string("bash2"));
	expect_before(value_string(""), value_string("a"));
	expect_before(value_string("z"), value_string("\xc3\xa9"));
	expect_before(LIST("ls\0-a"), LIST("ls\0-l"));
	expect_before(LIST("ls"), LIST("ls\0-a"));
}

static void value_compare__addresses__by_family_then_bytes(void **state)
{
	uint8_t a[16], b[16];

	(void)state;
	expect_before(address(4, "9.0.0.1", a), address(4, "10.0.0.1", b));
	expect_before(address(4, "10.0.0.1", a), address(4, "10.0.1.0", b));
	expect_before(address(4, "255.255.255.255", a), address(6, "::", b));
	expect_before(address(6, "fe80::1", a), address(6, "fe80::2", b));
	/* What lies behind the four bytes of an IPv4 address is not part of it. */
	address(4, "10.0.0.1", a);
	address(4, "10.0.0.1", b);
	b[4] = 1;
	assert_int_equal(value_compare(value_addr(a, 4), value_addr(b, 4)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(value_text__plain_types__are_words),
		cmocka_unit_test(value_text__list__keeps_empty_strings_and_cut_ones),
		cmocka_unit_test(value_text__numbers_without_names__stay_numbers),
		cmocka_unit_test(value_text__numeric__asks_for_no_name),
		cmocka_unit_test(value_text__span__has_a_unit_that_suits_it),
		cmocka_unit_test(value_text__span__has_at_most_six_columns),
		cmocka_unit_test(value_text__bytes__are_in_powers_of_1024),
		cmocka_unit_test(value_text__bytes__have_at_most_six_columns),
		cmocka_unit_test(value_text__direction__is_an_arrow),
		cmocka_unit_test(value_text__time__is_the_local_clock),
		cmocka_unit_test(value_text__no_room__is_cut_and_terminated),
		cmocka_unit_test(value_raw__each_type__is_plain),
		cmocka_unit_test(value_raw__time__is_rfc3339_in_utc_with_nanoseconds),
		cmocka_unit_test(value_raw__no_room__is_cut_and_terminated),
		cmocka_unit_test(value__numbers_beyond_reason__are_shown_or_absent),
		cmocka_unit_test(value_compare__absent__comes_first),
		cmocka_unit_test(value_compare__numbers__by_size_whatever_the_distance),
		cmocka_unit_test(value_compare__text__by_bytes),
		cmocka_unit_test(value_compare__addresses__by_family_then_bytes),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
