/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_STREAMS_H
#define CONNTOP_TEST_STREAMS_H

/* A stream of events into memory. After cmocka.h. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
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

static inline int set_up(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	out = open_memstream(&bytes, &n_bytes);
	return out ? 0 : -1;
}

static inline int tear_down(void **state)
{
	(void)state;
	stream_free(stream);
	stream = NULL;
	fclose(out);
	free(bytes);
	return 0;
}

static inline void begin(unsigned kinds, enum export_format format, const char *columns)
{
	stream = stream_new(kinds, format, columns, out);
	assert_non_null(stream);
	assert_int_equal(stream_start(stream, &ctx), 0);
}

static inline const char *written(void)
{
	fflush(out);
	return bytes;
}

static inline struct event head(enum event_kind kind, const char *comm)
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

	for (size_t i = 0; i < sizeof(event.comm) && comm[i]; i++) /* a full one has no NUL */
		event.comm[i] = comm[i];
	return event;
}

/* An exec of `filename` with `args`, a NUL after each. */
static inline int exec_args(const char *filename, const char *args, size_t args_len)
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

static inline int exec_curl(void)
{
	return exec_args("/usr/bin/curl", "curl\0-s\0", 8);
}

static inline struct conn_event conn_event(enum event_kind kind, uint64_t id)
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

static inline int conn(struct conn_event event)
{
	return stream_event(stream, &event.head, sizeof(event), &ctx);
}

static inline int conn_connect(uint64_t id, int ret)
{
	struct conn_event event = conn_event(EVENT_CONNECT, id);

	event.ret = ret;
	event.established_ns = ret ? 0 : event.head.ts_ns;
	return conn(event);
}

static inline int conn_open(uint64_t id)
{
	return conn(conn_event(EVENT_OPEN, id));
}

static inline int conn_close(uint64_t id)
{
	struct conn_event event = conn_event(EVENT_CLOSE, id);

	event.established_ns = 113456789;
	event.tx_bytes = 78;
	event.rx_bytes = 1256;
	return conn(event);
}

/* What was written, as JSON. */
static inline struct json_object *parsed(void)
{
	struct json_object *object = json_tokener_parse(written());

	assert_non_null(object);
	return object;
}

static inline const char *field(struct json_object *object, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, key, &value))
		fail_msg("no field %s", key);
	return json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
							     JSON_C_TO_STRING_NOSLASHESCAPE);
}

#endif
