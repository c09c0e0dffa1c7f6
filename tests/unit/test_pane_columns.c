/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each column of Processes, Remotes and Listeners: what it shows, what scripts get. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "cells.h"

static struct owner owner(void)
{
	return (struct owner){
		.start_ns = T0_NS - 60 * SECOND_NS,
		.cgroup = 77,
		.pid = 41213,
		.ppid = 41200,
		.uid = 1000,
		.gid = 1001,
		.loginuid = 1002,
		.comm = "curl",
	};
}

static struct traffic traffic(void)
{
	return (struct traffic){
		.total = 9,
		.live = 2,
		.failed = 3,
		.tx_bytes = 812,
		.rx_bytes = 421888,
		.tx_rate = 5,
		.rx_rate = 2048,
	};
}

/* --- processes -------------------------------------------------------------------------------- */

static void process_columns__row__shows_its_fields(void **state)
{
	static char data[] = "/usr/bin/curl\0curl\0-s\0http://x/";
	static const struct cell_text wanted[] = {
		{ "event", "exit", "exit" },
		{ "time", "14:02:11.249", "2026-11-21T14:02:11.249000000Z" },
		{ "started", "14:01:11.250", "2026-11-21T14:01:11.250000000Z" },
		{ "ended", "-", "" },
		{ "pid", "41213", "41213" },
		{ "ppid", "41200", "41200" },
		{ "uid", "1000", "1000" },
		{ "gid", "1001", "1001" },
		{ "loginuid", "1002", "1002" },
		{ "comm", "curl", "curl" },
		{ "cgroup", "-", "" }, /* no names */
		{ "execs", "4", "4" },
		{ "live", "2", "2" },
		{ "conns", "9", "9" },
		{ "failed", "3", "3" },
		{ "tx_bytes", "812", "812" },
		{ "rx_bytes", "412.0K", "421888" },
		{ "tx_rate", "5", "5" },
		{ "rx_rate", "2.0K", "2048" },
		{ "duration_us", "1m00s", "60000000" },
		{ "exit_code", "-", "" },
		{ "signal", "-", "" },
		{ "filename", "/usr/bin/curl", "/usr/bin/curl" },
		{ "args_truncated", "no", "false" },
		{ "args", "/usr/bin/curl -s http://x/", "curl -s http://x/" },
	};
	struct process_row row = {
		.owner = owner(),
		.ts_ns = T0_NS - MS_NS,
		.traffic = traffic(),
		.execs = 4,
		.data = data,
		.filename_len = 14,
		.args_len = sizeof(data) - 14,
		.args_total = sizeof(data) - 14,
	};

	(void)state;
	assert_int_equal(sizeof(wanted) / sizeof(wanted[0]), n_process_columns);
	EXPECT_CELLS(PANE_PROCESSES, &row, wanted);
	row.args_total++;
	expect_cell(PANE_PROCESSES, &row, (struct cell_text){ "args_truncated", "yes", "true" });
	row.exec_flags = EXEC_ARGS_UNREAD;
	expect_cell(PANE_PROCESSES, &row, (struct cell_text){ "args", "/usr/bin/curl ...", "" });
}

static void process_columns__script__shows_what_was_typed(void **state)
{
	static char data[] = "/x/a.sh\0/bin/sh\0-e\0/x/a.sh\0one";
	struct process_row row = {
		.data = data,
		.filename_len = 8,
		.args_len = sizeof(data) - 8,
		.args_total = sizeof(data) - 8,
		.exec_flags = EXEC_SCRIPT,
	};

	(void)state;
	expect_cell(PANE_PROCESSES, &row,
		    (struct cell_text){ "args", "/x/a.sh one", "/bin/sh -e /x/a.sh one" });
}

static void process_columns__ended__tells_how_and_after_how_long(void **state)
{
	struct process_row row = { .owner = owner() };

	(void)state;
	row.ending = (struct ending){ T0_NS - 10 * SECOND_NS, 3, 0 };
	expect_cell(PANE_PROCESSES, &row,
		    (struct cell_text){ "ended", "14:02:01.250",
					"2026-11-21T14:02:01.250000000Z" });
	expect_cell(PANE_PROCESSES, &row, (struct cell_text){ "duration_us", "50.0s", "50000000" });
	expect_cell(PANE_PROCESSES, &row, (struct cell_text){ "exit_code", "3", "3" });
	row.ending.signal = SIGSEGV;
	expect_cell(PANE_PROCESSES, &row, (struct cell_text){ "exit_code", "SEGV", "" });
	expect_cell(PANE_PROCESSES, &row, (struct cell_text){ "signal", "11", "11" });
}

/* This one: nobody saw it execute, and it runs. */
static void process_columns__never_seen_to_execute__asks_proc(void **state)
{
	struct process_row row = { .owner = { .pid = getpid() } };
	char stat[1024] = "", *at;
	FILE *file = fopen("/proc/self/stat", "re");
	char shown[VALUE_TEXT_MAX];

	(void)state;
	assert_non_null(file);
	assert_true(fread(stat, 1, sizeof(stat) - 1, file) > 0);
	fclose(file);
	at = strrchr(stat, ')');
	for (int field = 2; field < 22; field++)
		at = strchr(at + 1, ' ');
	row.owner.start_ns = strtoull(at, NULL, 10) * (SECOND_NS / sysconf(_SC_CLK_TCK));
	expect_cell(PANE_PROCESSES, &row, (struct cell_text){ "args", "-", "" });
	expect_cell(PANE_PROCESSES, &row, (struct cell_text){ "args_truncated", "-", "" });
	ctx.names = names_new(NULL);
	column_text(pane_column(&panes[PANE_PROCESSES], "args"), &row, &ctx, shown, sizeof(shown));
	assert_non_null(strstr(shown, "test_pane_columns"));
	expect_cell(PANE_PROCESSES, &row, (struct cell_text){ "filename", "-", "" });
	expect_cell(PANE_PROCESSES, &row, (struct cell_text){ "args_truncated", "no", "false" });
	/* Once it has ended its number may be another's. */
	row.ending.ended_ns = T0_NS;
	expect_cell(PANE_PROCESSES, &row, (struct cell_text){ "args", "-", "" });
	names_free(ctx.names);
	ctx.names = NULL;
}

/* --- remotes ---------------------------------------------------------------------------------- */

static void remote_columns__row__shows_its_fields(void **state)
{
	static const struct cell_text wanted[] = {
		{ "raddr", "192.0.2.80", "192.0.2.80" },
		{ "rport", "443", "443" },
		{ "ip", "4", "4" },
		{ "conns", "9", "9" },
		{ "live", "2", "2" },
		{ "failed", "3", "3" },
		{ "latency_us", "18ms", "18333" },
		{ "tx_bytes", "812", "812" },
		{ "rx_bytes", "412.0K", "421888" },
		{ "tx_rate", "5", "5" },
		{ "rx_rate", "2.0K", "2048" },
		{ "time", "14:02:11.250", "2026-11-21T14:02:11.250000000Z" },
	};
	struct remote_row row = {
		.ts_ns = T0_NS,
		.traffic = traffic(),
		.latency_sum_us = 55000,
		.latencies = 3,
		.raddr = { 192, 0, 2, 80 },
		.rport = 443,
		.ip = 4,
	};

	(void)state;
	assert_int_equal(sizeof(wanted) / sizeof(wanted[0]), n_remote_columns);
	EXPECT_CELLS(PANE_REMOTES, &row, wanted);
	row.latencies = 0;
	expect_cell(PANE_REMOTES, &row, (struct cell_text){ "latency_us", "-", "" });
}

/* --- listeners -------------------------------------------------------------------------------- */

static void listener_columns__row__shows_its_fields(void **state)
{
	static const struct cell_text wanted[] = {
		{ "pid", "41213", "41213" },
		{ "ppid", "41200", "41200" },
		{ "uid", "1000", "1000" },
		{ "gid", "1001", "1001" },
		{ "loginuid", "1002", "1002" },
		{ "cgroup", "-", "" },
		{ "comm", "curl", "curl" },
		{ "laddr", "::1", "::1" },
		{ "lport", "8443", "8443" },
		{ "ip", "6", "6" },
		{ "netns", "4026531840", "4026531840" },
		{ "backlog", "7", "7" },
		{ "backlog_max", "128", "128" },
		{ "accepts", "90210", "90210" },
		{ "accept_rate", "12", "12" },
		{ "opened", "14:02:01.250", "2026-11-21T14:02:01.250000000Z" },
		{ "duration_us", "10.0s", "10000000" },
	};
	struct listener_row row = {
		.owner = owner(),
		.opened_ns = T0_NS - 10 * SECOND_NS,
		.accepts = 90210,
		.accept_rate = 12,
		.backlog = 7,
		.backlog_max = 128,
		.netns = 4026531840U,
		.lport = 8443,
		.laddr = { [15] = 1 },
		.ip = 6,
	};

	(void)state;
	assert_int_equal(sizeof(wanted) / sizeof(wanted[0]), n_listener_columns);
	EXPECT_CELLS(PANE_LISTENERS, &row, wanted);
	row.opened_ns = 0;
	expect_cell(PANE_LISTENERS, &row, (struct cell_text){ "opened", "-", "" });
	expect_cell(PANE_LISTENERS, &row, (struct cell_text){ "duration_us", "-", "" });
	row.owner.pid = 0;
	expect_cell(PANE_LISTENERS, &row, (struct cell_text){ "pid", "-", "" });
	expect_cell(PANE_LISTENERS, &row, (struct cell_text){ "comm", "-", "" });
}

/* --- what stands out, and what is counted ----------------------------------------------------- */

static void pane_role__row__tells_how_it_stands(void **state)
{
	struct process_row process = { .owner = owner() };
	struct remote_row remote = { .traffic = { .total = 2, .failed = 1, .live = 1 } };
	struct listener_row listener = { .backlog = 128, .backlog_max = 128 };

	(void)state;
	assert_int_equal(panes[PANE_PROCESSES].role(&process, &ctx), ROLE_TEXT);
	process.ending.ended_ns = 1;
	assert_int_equal(panes[PANE_PROCESSES].role(&process, &ctx), ROLE_DIM);
	assert_int_equal(panes[PANE_REMOTES].role(&remote, &ctx), ROLE_TEXT);
	remote.traffic.live = 0;
	assert_int_equal(panes[PANE_REMOTES].role(&remote, &ctx), ROLE_DIM);
	remote.traffic.failed = 2;
	assert_int_equal(panes[PANE_REMOTES].role(&remote, &ctx), ROLE_WARNING);
	assert_int_equal(panes[PANE_LISTENERS].role(&listener, &ctx), ROLE_TEXT);
	listener.backlog++;
	assert_int_equal(panes[PANE_LISTENERS].role(&listener, &ctx), ROLE_WARNING);
}

/* From events to rows: the panes read the tables that are theirs. */
static void panes__model__list_their_tables(void **state)
{
	static const char *const counts[PANE_COUNT] = { "1", "1 live, 0 closed",
							"3 running, 1 ended", "1", "1" };
	struct exec_record exec = EXEC(T0_NS, 41250, "/bin/true", "true");
	struct conn_event conn = conn_record(EVENT_CONNECT, 7, T0_NS);
	struct listen_event listener = listen_record(5, T0_NS, 3);
	struct exit_event end = exit_record(T0_NS, 41250, "true", 0, 0);
	struct model *model = model_new(100);
	struct filter any = { 0 };

	(void)state;
	listener.head.pid = 41300;
	assert_non_null(model);
	assert_int_equal(model_apply(model, &exec.head, exec.size), 0);
	assert_int_equal(model_apply(model, &conn.head, sizeof(conn)), 0);
	assert_int_equal(model_apply(model, &listener.head, sizeof(listener)), 0);
	assert_int_equal(model_apply(model, &end.head, sizeof(end)), 0);
	for (size_t i = 0; i < PANE_COUNT; i++) {
		struct list list;
		char count[64];

		list_init(&list, &panes[i]);
		assert_int_equal(list_fill(&list, model, &any, &ctx), 0);
		list.pane->count(&list, count, sizeof(count));
		assert_string_equal(count, counts[i]);
		assert_int_equal(list_find(&list, table_id(list_row(&list, 0))), 0);
		list_fini(&list);
	}
	model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(process_columns__row__shows_its_fields),
		cmocka_unit_test(process_columns__script__shows_what_was_typed),
		cmocka_unit_test(process_columns__ended__tells_how_and_after_how_long),
		cmocka_unit_test(process_columns__never_seen_to_execute__asks_proc),
		cmocka_unit_test(remote_columns__row__shows_its_fields),
		cmocka_unit_test(listener_columns__row__shows_its_fields),
		cmocka_unit_test(pane_role__row__tells_how_it_stands),
		cmocka_unit_test(panes__model__list_their_tables),
	};

	return cmocka_run_group_tests(tests, cells_set_up, NULL);
}
