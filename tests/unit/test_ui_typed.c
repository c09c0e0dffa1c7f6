/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interactive screen: keys typed ahead, and what is pasted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "uirows.h"

/* --- typed ahead ------------------------------------------------------------------------------ */

/* Read together, keys do what they do one after the other. */
static void ui_input__other_order_and_down_at_once__moves_in_the_new_order(void **state)
{
	(void)state;
	start_with_rows();
	press_all("IGp"); /* the newest last */
	find_in_row(&screen.shown, 15, "Filter by PID: 103");
	press(ESCAPE);
	press_all("IGp"); /* and back */
	find_in_row(&screen.shown, 15, "Filter by PID: 101");
}

static void ui_input__other_pane_and_filter_at_once__offers_its_row(void **state)
{
	(void)state;
	start_with_rows();
	press_all("4P");
	find_in_row(&screen.shown, 15, "Filter by port: 443");
}

static void ui_input__filter_and_down_at_once__moves_in_what_is_left(void **state)
{
	(void)state;
	start_with_rows();
	type_text("p");
	type_key(CTRL('u'));
	press_all("101,102\rGp");
	find_in_row(&screen.shown, 15, "Filter by PID: 101");
}

static void ui_input__row_filter_and_down_at_once__moves_in_what_is_left(void **state)
{
	(void)state;
	start_with_rows();
	press_all("\\bin/a\rGp");
	find_in_row(&screen.shown, 15, "Filter by PID: 101");
}

/* A page is as long as the pane alone, 12 rows, not as half of the split that was drawn last. */
static void ui_input__one_pane_and_page_down_at_once__moves_by_its_page(void **state)
{
	(void)state;
	start_with_rows();
	for (uint32_t pid = 200; pid < 240; pid++)
		take_exec(T0_NS + pid * MS_NS, pid, NOBODYS_UID, "/bin/many");
	after_events();
	type_key('1');
	type_key(KEYCODE_PAGE_DOWN);
	press('p');
	find_in_row(&screen.shown, 15, "Filter by PID: 227");
}

static void ui_input__help_and_end_at_once__shows_its_end(void **state)
{
	char line[512];

	(void)state;
	start_with_rows();
	press('?');
	press('G');
	grid_row_text(&screen.shown, 14, line, sizeof(line));
	press_all("??G");
	find_in_row(&screen.shown, 14, line);
}

/* --- pasted ----------------------------------------------------------------------------------- */

static void ui_input__paste_in_a_prompt__is_text(void **state)
{
	(void)state;
	start_with_rows();
	press('p');
	press(CTRL('u'));
	screen.paste = "101,\n102\n";
	press(KEYCODE_PASTE);
	find_in_row(&screen.shown, 15, "Filter by PID: 101, 102");
	assert_int_equal(fake.filters_set, 0);
	press('\r');
	assert_int_equal(fake.filters_set, 1);
	assert_int_equal(fake.filter.pid.only.n, 2);
}

static void ui_input__paste_without_a_prompt__is_ignored_and_said(void **state)
{
	(void)state;
	start_with_rows();
	screen.paste = "q\n=p";
	press(KEYCODE_PASTE);
	assert_false(ui_done(ui));
	expect_bottom("paste ignored: no prompt is open");
	press('j');
	assert_false(row_has(&screen.shown, 15, "paste"));
}

static void ui_input__paste_of_controls__leaves_none_in_the_prompt(void **state)
{
	(void)state;
	start_with_rows();
	press('/');
	screen.paste = "a\033[31m\x07z";
	press(KEYCODE_PASTE);
	find_in_row(&screen.shown, 15, "a[31mz");
}

static void ui_input__unknown_key_or_alt__does_nothing(void **state)
{
	(void)state;
	start_with_rows();
	press(KEYCODE_UNKNOWN);
	press('q' | KEYCODE_ALT);
	press('p' | KEYCODE_ALT);
	assert_false(ui_done(ui));
	find_in_row(&screen.shown, 15, "quit");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, ui_set_up, ui_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(ui_input__other_order_and_down_at_once__moves_in_the_new_order),
		TEST(ui_input__other_pane_and_filter_at_once__offers_its_row),
		TEST(ui_input__filter_and_down_at_once__moves_in_what_is_left),
		TEST(ui_input__row_filter_and_down_at_once__moves_in_what_is_left),
		TEST(ui_input__one_pane_and_page_down_at_once__moves_by_its_page),
		TEST(ui_input__help_and_end_at_once__shows_its_end),
		TEST(ui_input__paste_in_a_prompt__is_text),
		TEST(ui_input__paste_without_a_prompt__is_ignored_and_said),
		TEST(ui_input__paste_of_controls__leaves_none_in_the_prompt),
		TEST(ui_input__unknown_key_or_alt__does_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
