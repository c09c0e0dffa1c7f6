/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which columns are shown and how wide: by the terminal's width, by the rows, scrolled sideways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "drawn.h"

static struct view_pane *pane(enum pane_id id)
{
	return &view.panes[id];
}

/* The titles on screen, a blank between. */
static void expect_columns(enum pane_id id, const char *wanted)
{
	const struct view_fit *fit = &pane(id)->fit;
	char shown[512] = "";

	for (size_t i = 0; i < fit->n; i++) {
		strcat(shown, i ? " " : "");
		strcat(shown, fit->spans[i].column->title);
	}
	assert_string_equal(shown, wanted);
}

static int width_of(enum pane_id id, const char *title)
{
	const struct view_fit *fit = &pane(id)->fit;

	for (size_t i = 0; i < fit->n; i++)
		if (!strcmp(fit->spans[i].column->title, title))
			return fit->spans[i].width;
	fail_msg("no column %s", title);
	return -1;
}

static void show(enum pane_id id, int cols)
{
	view_show_pane(&view, id);
	draw(cols, 16, CHARSET_UTF8);
}

static void scroll(int step)
{
	int cols = grid.cols;

	view_scroll(&view, step);
	draw(cols, 16, CHARSET_UTF8);
}

/* --- which ------------------------------------------------------------------------------------ */

static void fit_columns__60_columns__keep_what_matters(void **state)
{
	(void)state;
	show(PANE_EXECS, 60);
	expect_columns(PANE_EXECS, "PID USER EXIT COMM ARGS");
	show(PANE_CONNECTIONS, 60);
	expect_columns(PANE_CONNECTIONS, "PID COMM RADDR RPORT STATE");
	show(PANE_PROCESSES, 60);
	expect_columns(PANE_PROCESSES, "PID USER LIVE TX/s RX/s ARGS");
	show(PANE_REMOTES, 60);
	expect_columns(PANE_REMOTES, "RADDR RPORT CONNS LIVE FAILED LATENCY TX/s");
	show(PANE_LISTENERS, 60);
	expect_columns(PANE_LISTENERS, "PID COMM LADDR LPORT ACCEPTS");
}

static void fit_columns__any_width__fill_no_more_than_it(void **state)
{
	(void)state;
	add_rows();
	for (int cols = VIEW_COLS_MIN; cols < 300; cols += 3) {
		for (int id = 0; id < PANE_COUNT; id++) {
			const struct view_fit *fit = &pane(id)->fit;
			int end = -1;

			show(id, cols);
			for (size_t i = 0; i < fit->n; i++) {
				assert_int_equal(fit->spans[i].col, end + 1);
				assert_true(fit->spans[i].width > 0);
				end = fit->spans[i].col + fit->spans[i].width;
			}
			assert_true(end <= cols);
		}
	}
}

/* It is what they look for. */
static void fit_columns__sorted_by_a_column__it_stays(void **state)
{
	(void)state;
	list_choose_sort(&pane(PANE_CONNECTIONS)->list, "rtt_us");
	show(PANE_CONNECTIONS, 60);
	expect_columns(PANE_CONNECTIONS, "PID RADDR RPORT STATE RTT");
	show(PANE_CONNECTIONS, 40);
	expect_columns(PANE_CONNECTIONS, "PID RADDR RPORT RTT");
	/* The order that nobody chose does not push out anything. */
	list_choose_sort(&pane(PANE_CONNECTIONS)->list, "opened");
	show(PANE_CONNECTIONS, 60);
	expect_columns(PANE_CONNECTIONS, "PID COMM RADDR RPORT STATE");
}

static void fit_columns__chosen_by_the_user__keep_their_order(void **state)
{
	(void)state;
	list_choose_columns(&pane(PANE_EXECS)->list, "args,comm,pid");
	show(PANE_EXECS, 80);
	expect_columns(PANE_EXECS, "ARGS COMM PID");
	assert_int_equal(width_of(PANE_EXECS, "ARGS"), 80 - 1 - 12 - 1 - 7);
}

/* --- how wide --------------------------------------------------------------------------------- */

static void fit_columns__last_column__takes_the_rest(void **state)
{
	(void)state;
	add_exec(EXEC(T0_NS, 7, "/bin/x", "x"));
	show(PANE_EXECS, 200);
	assert_int_equal(width_of(PANE_EXECS, "COMM"), 12);
	assert_int_equal(width_of(PANE_EXECS, "ARGS"), 200 - 82);
}

static void fit_columns__long_names__are_whole_before_args_take_the_rest(void **state)
{
	struct exec_record exec = EXEC(T0_NS, 7, "/bin/fifteen-letters", "x");

	(void)state;
	strcpy(exec.event.parent.comm, "parent-of-fifte");
	add_exec(exec);
	show(PANE_EXECS, 120);
	assert_int_equal(width_of(PANE_EXECS, "PCOMM"), 15);
	assert_int_equal(width_of(PANE_EXECS, "COMM"), 15);
	assert_true(row_has(&grid, 3, " parent-of-fifte "));
	assert_true(row_has(&grid, 3, " fifteen-letters "));
}

static void fit_columns__service_name__is_whole(void **state)
{
	struct conn_event conn = conn_record(EVENT_CONNECT, 1, T0_NS);

	(void)state;
	conn.rport = 5432;
	add_conn(conn);
	ctx.names = names_new(NULL);
	assert_non_null(ctx.names);
	if (!names_service(ctx.names, 5432)) {
		names_free(ctx.names);
		skip();
	}
	show(PANE_CONNECTIONS, 80);
	find_in_row(&grid, 3, " postgresql ");
	names_free(ctx.names);
	ctx.names = NULL;
}

/* What is left goes to all who need it: none gets all of it while another is cut. */
static void fit_columns__little_room__is_shared(void **state)
{
	struct conn_event conn = conn_record(EVENT_CONNECT, 1, T0_NS);

	(void)state;
	conn_set_ends(&conn, 6, "2001:db8:1111:2222:3333:4444:5555:6666", 50000,
		      "2001:db8:1111:2222:3333:4444:5555:7777", 443);
	add_conn(conn);
	show(PANE_CONNECTIONS, 160);
	assert_in_range(width_of(PANE_CONNECTIONS, "LADDR") - width_of(PANE_CONNECTIONS, "RADDR"),
			0, 1);
	assert_true(width_of(PANE_CONNECTIONS, "LADDR") > 15);
	show(PANE_CONNECTIONS, 220);
	assert_int_equal(width_of(PANE_CONNECTIONS, "LADDR"), 38);
	assert_int_equal(width_of(PANE_CONNECTIONS, "RADDR"), 38);
}

/* Columns that jump at each refresh cannot be read. */
static void fit_columns__rows_go__widths_stay(void **state)
{
	(void)state;
	add_exec(EXEC(T0_NS, 7, "/bin/fifteen-letters", "x"));
	show(PANE_EXECS, 120);
	assert_int_equal(width_of(PANE_EXECS, "COMM"), 15);
	set_filter(FILTER_PID, "1");
	show(PANE_EXECS, 120);
	assert_int_equal(width_of(PANE_EXECS, "COMM"), 15);
	/* Another terminal's width, or other columns: everything moves anyway. */
	show(PANE_EXECS, 121);
	assert_int_equal(width_of(PANE_EXECS, "COMM"), 12);
}

/* --- sideways --------------------------------------------------------------------------------- */

static void view_scroll__right__shows_what_did_not_fit(void **state)
{
	(void)state;
	add_rows();
	show(PANE_CONNECTIONS, 80);
	expect_columns(PANE_CONNECTIONS, "PID COMM RADDR RPORT STATE TX RX AGE");
	scroll(1);
	expect_columns(PANE_CONNECTIONS, "OPENED PID USER COMM D LADDR LPORT RADDR");
	scroll(1);
	expect_columns(PANE_CONNECTIONS, "PID USER COMM D LADDR LPORT RADDR RPORT");
	scroll(1);
	expect_columns(PANE_CONNECTIONS, "PID COMM D LADDR LPORT RADDR RPORT STATE");
	scroll(100);
	expect_columns(PANE_CONNECTIONS, "PID COMM CONN RTT TX RX TX/s RX/s AGE");
	scroll(-1);
	expect_columns(PANE_CONNECTIONS, "PID COMM STATE CONN RTT TX RX TX/s RX/s");
	scroll(-100);
	expect_columns(PANE_CONNECTIONS, "PID COMM RADDR RPORT STATE TX RX AGE");
}

static void view_scroll__every_column__comes_into_sight(void **state)
{
	(void)state;
	add_rows();
	for (int id = 0; id < PANE_COUNT; id++) {
		const struct list *list = &pane(id)->list;

		for (size_t i = 0; i < list->n_columns; i++) {
			bool seen = false;

			show(id, 40);
			for (int step = 0; step < 30 && !seen; step++) {
				for (size_t s = 0; s < pane(id)->fit.n; s++)
					seen |= pane(id)->fit.spans[s].column == list->columns[i];
				scroll(1);
			}
			if (!seen)
				fail_msg("%s is never seen", list->columns[i]->title);
			scroll(-100);
		}
	}
}

static void view_scroll__identifying_columns__are_held(void **state)
{
	static const struct {
		enum pane_id pane;
		const char *columns[3];
	} held[] = {
		{ PANE_EXECS, { "PID" } },     { PANE_CONNECTIONS, { "PID", "COMM" } },
		{ PANE_PROCESSES, { "PID" } }, { PANE_REMOTES, { "RADDR", "RPORT" } },
		{ PANE_LISTENERS, { "PID" } },
	};

	(void)state;
	add_rows();
	for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++) {
		show(held[i].pane, 40);
		for (int step = 0; step < 20; step++) {
			scroll(1);
			for (size_t c = 0; held[i].columns[c]; c++)
				width_of(held[i].pane, held[i].columns[c]);
		}
	}
}

static void view_scroll__all_columns_in_sight__scrolls_the_text(void **state)
{
	(void)state;
	add_rows();
	show(PANE_EXECS, 120);
	find_in_row(&grid, 6, " /usr/bin/curl -s https://exampl\u2026");
	scroll(1);
	find_in_row(&grid, 6, " /curl -s https://example.com/a/\u2026");
	expect_columns(PANE_EXECS, "TIME PID PPID USER PCOMM RET LIFE EXIT COMM ARGS");
	/* To its end, no further. */
	scroll(100);
	find_in_row(&grid, 6, "?and=on");
	assert_false(pane(PANE_EXECS)->fit.more);
	assert_in_range(pane(PANE_EXECS)->scrolled, 5, 7);
	scroll(-1);
	assert_true(pane(PANE_EXECS)->fit.more);
	scroll(-100);
	find_in_row(&grid, 6, " /usr/bin/curl -s https://exampl\u2026");
}

static void view_scroll__nothing_more__stays(void **state)
{
	(void)state;
	add_exec(EXEC(T0_NS, 7, "/bin/x", "x"));
	show(PANE_EXECS, 120);
	scroll(1);
	assert_int_equal(pane(PANE_EXECS)->scrolled, 0);
	assert_false(pane(PANE_EXECS)->fit.more);
}

/* A wide or combined character goes whole. */
static void view_scroll__wide_characters__are_not_cut_in_half(void **state)
{
	struct exec_record exec =
		EXEC(T0_NS, 7, "/bin/abc",
		     "x\0\u4e16\u754c\u4e16\u754c e\u0301zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz");

	(void)state;
	add_exec(exec);
	list_choose_columns(&pane(PANE_EXECS)->list, "pid,args");
	show(PANE_EXECS, 40);
	find_in_row(&grid, 3, "  7 /bin/abc \u4e16\u754c");
	scroll(1);
	find_in_row(&grid, 3, "  7  \u4e16\u754c\u4e16\u754c e\u0301z");
	scroll(1);
	find_in_row(&grid, 3, "  7  e\u0301zzz");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fit_columns__60_columns__keep_what_matters),
		TEST(fit_columns__any_width__fill_no_more_than_it),
		TEST(fit_columns__sorted_by_a_column__it_stays),
		TEST(fit_columns__chosen_by_the_user__keep_their_order),
		TEST(fit_columns__last_column__takes_the_rest),
		TEST(fit_columns__long_names__are_whole_before_args_take_the_rest),
		TEST(fit_columns__service_name__is_whole),
		TEST(fit_columns__little_room__is_shared),
		TEST(fit_columns__rows_go__widths_stay),
		TEST(view_scroll__right__shows_what_did_not_fit),
		TEST(view_scroll__every_column__comes_into_sight),
		TEST(view_scroll__identifying_columns__are_held),
		TEST(view_scroll__all_columns_in_sight__scrolls_the_text),
		TEST(view_scroll__nothing_more__stays),
		TEST(view_scroll__wide_characters__are_not_cut_in_half),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
