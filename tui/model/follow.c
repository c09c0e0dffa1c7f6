/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who descends from whom. */
#include "tables.h"

static int by_start(const struct process_row *a, const struct process_row *b)
{
	return (a->key.start_ns > b->key.start_ns) - (a->key.start_ns < b->key.start_ns);
}

static int by_id(const struct process_row *a, const struct process_row *b)
{
	return (a->id > b->id) - (a->id < b->id);
}

/*
 * Whether a process is the child of what is known of its parent's number. Whoever outlives its
 * parent is another's child, as for the kernel, whether or not that was told.
 */
static bool is_child(const struct process_row *row, const struct process_row *parent)
{
	uint64_t parent_end = parent->ending.ended_ns, end = row->ending.ended_ns;

	return !parent_end || (end && end <= parent_end);
}

/* `parent`: the last to bear the number before the process began; NULL: none known. */
static bool descends(const struct process_row *row, const struct process_row *parent,
		     const struct filter *filter)
{
	if (filter_numbers_has(&filter->pid.only, row->key.pid))
		return true;
	if (!parent)
		return row->owner.ppid && filter_numbers_has(&filter->pid.only, row->owner.ppid);
	return parent->owner.followed && is_child(row, parent);
}

/* In order of their starts: a parent is judged before its children. */
static void follow_processes(struct model *model)
{
	struct process_row *current = NULL, *row, *parent, *before;

	HASH_SRT(hh, model->processes, by_start);
	for (row = model->processes; row; row = row->hh.next) {
		HASH_FIND(by_pid, current, &row->owner.ppid, sizeof(row->owner.ppid), parent);
		row->owner.followed = descends(row, parent, &model->filter);
		HASH_REPLACE(by_pid, current, key.pid, sizeof(row->key.pid), row, before);
	}
	HASH_CLEAR(by_pid, current);
	HASH_SRT(hh, model->processes, by_id);
}

/* Of a process that is no longer known, it stays as it was. */
static void follow_owner(const struct model *model, struct owner *owner)
{
	const struct process_row *process = process_find(model, owner);

	if (process)
		owner->followed = process->owner.followed;
}

void follow_all(struct model *model)
{
	follow_processes(model);
	for (struct exec_row *row = model->execs; row; row = row->hh.next)
		follow_owner(model, &row->owner);
	for (struct conn_row *row = model->conns; row; row = row->hh.next)
		follow_owner(model, &row->owner);
	for (struct listener_row *row = model->listeners; row; row = row->hh.next)
		follow_owner(model, &row->owner);
}
