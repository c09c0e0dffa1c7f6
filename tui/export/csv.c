/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows for spreadsheets and scripts: RFC 4180, and no cell that a spreadsheet would execute. */
#include <string.h>
#include "writer.h"

/* A sign or none, digits, perhaps a fraction: what a spreadsheet takes for a number. */
static bool csv_is_number(const char *text, size_t len)
{
	const char *end = text + len;
	size_t whole, fraction = 0;

	text += *text == '-' || *text == '+';
	whole = strspn(text, "0123456789");
	text += whole;
	if (*text == '.') {
		fraction = strspn(++text, "0123456789");
		text += fraction;
	}
	return (whole || fraction) && text == end;
}

/* Whether a spreadsheet may take the cell for a formula: by OWASP's list for CSV injection. */
static bool csv_is_formula(const char *text, size_t len)
{
	static const uint32_t full_width[] = { 0xff0b, 0xff0d, 0xff1d, 0xff20 }; /* + - = @ */
	uint32_t first;

	if (!len || !utf8_decode(text, len, &first))
		return false;
	if (first < 0x80)
		return first && strchr("=+-@\t\r\n", (int)first) && !csv_is_number(text, len);
	for (size_t i = 0; i < sizeof(full_width) / sizeof(full_width[0]); i++) {
		if (first == full_width[i])
			return true;
	}
	return false;
}

/* Writes `len` raw bytes as a cell; `lone` is the only one of its line. */
static void csv_cell(struct writer *writer, const char *text, size_t len, bool lone)
{
	const char *apostrophe = csv_is_formula(text, len) ? "'" : "";
	const char *at = writer->safe, *quote;

	sanitize_text(writer->safe, sizeof(writer->safe), text, len, writer->ctx->charset);
	/* An empty line would be no row to most readers. */
	if (!strpbrk(at, ",\"\r\n") && (*at || !lone)) {
		writer_puts(writer, apostrophe);
		writer_puts(writer, at);
		return;
	}
	writer_put(writer, "\"", 1);
	writer_puts(writer, apostrophe);
	while ((quote = strchr(at, '"'))) {
		writer_put(writer, at, (size_t)(quote - at) + 1);
		writer_put(writer, "\"", 1);
		at = quote + 1;
	}
	writer_puts(writer, at);
	writer_put(writer, "\"", 1);
}

static void csv_header(struct writer *writer, const struct layout *layout)
{
	for (size_t i = 0; i < layout->n; i++) {
		const char *key = layout->fields[i].key;

		writer_puts(writer, i ? "," : "");
		csv_cell(writer, key, strlen(key), layout->n == 1);
	}
	writer_puts(writer, "\r\n");
}

static void csv_row(struct writer *writer, const struct layout *layout, const void *row)
{
	for (size_t i = 0; i < layout->n; i++) {
		const struct column *column = layout->fields[i].column;
		size_t len = 0;

		if (column)
			len = value_raw(column->get(row, writer->ctx), writer->cell,
					sizeof(writer->cell));
		writer_puts(writer, i ? "," : "");
		csv_cell(writer, writer->cell, len, layout->n == 1);
	}
}

const struct row_format csv_rows = { csv_header, csv_row, "\r\n" };
