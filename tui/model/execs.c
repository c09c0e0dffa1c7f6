/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of execs, and what execs and exits say of processes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tables.h"

struct exec_row *exec_find(const struct model *model, uint64_t id)
{
	return table_find(&model->execs, id);
}

static void exec_evict(struct model *model, struct exec_row *row)
{
	struct process_row *process = process_find(model, &row->owner);

	if (process && process->exec_id == row->id)
		process->exec_id = 0;
	free(row->data);
	table_remove(&model->execs, row);
	model->evicted[EVENT_EXEC]++;
}

static struct exec_row *exec_make(struct model *model, const struct exec_event *event)
{
	char *data = malloc(exec_data_len(event));
	struct exec_row *row = data ? table_add(&model->execs, model->execs_made + 1) : NULL;

	if (!row) {
		free(data);
		return NULL;
	}
	model->execs_made++;
	exec_row_fill(row, event, data);
	return row;
}

static struct owner parent_of(const struct exec_event *event)
{
	struct owner parent = {
		.start_ns = event->parent.start_ns,
		.cgroup = event->parent.cgroup,
		.pid = event->head.ppid,
		.ppid = event->parent.ppid,
		.uid = event->parent.uid,
		.gid = event->parent.gid,
		.loginuid = event->parent.loginuid,
	};

	memcpy(parent.comm, event->parent.comm, sizeof(parent.comm));
	return parent;
}

static void count_for_parent(struct model *model, const struct exec_event *event)
{
	struct owner parent = parent_of(event);
	struct process_row *row = process_get(model, &parent, false);

	if (!row)
		return;
	row->execs++;
	process_tell(row, &parent);
	process_touch(model, row, event->head.ts_ns);
}

/* The process runs something else from now on. */
static void replace_image(struct model *model, const struct exec_row *exec)
{
	struct process_row *process = process_get(model, &exec->owner, false);
	struct exec_row *last;

	if (!process)
		return;
	last = exec_find(model, process->exec_id);
	if (last) {
		last->replaced_ns = exec->ts_ns;
		table_changed(&model->execs, last);
	}
	process_tell(process, &exec->owner);
	if (process_set_image(process, exec))
		model->dropped++;
	process_touch(model, process, exec->ts_ns);
}

int exec_apply(struct model *model, const struct exec_event *event)
{
	struct exec_row *row = exec_make(model, event);

	if (!row)
		return -ENOMEM;
	if (!event->ret) {
		replace_image(model, row);
		count_for_parent(model, event);
	}
	/* Their ids follow each other: all but the last are gone. */
	if (model->execs.n > model->max_rows)
		exec_evict(model, exec_find(model, row->id - model->max_rows));
	return 0;
}

int exit_apply(struct model *model, const struct exit_event *event)
{
	struct process_row *process;
	struct exec_row *exec;
	struct owner owner;
	bool followed;

	owner_fill(&owner, &event->head);
	process = process_find(model, &owner);
	if (!process)
		return 0; /* it did nothing that was seen */
	followed = process->owner.followed;
	process_row_end(process, event);
	process->owner.followed |= followed;
	process_touch(model, process, event->head.ts_ns);
	exec = exec_find(model, process->exec_id);
	if (exec) {
		exec->ending = process->ending;
		table_changed(&model->execs, exec);
	}
	return 0;
}
