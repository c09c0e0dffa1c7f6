/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of the tables: whole, and on their own. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "rows.h"

/* A model with rows of each kind, in each list. */
static void fill(void)
{
	take_exec(child_of(0, EXEC(T0_NS, 100, "/bin/ls", "ls\0-l")));
	take_exit(exit_record(T0_NS + 1, 100, "ls", 2, 0));
	take_exec(child_of(0, EXEC(T0_NS + 2, 101, "/bin/wc", "wc")));
	take_conn(owned_by(102, conn_figures(EVENT_SAMPLE, 1, T0_NS + 3, 10, 20)));
	take_conn(owned_by(101, conn_figures(EVENT_CLOSE, 2, T0_NS + 4, 30, 40)));
	take_conn(owned_by(101, conn_failure(3, T0_NS + 5, -ECONNREFUSED)));
	take_listener(listen_record(4, T0_NS + 6, 5));
}

/* Replaces the model by a copy of it; the original is freed first. */
static void become_copy(void)
{
	struct model *copy = model_clone(model);

	assert_non_null(copy);
	model_free(model);
	model = copy;
}

static void model_clone__rows_of_all_tables__are_copied(void **state)
{
	struct filter filter = { 0 };

	(void)state;
	fill();
	only_port(&filter, 443);
	model_set_filter(model, &filter);
	become_copy();
	assert_int_equal(model->processes.n, ROWS_MAX);
	assert_int_equal(model->remotes.n, 1);
	assert_int_equal(model->listeners.n, 1);
	assert_int_equal(model->processes_made, ROWS_MAX);
	assert_int_equal(model->remotes_made, 1);
	assert_memory_equal(&model->filter, &filter, sizeof(filter));
	assert_string_equal(process(100)->data, "/bin/ls");
	assert_memory_equal(process(100)->data + process(100)->filename_len, "ls\0-l", 6);
	assert_int_equal(process(100)->ending.code, 2);
	assert_int_equal(oldest_exec(model)->ending.code, 2);
	expect_traffic(&process(101)->traffic, 2, 0, 1, 30, 40);
	expect_traffic(&remote(443)->traffic, 3, 1, 1, 40, 60);
	assert_int_equal(listener(4)->accepts, 5);
	assert_ptr_equal(process_in(conn(1)->process), process(102));
	assert_ptr_equal(process_in(conn(2)->process), process(101));
	assert_ptr_equal(remote_in(conn(1)->remote), remote(443));
	assert_ptr_equal(process_in(listener(4)->process), process(41213));
}

static void model_clone__more_records__are_counted_as_in_the_original(void **state)
{
	(void)state;
	fill();
	become_copy();
	take_conn(owned_by(102, conn_figures(EVENT_CLOSE, 1, T0_NS + 10, 11, 22)));
	expect_traffic(&process(102)->traffic, 1, 0, 0, 11, 22);
	expect_traffic(&remote(443)->traffic, 3, 0, 1, 41, 62);
	assert_int_equal(process(102)->rank, RANK_IDLE);
	expire_at(T0_NS + 20);
	assert_int_equal(model->listeners.n, 0);
	assert_int_equal(process(41213)->living, 0);
}

static void model_clone__more_rows_than_fit__go_in_the_same_order(void **state)
{
	(void)state;
	fill();
	take_conn(owned_by(101, conn_record(EVENT_OPEN, 5, T0_NS + 7)));
	take_conn(owned_by(101, conn_figures(EVENT_CLOSE, 5, T0_NS + 8, 0, 0)));
	take_conn(owned_by(102, conn_figures(EVENT_CLOSE, 1, T0_NS + 9, 0, 0)));
	/* Arrived 1 2 3 5, closed 2 3 5 1; processes: 100 ended, 101 idle, then 102. */
	become_copy();
	take_conn(owned_by(200, conn_record(EVENT_OPEN, 6, T0_NS + 10)));
	assert_null(conn(2));
	assert_non_null(conn(1));
	assert_null(process(100));
	take_conn(owned_by(201, conn_record(EVENT_OPEN, 7, T0_NS + 11)));
	assert_null(conn(3));
	assert_non_null(conn(1));
	assert_null(process(101));
	assert_int_equal(conn(5)->process, 0);
	assert_non_null(process(102));
}

static void model_clone__original_goes_on__copy_stays(void **state)
{
	struct model *copy, *original = model;

	(void)state;
	fill();
	copy = model_clone(model);
	assert_non_null(copy);
	for (uint32_t i = 0; i < 2 * ROWS_MAX; i++) {
		take_conn(owned_by(300 + i, conn_record(EVENT_OPEN, 20 + i, T0_NS + 20 + i)));
		take_listener(listen_record(40 + i, T0_NS + 20 + i, 1));
	}
	assert_null(process(101));
	model = copy;
	assert_non_null(process(100));
	expect_traffic(&process(101)->traffic, 2, 0, 1, 30, 40);
	assert_int_equal(model->listeners.n, 1);
	assert_int_equal(model->evicted_rows, 0);
	expect_conns(1, 2);
	model = original;
	model_free(copy);
	expect_conns(ROWS_MAX, 0);
}

static void model_clone__counts_of_evicted_rows__are_copied(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < ROWS_MAX + 3; i++)
		take_conn(owned_by(300 + i, conn_record(EVENT_OPEN, 20 + i, T0_NS + 20 + i)));
	become_copy();
	assert_int_equal(model->evicted_rows, 3);
	assert_int_equal(model->evicted[EVENT_OPEN], 3);
	assert_int_equal(model->processes_made, ROWS_MAX + 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(model_clone__rows_of_all_tables__are_copied),
		TEST(model_clone__more_records__are_counted_as_in_the_original),
		TEST(model_clone__more_rows_than_fit__go_in_the_same_order),
		TEST(model_clone__original_goes_on__copy_stays),
		TEST(model_clone__counts_of_evicted_rows__are_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
