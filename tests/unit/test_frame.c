/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole frames as text: what people see, at sizes from large to too small. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "drawn.h"

/* --- whole frames ----------------------------------------------------------------------------- */

static void view_draw__120x24_split__shows_both_panes(void **state)
{
	static const char frame[] =
		"conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 1  4.9M/s  lost 0\n"
		"▶ Execs 4 \t › sort TIME ▼\n"
		"TIME             PID    PPID USER     PCOMM           RET   LIFE   EXIT COMM  "
		"          ARGS\n"
		"14:02:11.150 4194304   41200 1000     pppppppppppppp…  -2      -      - "
		"cccccccccccccc… /nowhere\n"
		"14:02:11.050   41215   41200 1000     bash              0  1m00s      - 世界    "
		"        /usr/bin/世界 café\n"
		"14:02:10.950   41214   41200 1000     bash              0  5.0ms   SEGV "
		"e\\e[2Jvil       /tmp/e\\e[2Jvil \\e]0;title\\x07 a…\n"
		"14:02:10.850   41213   41200 1000     bash              0  1m00s      - curl  "
		"          /usr/bin/curl -s https://exampl…\n"
		"\n\n\n\n\n"
		"  Connections 1 live, 2 closed \t › sort OPENED ▼\n"
		"OPENED           PID USER COMM      LPORT RADDR                           "
		"RPORT STATE          CONN     TX     RX    AGE\n"
		"14:02:11.150   41213 1000 curl      49340 192.0.2.80                        "
		"443 ESTAB          18ms    812 412.0K  100ms\n"
		"14:02:11.149   41213 1000 curl      50000 2001:db8:ffff:ffff:ffff:fff…     "
		"8443 CLOSED         19ms   1.2K   3.4M  101ms\n"
		"14:02:11.148   41213 1000 \\e[31mred 49340 192.0.2.80                        "
		"443 ECONNREFUSED  102ms      -      -  102ms\n";

	(void)state;
	add_rows();
	draw(120, 24, CHARSET_UTF8);
	expect_frame(&grid, frame);
}

static void view_draw__80x24_split__leaves_out_what_matters_least(void **state)
{
	static const char frame[] =
		"conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 1  4.9M/s  lost 0\n"
		"▶ Execs 4 \t › sort TIME ▼\n"
		"TIME             PID USER       LIFE   EXIT COMM            ARGS\n"
		"14:02:11.150 4194304 1000          -      - cccccccccccccc… /nowhere\n"
		"14:02:11.050   41215 1000      1m00s      - 世界            /usr/bin/世界 café\n"
		"14:02:10.950   41214 1000      5.0ms   SEGV e\\e[2Jvil       /tmp/e\\e[2Jvil "
		"\\e]0…\n"
		"14:02:10.850   41213 1000      1m00s      - curl            /usr/bin/curl -s "
		"ht…\n"
		"\n\n\n\n\n"
		"  Connections 1 live, 2 closed \t › sort OPENED ▼\n"
		"    PID COMM      RADDR                  RPORT STATE            TX     RX    "
		"AGE\n"
		"  41213 curl      192.0.2.80               443 ESTAB           812 412.0K  "
		"100ms\n"
		"  41213 curl      2001:db8:ffff:ffff…     8443 CLOSED         1.2K   3.4M  "
		"101ms\n"
		"  41213 \\e[31mred 192.0.2.80               443 ECONNREFUSED      -      -  "
		"102ms\n";

	(void)state;
	add_rows();
	draw(80, 24, CHARSET_UTF8);
	expect_frame(&grid, frame);
}

static void view_draw__80x24_connections_alone__fill_the_screen(void **state)
{
	static const char frame[] =
		"conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 1  4.9M/s  lost 0\n"
		"> Connections 1 live, 2 closed \t > sort OPENED v\n"
		"    PID COMM      RADDR                  RPORT STATE            TX     RX    "
		"AGE\n"
		"  41213 curl      192.0.2.80               443 ESTAB           812 412.0K  "
		"100ms\n"
		"  41213 curl      2001:db8:ffff:ffff~     8443 CLOSED         1.2K   3.4M  "
		"101ms\n"
		"  41213 \\e[31mred 192.0.2.80               443 ECONNREFUSED      -      -  "
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
		"conntop  execs 12/s  conns 48/s  live 1  4.9M/s  lost 0\n"
		"▶ Execs 4 \t › sort TIME ▼\n"
		"    PID USER       EXIT COMM            ARGS\n"
		"4194304 1000          - cccccccccccccc… /nowhere\n"
		"  41215 1000          - 世界            /usr/bin/世界 café\n"
		"  41214 1000       SEGV e\\e[2Jvil       /tmp/e\\e[2Jvil \\e]0…\n"
		"  41213 1000          - curl            /usr/bin/curl -s ht…\n"
		"\n"
		"  Connections 1 live, 2 closed \t › sort OPENED ▼\n"
		"    PID COMM      RADDR                   RPORT STATE\n"
		"  41213 curl      192.0.2.80                443 ESTAB\n"
		"  41213 curl      2001:db8:ffff:ffff:…     8443 CLOSED\n"
		"  41213 \\e[31mred 192.0.2.80                443 ECONNREFUSED\n";

	(void)state;
	add_rows();
	draw(60, 16, CHARSET_UTF8);
	expect_frame(&grid, frame);
}

static void view_draw__40x8_split__shows_a_row_of_each(void **state)
{
	static const char frame[] = "execs 12/s  conns 48/s  live 1  lost 0\n"
				    "▶ Execs 4 \t › sort TIME ▼\n"
				    "    PID USER     ARGS\n"
				    "4194304 1000     /nowhere\n"
				    "  Connections 1 live, 2 closed \t ›\n"
				    "    PID RADDR              RPORT\n"
				    "  41213 192.0.2.80           443\n";

	(void)state;
	add_rows();
	draw(40, 8, CHARSET_UTF8);
	expect_frame(&grid, frame);
}

static void view_draw__40x8_execs_alone__shows_four_rows(void **state)
{
	static const char frame[] = "execs 12/s  conns 48/s  live 1  lost 0\n"
				    "> Execs 4 \t > sort TIME v\n"
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
	static const char frame[] = "conntop  execs 12/s  conns 48/s  live 0  0/s  lost 0\n"
				    "▶ Execs 0 \t › sort TIME ▼\n"
				    "    PID USER       EXIT COMM         ARGS\n"
				    "  nothing yet\n"
				    "\n"
				    "  Connections 0 live, 0 closed \t › sort OPENED ▼\n"
				    "    PID COMM         RADDR              RPORT STATE\n"
				    "  nothing yet\n";

	(void)state;
	draw(60, 10, CHARSET_UTF8);
	expect_frame(&grid, frame);
}

static void view_draw__1x1__draws_a_mark(void **state)
{
	(void)state;
	add_rows();
	draw(1, 1, CHARSET_UTF8);
	expect_row(&grid, 0, "\u2026");
	draw(1, 1, CHARSET_ASCII);
	expect_row(&grid, 0, "~");
}

static void view_draw__nothing_passes__says_why(void **state)
{
	char error[64];

	(void)state;
	view_show_pane(&view, PANE_EXECS);
	set_filter(FILTER_PID, "1");
	draw(40, 8, CHARSET_UTF8);
	expect_row(&grid, 3, "  nothing passes the filter");
	add_rows();
	draw(40, 8, CHARSET_UTF8);
	expect_row(&grid, 3, "  nothing passes the filter");
	set_filter(FILTER_PID, "");
	assert_int_equal(list_filter_rows(&view.panes[PANE_EXECS].list, "zzz", error, 64), 0);
	draw(40, 8, CHARSET_UTF8);
	expect_row(&grid, 3, "  no row has that text");
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

/* What a frame must be at any size: whole characters, and the bottom line left to the caller. */
static void expect_sound(void)
{
	char row[4096];

	for (int i = 0; i < grid.rows * grid.cols; i++) {
		const struct cell *cell = &grid.cells[i];

		assert_in_range(cell->width, 0, 2);
		if (cell->width == 2)
			assert_true(i % grid.cols + 1 < grid.cols && cell[1].width == 0);
		if (cell->width == 0)
			assert_true(i % grid.cols > 0 && cell[-1].width == 2);
		assert_in_range(cell->role, 0, ROLE_COUNT - 1);
	}
	if (grid.rows >= VIEW_ROWS_MIN && grid.cols >= VIEW_COLS_MIN) {
		grid_row_text(&grid, grid.rows - 1, row, sizeof(row));
		assert_string_equal(row, "");
		find_in_row(&grid, 0, "lost ");
	}
}

/* Every size there is, also those that leave no room for a column or a row. */
static void view_draw__any_size__stays_in_the_grid(void **state)
{
	char error[64];

	(void)state;
	add_rows();
	set_filter(FILTER_PORT, "1-65535");
	summary.paused = true;
	summary.lost = UINT64_MAX;
	search_set(&view.search, "e");
	assert_int_equal(list_filter_rows(&view.panes[PANE_EXECS].list, "/./", error, 64), 0);
	for (int cols = 0; cols <= 130; cols += cols < 50 ? 1 : 7) {
		for (int rows = 0; rows <= 26; rows += rows < 12 ? 1 : 7) {
			view.layout = cols % 2 ? LAYOUT_ONE : LAYOUT_SPLIT;
			view.focus = rows % PANE_COUNT;
			view.panes[view.focus].scrolled = cols % 11;
			draw(cols, rows, cols % 3 ? CHARSET_UTF8 : CHARSET_ASCII);
			expect_sound();
		}
	}
	draw(500, 200, CHARSET_UTF8);
	expect_sound();
}

/* Each row's columns begin where their titles do, whatever the characters' widths. */
static void view_draw__wide_and_combining__keep_the_columns(void **state)
{
	struct exec_record wide = EXEC(T0_NS, 7, "/bin/x", "x");
	struct exec_record marks = EXEC(T0_NS, 8, "/bin/x", "x");

	(void)state;
	strcpy(wide.head.comm, "\u4e16\u754c\u4e16\u754c\u4e16");
	strcpy(marks.head.comm, "e\u0301e\u0301e\u0301");
	add_exec(wide);
	add_exec(marks);
	draw(80, 24, CHARSET_UTF8);
	expect_row(&grid, 3,
		   "14:02:11.250       8 1000      1m00s      - e\u0301e\u0301e\u0301          "
		   "/bin/x");
	expect_row(&grid, 4,
		   "14:02:11.250       7 1000      1m00s      - \u4e16\u754c\u4e16\u754c\u4e16"
		   "   /bin/x");
}

/* --- the other panes -------------------------------------------------------------------------- */

static void view_draw__80x8_processes__tells_who_talks(void **state)
{
	static const char frame[] =
		"conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 1  4.9M/s  lost 0\n"
		"▶ Processes 3 running, 1 ended \t › sort RX/s ▼\n"
		"    PID USER     COMM          LIVE CONNS   TX/s   RX/s ARGS\n"
		"  41213 1000     curl             1     3   9.7K   4.9M /usr/bin/curl -s "
		"https:…\n"
		"  41215 1000     世界             0     0      0      0 /usr/bin/世界 café\n"
		"  41200 1000     bash             0     0      0      0 -\n"
		"  41214 1000     e\\e[2Jvil        0     0      0      0 /tmp/e\\e[2Jvil "
		"\\e]0;tit…\n";

	(void)state;
	add_rows();
	view_show_pane(&view, PANE_PROCESSES);
	draw(80, 8, CHARSET_UTF8);
	expect_frame(&grid, frame);
}

static void view_draw__80x8_remotes__tells_where_to(void **state)
{
	static const char frame[] =
		"conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 1  4.9M/s  lost 0\n"
		"▶ Remotes 2 \t › sort CONNS ▼\n"
		"RADDR              RPORT  CONNS  LIVE FAILED LATENCY     TX     RX   TX/s   "
		"RX/s\n"
		"192.0.2.80           443      2     1      1    18ms    812 412.0K   9.7K   "
		"4.9M\n"
		"2001:db8:ffff:…     8443      1     0      0    19ms   1.2K   3.4M      0     "
		" 0\n";

	(void)state;
	add_rows();
	view_show_pane(&view, PANE_REMOTES);
	draw(80, 8, CHARSET_UTF8);
	expect_frame(&grid, frame);
}

static void view_draw__80x8_listeners__tells_who_waits(void **state)
{
	static const char frame[] =
		"conntop  web-03  14:02:11  execs 12/s  conns 48/s  live 0  0/s  lost 0\n"
		"▶ Listeners 2 \t › sort LPORT ▲\n"
		"    PID COMM         LADDR              LPORT BACKLOG    MAX  ACCEPTS  ACC/s\n"
		"  41213 \\e[31mred    0.0.0.0               80       3      2        7      "
		"0\n"
		"  41213 nginx        0.0.0.0              443       0    128    90210      0\n";
	struct listen_event listener = listen_record(1, T0_NS, 90210);

	(void)state;
	add_listener(listener);
	listener = listen_record(2, T0_NS, 7);
	strcpy(listener.head.comm, "\x1b[31mred");
	listener.lport = 80;
	listener.backlog = 3;
	listener.backlog_max = 2;
	add_listener(listener);
	view_show_pane(&view, PANE_LISTENERS);
	draw(80, 8, CHARSET_UTF8);
	expect_frame(&grid, frame);
}

/* --- a tree ----------------------------------------------------------------------------------- */

/* A chain of shells, each under the one before. */
static void add_chain(uint32_t first, uint32_t last)
{
	for (uint32_t pid = first; pid <= last; pid++) {
		struct exec_record record = EXEC(T0_NS, pid, "/bin/sh", "sh");

		record.head.ppid = pid - 1;
		record.event.parent.start_ns = T0_NS - 60 * SECOND_NS;
		add_exec(record);
	}
}

static void show_tree(int cols, enum charset charset)
{
	view_show_pane(&view, PANE_EXECS);
	list_set_tree(&view.panes[PANE_EXECS].list, true);
	draw(cols, 24, charset);
}

static void view_draw__tree__draws_its_lines_before_the_text(void **state)
{
	(void)state;
	add_chain(100, 102);
	show_tree(100, CHARSET_UTF8);
	find_in_row(&grid, 4, " sh           \u2514\u2500 /bin/sh");
	find_in_row(&grid, 5, " sh             \u2514\u2500 /bin/sh");
	show_tree(100, CHARSET_ASCII);
	find_in_row(&grid, 5, " sh             `- /bin/sh");
}

/* Deeper than any screen is wide: what it is about is seen. */
static void view_draw__deep_tree__leaves_room_for_the_text(void **state)
{
	(void)state;
	add_chain(100, 900);
	for (int cols = 40; cols < 200; cols += 31) {
		show_tree(cols, CHARSET_UTF8);
		view_move(&view, 1 << 30);
		show_tree(cols, CHARSET_UTF8);
		find_in_row(&grid, 22, " 900 ");
		find_in_row(&grid, 22, "\u2514\u2026 /bin/sh");
	}
}

static void view_scroll__tree__scrolls_its_lines_first(void **state)
{
	(void)state;
	add_chain(100, 104);
	add_exec(EXEC(T0_NS, 105, "/bin/a", "a\0some words that are too long for this column"));
	list_choose_columns(&view.panes[PANE_EXECS].list, "pid,args");
	show_tree(40, CHARSET_UTF8);
	find_in_row(&grid, 10, "    104         \u2514\u2500 /bin/sh");
	view_scroll(&view, 1);
	show_tree(40, CHARSET_UTF8);
	find_in_row(&grid, 10, "    104 \u2514\u2500 /bin/sh");
	view_scroll(&view, 1);
	show_tree(40, CHARSET_UTF8);
	find_in_row(&grid, 10, "    104 sh");
}

/* --- what covers the panes -------------------------------------------------------------------- */

static void view_draw__page__covers_the_panes(void **state)
{
	struct page page = { .title = "" };

	(void)state;
	add_rows();
	page_init(&page, "Help");
	page_add(&page, NULL, "some text", 9, ROLE_TEXT);
	view.page = &page;
	draw(40, 8, CHARSET_UTF8);
	find_in_row(&grid, 0, "lost 0");
	find_in_row(&grid, 1, "Help");
	find_in_row(&grid, 2, "some text");
	for (int row = 1; row < 8; row++)
		assert_false(row_has(&grid, row, "Execs"));
	assert_int_equal(view.panes[PANE_EXECS].row, -1);
	page_fini(&page);
}

int main(void)
{
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
		TEST(view_draw__wide_and_combining__keep_the_columns),
		TEST(view_draw__1x1__draws_a_mark),
		TEST(view_draw__nothing_passes__says_why),
		TEST(view_draw__80x8_processes__tells_who_talks),
		TEST(view_draw__80x8_remotes__tells_where_to),
		TEST(view_draw__80x8_listeners__tells_who_waits),
		TEST(view_draw__tree__draws_its_lines_before_the_text),
		TEST(view_draw__deep_tree__leaves_room_for_the_text),
		TEST(view_scroll__tree__scrolls_its_lines_first),
		TEST(view_draw__page__covers_the_panes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
