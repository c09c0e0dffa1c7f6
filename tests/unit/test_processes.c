/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of processes: who gets a row, what it tells, and which rows have to go. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "rows.h"

static const struct exec_row *exec_row(uint64_t id)
{
	struct exec_row *row;

	row = table_find(&model->execs, id);
	return row;
}

/* A process executes whose parent has no row. */
static void take_orphan(uint64_t ts_ns, uint32_t pid)
{
	take_exec(child_of(0, EXEC(ts_ns, pid, "/bin/ls", "ls\0-l")));
}

/* --- execs ------------------------------------------------------------------------------------ */

static void model_apply__exec__process_holds_its_image(void **state)
{
	struct exec_record record = EXEC(T0_NS, 41213, "/bin/ls", "ls\0-l");
	const struct process_row *row;

	(void)state;
	record.event.flags = EXEC_SCRIPT;
	record.event.args_total = 9000;
	take_exec(record);
	row = process(41213);
	assert_non_null(row);
	assert_int_equal(row->owner.start_ns, T0_NS - 60 * SECOND_NS);
	assert_int_equal(row->owner.ppid, 41200);
	assert_int_equal(row->owner.uid, 1000);
	assert_string_equal(row->owner.comm, "ls");
	assert_int_equal(row->ts_ns, T0_NS);
	assert_int_equal(row->exec_id, 1);
	assert_int_equal(row->exec_flags, EXEC_SCRIPT);
	assert_int_equal(row->args_total, 9000);
	assert_int_equal(row->filename_len, 8);
	assert_int_equal(row->args_len, 6);
	assert_memory_equal(row->data, "/bin/ls\0ls\0-l", 14);
	assert_int_equal(row->ending.ended_ns, 0);
	assert_int_equal(row->execs, 0); /* that is its parent's */
}

static void model_apply__exec__parent_has_a_row_and_counts_it(void **state)
{
	struct exec_record second = EXEC(T0_NS + 1, 41214, "/bin/wc", "wc");
	const struct process_row *row;

	(void)state;
	strcpy(second.event.parent.comm, "make");
	take_exec(EXEC(T0_NS, 41213, "/bin/ls", "ls"));
	row = process(41200);
	assert_string_equal(row->owner.comm, "bash");
	take_exec(second);
	assert_non_null(row);
	assert_int_equal(model->processes.n, 3);
	assert_int_equal(row->execs, 2);
	assert_int_equal(row->ts_ns, T0_NS + 1);
	assert_int_equal(row->owner.start_ns, T0_NS - 3600 * SECOND_NS);
	assert_int_equal(row->owner.cgroup, 76);
	assert_int_equal(row->owner.ppid, 41100);
	assert_int_equal(row->owner.uid, 1000);
	assert_int_equal(row->owner.gid, 1001);
	assert_int_equal(row->owner.loginuid, 1002);
	assert_string_equal(row->owner.comm, "make");
	assert_null(row->data);
	assert_int_equal(row->exec_id, 0);
	assert_int_equal(row->filename_len + row->args_len, 0);
}

static void model_apply__parent_unknown__has_no_row(void **state)
{
	(void)state;
	take_orphan(T0_NS, 41213);
	assert_int_equal(model->processes.n, 1);
	assert_null(process(0));
}

static void model_apply__exec_again__replaces_the_image(void **state)
{
	(void)state;
	take_exec(EXEC(T0_NS, 41213, "/bin/sh", "sh"));
	take_exec(EXEC(T0_NS + 5, 41213, "/usr/bin/make", "make\0all"));
	assert_int_equal(model->processes.n, 2);
	assert_int_equal(exec_row(1)->replaced_ns, T0_NS + 5);
	assert_int_equal(exec_row(2)->replaced_ns, 0);
	assert_int_equal(process(41213)->exec_id, 2);
	assert_string_equal(process(41213)->owner.comm, "make");
	assert_string_equal(process(41213)->data, "/usr/bin/make");
	assert_int_equal(process(41200)->execs, 2);
}

static void model_apply__failed_exec__is_a_row_and_no_image(void **state)
{
	struct exec_record failed = EXEC(T0_NS + 5, 41213, "/opt/ls", "ls\0-a");

	(void)state;
	failed.event.ret = -ENOENT;
	take_exec(failed);
	assert_int_equal(model->execs.n, 1);
	assert_int_equal(model->processes.n, 0);

	take_exec(EXEC(T0_NS, 41213, "/bin/ls", "ls"));
	take_exec(failed);
	assert_int_equal(model->execs.n, 3);
	assert_int_equal(exec_row(2)->replaced_ns, 0);
	assert_int_equal(process(41213)->exec_id, 2);
	assert_string_equal(process(41213)->data, "/bin/ls");
	assert_int_equal(process(41200)->execs, 1);
	take_exit(exit_record(T0_NS + 9, 41213, "ls", 1, 0));
	assert_int_equal(exec_row(2)->ending.ended_ns, T0_NS + 9);
	assert_int_equal(exec_row(3)->ending.ended_ns, 0);
}

static void model_apply__exec_row_evicted__process_keeps_its_image(void **state)
{
	(void)state;
	take_orphan(T0_NS, 100);
	for (uint32_t pid = 101; pid <= 103; pid++)
		take_orphan(T0_NS + pid, pid);
	take_exec(child_of(0, EXEC(T0_NS + 200, 103, "/bin/wc", "wc")));
	assert_null(exec_row(1));
	assert_int_equal(process(100)->exec_id, 0);
	assert_string_equal(process(100)->data, "/bin/ls");
	/* When the row is gone the process alone tells of the exit; a replaced one is no loss. */
	take_exit(exit_record(T0_NS + 201, 100, "ls", 7, 0));
	assert_int_equal(process(100)->ending.code, 7);
	for (uint32_t i = 0; i < 3; i++)
		take_exec(child_of(0, EXEC(T0_NS + 210 + i, 102, "/bin/wc", "wc")));
	assert_int_equal(process(103)->exec_id, 5);
}

/* --- exits ------------------------------------------------------------------------------------ */

static void model_apply__exit__joins_process_and_last_exec(void **state)
{
	struct exit_event event = exit_record(T0_NS + 9, 41213, "make", 0, SIGKILL);

	(void)state;
	take_exec(EXEC(T0_NS, 41213, "/bin/sh", "sh"));
	take_exec(EXEC(T0_NS + 5, 41213, "/usr/bin/make", "make"));
	event.head.ppid = 1;
	take_exit(event);
	assert_int_equal(exec_row(1)->ending.ended_ns, 0);
	assert_int_equal(exec_row(2)->ending.ended_ns, T0_NS + 9);
	assert_int_equal(exec_row(2)->ending.signal, SIGKILL);
	assert_int_equal(process(41213)->ending.ended_ns, T0_NS + 9);
	assert_int_equal(process(41213)->ending.signal, SIGKILL);
	assert_int_equal(process(41213)->ts_ns, T0_NS + 9);
	assert_int_equal(process(41213)->owner.ppid, 1);
	assert_string_equal(process(41213)->data, "/usr/bin/make");
	assert_int_equal(process(41200)->ending.ended_ns, 0);
}

static void model_apply__exit_of_nobody_known__makes_no_row(void **state)
{
	(void)state;
	take_exit(exit_record(T0_NS, 41213, "ls", 0, 0));
	take_exit(exit_record(T0_NS, 0, "", 0, 0));
	assert_int_equal(model->processes.n, 0);
	assert_int_equal(model->execs.n, 0);
	assert_int_equal(model->dropped, 0);
}

static void model_apply__pid_used_again__is_another_process(void **state)
{
	struct exec_record later = child_of(0, EXEC(T0_NS + 50, 100, "/bin/wc", "wc"));
	struct conn_event late = owned_by(100, conn_record(EVENT_OPEN, 7, T0_NS + 60));
	const struct process_row *first;

	(void)state;
	take_orphan(T0_NS, 100);
	take_exit(exit_record(T0_NS + 9, 100, "ls", 3, 0));
	later.head.start_ns = T0_NS + 40;
	take_exec(later);
	assert_int_equal(model->processes.n, 2);
	first = table_find(&model->processes, 1);
	assert_int_equal(first->ending.code, 3);
	assert_string_equal(first->data, "/bin/ls");
	assert_int_equal(exec_row(1)->replaced_ns, 0);
	assert_int_equal(exec_row(2)->ending.ended_ns, 0);
	assert_int_equal(process(100)->owner.start_ns, T0_NS + 40);
	assert_int_equal(process(100)->ending.ended_ns, 0);
	late.head.start_ns = T0_NS + 40;
	take_conn(late);
	assert_int_equal(process(100)->traffic.total, 1);
	assert_int_equal(first->traffic.total, 0);
}

/* --- connections ------------------------------------------------------------------------------ */

static void model_apply__connection__makes_its_process(void **state)
{
	struct conn_event sample = conn_figures(EVENT_SAMPLE, 8, T0_NS + 9, 0, 0);

	(void)state;
	take_conn(owned_by(100, conn_record(EVENT_OPEN, 7, T0_NS)));
	assert_int_equal(process(100)->ts_ns, T0_NS);
	assert_string_equal(process(100)->owner.comm, "curl");
	assert_null(process(100)->data);
	take_conn(owned_by(101, sample));
	assert_int_equal(process(101)->ts_ns, T0_NS - 82 * MS_NS); /* as its row: the connect's */
	sample.opened_ns = 0;
	sample.established_ns = 0;
	sample.id = 9;
	take_conn(owned_by(102, sample));
	assert_int_equal(process(102)->ts_ns, 0); /* before conntop */
	sample.head.pid = 0;
	sample.id = 10;
	take_conn(sample);
	assert_int_equal(model->processes.n, 3);
}

/* What a socket remembers of its process is as old as the connect: the program may be another. */
static void model_apply__later_records_of_a_connection__do_not_rename_its_process(void **state)
{
	struct conn_event inherited = conn_incoming(EVENT_OPEN, 8, T0_NS + 4);

	(void)state;
	take_conn(conn_record(EVENT_OPEN, 7, T0_NS));
	take_exec(child_of(0, EXEC(T0_NS + 1, 41213, "/bin/ls", "ls")));
	take_conn(conn_record(EVENT_CONNECT, 7, T0_NS + 2));
	take_conn(conn_figures(EVENT_SAMPLE, 7, T0_NS + 3, 0, 0));
	inherited.flags = CONN_INHERITED;
	take_conn(inherited);
	take_conn(conn_figures(EVENT_CLOSE, 7, T0_NS + 5, 0, 0));
	assert_string_equal(process(41213)->owner.comm, "ls");
	assert_int_equal(process(41213)->ts_ns, T0_NS + 5);
	/* But whoever connects or accepts is seen as it is. */
	take_conn(conn_incoming(EVENT_ACCEPT, 8, T0_NS + 6));
	assert_string_equal(process(41213)->owner.comm, "curl");
}

static void model_apply__record_out_of_order__names_stay_the_newer(void **state)
{
	(void)state;
	take_exec(child_of(0, EXEC(T0_NS + 1, 41213, "/bin/ls", "ls")));
	take_conn(conn_record(EVENT_OPEN, 7, T0_NS));
	assert_string_equal(process(41213)->owner.comm, "ls");
	assert_int_equal(process(41213)->ts_ns, T0_NS + 1);
}

static void model_apply__followed__stays_so_until_the_filter_changes(void **state)
{
	struct conn_event sample = owned_by(41213, conn_figures(EVENT_SAMPLE, 7, T0_NS, 0, 0));

	(void)state;
	take_exec(EXEC(T0_NS, 41213, "/bin/ls", "ls"));
	assert_false(process(41213)->owner.followed);
	sample.head.followed = 1;
	take_conn(sample);
	assert_true(process(41213)->owner.followed);
	take_exec(EXEC(T0_NS, 41213, "/bin/ls", "ls"));
	assert_true(process(41213)->owner.followed);
	take_exit(exit_record(T0_NS, 41213, "ls", 0, 0));
	assert_true(process(41213)->owner.followed);
	assert_false(process(41200)->owner.followed);
}

/* --- bounds ----------------------------------------------------------------------------------- */

static void model_apply__too_many_processes__the_ended_then_the_idle_go(void **state)
{
	(void)state;
	take_conn(owned_by(100, conn_record(EVENT_OPEN, 1, T0_NS))); /* lives, although oldest */
	take_orphan(T0_NS + 1, 101);
	take_orphan(T0_NS + 2, 102);
	take_orphan(T0_NS + 3, 103);
	take_exit(exit_record(T0_NS + 4, 103, "ls", 0, 0));
	take_exit(exit_record(T0_NS + 5, 102, "ls", 0, 0));
	assert_int_equal(model->evicted_rows, 0);

	take_orphan(T0_NS + 6, 104);
	assert_null(process(103)); /* ended first */
	take_orphan(T0_NS + 7, 105);
	assert_null(process(102));
	take_orphan(T0_NS + 8, 101); /* did something again */
	take_orphan(T0_NS + 9, 106);
	assert_null(process(104));
	take_orphan(T0_NS + 10, 107);
	assert_null(process(105));
	assert_non_null(process(100));
	assert_non_null(process(101));
	assert_int_equal(model->evicted_rows, 4);
	assert_int_equal(model->processes.n, ROWS_MAX);
}

static void model_apply__connection_closed__process_may_go(void **state)
{
	(void)state;
	take_conn(owned_by(100, conn_record(EVENT_OPEN, 1, T0_NS)));
	take_conn(owned_by(101, conn_record(EVENT_OPEN, 2, T0_NS)));
	take_conn(owned_by(101, conn_figures(EVENT_CLOSE, 2, T0_NS + 1, 5, 5)));
	for (uint32_t pid = 102; pid <= 104; pid++)
		take_orphan(T0_NS + pid, pid);
	assert_null(process(101));
	assert_non_null(process(100));
	assert_int_equal(conn(2)->process, 0); /* and the row that pointed at it does no longer */
	assert_ptr_equal(process_in(conn(1)->process), process(100));
}

static void model_apply__all_processes_live__one_that_does_not_has_no_row(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < ROWS_MAX; i++)
		take_conn(owned_by(100 + i, conn_record(EVENT_OPEN, 1 + i, T0_NS + i)));
	take_orphan(T0_NS + 9, 200);
	assert_null(process(200));
	assert_int_equal(model->execs.n, 1);
	take_conn(owned_by(200, conn_failure(8, T0_NS + 9, -ECONNREFUSED)));
	assert_null(process(200));
	assert_int_equal(model->evicted_rows, 2);
	/* One that lives takes the place of the oldest. */
	take_conn(owned_by(201, conn_record(EVENT_OPEN, 9, T0_NS + 10)));
	assert_non_null(process(201));
	assert_null(process(100));
	assert_int_equal(model->evicted_rows, 3);
	expect_conns(ROWS_MAX, 0);
}

static void model_apply__evicted_process_is_back__counts_from_then_on(void **state)
{
	(void)state;
	take_conn(owned_by(100, conn_figures(EVENT_CLOSE, 1, T0_NS, 10, 20)));
	for (uint32_t pid = 101; pid <= 104; pid++)
		take_orphan(T0_NS + pid, pid);
	assert_null(process(100));
	take_conn(owned_by(100, conn_figures(EVENT_CLOSE, 2, T0_NS + 200, 1, 2)));
	expect_traffic(&process(100)->traffic, 1, 0, 0, 1, 2);
	assert_int_equal(process(100)->id, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(model_apply__exec__process_holds_its_image),
		TEST(model_apply__exec__parent_has_a_row_and_counts_it),
		TEST(model_apply__parent_unknown__has_no_row),
		TEST(model_apply__exec_again__replaces_the_image),
		TEST(model_apply__failed_exec__is_a_row_and_no_image),
		TEST(model_apply__exec_row_evicted__process_keeps_its_image),
		TEST(model_apply__exit__joins_process_and_last_exec),
		TEST(model_apply__exit_of_nobody_known__makes_no_row),
		TEST(model_apply__pid_used_again__is_another_process),
		TEST(model_apply__connection__makes_its_process),
		TEST(model_apply__later_records_of_a_connection__do_not_rename_its_process),
		TEST(model_apply__record_out_of_order__names_stay_the_newer),
		TEST(model_apply__followed__stays_so_until_the_filter_changes),
		TEST(model_apply__too_many_processes__the_ended_then_the_idle_go),
		TEST(model_apply__connection_closed__process_may_go),
		TEST(model_apply__all_processes_live__one_that_does_not_has_no_row),
		TEST(model_apply__evicted_process_is_back__counts_from_then_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
