/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The questions that keys ask: checked while typed, completed, remembered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fakes.h"

static void ui_input__filter_typed__is_checked_before_enter(void **state)
{
	(void)state;
	start();
	press_all("p12x");
	expect_bottom("Filter by PID: 12x  bad PID '12x': a number from 1 to 4194304");
	assert_int_equal(fake.filters_set, 0);
	press(KEYCODE_BACKSPACE);
	expect_bottom("Filter by PID: 12");
	press('\r');
	find_in_row(&screen.shown, 0, "pid=12");
}

/* A warning at every key would cry wolf: what may become a value yet is judged by Enter. */
static void ui_input__value_only_begun__is_no_error_yet(void **state)
{
	static const struct {
		const char *begun, *bad;
	} texts[] = {
		{ "p12,", "p12,,3" },
		{ "P443,8000-", "P443,8000-x" },
		{ "P!", "P!,1" },
		{ "a10.0.0.0/8,192.16", "a192.16,::1" },
		{ "a2001:db", "a2001:dx" },
		{ "uroo", "uno-such-user,root" },
		{ "ca\\", "caaaaaaaaaaaaaaaaaa" },
	};

	(void)state;
	start();
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		press_all(texts[i].begun);
		if (role_at(&screen.shown, 14, 0) == ROLE_WARNING ||
		    row_has(&screen.shown, 15, "bad"))
			fail_msg("told of '%s' too early", texts[i].begun);
		press(ESCAPE);
		press_all(texts[i].bad);
		if (!row_has(&screen.shown, 15, "bad") && !row_has(&screen.shown, 15, "unknown") &&
		    !row_has(&screen.shown, 14, "bad"))
			fail_msg("not told of '%s'", texts[i].bad);
		press(ESCAPE);
	}
	press_all("a192.16\r");
	find_in_row(&screen.shown, 15, "bad address '192.16'");
	assert_int_equal(fake.filters_set, 0);
}

static void ui_input__bad_filter_at_40_columns__is_told_above(void **state)
{
	(void)state;
	screen.rows = 8;
	screen.cols = 40;
	start();
	press_all("P70000");
	expect_shown(5, "bad port '70000': a number from 0 to");
	expect_shown(6, "65535, or a range LOW-HIGH");
	expect_bottom("Filter by port: 70000");
	assert_int_equal(screen.cursor_row, 7);
	assert_int_equal(screen.cursor_col, 21);
}

static void ui_input__enter_on_bad_filter__keeps_it_for_mending(void **state)
{
	(void)state;
	start();
	press_all("Px\r\r");
	find_in_row(&screen.shown, 15, "Filter by port: x  bad port");
	assert_int_equal(fake.filters_set, 0);
	press(ESCAPE);
	find_in_row(&screen.shown, 15, "p pid");
}

static void ui_input__filters_entered_before__come_back_by_dimension(void **state)
{
	(void)state;
	start();
	press_all("p12\r");
	press_all("P443\r");
	press('p');
	press(CTRL('u'));
	press_all("34\r");
	press('p');
	press(KEYCODE_UP);
	expect_bottom("Filter by PID: 34");
	press(KEYCODE_UP);
	expect_bottom("Filter by PID: 12");
	press_all("\r");
	find_in_row(&screen.shown, 0, "pid=12 port=443");
}

/* Also one of the command line: values are added to it. */
static void ui_input__filter_in_force__is_what_up_brings_first(void **state)
{
	char error[128];

	(void)state;
	assert_int_equal(filterspec_set(&options.filterspec, FILTER_PID, "101,102", error,
					sizeof(error)),
			 0);
	take_exec(T0_NS, 101, 0, "/bin/a");
	start();
	press('p');
	expect_bottom("Filter by PID: 101");
	press(KEYCODE_UP);
	expect_bottom("Filter by PID: 101,102");
	press_all(",103\r");
	find_in_row(&screen.shown, 0, "pid=101,102,103");
	press('=');
	press('p');
	press(KEYCODE_UP);
	expect_bottom("Filter by PID: 101,102,103");
}

static void ui_input__tab_in_a_command__completes_what_runs(void **state)
{
	(void)state;
	take_exec(T0_NS, 101, 0, "/bin/nginx");
	take_exec(T0_NS, 102, 0, "/bin/nginx");
	take_exec(T0_NS, 103, 0, "/bin/named");
	take_exec(T0_NS, 104, 0, "/bin/a b");
	start();
	press('c');
	press(CTRL('u'));
	press_all("n\t");
	expect_bottom("Filter by command: n");
	expect_shown(14, "named  nginx");
	press_all("g\t,!a\t");
	expect_bottom("Filter by command: nginx,!a\\ b");
	press('\r');
	find_in_row(&screen.shown, 0, "comm=nginx,!a\\ b");
}

static void ui_input__tab_in_a_user__completes_names(void **state)
{
	(void)state;
	start();
	press_all("u!roo\t");
	expect_bottom("Filter by user: !root");
}

static void ui_input__paste__goes_into_the_prompt(void **state)
{
	(void)state;
	start();
	press('p');
	screen.paste = "1,2\rq\n";
	press(KEYCODE_PASTE);
	find_in_row(&screen.shown, 15, "Filter by PID: 1,2q  bad PID '2q'");
	assert_false(ui_done(ui));
}

static void ui_input__control_l_in_a_prompt__redraws(void **state)
{
	(void)state;
	start();
	press_all("p1");
	press(CTRL('l'));
	assert_int_equal(screen.redraws, 1);
	expect_bottom("Filter by PID: 1");
}

static void ui_input__d__changes_the_delay(void **state)
{
	(void)state;
	options.delay_s = 1;
	start();
	press('d');
	expect_bottom("Seconds between refreshes: 1");
	press(CTRL('u'));
	expect_bottom("Seconds between refreshes:   0.1 to 60");
	press_all("0.05");
	find_in_row(&screen.shown, 15, "bad delay '0.05'");
	press('\r');
	assert_true(ui_delay(ui) == 1);
	press(CTRL('u'));
	press_all("0.5\r");
	assert_true(ui_delay(ui) == 0.5);
	press('d');
	expect_bottom("Seconds between refreshes: 0.5");
	press(CTRL('u'));
	press('\r');
	assert_true(ui_delay(ui) == 0.5);
}

static void ui_input__prompt_over_a_page__leaves_the_page(void **state)
{
	(void)state;
	start();
	press('?');
	press_all("p1");
	find_in_row(&screen.shown, 1, "Help");
	expect_bottom("Filter by PID: 1");
	press(ESCAPE);
	find_in_row(&screen.shown, 1, "Help");
	press(ESCAPE);
	find_in_row(&screen.shown, 1, "> Execs");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, ui_set_up, ui_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(ui_input__filter_typed__is_checked_before_enter),
		TEST(ui_input__value_only_begun__is_no_error_yet),
		TEST(ui_input__bad_filter_at_40_columns__is_told_above),
		TEST(ui_input__enter_on_bad_filter__keeps_it_for_mending),
		TEST(ui_input__filters_entered_before__come_back_by_dimension),
		TEST(ui_input__filter_in_force__is_what_up_brings_first),
		TEST(ui_input__tab_in_a_command__completes_what_runs),
		TEST(ui_input__tab_in_a_user__completes_names),
		TEST(ui_input__paste__goes_into_the_prompt),
		TEST(ui_input__control_l_in_a_prompt__redraws),
		TEST(ui_input__d__changes_the_delay),
		TEST(ui_input__prompt_over_a_page__leaves_the_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
