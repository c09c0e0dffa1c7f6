/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams of events as JSON; events that are passed over, connects that never end, failures. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "streams.h"

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
