/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the keys for looking round do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fakes.h"

#define TITLE 1
#define BODY  3

static void start_with_execs(uint32_t n)
{
	for (uint32_t pid = 1; pid <= n; pid++)
		take_exec(T0_NS + pid * MS_NS, 100 + pid, 0, pid % 2 ? "/bin/b" : "/bin/a");
	start();
}

/* The PID of the selected row, and the frame's row that shows it. */
static void expect_selected(uint32_t pid, int row)
{
	char text[16];

	snprintf(text, sizeof(text), " %u ", pid);
	assert_int_equal(role_at(&screen.shown, row, 0), ROLE_SELECTED);
	find_in_row(&screen.shown, row, text);
}

/* --- moving ----------------------------------------------------------------------------------- */

static void ui_input__moving_keys__move_the_selection(void **state)
{
	(void)state;
	screen.rows = 14; /* a body of 10 */
	start_with_execs(40);
	press('1');
	expect_selected(140, BODY);
	press('j');
	expect_selected(139, BODY + 1);
	press(KEYCODE_DOWN);
	press('k');
	expect_selected(139, BODY + 1);
	press(KEYCODE_UP);
	expect_selected(140, BODY);
	press(KEYCODE_PAGE_DOWN);
	expect_selected(130, BODY + 9);
	press(CTRL('d'));
	expect_selected(125, BODY + 9);
	press(CTRL('u'));
	expect_selected(130, BODY + 4);
	press(CTRL('b'));
	expect_selected(140, BODY);
	press('G');
	expect_selected(101, BODY + 9);
	press(KEYCODE_HOME);
	expect_selected(140, BODY);
	press(KEYCODE_END);
	press(CTRL('f'));
	expect_selected(101, BODY + 9);
}

static void ui_input__g__follows_what_is_new(void **state)
{
	(void)state;
	start_with_execs(5);
	press('j');
	take_exec(T0_NS + SECOND_NS, 200, 0, "/bin/c");
	after_events();
	expect_selected(104, BODY + 2);
	press('g');
	take_exec(T0_NS + 2 * SECOND_NS, 201, 0, "/bin/c");
	after_events();
	expect_selected(201, BODY);
}

static void ui_input__right_and_left__scroll_wide_rows(void **state)
{
	char before[ROW_TEXT_MAX], after[ROW_TEXT_MAX];

	(void)state;
	screen.cols = 50;
	take_exec(T0_NS, 101, 0, "/usr/lib/x/a-program-with-a-long-name");
	start();
	grid_row_text(&screen.shown, BODY, before, sizeof(before));
	press('l');
	grid_row_text(&screen.shown, BODY, after, sizeof(after));
	assert_string_not_equal(after, before);
	press(KEYCODE_RIGHT);
	press(KEYCODE_LEFT);
	expect_shown(BODY, after);
	press(KEYCODE_LEFT);
	press(KEYCODE_LEFT);
	expect_shown(BODY, before);
}

/* --- panes and order -------------------------------------------------------------------------- */

static void ui_input__pane_keys__change_what_is_shown(void **state)
{
	(void)state;
	start_with_execs(3);
	find_in_row(&screen.shown, 1, "> Execs");
	find_in_row(&screen.shown, 8, "  Connections");
	press('\t');
	find_in_row(&screen.shown, 1, "  Execs");
	find_in_row(&screen.shown, 8, "> Connections");
	press('z');
	find_in_row(&screen.shown, 1, "> Connections");
	press('z');
	find_in_row(&screen.shown, 8, "> Connections");
	press('1');
	find_in_row(&screen.shown, 1, "> Execs");
	assert_false(row_has(&screen.shown, 8, "Connections"));
	press('2');
	find_in_row(&screen.shown, 1, "> Connections");
	press('0');
	find_in_row(&screen.shown, 1, "  Execs");
	find_in_row(&screen.shown, 8, "> Connections");
}

static void ui_input__panes_out_of_the_split__are_alone(void **state)
{
	static const struct {
		int key;
		const char *title;
	} keys[] = { { '3', "> Processes" }, { '4', "> Remotes" }, { '5', "> Listeners" } };

	(void)state;
	start_with_execs(3);
	for (size_t i = 0; i < 3; i++) {
		press(keys[i].key);
		find_in_row(&screen.shown, 1, keys[i].title);
		assert_false(row_has(&screen.shown, 8, "Connections"));
		press(i == 1 ? '0' : 'z');
		/* Back to the one that had the keyboard there. */
		find_in_row(&screen.shown, 1, "> Execs 3 ");
		find_in_row(&screen.shown, 8, "  Connections");
	}
}

static void ui_input__tab_while_one_is_alone__goes_round_all(void **state)
{
	static const char *const titles[] = { "> Connections", "> Processes", "> Remotes",
					      "> Listeners", "> Execs 3 " };

	(void)state;
	start_with_execs(3);
	press('1');
	for (size_t i = 0; i < PANE_COUNT; i++) {
		press('\t');
		find_in_row(&screen.shown, 1, titles[i]);
	}
}

static void ui_input__sort_keys__order_the_focused_pane(void **state)
{
	(void)state;
	start_with_execs(4);
	find_in_row(&screen.shown, TITLE, "sort TIME v");
	press('>');
	find_in_row(&screen.shown, TITLE, "sort PID ^");
	expect_selected(101, BODY);
	press('I');
	find_in_row(&screen.shown, TITLE, "sort PID v");
	expect_selected(104, BODY);
	press('R');
	find_in_row(&screen.shown, TITLE, "sort PID ^");
	press('<');
	find_in_row(&screen.shown, TITLE, "sort TIME v");
	press('<');
	find_in_row(&screen.shown, TITLE, "sort ARGS ^");
	/* Of equals the newer is on top. */
	expect_selected(104, BODY);
	find_in_row(&screen.shown, BODY + 1, " 102 ");
	find_in_row(&screen.shown, BODY + 2, " 103 ");
	find_in_row(&screen.shown, 8, "sort OPENED v"); /* the other pane has its own */
}

static void ui_input__D__shows_names_or_numbers(void **state)
{
	(void)state;
	start_with_execs(1);
	find_in_row(&screen.shown, BODY, " root ");
	press('D');
	assert_false(row_has(&screen.shown, BODY, "root"));
	find_in_row(&screen.shown, BODY, " 0 ");
	expect_bottom("numbers are shown");
	press('D');
	find_in_row(&screen.shown, BODY, " root ");
	expect_bottom("names are shown");
}

/* --- the rest --------------------------------------------------------------------------------- */

static void ui_input__quit_keys__are_the_end(void **state)
{
	static const int keys[] = { 'q', KEYCODE_F10, CTRL('c') };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		start();
		assert_false(ui_done(ui));
		type_key(keys[i]);
		type_key('p'); /* nobody reads this any more */
		read_keys();
		assert_true(ui_done(ui));
		ui_free(ui);
		ui = NULL;
	}
}

static void ui_input__control_c_in_a_prompt__closes_the_prompt(void **state)
{
	(void)state;
	start();
	press_all("p1");
	expect_bottom("Filter by PID: 1");
	press(CTRL('c'));
	assert_false(ui_done(ui));
	find_in_row(&screen.shown, 15, "p pid");
}

static void ui_input__terminal_gone__is_the_end(void **state)
{
	(void)state;
	start();
	press(-EIO);
	assert_true(ui_done(ui));
}

static void ui_input__redraw_and_suspend__are_the_screens(void **state)
{
	(void)state;
	start();
	press(CTRL('l'));
	assert_int_equal(screen.redraws, 1);
	screen.cols = 60; /* while it was stopped */
	press(CTRL('z'));
	assert_int_equal(screen.suspends, 1);
	assert_int_equal(screen.shown.cols, 60);
}

static void ui_input__unknown_key__changes_nothing(void **state)
{
	char before[ROW_TEXT_MAX];

	(void)state;
	start_with_execs(3);
	grid_row_text(&screen.shown, BODY, before, sizeof(before));
	press(KEYCODE_UNKNOWN);
	press('\v');
	press(0x4e16);
	expect_shown(BODY, before);
	find_in_row(&screen.shown, 15, "p pid");
	assert_int_equal(fake.filters_set, 0);
	assert_false(ui_done(ui));
}

static void ui_new__options__are_where_it_starts(void **state)
{
	char error[128];

	(void)state;
	options.has_pane = true;
	options.pane = PANE_CONNECTIONS;
	options.columns = "rport,pid,args";
	options.sort = "-pid";
	options.numeric = true;
	assert_int_equal(filterspec_set(&options.filterspec, FILTER_PORT, "443", error, 128), 0);
	take_conn(conn_record(EVENT_CONNECT, 7, T0_NS));
	start();
	find_in_row(&screen.shown, 0, "filter port=443");
	find_in_row(&screen.shown, TITLE, "> Connections 1 live");
	find_in_row(&screen.shown, TITLE, "sort PID v");
	expect_shown(2, "   RPORT     PID");
	expect_shown(BODY, "     443   41213");
	press('1');
	find_in_row(&screen.shown, TITLE, "sort PID v");
	expect_shown(2, "    PID ARGS");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, ui_set_up, ui_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(ui_input__moving_keys__move_the_selection),
		TEST(ui_input__g__follows_what_is_new),
		TEST(ui_input__right_and_left__scroll_wide_rows),
		TEST(ui_input__pane_keys__change_what_is_shown),
		TEST(ui_input__panes_out_of_the_split__are_alone),
		TEST(ui_input__tab_while_one_is_alone__goes_round_all),
		TEST(ui_input__sort_keys__order_the_focused_pane),
		TEST(ui_input__D__shows_names_or_numbers),
		TEST(ui_input__quit_keys__are_the_end),
		TEST(ui_input__control_c_in_a_prompt__closes_the_prompt),
		TEST(ui_input__terminal_gone__is_the_end),
		TEST(ui_input__redraw_and_suspend__are_the_screens),
		TEST(ui_input__unknown_key__changes_nothing),
		TEST(ui_new__options__are_where_it_starts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
