/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams of events as text and CSV, under the real panes' columns. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "streams.h"

/* --- text ------------------------------------------------------------------------------------- */

static void text__exec_alone__is_execsnoops(void **state)
{
	(void)state;
	begin(EXEC, EXPORT_TEXT, NULL);
	assert_int_equal(exec_curl(), 0);
	assert_int_equal(exec_args("/bin/true", "", 0), 0);
	assert_int_equal(conn_connect(1, 0), 0);
	assert_string_equal(written(), "PCOMM            PID    PPID   RET ARGS\n"
				       "bash             41213  41200    0 /usr/bin/curl -s\n"
				       "bash             41213  41200    0 /bin/true\n");
}

static void text__connect_alone__is_tcpconnects(void **state)
{
	struct conn_event event = conn_event(EVENT_CONNECT, 2);

	(void)state;
	begin(CONNECT, EXPORT_TEXT, NULL);
	assert_int_equal(conn_connect(1, 0), 0);
	memcpy(event.head.comm, "thirteen-chars", 15);
	event.ip = 6;
	inet_pton(AF_INET6, "2606:2800:21f:cb07::1", event.raddr);
	inet_pton(AF_INET6, "::1", event.laddr);
	assert_int_equal(conn(event), 0);
	assert_int_equal(exec_curl(), 0);
	assert_string_equal(written(),
			    "PID    COMM         IP SADDR            DADDR            DPORT\n"
			    "41213  curl         4  10.0.2.15        93.184.216.34    443\n"
			    "41213  thirteen-cha 6  ::1              2606:2800:21f:cb07::1 443\n");
}

static void text__comm_of_wide_or_escaped_glyphs__is_cut_whole(void **state)
{
	struct conn_event event = conn_event(EVENT_CONNECT, 2);

	(void)state;
	begin(CONNECT, EXPORT_TEXT, NULL);
	memcpy(event.head.comm, "0123456789\x1b[31", 15);
	assert_int_equal(conn(event), 0);
	memcpy(event.head.comm, "0123456789a\xff\xff", 14);
	assert_int_equal(conn(event), 0);
	assert_non_null(strstr(written(), "\n41213  0123456789\\e 4  10."));
	assert_non_null(strstr(written(), "\n41213  0123456789a  4  10."));
}

static void text__close_alone__has_the_figures(void **state)
{
	(void)state;
	begin(CLOSE, EXPORT_TEXT, NULL);
	assert_int_equal(conn_close(1), 0);
	assert_string_equal(written(),
			    "PID    COMM         IP LADDR            LPORT RADDR            RPORT  "
			    " TX_BYTES   RX_BYTES DURATION_US\n"
			    "41213  curl         4  10.0.2.15        49340 93.184.216.34    443    "
			    "       78       1256       20000\n");
}

static void text__several_kinds__lead_with_time_and_event(void **state)
{
	(void)state;
	begin(EXEC | CONNECT, EXPORT_TEXT, NULL);
	assert_int_equal(exec_curl(), 0);
	assert_int_equal(conn_connect(1, 0), 0);
	assert_string_equal(
		written(),
		"TIME         EVENT   PCOMM            PID    PPID   RET ARGS\n"
		"TIME         EVENT   PID    COMM         IP SADDR            DADDR            "
		"DPORT\n"
		"03:45:18.123 exec    bash             41213  41200    0 /usr/bin/curl -s\n"
		"03:45:18.123 connect 41213  curl         4  10.0.2.15        93.184.216.34    "
		"443\n");
}

static void text__columns_chosen__are_the_ones(void **state)
{
	(void)state;
	begin(EXEC | CONNECT, EXPORT_TEXT, "event,PID, args,rport,nonsense,pid,comm");
	assert_int_equal(exec_curl(), 0);
	assert_int_equal(conn_connect(1, 0), 0);
	assert_string_equal(written(), "EVENT       PID ARGS                    RPORT COMM\n"
				       "exec      41213 /usr/bin/curl -s            - curl\n"
				       "connect   41213 -                         443 curl\n");
}

static void text__no_such_columns__keeps_the_usual(void **state)
{
	(void)state;
	begin(EXEC, EXPORT_TEXT, "rport");
	assert_string_equal(written(), "PCOMM            PID    PPID   RET ARGS\n");
}

static void text__hostile_arguments__stay_on_one_line(void **state)
{
	(void)state;
	begin(EXEC, EXPORT_TEXT, NULL);
	assert_int_equal(exec_args("/bin/sh", "sh\0a\nb\x1b[2J\0\0", 13), 0);
	assert_non_null(strstr(written(), " /bin/sh a\\nb\\e[2J\n"));
}

/* --- CSV -------------------------------------------------------------------------------------- */

static void csv__one_kind__has_its_fields(void **state)
{
	(void)state;
	begin(EXEC, EXPORT_CSV, NULL);
	assert_string_equal(written(),
			    "event,time,pid,ppid,uid,gid,loginuid,comm,cgroup,pcomm,filename,args,"
			    "args_truncated,ret,error\r\n");
}

/* How many commas the line that starts at `line` has. */
static int commas(const char *line)
{
	int n = 0;

	for (; *line && *line != '\n'; line++)
		n += *line == ',';
	return n;
}

static void csv__several_kinds__share_the_union(void **state)
{
	const char *first, *second;

	(void)state;
	begin(EXEC | CONNECT, EXPORT_CSV, NULL);
	assert_int_equal(exec_curl(), 0);
	assert_int_equal(conn_connect(1, 0), 0);
	first = strchr(written(), '\n') + 1;
	second = strchr(first, '\n') + 1;
	assert_int_equal(commas(first), commas(bytes));
	assert_int_equal(commas(second), commas(bytes));
	assert_int_equal(commas(bytes) + 1, 15 + 9);
	assert_memory_equal(first, "exec,2026-11-21T03:45:18.123456789Z,", 36);
	assert_memory_equal(second, "connect,2026-11-21T03:45:18.123456789Z,", 39);
}

static void csv__columns_chosen__empty_where_a_kind_lacks_one(void **state)
{
	(void)state;
	begin(EXEC | CONNECT, EXPORT_CSV, "rport,args");
	assert_int_equal(exec_curl(), 0);
	assert_int_equal(conn_connect(1, 0), 0);
	assert_string_equal(written(), "rport,args\r\n,curl -s\r\n443,\r\n");
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(text__exec_alone__is_execsnoops),
		test(text__connect_alone__is_tcpconnects),
		test(text__comm_of_wide_or_escaped_glyphs__is_cut_whole),
		test(text__close_alone__has_the_figures),
		test(text__several_kinds__lead_with_time_and_event),
		test(text__columns_chosen__are_the_ones),
		test(text__no_such_columns__keeps_the_usual),
		test(text__hostile_arguments__stay_on_one_line),
		test(csv__one_kind__has_its_fields),
		test(csv__several_kinds__share_the_union),
		test(csv__columns_chosen__empty_where_a_kind_lacks_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
