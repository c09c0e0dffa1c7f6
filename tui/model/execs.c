/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of execs, and what execs and exits say of processes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tables.h"

struct exec_row *exec_find(const struct model *model, uint64_t id)
{
	struct exec_row *row;

	HASH_FIND(hh, model->execs, &id, sizeof(id), row);
	return row;
}

static void exec_evict(struct model *model, struct exec_row *row)
{
	struct process_row *process = process_find(model, &row->owner);

	if (process && process->exec_id == row->id)
		process->exec_id = 0;
	HASH_DEL(model->execs, row);
	free(row);
	model->evicted[EVENT_EXEC]++;
}

int exec_insert(struct model *model, struct exec_row *row)
{
	HASH_ADD(hh, model->execs, id, sizeof(row->id), row);
	if (!row->hh.tbl) { /* uthash had no memory for it */
		free(row);
		return -ENOMEM;
	}
	return 0;
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
	if (last)
		last->replaced_ns = exec->ts_ns;
	process_tell(process, &exec->owner);
	if (process_set_image(process, exec))
		model->dropped++;
	process_touch(model, process, exec->ts_ns);
}

int exec_apply(struct model *model, const struct exec_event *event)
{
	struct exec_row *row = exec_row_new(event);
	int err;

	if (!row)
		return -ENOMEM;
	row->id = ++model->execs_made;
	err = exec_insert(model, row);
	if (err)
		return err;
	if (!event->ret) {
		replace_image(model, row);
		count_for_parent(model, event);
	}
	if (HASH_COUNT(model->execs) > model->max_rows)
		exec_evict(model, model->execs);
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
	if (exec)
		exec->ending = process->ending;
	return 0;
}
