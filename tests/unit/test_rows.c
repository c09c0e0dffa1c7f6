/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which records are taken, and rows of single events. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "events.h"
#include "model.h"

/* --- records that do not hold together -------------------------------------------------------- */

/*
 * The record is refused, counted, and leaves no row. It lies in memory of just its size: a look
 * behind its end is an error that ASan sees.
 */
static void expect_refused(const void *record, size_t size)
{
	struct model *model = model_new(8);
	void *exact = malloc(size ? size : 1);

	assert_non_null(model);
	assert_non_null(exact);
	memcpy(exact, record, size);
	assert_false(event_valid(exact, size));
	assert_int_equal(model_apply(model, exact, size), -EINVAL);
	assert_int_equal(model->dropped, 1);
	assert_int_equal(model->execs.n, 0);
	assert_int_equal(model->conns.n, 0);
	assert_int_equal(model->processes.n, 0);
	assert_int_equal(model->remotes.n, 0);
	assert_int_equal(model->listeners.n, 0);
	assert_int_equal(model->execs_made, 0);
	free(exact);
	model_free(model);
}

static struct exec_record usual(void)
{
	return EXEC(T0_NS, 41213, "/bin/ls", "ls\0-l");
}

static void model_apply__shorter_than_its_head__is_refused(void **state)
{
	struct exec_record exec = usual();
	struct conn_event conn = conn_record(EVENT_OPEN, 7, T0_NS);
	struct exit_event exit = exit_record(T0_NS, 41213, "ls", 0, 0);
	struct listen_event listener = listen_record(7, T0_NS, 0);

	(void)state;
	expect_refused(exec.room, 0);
	expect_refused(exec.room, sizeof(struct event) - 1);
	expect_refused(exec.room, sizeof(struct exec_event) - 1);
	expect_refused(&conn, sizeof(struct event));
	expect_refused(&conn, sizeof(conn) - 1);
	expect_refused(&exit, sizeof(exit) - 1);
	expect_refused(&listener, sizeof(listener) - 1);
}

static void model_apply__unknown_kind__is_refused(void **state)
{
	struct conn_event conn = conn_record(EVENT_OPEN, 7, T0_NS);

	(void)state;
	conn.head.kind = EVENT_KINDS;
	expect_refused(&conn, sizeof(conn));
	conn.head.kind = UINT8_MAX;
	expect_refused(&conn, sizeof(conn));
}

static void model_apply__no_family__is_refused(void **state)
{
	struct conn_event conn = conn_record(EVENT_SAMPLE, 7, T0_NS);
	struct listen_event listener = listen_record(7, T0_NS, 0);

	(void)state;
	for (int ip = 0; ip < 256; ip++) {
		conn.ip = ip;
		listener.ip = ip;
		if (ip == 4 || ip == 6)
			continue;
		expect_refused(&conn, sizeof(conn));
		expect_refused(&listener, sizeof(listener));
	}
}

static void model_apply__conn_of_no_direction__is_refused(void **state)
{
	struct conn_event conn = conn_record(EVENT_OPEN, 7, T0_NS);

	(void)state;
	conn.direction = CONN_IN + 1;
	expect_refused(&conn, sizeof(conn));
	conn.direction = UINT8_MAX;
	expect_refused(&conn, sizeof(conn));
}

static void model_apply__exec_lengths_beyond_its_size__is_refused(void **state)
{
	struct exec_record exec = usual();

	(void)state;
	expect_refused(exec.room, exec.size - 1);
	exec.event.args_len++;
	expect_refused(exec.room, exec.size);
	exec.event.args_len = UINT16_MAX;
	expect_refused(exec.room, exec.size);
	exec = usual();
	exec.event.filename_len = UINT16_MAX;
	expect_refused(exec.room, exec.size);
}

static void model_apply__exec_lengths_beyond_their_bounds__is_refused(void **state)
{
	struct exec_record exec = usual();

	(void)state;
	exec.event.args_len = EXEC_ARGS_MAX + 1;
	expect_refused(exec.room, sizeof(exec.room));
	exec = usual();
	exec.event.filename_len = EXEC_FILENAME_MAX + 1;
	expect_refused(exec.room, sizeof(exec.room));
}

static void model_apply__file_name_without_end__is_refused(void **state)
{
	struct exec_record exec = usual();

	(void)state;
	exec.event.filename_len--;
	expect_refused(exec.room, exec.size);
	exec.event.filename_len = 0;
	expect_refused(exec.room, exec.size);
}

static void event_valid__whole_records__is_true(void **state)
{
	struct exec_record exec = usual();
	struct conn_event conn = conn_record(EVENT_OPEN, 7, T0_NS);
	struct exit_event exit = exit_record(T0_NS, 41213, "ls", 0, 0);
	struct listen_event listener = listen_record(7, T0_NS, 0);

	(void)state;
	assert_true(event_valid(&exec.head, exec.size));
	exec = exec_record(T0_NS, 1, "", "", 0); /* nothing of it could be read */
	assert_true(event_valid(&exec.head, exec.size));
	for (int kind = EVENT_OPEN; kind <= EVENT_SAMPLE; kind++) {
		conn.head.kind = kind;
		assert_true(event_valid(&conn.head, sizeof(conn)));
	}
	assert_true(event_valid(&exit.head, sizeof(exit)));
	assert_true(event_valid(&listener.head, sizeof(listener)));
	conn.ip = 6;
	conn.direction = CONN_IN;
	assert_true(event_valid(&conn.head, sizeof(conn)));
}

static void exec_row_new__names_without_end__are_taken_as_they_are(void **state)
{
	struct exec_record exec = usual();
	struct exec_row *row;

	(void)state;
	memset(exec.head.comm, 'c', sizeof(exec.head.comm));
	memset(exec.event.parent.comm, 'p', sizeof(exec.event.parent.comm));
	row = exec_row_new(&exec.event);
	assert_non_null(row);
	assert_memory_equal(row->owner.comm, "cccccccccccccccc", 16);
	assert_memory_equal(row->pcomm, "pppppppppppppppp", 16);
	assert_int_equal(row->id, 0);
	free(row);
}

static void conn_row_fill__zeroed_row__tells_of_the_event_alone(void **state)
{
	struct conn_event event = conn_figures(EVENT_CLOSE, 7, T0_NS, 10, 20);
	struct conn_row row = { 0 };
	struct owner owner;

	(void)state;
	conn_row_fill(&row, &event, &owner);
	assert_int_equal(row.id, 7);
	assert_int_equal(row.ts_ns, T0_NS);
	assert_int_equal(row.kind, EVENT_CLOSE);
	assert_int_equal(row.closed_ns, T0_NS);
	assert_int_equal(row.tx_bytes, 10);
	assert_true(row.sampled_ns);
	memset(&row, 0, sizeof(row));
	event = conn_failure(7, T0_NS, -EHOSTUNREACH);
	conn_row_fill(&row, &event, &owner);
	assert_int_equal(row.closed_ns, T0_NS);
	assert_int_equal(row.ret, -EHOSTUNREACH);
	assert_false(row.sampled_ns);
}

static void conn_row_fill__sample_alone__is_no_event(void **state)
{
	struct conn_event event = conn_figures(EVENT_SAMPLE, 7, T0_NS, 10, 20);
	struct conn_row row = { 0 };
	struct owner owner;

	(void)state;
	conn_row_fill(&row, &event, &owner);
	assert_int_equal(row.ts_ns, 0);
	assert_int_equal(row.kind, EVENT_SAMPLE);
	event = conn_record(EVENT_CONNECT, 7, T0_NS - 1); /* held back until now */
	conn_row_fill(&row, &event, &owner);
	assert_int_equal(row.ts_ns, T0_NS - 1);
	assert_int_equal(row.kind, EVENT_CONNECT);
	event = conn_figures(EVENT_SAMPLE, 7, T0_NS + 1, 10, 20);
	conn_row_fill(&row, &event, &owner);
	assert_int_equal(row.kind, EVENT_CONNECT);
}

static void conn_row_fill__owner__is_every_field(void **state)
{
	struct conn_event event = conn_record(EVENT_OPEN, 7, T0_NS);
	struct conn_row row = { 0 };
	struct owner owner;

	(void)state;
	event.head.followed = 1;
	conn_row_fill(&row, &event, &owner);
	assert_int_equal(row.owner->start_ns, T0_NS - 60 * SECOND_NS);
	assert_int_equal(row.owner->cgroup, 77);
	assert_int_equal(row.owner->pid, 41213);
	assert_int_equal(row.owner->ppid, 41200);
	assert_int_equal(row.owner->uid, 1000);
	assert_int_equal(row.owner->gid, 1001);
	assert_int_equal(row.owner->loginuid, 1002);
	assert_true(row.owner->followed);
	assert_string_equal(row.owner->comm, "curl");
}

/* --- who owns it ------------------------------------------------------------------------------ */

/* The row hears of an owner, with flags. */
static void hear(struct conn_row *row, struct owner *owner, uint32_t pid, unsigned flags)
{
	struct conn_event event = conn_incoming(EVENT_SAMPLE, 7, row->sampled_ns + 1);

	event.head.pid = pid;
	event.flags = flags;
	conn_row_fill(row, &event, owner);
}

static void conn_row_fill__owner_from_listener__gives_way_to_who_accepts(void **state)
{
	struct conn_row row = { 0 };
	struct owner owner;

	(void)state;
	hear(&row, &owner, 100, CONN_INHERITED | CONN_SHARED);
	assert_int_equal(row.owner->pid, 100);
	assert_int_equal(row.flags, CONN_INHERITED | CONN_SHARED);
	hear(&row, &owner, 101, CONN_INHERITED); /* another guess */
	assert_int_equal(row.owner->pid, 101);
	hear(&row, &owner, 102, CONN_TOLD);
	assert_int_equal(row.owner->pid, 102);
	assert_int_equal(row.flags, CONN_TOLD);
}

static void conn_row_fill__owner_accepted__never_gives_way_to_the_listeners(void **state)
{
	struct conn_row row = { 0 };
	struct owner owner;

	(void)state;
	hear(&row, &owner, 102, CONN_TOLD);
	hear(&row, &owner, 100, CONN_INHERITED | CONN_SHARED | CONN_OLDER);
	assert_int_equal(row.owner->pid, 102);
	assert_int_equal(row.flags, CONN_OLDER);
	hear(&row, &owner, 100, CONN_INHERITED); /* nor the second time */
	assert_int_equal(row.owner->pid, 102);
	hear(&row, &owner, 103, 0); /* handed on */
	assert_int_equal(row.owner->pid, 103);
}

static void conn_row_fill__owner_unknown__never_replaces_a_known_one(void **state)
{
	struct conn_row row = { 0 };
	struct owner owner;

	(void)state;
	hear(&row, &owner, 0, 0);
	assert_int_equal(row.owner->pid, 0);
	hear(&row, &owner, 100, CONN_INHERITED);
	assert_int_equal(row.owner->pid, 100);
	hear(&row, &owner, 0, 0);
	assert_int_equal(row.owner->pid, 100);
	assert_string_equal(row.owner->comm, "curl");
	assert_int_equal(row.flags, CONN_INHERITED); /* as it became known */
	hear(&row, &owner, 102, 0);
	assert_int_equal(row.owner->pid, 102);
}

/* --- ends of processes ------------------------------------------------------------------------ */

static void process_row_end__zeroed_row__tells_of_the_event_alone(void **state)
{
	struct exit_event event = exit_record(T0_NS, 41213, "sleep", 3, 15);
	struct process_row row = { 0 };

	(void)state;
	process_row_end(&row, &event);
	assert_int_equal(row.owner.pid, 41213);
	assert_int_equal(row.owner.ppid, 41200);
	assert_string_equal(row.owner.comm, "sleep");
	assert_int_equal(row.ts_ns, T0_NS);
	assert_int_equal(row.ending.ended_ns, T0_NS);
	assert_int_equal(row.ending.code, 3);
	assert_int_equal(row.ending.signal, 15);
	assert_int_equal(row.traffic.total, 0);
	assert_null(row.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(model_apply__shorter_than_its_head__is_refused),
		cmocka_unit_test(model_apply__unknown_kind__is_refused),
		cmocka_unit_test(model_apply__no_family__is_refused),
		cmocka_unit_test(model_apply__conn_of_no_direction__is_refused),
		cmocka_unit_test(model_apply__exec_lengths_beyond_its_size__is_refused),
		cmocka_unit_test(model_apply__exec_lengths_beyond_their_bounds__is_refused),
		cmocka_unit_test(model_apply__file_name_without_end__is_refused),
		cmocka_unit_test(event_valid__whole_records__is_true),
		cmocka_unit_test(exec_row_new__names_without_end__are_taken_as_they_are),
		cmocka_unit_test(conn_row_fill__zeroed_row__tells_of_the_event_alone),
		cmocka_unit_test(conn_row_fill__sample_alone__is_no_event),
		cmocka_unit_test(conn_row_fill__owner__is_every_field),
		cmocka_unit_test(conn_row_fill__owner_from_listener__gives_way_to_who_accepts),
		cmocka_unit_test(conn_row_fill__owner_accepted__never_gives_way_to_the_listeners),
		cmocka_unit_test(conn_row_fill__owner_unknown__never_replaces_a_known_one),
		cmocka_unit_test(process_row_end__zeroed_row__tells_of_the_event_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
