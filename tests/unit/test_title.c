/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The line above a pane: what it tells, and what goes when there is no room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "drawn.h"

/* A tab stands for the rule, as in a frame. */
static void expect_title(int row, const char *title)
{
	char wanted[ROW_TEXT_MAX];

	expand_rule(&grid, title, strlen(title), wanted);
	expect_row(&grid, row, wanted);
}

static void filter_rows(enum pane_id pane, const char *text)
{
	char error[64];

	assert_int_equal(list_filter_rows(&view.panes[pane].list, text, error, sizeof(error)), 0);
}

static void title_draw__focus__is_seen_without_colour(void **state)
{
	(void)state;
	draw(80, 24, CHARSET_UTF8);
	assert_true(row_has(&grid, 1, "\u25b6 Execs"));
	assert_true(row_has(&grid, 12, "  Connections"));
	view.focus = PANE_CONNECTIONS;
	draw(80, 24, CHARSET_ASCII);
	assert_true(row_has(&grid, 1, "  Execs"));
	assert_true(row_has(&grid, 12, "> Connections"));
}

static void title_draw__sorted_otherwise__column_and_arrow_tell(void **state)
{
	(void)state;
	add_rows();
	list_choose_sort(&view.panes[PANE_EXECS].list, "+pid");
	draw(80, 24, CHARSET_UTF8);
	find_in_row(&grid, 1, " sort PID \u25b2");
	assert_int_equal(role_at(&grid, 2, 0), ROLE_HEADER);
	assert_int_equal(role_at(&grid, 2, 18), ROLE_SORT);
	assert_int_equal(find_in_row(&grid, 3, "41213"), 15);
	list_choose_sort(&view.panes[PANE_EXECS].list, "-pid");
	draw(80, 24, CHARSET_ASCII);
	find_in_row(&grid, 1, " sort PID v");
}

static void title_draw__many_rows__are_counted_in_groups(void **state)
{
	struct model *large = model_new(2000);

	(void)state;
	assert_non_null(large);
	model_free(model);
	model = large;
	for (uint32_t pid = 1; pid <= 1204; pid++)
		add_exec(EXEC(T0_NS, pid, "/bin/x", "x"));
	draw(80, 24, CHARSET_UTF8);
	expect_title(1, "\u25b6 Execs 1,204 \t \u203a sort TIME \u25bc");
}

static void title_draw__rows_filtered__are_counted_of_all(void **state)
{
	(void)state;
	add_rows();
	filter_rows(PANE_EXECS, "/curl/");
	filter_rows(PANE_CONNECTIONS, "red");
	draw(80, 24, CHARSET_UTF8);
	expect_title(1, "\u25b6 Execs 1 of 4 rows /curl/ \t \u203a sort TIME \u25bc");
	expect_title(12, "  Connections 1 of 3 rows red \t \u203a sort OPENED \u25bc");
	assert_int_equal(role_at(&grid, 1, 15), ROLE_FOCUS);
	assert_int_equal(role_at(&grid, 1, 20), ROLE_FILTER);
	assert_int_equal(role_at(&grid, 1, 25), ROLE_FILTER);
	assert_int_equal(role_at(&grid, 1, 26), ROLE_FOCUS);
}

static void title_draw__search__is_told_where_the_keyboard_is(void **state)
{
	(void)state;
	add_rows();
	search_set(&view.search, "curl");
	draw(80, 24, CHARSET_UTF8);
	expect_title(1, "\u25b6 Execs 4 search curl \t \u203a sort TIME \u25bc");
	expect_title(12, "  Connections 1 live, 2 closed \t \u203a sort OPENED \u25bc");
	assert_int_equal(role_at(&grid, 1, 17), ROLE_MATCH);
}

static void title_draw__typed_texts__are_made_safe_and_cut(void **state)
{
	(void)state;
	add_rows();
	filter_rows(PANE_EXECS, "e\x1b[2J");
	search_set(&view.search, "a rather long text that nobody will ever find");
	draw(80, 24, CHARSET_UTF8);
	expect_title(1,
		     "\u25b6 Execs 1 of 4 rows e\\e[2J search a rather long text that nobody\u2026 "
		     "\u203a sort TIME \u25bc");
}

/* What hides rows is told before how they are sorted. */
static void title_draw__40_columns__tell_what_matters(void **state)
{
	(void)state;
	add_rows();
	draw(40, 8, CHARSET_UTF8);
	expect_title(1, "\u25b6 Execs 4 \t \u203a sort TIME \u25bc");
	expect_title(4, "  Connections 1 live, 2 closed \t \u203a");
	filter_rows(PANE_CONNECTIONS, "192");
	draw(40, 8, CHARSET_UTF8);
	expect_title(4, "  Connections 2 of 3 rows 192 \t \u203a");
	filter_rows(PANE_EXECS, "/usr/bin/a/very/long/text");
	draw(40, 8, CHARSET_UTF8);
	expect_title(1, "\u25b6 Execs 0 of 4 rows /usr/bin/\u2026 \u203a TIME \u25bc");
}

static void title_draw__scrolled__marks_tell_of_both_sides(void **state)
{
	(void)state;
	add_rows();
	view.layout = LAYOUT_ONE;
	draw(80, 24, CHARSET_UTF8);
	expect_title(1, "\u25b6 Execs 4 \t \u203a sort TIME \u25bc");
	view_scroll(&view, 1);
	draw(80, 24, CHARSET_UTF8);
	expect_title(1, "\u25b6 Execs 4 \t \u2039 \u203a sort TIME \u25bc");
	view_scroll(&view, 100);
	draw(80, 24, CHARSET_UTF8);
	expect_title(1, "\u25b6 Execs 4 \t \u2039 sort TIME \u25bc");
	draw(80, 24, CHARSET_ASCII);
	expect_title(1, "> Execs 4 \t < sort TIME v");
	draw(200, 24, CHARSET_ASCII);
	expect_title(1, "> Execs 4 \t sort TIME v");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(title_draw__focus__is_seen_without_colour),
		TEST(title_draw__sorted_otherwise__column_and_arrow_tell),
		TEST(title_draw__many_rows__are_counted_in_groups),
		TEST(title_draw__rows_filtered__are_counted_of_all),
		TEST(title_draw__search__is_told_where_the_keyboard_is),
		TEST(title_draw__typed_texts__are_made_safe_and_cut),
		TEST(title_draw__40_columns__tell_what_matters),
		TEST(title_draw__scrolled__marks_tell_of_both_sides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
