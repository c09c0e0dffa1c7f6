/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_DRAWN_H
#define CONNTOP_TEST_DRAWN_H

/* A view of a model, drawn into a grid. For one test program each; after cmocka.h. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static inline void draw(int cols, int rows, enum charset charset)
{
	ctx.charset = charset;
	assert_int_equal(grid_init(&grid, rows, cols, charset), 0);
	assert_int_equal(view_update(&view, model, &spec.filter, &ctx), 0);
	view_draw(&view, &grid, model, &summary, &spec, &ctx);
}

static inline void set_filter(enum filter_dimension dimension, const char *text)
{
	char error[256];

	assert_int_equal(filterspec_set(&spec, dimension, text, error, sizeof(error)), 0);
	model_set_filter(model, &spec.filter);
}

static inline void add_exec(struct exec_record record)
{
	assert_int_equal(model_apply(model, &record.head, record.size), 0);
}

static inline void add_conn(struct conn_event conn)
{
	assert_int_equal(model_apply(model, &conn.head, sizeof(conn)), 0);
}

static inline void add_exit(struct exit_event end)
{
	assert_int_equal(model_apply(model, &end.head, sizeof(end)), 0);
}

static inline void add_listener(struct listen_event listener)
{
	assert_int_equal(model_apply(model, &listener.head, sizeof(listener)), 0);
}

/* Four execs, arguments and names as a host has them, some made to do harm. */
static inline void add_execs(void)
{
	struct exec_record failed = EXEC(T0_NS - 100 * MS_NS, 4194304, "/nowhere", "nowhere");
	struct exit_event end = exit_record(T0_NS, 41214, "e\x1b[2Jvil", 0, SIGSEGV);

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
	add_exit(end);
}

/* And three connections: one that lives, one closed with long addresses, one refused. */
static inline void add_rows(void)
{
	struct conn_event conn;

	add_execs();
	add_conn(conn_figures(EVENT_SAMPLE, 1, T0_NS, 812, 421888));
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

#endif
