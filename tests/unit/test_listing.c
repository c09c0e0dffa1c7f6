/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists: whatever happens, one is all rows that its filters let through, in order. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "listings.h"

static void happen(void)
{
	uint32_t what = any(100);

	if (what < 3)
		random_filter();
	else if (what < 5)
		become_copy();
	else if (what < 8)
		model_expire(model, ctx.now_ns - any(1000) * MS_NS);
	else if (what < 30)
		random_look(&lists[any(PANE_COUNT)]);
	else if (what < 32)
		ctx.numeric = !ctx.numeric;
	else if (what < 95)
		random_events(any(12), 2 * SOME_ROWS, 40);
	else
		random_events(2000, 2 * SOME_ROWS, 300); /* more than the logs hold */
	if (!any(3))
		ctx.now_ns += any(5000) * MS_NS;
}

static void list_fill__anything_happened__is_a_sort_of_everything(void **state)
{
	(void)state;
	start_anew(SOME_ROWS);
	for (int step = 0; step < 4000; step++) {
		happen();
		for (size_t i = 0; i < PANE_COUNT; i++)
			if (any(3)) /* the others have the more to catch up with */
				expect_plain(&lists[i], 0);
	}
}

static void list_fill__nothing_changed__rows_stay(void **state)
{
	const void *first;

	(void)state;
	random_conn(10, 4);
	assert_int_equal(list_fill(&lists[PANE_CONNECTIONS], model, &filter, &ctx), 0);
	first = list_row(&lists[PANE_CONNECTIONS], 0);
	assert_int_equal(list_fill(&lists[PANE_CONNECTIONS], model, &filter, &ctx), 0);
	assert_ptr_equal(list_row(&lists[PANE_CONNECTIONS], 0), first);
}

int main(void)
{
#define LISTS(name) cmocka_unit_test_setup_teardown(name, lists_set_up, lists_tear_down)
	const struct CMUnitTest tests[] = {
		LISTS(list_fill__anything_happened__is_a_sort_of_everything),
		LISTS(list_fill__nothing_changed__rows_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
