/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Columns of all panes, and each of Execs: what it shows, what scripts get, what it sorts by. */
#include <ctype.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "cells.h"

/* --- the tables ------------------------------------------------------------------------------- */

static void columns__each__is_complete_and_of_its_own(void **state)
{
	(void)state;
	for (size_t p = 0; p < PANE_COUNT; p++) {
		const struct column *columns = panes[p].columns;
		size_t n = *panes[p].n_columns;

		assert_true(n <= LIST_COLUMNS_MAX);
		assert_non_null(pane_column(&panes[p], panes[p].sort));
		for (size_t i = 0; i < n; i++) {
			assert_true(strlen(columns[i].title) >= 1);
			assert_true(strlen(columns[i].help) >= 1);
			assert_true(columns[i].width >= 1);
			assert_non_null(columns[i].get);
			for (const char *c = columns[i].key; *c; c++)
				assert_true(islower((unsigned char)*c) || *c == '_');
			/* A name means one column: by key first, by title in any case. */
			assert_ptr_equal(pane_column(&panes[p], columns[i].key), &columns[i]);
			assert_ptr_equal(pane_column(&panes[p], columns[i].title), &columns[i]);
		}
	}
}

/* The contract of JSON objects: names that scripts rely on. */
static void columns__contract__has_every_field(void **state)
{
#define OWNER	"pid", "ppid", "uid", "gid", "loginuid", "comm", "cgroup"
#define TRAFFIC "live", "conns", "failed", "tx_bytes", "rx_bytes", "tx_rate", "rx_rate"
	static const char *const keys[PANE_COUNT][40] = {
		[PANE_EXECS] = { OWNER, "event", "time", "pcomm", "filename", "args",
				 "args_truncated", "ret", "error", "exit_code", "signal",
				 "duration_us" },
		[PANE_CONNECTIONS] = { OWNER,	   "event",   "time",	 "direction",
				       "ip",	   "proto",   "laddr",	 "lport",
				       "raddr",	   "rport",   "netns",	 "latency_us",
				       "ret",	   "error",   "state",	 "tx_bytes",
				       "rx_bytes", "rtt_us",  "retrans", "duration_us",
				       "tx_rate",  "rx_rate", "opened",	 "closed" },
		[PANE_PROCESSES] = { OWNER, TRAFFIC, "event", "time", "execs", "started", "ended",
				     "duration_us", "exit_code", "signal", "filename", "args",
				     "args_truncated" },
		[PANE_REMOTES] = { TRAFFIC, "raddr", "rport", "ip", "latency_us", "time" },
		[PANE_LISTENERS] = { OWNER, "laddr", "lport", "ip", "netns", "backlog",
				     "backlog_max", "accepts", "accept_rate", "opened",
				     "duration_us" },
	};

	(void)state;
	for (size_t p = 0; p < PANE_COUNT; p++)
		for (size_t i = 0; keys[p][i]; i++)
			assert_non_null(pane_column(&panes[p], keys[p][i]));
}

/* --- execs ------------------------------------------------------------------------------------ */

static struct exec_row *row_of(struct exec_record record)
{
	struct exec_row *row = exec_row_new(&record.event);

	assert_non_null(row);
	return row;
}

static void exec_columns__row__shows_its_fields(void **state)
{
	static const struct cell_text wanted[] = {
		{ "event", "exec", "exec" },
		{ "time", "14:02:11.250", "2026-11-21T14:02:11.250000000Z" },
		{ "pid", "41213", "41213" },
		{ "ppid", "41200", "41200" },
		{ "uid", "1000", "1000" },
		{ "gid", "1001", "1001" },
		{ "loginuid", "1002", "1002" },
		{ "comm", "curl", "curl" },
		{ "cgroup", "-", "" }, /* no names */
		{ "pcomm", "bash", "bash" },
		{ "ret", "0", "0" },
		{ "error", "-", "" },
		{ "duration_us", "1m00s", "60000000" },
		{ "exit_code", "-", "" },
		{ "signal", "-", "" },
		{ "filename", "/usr/bin/curl", "/usr/bin/curl" },
		{ "args_truncated", "no", "false" },
		{ "args", "/usr/bin/curl -s http://x/", "curl -s http://x/" },
	};
	struct exec_row *row = row_of(EXEC(T0_NS, 41213, "/usr/bin/curl", "curl\0-s\0http://x/"));

	(void)state;
	assert_int_equal(sizeof(wanted) / sizeof(wanted[0]), n_exec_columns);
	EXPECT_CELLS(PANE_EXECS, row, wanted);
	free(row);
}

static void exec_columns__failure__names_its_error(void **state)
{
	struct exec_record record = EXEC(T0_NS, 1, "/x", "x");
	struct exec_row *row;

	(void)state;
	record.event.ret = -EACCES;
	record.event.flags = EXEC_ARGS_MORE; /* nobody counted them */
	record.head.loginuid = EVENT_NO_UID;
	row = row_of(record);
	expect_cell(PANE_EXECS, row, (struct cell_text){ "ret", "-13", "-13" });
	expect_cell(PANE_EXECS, row, (struct cell_text){ "error", "EACCES", "EACCES" });
	expect_cell(PANE_EXECS, row, (struct cell_text){ "loginuid", "-", "" });
	/* The process went on: its life is not the program's. */
	expect_cell(PANE_EXECS, row, (struct cell_text){ "duration_us", "-", "" });
	expect_cell(PANE_EXECS, row, (struct cell_text){ "args", "/x ...", "x" });
	expect_cell(PANE_EXECS, row, (struct cell_text){ "args_truncated", "yes", "true" });
	free(row);
	record.event.ret = -4000; /* no such errno */
	row = row_of(record);
	expect_cell(PANE_EXECS, row, (struct cell_text){ "error", "-", "" });
	free(row);
}

static void exec_columns__replaced__lasted_until_then(void **state)
{
	struct exec_row *row = row_of(EXEC(T0_NS - SECOND_NS, 1, "/bin/sh", "sh"));

	(void)state;
	row->replaced_ns = row->owner.start_ns + 2 * SECOND_NS;
	expect_cell(PANE_EXECS, row, (struct cell_text){ "duration_us", "2.0s", "2000000" });
	expect_cell(PANE_EXECS, row, (struct cell_text){ "exit_code", "exec", "" });
	expect_cell(PANE_EXECS, row, (struct cell_text){ "signal", "-", "" });
	free(row);
}

static void exec_columns__ended__tells_how_and_after_how_long(void **state)
{
	struct exec_row *row = row_of(EXEC(T0_NS - SECOND_NS, 1, "/bin/sh", "sh"));

	(void)state;
	row->ending = (struct ending){ row->owner.start_ns + 12 * MS_NS, 127, 0 };
	expect_cell(PANE_EXECS, row, (struct cell_text){ "duration_us", "12ms", "12000" });
	expect_cell(PANE_EXECS, row, (struct cell_text){ "exit_code", "127", "127" });
	expect_cell(PANE_EXECS, row, (struct cell_text){ "signal", "-", "" });
	row->ending = (struct ending){ row->ending.ended_ns, 0, SIGKILL };
	expect_cell(PANE_EXECS, row, (struct cell_text){ "exit_code", "KILL", "" });
	expect_cell(PANE_EXECS, row, (struct cell_text){ "signal", "9", "9" });
	row->ending.signal = SIGRTMAX; /* has no name */
	expect_cell(PANE_EXECS, row, (struct cell_text){ "exit_code", "SIG64", "" });
	free(row);
}

/* As it is shown: not ended, codes by size, then exec and signals by name. */
static void exec_columns__exit__is_ordered_as_shown(void **state)
{
	struct exec_row *rows[6];

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		rows[i] = row_of(EXEC(T0_NS, 1, "/bin/sh", "sh"));
		rows[i]->ending.ended_ns = i == 0 || i == 5 ? 0 : T0_NS;
	}
	rows[2]->ending.code = 9;
	rows[3]->ending.signal = SIGABRT;
	rows[4]->ending.signal = SIGKILL;
	rows[5]->replaced_ns = T0_NS;
	for (size_t i = 1; i < 6; i++)
		assert_true(compare_cells(PANE_EXECS, "exit_code", rows[i - 1], rows[i]) < 0);
	for (size_t i = 0; i < 6; i++)
		free(rows[i]);
}

static void exec_columns__args_cut__is_marked(void **state)
{
	struct exec_record record = EXEC(T0_NS, 1, "/bin/ls", "ls\0-l");
	struct exec_row *row;

	(void)state;
	record.event.args_total++;
	row = row_of(record);
	expect_cell(PANE_EXECS, row, (struct cell_text){ "args", "/bin/ls -l ...", "ls -l" });
	expect_cell(PANE_EXECS, row, (struct cell_text){ "args_truncated", "yes", "true" });
	free(row);
}

static void exec_columns__args_unread__are_unknown(void **state)
{
	struct exec_record record = exec_record(T0_NS, 1, "/bin/ls", "", 0);
	struct exec_row *row;

	(void)state;
	record.event.flags = EXEC_ARGS_UNREAD;
	record.event.args_total = 6;
	row = row_of(record);
	expect_cell(PANE_EXECS, row, (struct cell_text){ "args", "/bin/ls ...", "" });
	assert_int_equal(pane_column(&panes[PANE_EXECS], "args")->get(row, &ctx).type, VALUE_NULL);
	free(row);
}

static void exec_columns__script__shows_what_was_typed(void **state)
{
	struct exec_record record = EXEC(T0_NS, 1, "/x/a.sh", "/bin/sh\0-e\0/x/a.sh\0one");
	struct exec_row *row;

	(void)state;
	record.event.flags = EXEC_SCRIPT;
	row = row_of(record);
	expect_cell(PANE_EXECS, row,
		    (struct cell_text){ "args", "/x/a.sh one", "/bin/sh -e /x/a.sh one" });
	free(row);
}

static void expect_args(struct exec_record record, const char *text)
{
	struct exec_row *row;
	char out[VALUE_TEXT_MAX];

	record.event.flags = EXEC_SCRIPT;
	row = row_of(record);
	column_text(pane_column(&panes[PANE_EXECS], "args"), row, &ctx, out, sizeof(out));
	assert_string_equal(out, text);
	free(row);
}

static void exec_columns__interpreters__are_no_arguments(void **state)
{
	(void)state;
	expect_args(EXEC(T0_NS, 1, "/x/a.sh", "/bin/sh\0/x/a.sh"), "/x/a.sh");
	/* The same argument again is an operand. */
	expect_args(EXEC(T0_NS, 1, "/x/a.sh", "/bin/sh\0/x/a.sh\0/x/a.sh"), "/x/a.sh /x/a.sh");
	/* a is run by the script b with an option, and that by sh with one. */
	expect_args(EXEC(T0_NS, 1, "/x/a", "/bin/sh\0-e\0/x/b\0-b\0/x/a\0one\0two"),
		    "/x/a one two");
	/* Not among them, or cut in the middle of its name. */
	expect_args(EXEC(T0_NS, 1, "/x/a", "/bin/sh\0/x/ab\0one"), "/x/a /x/ab one");
	expect_args(exec_record(T0_NS, 1, "/x/a", "/bin/sh\0/x/", 11), "/x/a /x/");
	expect_args(exec_record(T0_NS, 1, "/x/a", "", 0), "/x/a");
}

static void exec_columns__longest__fits(void **state)
{
	static char filename[EXEC_FILENAME_MAX], args[EXEC_ARGS_MAX], out[VALUE_TEXT_MAX];
	const struct column *column = pane_column(&panes[PANE_EXECS], "args");
	struct exec_record record;
	struct exec_row *row;

	(void)state;
	memset(filename, 'f', sizeof(filename) - 1);
	memset(args, 'a', sizeof(args));
	args[0] = '\0'; /* an empty argv[0] */
	record = exec_record(T0_NS, 1, filename, args, sizeof(args));
	record.event.args_total = UINT32_MAX;
	row = row_of(record);
	/* File name, a blank, 8191 bytes and the mark. */
	assert_int_equal(column_text(column, row, &ctx, out, sizeof(out)), 4095 + 1 + 8191 + 4);
	assert_string_equal(out + 4095 + 1 + 8190, "a ...");
	/* In less room it ends in time. */
	assert_int_equal(column_text(column, row, &ctx, out, 100), 99);
	free(row);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns__each__is_complete_and_of_its_own),
		cmocka_unit_test(columns__contract__has_every_field),
		cmocka_unit_test(exec_columns__row__shows_its_fields),
		cmocka_unit_test(exec_columns__failure__names_its_error),
		cmocka_unit_test(exec_columns__replaced__lasted_until_then),
		cmocka_unit_test(exec_columns__ended__tells_how_and_after_how_long),
		cmocka_unit_test(exec_columns__exit__is_ordered_as_shown),
		cmocka_unit_test(exec_columns__args_cut__is_marked),
		cmocka_unit_test(exec_columns__args_unread__are_unknown),
		cmocka_unit_test(exec_columns__script__shows_what_was_typed),
		cmocka_unit_test(exec_columns__interpreters__are_no_arguments),
		cmocka_unit_test(exec_columns__longest__fits),
	};

	return cmocka_run_group_tests(tests, cells_set_up, NULL);
}
