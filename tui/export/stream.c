/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams: one line an event, as it comes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include "writer.h"

#define PENDING_MAX 65536

/* A connect that has begun. */
struct pending {
	struct conn_event event;
	UT_hash_handle hh;
};

struct stream {
	struct writer writer;
	const struct row_format *format;
	unsigned kinds;
	struct layout layouts[EVENT_KINDS];
	struct pending *pending; /* uthash head by connection id, oldest first */
};

struct stream *stream_new(unsigned kinds, enum export_format format, const char *columns, FILE *out)
{
	struct stream *stream = calloc(1, sizeof(*stream));

	if (!stream)
		return NULL;
	writer_init(&stream->writer, out, NULL);
	stream->format = row_format_of(format);
	stream->kinds = kinds;
	layout_of_stream(stream->layouts, kinds, format, columns);
	return stream;
}

static void pending_drop(struct stream *stream, struct pending *pending)
{
	if (!pending)
		return;
	HASH_DEL(stream->pending, pending);
	free(pending);
}

void stream_free(struct stream *stream)
{
	if (!stream)
		return;
	while (stream->pending)
		pending_drop(stream, stream->pending);
	free(stream);
}

int stream_start(struct stream *stream, const struct view_context *ctx)
{
	struct writer *writer = &stream->writer;
	const struct layout *last = NULL;

	writer->ctx = ctx;
	for (size_t i = 0; i < n_stream_kinds; i++) {
		const struct layout *layout = &stream->layouts[stream_kinds[i].kind];

		if (!(stream->kinds & 1U << stream_kinds[i].kind) ||
		    (last && layout_same_header(last, layout)))
			continue;
		writer_header(writer, stream->format, layout);
		last = layout;
	}
	return writer->error;
}

static struct pending *pending_find(struct stream *stream, uint64_t id)
{
	struct pending *pending;

	HASH_FIND(hh, stream->pending, &id, sizeof(id), pending);
	return pending;
}

/* Keeps a connect that has begun, in place of the oldest when there are too many. 0 or -ENOMEM. */
static int pending_keep(struct stream *stream, const struct conn_event *event)
{
	struct pending *pending = malloc(sizeof(*pending));

	if (!pending)
		return -ENOMEM;
	pending->event = *event;
	pending_drop(stream, pending_find(stream, event->id));
	if (HASH_COUNT(stream->pending) >= PENDING_MAX)
		pending_drop(stream, stream->pending);
	HASH_ADD(hh, stream->pending, event.id, sizeof(pending->event.id), pending);
	if (!pending->hh.tbl) {
		free(pending);
		return -ENOMEM;
	}
	return 0;
}

static int stream_exec(struct stream *stream, const struct exec_event *event)
{
	struct exec_row *row = exec_row_new(event);

	if (!row)
		return -ENOMEM;
	writer_row(&stream->writer, stream->format, &stream->layouts[EVENT_EXEC], row);
	free(row);
	return stream->writer.error;
}

static int stream_exit(struct stream *stream, const struct exit_event *event)
{
	struct process_row row = { 0 };

	process_row_end(&row, event);
	writer_row(&stream->writer, stream->format, &stream->layouts[EVENT_EXIT], &row);
	return stream->writer.error;
}

static int stream_conn(struct stream *stream, const struct conn_event *event)
{
	struct conn_row row = { 0 };
	struct owner owner;

	conn_row_fill(&row, event, &owner);
	writer_row(&stream->writer, stream->format, &stream->layouts[event->head.kind], &row);
	return stream->writer.error;
}

/* A connect that has begun and not ended: told as of now, so that lines stay in order of time. */
static int stream_unended(struct stream *stream, const struct conn_event *event)
{
	struct conn_row row = { 0 };
	struct owner owner;

	conn_row_fill(&row, event, &owner);
	row.kind = EVENT_CONNECT;
	row.ts_ns = stream->writer.ctx->now_ns;
	row.ret = -EINPROGRESS;
	writer_row(&stream->writer, stream->format, &stream->layouts[EVENT_CONNECT], &row);
	return stream->writer.error;
}

static int stream_line(struct stream *stream, const struct event *event)
{
	if (event->kind >= EVENT_KINDS || !(stream->kinds & 1U << event->kind))
		return stream->writer.error;
	if (event->kind == EVENT_EXEC)
		return stream_exec(stream, (const struct exec_event *)event);
	if (event->kind == EVENT_EXIT)
		return stream_exit(stream, (const struct exit_event *)event);
	return stream_conn(stream, (const struct conn_event *)event);
}

/* What comes in is open once it is told of: there is no end of a connect to wait for. */
static bool is_wanted_connect(const struct stream *stream, const struct conn_event *event)
{
	return stream->kinds & 1U << EVENT_CONNECT && event->direction == CONN_OUT;
}

int stream_event(struct stream *stream, const struct event *event, size_t size,
		 const struct view_context *ctx)
{
	const struct conn_event *conn = (const struct conn_event *)event;
	struct view_context then = *ctx;
	int err;

	if (!event_valid(event, size))
		return stream->writer.error;
	if (event->kind == EVENT_OPEN)
		return is_wanted_connect(stream, conn) ? pending_keep(stream, conn)
						       : stream->writer.error;
	if (event->kind == EVENT_CONNECT || event->kind == EVENT_CLOSE)
		pending_drop(stream, pending_find(stream, conn->id));
	/* Ages are those of the event's time, however late it is read. */
	then.now_ns = event->ts_ns;
	stream->writer.ctx = &then;
	err = stream_line(stream, event);
	stream->writer.ctx = NULL;
	return err;
}

int stream_finish(struct stream *stream, const struct view_context *ctx)
{
	int err = stream->writer.error;

	stream->writer.ctx = ctx;
	while (stream->pending) {
		struct conn_event event = stream->pending->event;

		pending_drop(stream, stream->pending);
		if (!err)
			err = stream_unended(stream, &event);
	}
	return err;
}
