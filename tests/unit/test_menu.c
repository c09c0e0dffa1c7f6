/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The menus of columns: the one to sort by, and those to show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "../../tui/screen/ui_state.h"
#include "fakes.h"

#define TITLE  1
#define HEADER 2

static struct list *execs(void)
{
	return &ui->view.panes[PANE_EXECS].list;
}

static const struct column *column(const char *key)
{
	const struct column *found = pane_column(&panes[PANE_EXECS], key);

	assert_non_null(found);
	return found;
}

/* The keys of the columns shown, commas between. */
static void expect_columns(const char *wanted)
{
	char shown[1024] = "";

	for (size_t i = 0; i < execs()->n_columns; i++)
		snprintf(shown + strlen(shown), sizeof(shown) - strlen(shown), "%s%s", i ? "," : "",
			 execs()->columns[i]->key);
	assert_string_equal(shown, wanted);
}

/* The row of the screen that is selected. */
static int selected_row(void)
{
	for (int row = 2; row < screen.rows - 1; row++)
		if (role_at(&screen.shown, row, 0) == ROLE_SELECTED)
			return row;
	fail_msg("no row is selected");
	return -1;
}

static void expect_selected(const char *text)
{
	find_in_row(&screen.shown, selected_row(), text);
}

static void start_with(const char *columns)
{
	options.columns = columns;
	screen.rows = 40;
	take_exec(T0_NS, 101, 0, "/bin/b");
	take_exec(T0_NS + MS_NS, 102, 0, "/bin/a");
	start();
}

static void select_column(const char *text)
{
	press('g');
	for (int i = 0; i < 60; i++) {
		if (row_has(&screen.shown, selected_row(), text))
			return;
		press('j');
	}
	fail_msg("no '%s' in the menu", text);
}

/* --- sorting ---------------------------------------------------------------------------------- */

static void ui_input__sort_menu__shows_columns_and_marks_the_current(void **state)
{
	(void)state;
	start_with("time,pid,args");
	press('s');
	find_in_row(&screen.shown, TITLE, "Sort Execs by");
	expect_selected("TIME v");
	find_in_row(&screen.shown, 3, "PID");
	find_in_row(&screen.shown, 4, "ARGS");
	/* Those that are not shown follow. */
	assert_int_equal(role_at(&screen.shown, 5, 2), ROLE_DIM);
	press(ESCAPE);
	find_in_row(&screen.shown, TITLE, "sort TIME v");
}

static void ui_input__sort_menu__picks_and_again_inverts(void **state)
{
	(void)state;
	start_with("time,pid,args");
	press(KEYCODE_F6);
	press('j');
	press('\r');
	find_in_row(&screen.shown, TITLE, "sort PID ^");
	press('s');
	expect_selected("PID ^");
	press('\r');
	find_in_row(&screen.shown, TITLE, "sort PID v");
}

static void ui_input__sort_menu__letter_jumps_to_a_title(void **state)
{
	(void)state;
	start_with("time,pid,ppid,comm,args");
	press('s');
	press('p');
	expect_selected("PID");
	press('P');
	expect_selected("PPID");
	press('a');
	expect_selected("ARGS");
	press('\r');
	find_in_row(&screen.shown, TITLE, "sort ARGS ^");
}

static void ui_input__sort_menu__hidden_column_can_be_sorted_by(void **state)
{
	(void)state;
	start_with("time,pid");
	press('s');
	select_column("  COMM ");
	press('\r');
	find_in_row(&screen.shown, TITLE, "sort COMM ^");
	expect_columns("time,pid");
}

static void ui_input__sort_menu_key_again__closes(void **state)
{
	(void)state;
	start_with("time,pid");
	press(KEYCODE_F6);
	press(KEYCODE_F6);
	find_in_row(&screen.shown, TITLE, "> Execs");
}

/* Keys read together: the menu's lines are of the pane that they were made for. */
static void ui_input__menu_while_the_pane_changes__stays_right(void **state)
{
	(void)state;
	start_with("time,pid");
	press_all("sG\t\r");
	press_all("SG\t J");
	press_all("4SG0 K1 ");
	press(ESCAPE);
	find_in_row(&screen.shown, TITLE, "> Execs");
}

/* --- choosing columns ------------------------------------------------------------------------- */

static void ui_input__columns_menu__space_hides_and_shows_at_once(void **state)
{
	(void)state;
	start_with("time,pid,ppid,args");
	press('S');
	find_in_row(&screen.shown, TITLE, "Columns of Execs");
	expect_selected("[x] TIME");
	press('j');
	press(' ');
	expect_selected("[ ] PID");
	expect_columns("time,ppid,args");
	assert_true(execs()->columns_chosen);
	press(' ');
	expect_selected("[x] PID");
	expect_columns("time,pid,ppid,args");
	press('\r');
	find_in_row(&screen.shown, TITLE, "> Execs");
	find_in_row(&screen.shown, HEADER, "TIME");
}

static void ui_input__columns_menu__moves_columns(void **state)
{
	(void)state;
	start_with("time,pid,args");
	press(KEYCODE_F2);
	press('J');
	expect_columns("pid,time,args");
	expect_selected("[x] TIME");
	press('>');
	press('J');
	expect_columns("pid,args,time");
	press('K');
	press('<');
	press('K');
	expect_columns("time,pid,args");
}

static void ui_input__columns_menu__last_column_stays(void **state)
{
	(void)state;
	start_with("pid");
	press('S');
	select_column("[x] PID");
	press(' ');
	expect_columns("pid");
	expect_bottom("one column has to stay");
}

static void ui_input__columns_menu__default_is_the_panes_own(void **state)
{
	struct list fresh;

	(void)state;
	start_with("pid");
	press('S');
	press('d');
	list_init(&fresh, &panes[PANE_EXECS]);
	assert_int_equal(execs()->n_columns, fresh.n_columns);
	assert_memory_equal(execs()->columns, fresh.columns,
			    fresh.n_columns * sizeof(fresh.columns[0]));
	assert_false(execs()->columns_chosen);
	list_fini(&fresh);
}

static void ui_input__columns_menu__edits_them_as_text(void **state)
{
	(void)state;
	start_with("time,pid");
	press('S');
	press('e');
	expect_bottom("Columns: time,pid");
	press_all(",com\t");
	expect_bottom("Columns: time,pid,comm");
	press_all(",nope");
	find_in_row(&screen.shown, screen.rows - 1, "unknown column 'nope'");
	press('\r');
	expect_columns("time,pid");
	press(CTRL('w'));
	press_all("args\r");
	expect_columns("time,pid,comm,args");
	expect_selected("TIME");
}

static void ui_input__columns_menu_at_40x8__is_usable(void **state)
{
	(void)state;
	start_with("time,pid,comm,args");
	screen.rows = 8;
	screen.cols = 40;
	ui_resize(ui);
	press('S');
	expect_selected("[x] TIME");
	press('j');
	expect_selected("[x] PID");
	press(' ');
	expect_selected("[ ] PID");
	press('G');
	assert_true(selected_row() > 2);
	press('g');
	find_in_row(&screen.shown, 2, "Space shows");
}

/* --- the list itself -------------------------------------------------------------------------- */

static void list_all_columns__hidden__stand_behind_what_they_follow(void **state)
{
	const struct column *all[LIST_COLUMNS_MAX];
	size_t n, rows = *panes[PANE_EXECS].n_columns;

	(void)state;
	start_with("args,time");
	n = list_all_columns(execs(), all);
	assert_int_equal(n, rows - 1); /* EVENT is of streams */
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			assert_ptr_not_equal(all[i], all[k]);
	for (size_t i = 1; i < n; i++)
		if (!list_shows(execs(), all[i]) && all[i] - 1 != column("event"))
			assert_ptr_equal(all[i - 1], all[i] - 1);
}

static void list_show_column__hidden_before__is_back_in_its_place(void **state)
{
	const struct column *pid;

	(void)state;
	start_with("time,pid,args");
	pid = column("pid");
	assert_int_equal(list_hide_column(execs(), pid), 0);
	assert_int_equal(list_hide_column(execs(), pid), 0);
	expect_columns("time,args");
	list_show_column(execs(), pid);
	list_show_column(execs(), pid);
	expect_columns("time,pid,args");
}

static void list_move_column__not_shown__changes_nothing(void **state)
{
	(void)state;
	start_with("time,pid");
	list_move_column(execs(), column("comm"), 1);
	list_move_column(execs(), column("comm"), -1);
	list_move_column(execs(), column("pid"), 1);
	list_move_column(execs(), column("time"), -1);
	expect_columns("time,pid");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, ui_set_up, ui_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(ui_input__sort_menu__shows_columns_and_marks_the_current),
		TEST(ui_input__sort_menu__picks_and_again_inverts),
		TEST(ui_input__sort_menu__letter_jumps_to_a_title),
		TEST(ui_input__sort_menu__hidden_column_can_be_sorted_by),
		TEST(ui_input__sort_menu_key_again__closes),
		TEST(ui_input__menu_while_the_pane_changes__stays_right),
		TEST(ui_input__columns_menu__space_hides_and_shows_at_once),
		TEST(ui_input__columns_menu__moves_columns),
		TEST(ui_input__columns_menu__last_column_stays),
		TEST(ui_input__columns_menu__default_is_the_panes_own),
		TEST(ui_input__columns_menu__edits_them_as_text),
		TEST(ui_input__columns_menu_at_40x8__is_usable),
		TEST(list_all_columns__hidden__stand_behind_what_they_follow),
		TEST(list_show_column__hidden_before__is_back_in_its_place),
		TEST(list_move_column__not_shown__changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
