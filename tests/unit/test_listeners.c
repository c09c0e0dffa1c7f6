/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of listeners. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "rows.h"

static void model_apply__listener__row_holds_every_field(void **state)
{
	struct listen_event event = listen_record(7, T0_NS, 12);

	(void)state;
	event.ip = 6;
	inet_pton(AF_INET6, "2001:db8::1", event.laddr);
	event.flags = CONN_OLDER | CONN_SHARED;
	event.backlog = 3;
	take_listener(event);
	assert_int_equal(listener(7)->owner.pid, 41213);
	assert_string_equal(listener(7)->owner.comm, "nginx");
	assert_int_equal(listener(7)->opened_ns, T0_NS - 10 * SECOND_NS);
	assert_int_equal(listener(7)->sampled_ns, T0_NS);
	assert_int_equal(listener(7)->accepts, 12);
	assert_int_equal(listener(7)->backlog, 3);
	assert_int_equal(listener(7)->backlog_max, 128);
	assert_int_equal(listener(7)->netns, 4026531840U);
	assert_int_equal(listener(7)->lport, 443);
	assert_memory_equal(listener(7)->laddr, event.laddr, 16);
	assert_int_equal(listener(7)->ip, 6);
	assert_int_equal(listener(7)->flags, CONN_OLDER | CONN_SHARED);
	assert_int_equal(model->conns.n, 0);
}

static void model_apply__two_samples__accepts_are_told_per_second(void **state)
{
	(void)state;
	take_listener(listen_record(7, T0_NS, 100));
	assert_int_equal(listener(7)->accept_rate, 0); /* since when is not known */
	take_listener(listen_record(7, T0_NS + 2 * SECOND_NS, 150));
	assert_int_equal(listener(7)->accept_rate, 25);
	take_listener(listen_record(7, T0_NS + 2 * SECOND_NS, 150));
	assert_int_equal(listener(7)->accept_rate, 25);
	take_listener(listen_record(7, T0_NS + SECOND_NS, 120)); /* an older one */
	assert_int_equal(listener(7)->accepts, 150);
	assert_int_equal(listener(7)->sampled_ns, T0_NS + 2 * SECOND_NS);
	take_listener(listen_record(7, T0_NS + 3 * SECOND_NS, 150));
	assert_int_equal(listener(7)->accept_rate, 0);
}

static void model_apply__listener__its_process_has_a_row(void **state)
{
	struct listen_event event = listen_record(7, T0_NS, 0);

	(void)state;
	take_listener(event);
	assert_ptr_equal(process_in(listener(7)->process), process(41213));
	assert_int_equal(process(41213)->ts_ns, T0_NS - 10 * SECOND_NS);
	assert_int_equal(process(41213)->rank, RANK_BUSY);
	assert_int_equal(process(41213)->traffic.total, 0);
	event.head.pid = 100; /* another listens on it now */
	event.head.ts_ns++;
	take_listener(event);
	assert_ptr_equal(process_in(listener(7)->process), process(100));
	assert_int_equal(process(41213)->rank, RANK_IDLE);
	assert_int_equal(process(41213)->listeners.first, 0);
	event.head.pid = 0;
	event.head.ts_ns++;
	take_listener(event);
	assert_int_equal(listener(7)->owner.pid, 100);
	assert_ptr_equal(process_in(listener(7)->process), process(100));
}

static void model_apply__listener_of_nobody__has_no_process(void **state)
{
	struct listen_event event = listen_record(7, T0_NS, 0);

	(void)state;
	event.head.pid = 0;
	take_listener(event);
	assert_int_equal(listener(7)->process, 0);
	assert_int_equal(model->processes.n, 0);
	event.head.pid = 100;
	event.head.ts_ns++;
	take_listener(event);
	assert_int_equal(listener(7)->owner.pid, 100);
	assert_non_null(process(100));
}

static void model_apply__process_listens__stays_when_others_go(void **state)
{
	(void)state;
	take_listener(listen_record(7, T0_NS, 0));
	for (uint32_t i = 1; i <= ROWS_MAX; i++)
		take_exec(child_of(0, EXEC(T0_NS + i, 100 + i, "/bin/ls", "ls")));
	assert_non_null(process(41213));
	assert_null(process(101));
}

static void model_apply__listening_process_evicted__listener_finds_it_again(void **state)
{
	(void)state;
	take_listener(listen_record(7, T0_NS, 0));
	for (uint32_t i = 1; i <= ROWS_MAX; i++)
		take_conn(owned_by(100 + i, conn_record(EVENT_OPEN, i, T0_NS + i)));
	assert_null(process(41213));
	assert_int_equal(listener(7)->process, 0);
	take_listener(listen_record(7, T0_NS + 9, 0));
	assert_ptr_equal(process_in(listener(7)->process), process(41213));
	assert_int_equal(process(41213)->rank, RANK_BUSY);
}

static void model_apply__too_many_listeners__the_one_sampled_least_goes(void **state)
{
	(void)state;
	for (uint64_t id = 1; id <= ROWS_MAX; id++)
		take_listener(listen_record(id, T0_NS + id, 0));
	take_listener(listen_record(1, T0_NS + 10, 0));
	assert_int_equal(model->evicted_rows, 0);
	take_listener(listen_record(9, T0_NS + 11, 0));
	assert_null(listener(2));
	assert_non_null(listener(1));
	assert_int_equal(model->listeners.n, ROWS_MAX);
	assert_int_equal(model->evicted_rows, 1);
	assert_int_equal(process(41213)->living, ROWS_MAX);
}

static void model_expire__listener_not_in_the_pass__is_gone(void **state)
{
	struct filter filter = { 0 };

	(void)state;
	take_listener(listen_record(1, T0_NS, 0));
	take_listener(listen_record(2, T0_NS + SECOND_NS, 0));
	only_port(&filter, 80);
	model_set_filter(model, &filter);
	expire_at(T0_NS + SECOND_NS);
	assert_non_null(listener(1)); /* no pass under this filter would show it */
	only_port(&filter, 443);
	model_set_filter(model, &filter);
	expire_at(T0_NS + SECOND_NS);
	assert_null(listener(1));
	assert_non_null(listener(2));
	assert_int_equal(process(41213)->living, 1);
	expire_at(T0_NS + 2 * SECOND_NS);
	assert_int_equal(model->listeners.n, 0);
	assert_int_equal(model->sampled.first, 0);
	assert_int_equal(process(41213)->listeners.first, 0);
	assert_int_equal(process(41213)->rank, RANK_IDLE);
	assert_int_equal(model->evicted_rows, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(model_apply__listener__row_holds_every_field),
		TEST(model_apply__two_samples__accepts_are_told_per_second),
		TEST(model_apply__listener__its_process_has_a_row),
		TEST(model_apply__listener_of_nobody__has_no_process),
		TEST(model_apply__process_listens__stays_when_others_go),
		TEST(model_apply__listening_process_evicted__listener_finds_it_again),
		TEST(model_apply__too_many_listeners__the_one_sampled_least_goes),
		TEST(model_expire__listener_not_in_the_pass__is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
