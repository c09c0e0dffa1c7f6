/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of the screen: what is selected and in sight while rows come, go and change places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "events.h"
#include "view.h"

#define ROWS_MAX 30

static struct model *model;
static struct view view;
static struct grid grid;
static struct filter filter;
static struct filterspec spec;

static const struct source_host host = { "web-03", "6.1.0" };
static const struct view_summary summary = { .host = &host };
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
	memset(&filter, 0, sizeof(filter));
	memset(&grid, 0, sizeof(grid));
	model = model_new(ROWS_MAX);
	view_init(&view);
	/* The Execs pane alone: a summary line, title, header, 10 rows, the caller's line. */
	view.layout = LAYOUT_ONE;
	return model ? grid_init(&grid, 14, 80, CHARSET_UTF8) : -1;
}

static int tear_down(void **state)
{
	(void)state;
	view_fini(&view);
	grid_fini(&grid);
	model_free(model);
	return 0;
}

static struct view_pane *execs(void)
{
	return &view.panes[PANE_EXECS];
}

static void add(uint32_t pid)
{
	struct exec_record record = EXEC(T0_NS + pid * MS_NS, pid, "/bin/x", "x");

	assert_int_equal(model_apply(model, &record.head, record.size), 0);
}

/* PIDs of a range, the last on top of the list. */
static void add_all(uint32_t first, uint32_t last)
{
	for (uint32_t pid = first; pid <= last; pid++)
		add(pid);
}

static void update(void)
{
	assert_int_equal(view_update(&view, model, &filter, &ctx), 0);
}

static void draw(void)
{
	update();
	view_draw(&view, &grid, model, &summary, &spec, &ctx);
}

/* What is selected, and where on the screen, counted from the first row shown. */
static void expect_selected(uint32_t pid, int at)
{
	const struct exec_row *row;

	draw();
	row = view_selected(&view);
	assert_non_null(row);
	assert_int_equal(row->owner.pid, pid);
	assert_int_equal(execs()->selected - execs()->top, at);
	/* And that is the row painted as selected, the only one. */
	for (int i = 0; i < 10; i++)
		assert_int_equal(grid.cells[(3 + i) * grid.cols].role == ROLE_SELECTED, i == at);
}

static uint32_t pid_at(ptrdiff_t index)
{
	return ((const struct exec_row *)list_row(&execs()->list, index))->owner.pid;
}

/* --- selection -------------------------------------------------------------------------------- */

static void view_selected__nothing_listed__is_null(void **state)
{
	(void)state;
	assert_null(view_selected(&view));
	draw();
	assert_null(view_selected(&view));
	view_move(&view, 1);
	view_move(&view, -1);
	view_move(&view, 1 << 30);
	draw();
	assert_null(view_selected(&view));
	assert_int_equal(execs()->selected, -1);
}

static void view_update__untouched__follows_the_first_row(void **state)
{
	(void)state;
	add_all(1, 3);
	expect_selected(3, 0);
	add(4);
	expect_selected(4, 0);
	assert_true(execs()->following);
}

static void view_update__rows_added__selection_stays_on_its_row(void **state)
{
	(void)state;
	add_all(1, 5);
	update();
	view_move(&view, 1);
	expect_selected(4, 1);
	add_all(6, 8);
	expect_selected(4, 4);
	/* Far more than fit: it stays in sight, at the end. */
	add_all(9, 25);
	expect_selected(4, 9);
}

static void view_update__sorted_anew__selection_stays_on_its_row(void **state)
{
	(void)state;
	add_all(1, 20);
	update();
	view_move(&view, 2);
	expect_selected(18, 2);
	list_choose_sort(&execs()->list, "+pid");
	expect_selected(18, 9); /* 17 above it: the body scrolls */
	assert_int_equal(execs()->top, 8);
	list_choose_sort(&execs()->list, "-pid");
	expect_selected(18, 0);
}

static void view_update__row_evicted__neighbour_takes_its_place(void **state)
{
	(void)state;
	add_all(1, ROWS_MAX);
	update();
	view_move(&view, 1 << 30);
	expect_selected(1, 9);
	add(ROWS_MAX + 1); /* 1 goes */
	expect_selected(2, 9);
	assert_int_equal(execs()->selected, ROWS_MAX - 1);
	add_all(ROWS_MAX + 2, 3 * ROWS_MAX);
	expect_selected(2 * ROWS_MAX + 1, 9);
}

static void view_update__filtered_out__selection_is_kept_in_the_list(void **state)
{
	(void)state;
	add_all(1, 9);
	update();
	view_move(&view, 5);
	expect_selected(4, 5);
	memset(filter.pid.only.values, 0xff, sizeof(filter.pid.only.values));
	filter.pid.only.n = 1;
	filter.pid.only.values[0] = 7;
	expect_selected(7, 0);
	filter.pid.only.values[0] = 100;
	draw();
	assert_null(view_selected(&view));
	memset(&filter, 0, sizeof(filter));
	draw();
	assert_non_null(view_selected(&view));
}

static void view_update__each_pane__has_its_own_selection(void **state)
{
	struct conn_event conn = conn_record(EVENT_CONNECT, 77, T0_NS);

	(void)state;
	add_all(1, 5);
	assert_int_equal(model_apply(model, &conn.head, sizeof(conn)), 0);
	update();
	view_move(&view, 3);
	view.focus = PANE_CONNECTIONS;
	draw();
	assert_int_equal(((const struct conn_row *)view_selected(&view))->id, 77);
	view_move(&view, 1);
	view.focus = PANE_EXECS;
	expect_selected(2, 3);
}

/* --- panes ------------------------------------------------------------------------------------ */

static void add_of_each_kind(void)
{
	struct conn_event conn = conn_record(EVENT_CONNECT, 77, T0_NS);
	struct listen_event listener = listen_record(5, T0_NS, 0);

	add_all(1, 3);
	assert_int_equal(model_apply(model, &conn.head, sizeof(conn)), 0);
	assert_int_equal(model_apply(model, &listener.head, sizeof(listener)), 0);
}

/* Which panes have rows, as bits. */
static unsigned filled(void)
{
	unsigned panes_filled = 0;

	for (size_t i = 0; i < PANE_COUNT; i++)
		panes_filled |= view.panes[i].list.n ? 1U << i : 0;
	return panes_filled;
}

/* Rows of the others may be gone by the time they are looked at. */
static void view_update__panes_not_shown__have_no_rows(void **state)
{
	(void)state;
	add_of_each_kind();
	view_split(&view);
	update();
	assert_int_equal(filled(), 1 << PANE_EXECS | 1 << PANE_CONNECTIONS);
	for (size_t i = 0; i < PANE_COUNT; i++) {
		view_show_pane(&view, i);
		update();
		assert_int_equal(filled(), 1 << i);
		assert_non_null(view_selected(&view));
	}
	assert_int_equal(view_update_all(&view, model, &filter, &ctx), 0);
	assert_int_equal(filled(), (1 << PANE_COUNT) - 1);
}

static void view_selected__pane_not_filled_yet__is_null(void **state)
{
	(void)state;
	add_all(1, 3);
	update();
	view_move(&view, 1);
	view_show_pane(&view, PANE_PROCESSES);
	update();
	view_show_pane(&view, PANE_EXECS);
	assert_null(view_selected(&view));
	/* Keys typed ahead do not lose what was selected. */
	view_move(&view, 1);
	expect_selected(2, 1);
}

static void view_next_pane__split__is_the_other_one(void **state)
{
	(void)state;
	view_split(&view);
	assert_int_equal(view.focus, PANE_EXECS);
	view_next_pane(&view);
	assert_int_equal(view.focus, PANE_CONNECTIONS);
	view_next_pane(&view);
	assert_int_equal(view.focus, PANE_EXECS);
	assert_false(view_alone(&view));
}

static void view_next_pane__one__goes_round_all(void **state)
{
	(void)state;
	view_show_pane(&view, PANE_CONNECTIONS);
	for (size_t i = 0; i < PANE_COUNT; i++) {
		view_next_pane(&view);
		assert_int_equal(view.focus, (PANE_CONNECTIONS + 1 + i) % PANE_COUNT);
		assert_true(view_alone(&view));
	}
}

static void view_split__other_pane__gives_the_focus_back(void **state)
{
	(void)state;
	view_split(&view);
	view_next_pane(&view);
	assert_int_equal(view.focus, PANE_CONNECTIONS);
	view_show_pane(&view, PANE_LISTENERS);
	view_split(&view);
	assert_int_equal(view.focus, PANE_CONNECTIONS);
	assert_false(view_alone(&view));
	view_show_pane(&view, PANE_EXECS);
	view_split(&view);
	assert_int_equal(view.focus, PANE_EXECS);
}

/* Whatever the layout says: there is no place for it in the split. */
static void view_draw__split_but_other_pane__is_shown_whole(void **state)
{
	(void)state;
	add_of_each_kind();
	view_split(&view);
	view.focus = PANE_REMOTES;
	assert_true(view_alone(&view));
	draw();
	assert_int_equal(view.panes[PANE_REMOTES].body, 10);
	assert_int_equal(filled(), 1 << PANE_REMOTES);
}

/* --- moving ----------------------------------------------------------------------------------- */

static void view_move__steps__are_kept_within_the_list(void **state)
{
	(void)state;
	add_all(1, 20);
	update();
	view_move(&view, -1);
	expect_selected(20, 0);
	view_move(&view, 1);
	expect_selected(19, 1);
	view_move(&view, 1000);
	expect_selected(1, 9);
	view_move(&view, 1);
	expect_selected(1, 9);
	view_move(&view, PTRDIFF_MAX);
	expect_selected(1, 9);
	view_move(&view, -(1 << 30));
	expect_selected(20, 0);
}

static void view_move__body_scrolls__no_more_than_it_must(void **state)
{
	(void)state;
	add_all(1, 20);
	update();
	view_move(&view, 9);
	expect_selected(11, 9);
	assert_int_equal(execs()->top, 0);
	view_move(&view, 1);
	expect_selected(10, 9);
	assert_int_equal(execs()->top, 1);
	view_move(&view, -9);
	expect_selected(19, 0);
	assert_int_equal(execs()->top, 1);
	view_move(&view, -1);
	assert_int_equal(execs()->selected, 0);
	expect_selected(20, 0);
	assert_int_equal(execs()->top, 0);
}

static void view_move__back_to_the_first_row__follows_again(void **state)
{
	(void)state;
	add_all(1, 5);
	update();
	view_move(&view, 1);
	assert_false(execs()->following);
	view_move(&view, -1);
	assert_true(execs()->following);
	add(6);
	expect_selected(6, 0);
}

static void view_draw__list_shorter__no_line_is_empty_without_need(void **state)
{
	(void)state;
	add_all(1, 30);
	update();
	view_move(&view, 29);
	expect_selected(1, 9);
	assert_int_equal(execs()->top, 20);
	/* Ten rows are left, the selected one among them. */
	memset(filter.pid.only.values, 0xff, sizeof(filter.pid.only.values));
	filter.pid.only.n = 10;
	for (uint32_t i = 0; i < 10; i++)
		filter.pid.only.values[i] = i + 1;
	expect_selected(1, 9);
	assert_int_equal(execs()->top, 0);
	assert_int_equal(pid_at(0), 10);
	/* A larger screen shows more. */
	memset(&filter, 0, sizeof(filter));
	assert_int_equal(grid_init(&grid, 24, 80, CHARSET_UTF8), 0);
	draw();
	assert_int_equal(execs()->body, 20);
	assert_int_equal(execs()->top, 10);
}

/* --- scrolling sideways, and what covers the panes -------------------------------------------- */

static void view_scroll__steps__are_not_left_of_the_start(void **state)
{
	(void)state;
	view_scroll(&view, -1);
	assert_int_equal(execs()->scrolled, 0);
	view_scroll(&view, 2);
	view_scroll(&view, -1);
	assert_int_equal(execs()->scrolled, 1);
	assert_int_equal(view.panes[PANE_CONNECTIONS].scrolled, 0);
}

static void view_move__page__moves_in_it_and_not_the_rows(void **state)
{
	struct page page = { .title = "" };

	(void)state;
	add_all(1, 20);
	update();
	view_move(&view, 4);
	page_init(&page, "Menu");
	for (uint64_t id = 0; id < 3; id++) {
		page_add(&page, NULL, "choice", 6, ROLE_TEXT);
		page_choice(&page, 0, id);
	}
	page_settle(&page);
	view.page = &page;
	draw();
	view_move(&view, 1);
	assert_int_equal(page.selected, 1);
	view.page = NULL;
	page_fini(&page);
	expect_selected(16, 4);
}

/* Keys to the side do not move what cannot be seen. */
static void view_scroll__page__leaves_the_hidden_rows(void **state)
{
	struct page page = { .title = "" };

	(void)state;
	page_init(&page, "Help");
	view.page = &page;
	view_scroll(&view, 1);
	assert_int_equal(execs()->scrolled, 0);
	view.page = NULL;
	page_fini(&page);
}

static void view_update__model_replaced__selection_is_found_there(void **state)
{
	struct model *frozen;

	(void)state;
	add_all(1, 10);
	update();
	view_move(&view, 3);
	expect_selected(7, 3);
	frozen = model_clone(model);
	assert_non_null(frozen);
	add_all(11, 13);
	assert_int_equal(view_update(&view, frozen, &filter, &ctx), 0);
	assert_int_equal(execs()->list.n, 10);
	assert_int_equal(((const struct exec_row *)view_selected(&view))->owner.pid, 7);
	assert_int_equal(execs()->selected, 3);
	model_free(frozen);
	expect_selected(7, 6);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(view_selected__nothing_listed__is_null),
		TEST(view_update__untouched__follows_the_first_row),
		TEST(view_update__rows_added__selection_stays_on_its_row),
		TEST(view_update__sorted_anew__selection_stays_on_its_row),
		TEST(view_update__row_evicted__neighbour_takes_its_place),
		TEST(view_update__filtered_out__selection_is_kept_in_the_list),
		TEST(view_update__each_pane__has_its_own_selection),
		TEST(view_update__panes_not_shown__have_no_rows),
		TEST(view_selected__pane_not_filled_yet__is_null),
		TEST(view_next_pane__split__is_the_other_one),
		TEST(view_next_pane__one__goes_round_all),
		TEST(view_split__other_pane__gives_the_focus_back),
		TEST(view_draw__split_but_other_pane__is_shown_whole),
		TEST(view_move__steps__are_kept_within_the_list),
		TEST(view_move__body_scrolls__no_more_than_it_must),
		TEST(view_move__back_to_the_first_row__follows_again),
		TEST(view_draw__list_shorter__no_line_is_empty_without_need),
		TEST(view_scroll__steps__are_not_left_of_the_start),
		TEST(view_move__page__moves_in_it_and_not_the_rows),
		TEST(view_scroll__page__leaves_the_hidden_rows),
		TEST(view_update__model_replaced__selection_is_found_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
