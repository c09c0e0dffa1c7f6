/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which records are taken, rows of single events, and what a filter says of them. */
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
	assert_null(model->execs);
	assert_null(model->conns);
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

	(void)state;
	expect_refused(exec.room, 0);
	expect_refused(exec.room, sizeof(struct event) - 1);
	expect_refused(exec.room, sizeof(struct exec_event) - 1);
	expect_refused(&conn, sizeof(struct event));
	expect_refused(&conn, sizeof(conn) - 1);
}

static void model_apply__unknown_kind__is_refused(void **state)
{
	struct conn_event conn = conn_record(EVENT_OPEN, 7, T0_NS);

	(void)state;
	conn.head.kind = EVENT_KINDS;
	expect_refused(&conn, sizeof(conn));
	conn.head.kind = UINT32_MAX;
	expect_refused(&conn, sizeof(conn));
}

static void model_apply__conn_of_no_family__is_refused(void **state)
{
	struct conn_event conn = conn_record(EVENT_SAMPLE, 7, T0_NS);

	(void)state;
	for (int ip = 0; ip < 256; ip++) {
		conn.ip = ip;
		if (ip != 4 && ip != 6)
			expect_refused(&conn, sizeof(conn));
	}
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

	(void)state;
	assert_true(event_valid(&exec.head, exec.size));
	exec = exec_record(T0_NS, 1, "", "", 0); /* nothing of it could be read */
	assert_true(event_valid(&exec.head, exec.size));
	for (uint32_t kind = EVENT_OPEN; kind < EVENT_KINDS; kind++) {
		conn.head.kind = kind;
		assert_true(event_valid(&conn.head, sizeof(conn)));
	}
	conn.ip = 6;
	assert_true(event_valid(&conn.head, sizeof(conn)));
}

static void exec_row_new__names_without_end__are_taken_as_they_are(void **state)
{
	struct exec_record exec = usual();
	struct exec_row *row;

	(void)state;
	memset(exec.head.comm, 'c', sizeof(exec.head.comm));
	memset(exec.event.pcomm, 'p', sizeof(exec.event.pcomm));
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

	(void)state;
	conn_row_fill(&row, &event);
	assert_int_equal(row.id, 7);
	assert_int_equal(row.ts_ns, T0_NS);
	assert_int_equal(row.kind, EVENT_CLOSE);
	assert_int_equal(row.closed_ns, T0_NS);
	assert_int_equal(row.tx_bytes, 10);
	assert_true(row.figures);
	memset(&row, 0, sizeof(row));
	event = conn_failure(7, T0_NS, -EHOSTUNREACH);
	conn_row_fill(&row, &event);
	assert_int_equal(row.closed_ns, T0_NS);
	assert_int_equal(row.ret, -EHOSTUNREACH);
	assert_false(row.figures);
}

/* --- operands --------------------------------------------------------------------------------- */

/* What follows the command, of an exec. */
static void expect_operands(struct exec_record record, unsigned flags, const char *operands,
			    size_t len)
{
	struct exec_row *row;
	size_t at;

	record.event.flags = flags;
	row = exec_row_new(&record.event);
	assert_non_null(row);
	at = exec_row_operands(row);
	assert_int_equal(row->args_len - at, len);
	assert_memory_equal(exec_row_args(row) + at, operands, len);
	free(row);
}

static void exec_row_operands__program__follow_its_name(void **state)
{
	(void)state;
	expect_operands(EXEC(T0_NS, 1, "/bin/ls", "ls\0-l\0/tmp"), 0, "-l\0/tmp", 8);
	expect_operands(EXEC(T0_NS, 1, "/bin/ls", "ls"), 0, "", 0);
	expect_operands(exec_record(T0_NS, 1, "/bin/ls", "", 0), 0, "", 0);
	/* Whoever runs a program chooses its argv[0]; an operand may be anything. */
	expect_operands(EXEC(T0_NS, 1, "/bin/ls", "\0/bin/ls\0x"), 0, "/bin/ls\0x", 10);
	/* Cut in the middle of the name: no NUL. */
	expect_operands(exec_record(T0_NS, 1, "/bin/ls", "lsls", 4), 0, "", 0);
}

static void exec_row_operands__script__follow_the_script(void **state)
{
	(void)state;
	expect_operands(EXEC(T0_NS, 1, "/x/a.sh", "/bin/sh\0/x/a.sh\0one\0two"), EXEC_SCRIPT,
			"one\0two", 8);
	expect_operands(EXEC(T0_NS, 1, "/x/a.sh", "/bin/sh\0/x/a.sh"), EXEC_SCRIPT, "", 0);
	/* The same argument again is an operand. */
	expect_operands(EXEC(T0_NS, 1, "/x/a.sh", "/bin/sh\0/x/a.sh\0/x/a.sh"), EXEC_SCRIPT,
			"/x/a.sh", 8);
}

static void exec_row_operands__interpreter_option__is_none_of_them(void **state)
{
	(void)state;
	expect_operands(EXEC(T0_NS, 1, "/x/a.sh", "/bin/sh\0-e -u\0/x/a.sh\0one"), EXEC_SCRIPT,
			"one", 4);
}

static void exec_row_operands__nested_interpreters__are_none_of_them(void **state)
{
	(void)state;
	/* a is run by the script b with an option, and that by sh with one. */
	expect_operands(EXEC(T0_NS, 1, "/x/a", "/bin/sh\0-e\0/x/b\0-b\0/x/a\0one\0two"),
			EXEC_SCRIPT, "one\0two", 8);
}

static void exec_row_operands__script_not_among_arguments__follow_the_first(void **state)
{
	(void)state;
	expect_operands(EXEC(T0_NS, 1, "/x/a", "/bin/sh\0/x/ab\0one"), EXEC_SCRIPT, "/x/ab\0one",
			10);
	/* Cut in the middle of its name. */
	expect_operands(exec_record(T0_NS, 1, "/x/a", "/bin/sh\0/x/", 11), EXEC_SCRIPT, "/x/", 3);
	expect_operands(exec_record(T0_NS, 1, "/x/a", "", 0), EXEC_SCRIPT, "", 0);
}

/* --- filters ---------------------------------------------------------------------------------- */

static void only(struct filter_dim *dim, uint32_t value)
{
	memset(&dim->only.values, 0xff, sizeof(dim->only.values));
	dim->only.n = 1;
	dim->only.values[0] = value;
}

static void exec_row_match__each_dimension__is_judged_by_its_own(void **state)
{
	struct exec_record exec = usual();
	struct exec_row *row = exec_row_new(&exec.event);
	struct filter filter = { 0 };

	(void)state;
	assert_non_null(row);
	assert_true(exec_row_match(row, &filter));
	only(&filter.pid, 41213);
	only(&filter.uid, 1000);
	filter.port.has_only = 1; /* no port at all: execs have none */
	assert_true(exec_row_match(row, &filter));
	only(&filter.pid, 41200); /* its parent's */
	assert_false(exec_row_match(row, &filter));
	only(&filter.pid, 41213);
	only(&filter.uid, 1001); /* its gid */
	assert_false(exec_row_match(row, &filter));
	free(row);
}

static void conn_row_match__ports__are_local_or_remote(void **state)
{
	struct conn_event event = conn_record(EVENT_CONNECT, 7, T0_NS);
	struct filter filter = { 0 };
	struct conn_row row = { 0 };

	(void)state;
	conn_row_fill(&row, &event);
	filter.port.has_only = 1;
	assert_false(conn_row_match(&row, &filter));
	filter.port.only[443 / 64] = 1ULL << 443 % 64;
	assert_true(conn_row_match(&row, &filter));
	filter.port.only[443 / 64] = 0;
	filter.port.only[49340 / 64] = 1ULL << 49340 % 64;
	assert_true(conn_row_match(&row, &filter));
	filter.port.has_not = 1;
	filter.port.not [443 / 64] = 1ULL << 443 % 64;
	assert_false(conn_row_match(&row, &filter));
}

static void conn_row_match__owner__is_judged(void **state)
{
	struct conn_event event = conn_record(EVENT_CONNECT, 7, T0_NS);
	struct filter filter = { 0 };
	struct conn_row row = { 0 };

	(void)state;
	conn_row_fill(&row, &event);
	only(&filter.pid, 41213);
	only(&filter.uid, 1000);
	assert_true(conn_row_match(&row, &filter));
	only(&filter.pid, 41214);
	assert_false(conn_row_match(&row, &filter));
	only(&filter.pid, 41213);
	only(&filter.uid, 0);
	assert_false(conn_row_match(&row, &filter));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(model_apply__shorter_than_its_head__is_refused),
		cmocka_unit_test(model_apply__unknown_kind__is_refused),
		cmocka_unit_test(model_apply__conn_of_no_family__is_refused),
		cmocka_unit_test(model_apply__exec_lengths_beyond_its_size__is_refused),
		cmocka_unit_test(model_apply__exec_lengths_beyond_their_bounds__is_refused),
		cmocka_unit_test(model_apply__file_name_without_end__is_refused),
		cmocka_unit_test(event_valid__whole_records__is_true),
		cmocka_unit_test(exec_row_new__names_without_end__are_taken_as_they_are),
		cmocka_unit_test(conn_row_fill__zeroed_row__tells_of_the_event_alone),
		cmocka_unit_test(exec_row_operands__program__follow_its_name),
		cmocka_unit_test(exec_row_operands__script__follow_the_script),
		cmocka_unit_test(exec_row_operands__interpreter_option__is_none_of_them),
		cmocka_unit_test(exec_row_operands__nested_interpreters__are_none_of_them),
		cmocka_unit_test(exec_row_operands__script_not_among_arguments__follow_the_first),
		cmocka_unit_test(exec_row_match__each_dimension__is_judged_by_its_own),
		cmocka_unit_test(conn_row_match__ports__are_local_or_remote),
		cmocka_unit_test(conn_row_match__owner__is_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
