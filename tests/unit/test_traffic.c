/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What connections add to their processes and remotes, and remotes themselves. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "rows.h"

/* A connection of process `pid` to port `rport`. */
static struct conn_event to_port(uint16_t rport, uint32_t pid, struct conn_event conn)
{
	conn.rport = rport;
	return owned_by(pid, conn);
}

/* Found by fuzzing: a recording may say anything. */
static void model_apply__figures_beyond_reason__give_the_highest_rate(void **state)
{
	(void)state;
	take_conn(conn_record(EVENT_OPEN, 7, T0_NS));
	take_conn(conn_record(EVENT_CONNECT, 7, T0_NS + 1));
	take_conn(conn_figures(EVENT_SAMPLE, 7, T0_NS + 2, 0, 0));
	take_conn(conn_figures(EVENT_SAMPLE, 7, T0_NS + 3, 0, UINT64_MAX));
	assert_int_equal(process(41213)->traffic.rx_rate, INT64_MAX);
}

/* --- of a process ----------------------------------------------------------------------------- */

static void model_apply__life_of_a_connection__is_counted_as_it_goes(void **state)
{
	const struct traffic *traffic;

	(void)state;
	take_conn(conn_record(EVENT_OPEN, 7, T0_NS));
	traffic = &process(41213)->traffic;
	expect_traffic(traffic, 1, 1, 0, 0, 0);
	take_conn(conn_record(EVENT_CONNECT, 7, T0_NS + 1));
	take_conn(conn_figures(EVENT_SAMPLE, 7, T0_NS + SECOND_NS, 1000, 5000));
	take_conn(conn_figures(EVENT_SAMPLE, 7, T0_NS + 2 * SECOND_NS, 1500, 8000));
	expect_traffic(traffic, 1, 1, 0, 1500, 8000);
	assert_int_equal(traffic->tx_rate, 500);
	assert_int_equal(traffic->rx_rate, 3000);
	take_conn(conn_figures(EVENT_CLOSE, 7, T0_NS + 3 * SECOND_NS, 1501, 8001));
	expect_traffic(traffic, 1, 0, 0, 1501, 8001);
	assert_int_equal(traffic->tx_rate, 0);
	assert_int_equal(traffic->rx_rate, 0);
	take_conn(conn_record(EVENT_OPEN, 8, T0_NS + 4 * SECOND_NS));
	take_conn(conn_failure(8, T0_NS + 5 * SECOND_NS, -ECONNREFUSED));
	expect_traffic(traffic, 2, 0, 1, 1501, 8001);
	expect_traffic(&remote(443)->traffic, 2, 0, 1, 1501, 8001);
}

static void model_apply__accepted_by_another__traffic_moves_with_it(void **state)
{
	struct conn_event opening = owned_by(100, conn_incoming(EVENT_OPEN, 7, T0_NS));

	(void)state;
	opening.flags = CONN_INHERITED | CONN_SHARED;
	take_conn(opening);
	expect_traffic(&process(100)->traffic, 1, 1, 0, 0, 0);
	take_conn(owned_by(101, conn_incoming(EVENT_ACCEPT, 7, T0_NS + 1)));
	expect_traffic(&process(100)->traffic, 0, 0, 0, 0, 0);
	expect_traffic(&process(101)->traffic, 1, 1, 0, 0, 0);
	assert_int_equal(process(100)->conns.first, 0);
	assert_ptr_equal(process_in(conn(7)->process), process(101));
	take_conn(owned_by(100, conn_figures(EVENT_CLOSE, 7, T0_NS + 2, 3, 4))); /* handed back */
	expect_traffic(&process(101)->traffic, 0, 0, 0, 0, 0);
	expect_traffic(&process(100)->traffic, 1, 0, 0, 3, 4);
}

static void model_apply__accept_is_the_first_record__is_a_row(void **state)
{
	(void)state;
	take_conn(conn_incoming(EVENT_ACCEPT, 7, T0_NS));
	expect_conns(1, 0);
	assert_int_equal(conn(7)->kind, EVENT_ACCEPT);
	assert_int_equal(conn(7)->ts_ns, T0_NS);
	assert_int_equal(conn(7)->direction, CONN_IN);
	take_conn(conn_incoming(EVENT_OPEN, 7, T0_NS + 1));
	expect_conns(1, 0);
	expect_traffic(&process(41213)->traffic, 1, 1, 0, 0, 0);
}

static void model_apply__nobody_owns_it__counts_for_the_remote_alone(void **state)
{
	(void)state;
	take_conn(owned_by(0, conn_figures(EVENT_SAMPLE, 7, T0_NS, 10, 20)));
	assert_int_equal(model->processes.n, 0);
	assert_int_equal(conn(7)->process, 0);
	expect_traffic(&remote(443)->traffic, 1, 1, 0, 10, 20);
	/* And the kernel forgets the owner of a socket that lingers. */
	take_conn(conn_figures(EVENT_SAMPLE, 8, T0_NS, 1, 2));
	take_conn(owned_by(0, conn_figures(EVENT_CLOSE, 8, T0_NS + 1, 3, 4)));
	expect_traffic(&process(41213)->traffic, 1, 0, 0, 3, 4);
}

static void model_apply__closed_connection_evicted__what_it_counted_stays(void **state)
{
	(void)state;
	for (uint64_t id = 1; id <= ROWS_MAX + 2; id++)
		take_conn(conn_figures(EVENT_CLOSE, id, T0_NS + id, 10, 100));
	expect_conns(0, ROWS_MAX);
	expect_traffic(&process(41213)->traffic, 6, 0, 0, 60, 600);
	expect_traffic(&remote(443)->traffic, 6, 0, 0, 60, 600);
	assert_int_equal(remote(443)->latencies, 6);
}

static void model_apply__living_connection_evicted__is_counted_when_it_is_back(void **state)
{
	(void)state;
	for (uint64_t id = 1; id <= ROWS_MAX + 1; id++)
		take_conn(conn_figures(EVENT_SAMPLE, id, T0_NS + id, 10, 100));
	assert_null(conn(1));
	expect_traffic(&process(41213)->traffic, 4, 4, 0, 40, 400);
	take_conn(conn_figures(EVENT_CLOSE, 1, T0_NS + 20, 11, 101));
	expect_traffic(&process(41213)->traffic, 5, 4, 0, 51, 501);
	expect_traffic(&remote(443)->traffic, 5, 4, 0, 51, 501);
	assert_int_equal(remote(443)->latencies, 5);
}

static void model_expire__connection_lost__is_counted_as_closed(void **state)
{
	(void)state;
	take_conn(conn_figures(EVENT_SAMPLE, 7, T0_NS, 10, 20));
	take_conn(conn_figures(EVENT_SAMPLE, 7, T0_NS + SECOND_NS, 20, 40));
	expire_at(T0_NS + 2 * SECOND_NS);
	expect_traffic(&process(41213)->traffic, 1, 0, 0, 20, 40);
	assert_int_equal(process(41213)->traffic.tx_rate, 0);
	assert_int_equal(process(41213)->living, 0);
	assert_int_equal(process(41213)->rank, RANK_IDLE);
	assert_int_equal(remote(443)->rank, RANK_IDLE);
	take_conn(conn_figures(EVENT_SAMPLE, 7, T0_NS + 3 * SECOND_NS, 30, 40));
	expect_traffic(&process(41213)->traffic, 1, 1, 0, 30, 40);
	assert_int_equal(process(41213)->rank, RANK_BUSY);
	assert_int_equal(remote(443)->rank, RANK_BUSY);
}

/* --- remotes ---------------------------------------------------------------------------------- */

static void model_apply__connects__are_counted_by_address_and_port(void **state)
{
	struct conn_event other = conn_record(EVENT_CONNECT, 4, T0_NS + 3);

	(void)state;
	take_conn(owned_by(100, conn_record(EVENT_CLOSE, 1, T0_NS)));
	take_conn(owned_by(101, conn_record(EVENT_CLOSE, 2, T0_NS + 1)));
	take_conn(to_port(80, 100, conn_record(EVENT_CLOSE, 3, T0_NS + 2)));
	conn_set_ends(&other, 6, "::1", 1000, "2001:db8::2", 22);
	take_conn(other);
	other.id = 5;
	take_conn(other);
	assert_int_equal(model->remotes.n, 3);
	assert_int_equal(remote(443)->traffic.total, 2);
	assert_int_equal(remote(443)->ip, 4);
	assert_int_equal(remote(443)->owner.pid, 101);
	assert_memory_equal(remote(443)->raddr, "\xc0\0\2\x50", 4);
	assert_int_equal(remote(80)->traffic.total, 1);
	assert_int_equal(remote(22)->ip, 6);
	assert_int_equal(remote(22)->traffic.total, 2);
	assert_memory_equal(remote(22)->raddr, other.raddr, 16);
	/* The same bytes and port of the other family are another remote. */
	other.ip = 4;
	other.id = 6;
	take_conn(other);
	assert_int_equal(model->remotes.n, 4);
}

static void model_apply__incoming__has_no_remote_row(void **state)
{
	(void)state;
	take_conn(conn_incoming(EVENT_ACCEPT, 7, T0_NS));
	assert_int_equal(model->remotes.n, 0);
	assert_int_equal(conn(7)->remote, 0);
	assert_int_equal(process(41213)->traffic.total, 1);
}

static void model_apply__connects_that_succeed__tell_the_latency_once(void **state)
{
	struct conn_event older = conn_figures(EVENT_SAMPLE, 3, T0_NS, 0, 0);

	(void)state;
	take_conn(conn_record(EVENT_OPEN, 1, T0_NS));
	assert_int_equal(remote(443)->latencies, 0);
	take_conn(conn_record(EVENT_CONNECT, 1, T0_NS + 1));
	take_conn(conn_figures(EVENT_SAMPLE, 1, T0_NS + 2, 0, 0));
	take_conn(conn_figures(EVENT_CLOSE, 1, T0_NS + 3, 0, 0));
	assert_int_equal(remote(443)->latencies, 1);
	assert_int_equal(remote(443)->latency_sum_us, 18000);
	take_conn(conn_failure(2, T0_NS, -ETIMEDOUT));
	older.opened_ns = 0;
	take_conn(older);
	assert_int_equal(remote(443)->latencies, 1);
	assert_int_equal(remote(443)->traffic.total, 3);
	take_conn(conn_record(EVENT_CONNECT, 4, T0_NS + 4));
	assert_int_equal(remote(443)->latency_sum_us, 36000);
	older = conn_record(EVENT_CONNECT, 5, T0_NS + 4);
	older.established_ns = older.opened_ns - 1; /* no kernel says so, but a recording may */
	take_conn(older);
	assert_int_equal(remote(443)->latencies, 2);
}

static void model_apply__remote__is_dated_by_its_last_connect(void **state)
{
	struct conn_event conn = conn_figures(EVENT_SAMPLE, 1, T0_NS, 0, 0);

	(void)state;
	conn.opened_ns = 0;
	take_conn(conn);
	assert_int_equal(remote(443)->ts_ns, 0);
	conn.head.kind = EVENT_CLOSE;
	take_conn(conn); /* when it was opened is still not known */
	assert_int_equal(remote(443)->ts_ns, 0);
	take_conn(conn_record(EVENT_CONNECT, 2, T0_NS));
	assert_int_equal(remote(443)->ts_ns, T0_NS - 100 * MS_NS);
	conn = conn_failure(3, T0_NS + 7, -ENETUNREACH); /* never got under way */
	conn.opened_ns = 0;
	take_conn(conn);
	assert_int_equal(remote(443)->ts_ns, T0_NS + 7);
	take_conn(conn_figures(EVENT_CLOSE, 2, T0_NS + 9, 0, 0));
	assert_int_equal(remote(443)->ts_ns, T0_NS + 7);
	take_conn(to_port(80, 100, conn_figures(EVENT_SAMPLE, 4, T0_NS + 9, 0, 0)));
	assert_int_equal(remote(80)->ts_ns, T0_NS - 100 * MS_NS);
}

static void model_apply__too_many_remotes__the_idle_go_first(void **state)
{
	(void)state;
	take_conn(to_port(1, 100, conn_record(EVENT_OPEN, 1, T0_NS)));
	take_conn(to_port(2, 100, conn_figures(EVENT_CLOSE, 2, T0_NS + 2, 1, 1)));
	take_conn(to_port(3, 100, conn_figures(EVENT_CLOSE, 3, T0_NS + 3, 1, 1)));
	take_conn(to_port(4, 100, conn_record(EVENT_OPEN, 4, T0_NS + 4)));
	take_conn(to_port(2, 100, conn_figures(EVENT_CLOSE, 5, T0_NS + 5, 1, 1)));
	take_conn(to_port(5, 100, conn_record(EVENT_OPEN, 6, T0_NS + 6)));
	assert_null(remote(3));
	assert_non_null(remote(1));
	assert_non_null(remote(2));
	assert_int_equal(model->evicted_rows, 1);
	take_conn(to_port(6, 100, conn_record(EVENT_OPEN, 7, T0_NS + 7)));
	assert_null(remote(2));
	/* All live: a connect that has failed already is not worth one of them. */
	take_conn(to_port(7, 100, conn_failure(8, T0_NS + 8, -ECONNREFUSED)));
	assert_null(remote(7));
	assert_int_equal(model->evicted_rows, 3);
	take_conn(to_port(8, 100, conn_record(EVENT_OPEN, 9, T0_NS + 9)));
	assert_null(remote(1));
	assert_int_equal(model->remotes.n, ROWS_MAX);
}

/* --- under a filter --------------------------------------------------------------------------- */

static void model_set_filter__changed__traffic_is_counted_anew(void **state)
{
	struct filter filter = { 0 };

	(void)state;
	take_conn(to_port(80, 100, conn_figures(EVENT_SAMPLE, 1, T0_NS, 1, 2)));
	take_conn(to_port(443, 100, conn_figures(EVENT_CLOSE, 2, T0_NS, 10, 20)));
	take_conn(to_port(443, 101, conn_figures(EVENT_SAMPLE, 3, T0_NS, 100, 200)));
	only_port(&filter, 80);
	model_set_filter(model, &filter);
	expect_traffic(&process(100)->traffic, 1, 1, 0, 1, 2);
	expect_traffic(&process(101)->traffic, 0, 0, 0, 0, 0);
	expect_traffic(&remote(443)->traffic, 0, 0, 0, 0, 0);
	assert_int_equal(remote(443)->latencies, 0);
	assert_int_equal(remote(80)->latency_sum_us, 18000);
	/* What comes is judged by it as well. */
	take_conn(to_port(443, 101, conn_figures(EVENT_SAMPLE, 3, T0_NS + 1, 101, 201)));
	expect_traffic(&process(101)->traffic, 0, 0, 0, 0, 0);
	take_conn(to_port(80, 101, conn_record(EVENT_OPEN, 4, T0_NS + 1)));
	expect_traffic(&process(101)->traffic, 1, 1, 0, 0, 0);

	memset(&filter, 0, sizeof(filter));
	model_set_filter(model, &filter);
	expect_traffic(&process(100)->traffic, 2, 1, 0, 11, 22);
	expect_traffic(&process(101)->traffic, 2, 2, 0, 101, 201);
	expect_traffic(&remote(443)->traffic, 2, 1, 0, 111, 221);
	assert_int_equal(remote(443)->latencies, 2);
}

static void model_set_filter__changed__execs_and_ranks_stay(void **state)
{
	struct filter filter = { 0 };

	(void)state;
	take_exec(EXEC(T0_NS, 41213, "/bin/ls", "ls"));
	take_conn(conn_record(EVENT_OPEN, 7, T0_NS));
	only_port(&filter, 80);
	model_set_filter(model, &filter);
	assert_int_equal(process(41200)->execs, 1);
	/* Hidden, it still stands for a connection that lives. */
	assert_int_equal(process(41213)->rank, RANK_BUSY);
	assert_int_equal(process(41213)->living, 1);
	assert_int_equal(remote(443)->rank, RANK_BUSY);
}

static void model_set_filter__process_had_to_go_and_is_back__counts_all_its_rows(void **state)
{
	struct filter any = { 0 };

	(void)state;
	take_conn(to_port(80, 100, conn_figures(EVENT_CLOSE, 1, T0_NS, 10, 20)));
	for (uint32_t i = 1; i <= ROWS_MAX; i++)
		take_exec(child_of(0, EXEC(T0_NS + i, 200 + i, "/bin/ls", "ls")));
	assert_null(process(100));
	take_exec(child_of(0, EXEC(T0_NS + 9, 100, "/bin/ls", "ls")));
	assert_int_equal(process(100)->traffic.total, 0);
	model_set_filter(model, &any);
	expect_traffic(&process(100)->traffic, 1, 0, 0, 10, 20);
	assert_ptr_equal(process_in(conn(1)->process), process(100));
}

static void model_set_filter__remote_had_to_go_and_is_back__counts_all_its_rows(void **state)
{
	struct filter any = { 0 };

	(void)state;
	for (uint32_t i = 1; i <= ROWS_MAX; i++)
		take_conn(to_port(i, 100, conn_record(EVENT_OPEN, i, T0_NS + i)));
	for (uint32_t i = 1; i < ROWS_MAX; i++)
		take_conn(to_port(i, 100, conn_record(EVENT_CONNECT, i, T0_NS + 10)));
	take_conn(to_port(5, 100, conn_record(EVENT_OPEN, 5, T0_NS + 11)));
	assert_null(remote(4)); /* nothing happened there for longest */
	assert_int_equal(conn(4)->remote, 0);
	expire_at(T0_NS + 20);
	take_conn(to_port(4, 100, conn_record(EVENT_OPEN, 6, T0_NS + 21)));
	assert_int_equal(remote(4)->traffic.total, 1);
	model_set_filter(model, &any);
	expect_traffic(&remote(4)->traffic, 2, 1, 0, 0, 0);
	assert_ptr_equal(remote_in(conn(4)->remote), remote(4));
}

static void model_apply__owner_known_later__is_judged_then(void **state)
{
	struct conn_event guess = owned_by(100, conn_incoming(EVENT_OPEN, 7, T0_NS));
	struct filter filter = { 0 };

	(void)state;
	only(&filter.pid, 101);
	model_set_filter(model, &filter);
	guess.flags = CONN_INHERITED | CONN_SHARED;
	take_conn(guess);
	expect_traffic(&process(100)->traffic, 0, 0, 0, 0, 0);
	take_conn(owned_by(101, conn_incoming(EVENT_ACCEPT, 7, T0_NS + 1)));
	expect_traffic(&process(101)->traffic, 1, 1, 0, 0, 0);
	take_conn(owned_by(102, conn_incoming(EVENT_ACCEPT, 7, T0_NS + 2)));
	expect_traffic(&process(101)->traffic, 0, 0, 0, 0, 0);
	expect_traffic(&process(102)->traffic, 0, 0, 0, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(model_apply__life_of_a_connection__is_counted_as_it_goes),
		TEST(model_apply__accepted_by_another__traffic_moves_with_it),
		TEST(model_apply__accept_is_the_first_record__is_a_row),
		TEST(model_apply__nobody_owns_it__counts_for_the_remote_alone),
		TEST(model_apply__closed_connection_evicted__what_it_counted_stays),
		TEST(model_apply__living_connection_evicted__is_counted_when_it_is_back),
		TEST(model_expire__connection_lost__is_counted_as_closed),
		TEST(model_apply__connects__are_counted_by_address_and_port),
		TEST(model_apply__incoming__has_no_remote_row),
		TEST(model_apply__connects_that_succeed__tell_the_latency_once),
		TEST(model_apply__remote__is_dated_by_its_last_connect),
		TEST(model_apply__too_many_remotes__the_idle_go_first),
		TEST(model_set_filter__changed__traffic_is_counted_anew),
		TEST(model_set_filter__changed__execs_and_ranks_stay),
		TEST(model_set_filter__process_had_to_go_and_is_back__counts_all_its_rows),
		TEST(model_set_filter__remote_had_to_go_and_is_back__counts_all_its_rows),
		TEST(model_apply__owner_known_later__is_judged_then),
		TEST(model_apply__figures_beyond_reason__give_the_highest_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
