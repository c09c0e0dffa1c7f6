/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_LISTINGS_H
#define CONNTOP_TEST_LISTINGS_H

/*
 * Lists that look at what changed only, against plain ones; and what happens meanwhile, always the
 * same at random.
 */
#include <stdlib.h>
#include "pane.h"
#include "random.h"
#include "rows.h"
#include "search.h"

#define SOME_ROWS 150
#define MANY_ROWS 20000
#define SCREEN	  60 /* rows that are looked at together */

static struct list lists[PANE_COUNT];
static struct filter filter;

static struct view_context ctx = {
	.now_ns = T0_NS,
	.boot_to_wall_ns = T0_BOOT_TO_WALL_NS,
	.charset = CHARSET_UTF8,
};

static inline int lists_set_up(void **state)
{
	memset(&filter, 0, sizeof(filter));
	ctx.now_ns = T0_NS;
	ctx.numeric = false;
	seed = 1;
	for (size_t i = 0; i < PANE_COUNT; i++)
		list_init(&lists[i], &panes[i]);
	return set_up(state);
}

static inline int lists_tear_down(void **state)
{
	for (size_t i = 0; i < PANE_COUNT; i++)
		list_fini(&lists[i]);
	return tear_down(state);
}

/* --- the plain way ---------------------------------------------------------------------------- */

static inline int compare(const void *a, const void *b, void *of)
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

static inline bool has_text(const struct list *list, const void *row)
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

static inline struct plain plain_of(const struct list *list)
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
static inline void expect_plain(struct list *list, size_t places)
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
static inline bool expect_around(struct list *list, uint64_t id, size_t some)
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

static inline void set_process(struct event *head, uint32_t pids)
{
	static const char names[][EVENT_COMM_LEN + 1] = {
		"a", "worker-1", "worker-11", "worker-2", "fifteen-letters", "sixteen-letters!", ""
	};

	head->pid = any(pids); /* 0 too: nobody */
	head->ppid = any(pids);
	head->uid = any(3);
	memcpy(head->comm, names[any(7)], sizeof(head->comm));
}

static inline void random_exec(uint32_t pids)
{
	static const char *const files[] = { "/bin/ls", "/usr/bin/python3", "/usr/bin/python3.11",
					     "/usr/bin/python" };
	struct exec_record record = exec_record(ctx.now_ns, 1, files[any(4)], "x\0y", 4);

	set_process(&record.head, pids);
	record.event.ret = any(5) ? 0 : -ENOENT;
	take_exec(record);
}

static inline void random_conn(uint32_t ids, uint32_t pids)
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

static inline void random_listener(uint32_t pids)
{
	struct listen_event event = listen_record(1 + any(40), ctx.now_ns, any(1000));

	set_process(&event.head, pids);
	event.lport = any(5);
	take_listener(event);
}

static inline void random_exit(uint32_t pids)
{
	struct exit_event event = exit_record(ctx.now_ns, 1, "x", any(3), any(3) ? 0 : 9);

	set_process(&event.head, pids);
	take_exit(event);
}

static inline void random_filter(void)
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

static inline void become_copy(void)
{
	struct model *copy = model_clone(model);

	assert_non_null(copy);
	model_free(model);
	model = copy;
}

static inline void random_look(struct list *list)
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

static inline void random_events(uint32_t n, uint32_t ids, uint32_t pids)
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

static inline void start_anew(size_t max_rows)
{
	model_free(model);
	model = model_new(max_rows);
	assert_non_null(model);
}

#endif
