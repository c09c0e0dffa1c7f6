/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interactive screen, from keys to frames: filters, pause. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <malloc.h>
#include "uirows.h"

static bool only_pid(uint32_t pid)
{
	return fake.filter.pid.only.n == 1 && fake.filter.pid.only.values[0] == pid;
}

/* --- filters ---------------------------------------------------------------------------------- */

static void ui_input__p__prompt_has_the_selected_pid(void **state)
{
	(void)state;
	start_with_rows();
	press('p');
	expect_bottom("Filter by PID: 103");
	assert_int_equal(screen.cursor_row, 15);
	assert_int_equal(screen.cursor_col, 18);
	assert_int_equal(fake.filters_set, 0);
	press(ESCAPE);
	assert_int_equal(screen.cursor_row, -1);
	assert_int_equal(fake.filters_set, 0);
	press_all("jp");
	expect_bottom("Filter by PID: 102");
}

static void ui_input__p_enter__leaves_that_pid_alone(void **state)
{
	(void)state;
	start_with_rows();
	press_all("jp\r");
	assert_int_equal(fake.filters_set, 1);
	assert_true(only_pid(102));
	find_in_row(&screen.shown, 0, "filter pid=102");
	find_in_row(&screen.shown, 1, "> Execs 1 ");
	find_in_row(&screen.shown, EXECS_BODY, "/bin/b -y");
	expect_shown(EXECS_BODY + 1, "");
	find_in_row(&screen.shown, 8, "Connections 0 live, 0 closed");
}

static void ui_input__u__offers_the_name_or_the_number(void **state)
{
	(void)state;
	start_with_rows();
	press_all("ju");
	expect_bottom("Filter by user: root");
	press('\r');
	assert_int_equal(fake.filter.uid.only.n, 1);
	assert_int_equal(fake.filter.uid.only.values[0], 0);
	find_in_row(&screen.shown, 0, "filter uid=root");
	press_all("=Du");
	expect_bottom("Filter by user: 0");
}

static void ui_input__P__offers_the_remote_port_as_a_number(void **state)
{
	(void)state;
	start_with_rows();
	press_all("\tP");
	expect_bottom("Filter by port: 443");
	press_all("-500\r");
	assert_int_equal(fake.filter.port.has_only, 1);
	assert_true(fake.filter.port.only[443 / 64] >> 443 % 64 & 1);
	assert_true(fake.filter.port.only[500 / 64] >> 500 % 64 & 1);
	/* Execs have no port: the filter in force is offered there. */
	press_all("\tP");
	expect_bottom("Filter by port: 443-500");
}

static void ui_input__no_row__offers_the_filter_in_force(void **state)
{
	(void)state;
	start();
	press('p');
	assert_int_equal(find_in_row(&screen.shown, 15, "Filter by PID: "), 0);
	press_all("7,!8\r");
	find_in_row(&screen.shown, 0, "filter pid=7,!8");
	press('p');
	expect_bottom("Filter by PID: 7,!8");
}

static void ui_input__bad_value__is_refused_in_place(void **state)
{
	(void)state;
	start_with_rows();
	press_all("p\r"); /* 103 is in force */
	press_all("p,12x\r");
	assert_int_equal(find_in_row(&screen.shown, 15, "Filter by PID: 103,12x  bad PID '12x'"),
			 0);
	assert_int_equal(screen.cursor_col, 22);
	assert_int_equal(fake.filters_set, 1);
	assert_true(only_pid(103));
	find_in_row(&screen.shown, 0, "filter pid=103");
	/* Mended. */
	press(KEYCODE_BACKSPACE);
	expect_bottom("Filter by PID: 103,12");
	press('\r');
	find_in_row(&screen.shown, 0, "filter pid=103,12");
	assert_int_equal(fake.filters_set, 2);
	assert_int_equal(fake.filter.pid.only.n, 2);
}

static void ui_input__kernel_refuses__old_filter_stays_and_it_says_why(void **state)
{
	(void)state;
	start_with_rows();
	press_all("p\r");
	fake.filter_err = -EPERM;
	press_all("p");
	press(CTRL('u'));
	press_all("55\r");
	find_in_row(&screen.shown, 15, "Filter by PID: 55");
	find_in_row(&screen.shown, 15, "Operation not permitted");
	find_in_row(&screen.shown, 0, "filter pid=103");
	assert_true(only_pid(103));
	press(ESCAPE);
	press('=');
	find_in_row(&screen.shown, 15, "Operation not permitted");
	find_in_row(&screen.shown, 0, "filter pid=103");
}

static void ui_input__empty__lifts_the_dimension(void **state)
{
	(void)state;
	start_with_rows();
	press_all("p\ru\r");
	find_in_row(&screen.shown, 0, "filter pid=103 uid=3999999999");
	press('p');
	press(CTRL('u'));
	press('\r');
	assert_int_equal(fake.filter.pid.only.n, 0);
	assert_int_equal(fake.filter.uid.only.n, 1);
	find_in_row(&screen.shown, 0, "filter uid=3999999999");
}

static void ui_input__equals__lifts_all_and_living_come_back(void **state)
{
	static const struct filter none;

	(void)state;
	start_with_rows();
	press_all("p\r");
	press_all("u\r");
	find_in_row(&screen.shown, 8, "Connections 0 live");
	/* One that the filter hid from its beginning: a pass of samples tells of it, at once. */
	fake.samples[1] = conn_figures(EVENT_SAMPLE, 8, T0_NS, 0, 0);
	fake.n_samples = 2;
	press('=');
	assert_memory_equal(&fake.filter, &none, sizeof(none));
	assert_false(row_has(&screen.shown, 0, "filter"));
	find_in_row(&screen.shown, 1, "> Execs 3 ");
	find_in_row(&screen.shown, 8, "Connections 2 live, 0 closed");
	expect_bottom("all filters lifted");
	/* Said until the next key. */
	press('j');
	find_in_row(&screen.shown, 15, "p pid");
}

/* --- pause ------------------------------------------------------------------------------------ */

static void ui_input__pause__screen_holds_still_while_the_model_goes_on(void **state)
{
	char before[16][ROW_TEXT_MAX], now[ROW_TEXT_MAX];

	(void)state;
	start_with_rows();
	press(' ');
	find_in_row(&screen.shown, 0, "PAUSED");
	for (int row = 0; row < 16; row++)
		grid_row_text(&screen.shown, row, before[row], sizeof(before[row]));

	take_exec(T0_NS, 104, NOBODYS_UID, "/bin/d");
	take_conn(conn_record(EVENT_OPEN, 8, T0_NS));
	fake.samples[0].rx_bytes = 123456;
	fake.counts.kinds[EVENT_EXEC].seen = 5000;
	after_events();
	refresh_after(5 * SECOND_NS);
	for (int row = 0; row < 16; row++) {
		grid_row_text(&screen.shown, row, now, sizeof(now));
		assert_string_equal(now, before[row]);
	}
	assert_int_equal(model->execs.n, 4);
	assert_int_equal(model->conns.n, 2);

	press('Z');
	assert_false(row_has(&screen.shown, 0, "PAUSED"));
	find_in_row(&screen.shown, 0, "14:02:16");
	find_in_row(&screen.shown, EXECS_BODY, "/bin/d -y");
}

static void ui_input__paused__moves_sorts_and_filters_what_is_held(void **state)
{
	(void)state;
	start_with_rows();
	press(' ');
	take_exec(T0_NS, 104, NOBODYS_UID, "/bin/d");
	after_events();
	press_all(">");
	find_in_row(&screen.shown, 1, "sort PID ^");
	find_in_row(&screen.shown, EXECS_BODY, "/bin/a -y");
	press_all("p\r");
	find_in_row(&screen.shown, 1, "> Execs 1 ");
	find_in_row(&screen.shown, EXECS_BODY, "/bin/a -y");
	assert_true(only_pid(101));
	press('=');
	find_in_row(&screen.shown, 1, "> Execs 3 ");
}

/* Two keys read at once: the rows that were held must not be looked at once they are gone. */
static void ui_input__unpause_and_p_at_once__offers_a_living_row(void **state)
{
	(void)state;
	mallopt(M_PERTURB, 0x5a);		 /* what is freed holds nothing of use any more */
	for (uint32_t pid = 1; pid <= 20; pid++) /* more than malloc keeps as they are */
		take_exec(T0_NS - SECOND_NS, pid, 0, "/bin/z");
	start_with_rows();
	press(' ');
	press_all(" p");
	expect_bottom("Filter by PID: 103");
	press(ESCAPE);
	press(' ');
	press_all(" jk");
	find_in_row(&screen.shown, EXECS_BODY, "/bin/c -y");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, ui_set_up, ui_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(ui_input__p__prompt_has_the_selected_pid),
		TEST(ui_input__p_enter__leaves_that_pid_alone),
		TEST(ui_input__u__offers_the_name_or_the_number),
		TEST(ui_input__P__offers_the_remote_port_as_a_number),
		TEST(ui_input__no_row__offers_the_filter_in_force),
		TEST(ui_input__bad_value__is_refused_in_place),
		TEST(ui_input__kernel_refuses__old_filter_stays_and_it_says_why),
		TEST(ui_input__empty__lifts_the_dimension),
		TEST(ui_input__equals__lifts_all_and_living_come_back),
		TEST(ui_input__pause__screen_holds_still_while_the_model_goes_on),
		TEST(ui_input__paused__moves_sorts_and_filters_what_is_held),
		TEST(ui_input__unpause_and_p_at_once__offers_a_living_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
