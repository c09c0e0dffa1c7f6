/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page: its lines wrapped and drawn, and read from its first to its last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "paging.h"

#define WIDE "\xe4\xb8\x96" /* 世, two columns */

/* --- lines ------------------------------------------------------------------------------------ */

static void page_draw__long_text__wraps_at_words(void **state)
{
	(void)state;
	add("ARGS", "one two three four five six seven eight nine ten");
	add("PID", "7");
	page_settle(&page);
	draw();
	expect_row(&grid, 1, " Title");
	expect_row(&grid, 2, "  ARGS  one two three four five six");
	expect_row(&grid, 3, "        seven eight nine ten");
	expect_row(&grid, 4, "  PID   7");
	assert_int_equal(role_at(&grid, 2, 2), ROLE_KEY);
	assert_int_equal(role_at(&grid, 2, 8), ROLE_TEXT);
	assert_int_equal(role_at(&grid, 1, 39), ROLE_FOCUS);
	expect_row(&grid, 0, "");
	expect_row(&grid, 7, "");
}

static void page_draw__word_that_ends_at_the_edge__is_whole(void **state)
{
	(void)state;
	grid_init(&grid, 8, 41, CHARSET_UTF8);
	add(NULL, "0123456789012345678901234567890123456789 and more");
	add(NULL, "01234567890123456789012345678901234567890 x");
	page_settle(&page);
	draw();
	expect_row(&grid, 2, " 0123456789012345678901234567890123456789");
	expect_row(&grid, 3, " and more");
	expect_row(&grid, 4, " 0123456789012345678901234567890123456789");
	expect_row(&grid, 5, " 0 x");
}

static void page_draw__wide_and_hostile_text__wraps_by_columns(void **state)
{
	char text[128] = "";

	(void)state;
	for (int i = 0; i < 30; i++)
		strcat(text, WIDE);
	add(NULL, text);
	page_add(&page, NULL, "a\0b\x1b[2J\x80", 8, ROLE_TEXT);
	page_settle(&page);
	draw();
	for (int i = 0; i < 19; i++)
		assert_int_equal(grid.cells[2 * 40 + 1 + 2 * i].width, 2);
	assert_int_equal(grid.cells[3 * 40 + 1 + 2 * 10].width, 2);
	assert_int_equal(grid.cells[3 * 40 + 1 + 2 * 11].width, 1);
	expect_row(&grid, 4, " a\\x00b\\e[2J\\x80");
}

static void page_draw__text_of_10_kib__is_all_there(void **state)
{
	static char text[10240];
	int shown = 0;

	(void)state;
	memset(text, 'x', sizeof(text));
	page_add(&page, "ARGS", text, sizeof(text), ROLE_TEXT);
	page_settle(&page);
	draw_in(500, 80);
	for (int i = 2 * 80; i < 499 * 80; i++)
		shown += grid.cells[i].bytes[0] == 'x';
	assert_int_equal(shown, sizeof(text));
}

static void page_draw__wide_label__has_a_row_of_its_own(void **state)
{
	(void)state;
	add("Esc Backspace ^X", "go back");
	add("q", "quit");
	page_settle(&page);
	draw();
	expect_row(&grid, 2, "  Esc Backspace ^X");
	expect_row(&grid, 3, "             go back");
	expect_row(&grid, 4, "  q          quit");
}

static void page_draw__cut_line__takes_one_row(void **state)
{
	(void)state;
	add(NULL, "0123456789 0123456789 0123456789 0123456789");
	page_cut(&page);
	add(NULL, "next");
	page_settle(&page);
	draw();
	expect_row(&grid, 2, " 0123456789 0123456789 0123456789 01234\u2026");
	expect_row(&grid, 3, " next");
}

static void page_draw__empty_text_and_blanks__keep_their_row(void **state)
{
	(void)state;
	add(NULL, "");
	add(NULL, "  indented");
	add("L", "");
	add(NULL, "end   ");
	page_settle(&page);
	draw();
	expect_row(&grid, 2, "");
	expect_row(&grid, 3, "   indented");
	expect_row(&grid, 4, "  L");
	expect_row(&grid, 5, " end");
}

static void page_draw__every_size__stays_in_the_grid(void **state)
{
	(void)state;
	add("a label that is long", "some words " WIDE WIDE " and \xff\xfe bytes");
	add_choices(1, 9);
	page_heading(&page, "Heading");
	page_settle(&page);
	for (int cols = 1; cols < 60; cols += 7)
		for (int rows = 1; rows < 12; rows++) {
			draw_in(rows, cols);
			page_move(&page, rows);
			page_move(&page, -1);
		}
}

static void page_set_title__too_long__is_cut_at_a_character(void **state)
{
	char title[400] = "";

	(void)state;
	for (int i = 0; i < 100; i++)
		strcat(title, WIDE);
	page_set_title(&page, title);
	assert_int_equal(strlen(page.title) % 3, 0);
	add_lines(20);
	page_settle(&page);
	draw();
	find_in_row(&grid, 1, "\u2026 1-5 of 20");
}

/* --- reading ---------------------------------------------------------------------------------- */

static void page_move__nothing_to_choose__scrolls(void **state)
{
	(void)state;
	add_lines(20);
	page_settle(&page);
	draw();
	expect_row(&grid, 1, " Title                        1-5 of 20");
	page_move(&page, 1);
	draw();
	expect_row(&grid, 2, " line 2");
	page_move(&page, 5);
	draw();
	expect_row(&grid, 2, " line 7");
	page_move(&page, 1 << 30);
	draw();
	expect_row(&grid, 6, " line 20");
	expect_row(&grid, 1, " Title                      16-20 of 20");
	page_move(&page, -1);
	draw();
	expect_row(&grid, 6, " line 19");
	page_move(&page, -(1 << 30));
	draw();
	expect_row(&grid, 2, " line 1");
	assert_null(page_selected(&page));
}

static void page_move__all_in_sight__stays(void **state)
{
	(void)state;
	add_lines(5);
	page_settle(&page);
	draw();
	page_move(&page, 1);
	page_move(&page, 9);
	draw();
	expect_row(&grid, 1, " Title");
	expect_row(&grid, 2, " line 1");
}

static void page_draw__wider__shows_no_empty_rows(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++)
		add(NULL, "0123456789 0123456789 0123456789 0123456789");
	page_settle(&page);
	draw();
	page_move(&page, 1 << 30);
	draw();
	find_in_row(&grid, 1, "16-20 of 20");
	draw_in(8, 100);
	find_in_row(&grid, 1, "6-10 of 10");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(page_draw__long_text__wraps_at_words),
		TEST(page_draw__word_that_ends_at_the_edge__is_whole),
		TEST(page_draw__wide_and_hostile_text__wraps_by_columns),
		TEST(page_draw__text_of_10_kib__is_all_there),
		TEST(page_draw__wide_label__has_a_row_of_its_own),
		TEST(page_draw__cut_line__takes_one_row),
		TEST(page_draw__empty_text_and_blanks__keep_their_row),
		TEST(page_draw__every_size__stays_in_the_grid),
		TEST(page_set_title__too_long__is_cut_at_a_character),
		TEST(page_move__nothing_to_choose__scrolls),
		TEST(page_move__all_in_sight__stays),
		TEST(page_draw__wider__shows_no_empty_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
