/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "history.h"

static struct history history;

static int tear_down(void **state)
{
	(void)state;
	history_fini(&history);
	return 0;
}

static void history_get__lines__the_newest_first(void **state)
{
	(void)state;
	assert_null(history_get(&history, 0));
	assert_null(history_get(&history, 1));
	history_add(&history, "one");
	history_add(&history, "two");
	assert_string_equal(history_get(&history, 1), "two");
	assert_string_equal(history_get(&history, 2), "one");
	assert_null(history_get(&history, 3));
	assert_null(history_get(&history, 0));
}

static void history_add__same_again__is_there_once_as_the_newest(void **state)
{
	(void)state;
	history_add(&history, "one");
	history_add(&history, "two");
	history_add(&history, "one");
	assert_int_equal(history.n, 2);
	assert_string_equal(history_get(&history, 1), "one");
	assert_string_equal(history_get(&history, 2), "two");
}

static void history_add__empty__is_not_kept(void **state)
{
	(void)state;
	history_add(&history, "");
	assert_int_equal(history.n, 0);
}

static void history_add__full__the_oldest_goes(void **state)
{
	char line[32];

	(void)state;
	for (int i = 0; i <= HISTORY_MAX; i++) {
		snprintf(line, sizeof(line), "line %d", i);
		history_add(&history, line);
	}
	assert_int_equal(history.n, HISTORY_MAX);
	assert_string_equal(history_get(&history, HISTORY_MAX), "line 1");
	assert_string_equal(history_get(&history, 1), line);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(history_get__lines__the_newest_first),
		TEST(history_add__same_again__is_there_once_as_the_newest),
		TEST(history_add__empty__is_not_kept),
		TEST(history_add__full__the_oldest_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
