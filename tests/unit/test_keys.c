/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of keys, the help made of it, and what the keys for looking round do. */
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

/* --- the table -------------------------------------------------------------------------------- */

static void actions__keys__are_of_one_action_each(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_actions; i++) {
		assert_true(actions[i].keys[0]);
		for (size_t k = 0; k < ACTION_KEYS_MAX && actions[i].keys[k]; k++) {
			assert_ptr_equal(action_find(actions[i].keys[k]), &actions[i]);
			for (size_t l = 0; l < k; l++)
				assert_int_not_equal(actions[i].keys[k], actions[i].keys[l]);
		}
	}
}

static void actions__each__is_complete(void **state)
{
	(void)state;
	assert_non_null(actions[0].group);
	for (size_t i = 0; i < n_actions; i++) {
		assert_non_null(actions[i].run);
		assert_true(strlen(actions[i].help) > 3);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(actions[i].name, actions[k].name);
	}
}

static void action_find__contract__each_key_does_what_it_must(void **state)
{
	static const struct {
		int key;
		const char *name;
	} keys[] = {
		{ 'p', "filter-pid" },
		{ 'u', "filter-user" },
		{ 'P', "filter-port" },
		{ 'a', "filter-address" },
		{ 'c', "filter-command" },
		{ 'f', "follow" },
		{ 'x', "failed" },
		{ '=', "lift" },
		{ '<', "sort-previous" },
		{ '>', "sort-next" },
		{ 'I', "invert" },
		{ 'R', "invert" },
		{ ' ', "pause" },
		{ 'Z', "pause" },
		{ 'j', "down" },
		{ 'k', "up" },
		{ KEYCODE_DOWN, "down" },
		{ KEYCODE_UP, "up" },
		{ 'g', "first" },
		{ 'G', "last" },
		{ KEYCODE_HOME, "first" },
		{ KEYCODE_END, "last" },
		{ CTRL('f'), "page-down" },
		{ KEYCODE_PAGE_DOWN, "page-down" },
		{ CTRL('b'), "page-up" },
		{ KEYCODE_PAGE_UP, "page-up" },
		{ CTRL('d'), "half-down" },
		{ CTRL('u'), "half-up" },
		{ '\t', "next-pane" },
		{ '0', "split" },
		{ '1', "pane-execs" },
		{ '2', "pane-connections" },
		{ '3', "pane-processes" },
		{ '4', "pane-remotes" },
		{ '5', "pane-listeners" },
		{ 'z', "zoom" },
		{ 'e', "export" },
		{ 'D', "names" },
		{ 'h', "help" },
		{ '?', "help" },
		{ KEYCODE_F1, "help" },
		{ CTRL('l'), "redraw" },
		{ 'q', "quit" },
		{ KEYCODE_F10, "quit" },
		{ CTRL('c'), "quit" },
		{ KEYCODE_RIGHT, "right" },
		{ KEYCODE_LEFT, "left" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct action *action = action_find(keys[i].key);

		assert_non_null(action);
		assert_string_equal(action->name, keys[i].name);
	}
	assert_null(action_find(KEYCODE_UNKNOWN));
	assert_null(action_find(0));
	assert_null(action_find(0xe9));
}

static void keycode_name__key__is_as_people_write_it(void **state)
{
	static const struct {
		int key;
		const char *name;
	} keys[] = {
		{ 'p', "p" },
		{ ' ', "Space" },
		{ '\t', "Tab" },
		{ '\r', "Enter" },
		{ ESCAPE, "Esc" },
		{ CTRL('c'), "^C" },
		{ CTRL('l'), "^L" },
		{ KEYCODE_PAGE_UP, "PgUp" },
		{ KEYCODE_F1, "F1" },
		{ KEYCODE_F10, "F10" },
		{ KEYCODE_END, "End" },
		{ '?', "?" },
		{ KEYCODE_BACKSPACE, "Backspace" },
	};
	char name[16];

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		keycode_name(keys[i].key, name, sizeof(name));
		assert_string_equal(name, keys[i].name);
	}
	keycode_name(KEYCODE_BACKSPACE, name, 5);
	assert_string_equal(name, "Back");
}

static void action_keys__all__with_blanks_between(void **state)
{
	char keys[32];

	(void)state;
	action_keys(action_find('q'), keys, sizeof(keys));
	assert_string_equal(keys, "q F10 ^C");
	action_keys(action_find(' '), keys, sizeof(keys));
	assert_string_equal(keys, "Space Z");
	action_keys(action_find('q'), keys, 4);
	assert_string_equal(keys, "q F");
}

/* --- help ------------------------------------------------------------------------------------- */

/* Whether the help, looked through from its first line to its last, has this action's line. */
static bool help_tells_of(const struct action *action)
{
	char keys[32];

	action_keys(action, keys, sizeof(keys));
	press('g');
	for (size_t line = 0; line < 2 * n_actions; line++) {
		for (int row = 2; row < screen.rows - 1; row++) {
			char shown[ROW_TEXT_MAX];

			grid_row_text(&screen.shown, row, shown, sizeof(shown));
			if (!strncmp(shown, "  ", 2) && !strncmp(shown + 2, keys, strlen(keys)) &&
			    shown[2 + strlen(keys)] == ' ' && strstr(shown, action->help))
				return true;
		}
		press('j');
	}
	return false;
}

static void ui_input__help__has_every_action(void **state)
{
	(void)state;
	start_with_execs(3);
	press('?');
	find_in_row(&screen.shown, TITLE, "Help");
	for (size_t i = 0; i < n_actions; i++)
		if (!help_tells_of(&actions[i]))
			fail_msg("the help has no line for '%s'", actions[i].name);
}

static void ui_input__help__opens_and_closes(void **state)
{
	static const int open[] = { '?', 'h', KEYCODE_F1 };

	(void)state;
	start_with_execs(3);
	for (size_t i = 0; i < 3; i++) {
		press(open[i]);
		find_in_row(&screen.shown, TITLE, "Help");
		find_in_row(&screen.shown, 2, actions[0].group);
		press(i ? ESCAPE : open[i]);
		find_in_row(&screen.shown, TITLE, "> Execs 3 ");
		expect_selected(103, BODY);
	}
}

static void ui_input__help__pages_and_ends(void **state)
{
	(void)state;
	start_with_execs(3);
	press('?');
	press(KEYCODE_PAGE_DOWN);
	assert_false(row_has(&screen.shown, 2, actions[0].group));
	press(KEYCODE_PAGE_UP);
	find_in_row(&screen.shown, 2, actions[0].group);
	press('G');
	find_in_row(&screen.shown, 14, actions[n_actions - 1].help);
	press('k');
	find_in_row(&screen.shown, 14, actions[n_actions - 2].help);
	press('?');
	expect_selected(103, BODY); /* not moved behind it */
}

static void ui_draw__key_line__has_the_labels_that_fit(void **state)
{
	(void)state;
	screen.cols = 48;
	start();
	expect_bottom("p pid  u user  P port  = all  Space pause");
	assert_int_equal(role_at(&screen.shown, 15, 0), ROLE_KEY);
	assert_int_equal(role_at(&screen.shown, 15, 2), ROLE_LABEL);
	screen.cols = 120;
	ui_resize(ui);
	find_in_row(&screen.shown, 15, "e export  ? help  q quit  > sort  I invert  Tab pane");
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

static void ui_input__right_and_left__scroll_the_last_column(void **state)
{
	(void)state;
	screen.cols = 120;
	take_exec(T0_NS, 101, 0, "/usr/lib/x/program");
	start();
	find_in_row(&screen.shown, BODY, " /usr/lib/x/program -y");
	press('l');
	find_in_row(&screen.shown, BODY, " /x/program -y");
	press(KEYCODE_RIGHT);
	find_in_row(&screen.shown, BODY, " am -y");
	press(KEYCODE_LEFT);
	press(KEYCODE_LEFT);
	press(KEYCODE_LEFT);
	find_in_row(&screen.shown, BODY, " /usr/lib/x/program -y");
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
		find_in_row(&screen.shown, 1, "  Execs 3 ");
		find_in_row(&screen.shown, 8, "> Connections");
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
	press_all("pq");
	expect_bottom("Filter by PID: q");
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
	press('\r');
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
		cmocka_unit_test(actions__keys__are_of_one_action_each),
		cmocka_unit_test(actions__each__is_complete),
		cmocka_unit_test(action_find__contract__each_key_does_what_it_must),
		cmocka_unit_test(keycode_name__key__is_as_people_write_it),
		cmocka_unit_test(action_keys__all__with_blanks_between),
		TEST(ui_input__help__has_every_action),
		TEST(ui_input__help__opens_and_closes),
		TEST(ui_input__help__pages_and_ends),
		TEST(ui_draw__key_line__has_the_labels_that_fit),
		TEST(ui_input__moving_keys__move_the_selection),
		TEST(ui_input__g__follows_what_is_new),
		TEST(ui_input__right_and_left__scroll_the_last_column),
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
