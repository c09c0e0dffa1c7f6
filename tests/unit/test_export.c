/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshots as text and CSV, over a small pane of the tests' own. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "snapshots.h"
#include "version.h"

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
			    "NAME        COUNT\n"
			    "curl            7\n"
			    "a-long-name  -123\n" OTHERS OTHERS OTHERS OTHERS);
}

/* One row must not push the columns of all others off the screen. */
static void text__very_long_cell__is_whole_and_pushes_what_follows(void **state)
{
	char name[60], wanted[200];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	add_row(text("curl"), number(7));
	add_row(text(name), number(8));
	snprintf(wanted, sizeof(wanted), "%-48s %5s\n%-48s %5s\n%s %5s\n", "NAME", "COUNT", "curl",
		 "7", name, "8");
	assert_non_null(strstr(written(EXPORT_TEXT), wanted));
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
		test(text__very_long_cell__is_whole_and_pushes_what_follows),
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
		test(write__full_disk__is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
