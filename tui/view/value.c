/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values as text, for people and for scripts, and their order. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "column.h"

/* What snprintf() would have written, as bytes that are really there. */
static size_t written(int n, size_t cap)
{
	if (n < 0 || !cap)
		return 0;
	return (size_t)n < cap ? (size_t)n : cap - 1;
}

static size_t copy(const char *text, size_t len, char *out, size_t cap)
{
	if (!cap)
		return 0;
	if (len >= cap)
		len = cap - 1;
	memcpy(out, text, len);
	out[len] = '\0';
	return len;
}

/* A line of a stream has 16 of them: printf(3) would take most of the time there is for it. */
size_t value_decimal(int64_t number, char *out, size_t cap)
{
	char digits[20]; /* INT64_MIN has as many characters */
	char *end = digits + sizeof(digits), *at = end;
	uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;

	do
		*--at = (char)('0' + left % 10);
	while (left /= 10);
	if (number < 0)
		*--at = '-';
	return copy(at, end - at, out, cap);
}

/* Writes a number's last `width` digits. Returns where they end. */
static char *put_digits(char *at, unsigned number, int width)
{
	for (int i = width; i-- > 0; number /= 10)
		at[i] = (char)('0' + number % 10);
	return at + width;
}

/* The strings with a blank between them instead of their NULs. */
static size_t join_list(const char *list, size_t len, char *out, size_t cap)
{
	if (len && list[len - 1] == '\0')
		len--;
	len = copy(list, len, out, cap);
	for (size_t i = 0; i < len; i++)
		if (out[i] == '\0')
			out[i] = ' ';
	return len;
}

static size_t ipv4_text(const uint8_t *bytes, char out[INET_ADDRSTRLEN])
{
	size_t used = 0;

	for (int i = 0; i < 4; i++) {
		if (i)
			out[used++] = '.';
		used += value_decimal(bytes[i], out + used, INET_ADDRSTRLEN - used);
	}
	return used;
}

/* Whole or not at all: half an address would be another one. */
static size_t addr_text(struct value value, char *out, size_t cap)
{
	char text[INET6_ADDRSTRLEN] = "";
	size_t len;

	if (value.addr.ip != 6)
		len = ipv4_text(value.addr.bytes, text);
	else
		len = strlen(inet_ntop(AF_INET6, value.addr.bytes, text, sizeof(text)));
	return copy(text, len < cap ? len : 0, out, cap);
}

static void split_wall(int64_t wall_ns, time_t *seconds, long *ns)
{
	*seconds = wall_ns / 1000000000;
	*ns = wall_ns % 1000000000;
	if (*ns < 0) {
		*ns += 1000000000;
		*seconds -= 1;
	}
}

static size_t clock_text(int64_t wall_ns, char *out, size_t cap)
{
	time_t seconds;
	struct tm tm;
	long ns;

	split_wall(wall_ns, &seconds, &ns);
	localtime_r(&seconds, &tm);
	return written(snprintf(out, cap, "%02d:%02d:%02d.%03ld", tm.tm_hour, tm.tm_min, tm.tm_sec,
				ns / 1000000),
		       cap);
}

/* 64 bits of nanoseconds reach from 1677 to 2262: the year has four digits. */
static size_t rfc3339_text(int64_t wall_ns, char *out, size_t cap)
{
	char text[sizeof("YYYY-MM-DDTHH:MM:SS.nnnnnnnnnZ")], *at = text;
	time_t seconds;
	struct tm tm;
	long ns;

	split_wall(wall_ns, &seconds, &ns);
	gmtime_r(&seconds, &tm);
	at = put_digits(at, tm.tm_year + 1900, 4);
	*at++ = '-';
	at = put_digits(at, tm.tm_mon + 1, 2);
	*at++ = '-';
	at = put_digits(at, tm.tm_mday, 2);
	*at++ = 'T';
	at = put_digits(at, tm.tm_hour, 2);
	*at++ = ':';
	at = put_digits(at, tm.tm_min, 2);
	*at++ = ':';
	at = put_digits(at, tm.tm_sec, 2);
	*at++ = '.';
	at = put_digits(at, ns, 9);
	*at++ = 'Z';
	return copy(text, at - text, out, cap);
}

/* At most six columns, whatever the span. */
static size_t span_text(int64_t us, char *out, size_t cap)
{
	int64_t s = us / 1000000;

	if (us < 1000)
		return written(snprintf(out, cap, "%" PRId64 "us", us), cap);
	if (us < 10000)
		return written(snprintf(out, cap, "%.1fms", us / 1e3), cap);
	if (us < 1000000)
		return written(snprintf(out, cap, "%" PRId64 "ms", us / 1000), cap);
	if (s < 60)
		return written(snprintf(out, cap, "%.1fs", us / 1e6), cap);
	if (s < 3600)
		return written(snprintf(out, cap, "%dm%02ds", (int)(s / 60), (int)(s % 60)), cap);
	if (s < 86400)
		return written(snprintf(out, cap, "%dh%02dm", (int)(s / 3600), (int)(s / 60 % 60)),
			       cap);
	if (s < 100L * 86400)
		return written(snprintf(out, cap, "%dd%02dh", (int)(s / 86400),
					(int)(s / 3600 % 24)),
			       cap);
	return written(snprintf(out, cap, "%" PRId64 "d", s / 86400), cap);
}

/* Powers of 1024, at most six columns: from 1000 of a unit on, the next is taken. */
static size_t bytes_text(int64_t bytes, char *out, size_t cap)
{
	const char *unit = "KMGTPE";
	double value = bytes / 1024.0;

	if (bytes < 1024)
		return written(snprintf(out, cap, "%" PRId64, bytes), cap);
	for (; value >= 999.95 && unit[1]; unit++)
		value /= 1024;
	return written(snprintf(out, cap, "%.1f%c", value, *unit), cap);
}

static size_t direction_text(struct value value, const struct view_context *ctx, char *out,
			     size_t cap)
{
	bool outward = value.text.len == 3;

	if (ctx->charset == CHARSET_ASCII)
		return copy(outward ? ">" : "<", 1, out, cap);
	return copy(outward ? "\u2192" : "\u2190", 3, out, cap);
}

static size_t number_text(int64_t number, enum format format, const struct view_context *ctx,
			  char *out, size_t cap)
{
	const char *name = NULL;

	if (ctx->names && !ctx->numeric && format == FORMAT_USER)
		name = names_user(ctx->names, number);
	else if (ctx->names && !ctx->numeric && format == FORMAT_PORT)
		name = names_service(ctx->names, number);
	if (name)
		return copy(name, strlen(name), out, cap);
	if (format == FORMAT_SPAN)
		return span_text(number, out, cap);
	if (format == FORMAT_BYTES)
		return bytes_text(number, out, cap);
	return value_decimal(number, out, cap);
}

size_t value_text(struct value value, enum format format, const struct view_context *ctx, char *out,
		  size_t cap)
{
	switch (value.type) {
	case VALUE_NULL:
		return copy("-", 1, out, cap);
	case VALUE_BOOL:
		return value.yes ? copy("yes", 3, out, cap) : copy("no", 2, out, cap);
	case VALUE_NUMBER:
		return number_text(value.number, format, ctx, out, cap);
	case VALUE_TEXT:
		if (format == FORMAT_DIRECTION)
			return direction_text(value, ctx, out, cap);
		return copy(value.text.bytes, value.text.len, out, cap);
	case VALUE_LIST:
		return join_list(value.text.bytes, value.text.len, out, cap);
	case VALUE_TIME:
		return clock_text(value.wall_ns, out, cap);
	case VALUE_ADDR:
		return addr_text(value, out, cap);
	}
	return copy("", 0, out, cap);
}

size_t value_raw(struct value value, char *out, size_t cap)
{
	switch (value.type) {
	case VALUE_NULL:
		return copy("", 0, out, cap);
	case VALUE_BOOL:
		return value.yes ? copy("true", 4, out, cap) : copy("false", 5, out, cap);
	case VALUE_NUMBER:
		return value_decimal(value.number, out, cap);
	case VALUE_TEXT:
		return copy(value.text.bytes, value.text.len, out, cap);
	case VALUE_LIST:
		return join_list(value.text.bytes, value.text.len, out, cap);
	case VALUE_TIME:
		return rfc3339_text(value.wall_ns, out, cap);
	case VALUE_ADDR:
		return addr_text(value, out, cap);
	}
	return copy("", 0, out, cap);
}

size_t column_text(const struct column *column, const void *row, const struct view_context *ctx,
		   char *out, size_t cap)
{
	if (column->show)
		return column->show(row, ctx, out, cap);
	return value_text(column->get(row, ctx), column->format, ctx, out, cap);
}

/* --- order ------------------------------------------------------------------------------------ */

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order ? order : compare_numbers(a_len, b_len);
}

int value_compare(struct value a, struct value b)
{
	if (a.type == VALUE_NULL || b.type == VALUE_NULL)
		return (a.type != VALUE_NULL) - (b.type != VALUE_NULL);
	if (a.type != b.type)
		return compare_numbers(a.type, b.type);
	switch (a.type) {
	case VALUE_BOOL:
		return compare_numbers(a.yes, b.yes);
	case VALUE_NUMBER:
		return compare_numbers(a.number, b.number);
	case VALUE_TIME:
		return compare_numbers(a.wall_ns, b.wall_ns);
	case VALUE_TEXT:
	case VALUE_LIST:
		return compare_bytes(a.text.bytes, a.text.len, b.text.bytes, b.text.len);
	case VALUE_ADDR:
		if (a.addr.ip != b.addr.ip)
			return compare_numbers(a.addr.ip, b.addr.ip);
		return memcmp(a.addr.bytes, b.addr.bytes, a.addr.ip == 6 ? 16 : 4);
	case VALUE_NULL:
		break;
	}
	return 0;
}
