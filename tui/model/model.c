/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rolling tables, as a whole. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tables.h"

struct model *model_new(size_t max_rows)
{
	struct model *model = calloc(1, sizeof(*model));

	if (model)
		model->max_rows = max_rows;
	return model;
}

/* Frees all rows of a table; what points to them is freed with them. */
#define FREE_ROWS(head, release)                     \
	do {                                         \
		__typeof__(head) row = (head), next; \
		HASH_CLEAR(hh, head);                \
		for (; row; row = next) {            \
			next = row->hh.next;         \
			release(row);                \
		}                                    \
	} while (0)

void model_free(struct model *model)
{
	if (!model)
		return;
	FREE_ROWS(model->execs, free);
	FREE_ROWS(model->conns, free);
	FREE_ROWS(model->processes, process_free);
	FREE_ROWS(model->remotes, free);
	FREE_ROWS(model->listeners, free);
	free(model);
}

static int apply(struct model *model, const struct event *event)
{
	switch (event->kind) {
	case EVENT_EXEC:
		return exec_apply(model, (const struct exec_event *)event);
	case EVENT_EXIT:
		return exit_apply(model, (const struct exit_event *)event);
	case EVENT_LISTENER:
		return listener_apply(model, (const struct listen_event *)event);
	case EVENT_PASS:
		model_expire(model, event->ts_ns);
		return 0;
	default:
		return conn_apply(model, (const struct conn_event *)event);
	}
}

int model_apply(struct model *model, const struct event *event, size_t size)
{
	int err = event_valid(event, size) ? apply(model, event) : -EINVAL;

	if (err)
		model->dropped++;
	return err;
}

void model_expire(struct model *model, uint64_t pass_ns)
{
	model->missed = 0;
	conns_expire(model, pass_ns);
	listeners_expire(model, pass_ns);
}

/* --- another filter --------------------------------------------------------------------------- */

/* Nothing counts any more, not even what rows counted that are gone. */
static void forget_traffic(struct model *model)
{
	for (struct conn_row *row = model->conns; row; row = row->hh.next)
		traffic_take_back(row);
	for (struct process_row *row = model->processes; row; row = row->hh.next)
		memset(&row->traffic, 0, sizeof(row->traffic));
	for (struct remote_row *row = model->remotes; row; row = row->hh.next) {
		memset(&row->traffic, 0, sizeof(row->traffic));
		row->latency_sum_us = 0;
		row->latencies = 0;
	}
}

/* Also for processes and remotes that had to go, and have since come back. */
static void count_traffic(struct model *model)
{
	for (struct conn_row *row = model->conns; row; row = row->hh.next) {
		if (!row->process)
			conn_attach_process(row, process_find(model, &row->owner));
		if (!row->remote)
			conn_attach_remote(row, remote_find(model, row));
		traffic_add(model, row);
	}
	for (struct process_row *row = model->processes; row; row = row->hh.next)
		process_place(model, row);
	for (struct remote_row *row = model->remotes; row; row = row->hh.next)
		remote_place(model, row);
}

void model_set_filter(struct model *model, const struct filter *filter)
{
	forget_traffic(model);
	model->filter = *filter;
	if (filter->follow)
		follow_all(model);
	count_traffic(model);
}
