/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interactive screen: what is taken anew, and terminals that change or stall. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "uirows.h"

/* --- refreshing ------------------------------------------------------------------------------- */

static void ui_refresh__counts__become_rates_and_losses(void **state)
{
	(void)state;
	fake.counts.kinds[EVENT_EXEC].seen = 1000;
	start();
	find_in_row(&screen.shown, 0, "execs 0/s  conns 0/s");
	find_in_row(&screen.shown, 0, "live 0");
	find_in_row(&screen.shown, 0, "lost 0");
	fake.counts.kinds[EVENT_EXEC].seen += 24;
	fake.counts.kinds[EVENT_OPEN].seen += 90;
	fake.counts.kinds[EVENT_OPEN].lost += 6;
	fake.counts.kinds[EVENT_OPEN].filtered += 500;
	fake.counts.missed = 1;
	refresh_after(2 * SECOND_NS);
	find_in_row(&screen.shown, 0, "execs 12/s  conns 48/s");
	find_in_row(&screen.shown, 0, "lost 7");
	refresh_after(SECOND_NS);
	find_in_row(&screen.shown, 0, "execs 0/s  conns 0/s");
	find_in_row(&screen.shown, 0, "lost 7");
}

static void ui_refresh__malformed_record__counts_as_lost(void **state)
{
	struct conn_event bad = conn_record(EVENT_OPEN, 1, T0_NS);

	(void)state;
	start();
	bad.ip = 5;
	assert_int_equal(model_apply(model, &bad.head, sizeof(bad)), -EINVAL);
	refresh_after(SECOND_NS);
	find_in_row(&screen.shown, 0, "lost 1");
}

static void ui_refresh__samples__show_figures_and_who_is_gone(void **state)
{
	(void)state;
	start_with_rows();
	fake.samples[0].rx_bytes = 20 + 4096;
	refresh_after(SECOND_NS);
	find_in_row(&screen.shown, CONNS_BODY, "ESTAB");
	find_in_row(&screen.shown, CONNS_BODY, "4.0K");
	find_in_row(&screen.shown, 0, "live 1");
	/* Perhaps it was only passed over: the next refresh tells. */
	fake.n_samples = 0;
	refresh_after(SECOND_NS);
	find_in_row(&screen.shown, 0, "live 1");
	refresh_after(SECOND_NS);
	find_in_row(&screen.shown, 0, "live 0");
	find_in_row(&screen.shown, CONNS_BODY, "CLOSED");
}

static void ui_refresh__long_delay__tells_at_once_who_is_gone(void **state)
{
	(void)state;
	options.delay_s = 10;
	start_with_rows();
	fake.n_samples = 0;
	refresh_after(10 * SECOND_NS);
	find_in_row(&screen.shown, 0, "live 0");
}

static void ui_refresh__sampling_fails__says_so_and_closes_nothing(void **state)
{
	(void)state;
	start_with_rows();
	fake.sample_err = -EIO;
	refresh_after(SECOND_NS);
	expect_bottom("no figures of connections: Input/output error");
	find_in_row(&screen.shown, 0, "live 1");
}

static void ui_resize__other_size__frame_follows(void **state)
{
	static const char small[] = "too small: needs 40x8";

	(void)state;
	start_with_rows();
	screen.rows = 30;
	screen.cols = 60;
	ui_resize(ui);
	assert_int_equal(screen.resizes, 1);
	assert_int_equal(screen.shown.rows, 30);
	find_in_row(&screen.shown, EXECS_BODY, "/bin/c -y");
	find_in_row(&screen.shown, 29, "p pid");
	screen.rows = 7;
	ui_resize(ui);
	expect_shown(0, small);
	screen.rows = 1;
	ui_resize(ui);
	expect_shown(0, small);
	screen.rows = 16;
	ui_resize(ui);
	find_in_row(&screen.shown, EXECS_BODY, "/bin/c -y");
}

/* --- a terminal that takes nothing ------------------------------------------------------------ */

static void ui_draw__terminal_stalled__frames_are_skipped_and_the_last_is_made_up_for(void **state)
{
	int shows;

	(void)state;
	start_with_rows();
	assert_int_equal(ui_blocked_fd(ui), -1);
	shows = screen.shows;
	screen.stalled = true;
	for (uint32_t i = 0; i < 5; i++) {
		take_exec(T0_NS + i, 200 + i, 0, "/bin/late");
		after_events();
	}
	assert_int_equal(screen.shows, shows);
	assert_true(ui_blocked_fd(ui) >= 0);
	ui_writable(ui); /* some of it went, but there is no room for a frame */
	assert_int_equal(screen.shows, shows);
	screen.stalled = false;
	ui_writable(ui);
	assert_int_equal(screen.shows, shows + 1);
	assert_int_equal(ui_blocked_fd(ui), -1);
	find_in_row(&screen.shown, 1, "> Execs 8 ");
}

static void ui_input__terminal_stalled__keys_are_obeyed(void **state)
{
	(void)state;
	start_with_rows();
	screen.stalled = true;
	press('q');
	assert_true(ui_done(ui));
}

/* --- stopping and going on -------------------------------------------------------------------- */

static void ui_suspend__signal_or_key__suspends_and_draws(void **state)
{
	int shows;

	(void)state;
	start_with_rows();
	shows = screen.shows;
	ui_suspend(ui);
	assert_int_equal(screen.suspends, 1);
	assert_int_equal(screen.shows, shows + 1);
	press(CTRL('z'));
	assert_int_equal(screen.suspends, 2);
}

static void ui_resume__stopped_by_others__takes_the_terminal_and_draws(void **state)
{
	int shows;

	(void)state;
	start_with_rows();
	shows = screen.shows;
	ui_resume(ui);
	assert_int_equal(screen.resumes, 1);
	assert_int_equal(screen.shows, shows + 1);
}

static void ui_delay__options__are_what_it_begins_with(void **state)
{
	(void)state;
	options.delay_s = 2.5;
	start();
	assert_true(ui_delay(ui) == 2.5);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, ui_set_up, ui_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(ui_refresh__counts__become_rates_and_losses),
		TEST(ui_refresh__malformed_record__counts_as_lost),
		TEST(ui_refresh__samples__show_figures_and_who_is_gone),
		TEST(ui_refresh__long_delay__tells_at_once_who_is_gone),
		TEST(ui_refresh__sampling_fails__says_so_and_closes_nothing),
		TEST(ui_resize__other_size__frame_follows),
		TEST(ui_draw__terminal_stalled__frames_are_skipped_and_the_last_is_made_up_for),
		TEST(ui_input__terminal_stalled__keys_are_obeyed),
		TEST(ui_suspend__signal_or_key__suspends_and_draws),
		TEST(ui_resume__stopped_by_others__takes_the_terminal_and_draws),
		TEST(ui_delay__options__are_what_it_begins_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
