/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small bars of rates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "spark.h"

static void push_all(struct spark *spark, const uint64_t *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		spark_push(spark, values[i]);
}

static void expect_bars(const struct spark *spark, size_t width, enum charset charset,
			const char *wanted)
{
	char out[SPARK_TEXT_MAX];

	spark_text(spark, width, charset, out);
	assert_string_equal(out, wanted);
}

static void spark_text__no_values__is_blank(void **state)
{
	struct spark spark = { .n = 0 };

	(void)state;
	expect_bars(&spark, 8, CHARSET_UTF8, "        ");
	expect_bars(&spark, 0, CHARSET_UTF8, "");
}

static void spark_text__values__are_scaled_to_the_highest(void **state)
{
	static const uint64_t values[] = { 0, 100, 200, 300, 400, 500, 600, 700 };
	struct spark spark = { .n = 0 };

	(void)state;
	push_all(&spark, values, 8);
	expect_bars(&spark, 8, CHARSET_UTF8, "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588");
	expect_bars(&spark, 8, CHARSET_ASCII, "01345689");
	expect_bars(&spark, 10, CHARSET_ASCII, "  01345689");
}

/* The highest of those shown, not of those that are out of sight. */
static void spark_text__narrow__shows_the_last(void **state)
{
	static const uint64_t values[] = { 9000000, 0, 1, 2, 9 };
	struct spark spark = { .n = 0 };

	(void)state;
	push_all(&spark, values, 5);
	expect_bars(&spark, 4, CHARSET_ASCII, "0129");
	expect_bars(&spark, 5, CHARSET_ASCII, "90111");
}

static void spark_text__little_or_nothing__differ(void **state)
{
	static const uint64_t values[] = { 0, 1, UINT64_MAX };
	struct spark spark = { .n = 0 };

	(void)state;
	push_all(&spark, values, 3);
	expect_bars(&spark, 3, CHARSET_UTF8, "\u2581\u2582\u2588");
	expect_bars(&spark, 3, CHARSET_ASCII, "019");
}

static void spark_text__all_zero__is_flat(void **state)
{
	static const uint64_t values[] = { 0, 0, 0 };
	struct spark spark = { .n = 0 };

	(void)state;
	push_all(&spark, values, 3);
	expect_bars(&spark, 3, CHARSET_UTF8, "\u2581\u2581\u2581");
}

static void spark_push__full__forgets_the_oldest(void **state)
{
	struct spark spark = { .n = 0 };

	(void)state;
	for (uint64_t value = 0; value < SPARK_MAX + 3; value++)
		spark_push(&spark, value);
	assert_int_equal(spark.n, SPARK_MAX);
	assert_int_equal(spark.values[0], 3);
	assert_int_equal(spark.values[SPARK_MAX - 1], SPARK_MAX + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spark_text__no_values__is_blank),
		cmocka_unit_test(spark_text__values__are_scaled_to_the_highest),
		cmocka_unit_test(spark_text__narrow__shows_the_last),
		cmocka_unit_test(spark_text__little_or_nothing__differ),
		cmocka_unit_test(spark_text__all_zero__is_flat),
		cmocka_unit_test(spark_push__full__forgets_the_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
