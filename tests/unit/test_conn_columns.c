/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each column of Connections: what it shows, what scripts get. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "cells.h"

static struct owner owner;

static struct conn_row conn_of(struct conn_event event)
{
	struct conn_row row = { 0 };

	conn_row_fill(&row, &event, &owner);
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
		{ "ip", "6", "6" },
		{ "laddr", "fe80::1", "fe80::1" },
		{ "raddr", "2001:db8::2", "2001:db8::2" },
		{ "proto", "132", "132" },
	};
	struct conn_event event = conn_record(EVENT_OPEN, 7, T0_NS);
	struct conn_row row;

	(void)state;
	conn_set_ends(&event, 6, "fe80::1", 0, "2001:db8::2", 443);
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

static void conn_columns__came_in__has_no_latency(void **state)
{
	static const struct cell_text wanted[] = {
		{ "event", "accept", "accept" },
		{ "direction", "\u2190", "in" },
		{ "latency_us", "-", "" },
		{ "ret", "0", "0" },
		{ "error", "-", "" },
		{ "duration_us", "100ms", "100000" },
		{ "lport", "443", "443" },
		{ "rport", "49340", "49340" },
	};
	struct conn_row row = conn_of(conn_incoming(EVENT_ACCEPT, 7, T0_NS));

	(void)state;
	EXPECT_CELLS(PANE_CONNECTIONS, &row, wanted);
}

/* When it was opened, and how long ago, nobody knows. */
static void conn_columns__older_than_conntop__has_no_age(void **state)
{
	static const struct cell_text wanted[] = {
		{ "event", "-", "" },	   { "time", "-", "" },	       { "opened", "-", "" },
		{ "latency_us", "-", "" }, { "duration_us", "-", "" }, { "tx_bytes", "5", "5" },
	};
	struct conn_event event = conn_figures(EVENT_SAMPLE, 7, T0_NS, 5, 6);
	struct conn_row row;

	(void)state;
	event.opened_ns = 0;
	event.established_ns = 0;
	event.flags = CONN_OLDER;
	row = conn_of(event);
	EXPECT_CELLS(PANE_CONNECTIONS, &row, wanted);
	row.closed_ns = T0_NS;
	expect_cell(PANE_CONNECTIONS, &row, (struct cell_text){ "duration_us", "-", "" });
	row.ret = -ETIMEDOUT;
	expect_cell(PANE_CONNECTIONS, &row, (struct cell_text){ "latency_us", "-", "" });
}

/* The kernel's own, and orphans: nothing of an owner is told, least of all root for it. */
static void conn_columns__no_owner__is_nobody(void **state)
{
	static const char *const keys[] = { "pid",	"ppid", "uid",	 "gid",
					    "loginuid", "comm", "cgroup" };
	struct conn_event event = conn_record(EVENT_CONNECT, 7, T0_NS);
	struct conn_row row;

	(void)state;
	event.head.pid = 0;
	event.head.uid = 0;
	row = conn_of(event);
	ctx.names = names_new(NULL);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		expect_cell(PANE_CONNECTIONS, &row, (struct cell_text){ keys[i], "-", "" });
	names_free(ctx.names);
	ctx.names = NULL;
}

static void conn_columns__parent_unknown__is_absent(void **state)
{
	struct conn_event event = conn_record(EVENT_CONNECT, 7, T0_NS);
	struct conn_row row;

	(void)state;
	event.head.ppid = 0;
	event.head.uid = 0;
	row = conn_of(event);
	expect_cell(PANE_CONNECTIONS, &row, (struct cell_text){ "ppid", "-", "" });
	expect_cell(PANE_CONNECTIONS, &row, (struct cell_text){ "uid", "0", "0" });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conn_columns__closed_row__shows_its_fields),
		cmocka_unit_test(conn_columns__under_way__what_is_not_known_is_absent),
		cmocka_unit_test(conn_columns__sample__is_no_event),
		cmocka_unit_test(conn_columns__failed__shows_why_and_after_how_long),
		cmocka_unit_test(conn_columns__each_state__has_the_name_that_ss_gives_it),
		cmocka_unit_test(conn_columns__clock_behind_the_event__age_is_none),
		cmocka_unit_test(conn_columns__came_in__has_no_latency),
		cmocka_unit_test(conn_columns__older_than_conntop__has_no_age),
		cmocka_unit_test(conn_columns__no_owner__is_nobody),
		cmocka_unit_test(conn_columns__parent_unknown__is_absent),
	};

	return cmocka_run_group_tests(tests, cells_set_up, NULL);
}
