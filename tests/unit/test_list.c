/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a pane lists: columns chosen, rows filtered and in order. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "events.h"
#include "pane.h"

static struct model *model;
static struct list execs, conns;
static struct filter any;

static const struct view_context ctx = {
	.now_ns = T0_NS,
	.boot_to_wall_ns = T0_BOOT_TO_WALL_NS,
	.charset = CHARSET_UTF8,
};

static int set_up(void **state)
{
	(void)state;
	model = model_new(10000);
	list_init(&execs, &panes[PANE_EXECS]);
	list_init(&conns, &panes[PANE_CONNECTIONS]);
	return model ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	list_fini(&execs);
	list_fini(&conns);
	model_free(model);
	return 0;
}

static void add_exec(uint64_t ts_ns, uint32_t pid, const char *filename)
{
	struct exec_record record = exec_record(ts_ns, pid, filename, "x", 2);

	assert_int_equal(model_apply(model, &record.head, record.size), 0);
}

static void add_conn(struct conn_event conn)
{
	assert_int_equal(model_apply(model, &conn.head, sizeof(conn)), 0);
}

/* The titles shown, with blanks between. */
static void expect_columns(const struct list *list, const char *titles)
{
	char all[512] = "";

	for (size_t i = 0; i < list->n_columns; i++)
		sprintf(all + strlen(all), "%s%s", i ? " " : "", list->columns[i]->title);
	assert_string_equal(all, titles);
}

static void fill(struct list *list)
{
	assert_int_equal(list_fill(list, model, &any, &ctx), 0);
}

/* The ids listed, with blanks between. */
static void expect_ids(const struct list *list, const char *ids)
{
	char all[512] = "";

	for (size_t i = 0; i < list->n; i++)
		sprintf(all + strlen(all), "%s%llu", i ? " " : "",
			(unsigned long long)table_id(list_row(list, i)));
	assert_string_equal(all, ids);
}

/* Whose the row is. */
static const struct owner *list_owner(const struct list *list, size_t index)
{
	const void *row = list_row(list, index);

	return list->pane == &panes[PANE_CONNECTIONS] ? ((const struct conn_row *)row)->owner
						      : &((const struct exec_row *)row)->owner;
}

/* Their PIDs. */
static void expect_pids(const struct list *list, const char *pids)
{
	char all[512] = "";

	for (size_t i = 0; i < list->n; i++) {
		const struct owner *owner = list_owner(list, i);

		sprintf(all + strlen(all), "%s%u", i ? " " : "", owner->pid);
	}
	assert_string_equal(all, pids);
}

/* --- columns ---------------------------------------------------------------------------------- */

static void list_init__pane__has_its_usual_columns_and_order(void **state)
{
	(void)state;
	expect_columns(&execs, "TIME PID PPID USER PCOMM RET LIFE EXIT COMM ARGS");
	assert_string_equal(execs.sort->key, "time");
	assert_true(execs.descending);
	assert_false(execs.columns_chosen);
	expect_columns(&conns,
		       "OPENED PID USER COMM D LADDR LPORT RADDR RPORT STATE CONN RTT TX RX "
		       "TX/s RX/s AGE");
	assert_string_equal(conns.sort->key, "opened");
	assert_true(conns.descending);
	assert_int_equal(execs.n, 0);
}

static void list_choose_columns__names__are_shown_in_that_order(void **state)
{
	(void)state;
	list_choose_columns(&execs, "args, pid,COMM,pid,rport");
	expect_columns(&execs, "ARGS PID COMM"); /* once each; rport is another pane's */
	assert_true(execs.columns_chosen);
	list_choose_columns(&conns, "rport cgroup");
	expect_columns(&conns, "RPORT CGROUP");
}

static void list_choose_columns__none_of_the_pane__keeps_what_is_shown(void **state)
{
	(void)state;
	list_choose_columns(&execs, "rport,lport");
	expect_columns(&execs, "TIME PID PPID USER PCOMM RET LIFE EXIT COMM ARGS");
	assert_false(execs.columns_chosen);
	list_choose_columns(&execs, "");
	expect_columns(&execs, "TIME PID PPID USER PCOMM RET LIFE EXIT COMM ARGS");
}

static void list_choose_columns__long_name__is_nobodys(void **state)
{
	char long_name[64];

	(void)state;
	memset(long_name, 0, sizeof(long_name));
	memset(long_name, 'p', 50);
	list_choose_columns(&execs, long_name);
	assert_false(execs.columns_chosen);
}

/* --- order ------------------------------------------------------------------------------------ */

static void list_choose_sort__sign__says_the_direction(void **state)
{
	(void)state;
	list_choose_sort(&execs, "pid");
	assert_string_equal(execs.sort->key, "pid");
	assert_false(execs.descending);
	list_choose_sort(&execs, "-pid");
	assert_true(execs.descending);
	list_choose_sort(&execs, "+TIME");
	assert_string_equal(execs.sort->key, "time");
	assert_false(execs.descending);
	list_choose_sort(&execs, "time");
	assert_true(execs.descending); /* the newest on top at first */
	list_choose_sort(&execs, "filename");
	assert_string_equal(execs.sort->key, "filename"); /* not shown, but there */
}

static void list_choose_sort__no_such_column__changes_nothing(void **state)
{
	(void)state;
	list_choose_sort(&execs, "+pid");
	list_choose_sort(&execs, "-rport");
	list_choose_sort(&execs, "");
	list_choose_sort(&execs, "-");
	assert_string_equal(execs.sort->key, "pid");
	assert_false(execs.descending);
}

static void list_move_sort__steps__go_round_the_columns_shown(void **state)
{
	(void)state;
	list_move_sort(&execs, 1);
	assert_string_equal(execs.sort->key, "pid");
	assert_false(execs.descending);
	list_move_sort(&execs, -1);
	assert_string_equal(execs.sort->key, "time");
	assert_true(execs.descending);
	list_move_sort(&execs, -1);
	assert_string_equal(execs.sort->key, "args");
	list_move_sort(&execs, 1);
	assert_string_equal(execs.sort->key, "time");
	for (size_t i = 0; i < execs.n_columns; i++) {
		assert_ptr_equal(execs.sort, execs.columns[i]);
		list_move_sort(&execs, 1);
	}
	assert_string_equal(execs.sort->key, "time");
}

static void list_move_sort__sorted_by_a_hidden_column__begins_at_the_first(void **state)
{
	(void)state;
	list_choose_sort(&execs, "filename");
	list_move_sort(&execs, 1);
	assert_string_equal(execs.sort->key, "time");
}

static void list_fill__times__newest_on_top(void **state)
{
	(void)state;
	add_exec(T0_NS + 2, 10, "/b"); /* id 1 */
	add_exec(T0_NS + 3, 30, "/c");
	add_exec(T0_NS + 1, 20, "/a");
	fill(&execs);
	expect_ids(&execs, "2 1 3");
	execs.descending = false;
	fill(&execs);
	expect_ids(&execs, "3 1 2");
	list_choose_sort(&execs, "pid");
	fill(&execs);
	expect_ids(&execs, "1 3 2");
	list_choose_sort(&execs, "-args");
	fill(&execs);
	expect_ids(&execs, "2 1 3");
}

static void list_fill__equal_rows__the_newer_on_top_in_both_directions(void **state)
{
	(void)state;
	for (uint32_t pid = 1; pid <= 5; pid++)
		add_exec(T0_NS, pid, pid == 3 ? "/a" : "/b");
	list_choose_sort(&execs, "+comm");
	fill(&execs);
	expect_ids(&execs, "3 5 4 2 1");
	list_choose_sort(&execs, "-comm");
	fill(&execs);
	expect_ids(&execs, "5 4 2 1 3");
}

/* As most processes at most times: without traffic, the last to do something is on top. */
static void list_fill__equal_processes__the_last_active_on_top(void **state)
{
	struct list processes;

	(void)state;
	list_init(&processes, &panes[PANE_PROCESSES]);
	list_choose_columns(&processes, "pid");
	add_exec(T0_NS, 20, "/a"); /* after its parent, 41200: ids 1 and 2 */
	add_exec(T0_NS + 1, 10, "/a");
	add_exec(T0_NS + 2, 20, "/b");
	fill(&processes);
	assert_string_equal(processes.sort->key, "rx_rate");
	expect_pids(&processes, "41200 20 10");
	add_exec(T0_NS + 3, 10, "/b");
	fill(&processes);
	expect_pids(&processes, "10 41200 20");
	list_fini(&processes);
}

static void list_fill__absent_values__are_the_smallest(void **state)
{
	(void)state;
	add_conn(conn_figures(EVENT_SAMPLE, 1, T0_NS, 0, 5));
	add_conn(conn_record(EVENT_OPEN, 2, T0_NS));
	add_conn(conn_figures(EVENT_SAMPLE, 3, T0_NS, 0, 0));
	list_choose_sort(&conns, "+rx_bytes");
	fill(&conns);
	expect_ids(&conns, "2 3 1");
	list_choose_sort(&conns, "rx_bytes");
	fill(&conns);
	expect_ids(&conns, "1 3 2");
}

/* What is sorted by is what is seen: a failed connect stands under its error, not under CLOSED. */
static void list_fill__state__by_what_is_shown(void **state)
{
	(void)state;
	add_conn(conn_record(EVENT_CLOSE, 1, T0_NS));
	add_conn(conn_failure(2, T0_NS, -ETIMEDOUT));
	add_conn(conn_failure(3, T0_NS, -ECONNREFUSED));
	add_conn(conn_record(EVENT_CONNECT, 4, T0_NS));
	list_choose_sort(&conns, "+state");
	fill(&conns);
	expect_ids(&conns, "1 3 4 2"); /* CLOSED ECONNREFUSED ESTAB ETIMEDOUT */
}

/* Of two rows that are equal in the column sorted by. */
static void expect_newer(const struct pane *pane, const void *above, const void *below)
{
	uint64_t above_ns = pane->active_ns ? pane->active_ns(above) : 0;
	uint64_t below_ns = pane->active_ns ? pane->active_ns(below) : 0;

	assert_true(above_ns >= below_ns);
	if (above_ns == below_ns)
		assert_true(table_id(above) > table_id(below));
}

/* Sorted, each row once, whatever column and direction. */
static void expect_sorted(const struct list *list, size_t n)
{
	const struct column *sort = list->sort;

	assert_int_equal(list->n, n);
	for (size_t i = 1; i < list->n; i++) {
		const void *above = list_row(list, i - 1), *below = list_row(list, i);
		struct value (*get)(const void *, const struct view_context *) =
			sort->order ? sort->order : sort->get;
		int order = value_compare(get(above, &ctx), get(below, &ctx));

		assert_ptr_not_equal(above, below);
		assert_true(list->descending ? order >= 0 : order <= 0);
		if (!order)
			expect_newer(list->pane, above, below);
	}
}

/* Records that differ in everything that is sorted by, with many ties. */
static void add_varied(size_t n)
{
	uint32_t seed = 42;

	for (size_t i = 1; i <= n; i++) {
		struct listen_event listener = listen_record(i, T0_NS, 0);
		struct exit_event end;
		struct conn_event conn;

		seed = seed * 1103515245 + 12345;
		conn = conn_figures(seed >> 30 ? EVENT_SAMPLE : EVENT_CLOSE, i,
				    T0_NS + (seed >> 8) % 1000, seed >> 20, seed >> 28);
		if (seed >> 27 == 3)
			conn = conn_failure(i, T0_NS, -(int)(seed >> 12 & 63));
		conn.head.pid = seed >> 16 & 255;
		conn.head.uid = seed >> 24 & 3;
		conn.head.comm[0] = 'a' + (seed >> 10) % 26;
		conn.laddr[3] = seed >> 9;
		conn.ip = seed >> 15 & 1 ? 4 : 6;
		conn.lport = seed >> 13 & 7;
		conn.rport = seed >> 14 & 15;
		conn.opened_ns -= (seed >> 11) % 5000;
		add_conn(conn);
		add_exec(T0_NS + seed % 97, seed >> 16 & 255, seed & 64 ? "/bin/a" : "/bin/b");
		listener.lport = seed >> 12 & 63;
		listener.accepts = seed >> 17 & 7;
		listener.backlog = seed >> 19 & 3;
		assert_int_equal(model_apply(model, &listener.head, sizeof(listener)), 0);
		end = exit_record(T0_NS + seed % 97, seed >> 16 & 255, "x", seed >> 7 & 3,
				  seed >> 21 & 7 ? 0 : seed >> 13 & 15);
		if (seed >> 29 == 3)
			assert_int_equal(model_apply(model, &end.head, sizeof(end)), 0);
	}
}

static void list_fill__every_column_both_ways__is_in_order(void **state)
{
	(void)state;
	add_varied(700);
	for (size_t p = 0; p < PANE_COUNT; p++) {
		const size_t rows[PANE_COUNT] = { 700, 700, model->processes.n, model->remotes.n,
						  700 };
		struct list list;

		list_init(&list, &panes[p]);
		assert_true(rows[p] > 10);
		for (size_t i = 0; i < *panes[p].n_columns; i++) {
			list_choose_sort(&list, panes[p].columns[i].key);
			assert_ptr_equal(list.sort, &panes[p].columns[i]);
			fill(&list);
			expect_sorted(&list, rows[p]);
			list.descending = !list.descending;
			fill(&list);
			expect_sorted(&list, rows[p]);
		}
		list_fini(&list);
	}
}

/* --- rows ------------------------------------------------------------------------------------- */

static void list_fill__filter__lists_what_it_lets_through(void **state)
{
	struct filter filter = { 0 };

	(void)state;
	memset(filter.pid.only.values, 0xff, sizeof(filter.pid.only.values));
	filter.pid.only.n = 1;
	filter.pid.only.values[0] = 20;
	for (uint32_t pid = 10; pid <= 30; pid += 5)
		add_exec(T0_NS + pid, pid, "/x");
	add_exec(T0_NS + 99, 20, "/y");
	assert_int_equal(list_fill(&execs, model, &filter, &ctx), 0);
	expect_ids(&execs, "6 3");
	/* Lifted: all are there again. */
	fill(&execs);
	assert_int_equal(execs.n, 6);
}

static void list_fill__again__forgets_the_rows_before(void **state)
{
	(void)state;
	fill(&execs);
	assert_int_equal(execs.n, 0);
	add_exec(T0_NS, 1, "/x");
	fill(&execs);
	fill(&execs);
	assert_int_equal(execs.n, 1);
	/* Another model: as when the screen is held still. */
	model_free(model);
	model = model_new(4);
	assert_non_null(model);
	fill(&execs);
	assert_int_equal(execs.n, 0);
}

static void list_find__id__is_its_index(void **state)
{
	(void)state;
	assert_int_equal(list_find(&execs, 1), -1);
	for (uint32_t i = 1; i <= 5; i++)
		add_exec(T0_NS + i, i, "/x");
	fill(&execs);
	assert_int_equal(list_find(&execs, 5), 0);
	assert_int_equal(list_find(&execs, 1), 4);
	assert_int_equal(list_find(&execs, 6), -1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(list_init__pane__has_its_usual_columns_and_order),
		TEST(list_choose_columns__names__are_shown_in_that_order),
		TEST(list_choose_columns__none_of_the_pane__keeps_what_is_shown),
		TEST(list_choose_columns__long_name__is_nobodys),
		TEST(list_choose_sort__sign__says_the_direction),
		TEST(list_choose_sort__no_such_column__changes_nothing),
		TEST(list_move_sort__steps__go_round_the_columns_shown),
		TEST(list_move_sort__sorted_by_a_hidden_column__begins_at_the_first),
		TEST(list_fill__times__newest_on_top),
		TEST(list_fill__equal_rows__the_newer_on_top_in_both_directions),
		TEST(list_fill__equal_processes__the_last_active_on_top),
		TEST(list_fill__absent_values__are_the_smallest),
		TEST(list_fill__state__by_what_is_shown),
		TEST(list_fill__every_column_both_ways__is_in_order),
		TEST(list_fill__filter__lists_what_it_lets_through),
		TEST(list_fill__again__forgets_the_rows_before),
		TEST(list_find__id__is_its_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
