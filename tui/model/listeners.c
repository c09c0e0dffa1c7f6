/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of listeners. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tables.h"

struct listener_row *listener_find(const struct model *model, uint64_t id)
{
	struct listener_row *row;

	HASH_FIND(hh, model->listeners, &id, sizeof(id), row);
	return row;
}

void listener_attach(struct listener_row *row, struct process_row *process)
{
	row->process = process;
	if (process)
		DL_PREPEND2(process->listeners, row, process_prev, process_next);
}

static void listener_detach(struct model *model, struct listener_row *row)
{
	struct process_row *process = row->process;

	row->process = NULL;
	if (!process)
		return;
	DL_DELETE2(process->listeners, row, process_prev, process_next);
	process->living--;
	process_place(model, process);
}

static void find_process(struct model *model, struct listener_row *row)
{
	struct process_row *before = row->process;

	if (before && before->key.pid == row->owner.pid &&
	    before->key.start_ns == row->owner.start_ns)
		return;
	listener_detach(model, row);
	listener_attach(row, process_get(model, &row->owner, true));
	if (!row->process)
		return;
	row->process->living++;
	if (!row->process->ts_ns)
		row->process->ts_ns = row->opened_ns;
	process_place(model, row->process);
}

static void listener_remove(struct model *model, struct listener_row *row)
{
	listener_detach(model, row);
	DL_DELETE(model->sampled, row);
	HASH_DEL(model->listeners, row);
	free(row);
}

static struct listener_row *listener_make(struct model *model, uint64_t id)
{
	struct listener_row *row = calloc(1, sizeof(*row));

	if (!row)
		return NULL;
	row->id = id;
	HASH_ADD(hh, model->listeners, id, sizeof(row->id), row);
	if (!row->hh.tbl) { /* uthash had no memory for it */
		free(row);
		return NULL;
	}
	DL_APPEND(model->sampled, row);
	if (HASH_COUNT(model->listeners) > model->max_rows) {
		listener_remove(model, model->sampled);
		model->evicted_rows++;
	}
	return row;
}

static void listener_fill(struct listener_row *row, const struct listen_event *event)
{
	uint64_t now_ns = event->head.ts_ns;
	uint64_t span_ns = row->sampled_ns ? now_ns - row->sampled_ns : 0;

	if (event->head.pid)
		owner_fill(&row->owner, &event->head);
	row->accept_rate = rate_between(event->accepts, row->accepts, span_ns, row->accept_rate);
	row->accepts = event->accepts;
	row->opened_ns = event->opened_ns;
	row->sampled_ns = now_ns;
	row->backlog = event->backlog;
	row->backlog_max = event->backlog_max;
	row->netns = event->netns;
	row->lport = event->lport;
	memcpy(row->laddr, event->laddr, sizeof(row->laddr));
	row->ip = event->ip;
	row->flags = event->flags;
}

int listener_apply(struct model *model, const struct listen_event *event)
{
	struct listener_row *row = listener_find(model, event->id);

	if (!row)
		row = listener_make(model, event->id);
	if (!row)
		return -ENOMEM;
	if (event->head.ts_ns < row->sampled_ns)
		return 0;
	listener_fill(row, event);
	DL_DELETE(model->sampled, row);
	DL_APPEND(model->sampled, row);
	find_process(model, row);
	return 0;
}

void listeners_expire(struct model *model, uint64_t pass_ns)
{
	struct listener_row *row, *next;

	DL_FOREACH_SAFE(model->sampled, row, next) {
		if (row->sampled_ns >= pass_ns || !listener_row_match(row, &model->filter))
			continue;
		if (row->missed_ns > row->sampled_ns) {
			listener_remove(model, row);
		} else {
			row->missed_ns = pass_ns;
			model->missed++;
		}
	}
}
