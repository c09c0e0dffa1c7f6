/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of listeners. */
#include <errno.h>
#include <string.h>
#include "tables.h"

#define OF_PROCESS offsetof(struct listener_row, of_process)
#define SAMPLED	   offsetof(struct listener_row, sampled)

struct listener_row *listener_find(const struct model *model, uint64_t id)
{
	return table_find(&model->listeners, id);
}

static void listener_detach(struct model *model, struct listener_row *row)
{
	struct process_row *process = table_at(&model->processes, row->process);

	row->process = 0;
	if (!process)
		return;
	table_unlink(&model->listeners, &process->listeners, row, OF_PROCESS);
	process->living--;
	process_place(model, process);
}

static void find_process(struct model *model, struct listener_row *row)
{
	struct process_row *process = table_at(&model->processes, row->process);

	if (process && process->key.pid == row->owner.pid &&
	    process->key.start_ns == row->owner.start_ns)
		return;
	listener_detach(model, row);
	process = process_get(model, &row->owner, true);
	if (!process)
		return;
	row->process = process->head.slot;
	table_prepend(&model->listeners, &process->listeners, row, OF_PROCESS);
	process->living++;
	if (!process->ts_ns)
		process->ts_ns = row->opened_ns;
	process_place(model, process);
	table_changed(&model->processes, process);
}

static void listener_remove(struct model *model, struct listener_row *row)
{
	listener_detach(model, row);
	table_unlink(&model->listeners, &model->sampled, row, SAMPLED);
	table_remove(&model->listeners, row);
}

static struct listener_row *listener_make(struct model *model, uint64_t id)
{
	struct listener_row *row = table_add(&model->listeners, id);

	if (!row)
		return NULL;
	table_append(&model->listeners, &model->sampled, row, SAMPLED);
	if (model->listeners.n > model->max_rows) {
		listener_remove(model, table_at(&model->listeners, model->sampled.first));
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
	table_unlink(&model->listeners, &model->sampled, row, SAMPLED);
	table_append(&model->listeners, &model->sampled, row, SAMPLED);
	find_process(model, row);
	table_changed(&model->listeners, row);
	return 0;
}

/* The pass may not have shown it. */
static void listener_expire(struct model *model, struct listener_row *row, uint64_t pass_ns)
{
	if (row->sampled_ns >= pass_ns || !listener_row_match(row, &model->filter))
		return;
	if (row->missed && row->sampled_ns < model->pass_ns) {
		listener_remove(model, row);
	} else {
		row->missed = true;
		model->missed++;
	}
}

void listeners_expire(struct model *model, uint64_t pass_ns)
{
	struct listener_row *row = table_at(&model->listeners, model->sampled.first);

	while (row) {
		struct listener_row *next = table_at(&model->listeners, row->sampled.next);

		listener_expire(model, row, pass_ns);
		row = next;
	}
}
