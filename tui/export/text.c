/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows for people: aligned columns, one blank between two, none at the end of a line. */
#include <string.h>
#include "writer.h"

#define TEXT_WIDEST 48 /* columns that a column gets; a longer cell pushes what follows */

/* How many bytes of `text` fit in `columns`. */
static size_t text_fit(const char *text, size_t len, size_t columns, enum charset charset)
{
	struct glyph glyph;
	size_t at = 0;

	while (at < len) {
		size_t taken = sanitize_glyph(text + at, len - at, charset, &glyph);

		if (glyph.width > columns)
			break;
		columns -= glyph.width;
		at += taken;
	}
	return at;
}

static void text_blanks(struct writer *writer, size_t n)
{
	static const char blanks[] = "                                ";

	while (n) {
		size_t some = n < sizeof(blanks) - 1 ? n : sizeof(blanks) - 1;

		writer_put(writer, blanks, some);
		n -= some;
	}
}

/* Writes a cell; `last` is the last of its line. */
static void text_cell(struct writer *writer, const struct field *field, const char *text,
		      size_t len, bool last)
{
	enum charset charset = writer->ctx->charset;
	size_t columns, pad;

	if (field->cut)
		len = text_fit(text, len, field->cut, charset);
	while (last && len && text[len - 1] == ' ')
		len--;
	if (!len) {
		text = "-";
		len = 1;
	}
	columns = sanitize_text(writer->safe, sizeof(writer->safe), text, len, charset);
	pad = columns < field->width ? field->width - columns : 0;
	if (field->align == ALIGN_RIGHT)
		text_blanks(writer, pad);
	writer_puts(writer, writer->safe);
	if (field->align == ALIGN_LEFT && !last)
		text_blanks(writer, pad);
	if (!last)
		writer_put(writer, " ", 1);
}

static void text_header(struct writer *writer, const struct layout *layout)
{
	for (size_t i = 0; i < layout->n; i++) {
		const struct field *field = &layout->fields[i];
		struct field title = { .width = field->width, .align = field->align };

		text_cell(writer, &title, field->title, strlen(field->title), i + 1 == layout->n);
	}
	writer_put(writer, "\n", 1);
}

static size_t text_of(struct writer *writer, const struct field *field, const void *row)
{
	size_t len = 0;

	if (!field->column)
		return 0;
	if (field->raw)
		return value_raw(field->column->get(row, writer->ctx), writer->cell,
				 sizeof(writer->cell));
	if (field->column == writer->tree)
		len = snprintf(writer->cell, sizeof(writer->cell), "%s", writer->branch);
	return len + column_text(field->column, row, writer->ctx, writer->cell + len,
				 sizeof(writer->cell) - len);
}

void text_widen(struct writer *writer, struct layout *layout, const void *row)
{
	/* The last one pushes nothing. */
	for (size_t i = 0; i + 1 < layout->n; i++) {
		struct field *field = &layout->fields[i];
		size_t len = text_of(writer, field, row);
		size_t columns = sanitize_text(writer->safe, sizeof(writer->safe), writer->cell,
					       len, writer->ctx->charset);

		if (columns > TEXT_WIDEST)
			columns = TEXT_WIDEST;
		if (columns > field->width)
			field->width = columns;
	}
}

static void text_row(struct writer *writer, const struct layout *layout, const void *row)
{
	for (size_t i = 0; i < layout->n; i++) {
		const struct field *field = &layout->fields[i];
		size_t len = text_of(writer, field, row);

		text_cell(writer, field, writer->cell, len, i + 1 == layout->n);
	}
}

const struct row_format text_rows = { text_header, text_row, "\n" };
