/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of many rows, of which a window is in order: any place that is looked at is right. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "listings.h"

static void list_row__many_rows__any_place_is_right(void **state)
{
	struct list *list = &lists[PANE_CONNECTIONS];

	(void)state;
	start_anew(MANY_ROWS);
	random_events(6 * MANY_ROWS, MANY_ROWS, 500);
	assert_true(model->conns.n > MANY_ROWS / 2);
	for (size_t i = 0; i < *list->pane->n_columns; i++) {
		list->sort = &list->pane->columns[i];
		list->descending = any(2);
		expect_plain(list, 8);
		random_events(100, MANY_ROWS, 500);
		expect_plain(list, 8);
		expect_plain(list, 40); /* so many that all are sorted */
	}
}

/* At the top; or `deep`, around a row that stays selected as long as it is there. */
static void watch(struct list *list, bool deep)
{
	static const uint32_t some[] = { 0, 10, 500, 6000 }; /* up to more than a window has */
	uint64_t id = 0;

	for (int i = 0; i < 16; i++) {
		if (!expect_around(list, id, SCREEN) && deep && list->n)
			id = table_id(list_row(list, any(list->n)));
		random_events(some[any(4)], 2 * MANY_ROWS, 12000);
		if (any(6))
			continue;
		memset(&filter, 0, sizeof(filter));
		if (any(2))
			only(&filter.uid, any(3));
		model_set_filter(model, &filter);
	}
}

static void list_row__watched_while_rows_change__is_right(void **state)
{
	static const struct {
		enum pane_id pane;
		const char *sort;
	} watched[] = {
		{ PANE_CONNECTIONS, "-opened" },      { PANE_CONNECTIONS, "+time" },
		{ PANE_CONNECTIONS, "-duration_us" }, { PANE_CONNECTIONS, "+raddr" },
		{ PANE_CONNECTIONS, "+comm" },	      { PANE_PROCESSES, "+uid" },
		{ PANE_PROCESSES, "-live" },	      { PANE_EXECS, "+args" },
	};

	(void)state;
	start_anew(MANY_ROWS);
	random_events(4 * MANY_ROWS, 2 * MANY_ROWS, 12000);
	for (size_t i = 0; i < sizeof(watched) / sizeof(watched[0]); i++) {
		struct list *list = &lists[watched[i].pane];

		list_choose_sort(list, watched[i].sort);
		watch(list, false);
		watch(list, true);
	}
}

/* New connections of eight users in turn. */
static void come(uint32_t n, uint16_t port)
{
	static uint64_t id = 1ULL << 40;

	while (n--) {
		struct conn_event event = conn_record(EVENT_OPEN, ++id, ctx.now_ns);

		event.head.uid = id % 8;
		event.rport = port;
		take_conn(event);
	}
}

/* Some come right above one that is selected. */
static void surround(struct list *list, uint32_t n, uint32_t more)
{
	struct plain plain;
	uint64_t id;

	come(n, 2);
	plain = plain_of(list);
	id = table_id(plain.rows[plain.n / 8 + 20]);
	free(plain.rows);
	assert_true(expect_around(list, id, SCREEN));
	come(more, 2);
	assert_true(expect_around(list, id, SCREEN));
	come(10, 2);
	assert_true(expect_around(list, id, 900));
}

static void list_row__more_come_than_a_window_has__is_right(void **state)
{
	(void)state;
	start_anew(MANY_ROWS);
	come(MANY_ROWS, 1); /* the table and its log grow no more */
	only_port(&filter, 2);
	model_set_filter(model, &filter);
	list_choose_sort(&lists[PANE_CONNECTIONS], "+uid");
	surround(&lists[PANE_CONNECTIONS], 600, 4500);
	surround(&lists[PANE_CONNECTIONS], 600, 9000);
	start_anew(SOME_ROWS); /* it is as if the row had never been */
	come(10, 2);
	expect_around(&lists[PANE_CONNECTIONS], 0, SCREEN);
}

/* Processes, all of them at the same moment. */
static void execute(uint32_t from, uint32_t n)
{
	for (uint32_t pid = from; pid < from + n; pid++)
		take_exec(exec_record(T0_NS, pid, "/bin/true", "true", 5));
}

/*
 * More than a window has, none of which is above another but by its id: there is no place between
 * them where a window might end.
 */
static void list_row__more_equals_than_a_window_has__is_right(void **state)
{
	struct list *list = &lists[PANE_PROCESSES];

	(void)state;
	start_anew(MANY_ROWS);
	execute(1, MANY_ROWS);
	list_choose_sort(list, "+uid");
	for (int i = 0; i < 4; i++) {
		expect_around(list, 0, SCREEN);
		execute(MANY_ROWS + 2000 * i, 2000); /* so few that these alone are looked at */
	}
	expect_around(list, 0, SCREEN);
}

static void random_execs(uint32_t n)
{
	char path[] = "/usr/bin/python3.00000"; /* the same in all that a key has of it */

	while (n--) {
		ctx.now_ns += MS_NS;
		snprintf(path, sizeof(path), "/usr/bin/python3.%05u", any(100000));
		take_exec(exec_record(ctx.now_ns, 1 + any(1000), path, "x", 2));
	}
}

/* Also the row goes that others are compared with, and another takes its slot. */
static void list_row__long_texts_begin_equal__is_right(void **state)
{
	struct list *list = &lists[PANE_EXECS];

	(void)state;
	list_choose_sort(list, "+filename");
	for (int i = 0; i < 8; i++) {
		start_anew(3000);
		random_execs(3000);
		for (int j = 0; j < 31; j++) {
			expect_around(list, 0, 1500);
			random_execs(100);
		}
	}
}

static void list_row__first_places__need_no_sort_of_all(void **state)
{
	struct list *list = &lists[PANE_CONNECTIONS];
	struct plain plain;

	(void)state;
	start_anew(MANY_ROWS);
	random_events(6 * MANY_ROWS, MANY_ROWS, 500);
	plain = plain_of(list);
	assert_int_equal(list_fill(list, model, &filter, &ctx), 0);
	for (size_t i = 0; i < 300; i++)
		assert_ptr_equal(list_row(list, i), plain.rows[i]);
	for (size_t i = plain.n; i-- > plain.n - 100;)
		assert_ptr_equal(list_row(list, i), plain.rows[i]);
	free(plain.rows);
}

int main(void)
{
#define LISTS(name) cmocka_unit_test_setup_teardown(name, lists_set_up, lists_tear_down)
	const struct CMUnitTest tests[] = {
		LISTS(list_row__many_rows__any_place_is_right),
		LISTS(list_row__watched_while_rows_change__is_right),
		LISTS(list_row__more_come_than_a_window_has__is_right),
		LISTS(list_row__more_equals_than_a_window_has__is_right),
		LISTS(list_row__long_texts_begin_equal__is_right),
		LISTS(list_row__first_places__need_no_sort_of_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
