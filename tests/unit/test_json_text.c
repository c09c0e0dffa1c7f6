/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What JSON makes of hostile bytes: a reader gets them back, a terminal obeys none of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <json-c/json.h>
#include "snapshots.h"

#define assert_no_control(text)                  \
	for (const char *at = (text); *at; at++) \
	assert_true((unsigned char)*at >= 0x20 && *at != 0x7f)

/* A row with that text and the number 7, as one line. */
static const char *line_of(const char *bytes, size_t len)
{
	char *begin, *end;

	f.lists[0].n = 0;
	f.lists[0].columns_chosen = true;
	add_row((struct value){ .type = VALUE_TEXT, .text = { bytes, len } }, number(7));
	begin = (char *)after(written(EXPORT_JSON), "\"things\":[\n");
	end = strstr(begin, "],\n");
	assert_non_null(end);
	*end = '\0';
	return begin;
}

/* What a reader of JSON gets for that text: in `out`, terminated. Returns its length. */
static size_t read_back(const char *bytes, size_t len, char *out, size_t cap)
{
	const char *line = line_of(bytes, len);
	struct json_object *row = json_tokener_parse(line), *name, *count;
	size_t got;

	assert_no_control(line);
	assert_non_null(row);
	assert_int_equal(json_object_object_length(row), 2);
	assert_true(json_object_object_get_ex(row, "name", &name));
	assert_true(json_object_object_get_ex(row, "count", &count));
	assert_int_equal(json_object_get_int(count), 7);
	got = json_object_get_string_len(name);
	assert_true(got < cap);
	memcpy(out, json_object_get_string(name), got + 1);
	json_object_put(row);
	return got;
}

static void json_text__each_byte__is_itself_or_visible(void **state)
{
	char got[32], want[32];

	(void)state;
	for (unsigned byte = 0; byte < 256; byte++) {
		char text[] = { 'a', (char)byte, 'z' };
		size_t len = 3;

		memcpy(want, text, sizeof(text));
		if (byte >= 0x80)
			len = snprintf(want, sizeof(want), "a\\x%02xz", byte);
		assert_int_equal(read_back(text, sizeof(text), got, sizeof(got)), len);
		assert_memory_equal(got, want, len);
	}
}

static void json_text__two_bytes__never_end_the_string_early(void **state)
{
	static const char bytes[] = { '"', '\\',   '\0',   '\n',   '\x1b',
				      'u', '\x7f', '\xc2', '\x9b', '\xff' };
	char got[32];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		for (size_t j = 0; j < sizeof(bytes); j++) {
			char text[] = { bytes[i], bytes[j] };

			read_back(text, sizeof(text), got, sizeof(got));
		}
	}
}

static void json_text__each_code_point__is_read_back(void **state)
{
	char text[4], got[32];

	(void)state;
	for (uint32_t code = 0x80; code < 0x110000; code += code < 0x3000 ? 1 : 997) {
		size_t len;

		/* A surrogate is none, and json-c 0.16 takes 17 bits and more for one, too. */
		if ((code & 0xf800) == 0xd800)
			continue;
		len = utf8_encode(code, text);
		assert_int_equal(read_back(text, len, got, sizeof(got)), len);
		assert_memory_equal(got, text, len);
	}
}

static void json_text__what_terminals_obey__is_ascii_in_the_output(void **state)
{
	static const uint32_t codes[] = { 0x80,	  0x9b,	  0x9d,	  0xad,	  0x061c, 0x200b,
					  0x200e, 0x2028, 0x202e, 0x2069, 0xfeff, 0xe0041 };
	char text[4];

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		size_t len = utf8_encode(codes[i], text);

		if (!utf8_acts(codes[i]))
			continue;
		for (const char *at = line_of(text, len); *at; at++)
			assert_false(*at & 0x80);
	}
	assert_true(utf8_acts(0x9b) && utf8_acts(0x202e));
}

/* Around the sizes of the buffers that it goes through, and the longest there is. */
static void json_text__any_length__is_whole(void **state)
{
	static const size_t lengths[] = { 30,	31,   32,   33,	  4000, 4083, 4084,	     4085,
					  4094, 4095, 4096, 4097, 8191, 8193, VALUE_TEXT_MAX };
	static char text[VALUE_TEXT_MAX], got[4 * VALUE_TEXT_MAX + 1];
	static const char fills[] = { 'x', '"', '\x1b', '\xff' };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		for (size_t j = 0; j < sizeof(fills); j++) {
			size_t scale = fills[j] & 0x80 ? 4 : 1;

			memset(text, fills[j], sizeof(text));
			assert_int_equal(read_back(text, lengths[i], got, sizeof(got)),
					 lengths[i] * scale);
		}
	}
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(json_text__each_byte__is_itself_or_visible),
		test(json_text__two_bytes__never_end_the_string_early),
		test(json_text__each_code_point__is_read_back),
		test(json_text__what_terminals_obey__is_ascii_in_the_output),
		test(json_text__any_length__is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
