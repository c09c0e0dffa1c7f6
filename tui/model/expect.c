/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that records will need, asked for before they come. A large table is in no cache: without
 * this most of what an event takes is waiting for its row.
 */
#include "prefetch.h"
#include "tables.h"

/*
 * From so many bytes on a table is asked for ahead: where its rows are found, that is anywhere; and
 * them, of which those used lately, most often needed, stay longer in the caches.
 */
#define LARGE	   (256 * 1024)
#define LARGE_ROWS (16 * 1024 * 1024)

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

/* All of them, if connections leave no room in the caches for the others. */
static void expect_rows(const struct model *model, const struct conn_event *event)
{
	if (size_of(&model->conns) < LARGE_ROWS)
		return;
	expect_row(&model->conns, table_likely(&model->conns, event->id));
	if (size_of(&model->processes) > LARGE)
		expect_row(&model->processes, pid_likely(model, event->head.pid));
	if (has_remote(model, event))
		expect_row(&model->remotes, remote_likely(model, event));
}

void model_expect(const struct model *model, const struct event *event, size_t size, unsigned step)
{
	static void (*const steps[EXPECT_STEPS])(const struct model *model,
						 const struct conn_event *event) = { expect_entries,
										     expect_rows };

	if (size_of(&model->conns) > LARGE && is_conn(event, size))
		steps[step](model, (const struct conn_event *)event);
}
