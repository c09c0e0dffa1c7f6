/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of panes: names, columns, how many rows, how they stand. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "events.h"
#include "pane.h"

static struct model *model;
static struct list execs, conns;
static struct filter any;

static const struct view_context ctx = {
	.now_ns = T0_NS,
	.boot_to_wall_ns = T0_BOOT_TO_WALL_NS,
	.charset = CHARSET_UTF8,
};

static int set_up(void **state)
{
	(void)state;
	model = model_new(10000);
	list_init(&execs, &panes[PANE_EXECS]);
	list_init(&conns, &panes[PANE_CONNECTIONS]);
	return model ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	list_fini(&execs);
	list_fini(&conns);
	model_free(model);
	return 0;
}

static void add_exec(uint64_t ts_ns, uint32_t pid, const char *filename)
{
	struct exec_record record = exec_record(ts_ns, pid, filename, "x", 2);

	assert_int_equal(model_apply(model, &record.head, record.size), 0);
}

static void add_conn(struct conn_event conn)
{
	assert_int_equal(model_apply(model, &conn.head, sizeof(conn)), 0);
}

static void expect_count(struct list *list, const char *text)
{
	char out[64];

	assert_int_equal(list_fill(list, model, &any, &ctx), 0);
	list->pane->count(list, out, sizeof(out));
	assert_string_equal(out, text);
}

static void pane_find__name__is_that_pane(void **state)
{
	(void)state;
	assert_ptr_equal(pane_find("execs"), &panes[PANE_EXECS]);
	assert_ptr_equal(pane_find("connections"), &panes[PANE_CONNECTIONS]);
	assert_ptr_equal(pane_find("processes"), &panes[PANE_PROCESSES]);
	assert_ptr_equal(pane_find("remotes"), &panes[PANE_REMOTES]);
	assert_ptr_equal(pane_find("listeners"), &panes[PANE_LISTENERS]);
	assert_null(pane_find("Execs"));
	assert_null(pane_find("exec"));
	assert_null(pane_find(""));
}

static void pane_column__title__without_regard_to_case(void **state)
{
	const struct pane *pane = &panes[PANE_CONNECTIONS];

	(void)state;
	assert_string_equal(pane_column(pane, "rx_bytes")->title, "RX");
	assert_string_equal(pane_column(pane, "rx")->key, "rx_bytes");
	assert_string_equal(pane_column(pane, "Tx/S")->key, "tx_rate");
	assert_null(pane_column(pane, "RX_BYTES"));
	assert_null(pane_column(pane, "args"));
	assert_null(pane_column(pane, ""));
}

static void pane_count__thousands__are_grouped(void **state)
{
	(void)state;
	expect_count(&execs, "0");
	for (uint32_t i = 0; i < 999; i++)
		add_exec(T0_NS, i, "/x");
	expect_count(&execs, "999");
	add_exec(T0_NS, 1, "/x");
	expect_count(&execs, "1,000");
	expect_count(&conns, "0 live, 0 closed");
	for (uint64_t id = 1; id <= 1234; id++)
		add_conn(conn_record(id == 7 ? EVENT_CONNECT : EVENT_CLOSE, id, T0_NS));
	expect_count(&conns, "1 live, 1,233 closed");
}

static void pane_role__row__tells_how_it_stands(void **state)
{
	const struct pane *pane = &panes[PANE_CONNECTIONS];
	struct exec_row exec = { .filename_len = 1 };
	struct conn_row conn = { 0 };

	(void)state;
	assert_int_equal(panes[PANE_EXECS].role(&exec, &ctx), ROLE_TEXT);
	exec.ret = -ENOENT;
	assert_int_equal(panes[PANE_EXECS].role(&exec, &ctx), ROLE_WARNING);
	exec.ret = 0;
	exec.filename_len = 0;
	assert_int_equal(panes[PANE_EXECS].role(&exec, &ctx), ROLE_DIM); /* an ancestor */
	assert_int_equal(pane->role(&conn, &ctx), ROLE_TEXT);
	conn.closed_ns = T0_NS;
	assert_int_equal(pane->role(&conn, &ctx), ROLE_GONE);
	conn.closed_ns = T0_NS - 2 * SECOND_NS;
	assert_int_equal(pane->role(&conn, &ctx), ROLE_DIM);
	conn.ret = -ETIMEDOUT;
	assert_int_equal(pane->role(&conn, &ctx), ROLE_WARNING);
}

static void columns_check__known_names__is_0(void **state)
{
	char error[128] = "";

	(void)state;
	assert_int_equal(columns_check("pid", error, sizeof(error)), 0);
	assert_int_equal(columns_check("args,rport, RX/s", error, sizeof(error)), 0);
	assert_string_equal(error, "");
}

static void columns_check__unknown_name__names_the_first(void **state)
{
	char error[128] = "";

	(void)state;
	assert_int_equal(columns_check("pid,bogus,worse", error, sizeof(error)), -EINVAL);
	assert_string_equal(error, "unknown column 'bogus'");
	assert_int_equal(columns_check("a\x1b[2J", error, sizeof(error)), -EINVAL);
	assert_string_equal(error, "unknown column 'a\\e[2J'");
	assert_int_equal(columns_check("", error, sizeof(error)), -EINVAL);
	assert_string_equal(error, "no column is named");
	assert_int_equal(columns_check(" ,,", error, sizeof(error)), -EINVAL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(pane_find__name__is_that_pane),
		TEST(pane_column__title__without_regard_to_case),
		TEST(pane_count__thousands__are_grouped),
		TEST(pane_role__row__tells_how_it_stands),
		TEST(columns_check__known_names__is_0),
		TEST(columns_check__unknown_name__names_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
