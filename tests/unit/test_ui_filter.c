/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys of filters by address and command, of following and of failures; what each pane offers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fakes.h"

#define BODY 3 /* row of the first one in a pane alone */

/* One of each: an exec, a connection of another process, a listener of a third one. */
static void start_with_one_of_each(void)
{
	struct listen_event listener = listen_record(5, T0_NS, 0);
	struct conn_event conn = conn_record(EVENT_CONNECT, 7, T0_NS);

	take_exec(T0_NS - 10 * MS_NS, 103, 0, "/bin/my tool");
	conn.head.pid = 104;
	take_conn(conn);
	listener.head.pid = 105;
	assert_int_equal(inet_pton(AF_INET, "127.0.0.2", listener.laddr), 1);
	assert_int_equal(model_apply(model, &listener.head, sizeof(listener)), 0);
	start();
}

/* What a prompt offers in a pane. */
static void expect_offered(int pane_key, int key, const char *bottom)
{
	press(pane_key);
	press(key);
	expect_bottom(bottom);
	press(ESCAPE);
}

static void ui_input__a__offers_the_remote_address(void **state)
{
	(void)state;
	start_with_one_of_each();
	press_all("2a");
	expect_bottom("Filter by address: 192.0.2.80");
	press_all("/24\r");
	assert_int_equal(fake.filter.addr.only.n, 1);
	find_in_row(&screen.shown, 0, "filter addr=192.0.2.0/24");
	find_in_row(&screen.shown, 1, "> Connections 1 live");
	press('a');
	press(CTRL('u'));
	press_all("10.1.0.0/16,::1\r");
	find_in_row(&screen.shown, 0, "filter addr=10.1.0.0/16,::1");
	find_in_row(&screen.shown, 1, "> Connections 0 live");
	press_all("a,1.2.3\r");
	/* No room behind the text. */
	find_in_row(&screen.shown, 14, "bad address '1.2.3': an IPv4 or IPv6 address");
	expect_bottom("Filter by address: 10.1.0.0/16,::1,1.2.3");
}

static void ui_input__c__offers_the_name_as_a_glob_for_it(void **state)
{
	(void)state;
	start_with_one_of_each();
	press('c');
	expect_bottom("Filter by command: my\\ tool");
	press('\r');
	assert_int_equal(fake.filter.comm.only.n, 1);
	find_in_row(&screen.shown, 0, "filter comm=my\\ tool");
	find_in_row(&screen.shown, 1, "> Execs 1 ");
	find_in_row(&screen.shown, 8, "Connections 0 live");
	press('c');
	press(CTRL('u'));
	press_all("cur?\r");
	find_in_row(&screen.shown, 1, "> Execs 0 ");
	find_in_row(&screen.shown, 8, "Connections 1 live");
}

static void ui_input__filter_keys__offer_what_each_pane_has(void **state)
{
	(void)state;
	start_with_one_of_each();
	expect_offered('2', 'p', "Filter by PID: 104");
	expect_offered('2', 'P', "Filter by port: 443");
	expect_offered('2', 'c', "Filter by command: curl");
	expect_offered('4', 'P', "Filter by port: 443");
	expect_offered('4', 'a', "Filter by address: 192.0.2.80");
	expect_offered('4', 'p', "Filter by PID:   such as 1,812 or !812; empty lifts it");
	expect_offered('4', 'c', "Filter by command:   such as nginx,python*; empty lifts it");
	expect_offered('5', 'p', "Filter by PID: 105");
	expect_offered('5', 'P', "Filter by port: 443");
	expect_offered('5', 'a', "Filter by address: 127.0.0.2");
	expect_offered('5', 'c', "Filter by command: nginx");
	expect_offered('3', 'P', "Filter by port:   such as 443,8000-8010 or !22; empty lifts it");
	press('p'); /* whichever is on top, it is a process */
	find_in_row(&screen.shown, 15, "Filter by PID: 10");
}

/* Nobody has PID 0: what is not known is no filter. */
static void ui_input__row_of_nobody__offers_the_filter_in_force(void **state)
{
	struct conn_event conn = conn_record(EVENT_CONNECT, 7, T0_NS);

	(void)state;
	conn.head.pid = 0;
	take_conn(conn);
	start();
	press('2');
	find_in_row(&screen.shown, 1, "> Connections 1 live");
	expect_offered('2', 'p', "Filter by PID:   such as 1,812 or !812; empty lifts it");
	expect_offered('2', 'u', "Filter by user:   such as alice,0 or !root; empty lifts it");
	expect_offered('2', 'c', "Filter by command:   such as nginx,python*; empty lifts it");
	expect_offered('2', 'a', "Filter by address: 192.0.2.80");
	/* An exclusion does not let it through. */
	press_all("p!1\r");
	find_in_row(&screen.shown, 1, "> Connections 0 live");
}

static void ui_input__f__follows_and_no_longer(void **state)
{
	(void)state;
	start_with_one_of_each();
	press('f');
	expect_bottom("follow: no PID filter is set yet");
	assert_int_equal(fake.filter.follow, 1);
	press_all("p\r");
	find_in_row(&screen.shown, 0, "filter pid=103+");
	assert_int_equal(fake.filter.follow, 1);
	press('f');
	expect_bottom("descendants are followed no longer");
	assert_int_equal(fake.filter.follow, 0);
	assert_false(row_has(&screen.shown, 0, "103+"));
	find_in_row(&screen.shown, 0, "filter pid=103");
	press('f');
	expect_bottom("descendants of the filtered PIDs are followed");
}

/* Process 41200, of which all others are children (events.h), is the only one let through. */
static void start_with_parent(void)
{
	struct exec_record parent = EXEC(T0_NS - SECOND_NS, 41200, "/bin/sh", "sh");

	assert_int_equal(model_apply(model, &parent.head, parent.size), 0);
	start_with_one_of_each();
	find_in_row(&screen.shown, 1, "> Execs 2 ");
	press('p');
	press(CTRL('u'));
	press_all("41200\r");
	find_in_row(&screen.shown, 1, "> Execs 1 ");
	find_in_row(&screen.shown, 8, "Connections 0 live");
}

static void ui_input__f__brings_children_back_at_once(void **state)
{
	(void)state;
	start_with_parent();
	press('f');
	find_in_row(&screen.shown, 1, "> Execs 2 ");
	find_in_row(&screen.shown, 8, "Connections 1 live");
}

static void ui_input__f_paused__brings_children_back_in_what_is_held(void **state)
{
	(void)state;
	start_with_parent();
	press_all(" f");
	find_in_row(&screen.shown, 0, "PAUSED");
	find_in_row(&screen.shown, 1, "> Execs 2 ");
	press('f');
	find_in_row(&screen.shown, 1, "> Execs 1 ");
}

static void ui_input__f_refused__stays_as_it_was(void **state)
{
	(void)state;
	start_with_one_of_each();
	fake.filter_err = -EPERM;
	press('f');
	find_in_row(&screen.shown, 15, "Operation not permitted");
	fake.filter_err = 0;
	press('f');
	assert_int_equal(fake.filter.follow, 1); /* on, not off again */
}

static void ui_input__equals__lifts_follow_but_not_failures(void **state)
{
	static const struct filter none;

	(void)state;
	start_with_one_of_each();
	press_all("xp\rfa1.2.3.4\rc");
	press(CTRL('u'));
	press_all("x\r=");
	assert_memory_equal(&fake.filter, &none, sizeof(none));
	expect_bottom("all filters lifted");
	assert_true(fake.failed);
}

static void ui_input__x__watches_failures_and_no_longer(void **state)
{
	(void)state;
	start_with_one_of_each();
	assert_false(row_has(&screen.shown, 0, "+failed"));
	press('x');
	assert_true(fake.failed);
	expect_bottom("failed execs and connects are watched, too");
	find_in_row(&screen.shown, 0, "+failed");
	press('x');
	assert_false(fake.failed);
	expect_bottom("failed execs and connects are watched no longer");
	assert_false(row_has(&screen.shown, 0, "+failed"));
}

static void ui_input__x_refused__says_why(void **state)
{
	(void)state;
	start_with_one_of_each();
	fake.failed_err = -EOPNOTSUPP;
	press('x');
	expect_bottom("failed execs and connects: this kernel cannot tell of them");
	assert_false(row_has(&screen.shown, 0, "+failed"));
	fake.failed_err = -ENOMEM;
	press('x');
	expect_bottom("failed execs and connects: Cannot allocate memory");
	fake.failed_err = 0;
	press('x');
	assert_true(fake.failed); /* on, not off again */
}

static void ui_input__what_is_asked_for__the_source_is_told(void **state)
{
	(void)state;
	start_with_one_of_each();
	press_all("p\x15"
		  "77\r");
	assert_string_equal(fake.noted.filters[FILTER_PID], "77");
	assert_false(fake.noted.follow || fake.noted.failed);
	press('x');
	assert_string_equal(fake.noted.filters[FILTER_PID], "77");
	assert_true(fake.noted.failed);
	press_all("f");
	assert_true(fake.noted.follow && fake.noted.failed);
	press('=');
	assert_string_equal(fake.noted.filters[FILTER_PID], "");
	fake.failed_err = -ENOMEM;
	press('x');
	assert_true(fake.noted.failed); /* still */
}

static void ui_new__failed_and_limits__are_on_the_summary_line(void **state)
{
	(void)state;
	options.failed = true;
	strcpy(fake.source.limits, "no fexit");
	start();
	find_in_row(&screen.shown, 0, "+failed");
	find_in_row(&screen.shown, 0, "no fexit");
	press('x');
	assert_false(row_has(&screen.shown, 0, "+failed"));
	expect_bottom("failed execs and connects are watched no longer");
}

static void ui_new__filter__counts_from_the_start(void **state)
{
	char error[128];

	(void)state;
	assert_int_equal(filterspec_set(&options.filterspec, FILTER_PID, "1", error, 128), 0);
	start_with_one_of_each();
	press('4');
	find_in_row(&screen.shown, 1, "> Remotes 0 ");
	press('=');
	find_in_row(&screen.shown, 1, "> Remotes 1 ");
}

static void ui_refresh__evicted_rows__are_counted_on_the_summary_line(void **state)
{
	(void)state;
	start_with_one_of_each();
	assert_false(row_has(&screen.shown, 0, "evicted"));
	model->evicted[EVENT_EXEC] = 3;
	model->evicted[EVENT_CLOSE] = 4;
	model->evicted_rows = 5;
	refresh_after(SECOND_NS);
	find_in_row(&screen.shown, 0, "evicted 12");
	press(' ');
	model->evicted_rows = 6;
	refresh_after(SECOND_NS);
	find_in_row(&screen.shown, 0, "evicted 12"); /* held, as all */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, ui_set_up, ui_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(ui_input__a__offers_the_remote_address),
		TEST(ui_input__c__offers_the_name_as_a_glob_for_it),
		TEST(ui_input__filter_keys__offer_what_each_pane_has),
		TEST(ui_input__row_of_nobody__offers_the_filter_in_force),
		TEST(ui_input__f__follows_and_no_longer),
		TEST(ui_input__f__brings_children_back_at_once),
		TEST(ui_input__f_paused__brings_children_back_in_what_is_held),
		TEST(ui_input__f_refused__stays_as_it_was),
		TEST(ui_input__equals__lifts_follow_but_not_failures),
		TEST(ui_input__x__watches_failures_and_no_longer),
		TEST(ui_input__x_refused__says_why),
		TEST(ui_input__what_is_asked_for__the_source_is_told),
		TEST(ui_new__failed_and_limits__are_on_the_summary_line),
		TEST(ui_new__filter__counts_from_the_start),
		TEST(ui_refresh__evicted_rows__are_counted_on_the_summary_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
