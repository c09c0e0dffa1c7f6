/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary line: what it tells, and what goes when there is no room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "drawn.h"

static void draw_at(int cols)
{
	draw(cols, 24, CHARSET_UTF8);
}

static void view_draw__lost__is_seen_at_every_width(void **state)
{
	static const int widths[] = { 40, 60, 80, 120 };

	(void)state;
	summary.lost = 7;
	memset(host.name, 'h', sizeof(host.name) - 1);
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		draw_at(widths[i]);
		assert_int_equal(role_at(&grid, 0, find_in_row(&grid, 0, "lost 7")), ROLE_WARNING);
	}
}

static void view_draw__paused__is_seen_at_every_width(void **state)
{
	static const int widths[] = { 40, 60, 80, 120 };

	(void)state;
	summary.paused = true;
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		draw_at(widths[i]);
		assert_int_equal(role_at(&grid, 0, find_in_row(&grid, 0, "PAUSED")), ROLE_WARNING);
	}
}

static void view_draw__filters__are_seen_at_every_width(void **state)
{
	static const int widths[] = { 40, 60, 80, 120 };

	(void)state;
	set_filter(FILTER_PID, "41213");
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		draw_at(widths[i]);
		assert_int_equal(role_at(&grid, 0, find_in_row(&grid, 0, "pid=")), ROLE_FILTER);
	}
	set_filter(FILTER_UID, "1000");
	set_filter(FILTER_PORT, "443,8000-8010,!8005");
	draw_at(120);
	find_in_row(&grid, 0, "filter pid=41213 uid=1000 port=443,8000-8010,");
}

/* One PID is what p Enter leads to: at the commonest size it can be read. */
static void view_draw__one_pid_at_80_columns__is_read_whole(void **state)
{
	(void)state;
	set_filter(FILTER_PID, "41213");
	draw_at(80);
	find_in_row(&grid, 0, "pid=41213");
}

static void view_draw__long_host_name__leaves_room_for_the_filter(void **state)
{
	(void)state;
	strcpy(host.name, "ip-10-0-12-34.eu-central-1.compute.internal");
	set_filter(FILTER_PID, "41213");
	draw_at(80);
	find_in_row(&grid, 0, "pid=");
}

static void view_draw__evicted__is_counted(void **state)
{
	(void)state;
	summary.evicted = 1204;
	draw_at(120);
	expect_row(&grid, 0,
		   "conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 0  0/s  lost 0  "
		   "evicted 1204");
}

static void view_draw__evicted__goes_before_what_matters_more(void **state)
{
	(void)state;
	summary.evicted = 1204;
	draw_at(60);
	expect_row(&grid, 0, "conntop  execs 12/s  conns 48/s  live 0  0/s  lost 0");
}

static void view_draw__failed_watched__is_told(void **state)
{
	(void)state;
	draw_at(80);
	assert_false(row_has(&grid, 0, "failed"));
	summary.failed = true;
	draw_at(80);
	find_in_row(&grid, 0, "lost 0  +failed");
}

/* It is there to be read where there is room, and takes none from anything else. */
static void view_draw__limits__go_first(void **state)
{
	(void)state;
	summary.limits = "";
	draw_at(120);
	expect_row(&grid, 0,
		   "conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 0  0/s  lost 0");
	summary.limits = "accepts are told within a refresh: no fexit";
	draw_at(120);
	expect_row(&grid, 0,
		   "conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 0  0/s  lost 0  "
		   "accepts are told within a refresh");
	draw_at(90);
	expect_row(&grid, 0,
		   "conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 0  0/s  lost 0");
}

/* Whatever else there is to tell. */
static void view_draw__40_columns_crowded__still_tells_the_lost(void **state)
{
	(void)state;
	summary.lost = 1234567;
	summary.paused = true;
	summary.failed = true;
	summary.evicted = 99;
	summary.limits = "accepts are told within a refresh";
	set_filter(FILTER_PID, "41213");
	set_filter(FILTER_PORT, "443,8000-8010,!8005");
	draw_at(40);
	expect_row(&grid, 0, "PAUSED  lost 1234567  filter pid=41213 \u2026");
	assert_int_equal(role_at(&grid, 0, find_in_row(&grid, 0, "lost")), ROLE_WARNING);
	summary.lost = UINT64_MAX;
	draw_at(40);
	find_in_row(&grid, 0, "PAUSED  lost 18446744073709551615  ");
}

static void view_draw__40_columns__drops_the_name_before_the_figures(void **state)
{
	(void)state;
	draw_at(40);
	expect_row(&grid, 0, "execs 12/s  conns 48/s  live 0  lost 0");
}

/* --- bars ------------------------------------------------------------------------------------- */

static void push_rates(uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		summary.execs_rate = i;
		summary.conns_rate = 2 * i;
		view_summary_push(&summary, model);
	}
}

static void view_summary_push__rates__become_bars(void **state)
{
	(void)state;
	push_rates(8);
	draw(140, 8, CHARSET_UTF8);
	expect_row(&grid, 0,
		   "conntop  web-03  14:02:11  execs 7/s  conns 14/s          "
		   "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588  live 0  0/s          "
		   "\u2581\u2581\u2581\u2581\u2581\u2581\u2581\u2581  lost 0");
	assert_int_equal(role_at(&grid, 0, 60), ROLE_SPARK);
	draw(140, 8, CHARSET_ASCII);
	expect_row(&grid, 0,
		   "conntop  web-03  14:02:11  execs 7/s  conns 14/s          01345689  live 0  "
		   "0/s          00000000  lost 0");
}

static void view_draw__bars__are_fewer_on_narrow_lines_then_gone(void **state)
{
	(void)state;
	push_rates(SPARK_MAX);
	draw(120, 8, CHARSET_ASCII);
	find_in_row(&grid, 0, "  0112234455677889  live");
	draw(100, 8, CHARSET_ASCII);
	find_in_row(&grid, 0, "889  live 0");
	draw(90, 8, CHARSET_ASCII);
	find_in_row(&grid, 0, "889  live 0  0/s");
	draw(75, 8, CHARSET_ASCII);
	expect_row(&grid, 0,
		   "conntop  web-03  14:02:11  execs 15/s  conns 30/s  live 0  0/s  lost 0");
}

/* Of those that the filter lets through, both ways. */
static void view_summary_push__bytes__are_of_the_living_under_the_filter(void **state)
{
	struct conn_event conn;

	(void)state;
	for (uint64_t id = 1; id <= 3; id++) {
		conn = conn_figures(EVENT_SAMPLE, id, T0_NS, 0, 0);
		conn.head.pid = (uint32_t)id;
		add_conn(conn);
		conn.head.ts_ns += SECOND_NS;
		conn.tx_bytes = 1024 * id;
		conn.rx_bytes = 1024 * id;
		add_conn(conn);
	}
	draw_at(120);
	find_in_row(&grid, 0, "  live 3  12.0K/s  ");
	set_filter(FILTER_PID, "1,2");
	draw_at(120);
	find_in_row(&grid, 0, "  live 2  6.0K/s  ");
	view_summary_push(&summary, model);
	assert_int_equal(summary.bytes.values[0], 6 * 1024);
	assert_int_equal(summary.events.values[0], 12 + 48);
}

/* --- what is counted -------------------------------------------------------------------------- */

/* Whichever pane is shown. */
static void view_draw__live__counts_what_the_filter_lets_through(void **state)
{
	struct conn_event conn;

	(void)state;
	for (uint64_t id = 1; id <= 5; id++) {
		conn = conn_record(id == 5 ? EVENT_CLOSE : EVENT_CONNECT, id, T0_NS);
		conn.head.pid = id == 1 ? 1 : 41213;
		assert_int_equal(model_apply(model, &conn.head, sizeof(conn)), 0);
	}
	for (size_t pane = 0; pane < PANE_COUNT; pane++) {
		view_show_pane(&view, pane);
		memset(&spec, 0, sizeof(spec));
		model_set_filter(model, &spec.filter);
		draw_at(80);
		find_in_row(&grid, 0, "  live 4  ");
		set_filter(FILTER_PID, "41213");
		draw_at(120);
		find_in_row(&grid, 0, "  live 3  ");
	}
}

static void view_draw__hostile_host_name__is_made_safe(void **state)
{
	(void)state;
	strcpy(host.name, "a\x1b[2Jb");
	draw_at(120);
	assert_int_equal(find_in_row(&grid, 0, "a\\e[2Jb"), 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(view_draw__lost__is_seen_at_every_width),
		TEST(view_draw__paused__is_seen_at_every_width),
		TEST(view_draw__filters__are_seen_at_every_width),
		TEST(view_draw__one_pid_at_80_columns__is_read_whole),
		TEST(view_draw__long_host_name__leaves_room_for_the_filter),
		TEST(view_draw__evicted__is_counted),
		TEST(view_draw__evicted__goes_before_what_matters_more),
		TEST(view_draw__failed_watched__is_told),
		TEST(view_draw__limits__go_first),
		TEST(view_draw__40_columns_crowded__still_tells_the_lost),
		TEST(view_draw__40_columns__drops_the_name_before_the_figures),
		TEST(view_summary_push__rates__become_bars),
		TEST(view_draw__bars__are_fewer_on_narrow_lines_then_gone),
		TEST(view_summary_push__bytes__are_of_the_living_under_the_filter),
		TEST(view_draw__live__counts_what_the_filter_lets_through),
		TEST(view_draw__hostile_host_name__is_made_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
