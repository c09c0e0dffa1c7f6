/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables under thousands of records at random, always the same ones: after each, what processes
 * and remotes say is what a count of the connections, and of those that had to go, says.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "random.h"
#include "rows.h"

#define STEPS	  20000
#define ROWS_MOST 64
#define PIDS	  24
#define IDS	  32 /* connections that records are about at a time */
#define PORTS	  29 /* of remotes */

/* What a connection was before a record came. */
struct seen {
	uint64_t id;
	uint64_t process, remote; /* ids of rows; 0: none */
	bool closed;
	struct traffic traffic; /* as the filter then in force lets through */
	uint64_t latency_us;
	uint64_t latencies;
};

/* Of connections that are gone, by the id of the row that counted them. */
struct history {
	struct traffic traffic;
	uint64_t latency_us;
	uint64_t latencies;
};

static struct seen seen[ROWS_MOST];
static size_t n_seen;
static struct history processes[STEPS * 3], remotes[STEPS * 3];
static uint64_t now_ns;

/* --- counting by hand ------------------------------------------------------------------------- */

static void add(struct history *sum, const struct seen *part)
{
	sum->traffic.total += part->traffic.total;
	sum->traffic.live += part->traffic.live;
	sum->traffic.failed += part->traffic.failed;
	sum->traffic.tx_bytes += part->traffic.tx_bytes;
	sum->traffic.rx_bytes += part->traffic.rx_bytes;
	sum->traffic.tx_rate += part->traffic.tx_rate;
	sum->traffic.rx_rate += part->traffic.rx_rate;
	sum->latency_us += part->latency_us;
	sum->latencies += part->latencies;
}

static struct seen see(const struct conn_row *row)
{
	struct seen one = {
		.id = row->id,
		.process = row->process ? process_in(row->process)->id : 0,
		.remote = row->remote ? remote_in(row->remote)->id : 0,
		.closed = row->closed_ns,
	};

	if (!conn_row_match(row, &model->filter))
		return one;
	one.traffic.total = 1;
	one.traffic.live = !row->closed_ns;
	one.traffic.failed = row->ret != 0;
	one.traffic.tx_bytes = row->tx_bytes;
	one.traffic.rx_bytes = row->rx_bytes;
	one.traffic.tx_rate = row->tx_rate;
	one.traffic.rx_rate = row->rx_rate;
	if (!row->ret && row->opened_ns && row->established_ns) {
		one.latencies = 1;
		one.latency_us = (row->established_ns - row->opened_ns) / 1000;
	}
	return one;
}

static void see_all(void)
{
	n_seen = 0;
	for (const struct conn_row *row = table_first(&model->conns); row;
	     row = table_next(&model->conns, row))
		seen[n_seen++] = see(row);
}

/* What closed connections counted stays when they go. */
static void remember_gone(void)
{
	for (size_t i = 0; i < n_seen; i++) {
		if (!seen[i].closed || conn(seen[i].id))
			continue;
		add(&processes[seen[i].process], &seen[i]);
		add(&remotes[seen[i].remote], &seen[i]);
	}
}

static bool same_process(const struct owner *a, const struct owner *b)
{
	return a->pid == b->pid && a->start_ns == b->start_ns;
}

static const struct process_row *process_of(const struct owner *owner)
{
	const struct process_row *row = table_first(&model->processes);

	while (row && !same_process(&row->owner, owner))
		row = table_next(&model->processes, row);
	return row;
}

static const struct remote_row *remote_of(const struct conn_row *other)
{
	const struct remote_row *row = table_first(&model->remotes);

	while (row && (row->rport != other->rport || row->ip != other->ip ||
		       memcmp(row->raddr, other->raddr, 16)))
		row = table_next(&model->remotes, row);
	return other->direction == CONN_OUT ? row : NULL;
}

/* A closed one that had to go at once, being the only one closed. */
static void remember_passing(const struct conn_event *event)
{
	struct conn_row row = { 0 };
	const struct process_row *process;
	const struct remote_row *end;
	struct owner owner;
	struct seen one;

	conn_row_fill(&row, event, &owner);
	if (conn(event->id) || !row.closed_ns)
		return;
	one = see(&row);
	process = process_of(row.owner);
	end = remote_of(&row);
	if (process)
		add(&processes[process->id], &one);
	if (end)
		add(&remotes[end->id], &one);
}

/* --- what must hold --------------------------------------------------------------------------- */

static void expect_same(const struct traffic *traffic, const struct traffic *counted)
{
	expect_traffic(traffic, counted->total, counted->live, counted->failed, counted->tx_bytes,
		       counted->rx_bytes);
	assert_int_equal(traffic->tx_rate, counted->tx_rate);
	assert_int_equal(traffic->rx_rate, counted->rx_rate);
}

static void check_process(const struct process_row *row)
{
	struct history sum = processes[row->id];
	uint64_t living = 0;
	enum row_rank rank = row->ending.ended_ns ? RANK_ENDED : RANK_IDLE;

	for (size_t i = 0; i < n_seen; i++) {
		if (seen[i].process != row->id)
			continue;
		add(&sum, &seen[i]);
		living += !seen[i].closed;
	}
	for (const struct listener_row *one = table_first(&model->listeners); one;
	     one = table_next(&model->listeners, one))
		living += process_in(one->process) == row;
	expect_same(&row->traffic, &sum.traffic);
	assert_int_equal(row->living, living);
	assert_int_equal(row->rank, living ? RANK_BUSY : rank);
}

static void check_remote(const struct remote_row *row)
{
	struct history sum = remotes[row->id];
	uint64_t living = 0;

	for (size_t i = 0; i < n_seen; i++) {
		if (seen[i].remote != row->id)
			continue;
		add(&sum, &seen[i]);
		living += !seen[i].closed;
	}
	expect_same(&row->traffic, &sum.traffic);
	assert_int_equal(row->latencies, sum.latencies);
	assert_int_equal(row->latency_sum_us, sum.latency_us);
	assert_int_equal(row->living, living);
	assert_int_equal(row->rank, living ? RANK_BUSY : RANK_IDLE);
}

/* Rows point at rows that are there, and are theirs. */
static void check_pointers(void)
{
	for (const struct conn_row *row = table_first(&model->conns); row;
	     row = table_next(&model->conns, row)) {
		if (row->process)
			assert_ptr_equal(process_in(row->process), process_of(row->owner));
		if (row->remote)
			assert_ptr_equal(remote_in(row->remote), remote_of(row));
	}
	for (const struct listener_row *row = table_first(&model->listeners); row;
	     row = table_next(&model->listeners, row))
		if (row->process)
			assert_ptr_equal(process_in(row->process), process_of(&row->owner));
	for (const struct process_row *row = table_first(&model->processes); row;
	     row = table_next(&model->processes, row)) {
		struct exec_row *exec;

		exec = table_find(&model->execs, row->exec_id);
		if (row->exec_id)
			assert_true(exec && same_process(&exec->owner, &row->owner));
	}
}

/* Each row is in one list. */
static void check_lists(void)
{
	size_t n_processes = 0, n_remotes = 0, n_listeners;

	for (int rank = 0; rank < RANK_COUNT; rank++) {
		n_processes += list_length(&model->processes, model->process_ranks[rank],
					   offsetof(struct process_row, ranked));
		n_remotes += list_length(&model->remotes, model->remote_ranks[rank],
					 offsetof(struct remote_row, ranked));
	}
	n_listeners = list_length(&model->listeners, model->sampled,
				  offsetof(struct listener_row, sampled));
	assert_int_equal(n_processes, model->processes.n);
	assert_int_equal(n_remotes, model->remotes.n);
	assert_int_equal(n_listeners, model->listeners.n);
	assert_true(n_processes <= model->max_rows && n_remotes <= model->max_rows);
	assert_true(n_listeners <= model->max_rows && n_seen <= model->max_rows);
	assert_true(model->execs.n <= model->max_rows);
	expect_conns(model->n_live, n_seen - model->n_live);
}

static void check(void)
{
	see_all();
	check_lists();
	check_pointers();
	for (const struct process_row *row = table_first(&model->processes); row;
	     row = table_next(&model->processes, row))
		check_process(row);
	for (const struct remote_row *row = table_first(&model->remotes); row;
	     row = table_next(&model->remotes, row))
		check_remote(row);
}

/* --- what happens ----------------------------------------------------------------------------- */

static void set_process(struct event *head)
{
	head->pid = any(PIDS); /* 0 too: nobody */
	head->ppid = any(PIDS);
	head->start_ns = 1 + any(2); /* numbers are used again */
	head->followed = !any(4);
}

static void random_exec(void)
{
	struct exec_record record = EXEC(now_ns, 1, "/bin/ls", "ls\0-l");

	set_process(&record.head);
	record.event.parent.start_ns = 1 + any(2);
	record.event.ret = any(5) ? 0 : -ENOENT;
	take_exec(record);
}

static void random_exit(void)
{
	struct exit_event event = exit_record(now_ns, 1, "ls", any(256), 0);

	set_process(&event.head);
	take_exit(event);
}

static void random_listener(void)
{
	struct listen_event event = listen_record(1 + any(IDS), now_ns, any(1000));

	set_process(&event.head);
	take_listener(event);
}

static void random_conn(uint64_t step)
{
	static const enum event_kind kinds[] = { EVENT_OPEN,   EVENT_CONNECT, EVENT_ACCEPT,
						 EVENT_CLOSE,  EVENT_SAMPLE,  EVENT_SAMPLE,
						 EVENT_SAMPLE, EVENT_CONNECT };
	uint64_t id = step / 8 + any(IDS);
	/* No connection changes its ends, but a recording may say so. */
	bool odd = !any(30), incoming = odd ? !any(2) : id % 3 == 0;
	enum event_kind kind = kinds[any(8)];
	struct conn_event event = incoming ? conn_incoming(kind, id, now_ns)
					   : conn_record(kind, id, now_ns);

	if (kind == EVENT_CONNECT && !any(3))
		event = conn_failure(id, now_ns, -ECONNREFUSED);
	event.head.ts_ns -= any(4); /* now and then out of order */
	set_process(&event.head);
	event.rport = 440 + (id + odd) % PORTS;
	event.ip = odd && any(2) ? 6 : 4;
	event.flags = any(16);
	if (event.flags & CONN_OLDER)
		event.opened_ns = 0;
	event.tx_bytes = any(1000);
	event.rx_bytes = any(1000);
	take_conn(event);
	remember_passing(&event);
}

static void forget_history(void)
{
	memset(processes, 0, sizeof(processes));
	memset(remotes, 0, sizeof(remotes));
}

static void random_filter(void)
{
	struct filter filter = { 0 };
	uint32_t kind = any(4);

	if (kind == 1)
		only_port(&filter, 440 + any(PORTS));
	if (kind >= 2)
		only(&filter.pid, 1 + any(PIDS - 1));
	filter.follow = kind == 3;
	model_set_filter(model, &filter);
	forget_history();
	for (const struct conn_row *row = table_first(&model->conns); row;
	     row = table_next(&model->conns, row)) {
		const struct process_row *owner = row->owner->pid ? process_of(row->owner) : NULL;

		assert_ptr_equal(process_in(row->process), owner);
		assert_ptr_equal(remote_in(row->remote), remote_of(row));
	}
}

static void become_copy(void)
{
	struct model *copy = model_clone(model);

	assert_non_null(copy);
	model_free(model);
	model = copy;
}

static void happen(uint64_t step)
{
	uint32_t what = any(200);

	now_ns += 1 + any(3);
	if (what == 0)
		random_filter();
	else if (what == 1)
		become_copy();
	else if (what < 5)
		model_expire(model, now_ns - any(100));
	else if (what < 25)
		random_exec();
	else if (what < 40)
		random_exit();
	else if (what < 55)
		random_listener();
	else
		random_conn(step);
}

static void live_through(size_t max_rows)
{
	now_ns = T0_NS;
	seed = max_rows;
	n_seen = 0;
	forget_history();
	model_free(model);
	model = model_new(max_rows);
	assert_non_null(model);
	for (uint64_t step = 1; step <= STEPS; step++) {
		happen(step);
		remember_gone();
		check();
	}
}

static void model_apply__anything_in_few_rows__adds_up(void **state)
{
	(void)state;
	live_through(1);
	live_through(2);
	live_through(5);
}

static void model_apply__anything_in_more_rows__adds_up(void **state)
{
	(void)state;
	live_through(16);
	live_through(ROWS_MOST);
	assert_true(model->evicted[EVENT_CLOSE] > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(model_apply__anything_in_few_rows__adds_up),
		TEST(model_apply__anything_in_more_rows__adds_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
