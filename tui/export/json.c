/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows for programs: one JSON object each, made and escaped by json-c. */
#include <errno.h>
#include <json-c/json.h>
#include <string.h>
#include "writer.h"

#define JSON_FLAGS (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)

#define RAW_MAX 64 /* the longest number, time or address */

/* json-c has no value for null but NULL: a failure to make one must not pass for it. */
static struct json_object *json_made(struct writer *writer, struct json_object *value)
{
	if (!value && !writer->error)
		writer->error = -ENOMEM;
	return value;
}

/* JSON is UTF-8: what is not, becomes visible as \xNN. Other text stays as it is. */
static size_t json_scrub(char *out, size_t cap, const char *text, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	size_t at = 0, used = 0;

	while (at < len && used + 4 <= cap) {
		uint32_t code_point;
		size_t taken = utf8_decode(text + at, len - at, &code_point);
		unsigned char byte = (unsigned char)text[at];

		if (taken) {
			memcpy(out + used, text + at, taken);
			at += taken;
			used += taken;
			continue;
		}
		memcpy(out + used, (char[]){ '\\', 'x', hex[byte >> 4], hex[byte & 15] }, 4);
		at++;
		used += 4;
	}
	return used;
}

struct json_object *json_text(struct writer *writer, const char *text, size_t len)
{
	size_t ascii = 0;

	while (ascii < len && !(text[ascii] & 0x80))
		ascii++;
	if (ascii < len) {
		len = json_scrub(writer->safe, sizeof(writer->safe), text, len);
		text = writer->safe;
	}
	return json_made(writer, json_object_new_string_len(text, (int)len));
}

struct json_object *json_number(struct writer *writer, uint64_t number)
{
	return json_made(writer, json_object_new_uint64(number));
}

struct json_object *json_flag(struct writer *writer, bool yes)
{
	return json_made(writer, json_object_new_boolean(yes));
}

struct json_object *json_new_object(struct writer *writer)
{
	return json_made(writer, json_object_new_object());
}

void json_add(struct writer *writer, struct json_object *object, const char *key,
	      struct json_object *value)
{
	unsigned flags = JSON_C_OBJECT_ADD_KEY_IS_NEW | JSON_C_OBJECT_ADD_CONSTANT_KEY;

	if (!object || json_object_object_add_ex(object, key, value, flags)) {
		json_object_put(value);
		json_made(writer, NULL);
	}
}

/* As \uNNNN, which JSON has for UTF-16: two of them beyond 16 bits. */
static void json_put_escape(struct writer *writer, uint32_t code_point)
{
	if (code_point < 0x10000)
		writer_printf(writer, "\\u%04x", code_point);
	else
		writer_printf(writer, "\\u%04x\\u%04x", 0xd7c0 + (code_point >> 10),
			      0xdc00 + (code_point & 0x3ff));
}

/* JSON may be shown on a terminal, and json-c escapes no control character but C0's. */
static void json_put_harmless(struct writer *writer, const char *text, size_t len)
{
	size_t begin = 0, at = 0;

	while (at < len) {
		uint32_t code_point;
		size_t taken = utf8_decode(text + at, len - at, &code_point);

		if (taken && code_point >= 0x7f && utf8_acts(code_point)) {
			writer_put(writer, text + begin, at - begin);
			json_put_escape(writer, code_point);
			begin = at + taken;
		}
		at += taken ? taken : 1;
	}
	writer_put(writer, text + begin, len - begin);
}

/*
 * Without memory json-c leaves pieces of a text out and returns the rest as if it were all
 * (printbuf.c, json_escape_str()): that realloc(3) failed is told by errno alone.
 */
void json_put(struct writer *writer, struct json_object *value)
{
	const char *text;
	size_t len;

	if (!writer->error) {
		errno = 0;
		text = json_object_to_json_string_length(value, JSON_FLAGS, &len);
		if (text && !errno)
			json_put_harmless(writer, text, len);
		else
			json_made(writer, NULL);
	}
	json_object_put(value);
}

/*
 * Rows are written as they are read, and not made objects first that are thrown away at once:
 * streams are many rows. Escaping is json-c's still, where there is something to.
 */

static bool json_is_plain(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte < 0x20 || byte >= 0x7f || byte == '"' || byte == '\\')
			return false;
	}
	return true;
}

static void json_put_text(struct writer *writer, const char *text, size_t len)
{
	if (!json_is_plain(text, len)) {
		json_put(writer, json_text(writer, text, len));
		return;
	}
	writer_put(writer, "\"", 1);
	writer_put(writer, text, len);
	writer_put(writer, "\"", 1);
}

/* The strings of a list, a NUL after each. */
static void json_put_list(struct writer *writer, const char *bytes, size_t len)
{
	writer_put(writer, "[", 1);
	for (size_t at = 0; at < len;) {
		size_t one = strnlen(bytes + at, len - at);

		writer_put(writer, ",", at > 0);
		json_put_text(writer, bytes + at, one);
		at += one + 1;
	}
	writer_put(writer, "]", 1);
}

/* Most of what there is: a number is handed on quicker than a value. */
static void json_put_number(struct writer *writer, int64_t number)
{
	writer_took(writer, value_decimal(number, writer_room(writer, RAW_MAX), RAW_MAX));
}

/* What else needs no escaping: times, addresses. */
static void json_put_raw(struct writer *writer, const struct value *value)
{
	char *at = writer_room(writer, RAW_MAX);

	writer_took(writer, value_raw(*value, at, RAW_MAX));
}

static void json_put_value(struct writer *writer, const struct value *value)
{
	switch (value->type) {
	case VALUE_NULL:
		writer_put(writer, "null", 4);
		break;
	case VALUE_NUMBER:
		json_put_number(writer, value->number);
		break;
	case VALUE_BOOL:
		json_put_raw(writer, value);
		break;
	case VALUE_TEXT:
		json_put_text(writer, value->text.bytes, value->text.len);
		break;
	case VALUE_LIST:
		json_put_list(writer, value->text.bytes, value->text.len);
		break;
	case VALUE_TIME:
	case VALUE_ADDR:
		writer_put(writer, "\"", 1);
		json_put_raw(writer, value);
		writer_put(writer, "\"", 1);
		break;
	}
}

/* Keys are the columns': names of a few letters. */
static void json_put_key(struct writer *writer, const char *key)
{
	writer_put(writer, "\"", 1);
	writer_puts(writer, key);
	writer_put(writer, "\":", 2);
}

static void json_row(struct writer *writer, const struct layout *layout, const void *row)
{
	writer_put(writer, "{", 1);
	for (size_t i = 0; i < layout->n; i++) {
		const struct field *field = &layout->fields[i];
		struct value value = { .type = VALUE_NULL };

		if (field->column)
			value = field->column->get(row, writer->ctx);
		writer_put(writer, ",", i > 0);
		json_put_key(writer, field->key);
		json_put_value(writer, &value);
	}
	writer_put(writer, "}", 1);
}

const struct row_format json_rows = { NULL, json_row, "\n" };
