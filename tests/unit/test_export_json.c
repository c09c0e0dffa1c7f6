/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshots as JSON, over a small pane of the tests' own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "snapshots.h"
#include "version.h"

static void json__snapshot__is_one_object(void **state)
{
	struct row *row = add_row(text("curl"), number(INT64_MIN));

	(void)state;
	strcpy(f.spec.text[FILTER_PORT], "443,!80");
	f.counts.missed = 6;
	row->values[FLAG] = (struct value){ .type = VALUE_BOOL, .yes = false };
	row->values[WHEN] = (struct value){ .type = VALUE_TIME, .wall_ns = 1795232718123456789 };
	row->values[ADDR] = (struct value){
		.type = VALUE_ADDR,
		.addr = { (const uint8_t *)"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 6 }
	};
	row->values[ARGS] = (struct value){ .type = VALUE_LIST, .text = { "a\0\0b c\0", 7 } };
	assert_string_equal(
		written(EXPORT_JSON),
		"{\"conntop\":\"" CONNTOP_VERSION "\",\n"
		"\"time\":\"2026-11-21T03:45:18.123456789Z\",\n"
		"\"host\":\"web-03\",\n"
		"\"kernel\":\"6.1.0\",\n"
		"\"filters\":{\"pid\":null,\"uid\":null,\"port\":\"443,!80\",\"addr\":null,"
		"\"comm\":null,\"ip\":null,\"follow\":false},\n"
		"\"events\":{\"seen\":{\"exec\":12,\"exit\":11,\"open\":5,\"connect\":0,"
		"\"accept\":0,\"close\":4},"
		"\"filtered\":{\"exec\":3,\"exit\":0,\"open\":0,\"connect\":0,\"accept\":0,"
		"\"close\":0},"
		"\"lost\":{\"exec\":1,\"exit\":0,\"open\":0,\"connect\":0,\"accept\":0,"
		"\"close\":2},"
		"\"evicted\":{\"exec\":0,\"exit\":0,\"open\":0,\"connect\":0,\"accept\":0,"
		"\"close\":0},\"missed\":6},\n"
		"\"things\":[\n"
		"{\"name\":\"curl\",\"count\":-9223372036854775808,\"flag\":false,"
		"\"when\":\"2026-11-21T03:45:18.123456789Z\",\"addr\":\"2001:db8::1\","
		"\"args\":[\"a\",\"\",\"b c\"]}],\n"
		"\"others\":[],\n\"others\":[],\n\"others\":[],\n\"others\":[]}\n");
}

static void json__columns_chosen__keeps_to_them(void **state)
{
	(void)state;
	f.lists[0].columns_chosen = true;
	add_row(text("a"), number(1));
	add_row((struct value){ .type = VALUE_NULL }, number(2));
	assert_string_equal(after(written(EXPORT_JSON), "\"things\":"),
			    "[\n{\"name\":\"a\",\"count\":1},\n{\"name\":null,\"count\":2}],\n"
			    "\"others\":[],\n\"others\":[],\n\"others\":[],\n"
			    "\"others\":[]}\n");
}

static void json__following_and_evicted__are_told(void **state)
{
	static const uint64_t evicted[EVENT_KINDS] = {
		[EVENT_EXEC] = 7, [EVENT_CLOSE] = 9, [EVENT_SAMPLE] = 99
	};

	(void)state;
	strcpy(f.spec.text[FILTER_COMM], "ng*");
	f.spec.filter.follow = 1;
	f.snapshot.evicted = evicted;
	written(EXPORT_JSON);
	assert_non_null(strstr(f.out, "\"comm\":\"ng*\",\"ip\":null,\"follow\":true}"));
	assert_non_null(strstr(f.out, "\"evicted\":{\"exec\":7,\"exit\":0,\"open\":0,"
				      "\"connect\":0,\"accept\":0,\"close\":9}"));
	assert_non_null(strstr(written(EXPORT_TEXT), "\nevicted  exec 7, exit 0, open 0, "));
}

static const char *json_cell(const char *name)
{
	f.lists[0].n = 0;
	f.lists[0].columns_chosen = true;
	add_row(text(name), number(0));
	return after(written(EXPORT_JSON), "{\"name\":");
}

#define assert_starts_with(whole, start) assert_memory_equal(whole, start, sizeof(start) - 1)

static void json__text__stays_but_for_what_a_terminal_obeys(void **state)
{
	(void)state;
	assert_starts_with(json_cell("a/b"), "\"a/b\",");
	assert_starts_with(json_cell("q\"\\"), "\"q\\\"\\\\\",");
	assert_starts_with(json_cell("\x1b[0m\n\t"), "\"\\u001b[0m\\n\\t\",");
	assert_starts_with(json_cell("\x7f\xc2\x9b"), "\"\\u007f\\u009b\",");
	assert_starts_with(json_cell("\xe2\x80\xae"), "\"\\u202e\",");
	assert_starts_with(json_cell("\xf0\x9f\x98\x80"), "\"\xf0\x9f\x98\x80\",");
}

static void json__not_utf8__becomes_visible_bytes(void **state)
{
	(void)state;
	assert_starts_with(json_cell("a\xff"
				     "b"),
			   "\"a\\\\xffb\",");
	assert_starts_with(json_cell("\xc0\xaf"), "\"\\\\xc0\\\\xaf\",");
	assert_starts_with(json_cell("\xed\xa0\x80"), "\"\\\\xed\\\\xa0\\\\x80\",");
	assert_starts_with(json_cell("\xf4\x90\x80\x80"), "\"\\\\xf4\\\\x90\\\\x80\\\\x80\",");
	assert_starts_with(json_cell("\xe2\x82"), "\"\\\\xe2\\\\x82\",");
	assert_starts_with(json_cell("\xe2\x82\xac\xac"), "\"\xe2\x82\xac\\\\xac\",");
}

static void json__nul_in_text__is_escaped(void **state)
{
	struct value nul = { .type = VALUE_TEXT, .text = { "a\0b", 3 } };

	(void)state;
	add_row(nul, number(0));
	assert_non_null(strstr(written(EXPORT_JSON), "\"name\":\"a\\u0000b\""));
}

static void json__list_without_its_last_nul__is_whole(void **state)
{
	(void)state;
	add_row((struct value){ .type = VALUE_LIST, .text = { "a\0bc", 4 } }, number(0));
	assert_non_null(strstr(written(EXPORT_JSON), "\"name\":[\"a\",\"bc\"]"));
	f.rows[0].values[NAME].text.len = 0;
	assert_non_null(strstr(written(EXPORT_JSON), "\"name\":[]"));
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(json__snapshot__is_one_object),
		test(json__columns_chosen__keeps_to_them),
		test(json__following_and_evicted__are_told),
		test(json__text__stays_but_for_what_a_terminal_obeys),
		test(json__not_utf8__becomes_visible_bytes),
		test(json__nul_in_text__is_escaped),
		test(json__list_without_its_last_nul__is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
