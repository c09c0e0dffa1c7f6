/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every column of both panes: what it shows, what scripts get, what it sorts by. */
#include <ctype.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "../../tui/view/columns.h"
#include "events.h"
#include "pane.h"

static const struct view_context ctx = {
	.now_ns = T0_NS,
	.boot_to_wall_ns = T0_BOOT_TO_WALL_NS,
	.charset = CHARSET_UTF8,
};

/* What a row of the column `key` is to people and to scripts. */
struct cell_text {
	const char *key, *text, *raw;
};

static int set_up(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	return 0;
}

static void expect_cell(enum pane_id pane, const void *row, struct cell_text wanted)
{
	const struct column *column = pane_column(&panes[pane], wanted.key);
	char out[VALUE_TEXT_MAX];

	assert_non_null(column);
	column_text(column, row, &ctx, out, sizeof(out));
	assert_string_equal(out, wanted.text);
	value_raw(column->get(row, &ctx), out, sizeof(out));
	assert_string_equal(out, wanted.raw);
}

static void expect_cells(enum pane_id pane, const void *row, const struct cell_text *wanted,
			 size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect_cell(pane, row, wanted[i]);
}

#define EXPECT_CELLS(pane, row, wanted) \
	expect_cells(pane, row, wanted, sizeof(wanted) / sizeof((wanted)[0]))

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
	static const char *const keys[PANE_COUNT][24] = {
		[PANE_EXECS] = { "event", "time", "pid", "ppid", "uid", "gid", "loginuid", "comm",
				 "cgroup", "pcomm", "filename", "args", "args_truncated", "ret",
				 "error" },
		[PANE_CONNECTIONS] = { "event", "time",	    "pid",	  "ppid",   "uid",
				       "gid",	"loginuid", "comm",	  "cgroup", "direction",
				       "ip",	"proto",    "laddr",	  "lport",  "raddr",
				       "rport", "netns",    "latency_us", "ret",    "error",
				       "state", "tx_bytes", "rx_bytes" },
	};
	static const char *const more[] = { "rtt_us",  "retrans", "duration_us", "tx_rate",
					    "rx_rate", "opened",  "closed" };

	(void)state;
	for (size_t p = 0; p < PANE_COUNT; p++)
		for (size_t i = 0; i < 24 && keys[p][i]; i++)
			assert_non_null(pane_column(&panes[p], keys[p][i]));
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		assert_non_null(pane_column(&panes[PANE_CONNECTIONS], more[i]));
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
	record.head.loginuid = EVENT_NO_UID;
	row = row_of(record);
	expect_cell(PANE_EXECS, row, (struct cell_text){ "ret", "-13", "-13" });
	expect_cell(PANE_EXECS, row, (struct cell_text){ "error", "EACCES", "EACCES" });
	expect_cell(PANE_EXECS, row, (struct cell_text){ "loginuid", "-", "" });
	free(row);
	record.event.ret = -4000; /* no such errno */
	row = row_of(record);
	expect_cell(PANE_EXECS, row, (struct cell_text){ "error", "-", "" });
	free(row);
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

/* --- connections ------------------------------------------------------------------------------ */

static struct conn_row conn_of(struct conn_event event)
{
	struct conn_row row = { 0 };

	conn_row_fill(&row, &event);
	return row;
}

static void conn_columns__closed_row__shows_its_fields(void **state)
{
	static const struct cell_text wanted[] = {
		{ "event", "close", "close" },
		{ "time", "14:02:11.250", "2026-11-21T14:02:11.250000000Z" },
		{ "opened", "14:02:11.150", "2026-11-21T14:02:11.150000000Z" },
		{ "closed", "14:02:11.250", "2026-11-21T14:02:11.250000000Z" },
		{ "pid", "41213", "41213" },
		{ "ppid", "41200", "41200" },
		{ "uid", "1000", "1000" },
		{ "gid", "1001", "1001" },
		{ "loginuid", "1002", "1002" },
		{ "comm", "curl", "curl" },
		{ "cgroup", "-", "" },
		{ "direction", "\u2192", "out" },
		{ "ip", "4", "4" },
		{ "proto", "tcp", "tcp" },
		{ "laddr", "10.0.2.15", "10.0.2.15" },
		{ "lport", "49340", "49340" },
		{ "raddr", "192.0.2.80", "192.0.2.80" },
		{ "rport", "443", "443" },
		{ "netns", "4026531840", "4026531840" },
		{ "state", "CLOSED", "CLOSED" },
		{ "latency_us", "18ms", "18000" },
		{ "ret", "0", "0" },
		{ "error", "-", "" },
		{ "rtt_us", "17ms", "17000" },
		{ "retrans", "3", "3" },
		{ "tx_bytes", "812", "812" },
		{ "rx_bytes", "412.0K", "421888" },
		{ "tx_rate", "0", "0" },
		{ "rx_rate", "0", "0" },
		{ "duration_us", "100ms", "100000" },
	};
	struct conn_event event = conn_figures(EVENT_CLOSE, 7, T0_NS, 812, 421888);
	struct conn_row row;

	(void)state;
	event.retrans = 3;
	row = conn_of(event);
	assert_int_equal(sizeof(wanted) / sizeof(wanted[0]), n_conn_columns);
	EXPECT_CELLS(PANE_CONNECTIONS, &row, wanted);
}

static void conn_columns__under_way__what_is_not_known_is_absent(void **state)
{
	static const struct cell_text wanted[] = {
		{ "event", "open", "open" },
		{ "closed", "-", "" },
		{ "lport", "-", "" },
		{ "state", "SYN-SENT", "SYN-SENT" },
		{ "latency_us", "-", "" },
		{ "ret", "-", "" },
		{ "error", "-", "" },
		{ "rtt_us", "-", "" },
		{ "retrans", "-", "" },
		{ "tx_bytes", "-", "" },
		{ "rx_bytes", "-", "" },
		{ "tx_rate", "-", "" },
		{ "rx_rate", "-", "" },
		{ "duration_us", "100ms", "100000" },
		{ "direction", "\u2190", "in" },
		{ "ip", "6", "6" },
		{ "laddr", "fe80::1", "fe80::1" },
		{ "raddr", "2001:db8::2", "2001:db8::2" },
		{ "proto", "132", "132" },
	};
	struct conn_event event = conn_record(EVENT_OPEN, 7, T0_NS);
	struct conn_row row;

	(void)state;
	conn_set_ends(&event, 6, "fe80::1", 0, "2001:db8::2", 443);
	event.direction = CONN_IN;
	event.proto = 132;
	row = conn_of(event);
	EXPECT_CELLS(PANE_CONNECTIONS, &row, wanted);
}

static void conn_columns__sample__is_no_event(void **state)
{
	struct conn_row row = conn_of(conn_figures(EVENT_SAMPLE, 7, T0_NS, 0, 82));
	static const struct cell_text wanted[] = {
		{ "event", "-", "" },	    { "state", "ESTAB", "ESTAB" }, { "tx_bytes", "0", "0" },
		{ "rx_bytes", "82", "82" }, { "rx_rate", "1000", "1000" },
	};

	(void)state;
	EXPECT_CELLS(PANE_CONNECTIONS, &row, wanted);
}

static void conn_columns__failed__shows_why_and_after_how_long(void **state)
{
	static const struct cell_text wanted[] = {
		{ "event", "connect", "connect" },
		{ "state", "ECONNREFUSED", "CLOSED" },
		{ "ret", "-111", "-111" },
		{ "error", "ECONNREFUSED", "ECONNREFUSED" },
		{ "latency_us", "100ms", "100000" },
		{ "tx_bytes", "-", "" },
		{ "duration_us", "100ms", "100000" },
	};
	struct conn_row row = conn_of(conn_failure(7, T0_NS, -ECONNREFUSED));

	(void)state;
	EXPECT_CELLS(PANE_CONNECTIONS, &row, wanted);
}

static void conn_columns__each_state__has_the_name_that_ss_gives_it(void **state)
{
	static const char *const names[] = { "-",	   "ESTAB",	 "SYN-SENT",  "SYN-RECV",
					     "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSED",
					     "CLOSE-WAIT", "LAST-ACK",	 "LISTEN",    "CLOSING",
					     "-",	   "-" };
	struct conn_row row = conn_of(conn_record(EVENT_CONNECT, 7, T0_NS));

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		row.state = i;
		expect_cell(PANE_CONNECTIONS, &row,
			    (struct cell_text){ "state", names[i],
						*names[i] == '-' ? "" : names[i] });
	}
	row.state = 255;
	expect_cell(PANE_CONNECTIONS, &row, (struct cell_text){ "state", "-", "" });
}

static void conn_columns__clock_behind_the_event__age_is_none(void **state)
{
	struct conn_event event = conn_record(EVENT_OPEN, 7, T0_NS);
	struct conn_row row;

	(void)state;
	event.opened_ns = T0_NS + 5;
	row = conn_of(event);
	expect_cell(PANE_CONNECTIONS, &row, (struct cell_text){ "duration_us", "0us", "0" });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns__each__is_complete_and_of_its_own),
		cmocka_unit_test(columns__contract__has_every_field),
		cmocka_unit_test(exec_columns__row__shows_its_fields),
		cmocka_unit_test(exec_columns__failure__names_its_error),
		cmocka_unit_test(exec_columns__args_cut__is_marked),
		cmocka_unit_test(exec_columns__args_unread__are_unknown),
		cmocka_unit_test(exec_columns__script__shows_what_was_typed),
		cmocka_unit_test(exec_columns__longest__fits),
		cmocka_unit_test(conn_columns__closed_row__shows_its_fields),
		cmocka_unit_test(conn_columns__under_way__what_is_not_known_is_absent),
		cmocka_unit_test(conn_columns__sample__is_no_event),
		cmocka_unit_test(conn_columns__failed__shows_why_and_after_how_long),
		cmocka_unit_test(conn_columns__each_state__has_the_name_that_ss_gives_it),
		cmocka_unit_test(conn_columns__clock_behind_the_event__age_is_none),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
