/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rolling tables: what they take in, keep, let go, and how they are copied. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "rows.h"

/* --- execs ------------------------------------------------------------------------------------ */

static void model_apply__exec__row_holds_every_field(void **state)
{
	struct exec_record record = EXEC(T0_NS, 41213, "/usr/bin/curl", "curl\0-s\0http://x/");
	const struct exec_row *row;

	(void)state;
	record.event.flags = EXEC_ARGS_UNREAD;
	record.event.args_total = 9000;
	record.event.ret = -ENOENT;
	take_exec(record);
	row = oldest_exec(model);
	assert_int_equal(model->execs.n, 1);
	assert_int_equal(row->id, 1);
	assert_int_equal(row->ts_ns, T0_NS);
	assert_int_equal(row->owner.start_ns, T0_NS - 60 * SECOND_NS);
	assert_int_equal(row->owner.pid, 41213);
	assert_int_equal(row->owner.ppid, 41200);
	assert_int_equal(row->owner.uid, 1000);
	assert_int_equal(row->owner.gid, 1001);
	assert_int_equal(row->owner.loginuid, 1002);
	assert_string_equal(row->owner.comm, "curl");
	assert_string_equal(row->pcomm, "bash");
	assert_int_equal(row->ret, -ENOENT);
	assert_int_equal(row->flags, EXEC_ARGS_UNREAD);
	assert_int_equal(row->args_total, 9000);
	assert_string_equal(row->data, "/usr/bin/curl");
	assert_int_equal(row->args_len, 18);
	assert_memory_equal(exec_row_args(row), "curl\0-s\0http://x/", 18);
}

static void model_apply__more_execs_than_rows__oldest_go_and_are_counted(void **state)
{
	uint64_t id = 3;

	(void)state;
	for (uint32_t pid = 101; pid <= 106; pid++)
		take_exec(EXEC(T0_NS + pid, pid, "/bin/true", "true"));
	assert_int_equal(model->execs.n, ROWS_MAX);
	assert_int_equal(model->evicted[EVENT_EXEC], 2);
	assert_int_equal(model->execs_made, 6);
	for (; id <= 6; id++) {
		const struct exec_row *row = table_find(&model->execs, id);

		assert_non_null(row);
		assert_int_equal(row->owner.pid, 100 + id);
	}
}

static void model_apply__longest_exec__is_kept_whole(void **state)
{
	static char filename[EXEC_FILENAME_MAX], args[EXEC_ARGS_MAX];

	(void)state;
	memset(filename, 'f', sizeof(filename) - 1);
	memset(args, 'a', sizeof(args));
	take_exec(exec_record(T0_NS, 1, filename, args, sizeof(args)));
	assert_int_equal(oldest_exec(model)->filename_len, EXEC_FILENAME_MAX);
	assert_string_equal(oldest_exec(model)->data, filename);
	assert_memory_equal(exec_row_args(oldest_exec(model)), args, sizeof(args));
}

/* --- a connection's life ---------------------------------------------------------------------- */

static void model_apply__open_connect_close__one_row_lives_and_ends(void **state)
{
	struct conn_event closing = conn_figures(EVENT_CLOSE, 7, T0_NS + SECOND_NS, 120, 4096);

	(void)state;
	take_conn(conn_record(EVENT_OPEN, 7, T0_NS));
	expect_conns(1, 0);
	assert_int_equal(conn(7)->established_ns, 0);
	assert_int_equal(conn(7)->state, TCP_SYN_SENT);
	assert_false(conn(7)->sampled_ns);

	take_conn(conn_record(EVENT_CONNECT, 7, T0_NS + 1));
	expect_conns(1, 0);
	assert_int_equal(conn(7)->established_ns, T0_NS - 82 * MS_NS);
	assert_int_equal(conn(7)->state, TCP_ESTABLISHED);
	assert_int_equal(conn(7)->closed_ns, 0);

	closing.retrans = 3;
	take_conn(closing);
	expect_conns(0, 1);
	assert_int_equal(conn(7)->closed_ns, T0_NS + SECOND_NS);
	assert_int_equal(conn(7)->ts_ns, T0_NS + SECOND_NS);
	assert_int_equal(conn(7)->kind, EVENT_CLOSE);
	assert_true(conn(7)->sampled_ns);
	assert_int_equal(conn(7)->tx_bytes, 120);
	assert_int_equal(conn(7)->rx_bytes, 4096);
	assert_int_equal(conn(7)->rtt_us, 17000);
	assert_int_equal(conn(7)->retrans, 3);
	assert_int_equal(conn(7)->tx_rate, 0);
	assert_false(conn(7)->lost_close);
}

static void model_apply__connection__row_holds_every_field(void **state)
{
	struct conn_event event = conn_record(EVENT_CONNECT, 7, T0_NS);

	(void)state;
	conn_set_ends(&event, 6, "fe80::1", 50000, "2001:db8::2", 8443);
	event.direction = CONN_IN;
	take_conn(event);
	assert_int_equal(conn(7)->owner->pid, 41213);
	assert_string_equal(conn(7)->owner->comm, "curl");
	assert_int_equal(conn(7)->opened_ns, T0_NS - 100 * MS_NS);
	assert_memory_equal(conn(7)->laddr, event.laddr, 16);
	assert_memory_equal(conn(7)->raddr, event.raddr, 16);
	assert_int_equal(conn(7)->lport, 50000);
	assert_int_equal(conn(7)->rport, 8443);
	assert_int_equal(conn(7)->proto, IPPROTO_TCP);
	assert_int_equal(conn(7)->ip, 6);
	assert_int_equal(conn(7)->direction, CONN_IN);
	assert_int_equal(conn(7)->netns, 4026531840U);
}

static void model_apply__failed_connect__row_is_closed_with_its_error(void **state)
{
	(void)state;
	take_conn(conn_record(EVENT_OPEN, 7, T0_NS));
	take_conn(conn_failure(7, T0_NS + MS_NS, -ECONNREFUSED));
	expect_conns(0, 1);
	assert_int_equal(conn(7)->ret, -ECONNREFUSED);
	assert_int_equal(conn(7)->closed_ns, T0_NS + MS_NS);
	assert_int_equal(conn(7)->established_ns, 0);
	assert_false(conn(7)->sampled_ns);
}

static void model_apply__close_before_open__stays_closed(void **state)
{
	(void)state;
	take_conn(conn_figures(EVENT_CLOSE, 7, T0_NS, 1, 2));
	expect_conns(0, 1);
	take_conn(conn_record(EVENT_OPEN, 7, T0_NS - 2));
	take_conn(conn_record(EVENT_CONNECT, 7, T0_NS - 1));
	take_conn(conn_figures(EVENT_SAMPLE, 7, T0_NS - 1, 0, 0));
	expect_conns(0, 1);
	assert_int_equal(conn(7)->closed_ns, T0_NS);
	assert_int_equal(conn(7)->state, TCP_CLOSE);
	assert_int_equal(conn(7)->rx_bytes, 2);
}

/* --- samples and rates ------------------------------------------------------------------------ */

static void model_apply__first_seen_in_a_sample__is_dated_by_its_connect(void **state)
{
	struct conn_event opening = conn_figures(EVENT_SAMPLE, 8, T0_NS, 0, 0);

	(void)state;
	take_conn(conn_figures(EVENT_SAMPLE, 7, T0_NS, 10, 20));
	assert_int_equal(conn(7)->ts_ns, T0_NS - 82 * MS_NS);
	assert_int_equal(conn(7)->sampled_ns, T0_NS);
	assert_true(conn(7)->sampled_ns);
	opening.established_ns = 0;
	take_conn(opening);
	assert_int_equal(conn(8)->ts_ns, T0_NS - 100 * MS_NS);
	expect_conns(2, 0);
}

static void model_apply__two_samples__rates_are_of_the_time_between(void **state)
{
	(void)state;
	take_conn(conn_figures(EVENT_SAMPLE, 7, T0_NS, 1000, 5000));
	take_conn(conn_figures(EVENT_SAMPLE, 7, T0_NS + 2 * SECOND_NS, 4000, 5000));
	assert_int_equal(conn(7)->tx_rate, 1500);
	assert_int_equal(conn(7)->rx_rate, 0);
	take_conn(conn_figures(EVENT_SAMPLE, 7, T0_NS + 2 * SECOND_NS + 500 * MS_NS, 4001, 6000));
	assert_int_equal(conn(7)->tx_rate, 2);
	assert_int_equal(conn(7)->rx_rate, 2000);
	assert_int_equal(conn(7)->tx_bytes, 4001);
	/* A sample is no event: the row is dated as before. */
	assert_int_equal(conn(7)->ts_ns, T0_NS - 82 * MS_NS);
}

static void model_apply__first_sample__rates_are_since_the_connect(void **state)
{
	struct conn_event sample = conn_figures(EVENT_SAMPLE, 7, T0_NS, 8200, 16400);

	(void)state;
	take_conn(conn_record(EVENT_CONNECT, 7, T0_NS - 82 * MS_NS));
	take_conn(sample);
	assert_int_equal(conn(7)->tx_rate, 100000);
	assert_int_equal(conn(7)->rx_rate, 200000);
	/* The same figures again, in no time: nothing to tell a rate from. */
	take_conn(sample);
	assert_int_equal(conn(7)->tx_rate, 100000);
}

static void model_apply__figures_go_back__rates_are_none(void **state)
{
	(void)state;
	take_conn(conn_figures(EVENT_SAMPLE, 7, T0_NS, 1000, 1000));
	take_conn(conn_figures(EVENT_SAMPLE, 7, T0_NS + SECOND_NS, 900, 1000));
	assert_int_equal(conn(7)->tx_rate, 0);
	assert_int_equal(conn(7)->tx_bytes, 900);
}

/* Samples come at once, events after they have settled: an older one must not undo the newer. */
static void model_apply__open_older_than_sample__state_stays_the_newer(void **state)
{
	(void)state;
	take_conn(conn_figures(EVENT_SAMPLE, 7, T0_NS, 10, 20));
	take_conn(conn_record(EVENT_OPEN, 7, T0_NS - 100 * MS_NS));
	assert_int_equal(conn(7)->state, TCP_ESTABLISHED);
	assert_int_equal(conn(7)->established_ns, T0_NS - 82 * MS_NS);
	assert_int_equal(conn(7)->tx_bytes, 10);
	expect_conns(1, 0);
}

/* --- bounds ----------------------------------------------------------------------------------- */

static void model_apply__table_full__closed_go_before_living(void **state)
{
	(void)state;
	take_conn(conn_record(EVENT_CONNECT, 1, T0_NS + 1));
	take_conn(conn_record(EVENT_CONNECT, 2, T0_NS + 2));
	take_conn(conn_record(EVENT_CONNECT, 3, T0_NS + 3));
	take_conn(conn_record(EVENT_CONNECT, 4, T0_NS + 4));
	take_conn(conn_figures(EVENT_CLOSE, 3, T0_NS + 5, 0, 0));
	take_conn(conn_figures(EVENT_CLOSE, 2, T0_NS + 6, 0, 0));
	assert_int_equal(model->evicted[EVENT_CLOSE], 0);

	take_conn(conn_record(EVENT_OPEN, 5, T0_NS + 7));
	assert_null(conn(3)); /* closed first */
	assert_non_null(conn(1));
	take_conn(conn_record(EVENT_OPEN, 6, T0_NS + 8));
	assert_null(conn(2));
	assert_non_null(conn(1)); /* older, but lives */
	assert_int_equal(model->evicted[EVENT_CLOSE], 2);
	expect_conns(4, 0);
}

static void model_apply__all_live_and_full__oldest_goes(void **state)
{
	(void)state;
	for (uint64_t id = 1; id <= ROWS_MAX + 1; id++)
		take_conn(conn_record(EVENT_CONNECT, id, T0_NS + id));
	assert_null(conn(1));
	assert_non_null(conn(ROWS_MAX + 1));
	assert_int_equal(model->evicted[EVENT_CONNECT], 1);
	expect_conns(ROWS_MAX, 0);
	/* One that has ended is the first to go, be it the newest. */
	take_conn(conn_failure(9, T0_NS + 9, -ETIMEDOUT));
	assert_null(conn(9));
	assert_int_equal(model->evicted[EVENT_CONNECT], 2);
	expect_conns(ROWS_MAX, 0);
}

static void model_apply__evicted__is_counted_by_its_last_event(void **state)
{
	(void)state;
	for (uint64_t id = 1; id <= ROWS_MAX; id++)
		take_conn(conn_record(EVENT_CONNECT, id, T0_NS + id));
	take_conn(conn_figures(EVENT_SAMPLE, 1, T0_NS + 10, 0, 0));
	take_conn(conn_figures(EVENT_SAMPLE, 11, T0_NS + 11, 0, 0));
	assert_int_equal(model->evicted[EVENT_CONNECT], 1); /* a sample is no event */
	for (uint64_t id = 12; id <= 15; id++)
		take_conn(conn_incoming(EVENT_ACCEPT, id, T0_NS + id));
	assert_int_equal(model->evicted[EVENT_CONNECT], 4);
	assert_int_equal(model->evicted[EVENT_SAMPLE], 1); /* nothing but a sample was seen */
	take_conn(conn_incoming(EVENT_OPEN, 16, T0_NS + 16));
	assert_int_equal(model->evicted[EVENT_ACCEPT], 1);
	assert_int_equal(model->evicted[EVENT_EXEC], 0);
}

/* --- closes that were never told -------------------------------------------------------------- */

static void model_expire__not_in_the_pass__is_closed_with_its_last_figures(void **state)
{
	(void)state;
	take_conn(conn_figures(EVENT_SAMPLE, 1, T0_NS, 10, 20));
	take_conn(conn_figures(EVENT_SAMPLE, 1, T0_NS + SECOND_NS, 40, 20));
	take_conn(conn_figures(EVENT_SAMPLE, 2, T0_NS + 2 * SECOND_NS, 30, 40)); /* at the pass */
	take_conn(conn_record(EVENT_OPEN, 3, T0_NS + 2 * SECOND_NS + 1));	 /* began since */
	expire_at(T0_NS + 2 * SECOND_NS);
	expect_conns(2, 1);
	assert_int_equal(conn(1)->closed_ns, T0_NS + 2 * SECOND_NS);
	assert_true(conn(1)->lost_close);
	assert_int_equal(conn(1)->tx_bytes, 40);
	assert_int_equal(conn(1)->tx_rate, 0);
	assert_int_equal(conn(2)->closed_ns, 0);
	assert_int_equal(conn(3)->closed_ns, 0);
}

static void model_expire__missing_in_one_pass__is_left_alone(void **state)
{
	(void)state;
	take_conn(conn_figures(EVENT_SAMPLE, 1, T0_NS, 10, 20));
	take_conn(conn_figures(EVENT_SAMPLE, 2, T0_NS, 10, 20));
	model_expire(model, T0_NS + SECOND_NS);
	assert_int_equal(model->missed, 2);
	take_conn(conn_figures(EVENT_SAMPLE, 1, T0_NS + 2 * SECOND_NS, 11, 20));
	model_expire(model, T0_NS + 2 * SECOND_NS);
	assert_int_equal(model->missed, 0);
	expect_conns(1, 1);
	assert_int_equal(conn(2)->closed_ns, T0_NS + SECOND_NS);
	model_expire(model, T0_NS + 3 * SECOND_NS); /* missed again, for the first time since */
	assert_int_equal(model->missed, 1);
	expect_conns(1, 1);
}

static void model_expire__filter_hides_it__is_left_alone(void **state)
{
	struct filter filter = { 0 };

	(void)state;
	take_conn(conn_figures(EVENT_SAMPLE, 1, T0_NS, 10, 20));
	only_port(&filter, 80);
	model_set_filter(model, &filter);
	expire_at(T0_NS + 9 * SECOND_NS);
	expect_conns(1, 0);
	only_port(&filter, 443);
	model_set_filter(model, &filter);
	expire_at(T0_NS + 9 * SECOND_NS);
	expect_conns(0, 1);
}

static void model_apply__lost_close_then_sample__lives_again(void **state)
{
	(void)state;
	take_conn(conn_figures(EVENT_SAMPLE, 1, T0_NS, 10, 20));
	expire_at(T0_NS + SECOND_NS);
	expect_conns(0, 1);
	take_conn(conn_figures(EVENT_SAMPLE, 1, T0_NS + 2 * SECOND_NS, 50, 20));
	expect_conns(1, 0);
	assert_int_equal(conn(1)->closed_ns, 0);
	assert_false(conn(1)->lost_close);
	assert_int_equal(conn(1)->tx_bytes, 50);
	assert_int_equal(conn(1)->tx_rate, 20);
}

static void model_apply__lost_close_then_close__has_its_true_end(void **state)
{
	(void)state;
	take_conn(conn_figures(EVENT_SAMPLE, 1, T0_NS, 10, 20));
	expire_at(T0_NS + SECOND_NS);
	take_conn(conn_figures(EVENT_CLOSE, 1, T0_NS + 900 * MS_NS, 70, 80));
	expect_conns(0, 1);
	assert_int_equal(conn(1)->closed_ns, T0_NS + 900 * MS_NS);
	assert_int_equal(conn(1)->tx_bytes, 70);
	assert_false(conn(1)->lost_close);
	/* And that is final. */
	take_conn(conn_figures(EVENT_SAMPLE, 1, T0_NS + 800 * MS_NS, 60, 80));
	expect_conns(0, 1);
	assert_int_equal(conn(1)->tx_bytes, 70);
}

/* --- copies ----------------------------------------------------------------------------------- */

static void model_clone__later_events__change_the_original_alone(void **state)
{
	struct model *copy;

	(void)state;
	take_exec(EXEC(T0_NS, 101, "/bin/true", "true"));
	take_conn(conn_figures(EVENT_SAMPLE, 1, T0_NS, 10, 20));
	take_conn(conn_figures(EVENT_CLOSE, 2, T0_NS, 30, 40));
	copy = model_clone(model);
	assert_non_null(copy);

	take_conn(conn_figures(EVENT_CLOSE, 1, T0_NS + 1, 99, 99));
	for (uint32_t i = 0; i < 2 * ROWS_MAX; i++) {
		take_exec(EXEC(T0_NS, 200 + i, "/bin/false", "false"));
		take_conn(conn_record(EVENT_CONNECT, 10 + i, T0_NS + 2));
	}
	assert_null(conn(1));
	model_free(model);
	model = copy; /* freed by tear_down(), counted by expect_conns() */

	expect_conns(1, 1);
	assert_int_equal(copy->execs.n, 1);
	assert_string_equal(oldest_exec(copy)->data, "/bin/true");
	assert_string_equal(exec_row_args(oldest_exec(copy)), "true");
	assert_int_equal(conn(1)->closed_ns, 0);
	assert_int_equal(conn(1)->tx_bytes, 10);
	assert_int_equal(conn(2)->closed_ns, T0_NS);
	assert_int_equal(copy->evicted[EVENT_CONNECT], 0);
	assert_int_equal(copy->execs_made, 1);
}

static void model_clone__changed__original_is_as_it_was(void **state)
{
	struct conn_event closing = conn_figures(EVENT_CLOSE, 1, T0_NS + 1, 99, 99);
	struct model *copy;

	(void)state;
	take_conn(conn_figures(EVENT_SAMPLE, 1, T0_NS, 10, 20));
	copy = model_clone(model);
	assert_non_null(copy);
	assert_int_equal(model_apply(copy, &closing.head, sizeof(closing)), 0);
	assert_int_equal(conn_in(copy, 1)->tx_bytes, 99);
	assert_int_equal(copy->n_live, 0);
	model_free(copy);
	expect_conns(1, 0);
	assert_int_equal(conn(1)->tx_bytes, 10);
}

static void model_clone__counters__are_copied(void **state)
{
	struct model *copy;

	(void)state;
	for (uint32_t pid = 101; pid <= 106; pid++)
		take_exec(EXEC(T0_NS, pid, "/bin/true", "true"));
	assert_int_equal(apply("", 0), -EINVAL);
	copy = model_clone(model);
	assert_non_null(copy);
	assert_int_equal(copy->max_rows, ROWS_MAX);
	assert_int_equal(copy->execs_made, 6);
	assert_int_equal(copy->evicted[EVENT_EXEC], 2);
	assert_int_equal(copy->dropped, 1);
	assert_int_equal(oldest_exec(copy)->id, 3);
	assert_int_equal(copy->execs.n, ROWS_MAX);
	model_free(copy);
}

/* --- looking ahead ---------------------------------------------------------------------------- */

static void model_expect__any_record__changes_nothing(void **state)
{
	struct conn_event open = conn_record(EVENT_OPEN, 7, T0_NS);

	(void)state;
	take_conn(open);
	for (int kind = 0; kind < EVENT_KINDS; kind++) {
		open.head.kind = kind;
		open.id = 1000 + kind;
		for (size_t size = 0; size <= sizeof(open); size += sizeof(open) / 4)
			for (unsigned step = 0; step < EXPECT_STEPS; step++)
				model_expect(model, &open.head, size, step);
	}
	assert_int_equal(model->conns.n, 1);
	assert_int_equal(model->conns.log->n, 1);
	assert_int_equal(model->dropped, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(model_apply__exec__row_holds_every_field),
		TEST(model_apply__more_execs_than_rows__oldest_go_and_are_counted),
		TEST(model_apply__longest_exec__is_kept_whole),
		TEST(model_apply__open_connect_close__one_row_lives_and_ends),
		TEST(model_apply__connection__row_holds_every_field),
		TEST(model_apply__failed_connect__row_is_closed_with_its_error),
		TEST(model_apply__close_before_open__stays_closed),
		TEST(model_apply__first_seen_in_a_sample__is_dated_by_its_connect),
		TEST(model_apply__two_samples__rates_are_of_the_time_between),
		TEST(model_apply__first_sample__rates_are_since_the_connect),
		TEST(model_apply__figures_go_back__rates_are_none),
		TEST(model_apply__open_older_than_sample__state_stays_the_newer),
		TEST(model_apply__table_full__closed_go_before_living),
		TEST(model_apply__all_live_and_full__oldest_goes),
		TEST(model_apply__evicted__is_counted_by_its_last_event),
		TEST(model_expire__not_in_the_pass__is_closed_with_its_last_figures),
		TEST(model_expire__missing_in_one_pass__is_left_alone),
		TEST(model_expire__filter_hides_it__is_left_alone),
		TEST(model_apply__lost_close_then_sample__lives_again),
		TEST(model_apply__lost_close_then_close__has_its_true_end),
		TEST(model_expect__any_record__changes_nothing),
		TEST(model_clone__later_events__change_the_original_alone),
		TEST(model_clone__changed__original_is_as_it_was),
		TEST(model_clone__counters__are_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
