/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams of events, under the real panes' columns. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <arpa/inet.h>
#include <cmocka.h>
#include <json-c/json.h>
#include "export.h"

#define EXEC	(1U << EVENT_EXEC)
#define CONNECT (1U << EVENT_CONNECT)
#define CLOSE	(1U << EVENT_CLOSE)

/* 2026-11-21T03:45:18.123456789Z is 123456789 ns after boot. */
static const struct view_context ctx = {
	.now_ns = 5123456789,
	.boot_to_wall_ns = 1795232718000000000,
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
	out = open_memstream(&bytes, &n_bytes);
	return out ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	stream_free(stream);
	stream = NULL;
	fclose(out);
	free(bytes);
	return 0;
}

static void begin(unsigned kinds, enum export_format format, const char *columns)
{
	stream = stream_new(kinds, format, columns, out);
	assert_non_null(stream);
	assert_int_equal(stream_start(stream, &ctx), 0);
}

static const char *written(void)
{
	fflush(out);
	return bytes;
}

static struct event head(enum event_kind kind, const char *comm)
{
	struct event event = {
		.ts_ns = 123456789,
		.kind = kind,
		.pid = 41213,
		.ppid = 41200,
		.uid = 1000,
		.gid = 100,
		.loginuid = EVENT_NO_UID,
	};

	memcpy(event.comm, comm, strnlen(comm, sizeof(event.comm)));
	return event;
}

/* An exec of `filename` with `args`, a NUL after each. */
static int exec_args(const char *filename, const char *args, size_t args_len)
{
	union {
		struct exec_event event;
		char bytes[512];
	} record = { .event = { .head = head(EVENT_EXEC, "curl"), .parent = { .comm = "bash" } } };
	struct exec_event *event = &record.event;
	char *data = record.bytes + sizeof(*event);

	event->filename_len = (uint16_t)(strlen(filename) + 1);
	event->args_len = (uint16_t)args_len;
	event->args_total = (uint32_t)args_len;
	memcpy(data, filename, event->filename_len);
	memcpy(data + event->filename_len, args, args_len);
	return stream_event(stream, &event->head, sizeof(*event) + event->filename_len + args_len,
			    &ctx);
}

static int exec_curl(void)
{
	return exec_args("/usr/bin/curl", "curl\0-s\0", 8);
}

static struct conn_event conn_event(enum event_kind kind, uint64_t id)
{
	struct conn_event event = {
		.head = head(kind, "curl"),
		.id = id,
		.opened_ns = 103456789,
		.laddr = { 10, 0, 2, 15 },
		.raddr = { 93, 184, 216, 34 },
		.lport = 49340,
		.rport = 443,
		.proto = 6,
		.ip = 4,
		.state = 2,
		.netns = 4026531840,
	};

	return event;
}

static int conn(struct conn_event event)
{
	return stream_event(stream, &event.head, sizeof(event), &ctx);
}

static int conn_connect(uint64_t id, int ret)
{
	struct conn_event event = conn_event(EVENT_CONNECT, id);

	event.ret = ret;
	event.established_ns = ret ? 0 : event.head.ts_ns;
	return conn(event);
}

static int conn_open(uint64_t id)
{
	return conn(conn_event(EVENT_OPEN, id));
}

static int conn_close(uint64_t id)
{
	struct conn_event event = conn_event(EVENT_CLOSE, id);

	event.established_ns = 113456789;
	event.tx_bytes = 78;
	event.rx_bytes = 1256;
	return conn(event);
}

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

/* --- JSON ------------------------------------------------------------------------------------- */

static struct json_object *parsed(void)
{
	struct json_object *object = json_tokener_parse(written());

	assert_non_null(object);
	return object;
}

static const char *field(struct json_object *object, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, key, &value))
		fail_msg("no field %s", key);
	return json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
							     JSON_C_TO_STRING_NOSLASHESCAPE);
}

static void json__exec__has_its_fields(void **state)
{
	struct json_object *object;

	(void)state;
	begin(EXEC, EXPORT_JSON, NULL);
	assert_string_equal(written(), "");
	assert_int_equal(exec_curl(), 0);
	object = parsed();
	assert_int_equal(json_object_object_length(object), 15);
	assert_string_equal(field(object, "event"), "\"exec\"");
	assert_string_equal(field(object, "time"), "\"2026-11-21T03:45:18.123456789Z\"");
	assert_string_equal(field(object, "pid"), "41213");
	assert_string_equal(field(object, "loginuid"), "null");
	assert_string_equal(field(object, "filename"), "\"/usr/bin/curl\"");
	assert_string_equal(field(object, "args"), "[\"curl\",\"-s\"]");
	assert_string_equal(field(object, "args_truncated"), "false");
	assert_int_equal(bytes[n_bytes - 1], '\n');
	assert_ptr_equal(strchr(bytes, '\n'), bytes + n_bytes - 1);
	json_object_put(object);
}

static void json__connect__has_numbers_and_addresses(void **state)
{
	struct json_object *object;

	(void)state;
	begin(EXEC | CONNECT, EXPORT_JSON, NULL);
	assert_int_equal(conn_connect(1, 0), 0);
	assert_non_null(strstr(written(), "\"latency_us\":20000,"));
	assert_non_null(strstr(bytes, "\"ret\":0,"));
	rewind(out);
	assert_int_equal(conn_connect(1, -ECONNREFUSED), 0);
	object = parsed();
	assert_int_equal(json_object_object_length(object), 20);
	assert_string_equal(field(object, "event"), "\"connect\"");
	assert_string_equal(field(object, "raddr"), "\"93.184.216.34\"");
	assert_string_equal(field(object, "rport"), "443");
	assert_string_equal(field(object, "ret"), "-111");
	assert_string_equal(field(object, "error"), "\"ECONNREFUSED\"");
	assert_string_equal(field(object, "latency_us"), "20000");
	json_object_put(object);
}

static void json__columns_chosen__null_where_a_kind_lacks_one(void **state)
{
	(void)state;
	begin(EXEC | CONNECT, EXPORT_JSON, "pid,rport");
	assert_int_equal(exec_curl(), 0);
	assert_int_equal(conn_connect(1, 0), 0);
	assert_string_equal(written(),
			    "{\"pid\":41213,\"rport\":null}\n{\"pid\":41213,\"rport\":443}\n");
}

static void json__not_utf8__is_valid_all_the_same(void **state)
{
	(void)state;
	begin(EXEC, EXPORT_JSON, "args");
	assert_int_equal(exec_args("/bin/a", "a\0\xff\x1b\"\0", 6), 0);
	assert_string_equal(written(), "{\"args\":[\"a\",\"\\\\xff\\u001b\\\"\"]}\n");
}

/* --- events ----------------------------------------------------------------------------------- */

static void event__kind_not_asked_for_or_broken__is_passed_over(void **state)
{
	struct conn_event event = conn_event(EVENT_CLOSE, 1);

	(void)state;
	begin(CLOSE, EXPORT_JSON, NULL);
	assert_int_equal(conn_connect(1, 0), 0);
	assert_int_equal(conn_open(2), 0);
	assert_int_equal(conn(conn_event(EVENT_SAMPLE, 3)), 0);
	assert_int_equal(stream_event(stream, &event.head, sizeof(event) - 1, &ctx), 0);
	event.head.kind = 200;
	assert_int_equal(conn(event), 0);
	assert_int_equal(stream_finish(stream, &ctx), 0);
	assert_string_equal(written(), "");
}

static void finish__connect_never_ended__is_in_progress(void **state)
{
	struct json_object *object;

	(void)state;
	begin(CONNECT, EXPORT_JSON, "event,time,ret,error,state,latency_us,closed,duration_us");
	for (uint64_t id = 1; id <= 3; id++)
		assert_int_equal(conn_open(id), 0);
	assert_int_equal(conn_open(2), 0);
	assert_string_equal(written(), "");
	assert_int_equal(conn_close(3), 0);
	assert_int_equal(conn_connect(1, 0), 0);
	assert_non_null(strchr(written(), '\n'));
	rewind(out);
	assert_int_equal(stream_finish(stream, &ctx), 0);
	object = parsed();
	assert_string_equal(field(object, "event"), "\"connect\"");
	assert_string_equal(field(object, "time"), "\"2026-11-21T03:45:23.123456789Z\"");
	assert_string_equal(field(object, "ret"), "-115");
	assert_string_equal(field(object, "error"), "\"EINPROGRESS\"");
	assert_string_equal(field(object, "state"), "\"SYN-SENT\"");
	assert_string_equal(field(object, "latency_us"), "null");
	assert_string_equal(field(object, "closed"), "null");
	assert_string_equal(field(object, "duration_us"), "5020000");
	json_object_put(object);
	rewind(out);
	assert_int_equal(stream_finish(stream, &ctx), 0);
	assert_int_equal(ftell(out), 0);
}

static void finish__too_many_began__the_oldest_are_forgotten(void **state)
{
	struct conn_event event;
	int lines = 0;

	(void)state;
	begin(CONNECT, EXPORT_CSV, "lport");
	for (uint64_t id = 1; id <= 65536 + 3; id++) {
		event = conn_event(EVENT_OPEN, id);
		event.lport = id <= 3 ? 7 : 9;
		assert_int_equal(conn(event), 0);
	}
	assert_int_equal(stream_finish(stream, &ctx), 0);
	assert_null(strchr(written(), '7'));
	for (const char *at = bytes; (at = strstr(at, "9\r\n")); at++)
		lines++;
	assert_int_equal(lines, 65536);
}

/* --- failures --------------------------------------------------------------------------------- */

static void event__full_disk__is_told_and_stays(void **state)
{
	FILE *full;

	(void)state;
	for (int format = EXPORT_TEXT; format <= EXPORT_JSON; format++) {
		full = fopen("/dev/full", "w");
		assert_non_null(full);
		setvbuf(full, NULL, _IONBF, 0);
		stream = stream_new(EXEC, (enum export_format)format, NULL, full);
		assert_non_null(stream);
		assert_int_equal(stream_start(stream, &ctx), format == EXPORT_JSON ? 0 : -ENOSPC);
		assert_int_equal(exec_curl(), -ENOSPC);
		assert_int_equal(exec_curl(), -ENOSPC);
		assert_int_equal(stream_finish(stream, &ctx), -ENOSPC);
		stream_free(stream);
		fclose(full);
	}
	stream = NULL;
}

static void event__nothing_wrong__leaves_flushing_to_the_caller(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	stream = stream_new(EXEC, EXPORT_TEXT, NULL, full);
	assert_int_equal(stream_start(stream, &ctx), 0);
	assert_int_equal(exec_curl(), 0);
	assert_int_equal(stream_finish(stream, &ctx), 0);
	assert_int_equal(fflush(full), EOF);
	fclose(full);
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
		test(json__exec__has_its_fields),
		test(json__connect__has_numbers_and_addresses),
		test(json__columns_chosen__null_where_a_kind_lacks_one),
		test(json__not_utf8__is_valid_all_the_same),
		test(event__kind_not_asked_for_or_broken__is_passed_over),
		test(finish__connect_never_ended__is_in_progress),
		test(finish__too_many_began__the_oldest_are_forgotten),
		test(event__full_disk__is_told_and_stays),
		test(event__nothing_wrong__leaves_flushing_to_the_caller),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
