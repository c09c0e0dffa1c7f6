/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that records will need, asked for before they come. A large table is in no cache: without
 * this most of what an event takes is waiting for its row.
 */
#include "prefetch.h"
#include "tables.h"

#define ROWS_CACHED 32768 /* the rows of as many connections are in the caches anyway */

static bool is_conn(const struct event *event, size_t size)
{
	if (size < sizeof(struct conn_event))
		return false;
	switch (event->kind) {
	case EVENT_OPEN:
	case EVENT_CONNECT:
	case EVENT_ACCEPT:
	case EVENT_CLOSE:
	case EVENT_SAMPLE:
		return true;
	default:
		return false;
	}
}

/* Where rows are found. */
static void expect_entries(const struct model *model, const struct conn_event *event)
{
	table_expect(&model->conns, event->id);
	pid_expect(model, event->head.pid);
	if (event->direction == CONN_OUT)
		remote_expect(model, event);
}

static void expect_row(const struct table *table, uint32_t slot)
{
	if (slot)
		table_expect_row(table, slot);
}

static void expect_rows(const struct model *model, const struct conn_event *event)
{
	expect_row(&model->conns, table_likely(&model->conns, event->id));
	expect_row(&model->processes, pid_likely(model, event->head.pid));
	if (event->direction == CONN_OUT)
		expect_row(&model->remotes, remote_likely(model, event));
}

void model_expect(const struct model *model, const struct event *event, size_t size, unsigned step)
{
	static void (*const steps[EXPECT_STEPS])(const struct model *model,
						 const struct conn_event *event) = { expect_entries,
										     expect_rows };

	if (model->conns.n_slots > ROWS_CACHED && is_conn(event, size))
		steps[step](model, (const struct conn_event *)event);
}
