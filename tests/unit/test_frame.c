/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole frames as text: what people see, at sizes from large to too small. */
#include <errno.h>
#include <locale.h>
#include <setjmp.h>
#include <signal.h>
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
static struct view_context ctx;

static void add_exec(struct exec_record record)
{
	assert_int_equal(model_apply(model, &record.head, record.size), 0);
}

static void add_conn(struct conn_event conn)
{
	assert_int_equal(model_apply(model, &conn.head, sizeof(conn)), 0);
}

/* Arguments and names as a host has them, some made to do harm. */
static void add_rows(void)
{
	struct exec_record failed = EXEC(T0_NS - 100 * MS_NS, 4194304, "/nowhere", "nowhere");
	struct exit_event end = exit_record(T0_NS, 41214, "e\x1b[2Jvil", 0, SIGSEGV);
	struct conn_event conn;

	add_exec(EXEC(T0_NS - 400 * MS_NS, 41213, "/usr/bin/curl",
		      "curl\0-s\0https://example.com/a/rather/long/path/that/goes/on?and=on"));
	add_exec(EXEC(T0_NS - 300 * MS_NS, 41214, "/tmp/e\x1b[2Jvil",
		      "evil\0\x1b]0;title\a\0a\nb\0\xe2\x80\xae\0\xff"));
	add_exec(EXEC(T0_NS - 200 * MS_NS, 41215, "/usr/bin/\xe4\xb8\x96\xe7\x95\x8c",
		      "x\0caf\xc3\xa9"));
	failed.event.ret = -ENOENT;
	memset(failed.head.comm, 'c', sizeof(failed.head.comm)); /* not terminated */
	memset(failed.event.parent.comm, 'p', sizeof(failed.event.parent.comm));
	add_exec(failed);
	end.head.ts_ns = end.head.start_ns + 5 * MS_NS;
	assert_int_equal(model_apply(model, &end.head, sizeof(end)), 0);

	conn = conn_figures(EVENT_SAMPLE, 1, T0_NS, 812, 421888);
	add_conn(conn);
	conn = conn_figures(EVENT_CLOSE, 2, T0_NS, 1234, 3565158);
	conn_set_ends(&conn, 6, "2001:db8:1234:5678:9abc:def0:1234:5678", 50000,
		      "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 8443);
	conn.opened_ns -= MS_NS;
	add_conn(conn);
	conn = conn_failure(3, T0_NS, -ECONNREFUSED);
	strcpy(conn.head.comm, "\x1b[31mred");
	conn.opened_ns -= 2 * MS_NS;
	add_conn(conn);
}

static int set_up(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	memset(&grid, 0, sizeof(grid));
	memset(&spec, 0, sizeof(spec));
	host = (struct source_host){ "web-03", "6.1.0" };
	summary = (struct view_summary){ .host = &host, .execs_rate = 12, .conns_rate = 48 };
	ctx = (struct view_context){ .now_ns = T0_NS, .boot_to_wall_ns = T0_BOOT_TO_WALL_NS };
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

static void draw(int cols, int rows, enum charset charset)
{
	ctx.charset = charset;
	assert_int_equal(grid_init(&grid, rows, cols, charset), 0);
	assert_int_equal(view_update(&view, model, &spec.filter, &ctx), 0);
	view_draw(&view, &grid, model, &summary, &spec, &ctx);
}

static void set_filter(enum filter_dimension dimension, const char *text)
{
	char error[256];

	assert_int_equal(filterspec_set(&spec, dimension, text, error, sizeof(error)), 0);
}

/* --- whole frames ----------------------------------------------------------------------------- */

static void view_draw__120x24_split__shows_both_panes(void **state)
{
	static const char frame[] =
		"conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 1  lost 0\n"
		"▶ Execs 4 \t sort TIME ▼\n"
		"TIME             PID    PPID USER     PCOMM           RET   LIFE   EXIT "
		"COMM            ARGS\n"
		"14:02:11.150 4194304   41200 1000     pppppppppppppp…  -2      -      - "
		"cccccccccccccc… /nowhere\n"
		"14:02:11.050   41215   41200 1000     bash              0  1m00s      - "
		"世界            /usr/bin/世界 café\n"
		"14:02:10.950   41214   41200 1000     bash              0  5.0ms   SEGV "
		"e\\e[2Jvil       /tmp/e\\e[2Jvil \\e]0;title\\x07 a…\n"
		"14:02:10.850   41213   41200 1000     bash              0  1m00s      - "
		"curl            /usr/bin/curl -s https://exampl…\n"
		"\n\n\n\n\n"
		"  Connections 1 live, 2 closed \t sort OPENED ▼\n"
		"OPENED           PID USER     COMM            LPORT RADDR                 RPORT "
		"STATE          CONN     TX     RX    AGE\n"
		"14:02:11.150   41213 1000     curl            49340 192.0.2.80              443 "
		"ESTAB          18ms    812 412.0K  100ms\n"
		"14:02:11.149   41213 1000     curl            50000 2001:db8:ffff:fff…     8443 "
		"CLOSED         19ms   1.2K   3.4M  101ms\n"
		"14:02:11.148   41213 1000     \\e[31mred       49340 192.0.2.80              443 "
		"ECONNREFUSED  102ms      -      -  102ms\n";

	(void)state;
	add_rows();
	draw(120, 24, CHARSET_UTF8);
	expect_frame(&grid, frame);
}

static void view_draw__80x24_split__leaves_out_what_matters_least(void **state)
{
	static const char frame[] =
		"conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 1  lost 0\n"
		"▶ Execs 4 \t sort TIME ▼\n"
		"TIME             PID USER       LIFE   EXIT COMM            ARGS\n"
		"14:02:11.150 4194304 1000          -      - cccccccccccccc… /nowhere\n"
		"14:02:11.050   41215 1000      1m00s      - 世界            /usr/bin/世界 café\n"
		"14:02:10.950   41214 1000      5.0ms   SEGV e\\e[2Jvil       /tmp/e\\e[2Jvil "
		"\\e]0…\n"
		"14:02:10.850   41213 1000      1m00s      - curl            /usr/bin/curl -s "
		"ht…\n"
		"\n\n\n\n\n"
		"  Connections 1 live, 2 closed \t sort OPENED ▼\n"
		"    PID COMM          RADDR              RPORT STATE            TX     RX    AGE\n"
		"  41213 curl          192.0.2.80           443 ESTAB           812 412.0K  100ms\n"
		"  41213 curl          2001:db8:ffff:…     8443 CLOSED         1.2K   3.4M  101ms\n"
		"  41213 \\e[31mred     192.0.2.80           443 ECONNREFUSED      -      -  "
		"102ms\n";

	(void)state;
	add_rows();
	draw(80, 24, CHARSET_UTF8);
	expect_frame(&grid, frame);
}

static void view_draw__80x24_connections_alone__fill_the_screen(void **state)
{
	static const char frame[] =
		"conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 1  lost 0\n"
		"> Connections 1 live, 2 closed \t sort OPENED v\n"
		"    PID COMM          RADDR              RPORT STATE            TX     RX    AGE\n"
		"  41213 curl          192.0.2.80           443 ESTAB           812 412.0K  100ms\n"
		"  41213 curl          2001:db8:ffff:~     8443 CLOSED         1.2K   3.4M  101ms\n"
		"  41213 \\e[31mred     192.0.2.80           443 ECONNREFUSED      -      -  "
		"102ms\n";

	(void)state;
	add_rows();
	view.layout = LAYOUT_ONE;
	view.focus = PANE_CONNECTIONS;
	draw(80, 24, CHARSET_ASCII);
	expect_frame(&grid, frame);
}

static void view_draw__60x16_split__shows_both_panes(void **state)
{
	static const char frame[] =
		"conntop  14:02:11  execs 12/s  conns 48/s  live 1  lost 0\n"
		"▶ Execs 4 \t sort TIME ▼\n"
		"    PID USER       EXIT COMM            ARGS\n"
		"4194304 1000          - cccccccccccccc… /nowhere\n"
		"  41215 1000          - 世界            /usr/bin/世界 café\n"
		"  41214 1000       SEGV e\\e[2Jvil       /tmp/e\\e[2Jvil \\e]0…\n"
		"  41213 1000          - curl            /usr/bin/curl -s ht…\n"
		"\n"
		"  Connections 1 live, 2 closed \t sort OPENED ▼\n"
		"    PID COMM           RADDR              RPORT STATE\n"
		"  41213 curl           192.0.2.80           443 ESTAB\n"
		"  41213 curl           2001:db8:ffff:…     8443 CLOSED\n"
		"  41213 \\e[31mred      192.0.2.80           443 ECONNREFUSED\n";

	(void)state;
	add_rows();
	draw(60, 16, CHARSET_UTF8);
	expect_frame(&grid, frame);
}

static void view_draw__40x8_split__shows_a_row_of_each(void **state)
{
	static const char frame[] = "conntop  execs 12/s  conns 48/s  lost 0\n"
				    "▶ Execs 4 \t sort TIME ▼\n"
				    "    PID USER     ARGS\n"
				    "4194304 1000     /nowhere\n"
				    "  Connections 1 live, 2 closed \t\n"
				    "    PID RADDR                      RPORT\n"
				    "  41213 192.0.2.80                   443\n";

	(void)state;
	add_rows();
	draw(40, 8, CHARSET_UTF8);
	expect_frame(&grid, frame);
}

static void view_draw__40x8_execs_alone__shows_four_rows(void **state)
{
	static const char frame[] = "conntop  execs 12/s  conns 48/s  lost 0\n"
				    "> Execs 4 \t sort TIME v\n"
				    "    PID USER     ARGS\n"
				    "4194304 1000     /nowhere\n"
				    "  41215 1000     /usr/bin/\\u{4e16}\\u{75~\n"
				    "  41214 1000     /tmp/e\\e[2Jvil \\e]0;ti~\n"
				    "  41213 1000     /usr/bin/curl -s https~\n";

	(void)state;
	add_rows();
	view.layout = LAYOUT_ONE;
	draw(40, 8, CHARSET_ASCII);
	expect_frame(&grid, frame);
}

static void view_draw__too_small__says_so_in_one_line(void **state)
{
	static const char frame[] = "too small: needs 40x8\n";

	(void)state;
	add_rows();
	draw(39, 7, CHARSET_UTF8);
	expect_frame(&grid, frame);
	draw(39, 24, CHARSET_UTF8);
	expect_frame(&grid, frame);
	draw(120, 7, CHARSET_UTF8);
	expect_frame(&grid, frame);
	draw(10, 2, CHARSET_ASCII);
	expect_row(&grid, 0, "too small~");
}

static void view_draw__no_rows__says_so(void **state)
{
	static const char frame[] = "conntop  14:02:11  execs 12/s  conns 48/s  live 0  lost 0\n"
				    "\u25b6 Execs 0 \t sort TIME \u25bc\n"
				    "    PID USER       EXIT COMM            ARGS\n"
				    "  nothing yet\n"
				    "\n"
				    "  Connections 0 live, 0 closed \t sort OPENED \u25bc\n"
				    "    PID COMM           RADDR              RPORT STATE\n"
				    "  nothing yet\n";

	(void)state;
	draw(60, 10, CHARSET_UTF8);
	expect_frame(&grid, frame);
}

static void view_draw__ascii__has_no_other_bytes(void **state)
{
	(void)state;
	add_rows();
	draw(130, 24, CHARSET_ASCII);
	find_in_row(&grid, 4, " /usr/bin/\\u{4e16}\\u{754c} caf\\u{00e9}");
	for (int i = 0; i < grid.rows * grid.cols; i++) {
		assert_int_equal(grid.cells[i].len, 1);
		assert_in_range(grid.cells[i].bytes[0], 0x20, 0x7e);
	}
}

/* Every size there is, also those that leave no room for a column or a row. */
static void view_draw__any_size__stays_in_the_grid(void **state)
{
	char row[4096];

	(void)state;
	add_rows();
	set_filter(FILTER_PORT, "1-65535");
	summary.paused = true;
	summary.lost = UINT64_MAX;
	for (int cols = 0; cols <= 130; cols += cols < 50 ? 1 : 7) {
		for (int rows = 0; rows <= 26; rows++) {
			view.layout = cols % 2 ? LAYOUT_ONE : LAYOUT_SPLIT;
			view.focus = rows % 2;
			view.panes[view.focus].scrolled = cols;
			draw(cols, rows, CHARSET_UTF8);
			if (rows >= VIEW_ROWS_MIN && cols >= VIEW_COLS_MIN) {
				grid_row_text(&grid, rows - 1, row, sizeof(row));
				assert_string_equal(row, ""); /* the caller's */
			}
		}
	}
}

/* --- the other panes -------------------------------------------------------------------------- */

static void view_draw__80x8_processes__tells_who_talks(void **state)
{
	static const char frame[] =
		"conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 1  lost 0\n"
		"▶ Processes 3 running, 1 ended \t sort RX/s ▼\n"
		"    PID USER     COMM             LIVE CONNS   TX/s   RX/s ARGS\n"
		"  41213 1000     curl                1     3   9.7K   4.9M /usr/bin/curl -s htt…\n"
		"  41215 1000     世界                0     0      0      0 /usr/bin/世界 café\n"
		"  41214 1000     e\\e[2Jvil           0     0      0      0 /tmp/e\\e[2Jvil "
		"\\e]0;…\n"
		"  41200 1000     bash                0     0      0      0 -\n";

	(void)state;
	add_rows();
	view_show_pane(&view, PANE_PROCESSES);
	draw(80, 8, CHARSET_UTF8);
	expect_frame(&grid, frame);
}

static void view_draw__80x8_remotes__tells_where_to(void **state)
{
	static const char frame[] =
		"conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 1  lost 0\n"
		"▶ Remotes 2 \t sort CONNS ▼\n"
		"RADDR              RPORT  CONNS  LIVE FAILED LATENCY     TX     RX   TX/s   RX/s\n"
		"192.0.2.80           443      2     1      1    18ms    812 412.0K   9.7K   4.9M\n"
		"2001:db8:ffff:…     8443      1     0      0    19ms   1.2K   3.4M      0      "
		"0\n";

	(void)state;
	add_rows();
	view_show_pane(&view, PANE_REMOTES);
	draw(80, 8, CHARSET_UTF8);
	expect_frame(&grid, frame);
}

static void view_draw__80x8_listeners__tells_who_waits(void **state)
{
	static const char frame[] =
		"conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 0  lost 0\n"
		"▶ Listeners 2 \t sort LPORT ▲\n"
		"    PID COMM            LADDR               LPORT BACKLOG    MAX  ACCEPTS  ACC/s\n"
		"  41213 \\e[31mred       0.0.0.0                80       3      2        7      "
		"0\n"
		"  41213 nginx           0.0.0.0               443       0    128    90210      "
		"0\n";
	struct listen_event listener = listen_record(1, T0_NS, 90210);

	(void)state;
	assert_int_equal(model_apply(model, &listener.head, sizeof(listener)), 0);
	listener = listen_record(2, T0_NS, 7);
	strcpy(listener.head.comm, "\x1b[31mred");
	listener.lport = 80;
	listener.backlog = 3;
	listener.backlog_max = 2;
	assert_int_equal(model_apply(model, &listener.head, sizeof(listener)), 0);
	view_show_pane(&view, PANE_LISTENERS);
	draw(80, 8, CHARSET_UTF8);
	expect_frame(&grid, frame);
}

/* --- roles ------------------------------------------------------------------------------------ */

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
	assert_int_equal(role_at(&grid, 15, 3), ROLE_DIM);     /* closed */
	assert_int_equal(role_at(&grid, 16, 3), ROLE_WARNING); /* refused */
	assert_int_equal(role_at(&grid, 3, 0), ROLE_WARNING);  /* failed; not focused */
	assert_int_equal(role_at(&grid, 4, 0), ROLE_TEXT);
}

static void view_draw__sorted_otherwise__title_and_arrow_tell(void **state)
{
	(void)state;
	add_rows();
	list_choose_sort(&view.panes[PANE_EXECS].list, "+pid");
	draw(80, 24, CHARSET_UTF8);
	find_in_row(&grid, 1, " sort PID \u25b2");
	assert_int_equal(role_at(&grid, 2, 0), ROLE_HEADER);
	assert_int_equal(role_at(&grid, 2, 18), ROLE_SORT);
	expect_row(&grid, 3,
		   "14:02:10.850   41213 1000      1m00s      - curl            "
		   "/usr/bin/curl -s ht\u2026");
	draw(80, 24, CHARSET_ASCII);
	find_in_row(&grid, 1, " sort PID ^");
}

/* --- scrolling sideways, overlay -------------------------------------------------------------- */

static void view_draw__scrolled__last_column_begins_later(void **state)
{
	(void)state;
	add_rows();
	view.panes[PANE_EXECS].scrolled = 15;
	draw(80, 24, CHARSET_UTF8);
	expect_row(&grid, 6,
		   "14:02:10.850   41213 1000      1m00s      - curl            "
		   "s https://example.c\u2026");
	/* By characters, not bytes. */
	expect_row(&grid, 4,
		   "14:02:11.050   41215 1000      1m00s      - \u4e16\u754c            \u00e9");
	view.panes[PANE_EXECS].scrolled = 10000;
	draw(80, 24, CHARSET_UTF8);
	expect_row(&grid, 6, "14:02:10.850   41213 1000      1m00s      - curl");
}

static void view_draw__overlay__covers_the_panes(void **state)
{
	static const struct view_line lines[] = {
		{ NULL, "Moving" },
		{ "j Down", "next row" },
		{ "PgUp ^B", "a page up, and more text than fits here" },
		{ "x", "last" },
	};
	static const char frame[] = "conntop  execs 12/s  conns 48/s  lost 0\n"
				    " Help\n"
				    " Moving\n"
				    "  j Down      next row\n"
				    "  PgUp ^B     a page up, and more text\n"
				    "              than fits here\n"
				    "  x           last\n";

	(void)state;
	add_rows();
	view.overlay = lines;
	view.n_overlay = 4;
	view.overlay_title = "Help";
	draw(40, 8, CHARSET_UTF8);
	expect_frame(&grid, frame);
	assert_int_equal(role_at(&grid, 1, 1), ROLE_FOCUS);
	assert_int_equal(role_at(&grid, 2, 1), ROLE_HEADER);
	assert_int_equal(role_at(&grid, 3, 2), ROLE_KEY);
	assert_int_equal(role_at(&grid, 3, 14), ROLE_TEXT);
	view.overlay_top = 99; /* no further than its end */
	draw(40, 8, CHARSET_UTF8);
	expect_frame(&grid, frame);
	assert_int_equal(view.overlay_top, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(view_draw__120x24_split__shows_both_panes),
		TEST(view_draw__80x24_split__leaves_out_what_matters_least),
		TEST(view_draw__80x24_connections_alone__fill_the_screen),
		TEST(view_draw__60x16_split__shows_both_panes),
		TEST(view_draw__40x8_split__shows_a_row_of_each),
		TEST(view_draw__40x8_execs_alone__shows_four_rows),
		TEST(view_draw__too_small__says_so_in_one_line),
		TEST(view_draw__no_rows__says_so),
		TEST(view_draw__ascii__has_no_other_bytes),
		TEST(view_draw__any_size__stays_in_the_grid),
		TEST(view_draw__80x8_processes__tells_who_talks),
		TEST(view_draw__80x8_remotes__tells_where_to),
		TEST(view_draw__80x8_listeners__tells_who_waits),
		TEST(view_draw__focus_and_selection__are_painted),
		TEST(view_draw__sorted_otherwise__title_and_arrow_tell),
		TEST(view_draw__scrolled__last_column_begins_later),
		TEST(view_draw__overlay__covers_the_panes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
