/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The selected row: which one it is after rows came, went, were hidden or put in another order. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "events.h"
#include "view.h"

static struct model *model;
static struct view view;
static struct filter filter;

static const struct view_context ctx = {
	.now_ns = T0_NS,
	.boot_to_wall_ns = T0_BOOT_TO_WALL_NS,
	.charset = CHARSET_ASCII,
};

static struct view_pane *execs;

static void take_exec(uint32_t pid)
{
	struct exec_record record = exec_record(T0_NS + pid, pid, pid % 2 ? "/odd" : "/even", "x",
						2);

	record.head.start_ns = T0_NS + pid * SECOND_NS;
	assert_int_equal(model_apply(model, &record.head, record.size), 0);
}

static void update_from(const struct model *from)
{
	assert_int_equal(view_update(&view, from, &filter, &ctx), 0);
}

static void update(void)
{
	update_from(model);
}

/* PIDs 1 to 6, the newest on top. */
static int set_up(void **state)
{
	(void)state;
	memset(&filter, 0, sizeof(filter));
	model = model_new(6);
	if (!model)
		return -1;
	view_init(&view);
	execs = &view.panes[PANE_EXECS];
	for (uint32_t pid = 1; pid <= 6; pid++)
		take_exec(pid);
	update();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	view_fini(&view);
	model_free(model);
	return 0;
}

static uint32_t selected_pid(void)
{
	const struct exec_row *row = view_selected(&view);

	return row ? row->owner.pid : 0;
}

static void select_pid(uint32_t pid)
{
	for (size_t i = 0; i < execs->list.n; i++)
		if (((const struct exec_row *)list_row(&execs->list, i))->owner.pid == pid)
			view_select(&view, PANE_EXECS, i);
	assert_int_equal(selected_pid(), pid);
}

static void filter_rows(const char *text)
{
	char error[64];

	assert_int_equal(list_filter_rows(&execs->list, text, error, sizeof(error)), 0);
	update();
}

static void only_pid(uint32_t pid)
{
	memset(filter.pid.only.values, 0xff, sizeof(filter.pid.only.values));
	filter.pid.only.n = 1;
	filter.pid.only.values[0] = pid;
	update();
}

/* --- rows that come and go -------------------------------------------------------------------- */

static void selection__untouched__follows_the_first_row(void **state)
{
	(void)state;
	assert_int_equal(selected_pid(), 6);
	take_exec(7);
	update();
	assert_int_equal(selected_pid(), 7);
	list_choose_sort(&execs->list, "+pid");
	update();
	assert_int_equal(selected_pid(), 2); /* 1 was evicted */
}

static void selection__moved__stays_on_its_row(void **state)
{
	(void)state;
	view_move(&view, 2);
	assert_int_equal(selected_pid(), 4);
	take_exec(7);
	update();
	assert_int_equal(selected_pid(), 4);
	assert_int_equal(execs->selected, 3);
}

static void selection__moved_back_to_the_top__follows_again(void **state)
{
	(void)state;
	view_move(&view, 2);
	view_move(&view, -5);
	take_exec(7);
	update();
	assert_int_equal(selected_pid(), 7);
}

static void selection__sorted__stays_on_its_row(void **state)
{
	(void)state;
	select_pid(4);
	list_choose_sort(&execs->list, "+pid");
	update();
	assert_int_equal(selected_pid(), 4);
	execs->list.descending = true;
	update();
	assert_int_equal(selected_pid(), 4);
	list_choose_sort(&execs->list, "+comm");
	update();
	assert_int_equal(selected_pid(), 4);
}

static void selection__evicted__the_neighbour_in_its_place(void **state)
{
	(void)state;
	list_choose_sort(&execs->list, "+pid");
	update();
	select_pid(2);
	take_exec(7); /* 1 goes */
	update();
	assert_int_equal(selected_pid(), 2);
	take_exec(8);
	update();
	assert_int_equal(selected_pid(), 3); /* now the first: it stays selected */
	take_exec(9);
	take_exec(10);
	update();
	assert_int_equal(selected_pid(), 5);
}

static void selection__last_row_evicted__the_one_above(void **state)
{
	(void)state;
	select_pid(1);
	take_exec(7);
	update();
	assert_int_equal(selected_pid(), 2);
	assert_int_equal(execs->selected, 5);
}

/* --- rows that are hidden --------------------------------------------------------------------- */

static void selection__hidden_and_shown_again__is_that_row(void **state)
{
	(void)state;
	select_pid(3);
	filter_rows("even");
	assert_int_equal(selected_pid(), 2); /* in its place stands the last one */
	take_exec(8);
	update();
	assert_int_equal(selected_pid(), 2); /* which stays while it stands in */
	filter_rows("");
	assert_int_equal(selected_pid(), 3);
}

static void selection__capture_filter_hides_all__is_found_again(void **state)
{
	(void)state;
	select_pid(3);
	only_pid(99);
	assert_int_equal(selected_pid(), 0);
	assert_int_equal(execs->selected, -1);
	only_pid(3);
	assert_int_equal(selected_pid(), 3);
	memset(&filter, 0, sizeof(filter));
	update();
	assert_int_equal(selected_pid(), 3);
}

static void selection__moved_meanwhile__is_the_new_one(void **state)
{
	(void)state;
	select_pid(3);
	filter_rows("even");
	view_move(&view, -1);
	assert_int_equal(selected_pid(), 4);
	filter_rows("");
	assert_int_equal(selected_pid(), 4);
}

static void selection__pane_not_shown_meanwhile__is_that_row(void **state)
{
	(void)state;
	select_pid(3);
	view_show_pane(&view, PANE_REMOTES);
	update();
	assert_null(view_selected(&view));
	take_exec(7);
	update();
	view_split(&view);
	update();
	assert_int_equal(selected_pid(), 3);
}

static void selection__paused_and_on_again__is_that_row(void **state)
{
	struct model *frozen;

	(void)state;
	select_pid(4);
	frozen = model_clone(model);
	assert_non_null(frozen);
	update_from(frozen);
	assert_int_equal(selected_pid(), 4);
	take_exec(7);
	update_from(frozen);
	assert_int_equal(selected_pid(), 4);
	assert_int_equal(execs->selected, 2);
	select_pid(1);
	update();
	model_free(frozen);
	assert_int_equal(selected_pid(), 2); /* 1 went in the meantime */
}

/* --- a tree ----------------------------------------------------------------------------------- */

static void selection__tree_and_back__stays_on_its_row(void **state)
{
	(void)state;
	select_pid(3);
	assert_int_equal(list_set_tree(&execs->list, true), 0);
	update();
	assert_int_equal(execs->list.n, 7); /* their parent, too */
	assert_int_equal(selected_pid(), 3);
	take_exec(7);
	update();
	assert_int_equal(selected_pid(), 3);
	assert_int_equal(list_set_tree(&execs->list, false), 0);
	update();
	assert_int_equal(selected_pid(), 3);
}

static void selection__folded_away__is_the_fold_until_unfolded(void **state)
{
	(void)state;
	assert_int_equal(list_set_tree(&execs->list, true), 0);
	update();
	select_pid(3);
	assert_int_equal(list_fold(&execs->list, 0, true), 0);
	update();
	assert_int_equal(selected_pid(), 41200);
	list_fold(&execs->list, 0, false);
	update();
	assert_int_equal(selected_pid(), 3);
}

/* --- panes ------------------------------------------------------------------------------------ */

static void view_split__from_a_pane_alone__focuses_what_had_it(void **state)
{
	(void)state;
	view_next_pane(&view);
	assert_int_equal(view.focus, PANE_CONNECTIONS);
	view_show_pane(&view, PANE_LISTENERS);
	view_show_pane(&view, PANE_PROCESSES);
	view_split(&view);
	assert_int_equal(view.focus, PANE_CONNECTIONS);
	view_next_pane(&view);
	view_show_pane(&view, PANE_REMOTES);
	view_split(&view);
	assert_int_equal(view.focus, PANE_EXECS);
	view_show_pane(&view, PANE_CONNECTIONS);
	view_split(&view);
	assert_int_equal(view.focus, PANE_CONNECTIONS);
}

static void view_focus__pane__is_shown_alone_only_if_it_must(void **state)
{
	(void)state;
	view_focus(&view, PANE_CONNECTIONS);
	assert_int_equal(view.focus, PANE_CONNECTIONS);
	assert_false(view_alone(&view));
	view_focus(&view, PANE_REMOTES);
	assert_true(view_alone(&view));
	view_focus(&view, PANE_EXECS);
	assert_int_equal(view.focus, PANE_EXECS);
	assert_true(view_alone(&view));
}

static void view_select__no_rows__selects_nothing(void **state)
{
	(void)state;
	view_select(&view, PANE_CONNECTIONS, 3);
	assert_int_equal(view.panes[PANE_CONNECTIONS].selected, -1);
	view_select(&view, PANE_EXECS, 99);
	assert_int_equal(selected_pid(), 1);
	view_select(&view, PANE_EXECS, -1);
	assert_int_equal(selected_pid(), 6);
}

static void view_lift_row_filters__every_pane__has_none(void **state)
{
	char error[64];

	(void)state;
	assert_false(view_rows_filtered(&view));
	filter_rows("odd");
	list_filter_rows(&view.panes[PANE_REMOTES].list, "x", error, sizeof(error));
	assert_true(view_rows_filtered(&view));
	view_lift_row_filters(&view);
	assert_false(view_rows_filtered(&view));
	update();
	assert_int_equal(execs->list.n, 6);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(selection__untouched__follows_the_first_row),
		TEST(selection__moved__stays_on_its_row),
		TEST(selection__moved_back_to_the_top__follows_again),
		TEST(selection__sorted__stays_on_its_row),
		TEST(selection__evicted__the_neighbour_in_its_place),
		TEST(selection__last_row_evicted__the_one_above),
		TEST(selection__hidden_and_shown_again__is_that_row),
		TEST(selection__capture_filter_hides_all__is_found_again),
		TEST(selection__moved_meanwhile__is_the_new_one),
		TEST(selection__pane_not_shown_meanwhile__is_that_row),
		TEST(selection__paused_and_on_again__is_that_row),
		TEST(selection__tree_and_back__stays_on_its_row),
		TEST(selection__folded_away__is_the_fold_until_unfolded),
		TEST(view_split__from_a_pane_alone__focuses_what_had_it),
		TEST(view_focus__pane__is_shown_alone_only_if_it_must),
		TEST(view_select__no_rows__selects_nothing),
		TEST(view_lift_row_filters__every_pane__has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
