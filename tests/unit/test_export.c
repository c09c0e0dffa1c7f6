/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshots, over a small pane of the test's own. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "export.h"
#include "version.h"

/* --- a pane whose rows are their values ------------------------------------------------------- */

enum { NAME, COUNT, FLAG, WHEN, ADDR, ARGS, N_VALUES };

struct row {
	struct value values[N_VALUES];
};

#define GETTER(index)                                                                    \
	static struct value get_##index(const void *row, const struct view_context *ctx) \
	{                                                                                \
		(void)ctx;                                                               \
		return ((const struct row *)row)->values[index];                         \
	}

GETTER(NAME)
GETTER(COUNT)
GETTER(FLAG)
GETTER(WHEN)
GETTER(ADDR)
GETTER(ARGS)

static struct value get_event(const void *row, const struct view_context *ctx)
{
	(void)row;
	(void)ctx;
	return (struct value){ .type = VALUE_TEXT, .text = { "thing", 5 } };
}

static const struct column columns[] = {
	{ .key = "event", .title = "EVENT", .flags = COLUMN_STREAM, .get = get_event },
	{ .key = "name", .title = "NAME", .width = 6, .get = get_NAME },
	{ .key = "count", .title = "COUNT", .width = 5, .align = ALIGN_RIGHT, .get = get_COUNT },
	{ .key = "flag", .title = "FLAG", .width = 4, .get = get_FLAG },
	{ .key = "when", .title = "WHEN", .width = 12, .get = get_WHEN },
	{ .key = "addr", .title = "ADDR", .width = 9, .get = get_ADDR },
	{ .key = "args", .title = "ARGS", .width = 4, .get = get_ARGS },
};

static const size_t n_things = sizeof(columns) / sizeof(columns[0]);
static const size_t n_others = 3;

static void count_rows(const struct list *list, char *out, size_t cap)
{
	snprintf(out, cap, "%zu of them", list->n);
}

static const struct pane things = {
	.name = "things",
	.title = "Things",
	.columns = columns,
	.n_columns = &n_things,
	.count = count_rows,
};

static const struct pane others = {
	.name = "others",
	.title = "Others",
	.columns = columns,
	.n_columns = &n_others,
	.count = count_rows,
};

static struct value text(const char *string)
{
	return (struct value){ .type = VALUE_TEXT, .text = { string, strlen(string) } };
}

static struct value number(int64_t n)
{
	return (struct value){ .type = VALUE_NUMBER, .number = n };
}

/* --- a snapshot of one or two rows ------------------------------------------------------------ */

#define ROWS_MAX 4

static struct fixture {
	struct row rows[ROWS_MAX];
	struct list_item items[ROWS_MAX];
	struct list lists[PANE_COUNT];
	struct source_host host;
	struct source_counts counts;
	struct filterspec spec;
	struct view_context ctx;
	struct snapshot snapshot;
	char *out;
	size_t len;
} f;

static void show(struct list *list, const struct pane *pane, const char *keys)
{
	list->pane = pane;
	list->n_columns = 0;
	for (size_t i = 0; i < *pane->n_columns; i++) {
		if (strstr(keys, pane->columns[i].key))
			list->columns[list->n_columns++] = &pane->columns[i];
	}
}

static int set_up(void **state)
{
	(void)state;
	memset(&f, 0, sizeof(f));
	show(&f.lists[0], &things, "name count");
	for (size_t i = 1; i < PANE_COUNT; i++)
		show(&f.lists[i], &others, "name");
	f.lists[0].items = f.items;
	for (size_t i = 0; i < ROWS_MAX; i++)
		f.items[i].row = &f.rows[i];
	strcpy(f.host.name, "web-03");
	strcpy(f.host.release, "6.1.0");
	f.counts.kinds[EVENT_EXEC] = (struct event_counts){ 12, 3, 1 };
	f.counts.kinds[EVENT_EXIT] = (struct event_counts){ 11, 0, 0 };
	f.counts.kinds[EVENT_OPEN] = (struct event_counts){ 5, 0, 0 };
	f.counts.kinds[EVENT_CLOSE] = (struct event_counts){ 4, 0, 2 };
	f.counts.kinds[EVENT_SAMPLE] = (struct event_counts){ 99, 99, 99 };
	f.ctx.now_ns = 123456789;
	f.ctx.boot_to_wall_ns = 1795232718000000000; /* 2026-11-21T03:45:18Z */
	f.snapshot = (struct snapshot){
		.host = &f.host,
		.counts = &f.counts,
		.filterspec = &f.spec,
		.ctx = &f.ctx,
		.lists = f.lists,
	};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(f.out);
	return 0;
}

static struct row *add_row(struct value name, struct value count)
{
	struct row *row = &f.rows[f.lists[0].n++];

	row->values[NAME] = name;
	row->values[COUNT] = count;
	return row;
}

static const char *written(enum export_format format)
{
	FILE *out;

	free(f.out);
	f.out = NULL;
	out = open_memstream(&f.out, &f.len);
	assert_non_null(out);
	assert_int_equal(snapshot_write(&f.snapshot, format, out), 0);
	fclose(out);
	return f.out;
}

/* What follows the first occurrence of `mark`. */
static const char *after(const char *whole, const char *mark)
{
	const char *found = strstr(whole, mark);

	assert_non_null(found);
	return found + strlen(mark);
}

#define OTHERS "\nOthers: 0 of them\nNAME\n"

/* --- text ------------------------------------------------------------------------------------- */

static void text__panes__header_then_aligned_tables(void **state)
{
	(void)state;
	add_row(text("curl"), number(7));
	add_row(text("a-long-name"), number(-123));
	assert_string_equal(written(EXPORT_TEXT),
			    "conntop  " CONNTOP_VERSION "\n"
			    "host     web-03\n"
			    "kernel   6.1.0\n"
			    "time     2026-11-21T03:45:18.123456789Z\n"
			    "seen     exec 12, exit 11, open 5, connect 0, accept 0, close 4\n"
			    "filtered exec 3, exit 0, open 0, connect 0, accept 0, close 0\n"
			    "lost     exec 1, exit 0, open 0, connect 0, accept 0, close 2\n"
			    "evicted  exec 0, exit 0, open 0, connect 0, accept 0, close 0\n"
			    "\n"
			    "Things: 2 of them\n"
			    "NAME   COUNT\n"
			    "curl       7\n"
			    "a-long-name  -123\n" OTHERS OTHERS OTHERS OTHERS);
}

static void text__one_pane__holds_that_alone(void **state)
{
	(void)state;
	f.snapshot.one_pane = true;
	f.snapshot.pane = (enum pane_id)1;
	assert_null(strstr(written(EXPORT_TEXT), "Things"));
	assert_string_equal(after(f.out, "\n\n"), "Others: 0 of them\nNAME\n");
}

static void text__filter_and_missed__are_told(void **state)
{
	(void)state;
	strcpy(f.spec.text[FILTER_PID], "41200");
	f.counts.missed = 6;
	assert_non_null(strstr(written(EXPORT_TEXT), "\nfilter   pid=41200\n"));
	assert_non_null(strstr(f.out, "\nmissed   6\n"));
}

static void text__absent_or_empty_cell__is_a_dash(void **state)
{
	(void)state;
	add_row((struct value){ .type = VALUE_NULL }, number(1));
	add_row(text(""), (struct value){ .type = VALUE_NULL });
	assert_memory_equal(after(written(EXPORT_TEXT), "NAME   COUNT\n"),
			    "-          1\n"
			    "-          -\n",
			    26);
}

static void text__control_characters__are_escaped_and_counted(void **state)
{
	(void)state;
	add_row(text("a\x1b["), number(1));
	add_row(text("\xff"), number(2));
	assert_memory_equal(after(written(EXPORT_TEXT), "NAME   COUNT\n"),
			    "a\\e[       1\n"
			    "\\xff       2\n",
			    26);
}

static void text__hostile_host_name__is_escaped(void **state)
{
	(void)state;
	strcpy(f.host.name, "a\n\x1b]0;x");
	assert_non_null(strstr(written(EXPORT_TEXT), "\nhost     a\\n\\e]0;x\n"));
}

static void text__last_cell__is_neither_padded_nor_cut(void **state)
{
	(void)state;
	show(&f.lists[0], &things, "args");
	f.rows[0].values[ARGS] = (struct value){ .type = VALUE_LIST,
						 .text = { "ls\0-l  \0\0", 9 } };
	f.rows[1].values[ARGS] = text("x");
	f.lists[0].n = 2;
	assert_memory_equal(after(written(EXPORT_TEXT), "Things: 2 of them\n"), "ARGS\nls -l\nx\n",
			    13);
}

/* --- CSV -------------------------------------------------------------------------------------- */

static void csv__no_choice__all_columns_but_the_streams(void **state)
{
	struct row *row = add_row(text("curl"), number(7));

	(void)state;
	row->values[FLAG] = (struct value){ .type = VALUE_BOOL, .yes = true };
	row->values[WHEN] = (struct value){ .type = VALUE_TIME, .wall_ns = 1000000001 };
	row->values[ADDR] = (struct value){ .type = VALUE_ADDR,
					    .addr = { (const uint8_t *)"\x0a\x00\x02\x0f", 4 } };
	row->values[ARGS] = (struct value){ .type = VALUE_LIST, .text = { "curl\0-s\0", 8 } };
	assert_string_equal(written(EXPORT_CSV),
			    "name,count,flag,when,addr,args\r\n"
			    "curl,7,true,1970-01-01T00:00:01.000000001Z,10.0.2.15,curl -s\r\n");
}

static void csv__columns_chosen__keeps_to_them(void **state)
{
	(void)state;
	add_row(text("curl"), number(7));
	f.lists[0].columns_chosen = true;
	assert_string_equal(written(EXPORT_CSV), "name,count\r\ncurl,7\r\n");
}

static void csv__other_pane__is_written(void **state)
{
	(void)state;
	add_row(text("curl"), number(7));
	f.snapshot.pane = (enum pane_id)1;
	assert_string_equal(written(EXPORT_CSV), "name,count\r\n");
}

static const char *csv_cell(const char *name)
{
	f.lists[0].n = 0;
	f.lists[0].columns_chosen = true;
	add_row(text(name), number(0));
	return after(written(EXPORT_CSV), "name,count\r\n");
}

static void csv__special_characters__are_quoted(void **state)
{
	(void)state;
	assert_string_equal(csv_cell("a,b"), "\"a,b\",0\r\n");
	assert_string_equal(csv_cell("say \"hi\""), "\"say \"\"hi\"\"\",0\r\n");
	assert_string_equal(csv_cell("\""), "\"\"\"\",0\r\n");
	assert_string_equal(csv_cell("a b"), "a b,0\r\n");
	assert_string_equal(csv_cell("a\r\nb"), "a\\r\\nb,0\r\n");
}

static void csv__formula__gets_an_apostrophe(void **state)
{
	(void)state;
	assert_string_equal(csv_cell("=1+1"), "'=1+1,0\r\n");
	assert_string_equal(csv_cell("=HYPERLINK(\"a\",\"b\")"),
			    "\"'=HYPERLINK(\"\"a\"\",\"\"b\"\")\",0\r\n");
	assert_string_equal(csv_cell("@SUM(1)"), "'@SUM(1),0\r\n");
	assert_string_equal(csv_cell("+cmd|' /C calc'!A0"), "'+cmd|' /C calc'!A0,0\r\n");
	assert_string_equal(csv_cell("-2+3"), "'-2+3,0\r\n");
	assert_string_equal(csv_cell("-"), "'-,0\r\n");
	assert_string_equal(csv_cell("\t=1"), "'\\t=1,0\r\n");
	assert_string_equal(csv_cell("\r=1"), "'\\r=1,0\r\n");
	assert_string_equal(csv_cell("\xef\xbc\x9d"
				     "1"),
			    "'\xef\xbc\x9d"
			    "1,0\r\n");
}

static void csv__plain_number__is_left_alone(void **state)
{
	(void)state;
	assert_string_equal(csv_cell("-2"), "-2,0\r\n");
	assert_string_equal(csv_cell("+2.5"), "+2.5,0\r\n");
	assert_string_equal(csv_cell("a=1"), "a=1,0\r\n");
	assert_string_equal(csv_cell("-2."), "-2.,0\r\n");
	assert_string_equal(csv_cell("-."), "'-.,0\r\n");
}

static void csv__lone_empty_cell__is_still_a_line(void **state)
{
	(void)state;
	add_row((struct value){ .type = VALUE_NULL }, number(0));
	show(&f.lists[0], &things, "name");
	f.lists[0].columns_chosen = true;
	assert_string_equal(written(EXPORT_CSV), "name\r\n\"\"\r\n");
}

/* --- JSON ------------------------------------------------------------------------------------- */

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

static void json__text__stays_as_it_is(void **state)
{
	(void)state;
	assert_starts_with(json_cell("a/b"), "\"a/b\",");
	assert_starts_with(json_cell("q\"\\"), "\"q\\\"\\\\\",");
	assert_starts_with(json_cell("\x1b[0m\n\t"), "\"\\u001b[0m\\n\\t\",");
	assert_starts_with(json_cell("\x7f\xc2\x9b"), "\"\x7f\xc2\x9b\",");
	assert_starts_with(json_cell("\xe2\x80\xae\xf0\x9f\x98\x80"),
			   "\"\xe2\x80\xae\xf0\x9f\x98\x80\",");
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

/* --- failures --------------------------------------------------------------------------------- */

static void write__full_disk__is_told(void **state)
{
	(void)state;
	add_row(text("curl"), number(7));
	for (int format = EXPORT_TEXT; format <= EXPORT_JSON; format++) {
		FILE *full = fopen("/dev/full", "w");

		assert_non_null(full);
		assert_int_equal(snapshot_write(&f.snapshot, (enum export_format)format, full),
				 -ENOSPC);
		fclose(full);
		full = fopen("/dev/full", "w");
		setvbuf(full, NULL, _IONBF, 0);
		assert_int_equal(snapshot_write(&f.snapshot, (enum export_format)format, full),
				 -ENOSPC);
		fclose(full);
	}
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(text__panes__header_then_aligned_tables),
		test(text__one_pane__holds_that_alone),
		test(text__filter_and_missed__are_told),
		test(text__absent_or_empty_cell__is_a_dash),
		test(text__control_characters__are_escaped_and_counted),
		test(text__hostile_host_name__is_escaped),
		test(text__last_cell__is_neither_padded_nor_cut),
		test(csv__no_choice__all_columns_but_the_streams),
		test(csv__columns_chosen__keeps_to_them),
		test(csv__other_pane__is_written),
		test(csv__special_characters__are_quoted),
		test(csv__formula__gets_an_apostrophe),
		test(csv__plain_number__is_left_alone),
		test(csv__lone_empty_cell__is_still_a_line),
		test(json__snapshot__is_one_object),
		test(json__columns_chosen__keeps_to_them),
		test(json__following_and_evicted__are_told),
		test(json__text__stays_as_it_is),
		test(json__not_utf8__becomes_visible_bytes),
		test(json__nul_in_text__is_escaped),
		test(json__list_without_its_last_nul__is_whole),
		test(write__full_disk__is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
