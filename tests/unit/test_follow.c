/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who descends from the processes that a filter names, found out when it is put in force. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "rows.h"

#define MANY_ROWS 64

static int set_up_many(void **state)
{
	(void)state;
	model = model_new(MANY_ROWS);
	return model ? 0 : -1;
}

/* Process `pid` began at `start_ns` and executes at once; of its parent no more is told. */
static void run(uint32_t pid, uint64_t start_ns, uint32_t ppid)
{
	struct exec_record record = child_of(ppid, EXEC(start_ns, pid, "/bin/ls", "ls"));
	const struct process_row *parent = process(ppid);

	record.head.start_ns = start_ns;
	if (parent) {
		record.event.parent.start_ns = parent->owner.start_ns;
		record.event.parent.ppid = parent->owner.ppid;
	} else {
		record.event.parent.start_ns = 1;
	}
	take_exec(record);
}

static void end(uint32_t pid, uint64_t ts_ns)
{
	struct exit_event event = exit_record(ts_ns, pid, "ls", 0, 0);

	event.head.start_ns = process(pid)->owner.start_ns;
	event.head.ppid = process(pid)->owner.ppid;
	take_exit(event);
}

static void follow(uint32_t pid)
{
	struct filter filter = { .follow = 1 };

	only(&filter.pid, pid);
	model_set_filter(model, &filter);
}

static void expect_followed(uint32_t pid, bool followed)
{
	if (process(pid)->owner.followed != followed)
		fail_msg("process %u is %sfollowed", pid, followed ? "not " : "");
}

static void model_set_filter__follow__takes_in_three_generations(void **state)
{
	(void)state;
	run(100, 10, 1);
	run(101, 20, 100);
	run(102, 30, 101);
	run(103, 40, 102);
	run(200, 15, 1);
	run(201, 25, 200);
	follow(100);
	expect_followed(100, true);
	expect_followed(101, true);
	expect_followed(102, true);
	expect_followed(103, true);
	expect_followed(1, false);
	expect_followed(200, false);
	expect_followed(201, false);
	follow(102); /* its ancestors are no longer followed */
	expect_followed(101, false);
	expect_followed(102, true);
	expect_followed(103, true);
}

static void model_set_filter__rows_out_of_order__parents_are_judged_first(void **state)
{
	struct exec_record record = child_of(101, EXEC(T0_NS, 102, "/bin/ls", "ls"));

	(void)state;
	record.head.start_ns = 30;
	record.event.parent.start_ns = 20;
	record.event.parent.ppid = 100;
	take_exec(record); /* makes rows of 102 and then of 101 */
	run(100, 10, 1);
	follow(100);
	expect_followed(101, true);
	expect_followed(102, true);
}

static void model_set_filter__follow__every_kind_of_row_is_told(void **state)
{
	struct conn_event conn_event = owned_by(101, conn_record(EVENT_OPEN, 7, T0_NS));
	struct listen_event listen_event = listen_record(8, T0_NS, 0);

	(void)state;
	run(100, 10, 1);
	run(101, 20, 100);
	conn_event.head.start_ns = 20;
	conn_event.head.ppid = 100;
	take_conn(conn_event);
	listen_event.head.pid = 101;
	listen_event.head.start_ns = 20;
	take_listener(listen_event);
	conn_event.id = 9;
	conn_event.head.pid = 300;
	conn_event.head.ppid = 1;
	take_conn(conn_event);
	follow(100);
	assert_true(oldest_exec(model)->owner.followed);
	assert_true(((const struct exec_row *)table_find(&model->execs, 2))->owner.followed);
	assert_true(conn(7)->owner->followed);
	assert_false(conn(9)->owner->followed);
	assert_true(listener(8)->owner.followed);
	assert_int_equal(process(101)->traffic.total, 1);
	assert_int_equal(process(300)->traffic.total, 0);
	follow(300);
	assert_false(oldest_exec(model)->owner.followed);
	assert_false(conn(7)->owner->followed);
	assert_false(listener(8)->owner.followed);
	assert_int_equal(process(101)->traffic.total, 0);
}

/* Two owners of one process, of which one was told as followed: from then on they are the same. */
static void model_set_filter__owners_become_the_same__each_goes_with_its_connections(void **state)
{
	struct conn_event event = owned_by(101, conn_record(EVENT_OPEN, 7, T0_NS));

	(void)state;
	event.head.start_ns = 20;
	take_conn(event);
	event.id = 8;
	event.head.followed = 1;
	take_conn(event);
	assert_ptr_not_equal(conn(7)->owner, conn(8)->owner);
	follow(101);
	assert_true(conn(7)->owner->followed);
	assert_memory_equal(conn(7)->owner, conn(8)->owner, sizeof(struct owner));
	event.head.pid = 300;
	for (event.id = 100; event.id < 100 + MANY_ROWS; event.id++)
		take_conn(event);
	assert_null(conn(7));
	assert_null(conn(8));
	assert_int_equal(model->owners.n, 1);
	assert_int_equal(conn(100)->owner->pid, 300);
}

static void model_set_filter__number_used_again__children_are_of_who_had_it_then(void **state)
{
	const struct process_row *first;

	(void)state;
	run(100, 10, 1);
	run(50, 12, 100);
	first = process(50);
	run(60, 14, 50); /* child of the first 50 */
	end(60, 16);
	end(50, 18);
	run(50, 30, 1);
	run(61, 40, 50); /* child of the second */
	follow(100);
	expect_followed(60, true);
	expect_followed(61, false);
	expect_followed(50, false);
	assert_true(first->owner.followed);
}

static void model_set_filter__outlived_its_parent__is_another_ones_child(void **state)
{
	(void)state;
	run(100, 10, 1);
	run(101, 20, 100);
	run(102, 30, 101); /* ends before its parent */
	run(103, 40, 101); /* ends after it */
	run(104, 50, 101); /* runs on */
	end(102, 60);
	end(101, 70);
	end(103, 80);
	follow(100);
	expect_followed(102, true);
	expect_followed(103, false);
	expect_followed(104, false);
}

static void model_set_filter__parent_without_row__is_known_by_its_number(void **state)
{
	struct conn_event event = owned_by(101, conn_record(EVENT_OPEN, 7, T0_NS));

	(void)state;
	event.head.ppid = 100;
	take_conn(event);
	follow(100);
	expect_followed(101, true);
	assert_true(conn(7)->owner->followed);
	follow(99);
	expect_followed(101, false);
}

static void model_set_filter__process_without_row__stays_as_it_was(void **state)
{
	struct exec_record record = EXEC(T0_NS, 500, "/bin/ls", "ls");

	(void)state;
	record.head.followed = 1;
	take_exec(child_of(0, record));
	end(500, T0_NS + 1);
	for (uint32_t i = 0; i < MANY_ROWS; i++)
		take_conn(owned_by(600 + i, conn_record(EVENT_OPEN, 1 + i, T0_NS + i)));
	assert_null(process(500));
	follow(100);
	assert_true(oldest_exec(model)->owner.followed);
}

static void model_set_filter__not_following__clears_nothing(void **state)
{
	struct filter any = { 0 };

	(void)state;
	run(100, 10, 1);
	run(101, 20, 100);
	follow(100);
	model_set_filter(model, &any);
	expect_followed(101, true);
}

static void model_set_filter__parents_in_a_circle__comes_to_an_end(void **state)
{
	struct conn_event event = owned_by(100, conn_record(EVENT_OPEN, 1, T0_NS));

	(void)state;
	event.head.ppid = 101;
	take_conn(event);
	event.id = 2;
	event.head.pid = 101;
	event.head.ppid = 100;
	take_conn(event);
	event.id = 3;
	event.head.pid = event.head.ppid = 102;
	take_conn(event);
	follow(7);
	expect_followed(100, false);
	expect_followed(101, false);
	expect_followed(102, false);
	assert_int_equal(model->processes.n, 3);
}

int main(void)
{
#define FOLLOW(name) cmocka_unit_test_setup_teardown(name, set_up_many, tear_down)
	const struct CMUnitTest tests[] = {
		FOLLOW(model_set_filter__follow__takes_in_three_generations),
		FOLLOW(model_set_filter__rows_out_of_order__parents_are_judged_first),
		FOLLOW(model_set_filter__follow__every_kind_of_row_is_told),
		FOLLOW(model_set_filter__owners_become_the_same__each_goes_with_its_connections),
		FOLLOW(model_set_filter__number_used_again__children_are_of_who_had_it_then),
		FOLLOW(model_set_filter__outlived_its_parent__is_another_ones_child),
		FOLLOW(model_set_filter__parent_without_row__is_known_by_its_number),
		FOLLOW(model_set_filter__process_without_row__stays_as_it_was),
		FOLLOW(model_set_filter__not_following__clears_nothing),
		FOLLOW(model_set_filter__parents_in_a_circle__comes_to_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
