/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interactive screen: what the mouse does, by what stands where it was clicked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "uirows.h"

#define EXECS_TITLE  1
#define EXECS_HEADER 2
#define CONNS_TITLE  8

static void act(int row, int col, enum mouse_act what)
{
	screen.mouse = (struct mouse){ row, col, what };
	press(KEYCODE_MOUSE);
}

static void click(int row, int col)
{
	act(row, col, MOUSE_CLICK);
}

static bool is_selected(int row)
{
	return role_at(&screen.shown, row, 1) == ROLE_SELECTED;
}

static void click_text(int row, const char *text)
{
	click(row, find_in_row(&screen.shown, row, text));
}

/* --- rows ------------------------------------------------------------------------------------- */

static void ui_mouse__click_on_a_row__selects_it(void **state)
{
	(void)state;
	start_with_rows();
	click(EXECS_BODY + 1, 30);
	assert_true(is_selected(EXECS_BODY + 1));
	press('p');
	find_in_row(&screen.shown, 15, "Filter by PID: 102");
}

static void ui_mouse__click_in_the_other_pane__moves_the_focus(void **state)
{
	(void)state;
	start_with_rows();
	click(CONNS_BODY, 5);
	find_in_row(&screen.shown, CONNS_TITLE, "> Connections");
	assert_true(is_selected(CONNS_BODY));
	/* Its title does, too; below the rows nothing is selected by it. */
	click(EXECS_TITLE, 50);
	find_in_row(&screen.shown, EXECS_TITLE, "> Execs");
	click(EXECS_BODY + 2, 0);
	click(CONNS_BODY + 3, 0);
	find_in_row(&screen.shown, CONNS_TITLE, "> Connections");
	assert_true(is_selected(CONNS_BODY));
}

static void ui_mouse__double_click_on_a_row__is_enter(void **state)
{
	(void)state;
	start_with_rows();
	act(EXECS_BODY + 1, 30, MOUSE_DOUBLE);
	assert_false(row_has(&screen.shown, EXECS_TITLE, "Execs 3"));
	press(ESCAPE);
	find_in_row(&screen.shown, EXECS_TITLE, "> Execs 3");
	assert_true(is_selected(EXECS_BODY + 1));
}

static void ui_mouse__double_click_on_a_title__zooms_and_back(void **state)
{
	(void)state;
	start_with_rows();
	act(CONNS_TITLE, 5, MOUSE_DOUBLE);
	find_in_row(&screen.shown, EXECS_TITLE, "> Connections 1 live");
	act(EXECS_TITLE, 5, MOUSE_DOUBLE);
	find_in_row(&screen.shown, CONNS_TITLE, "> Connections 1 live");
}

/* --- column titles ---------------------------------------------------------------------------- */

static void ui_mouse__click_on_a_column_title__sorts_and_then_inverts(void **state)
{
	(void)state;
	start_with_rows();
	click_text(EXECS_HEADER, "PID");
	find_in_row(&screen.shown, EXECS_TITLE, "sort PID ^");
	find_in_row(&screen.shown, EXECS_BODY, "/bin/a");
	click_text(EXECS_HEADER, "PID");
	find_in_row(&screen.shown, EXECS_TITLE, "sort PID v");
	find_in_row(&screen.shown, EXECS_BODY, "/bin/c");
	/* Anywhere in the column's width; a right-aligned title does not fill it. */
	click(EXECS_HEADER, find_in_row(&screen.shown, EXECS_HEADER, "USER") + 4);
	find_in_row(&screen.shown, EXECS_TITLE, "sort USER");
}

static void ui_mouse__title_of_the_other_pane__sorts_that_one(void **state)
{
	(void)state;
	start_with_rows();
	click_text(CONNS_TITLE + 1, "COMM");
	find_in_row(&screen.shown, CONNS_TITLE, "> Connections");
	find_in_row(&screen.shown, CONNS_TITLE, "sort COMM");
	find_in_row(&screen.shown, EXECS_TITLE, "sort TIME v");
}

/* --- the wheel -------------------------------------------------------------------------------- */

static void ui_mouse__wheel__moves_the_pane_under_it_by_three(void **state)
{
	(void)state;
	for (uint32_t pid = 201; pid <= 220; pid++)
		take_exec(T0_NS - SECOND_NS + pid, pid, 0, "/bin/many");
	start();
	press('\t');
	act(EXECS_BODY, 10, MOUSE_WHEEL_DOWN);
	act(EXECS_BODY, 10, MOUSE_WHEEL_DOWN);
	/* The focus stays where it is. */
	find_in_row(&screen.shown, CONNS_TITLE, "> Connections");
	press('\t');
	press('p');
	find_in_row(&screen.shown, 15, "Filter by PID: 214");
	press(ESCAPE);
	act(EXECS_BODY, 10, MOUSE_WHEEL_UP);
	press('p');
	find_in_row(&screen.shown, 15, "Filter by PID: 217");
	press(ESCAPE);
	for (int i = 0; i < 10; i++)
		act(EXECS_TITLE, 10, MOUSE_WHEEL_UP);
	press('p');
	find_in_row(&screen.shown, 15, "Filter by PID: 220");
}

/* --- pages and the key line ------------------------------------------------------------------- */

static void ui_mouse__key_line__does_what_stands_there(void **state)
{
	(void)state;
	start_with_rows();
	click_text(15, "user");
	find_in_row(&screen.shown, 15, "Filter by user: ");
	press(ESCAPE);
	click_text(15, "help");
	find_in_row(&screen.shown, EXECS_TITLE, "Help");
	press(ESCAPE);
	click_text(15, "quit");
	assert_true(ui_done(ui));
}

static void ui_mouse__wheel_on_a_page__scrolls_it(void **state)
{
	char before[ROW_TEXT_MAX];

	(void)state;
	start_with_rows();
	press('?');
	grid_row_text(&screen.shown, 5, before, sizeof(before));
	act(10, 10, MOUSE_WHEEL_DOWN);
	expect_shown(2, before);
	/* A click on text is nothing. */
	click(5, 10);
	expect_shown(2, before);
	act(10, 10, MOUSE_WHEEL_UP);
	expect_shown(5, before);
}

static void ui_mouse__prompt_open__changes_nothing(void **state)
{
	(void)state;
	start_with_rows();
	press('p');
	click(EXECS_BODY + 1, 30);
	act(EXECS_BODY, 1, MOUSE_WHEEL_DOWN);
	click(15, 5);
	find_in_row(&screen.shown, 15, "Filter by PID: 103");
	press(ESCAPE);
	assert_true(is_selected(EXECS_BODY));
}

static void ui_mouse__anywhere__is_harmless(void **state)
{
	(void)state;
	start_with_rows();
	for (int row = -1; row < 20; row++)
		for (int col = -1; col < 110 && row != 15; col += 7) {
			click(row, col);
			act(row, col, MOUSE_WHEEL_UP);
			act(row, col, MOUSE_WHEEL_DOWN);
		}
	screen.rows = 4;
	ui_resize(ui);
	for (int row = 0; row < 4; row++)
		click(row, row);
	assert_false(ui_done(ui));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, ui_set_up, ui_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(ui_mouse__click_on_a_row__selects_it),
		TEST(ui_mouse__click_in_the_other_pane__moves_the_focus),
		TEST(ui_mouse__double_click_on_a_row__is_enter),
		TEST(ui_mouse__double_click_on_a_title__zooms_and_back),
		TEST(ui_mouse__click_on_a_column_title__sorts_and_then_inverts),
		TEST(ui_mouse__title_of_the_other_pane__sorts_that_one),
		TEST(ui_mouse__wheel__moves_the_pane_under_it_by_three),
		TEST(ui_mouse__key_line__does_what_stands_there),
		TEST(ui_mouse__wheel_on_a_page__scrolls_it),
		TEST(ui_mouse__prompt_open__changes_nothing),
		TEST(ui_mouse__anywhere__is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
