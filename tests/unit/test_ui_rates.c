/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rates over time, and what is new or gone: on the screen as time goes by, and while it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "fakes.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, ui_set_up, ui_tear_down)

static void start_wide(void)
{
	screen.cols = 140;
	start();
}

/* So many execs until the next refresh, a second later. */
static void refresh_with(uint64_t execs)
{
	fake.counts.kinds[EVENT_EXEC].seen += execs;
	refresh_after(SECOND_NS);
}

static void ui_refresh__each__adds_a_bar(void **state)
{
	(void)state;
	start_wide();
	assert_false(row_has(&screen.shown, 0, "0  live"));
	refresh_with(0);
	refresh_with(9);
	refresh_with(3);
	find_in_row(&screen.shown, 0, "execs 3/s  conns 0/s               093  live 0  0/s");
}

static void ui_refresh__bytes__have_bars_of_their_own(void **state)
{
	(void)state;
	fake.samples[0] = conn_figures(EVENT_SAMPLE, 1, T0_NS, 0, 0);
	fake.n_samples = 1;
	start_wide();
	fake.samples[0].tx_bytes += 9 * 1024;
	refresh_with(0);
	fake.samples[0].rx_bytes += 4 * 1024;
	refresh_with(0);
	find_in_row(&screen.shown, 0, "  live 1  4.0K/s                94  lost 0");
}

/* A refresh for a key is too soon after another to tell a rate. */
static void ui_refresh__soon_after_another__adds_none(void **state)
{
	(void)state;
	start_wide();
	refresh_with(5);
	refresh_after(MS_NS);
	refresh_after(MS_NS);
	find_in_row(&screen.shown, 0, "conns 0/s                 9  live");
}

static void ui_refresh__paused__bars_and_colours_stand_still(void **state)
{
	int row = 3;

	(void)state;
	take_exec(T0_NS, 101, 0, "/bin/first");
	take_exec(T0_NS + 1, 102, 0, "/bin/second");
	start_wide();
	assert_int_equal(role_at(&screen.shown, row + 1, 0), ROLE_NEW);
	refresh_with(5);
	press(' ');
	refresh_with(50);
	refresh_with(70);
	find_in_row(&screen.shown, 0, "PAUSED");
	find_in_row(&screen.shown, 0, "execs 5/s  conns 0/s                 9  live");
	assert_int_equal(role_at(&screen.shown, row + 1, 0), ROLE_NEW);
	press(' ');
	after_events();
	assert_int_equal(role_at(&screen.shown, row + 1, 0), ROLE_TEXT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ui_refresh__each__adds_a_bar),
		TEST(ui_refresh__bytes__have_bars_of_their_own),
		TEST(ui_refresh__soon_after_another__adds_none),
		TEST(ui_refresh__paused__bars_and_colours_stand_still),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
