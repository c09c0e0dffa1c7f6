/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_WRITER_H
#define CONNTOP_WRITER_H

/*
 * What snapshots and streams share: where the bytes go, which fields a row has, and one writer of
 * rows for each format. Private to tui/export/.
 */
#include <stdio.h>
#include <string.h>
#include "export.h"

struct json_object;

/* A cell in its longest visible form: every byte may become the four of \xNN. */
#define WRITER_SAFE_MAX (4 * VALUE_TEXT_MAX + 1)

#define WRITER_BUFFER 4096 /* rows are put in small pieces, stdio is slow at those */

struct writer {
	FILE *out;
	int error; /* -errno of the first failure: nothing is written after it */
	const struct view_context *ctx;
	const struct column *tree; /* text: of a tree, the column that has its lines; NULL: none */
	char branch[LIST_BRANCH_MAX]; /* those of the row at hand */
	size_t waiting;		      /* bytes of `buffer` */
	char buffer[WRITER_BUFFER];
	char cell[VALUE_TEXT_MAX];  /* as the row has it */
	char safe[WRITER_SAFE_MAX]; /* as it may be written */
};

/* One column of the output. */
struct field {
	const struct column *column; /* NULL: these rows have no such column */
	const char *key;
	const char *title;
	uint8_t width; /* text: a longer cell pushes what follows */
	uint8_t cut;   /* text: a longer cell is cut; 0 is never */
	enum column_align align;
	bool raw; /* text: the value as scripts read it */
};

#define LAYOUT_FIELDS_MAX ((size_t)PANE_COUNT * LIST_COLUMNS_MAX)

/* The fields of a row, in order. */
struct layout {
	struct field fields[LAYOUT_FIELDS_MAX];
	size_t n;
};

/* How a format writes rows. Failures are left in `writer->error`. */
struct row_format {
	/* The line above the rows; NULL when the format has none. */
	void (*header)(struct writer *writer, const struct layout *layout);
	/* One row and the end of its line, if `eol`. */
	void (*row)(struct writer *writer, const struct layout *layout, const void *row);
	const char *eol;
};

extern const struct row_format text_rows, csv_rows, json_rows;

/* Gives the columns of a text the room that this row needs, within reason. */
void text_widen(struct writer *writer, struct layout *layout, const void *row);

const struct row_format *row_format_of(enum export_format format);

/* Zeroes all that is needed of it, not the buffers. */
void writer_init(struct writer *writer, FILE *out, const struct view_context *ctx);

/* Hands over to `out` what has been put. Returns `writer->error`. */
int writer_hand_over(struct writer *writer);

/* Where up to `len` bytes, WRITER_BUFFER at most, may be put in place; writer_took() how many. */
static inline char *writer_room(struct writer *writer, size_t len)
{
	if (len > sizeof(writer->buffer) - writer->waiting)
		writer_hand_over(writer);
	return writer->buffer + writer->waiting;
}

static inline void writer_took(struct writer *writer, size_t len)
{
	writer->waiting += len;
}

/* Puts more bytes than the buffer holds. */
void writer_put_long(struct writer *writer, const char *bytes, size_t len);

static inline void writer_put(struct writer *writer, const char *bytes, size_t len)
{
	if (len > sizeof(writer->buffer)) {
		writer_put_long(writer, bytes, len);
		return;
	}
	memcpy(writer_room(writer, len), bytes, len);
	writer_took(writer, len);
}

static inline void writer_puts(struct writer *writer, const char *text)
{
	writer_put(writer, text, strlen(text));
}

void writer_printf(struct writer *writer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Puts untrusted text, sanitised for the output's character set. Returns the columns it takes. */
size_t writer_put_safe(struct writer *writer, const char *text, size_t len);

/* The writer's moment, as scripts read it, in `writer->cell`. Returns its length. */
size_t writer_now(struct writer *writer);

/* The header, where the format has one, and a row with the end of its line; handed over. */
void writer_header(struct writer *writer, const struct row_format *format,
		   const struct layout *layout);
void writer_row(struct writer *writer, const struct row_format *format, const struct layout *layout,
		const void *row);

/* A JSON string of untrusted bytes. The caller's; NULL, and writer->error, without memory. */
struct json_object *json_text(struct writer *writer, const char *text, size_t len);

/* A JSON number, true or false; as json_text(). */
struct json_object *json_number(struct writer *writer, uint64_t number);
struct json_object *json_flag(struct writer *writer, bool yes);

/* A new JSON object; as json_text(). */
struct json_object *json_new_object(struct writer *writer);

/* Puts `value` into `object`, and owns it; `key` must outlive both. */
void json_add(struct writer *writer, struct json_object *object, const char *key,
	      struct json_object *value);

/* Writes an object and frees it. */
void json_put(struct writer *writer, struct json_object *value);

/* The columns of a pane whose flags have none of `without`, and what a list shows. */
void layout_of_pane(struct layout *layout, const struct pane *pane, unsigned without);
void layout_of_list(struct layout *layout, const struct list *list);

/* One layout a kind (array of EVENT_KINDS), for a stream of `kinds`. */
void layout_of_stream(struct layout *layouts, unsigned kinds, enum export_format format,
		      const char *columns);

/* Whether both have the same titles in the same order. */
bool layout_same_header(const struct layout *a, const struct layout *b);

#endif
