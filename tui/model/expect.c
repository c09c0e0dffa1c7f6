/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that records will need, asked for before they come. A large table is in no cache: without
 * this most of what an event takes is waiting for its row.
 */
#include "prefetch.h"
#include "tables.h"

/*
 * Bytes of a table from which on it is asked for where its rows are, which is never twice the same
 * place; and from which on for the rows: of a smaller one those that are needed, the latest ones,
 * are in the caches.
 */
#define LARGE	   (256UL * 1024)
#define LARGE_ROWS (16UL * 1024 * 1024)

static size_t size_of(const struct table *table)
{
	return table->n_slots * table->row_size;
}

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

static bool has_remote(const struct model *model, const struct conn_event *event)
{
	return size_of(&model->remotes) > LARGE && event->direction == CONN_OUT;
}

/* Where rows are found. Of processes that is in the caches: there are few that connect. */
static void expect_entries(const struct model *model, const struct conn_event *event)
{
	table_expect(&model->conns, event->id);
	if (has_remote(model, event))
		remote_expect(model, event);
}

static void expect_row(const struct table *table, uint32_t slot)
{
	if (slot)
		table_expect_row(table, slot);
}

/* A sample is of any row. All others, too, where connections leave them no room in the caches. */
static void expect_rows(const struct model *model, const struct conn_event *event)
{
	bool large = size_of(&model->conns) > LARGE_ROWS;

	if (large || event->head.kind == EVENT_SAMPLE)
		expect_row(&model->conns, table_likely(&model->conns, event->id));
	if (!large)
		return;
	if (size_of(&model->processes) > LARGE)
		expect_row(&model->processes, pid_likely(model, event->head.pid));
	if (has_remote(model, event))
		expect_row(&model->remotes, remote_likely(model, event));
}

void model_expect(const struct model *model, const struct event *event, size_t size, unsigned step)
{
	if (size_of(&model->conns) <= LARGE || !is_conn(event, size))
		return;
	if (step == 0)
		expect_entries(model, (const struct conn_event *)event);
	else
		expect_rows(model, (const struct conn_event *)event);
}
