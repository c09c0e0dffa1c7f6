/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The help screen: every key as it is bound, and what colours mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "../../tui/screen/ui_state.h"
#include "fakes.h"

#define TITLE 1
#define FIRST 2 /* row of the page's body */

/* The row of the screen with the keys at its left and the help behind them; -1: there is none. */
static int find_line(const char *keys, const char *help)
{
	for (int row = FIRST; row < screen.rows - 1; row++) {
		char shown[ROW_TEXT_MAX];

		grid_row_text(&screen.shown, row, shown, sizeof(shown));
		if (!strncmp(shown, "  ", 2) && !strncmp(shown + 2, keys, strlen(keys)) &&
		    shown[2 + strlen(keys)] == ' ' && strstr(shown, help))
			return row;
	}
	return -1;
}

static void ui_input__help__has_every_action(void **state)
{
	char keys[64];

	(void)state;
	screen.rows = 120;
	start();
	press('?');
	find_in_row(&screen.shown, TITLE, "Help");
	for (size_t i = 0; i < n_actions; i++) {
		action_keys(&actions[i], keys, sizeof(keys));
		if (find_line(keys, actions[i].help) < 0)
			fail_msg("the help has no line for '%s'", actions[i].name);
	}
}

static void ui_input__help_of_keys_bound_anew__tells_those(void **state)
{
	char error[128];

	(void)state;
	screen.rows = 120;
	start();
	assert_int_equal(keymap_bind(&ui->keymap, keymap_find(&ui->keymap, 'e'), "E ^E", error,
				     sizeof(error)),
			 0);
	assert_int_equal(keymap_bind(&ui->keymap, keymap_find(&ui->keymap, 'x'), "", error,
				     sizeof(error)),
			 0);
	press('?');
	assert_true(find_line("E ^E", "export what is shown") > 0);
	assert_int_equal(find_line("e", "export what is shown"), -1);
	for (int row = FIRST; row < screen.rows; row++)
		assert_false(row_has(&screen.shown, row, "failed execs and connects"));
}

static void ui_input__help__shows_what_colours_mean(void **state)
{
	static const struct {
		const char *meaning;
		enum role role;
	} looks[] = {
		{ "has just come", ROLE_NEW },
		{ "has just closed or ended", ROLE_GONE },
		{ "failed, or was lost", ROLE_WARNING },
		{ "selected in another pane", ROLE_MARKED },
	};
	size_t found = 0;

	(void)state;
	screen.rows = 120;
	start();
	press('?');
	for (int row = FIRST; row < screen.rows; row++)
		for (size_t i = 0; i < 4; i++)
			if (row_has(&screen.shown, row, looks[i].meaning)) {
				assert_int_equal(role_at(&screen.shown, row, 1), looks[i].role);
				found++;
			}
	assert_int_equal(found, 4);
}

static void ui_input__help__opens_and_closes(void **state)
{
	static const int open[] = { '?', 'h', KEYCODE_F1 };
	static const int close[] = { '?', ESCAPE, KEYCODE_BACKSPACE };

	(void)state;
	start();
	for (size_t i = 0; i < 3; i++) {
		press(open[i]);
		find_in_row(&screen.shown, TITLE, "Help");
		find_in_row(&screen.shown, FIRST, actions[0].group);
		press(close[i]);
		find_in_row(&screen.shown, TITLE, "> Execs ");
	}
}

static void ui_input__help__pages_and_ends(void **state)
{
	(void)state;
	start();
	press('?');
	find_in_row(&screen.shown, TITLE, " 1-13 of ");
	press(KEYCODE_PAGE_DOWN);
	find_in_row(&screen.shown, TITLE, " 14-26 of ");
	press(KEYCODE_PAGE_UP);
	find_in_row(&screen.shown, FIRST, actions[0].group);
	press('G');
	find_in_row(&screen.shown, 14, "searched for");
	press('j');
	find_in_row(&screen.shown, 14, "searched for");
	press('k');
	assert_false(row_has(&screen.shown, 14, "searched for"));
	press('g');
	find_in_row(&screen.shown, FIRST, actions[0].group);
}

/* Stays where it was read while the screen is refreshed behind it. */
static void ui_refresh__help_open__stays_where_it_is(void **state)
{
	char first[ROW_TEXT_MAX];

	(void)state;
	start();
	press('?');
	press(KEYCODE_PAGE_DOWN);
	grid_row_text(&screen.shown, FIRST, first, sizeof(first));
	take_exec(T0_NS, 101, 0, "/bin/a");
	refresh_after(SECOND_NS);
	expect_shown(FIRST, first);
}

/* On the smallest screen nothing of it is cut: it is wrapped. */
static void ui_input__help_at_40_columns__is_whole(void **state)
{
	size_t words = 0;

	(void)state;
	screen.rows = 250;
	screen.cols = 40;
	start();
	press('?');
	for (int row = FIRST; row < screen.rows - 1; row++)
		assert_false(row_has(&screen.shown, row, "~"));
	for (int row = FIRST; row < screen.rows - 1; row++)
		words += row_has(&screen.shown, row, "slows the host");
	assert_int_equal(words, 1);
	screen.rows = 8;
	ui_resize(ui);
	find_in_row(&screen.shown, TITLE, " 1-5 of ");
	press('j');
	find_in_row(&screen.shown, TITLE, " 2-6 of ");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, ui_set_up, ui_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(ui_input__help__has_every_action),
		TEST(ui_input__help_of_keys_bound_anew__tells_those),
		TEST(ui_input__help__shows_what_colours_mean),
		TEST(ui_input__help__opens_and_closes),
		TEST(ui_input__help__pages_and_ends),
		TEST(ui_refresh__help_open__stays_where_it_is),
		TEST(ui_input__help_at_40_columns__is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
