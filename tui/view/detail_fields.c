/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a row says of itself, a line a column. */
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "detail_parts.h"

void detail_say(struct page *page, const char *label, enum role role, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	page_add(page, label, text, strlen(text), role);
}

/* --- arguments -------------------------------------------------------------------------------- */

/* Whether a shell would take it for one word as it stands. */
static bool is_word(const char *arg, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)arg[i]) && !strchr("%+,-./:=@_", arg[i]))
			return false;
	return len;
}

/* So that it can be told where each begins and ends. */
static void quote(FILE *out, const char *arg, size_t len)
{
	if (is_word(arg, len)) {
		fwrite(arg, 1, len, out);
		return;
	}
	fputc('\'', out);
	for (size_t i = 0; i < len; i++) {
		if (arg[i] == '\'')
			fputs("'\\''", out);
		else
			fputc(arg[i], out);
	}
	fputc('\'', out);
}

/* All of a list's strings, those of a cut one followed by dots. */
static void add_list(struct page *page, const char *label, struct value value, bool cut)
{
	const char *list = value.text.bytes;
	size_t len = 0, left = value.text.len;
	char *text = NULL;
	FILE *out = open_memstream(&text, &len);

	if (!out) {
		page->failed = true;
		return;
	}
	while (left) {
		size_t arg_len = strnlen(list, left), taken = arg_len + (arg_len < left);

		quote(out, list, arg_len);
		list += taken;
		left -= taken;
		if (left || cut)
			fputc(' ', out);
	}
	if (cut)
		fputs("...", out);
	if (fclose(out) || !text) /* without memory for its end, glibc closes it with success */
		page->failed = true;
	else
		page_add(page, label, text, len, ROLE_TEXT);
	free(text);
}

/* --- values ----------------------------------------------------------------------------------- */

/* A name, and the number that it stands for. */
static size_t name_text(struct value value, const struct column *column,
			const struct view_context *ctx, char *out, size_t cap)
{
	size_t len = value_text(value, column->format, ctx, out, cap);
	char number[24];

	snprintf(number, sizeof(number), "%" PRId64, value.number);
	if (!strcmp(out, number))
		return len;
	return len + snprintf(out + len, cap - len, " (%s)", number);
}

/* With the day: a process may be older than that. */
static size_t time_text(struct value value, const struct view_context *ctx, char *out, size_t cap)
{
	time_t seconds = value.wall_ns / 1000000000;
	struct tm tm;
	size_t len;

	localtime_r(&seconds, &tm);
	len = strftime(out, cap, "%Y-%m-%d ", &tm);
	return len + value_text(value, FORMAT_CLOCK, ctx, out + len, cap - len);
}

static size_t error_text(const struct pane *pane, const void *row, struct value value,
			 const struct view_context *ctx, char *out, size_t cap)
{
	const struct column *ret = pane_column(pane, "ret");
	struct value number = ret ? ret->get(row, ctx) : (struct value){ .type = VALUE_NULL };
	const char *sentence = number.type == VALUE_NUMBER ? strerrordesc_np(-number.number) : NULL;
	size_t len = value_text(value, FORMAT_PLAIN, ctx, out, cap);

	return sentence ? len + snprintf(out + len, cap - len, ": %s", sentence) : len;
}

static size_t field_text(const struct pane *pane, const struct column *column, const void *row,
			 const struct view_context *ctx, char *out, size_t cap)
{
	struct value value = column->get(row, ctx);
	const char *side;

	if (!strcmp(column->key, "error"))
		return error_text(pane, row, value, ctx, out, cap);
	if (value.type == VALUE_TIME)
		return time_text(value, ctx, out, cap);
	if (column->format == FORMAT_USER || column->format == FORMAT_PORT)
		return name_text(value, column, ctx, out, cap);
	if (column->format != FORMAT_DIRECTION)
		return value_text(value, column->format, ctx, out, cap);
	side = value.text.len == 3 ? "this" : "the other";
	snprintf(out, cap, "%.*s: opened by %s side", (int)value.text.len, value.text.bytes, side);
	return strlen(out);
}

/* --- fields ----------------------------------------------------------------------------------- */

static bool is_cut(const struct pane *pane, const void *row, const struct view_context *ctx)
{
	const struct column *cut = pane_column(pane, "args_truncated");
	struct value value = cut ? cut->get(row, ctx) : (struct value){ .type = VALUE_NULL };

	return value.type == VALUE_BOOL && value.yes;
}

static void add_field(struct page *page, const struct pane *pane, const struct column *column,
		      const void *row, const struct view_context *ctx)
{
	const char *label = column->format == FORMAT_DIRECTION ? "DIRECTION" : column->title;
	struct value value = column->get(row, ctx);
	char text[VALUE_TEXT_MAX];
	size_t len;

	if (value.type == VALUE_NULL)
		return;
	if (value.type == VALUE_LIST) {
		add_list(page, label, value, is_cut(pane, row, ctx));
		return;
	}
	len = field_text(pane, column, row, ctx, text, sizeof(text));
	page_add(page, label, text, len, strcmp(column->key, "error") ? ROLE_TEXT : ROLE_WARNING);
}

static bool is_among(const char *key, const char *const *keys)
{
	while (*keys && strcmp(*keys, key))
		keys++;
	return *keys;
}

/* Columns whose values are part of another line. */
static bool is_said_elsewhere(const struct column *column)
{
	static const char *const keys[] = { "args_truncated", "exit_code", "signal", "ret", NULL };

	return column->flags & COLUMN_STREAM || detail_is_figure(column) ||
	       is_among(column->key, keys);
}

void detail_fields(struct page *page, const struct detail_from *from, const struct pane *pane,
		   const void *row, const char *const *lead, const char *const *skip)
{
	for (const char *const *key = lead; *key; key++)
		add_field(page, pane, pane_column(pane, *key), row, from->ctx);
	for (size_t i = 0; i < *pane->n_columns && skip; i++) {
		const struct column *column = &pane->columns[i];

		if (!is_said_elsewhere(column) && !is_among(column->key, lead) &&
		    !is_among(column->key, skip))
			add_field(page, pane, column, row, from->ctx);
	}
}
