/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes on their way out: the first failure sticks, so that it is asked for once a row. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include "writer.h"

void writer_init(struct writer *writer, FILE *out, const struct view_context *ctx)
{
	writer->out = out;
	writer->error = 0;
	writer->ctx = ctx;
	writer->waiting = 0;
	writer->tree = NULL;
}

static void writer_out(struct writer *writer, const char *bytes, size_t len)
{
	if (writer->error || !len)
		return;
	errno = 0;
	if (fwrite_unlocked(bytes, 1, len, writer->out) != len)
		writer->error = errno ? -errno : -EIO;
}

int writer_hand_over(struct writer *writer)
{
	writer_out(writer, writer->buffer, writer->waiting);
	writer->waiting = 0;
	return writer->error;
}

void writer_put_long(struct writer *writer, const char *bytes, size_t len)
{
	writer_hand_over(writer);
	writer_out(writer, bytes, len);
}

void writer_printf(struct writer *writer, const char *format, ...)
{
	va_list args;

	if (writer_hand_over(writer))
		return;
	va_start(args, format);
	errno = 0;
	if (vfprintf(writer->out, format, args) < 0)
		writer->error = errno ? -errno : -EIO;
	va_end(args);
}

size_t writer_put_safe(struct writer *writer, const char *text, size_t len)
{
	size_t columns = sanitize_text(writer->safe, sizeof(writer->safe), text, len,
				       writer->ctx->charset);

	writer_puts(writer, writer->safe);
	return columns;
}

size_t writer_now(struct writer *writer)
{
	struct value now = {
		.type = VALUE_TIME,
		.wall_ns = wall_time_ns(writer->ctx->now_ns, writer->ctx),
	};

	return value_raw(now, writer->cell, sizeof(writer->cell));
}

void writer_header(struct writer *writer, const struct row_format *format,
		   const struct layout *layout)
{
	if (format->header)
		format->header(writer, layout);
	writer_hand_over(writer);
}

void writer_row(struct writer *writer, const struct row_format *format, const struct layout *layout,
		const void *row)
{
	format->row(writer, layout, row);
	writer_puts(writer, format->eol);
	writer_hand_over(writer);
}
