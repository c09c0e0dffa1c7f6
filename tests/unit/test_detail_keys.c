/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Details on the screen: Enter opens and drills on, Esc goes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "../../tui/screen/ui_state.h"
#include "fakes.h"

#define ENTER '\r'

/* No process of this machine has a part in it. */
static int set_up(void **state)
{
	int err = ui_set_up(state);

	names_free(names);
	names = names_new_at("/dev/null");
	screen.rows = 40;
	return err || !names ? -1 : 0;
}

static struct conn_event conn_of(uint32_t pid, uint64_t id)
{
	struct conn_event conn = conn_record(EVENT_CONNECT, id, T0_NS);

	conn.head.pid = pid;
	return conn;
}

/* 41213 executed and has two connections; 41300 has one. */
static void start_all(void)
{
	take_conn(conn_of(41300, 3));
	take_exec(T0_NS - SECOND_NS, 41213, 1000, "/usr/bin/curl");
	take_conn(conn_of(41213, 1));
	take_conn(conn_of(41213, 2));
	start();
}

static void expect_title(const char *text)
{
	assert_non_null(ui->cover);
	if (strncmp(ui->page.title, text, strlen(text)))
		fail_msg("'%s' is not the title '%s'", text, ui->page.title);
}

/* Some row of the screen has it. */
static bool is_shown(const char *text)
{
	for (int row = 0; row < screen.rows; row++)
		if (row_has(&screen.shown, row, text))
			return true;
	return false;
}

/* Selects a choice of the page and presses Enter. */
static void choose(int what, uint64_t id)
{
	page_select(&ui->page, what, id);
	assert_non_null(page_selected(&ui->page));
	assert_int_equal(page_selected(&ui->page)->id, id);
	press(ENTER);
}

static void enter__on_an_exec__shows_its_process(void **state)
{
	(void)state;
	start_all();
	press(ENTER);
	expect_title("PID 41213 curl");
	assert_true(is_shown("PID 41213 curl"));
	assert_true(is_shown("/usr/bin/curl"));
	assert_true(is_shown("Connections: 2 live, 0 closed"));
}

static void enter__on_no_row__does_nothing(void **state)
{
	(void)state;
	start();
	press(ENTER);
	assert_null(ui->cover);
}

static void enter__in_each_pane__shows_the_row(void **state)
{
	static const char *const titles[PANE_COUNT] = { "PID 41213 curl", "10.0.2.15:49340 -> ",
							"PID ", "Remote 192.0.2.80:443",
							"Listener 0.0.0.0:443" };
	struct listen_event listener = listen_record(5, T0_NS, 0);

	(void)state;
	assert_int_equal(model_apply(model, &listener.head, sizeof(listener)), 0);
	start_all();
	model_apply(model, &listener.head, sizeof(listener));
	for (int pane = 0; pane < PANE_COUNT; pane++) {
		press('1' + pane);
		press(ENTER);
		expect_title(titles[pane]);
		press(ESCAPE);
		assert_null(ui->cover);
	}
}

/* The id of a process's row. */
static uint64_t process_of(uint32_t pid)
{
	const struct process_row *row = table_first(&model->processes);

	while (row && row->owner.pid != pid)
		row = table_next(&model->processes, row);
	assert_non_null(row);
	return row ? row->id : 0;
}

/* A row that is no exec, but a process above. */
static void enter__on_an_ancestor_in_the_tree__shows_that_process(void **state)
{
	(void)state;
	start_all();
	press('t');
	press('g');
	press(ENTER);
	expect_title("PID 41200 bash");
	choose(DETAIL_PROCESS, process_of(41213));
	expect_title("PID 41213 curl");
}

static void enter__on_choices__goes_on_and_back_the_same_way(void **state)
{
	(void)state;
	start_all();
	press(ENTER);
	choose(DETAIL_CONN, 2);
	expect_title("10.0.2.15:49340 -> 192.0.2.80:443");
	choose(DETAIL_REMOTE, 1);
	expect_title("Remote 192.0.2.80:443");
	choose(DETAIL_CONN, 3);
	press(KEYCODE_BACKSPACE);
	expect_title("Remote 192.0.2.80:443");
	assert_int_equal(page_selected(&ui->page)->id, 3);
	press(ESCAPE);
	expect_title("10.0.2.15");
	press(ESCAPE);
	expect_title("PID 41213 curl");
	assert_int_equal(page_selected(&ui->page)->what, DETAIL_CONN);
	assert_int_equal(page_selected(&ui->page)->id, 2);
	press(ESCAPE);
	assert_null(ui->cover);
}

static void enter__deeper_than_is_remembered__forgets_the_first(void **state)
{
	int pages = 0;

	(void)state;
	start_all();
	press('2');
	press(ENTER);
	for (int i = 0; i < 20; i++) {
		choose(DETAIL_REMOTE, 1);
		choose(DETAIL_CONN, 1);
	}
	for (; ui->cover; pages++)
		press(ESCAPE);
	assert_int_equal(pages, DETAILS_MAX);
	press(ENTER);
	expect_title("10.0.2.15");
}

static void page__events_come__shows_them_and_keeps_the_selection(void **state)
{
	struct conn_event closed = conn_of(41213, 2);

	(void)state;
	start_all();
	press(ENTER);
	page_select(&ui->page, DETAIL_CONN, 1);
	closed.head.kind = EVENT_CLOSE;
	closed.state = TCP_CLOSE;
	take_conn(closed);
	take_conn(conn_of(41213, 7));
	after_events();
	assert_true(is_shown("Connections: 2 live, 1 closed"));
	assert_int_equal(page_selected(&ui->page)->id, 1);
}

static void page__paused__holds_still(void **state)
{
	(void)state;
	start_all();
	press(ENTER);
	press(' ');
	take_conn(conn_of(41213, 7));
	refresh_after(SECOND_NS / 100);
	assert_true(is_shown("Connections: 2 live, 0 closed"));
	choose(DETAIL_CONN, 2);
	expect_title("10.0.2.15");
	press(' ');
	press(ESCAPE);
	assert_true(is_shown(" closed"));
	assert_false(is_shown("Connections: 2 live, 0 closed"));
}

/* Fills the table of connections with others, that end at once. */
static void evict_conns(void)
{
	for (uint64_t id = 1000; id < 1004; id++) {
		struct conn_event conn = conn_of(42000, id);

		conn.head.kind = EVENT_CLOSE;
		conn.state = TCP_CLOSE;
		take_conn(conn);
	}
}

static void start_small(void)
{
	struct conn_event conn = conn_of(41213, 1);

	model_free(model);
	model = model_new(2);
	conn.head.kind = EVENT_CLOSE;
	conn.state = TCP_CLOSE;
	take_conn(conn);
	start();
	press('2');
}

static void page__row_evicted__keeps_what_it_showed_and_says_so(void **state)
{
	(void)state;
	start_small();
	press(ENTER);
	assert_string_equal(ui->page.title, "10.0.2.15:49340 -> 192.0.2.80:443");
	evict_conns();
	after_events();
	expect_title("10.0.2.15:49340 -> 192.0.2.80:443: no longer kept");
	assert_true(is_shown("no longer kept"));
	assert_true(is_shown("49340"));
	refresh_after(SECOND_NS);
	expect_title("10.0.2.15:49340 -> 192.0.2.80:443: no longer kept");
	press(ESCAPE);
	assert_null(ui->cover);
}

static void enter__on_a_row_that_was_evicted__says_so(void **state)
{
	(void)state;
	start_small();
	press('3');
	press(ENTER);
	page_select(&ui->page, DETAIL_CONN, 1);
	evict_conns();
	press(ENTER);
	expect_title("PID 41213 curl");
	expect_bottom("that row is no longer kept");
	assert_true(is_shown("Connections: 0 live, 0 closed"));
}

static void back__to_a_row_that_was_evicted__says_so(void **state)
{
	(void)state;
	start_small();
	press(ENTER);
	choose(DETAIL_PROCESS, 1);
	expect_title("PID 41213 curl");
	evict_conns();
	press(ESCAPE);
	expect_title("10.0.2.15:49340 -> 192.0.2.80:443: no longer kept");
	assert_true(is_shown("Its row had to make room for newer ones."));
}

static void page__smallest_screen__can_be_read(void **state)
{
	(void)state;
	screen.rows = 8;
	screen.cols = 40;
	start_all();
	press(ENTER);
	assert_true(row_has(&screen.shown, 1, "PID 41213 curl"));
	for (int i = 0; i < 60; i++)
		press('j');
	assert_true(is_shown("192.0.2.80"));
	press(ENTER);
	expect_title("10.0.2.15");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, ui_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(enter__on_an_exec__shows_its_process),
		TEST(enter__on_no_row__does_nothing),
		TEST(enter__in_each_pane__shows_the_row),
		TEST(enter__on_an_ancestor_in_the_tree__shows_that_process),
		TEST(enter__on_choices__goes_on_and_back_the_same_way),
		TEST(enter__deeper_than_is_remembered__forgets_the_first),
		TEST(page__events_come__shows_them_and_keeps_the_selection),
		TEST(page__paused__holds_still),
		TEST(page__row_evicted__keeps_what_it_showed_and_says_so),
		TEST(enter__on_a_row_that_was_evicted__says_so),
		TEST(back__to_a_row_that_was_evicted__says_so),
		TEST(page__smallest_screen__can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
