/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Marks: rows of the process that is selected in another pane. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>
#include "rows.h"
#include "view.h"

static struct view view;
static struct view_context ctx = { .now_ns = T0_NS };
static const struct filter no_filter;

static int view_set_up(void **state)
{
	view_init(&view);
	return set_up(state);
}

static int view_tear_down(void **state)
{
	view_fini(&view);
	return tear_down(state);
}

/* Every pane has its rows, and the first of this one's is selected. */
static void focus_on(enum pane_id pane)
{
	view_show_pane(&view, pane);
	assert_int_equal(view_update_all(&view, model, &no_filter, &ctx), 0);
}

/* How many rows of a pane are marked. */
static size_t marked(enum pane_id pane)
{
	const struct list *list = &view.panes[pane].list;
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += view_marks(&view, pane, list_row(list, i));
	return n;
}

static struct listen_event listener_of(uint32_t pid, struct listen_event listener)
{
	listener.head.pid = pid;
	return listener;
}

/* 41213 executes, connects twice and listens; 41300 does all of that once. */
static void take_all(void)
{
	struct conn_event other = owned_by(41300, conn_record(EVENT_CONNECT, 3, T0_NS));

	other.rport = 80;
	take_conn(other);
	take_conn(conn_record(EVENT_CONNECT, 1, T0_NS));
	take_conn(conn_record(EVENT_CONNECT, 2, T0_NS));
	take_listener(listener_of(41300, listen_record(4, T0_NS, 0)));
	take_listener(listen_record(5, T0_NS, 0));
	take_exec(EXEC(T0_NS - MS_NS, 41300, "/bin/b", "b"));
	take_exec(EXEC(T0_NS, 41213, "/bin/a", "a"));
}

static void marks__exec_selected__are_rows_of_its_process_in_other_panes(void **state)
{
	(void)state;
	take_all();
	focus_on(PANE_EXECS);
	assert_int_equal(((const struct exec_row *)view_selected(&view))->owner.pid, 41213);
	assert_int_equal(marked(PANE_CONNECTIONS), 2);
	assert_int_equal(marked(PANE_PROCESSES), 1);
	assert_int_equal(marked(PANE_LISTENERS), 1);
	assert_int_equal(marked(PANE_REMOTES), 1);
	assert_true(view_marks(&view, PANE_CONNECTIONS, conn(1)));
	assert_false(view_marks(&view, PANE_CONNECTIONS, conn(3)));
	assert_true(view_marks(&view, PANE_REMOTES, remote(443)));
	assert_false(view_marks(&view, PANE_REMOTES, remote(80)));
}

static void marks__focused_pane__has_none(void **state)
{
	(void)state;
	take_all();
	for (enum pane_id pane = 0; pane < PANE_COUNT; pane++) {
		focus_on(pane);
		assert_non_null(view_selected(&view));
		assert_int_equal(marked(pane), 0);
	}
}

static void marks__selection_moves__are_of_the_other_process(void **state)
{
	(void)state;
	take_all();
	focus_on(PANE_EXECS);
	view_move(&view, 1);
	focus_on(PANE_EXECS);
	assert_int_equal(marked(PANE_CONNECTIONS), 1);
	assert_true(view_marks(&view, PANE_CONNECTIONS, conn(3)));
}

static void marks__remote_selected__there_are_none(void **state)
{
	(void)state;
	take_all();
	focus_on(PANE_REMOTES);
	assert_int_equal(marked(PANE_CONNECTIONS), 0);
	assert_int_equal(marked(PANE_EXECS), 0);
}

static void marks__unknown_owner_selected__there_are_none(void **state)
{
	(void)state;
	take_conn(owned_by(0, conn_record(EVENT_CONNECT, 1, T0_NS)));
	take_listener(listener_of(0, listen_record(5, T0_NS, 0)));
	focus_on(PANE_CONNECTIONS);
	assert_non_null(view_selected(&view));
	assert_int_equal(marked(PANE_LISTENERS), 0);
	assert_int_equal(marked(PANE_REMOTES), 0);
}

static void marks__nothing_selected__there_are_none(void **state)
{
	(void)state;
	take_conn(conn_record(EVENT_CONNECT, 1, T0_NS));
	focus_on(PANE_EXECS);
	assert_null(view_selected(&view));
	assert_int_equal(marked(PANE_CONNECTIONS), 0);
}

static void marks__same_pid_of_another_process__is_not_marked(void **state)
{
	struct conn_event later = conn_record(EVENT_CONNECT, 1, T0_NS);

	(void)state;
	later.head.start_ns = T0_NS - MS_NS;
	take_conn(later);
	take_exec(EXEC(T0_NS - SECOND_NS, 41213, "/bin/a", "a"));
	focus_on(PANE_EXECS);
	assert_int_equal(marked(PANE_CONNECTIONS), 0);
	/* By its parent, too, the table of processes has three. */
	assert_int_equal(marked(PANE_PROCESSES), 1);
}

#undef TEST
#define TEST(name) cmocka_unit_test_setup_teardown(name, view_set_up, view_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(marks__exec_selected__are_rows_of_its_process_in_other_panes),
		TEST(marks__focused_pane__has_none),
		TEST(marks__selection_moves__are_of_the_other_process),
		TEST(marks__remote_selected__there_are_none),
		TEST(marks__unknown_owner_selected__there_are_none),
		TEST(marks__nothing_selected__there_are_none),
		TEST(marks__same_pid_of_another_process__is_not_marked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
