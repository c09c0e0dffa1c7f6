/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In what roles a frame is painted: rows by what became of them, marks, matches of the search. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "drawn.h"

static void view_draw__focus_and_selection__are_painted(void **state)
{
	(void)state;
	add_rows();
	view.focus = PANE_CONNECTIONS;
	draw(80, 24, CHARSET_UTF8);
	assert_int_equal(role_at(&grid, 0, 0), ROLE_SUMMARY);
	assert_int_equal(role_at(&grid, 1, 2), ROLE_TITLE);
	assert_int_equal(role_at(&grid, 12, 2), ROLE_FOCUS);
	assert_int_equal(role_at(&grid, 13, 5), ROLE_HEADER);
	assert_int_equal(role_at(&grid, 2, 0), ROLE_SORT); /* TIME */
	assert_int_equal(role_at(&grid, 2, 13), ROLE_HEADER);
	assert_int_equal(role_at(&grid, 14, 0), ROLE_SELECTED); /* to the right edge */
	assert_int_equal(role_at(&grid, 14, 79), ROLE_SELECTED);
	assert_int_equal(role_at(&grid, 3, 0), ROLE_WARNING); /* its pane is not focused */
}

/* --- what became of a row --------------------------------------------------------------------- */

/* The role of the row at `index` of a pane alone on the screen, where it is not selected. */
static enum role role_after(enum pane_id pane, int index, uint64_t ns)
{
	ctx.now_ns = T0_NS + ns;
	view_show_pane(&view, pane);
	draw(80, 16, CHARSET_UTF8);
	view.panes[pane].following = false;
	view.panes[pane].selected = -1;
	view_draw(&view, &grid, model, &summary, &spec, &ctx);
	return role_at(&grid, 3 + index, 79);
}

static void pane_role__exec__is_new_then_plain(void **state)
{
	(void)state;
	add_exec(EXEC(T0_NS, 7, "/bin/x", "x"));
	assert_int_equal(role_after(PANE_EXECS, 0, 0), ROLE_NEW);
	assert_int_equal(role_after(PANE_EXECS, 0, 1999 * MS_NS), ROLE_NEW);
	assert_int_equal(role_after(PANE_EXECS, 0, 2000 * MS_NS), ROLE_TEXT);
}

static void pane_role__exec_ended__is_new_then_plain(void **state)
{
	(void)state;
	add_exec(EXEC(T0_NS, 7, "/bin/x", "x"));
	add_exit(exit_record(T0_NS, 7, "x", 0, 0));
	assert_int_equal(role_after(PANE_EXECS, 0, 0), ROLE_NEW);
	assert_int_equal(role_after(PANE_EXECS, 0, 1999 * MS_NS), ROLE_NEW);
	assert_int_equal(role_after(PANE_EXECS, 0, 2000 * MS_NS), ROLE_TEXT);
}

static void pane_role__exec_failed__warns_always(void **state)
{
	struct exec_record failed = EXEC(T0_NS, 7, "/nowhere", "x");

	(void)state;
	failed.event.ret = -ENOENT;
	add_exec(failed);
	assert_int_equal(role_after(PANE_EXECS, 0, 0), ROLE_WARNING);
	assert_int_equal(role_after(PANE_EXECS, 0, 3600 * SECOND_NS), ROLE_WARNING);
}

static void pane_role__connection__is_new_plain_gone_dim(void **state)
{
	struct conn_event conn = conn_record(EVENT_CONNECT, 1, T0_NS);

	(void)state;
	conn.opened_ns = T0_NS;
	conn.established_ns = T0_NS;
	add_conn(conn);
	assert_int_equal(role_after(PANE_CONNECTIONS, 0, SECOND_NS), ROLE_NEW);
	assert_int_equal(role_after(PANE_CONNECTIONS, 0, 3 * SECOND_NS), ROLE_TEXT);
	conn.head.kind = EVENT_CLOSE;
	conn.head.ts_ns = T0_NS + 3 * SECOND_NS;
	conn.state = TCP_CLOSE;
	add_conn(conn);
	assert_int_equal(role_after(PANE_CONNECTIONS, 0, 4 * SECOND_NS), ROLE_GONE);
	assert_int_equal(role_after(PANE_CONNECTIONS, 0, 5 * SECOND_NS), ROLE_DIM);
}

static void pane_role__connection_failed__warns_always(void **state)
{
	(void)state;
	add_conn(conn_failure(1, T0_NS, -ECONNREFUSED));
	assert_int_equal(role_after(PANE_CONNECTIONS, 0, 0), ROLE_WARNING);
	assert_int_equal(role_after(PANE_CONNECTIONS, 0, 3600 * SECOND_NS), ROLE_WARNING);
}

/* Nobody knows when what is older than conntop came. */
static void pane_role__older_than_conntop__is_not_new(void **state)
{
	struct conn_event conn = conn_record(EVENT_SAMPLE, 1, T0_NS);

	(void)state;
	conn.opened_ns = 0;
	conn.established_ns = 0;
	add_conn(conn);
	assert_int_equal(role_after(PANE_CONNECTIONS, 0, 0), ROLE_TEXT);
}

static void pane_role__process_ended__is_gone_then_dim(void **state)
{
	(void)state;
	add_exec(EXEC(T0_NS, 7, "/bin/x", "x"));
	add_exit(exit_record(T0_NS, 7, "x", 0, 0));
	for (int i = 0; i < 2; i++) {
		const struct process_row *row;

		role_after(PANE_PROCESSES, 0, 0);
		row = list_row(&view.panes[PANE_PROCESSES].list, i);
		assert_int_equal(role_after(PANE_PROCESSES, i, SECOND_NS),
				 row->owner.pid == 7 ? ROLE_GONE : ROLE_TEXT);
		assert_int_equal(role_after(PANE_PROCESSES, i, 2 * SECOND_NS),
				 row->owner.pid == 7 ? ROLE_DIM : ROLE_TEXT);
	}
}

static void pane_role__listener_full__warns(void **state)
{
	struct listen_event listener = listen_record(1, T0_NS, 0);

	(void)state;
	listener.opened_ns = T0_NS;
	add_listener(listener);
	assert_int_equal(role_after(PANE_LISTENERS, 0, SECOND_NS), ROLE_NEW);
	assert_int_equal(role_after(PANE_LISTENERS, 0, 2 * SECOND_NS), ROLE_TEXT);
	listener.backlog = 129;
	add_listener(listener);
	assert_int_equal(role_after(PANE_LISTENERS, 0, SECOND_NS), ROLE_WARNING);
}

static void pane_role__remote__warns_while_unreached(void **state)
{
	(void)state;
	add_conn(conn_failure(1, T0_NS, -ECONNREFUSED));
	assert_int_equal(role_after(PANE_REMOTES, 0, 0), ROLE_WARNING);
	add_conn(conn_record(EVENT_CONNECT, 2, T0_NS));
	assert_int_equal(role_after(PANE_REMOTES, 0, 0), ROLE_TEXT);
	add_conn(conn_record(EVENT_CLOSE, 2, T0_NS));
	assert_int_equal(role_after(PANE_REMOTES, 0, 0), ROLE_DIM);
}

/* --- marks ------------------------------------------------------------------------------------ */

static void view_draw__selected_process__is_marked_in_the_other_pane(void **state)
{
	struct conn_event other = conn_record(EVENT_CONNECT, 2, T0_NS);

	(void)state;
	add_exec(EXEC(T0_NS, 41213, "/bin/curl", "x"));
	add_conn(conn_record(EVENT_CONNECT, 1, T0_NS));
	other.head.pid = 99;
	other.opened_ns -= SECOND_NS;
	add_conn(other);
	draw(80, 16, CHARSET_UTF8);
	view_mark(&view);
	view_draw(&view, &grid, model, &summary, &spec, &ctx);
	assert_int_equal(role_at(&grid, 3, 0), ROLE_SELECTED);
	assert_int_equal(role_at(&grid, 10, 0), ROLE_MARKED);
	assert_int_equal(role_at(&grid, 10, 79), ROLE_MARKED);
	assert_int_equal(role_at(&grid, 11, 0), ROLE_NEW);
}

/* Its PID and command are: the rest of the row goes on to warn. */
static void view_draw__marked_failure__is_both(void **state)
{
	(void)state;
	add_exec(EXEC(T0_NS, 41213, "/bin/curl", "x"));
	add_conn(conn_failure(1, T0_NS, -ECONNREFUSED));
	draw(80, 16, CHARSET_UTF8);
	view_mark(&view);
	view_draw(&view, &grid, model, &summary, &spec, &ctx);
	assert_int_equal(role_at(&grid, 10, 3), ROLE_MARKED);
	assert_int_equal(role_at(&grid, 10, 8), ROLE_MARKED);
	assert_int_equal(role_at(&grid, 10, 79), ROLE_WARNING);
}

/* --- matches ---------------------------------------------------------------------------------- */

/* How a row is painted: a letter a cell, m for what was found. */
static void expect_matches(int row, int col, const char *wanted)
{
	for (int i = 0; wanted[i]; i++) {
		bool match = role_at(&grid, row, col + i) == ROLE_MATCH;

		if (match != (wanted[i] == 'm'))
			fail_msg("column %d of '%s' is%s painted", i, wanted, match ? "" : " not");
	}
}

static void view_draw__search__paints_every_match(void **state)
{
	(void)state;
	add_exec(EXEC(T0_NS, 7, "/bin/foo", "x\0foo\0food"));
	add_exec(EXEC(T0_NS, 8, "/bin/foo", "x\0foo\0food"));
	view_show_pane(&view, PANE_EXECS);
	search_set(&view.search, "foo");
	draw(80, 16, CHARSET_UTF8);
	/* The selected row, too. */
	for (int row = 3; row < 5; row++) {
		int col = find_in_row(&grid, row, "/bin/foo");

		expect_matches(row, 0, "............ ");
		expect_matches(row, col, ".....mmm.mmm.mmm.");
	}
}

static void view_draw__search__counts_columns_not_bytes(void **state)
{
	(void)state;
	add_exec(EXEC(T0_NS, 7, "/b", "x\0\u4e16\u754c \x1b.e\u0301.ab"));
	view_show_pane(&view, PANE_EXECS);
	search_set(&view.search, "ab");
	draw(40, 8, CHARSET_UTF8);
	/* /b 世界 \e.é.ab */
	expect_matches(3, view.panes[PANE_EXECS].fit.spans[2].col, ".............mm.");
	search_set(&view.search, "\u754c");
	draw(40, 8, CHARSET_UTF8);
	expect_matches(3, view.panes[PANE_EXECS].fit.spans[2].col, ".....mm...");
}

static void view_draw__search_in_a_cut_cell__stays_in_it(void **state)
{
	(void)state;
	add_exec(EXEC(T0_NS, 7, "/bin/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "x"));
	view_show_pane(&view, PANE_EXECS);
	search_set(&view.search, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	list_choose_columns(&view.panes[PANE_EXECS].list, "args,pid");
	draw(40, 8, CHARSET_UTF8);
	expect_matches(3, 0, ".....mmmmmmmmmmmmmmmmmmmmmmmmmmm........");
	/* Begun out of sight. */
	view.panes[PANE_EXECS].scrolled = 1;
	draw(40, 8, CHARSET_UTF8);
	expect_matches(3, 0, "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm........");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(view_draw__focus_and_selection__are_painted),
		TEST(pane_role__exec__is_new_then_plain),
		TEST(pane_role__exec_ended__is_new_then_plain),
		TEST(pane_role__exec_failed__warns_always),
		TEST(pane_role__connection__is_new_plain_gone_dim),
		TEST(pane_role__connection_failed__warns_always),
		TEST(pane_role__older_than_conntop__is_not_new),
		TEST(pane_role__process_ended__is_gone_then_dim),
		TEST(pane_role__listener_full__warns),
		TEST(pane_role__remote__warns_while_unreached),
		TEST(view_draw__selected_process__is_marked_in_the_other_pane),
		TEST(view_draw__marked_failure__is_both),
		TEST(view_draw__search__paints_every_match),
		TEST(view_draw__search__counts_columns_not_bytes),
		TEST(view_draw__search_in_a_cut_cell__stays_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
