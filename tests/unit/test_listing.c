/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists that look at what changed only, against plain ones: whatever happens, always the same at
 * random, a list is all rows that its filters let through, in order.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "pane.h"
#include "rows.h"
#include "search.h"

#define SOME_ROWS 150
#define MANY_ROWS 20000
#define SCREEN	  60 /* rows that are looked at together */

static struct list lists[PANE_COUNT];
static struct filter filter;
static uint64_t seed;

static struct view_context ctx = {
	.now_ns = T0_NS,
	.boot_to_wall_ns = T0_BOOT_TO_WALL_NS,
	.charset = CHARSET_UTF8,
};

static int lists_set_up(void **state)
{
	memset(&filter, 0, sizeof(filter));
	ctx.now_ns = T0_NS;
	ctx.numeric = false;
	seed = 1;
	for (size_t i = 0; i < PANE_COUNT; i++)
		list_init(&lists[i], &panes[i]);
	return set_up(state);
}

static int lists_tear_down(void **state)
{
	for (size_t i = 0; i < PANE_COUNT; i++)
		list_fini(&lists[i]);
	return tear_down(state);
}

static uint32_t any(uint32_t below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (seed >> 33) % below;
}

/* --- the plain way ---------------------------------------------------------------------------- */

static int compare(const void *a, const void *b, void *of)
{
	const struct list *list = of;
	const void *left = *(const void *const *)a, *right = *(const void *const *)b;
	struct value (*get)(const void *, const struct view_context *) = list->sort->order
										 ? list->sort->order
										 : list->sort->get;
	int order = value_compare(get(left, &ctx), get(right, &ctx));
	uint64_t left_ns = list->pane->active_ns ? list->pane->active_ns(left) : 0;
	uint64_t right_ns = list->pane->active_ns ? list->pane->active_ns(right) : 0;

	if (order)
		return list->descending ? -order : order;
	if (left_ns != right_ns)
		return left_ns < right_ns ? 1 : -1;
	return table_id(left) < table_id(right) ? 1 : -1;
}

static bool has_text(const struct list *list, const void *row)
{
	char text[VALUE_TEXT_MAX];

	for (size_t i = 0; i < list->n_columns; i++) {
		size_t len = column_text(list->columns[i], row, &ctx, text, sizeof(text));

		if (row_filter_match(list->row_filter, text, len))
			return true;
	}
	return false;
}

struct plain {
	const void **rows;
	size_t n, total, n_living;
};

static struct plain plain_of(const struct list *list)
{
	const struct table *table = list->pane->table(model);
	struct plain plain = { .rows = calloc(table->n + 1, sizeof(*plain.rows)) };
	const void *row;

	assert_non_null(plain.rows);
	TABLE_FOREACH(table, row) {
		if (!list->pane->match(row, &filter))
			continue;
		plain.total++;
		if (list->row_filter && !has_text(list, row))
			continue;
		plain.rows[plain.n++] = row;
		plain.n_living += list->pane->lives(row);
	}
	qsort_r(plain.rows, plain.n, sizeof(*plain.rows), compare, (void *)list);
	return plain;
}

/* `places`: so many rows are looked at, at random; 0: all of them. */
static void expect_plain(struct list *list, size_t places)
{
	struct plain plain = plain_of(list);

	assert_int_equal(list_fill(list, model, &filter, &ctx), 0);
	assert_int_equal(list->n, plain.n);
	assert_int_equal(list->found, plain.n);
	assert_int_equal(list->total, plain.total);
	assert_int_equal(list->n_living, plain.n_living);
	for (size_t i = 0; i < (places ? places : plain.n) && plain.n; i++) {
		size_t at = places ? any(plain.n) : i;

		assert_ptr_equal(list_row(list, at), plain.rows[at]);
		if (places || !any(20))
			assert_int_equal(list_find(list, table_id(plain.rows[at])), at);
	}
	free(plain.rows);
}

/* Some rows from that one on, or from the first. False: that one is not listed. */
static bool expect_around(struct list *list, uint64_t id, size_t some)
{
	struct plain plain = plain_of(list);
	ptrdiff_t from = -1;

	assert_int_equal(list_fill(list, model, &filter, &ctx), 0);
	assert_int_equal(list->n, plain.n);
	if (id)
		from = list_find(list, id);
	if (from >= 0)
		assert_int_equal(table_id(plain.rows[from]), id);
	for (size_t i = from < 0 ? 0 : from, n = 0; i < plain.n && n < some; i++, n++)
		assert_ptr_equal(list_row(list, i), plain.rows[i]);
	free(plain.rows);
	return from >= 0;
}

/* --- what happens ----------------------------------------------------------------------------- */

static void set_process(struct event *head, uint32_t pids)
{
	static const char names[][EVENT_COMM_LEN + 1] = {
		"a", "worker-1", "worker-11", "worker-2", "fifteen-letters", "sixteen-letters!", ""
	};

	head->pid = any(pids); /* 0 too: nobody */
	head->ppid = any(pids);
	head->uid = any(3);
	memcpy(head->comm, names[any(7)], sizeof(head->comm));
}

static void random_exec(uint32_t pids)
{
	static const char *const files[] = { "/bin/ls", "/usr/bin/python3", "/usr/bin/python3.11",
					     "/usr/bin/python" };
	struct exec_record record = exec_record(ctx.now_ns, 1, files[any(4)], "x\0y", 4);

	set_process(&record.head, pids);
	record.event.ret = any(5) ? 0 : -ENOENT;
	take_exec(record);
}

static void random_conn(uint32_t ids, uint32_t pids)
{
	static const enum event_kind kinds[] = { EVENT_OPEN, EVENT_CONNECT, EVENT_ACCEPT,
						 EVENT_CLOSE, EVENT_SAMPLE };
	uint64_t id = any(ids) << any(20);
	enum event_kind kind = kinds[any(5)];
	struct conn_event event = id % 3 ? conn_record(kind, id, ctx.now_ns)
					 : conn_incoming(kind, id, ctx.now_ns);

	if (kind == EVENT_CONNECT && !any(3))
		event = conn_failure(id, ctx.now_ns, -(int)any(120));
	set_process(&event.head, pids);
	if (id % 4 == 0) /* with equal beginnings, far and near the end */
		conn_set_ends(&event, 6, "2001:db8::1", 50000,
			      any(2)   ? "2001:db8::1:0:0:7"
			      : any(2) ? "2001:db8::8"
				       : "2001:db8::9",
			      443);
	event.raddr[3] = any(4);
	event.rport = 440 + id % 9;
	event.flags = any(4) ? 0 : CONN_OLDER;
	event.opened_ns = event.flags ? 0 : ctx.now_ns - any(1000000);
	event.tx_bytes = any(3) ? 0 : any(1 << 30);
	event.rx_bytes = any(20) ? 0 : UINT64_MAX >> any(4);
	event.rtt_us = any(3);
	take_conn(event);
}

static void random_listener(uint32_t pids)
{
	struct listen_event event = listen_record(1 + any(40), ctx.now_ns, any(1000));

	set_process(&event.head, pids);
	event.lport = any(5);
	take_listener(event);
}

static void random_exit(uint32_t pids)
{
	struct exit_event event = exit_record(ctx.now_ns, 1, "x", any(3), any(3) ? 0 : 9);

	set_process(&event.head, pids);
	take_exit(event);
}

static void random_filter(void)
{
	uint32_t kind = any(4);

	memset(&filter, 0, sizeof(filter));
	if (kind == 1)
		only_port(&filter, 440 + any(9));
	if (kind == 2)
		only(&filter.uid, any(3));
	if (kind == 3)
		only(&filter.pid, 1 + any(20));
	filter.follow = kind == 3 && any(2);
	if (any(10)) /* a list is right under another filter than the model's, too */
		model_set_filter(model, &filter);
}

static void become_copy(void)
{
	struct model *copy = model_clone(model);

	assert_non_null(copy);
	model_free(model);
	model = copy;
}

static void random_look(struct list *list)
{
	static const char *const texts[] = { "", "worker", "/^1/", "s", "ESTAB" };
	uint32_t what = any(6);
	char error[128];

	if (what < 2)
		list->sort = &list->pane->columns[any(*list->pane->n_columns)];
	else if (what == 2)
		list->descending = !list->descending;
	else if (what < 5)
		assert_int_equal(list_filter_rows(list, texts[any(5)], error, sizeof(error)), 0);
	else if (any(2))
		list_default_columns(list);
	else
		list_choose_columns(list, "comm,uid,pid,laddr,raddr,lport");
}

static void random_events(uint32_t n, uint32_t ids, uint32_t pids)
{
	while (n--) {
		uint32_t what = any(20);

		ctx.now_ns += any(3) * MS_NS;
		if (what == 0)
			random_exec(pids);
		else if (what == 1)
			random_exit(pids);
		else if (what == 2)
			random_listener(pids);
		else
			random_conn(ids, pids);
	}
}

static void happen(void)
{
	uint32_t what = any(100);

	if (what < 3)
		random_filter();
	else if (what < 5)
		become_copy();
	else if (what < 8)
		model_expire(model, ctx.now_ns - any(1000) * MS_NS);
	else if (what < 30)
		random_look(&lists[any(PANE_COUNT)]);
	else if (what < 32)
		ctx.numeric = !ctx.numeric;
	else if (what < 95)
		random_events(any(12), 2 * SOME_ROWS, 40);
	else
		random_events(2000, 2 * SOME_ROWS, 300); /* more than the logs hold */
	if (!any(3))
		ctx.now_ns += any(5000) * MS_NS;
}

/* --- tests ------------------------------------------------------------------------------------ */

static void start_anew(size_t max_rows)
{
	model_free(model);
	model = model_new(max_rows);
	assert_non_null(model);
}

static void list_fill__anything_happened__is_a_sort_of_everything(void **state)
{
	(void)state;
	start_anew(SOME_ROWS);
	for (int step = 0; step < 4000; step++) {
		happen();
		for (size_t i = 0; i < PANE_COUNT; i++)
			if (any(3)) /* the others have the more to catch up with */
				expect_plain(&lists[i], 0);
	}
}

static void list_row__many_rows__any_place_is_right(void **state)
{
	struct list *list = &lists[PANE_CONNECTIONS];

	(void)state;
	start_anew(MANY_ROWS);
	random_events(6 * MANY_ROWS, MANY_ROWS, 500);
	assert_true(model->conns.n > MANY_ROWS / 2);
	for (size_t i = 0; i < *list->pane->n_columns; i++) {
		list->sort = &list->pane->columns[i];
		list->descending = any(2);
		expect_plain(list, 8);
		random_events(100, MANY_ROWS, 500);
		expect_plain(list, 8);
		expect_plain(list, 40); /* so many that all are sorted */
	}
}

/* At the top; or `deep`, around a row that stays selected as long as it is there. */
static void watch(struct list *list, bool deep)
{
	static const uint32_t some[] = { 0, 10, 500, 6000 }; /* up to more than a window has */
	uint64_t id = 0;

	for (int i = 0; i < 16; i++) {
		if (!expect_around(list, id, SCREEN) && deep && list->n)
			id = table_id(list_row(list, any(list->n)));
		random_events(some[any(4)], 2 * MANY_ROWS, 12000);
		if (any(6))
			continue;
		memset(&filter, 0, sizeof(filter));
		if (any(2))
			only(&filter.uid, any(3));
		model_set_filter(model, &filter);
	}
}

static void list_row__watched_while_rows_change__is_right(void **state)
{
	static const struct {
		enum pane_id pane;
		const char *sort;
	} watched[] = {
		{ PANE_CONNECTIONS, "-opened" },      { PANE_CONNECTIONS, "+time" },
		{ PANE_CONNECTIONS, "-duration_us" }, { PANE_CONNECTIONS, "+raddr" },
		{ PANE_CONNECTIONS, "+comm" },	      { PANE_PROCESSES, "+uid" },
		{ PANE_PROCESSES, "-live" },	      { PANE_EXECS, "+args" },
	};

	(void)state;
	start_anew(MANY_ROWS);
	random_events(4 * MANY_ROWS, 2 * MANY_ROWS, 12000);
	for (size_t i = 0; i < sizeof(watched) / sizeof(watched[0]); i++) {
		struct list *list = &lists[watched[i].pane];

		list_choose_sort(list, watched[i].sort);
		watch(list, false);
		watch(list, true);
	}
}

/* New connections of eight users in turn. */
static void come(uint32_t n, uint16_t port)
{
	static uint64_t id = 1ULL << 40;

	while (n--) {
		struct conn_event event = conn_record(EVENT_OPEN, ++id, ctx.now_ns);

		event.head.uid = id % 8;
		event.rport = port;
		take_conn(event);
	}
}

/* Some come right above one that is selected. */
static void surround(struct list *list, uint32_t n, uint32_t more)
{
	struct plain plain;
	uint64_t id;

	come(n, 2);
	plain = plain_of(list);
	id = table_id(plain.rows[plain.n / 8 + 20]);
	free(plain.rows);
	assert_true(expect_around(list, id, SCREEN));
	come(more, 2);
	assert_true(expect_around(list, id, SCREEN));
	come(10, 2);
	assert_true(expect_around(list, id, 900));
}

static void list_row__more_come_than_a_window_has__is_right(void **state)
{
	(void)state;
	start_anew(MANY_ROWS);
	come(MANY_ROWS, 1); /* the table and its log grow no more */
	only_port(&filter, 2);
	model_set_filter(model, &filter);
	list_choose_sort(&lists[PANE_CONNECTIONS], "+uid");
	surround(&lists[PANE_CONNECTIONS], 600, 4500);
	surround(&lists[PANE_CONNECTIONS], 600, 9000);
	start_anew(SOME_ROWS); /* it is as if the row had never been */
	come(10, 2);
	expect_around(&lists[PANE_CONNECTIONS], 0, SCREEN);
}

static void random_execs(uint32_t n)
{
	char path[] = "/usr/bin/python3.00000"; /* the same in all that a key has of it */

	while (n--) {
		ctx.now_ns += MS_NS;
		snprintf(path, sizeof(path), "/usr/bin/python3.%05u", any(100000));
		take_exec(exec_record(ctx.now_ns, 1 + any(1000), path, "x", 2));
	}
}

/* Also the row goes that others are compared with, and another takes its slot. */
static void list_row__long_texts_begin_equal__is_right(void **state)
{
	struct list *list = &lists[PANE_EXECS];

	(void)state;
	list_choose_sort(list, "+filename");
	for (int i = 0; i < 8; i++) {
		start_anew(3000);
		random_execs(3000);
		for (int j = 0; j < 31; j++) {
			expect_around(list, 0, 1500);
			random_execs(100);
		}
	}
}

static void list_row__first_places__need_no_sort_of_all(void **state)
{
	struct list *list = &lists[PANE_CONNECTIONS];
	struct plain plain;

	(void)state;
	start_anew(MANY_ROWS);
	random_events(6 * MANY_ROWS, MANY_ROWS, 500);
	plain = plain_of(list);
	assert_int_equal(list_fill(list, model, &filter, &ctx), 0);
	for (size_t i = 0; i < 300; i++)
		assert_ptr_equal(list_row(list, i), plain.rows[i]);
	for (size_t i = plain.n; i-- > plain.n - 100;)
		assert_ptr_equal(list_row(list, i), plain.rows[i]);
	free(plain.rows);
}

static void list_fill__nothing_changed__rows_stay(void **state)
{
	const void *first;

	(void)state;
	random_conn(10, 4);
	assert_int_equal(list_fill(&lists[PANE_CONNECTIONS], model, &filter, &ctx), 0);
	first = list_row(&lists[PANE_CONNECTIONS], 0);
	assert_int_equal(list_fill(&lists[PANE_CONNECTIONS], model, &filter, &ctx), 0);
	assert_ptr_equal(list_row(&lists[PANE_CONNECTIONS], 0), first);
}

int main(void)
{
#define LISTS(name) cmocka_unit_test_setup_teardown(name, lists_set_up, lists_tear_down)
	const struct CMUnitTest tests[] = {
		LISTS(list_fill__anything_happened__is_a_sort_of_everything),
		LISTS(list_row__many_rows__any_place_is_right),
		LISTS(list_row__watched_while_rows_change__is_right),
		LISTS(list_row__more_come_than_a_window_has__is_right),
		LISTS(list_row__long_texts_begin_equal__is_right),
		LISTS(list_row__first_places__need_no_sort_of_all),
		LISTS(list_fill__nothing_changed__rows_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
