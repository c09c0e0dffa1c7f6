/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The choices of a page, and what stays selected and in sight after it was filled anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "paging.h"

/* --- choosing --------------------------------------------------------------------------------- */

static void page_move__choices__are_selected_one_by_one(void **state)
{
	(void)state;
	page_heading(&page, "Heading");
	add_choices(1, 2);
	add_lines(1);
	add_choices(3, 3);
	page_settle(&page);
	draw();
	expect_selected(1, 3);
	page_move(&page, 1);
	expect_selected(2, 4);
	page_move(&page, 1);
	expect_selected(3, 6);
	page_move(&page, 1);
	expect_selected(3, 6);
	page_move(&page, -1);
	expect_selected(2, 4);
	assert_int_equal(role_at(&grid, 4, 39), ROLE_SELECTED);
	assert_int_equal(role_at(&grid, 3, 1), ROLE_TEXT);
}

static void page_move__choice_beyond_the_edge__scrolls_to_it(void **state)
{
	(void)state;
	add_choices(1, 9);
	page_settle(&page);
	draw();
	for (int i = 0; i < 5; i++)
		page_move(&page, 1);
	expect_selected(6, 6);
	expect_row(&grid, 2, " choice 2");
	page_move(&page, -3);
	expect_selected(3, 4);
	expect_row(&grid, 2, " choice 1");
}

static void page_move__pages__take_the_selection_along(void **state)
{
	(void)state;
	add_choices(1, 20);
	page_settle(&page);
	draw();
	page_move(&page, 1);
	page_move(&page, 5);
	expect_selected(7, 3);
	page_move(&page, 1 << 30);
	expect_selected(20, 6);
	page_move(&page, -5);
	expect_selected(15, 6);
	page_move(&page, -(1 << 30));
	expect_selected(1, 2);
}

/* All can be read with j alone, and nothing is chosen that nobody sees. */
static void page_move__text_between_choices__is_scrolled_through(void **state)
{
	(void)state;
	add_choices(1, 1);
	add_lines(10);
	add_choices(2, 2);
	add_lines(3);
	page_settle(&page);
	draw();
	expect_selected(1, 2);
	page_move(&page, 1);
	draw();
	expect_row(&grid, 2, " line 1");
	assert_null(page_selected(&page));
	assert_int_equal(selected_row(), -1);
	for (int i = 0; i < 5; i++)
		page_move(&page, 1);
	assert_null(page_selected(&page));
	page_move(&page, 1);
	expect_selected(2, 6);
	page_move(&page, 1);
	expect_selected(2, 5);
	page_move(&page, 9);
	draw();
	expect_row(&grid, 6, " line 3");
	page_move(&page, -(1 << 30));
	expect_selected(1, 2);
}

static void page_move__first_choice_out_of_sight__is_selected_when_it_comes(void **state)
{
	(void)state;
	add_lines(8);
	add_choices(1, 2);
	page_settle(&page);
	draw();
	assert_null(page_selected(&page));
	expect_row(&grid, 2, " line 1");
	for (int i = 0; i < 4; i++)
		page_move(&page, 1);
	expect_selected(1, 6);
}

static void page_move__never_drawn__counts_choices(void **state)
{
	(void)state;
	add_choices(1, 1);
	add_lines(3);
	add_choices(2, 4);
	page_settle(&page);
	page_move(&page, 2);
	assert_int_equal(page_selected(&page)->id, 3);
	page_move(&page, 9);
	assert_int_equal(page_selected(&page)->id, 4);
}

static void page_click__row_of_a_choice__selects_it(void **state)
{
	(void)state;
	add_lines(1);
	add_choice("0123456789 0123456789 0123456789 0123456789", 1, 1);
	add_choices(2, 9);
	page_settle(&page);
	draw();
	assert_false(page_click(&page, 0));
	assert_true(page_click(&page, 3));
	expect_selected(2, 5);
	assert_true(page_click(&page, 2));
	expect_selected(1, 3);
	assert_int_equal(role_at(&grid, 4, 0), ROLE_SELECTED);
	assert_false(page_click(&page, 5));
	assert_false(page_click(&page, -1));
}

/* --- filled anew ------------------------------------------------------------------------------ */

static void page_settle__same_choice_elsewhere__stays_selected_and_in_sight(void **state)
{
	(void)state;
	add_choices(1, 5);
	page_settle(&page);
	draw();
	page_move(&page, 1);
	page_clear(&page);
	add_choices(10, 29);
	add_choices(1, 5);
	page_settle(&page);
	expect_selected(2, 6);
}

static void page_settle__choice_gone__nearest_is_selected(void **state)
{
	(void)state;
	add_choices(1, 5);
	page_settle(&page);
	draw();
	page_move(&page, 2);
	page_clear(&page);
	add_choices(1, 2);
	add_choices(4, 5);
	page_settle(&page);
	expect_selected(4, 4);
	page_clear(&page);
	add_choices(1, 1);
	page_settle(&page);
	expect_selected(1, 2);
	page_clear(&page);
	page_settle(&page);
	assert_null(page_selected(&page));
	page_move(&page, 1);
	draw();
}

static void page_settle__same_id_of_another_kind__is_another_choice(void **state)
{
	(void)state;
	add_choice("a", 1, 7);
	add_choice("b", 2, 7);
	page_settle(&page);
	draw();
	page_move(&page, 1);
	page_clear(&page);
	add_choice("a", 1, 7);
	add_choice("c", 1, 8);
	add_choice("b", 2, 7);
	page_settle(&page);
	assert_int_equal(page_selected(&page)->what, 2);
}

static void page_settle__reading_below__stays_there(void **state)
{
	(void)state;
	add_choices(1, 1);
	add_lines(20);
	page_settle(&page);
	draw();
	page_move(&page, 5);
	page_clear(&page);
	add_choices(1, 1);
	add_lines(20);
	page_settle(&page);
	draw();
	expect_row(&grid, 2, " line 5");
}

static void page_select__that_choice__is_in_sight_at_first(void **state)
{
	(void)state;
	add_choices(1, 20);
	page_settle(&page);
	page_select(&page, 0, 12);
	page_select(&page, 0, 99);
	draw();
	expect_selected(12, 6);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(page_move__choices__are_selected_one_by_one),
		TEST(page_move__choice_beyond_the_edge__scrolls_to_it),
		TEST(page_move__pages__take_the_selection_along),
		TEST(page_move__text_between_choices__is_scrolled_through),
		TEST(page_move__first_choice_out_of_sight__is_selected_when_it_comes),
		TEST(page_move__never_drawn__counts_choices),
		TEST(page_click__row_of_a_choice__selects_it),
		TEST(page_settle__same_choice_elsewhere__stays_selected_and_in_sight),
		TEST(page_settle__choice_gone__nearest_is_selected),
		TEST(page_settle__same_id_of_another_kind__is_another_choice),
		TEST(page_settle__reading_below__stays_there),
		TEST(page_select__that_choice__is_in_sight_at_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
