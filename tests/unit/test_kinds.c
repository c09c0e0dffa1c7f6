/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each kind of event in a stream: which fields its lines have, and what they say. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include <json-c/json.h>
#include "events.h"
#include "export.h"

#define BIT(kind) (1U << (kind))

/* What a line says is of the event's time, not of the reader's. */
static const struct view_context ctx = {
	.now_ns = T0_NS + 77 * SECOND_NS,
	.boot_to_wall_ns = T0_BOOT_TO_WALL_NS,
	.charset = CHARSET_UTF8,
};

static struct stream *stream;
static FILE *out;
static char *bytes;
static size_t n_bytes;

static int set_up(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	stream_free(stream);
	stream = NULL;
	if (out)
		fclose(out);
	out = NULL;
	free(bytes);
	bytes = NULL;
	return 0;
}

/* Anew, with nothing written. */
static void begin(unsigned kinds, enum export_format format, const char *columns)
{
	tear_down(NULL);
	out = open_memstream(&bytes, &n_bytes);
	assert_non_null(out);
	stream = stream_new(kinds, format, columns, out);
	assert_non_null(stream);
	assert_int_equal(stream_start(stream, &ctx), 0);
}

static const char *written(void)
{
	fflush(out);
	return bytes;
}

static void put(const struct event *event, size_t size)
{
	assert_int_equal(stream_event(stream, event, size, &ctx), 0);
}

static void put_exec(void)
{
	struct exec_record exec = EXEC(T0_NS, 41213, "/bin/sh", "sh\0-c");

	put(&exec.head, exec.size);
}

static void put_exit(int code, int signal)
{
	struct exit_event event = exit_record(T0_NS, 41213, "sh", code, signal);

	put(&event.head, sizeof(event));
}

static void put_conn(struct conn_event conn)
{
	put(&conn.head, sizeof(conn));
}

/* One event of a kind that streams can carry. */
static void put_kind(enum event_kind kind)
{
	if (kind == EVENT_EXEC)
		put_exec();
	else if (kind == EVENT_EXIT)
		put_exit(0, 0);
	else if (kind == EVENT_ACCEPT)
		put_conn(conn_incoming(kind, 7, T0_NS));
	else
		put_conn(conn_figures(kind, 7, T0_NS, 812, 421888));
}

/* --- JSON ------------------------------------------------------------------------------------- */

#define EVERY "event,time,pid,ppid,uid,gid,loginuid,comm,cgroup"
#define CONN  "direction,ip,proto,laddr,lport,raddr,rport,netns,latency_us,ret,error"

/* The contract, field by field. */
static const struct {
	enum event_kind kind;
	const char *fields;
} contract[] = {
	{ EVENT_EXEC, EVERY ",pcomm,filename,args,args_truncated,ret,error" },
	{ EVENT_EXIT, EVERY ",exit_code,signal,duration_us" },
	{ EVENT_CONNECT, EVERY "," CONN },
	{ EVENT_ACCEPT, EVERY "," CONN },
	{ EVENT_CLOSE, EVERY "," CONN ",state,tx_bytes,rx_bytes,rtt_us,retrans,duration_us" },
};

#define N_KINDS (sizeof(contract) / sizeof(contract[0]))

static void json__each_kind__has_its_fields_and_no_other(void **state)
{
	(void)state;
	assert_int_equal(n_stream_kinds, N_KINDS);
	for (size_t i = 0; i < N_KINDS; i++) {
		char fields[512] = "";
		struct json_object *object;

		/* The others are asked for as well, and change nothing. */
		begin(i % 2 ? BIT(contract[i].kind) : ~0U, EXPORT_JSON, NULL);
		put_kind(contract[i].kind);
		object = json_tokener_parse(written());
		assert_non_null(object);
		json_object_object_foreach(object, key, value)
		{
			(void)value;
			sprintf(fields + strlen(fields), "%s%s", *fields ? "," : "", key);
		}
		assert_string_equal(fields, contract[i].fields);
		json_object_put(object);
	}
}

static void json__exit__tells_code_or_signal(void **state)
{
	(void)state;
	begin(BIT(EVENT_EXIT), EXPORT_JSON, NULL);
	put_exit(3, 0);
	assert_string_equal(written(),
			    "{\"event\":\"exit\",\"time\":\"2026-11-21T14:02:11.250000000Z\","
			    "\"pid\":41213,\"ppid\":41200,\"uid\":1000,\"gid\":1001,"
			    "\"loginuid\":1002,\"comm\":\"sh\",\"cgroup\":null,\"exit_code\":3,"
			    "\"signal\":null,\"duration_us\":60000000}\n");
	begin(BIT(EVENT_EXIT), EXPORT_JSON, "exit_code,signal");
	put_exit(0, SIGKILL);
	assert_string_equal(written(), "{\"exit_code\":null,\"signal\":9}\n");
}

static void json__accept__tells_both_ends(void **state)
{
	(void)state;
	begin(BIT(EVENT_ACCEPT), EXPORT_JSON, NULL);
	put_conn(conn_incoming(EVENT_ACCEPT, 7, T0_NS));
	assert_string_equal(written(),
			    "{\"event\":\"accept\",\"time\":\"2026-11-21T14:02:11.250000000Z\","
			    "\"pid\":41213,\"ppid\":41200,\"uid\":1000,\"gid\":1001,"
			    "\"loginuid\":1002,\"comm\":\"curl\",\"cgroup\":null,"
			    "\"direction\":\"in\",\"ip\":4,\"proto\":\"tcp\","
			    "\"laddr\":\"10.0.2.15\",\"lport\":443,\"raddr\":\"192.0.2.80\","
			    "\"rport\":49340,\"netns\":4026531840,\"latency_us\":null,"
			    "\"ret\":0,\"error\":null}\n");
}

/* --- text and CSV ----------------------------------------------------------------------------- */

static void text__exit_alone__is_after_exitsnoop(void **state)
{
	(void)state;
	begin(BIT(EVENT_EXIT), EXPORT_TEXT, NULL);
	put_exit(0, 0);
	put_exit(127, 0);
	put_exit(0, SIGSEGV);
	assert_string_equal(written(), "COMM             PID    PPID   DURATION_US EXIT\n"
				       "sh               41213  41200     60000000 0\n"
				       "sh               41213  41200     60000000 127\n"
				       "sh               41213  41200     60000000 SEGV\n");
}

static void text__accept_alone__is_tcpaccepts(void **state)
{
	(void)state;
	begin(BIT(EVENT_ACCEPT), EXPORT_TEXT, NULL);
	put_conn(conn_incoming(EVENT_ACCEPT, 7, T0_NS));
	assert_string_equal(written(),
			    "PID    COMM         IP RADDR            RPORT LADDR            LPORT\n"
			    "41213  curl         4  192.0.2.80       49340 10.0.2.15        443\n");
}

static void text__several_kinds__lead_with_time_and_event(void **state)
{
	(void)state;
	begin(BIT(EVENT_EXIT) | BIT(EVENT_ACCEPT), EXPORT_TEXT, NULL);
	put_exit(0, 0);
	put_conn(conn_incoming(EVENT_ACCEPT, 7, T0_NS));
	assert_non_null(strstr(written(), "\n14:02:11.250 exit    sh  "));
	assert_non_null(strstr(bytes, "\n14:02:11.250 accept  41213  curl "));
}

/* A column that both panes have is filled for the kind only that is told by it. */
static void csv__several_kinds__each_fills_its_own_fields(void **state)
{
	(void)state;
	begin(BIT(EVENT_EXEC) | BIT(EVENT_EXIT), EXPORT_CSV, NULL);
	put_exec();
	put_exit(7, 0);
	assert_string_equal(written(), EVERY
			    ",pcomm,filename,args,args_truncated,ret,error,exit_code,signal,"
			    "duration_us\r\n"
			    "exec,2026-11-21T14:02:11.250000000Z,41213,41200,1000,1001,1002,sh,,"
			    "bash,/bin/sh,sh -c,false,0,,,,\r\n"
			    "exit,2026-11-21T14:02:11.250000000Z,41213,41200,1000,1001,1002,sh,,"
			    ",,,,,,7,,60000000\r\n");
}

/* --- connects --------------------------------------------------------------------------------- */

/* It is open when it is told of: nothing is to come that a reader would wait for. */
static void finish__came_in__is_not_in_progress(void **state)
{
	(void)state;
	begin(BIT(EVENT_CONNECT) | BIT(EVENT_ACCEPT), EXPORT_JSON, "lport");
	put_conn(conn_incoming(EVENT_OPEN, 7, T0_NS));
	put_conn(conn_record(EVENT_OPEN, 8, T0_NS));
	assert_int_equal(stream_finish(stream, &ctx), 0);
	assert_string_equal(written(), "{\"lport\":49340}\n");
}

static void event__accept_or_exit_not_asked_for__is_passed_over(void **state)
{
	struct listen_event listener = listen_record(5, T0_NS, 3);

	(void)state;
	begin(BIT(EVENT_CONNECT), EXPORT_JSON, NULL);
	put_exit(0, 0);
	put_conn(conn_incoming(EVENT_ACCEPT, 7, T0_NS));
	put(&listener.head, sizeof(listener));
	begin(~0U, EXPORT_JSON, NULL);
	put_conn(conn_record(EVENT_OPEN, 7, T0_NS));
	assert_string_equal(written(), "");
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(json__each_kind__has_its_fields_and_no_other),
		test(json__exit__tells_code_or_signal),
		test(json__accept__tells_both_ends),
		test(text__exit_alone__is_after_exitsnoop),
		test(text__accept_alone__is_tcpaccepts),
		test(text__several_kinds__lead_with_time_and_event),
		test(csv__several_kinds__each_fills_its_own_fields),
		test(finish__came_in__is_not_in_progress),
		test(event__accept_or_exit_not_asked_for__is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
