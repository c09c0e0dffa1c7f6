/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary line: what it tells, and what goes when there is no room. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "events.h"
#include "frames.h"
#include "view.h"

static struct model *model;
static struct view view;
static struct grid grid;
static struct filterspec spec;
static struct source_host host;
static struct view_summary summary;

static const struct view_context ctx = {
	.now_ns = T0_NS,
	.boot_to_wall_ns = T0_BOOT_TO_WALL_NS,
	.charset = CHARSET_UTF8,
};

static int set_up(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	memset(&grid, 0, sizeof(grid));
	memset(&spec, 0, sizeof(spec));
	host = (struct source_host){ "web-03", "6.1.0" };
	summary = (struct view_summary){ .host = &host, .execs_rate = 12, .conns_rate = 48 };
	model = model_new(1000);
	view_init(&view);
	return model && setlocale(LC_CTYPE, "C.UTF-8") ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	view_fini(&view);
	grid_fini(&grid);
	model_free(model);
	return 0;
}

static void draw(int cols, int rows)
{
	assert_int_equal(grid_init(&grid, rows, cols, CHARSET_UTF8), 0);
	assert_int_equal(view_update(&view, model, &spec.filter, &ctx), 0);
	view_draw(&view, &grid, model, &summary, &spec, &ctx);
}

static void set_filter(enum filter_dimension dimension, const char *text)
{
	char error[256];

	assert_int_equal(filterspec_set(&spec, dimension, text, error, sizeof(error)), 0);
}

static void view_draw__lost__is_seen_at_every_width(void **state)
{
	static const int widths[] = { 40, 60, 80, 120 };

	(void)state;
	summary.lost = 7;
	memset(host.name, 'h', sizeof(host.name) - 1);
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		draw(widths[i], 8);
		assert_int_equal(role_at(&grid, 0, find_in_row(&grid, 0, "lost 7")), ROLE_WARNING);
	}
}

static void view_draw__paused__is_seen_at_every_width(void **state)
{
	static const int widths[] = { 40, 60, 80, 120 };

	(void)state;
	summary.paused = true;
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		draw(widths[i], 8);
		assert_int_equal(role_at(&grid, 0, find_in_row(&grid, 0, "PAUSED")), ROLE_WARNING);
	}
}

static void view_draw__filters__are_seen_at_every_width(void **state)
{
	static const int widths[] = { 40, 60, 80, 120 };

	(void)state;
	set_filter(FILTER_PID, "41213");
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		draw(widths[i], 8);
		assert_int_equal(role_at(&grid, 0, find_in_row(&grid, 0, "pid=")), ROLE_GOOD);
	}
	set_filter(FILTER_UID, "1000");
	set_filter(FILTER_PORT, "443,8000-8010,!8005");
	draw(120, 8);
	find_in_row(&grid, 0, "filter pid=41213 uid=1000 port=443,8000-8010,");
}

/* One PID is what p Enter leads to: at the commonest size it can be read. */
static void view_draw__one_pid_at_80_columns__is_read_whole(void **state)
{
	(void)state;
	set_filter(FILTER_PID, "41213");
	draw(80, 24);
	find_in_row(&grid, 0, "pid=41213");
}

static void view_draw__long_host_name__leaves_room_for_the_filter(void **state)
{
	(void)state;
	strcpy(host.name, "ip-10-0-12-34.eu-central-1.compute.internal");
	set_filter(FILTER_PID, "41213");
	draw(80, 24);
	find_in_row(&grid, 0, "pid=");
}

static void view_draw__evicted__is_counted(void **state)
{
	(void)state;
	summary.evicted = 1204;
	draw(120, 24);
	expect_row(&grid, 0,
		   "conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 0  lost 0  "
		   "evicted 1204");
}

static void view_draw__evicted__goes_before_what_matters_more(void **state)
{
	(void)state;
	summary.evicted = 1204;
	draw(60, 8);
	expect_row(&grid, 0, "conntop  execs 12/s  conns 48/s  live 0  lost 0");
}

static void view_draw__failed_watched__is_told(void **state)
{
	(void)state;
	draw(80, 8);
	assert_false(row_has(&grid, 0, "failed"));
	summary.failed = true;
	draw(80, 8);
	find_in_row(&grid, 0, "lost 0  +failed");
}

/* It is there to be read where there is room, and takes none from anything else. */
static void view_draw__limits__go_first(void **state)
{
	(void)state;
	summary.limits = "";
	draw(120, 8);
	expect_row(&grid, 0, "conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 0  lost 0");
	summary.limits = "accepts are told within a refresh";
	draw(120, 8);
	find_in_row(&grid, 0, "lost 0  accepts are told within a refresh");
	draw(90, 8);
	expect_row(&grid, 0, "conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 0  lost 0");
}

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
		draw(80, 8);
		find_in_row(&grid, 0, "  live 4  ");
		set_filter(FILTER_PID, "41213");
		draw(120, 8);
		find_in_row(&grid, 0, "  live 3  ");
	}
}

static void view_draw__hostile_host_name__is_made_safe(void **state)
{
	(void)state;
	strcpy(host.name, "a\x1b[2Jb");
	draw(120, 24);
	assert_int_equal(find_in_row(&grid, 0, "a\\e[2Jb"), 9);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
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
		TEST(view_draw__live__counts_what_the_filter_lets_through),
		TEST(view_draw__hostile_host_name__is_made_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
