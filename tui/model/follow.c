/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who descends from whom. */
#include <stdlib.h>
#include "tables.h"

/* Where the starts are equal, in order of arrival. */
static int by_start(const void *a, const void *b)
{
	const struct process_row *left = *(const struct process_row *const *)a;
	const struct process_row *right = *(const struct process_row *const *)b;

	if (left->key.start_ns != right->key.start_ns)
		return left->key.start_ns < right->key.start_ns ? -1 : 1;
	return (left->id > right->id) - (left->id < right->id);
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

/* The last to bear its parent's number before the process began; NULL: none known. */
static const struct process_row *parent_of(const struct model *model,
					   const struct process_row *child)
{
	const struct process_row *row = NULL, *last = NULL;

	while ((row = model_pid(model, child->owner.ppid, row)))
		if (by_start(&row, &child) < 0 && (!last || by_start(&last, &row) < 0))
			last = row;
	return last;
}

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
	struct process_row **rows = calloc(model->processes.n + 1, sizeof(*rows)), *row;
	size_t n = 0;

	if (!rows) {
		model->dropped++; /* they stay as they were */
		return;
	}
	TABLE_FOREACH(&model->processes, row)
		rows[n++] = row;
	qsort(rows, n, sizeof(*rows), by_start);
	for (size_t i = 0; i < n; i++)
		rows[i]->owner.followed = descends(rows[i], parent_of(model, rows[i]),
						   &model->filter);
	free(rows);
}

/* Of a process that is no longer known, it stays as it was. */
static bool is_followed(const struct model *model, const struct owner *owner)
{
	const struct process_row *process = process_find(model, owner);

	return process ? process->owner.followed : owner->followed;
}

static void follow_shared(struct model *model, struct shared_owner *shared)
{
	bool followed = is_followed(model, &shared->owner);

	if (followed != shared->owner.followed)
		owner_set_followed(model, shared, followed);
}

void follow_all(struct model *model)
{
	struct shared_owner *shared;
	struct listener_row *listener;
	struct exec_row *exec;

	follow_processes(model);
	TABLE_FOREACH(&model->execs, exec)
		exec->owner.followed = is_followed(model, &exec->owner);
	TABLE_FOREACH(&model->owners, shared)
		follow_shared(model, shared);
	TABLE_FOREACH(&model->listeners, listener)
		listener->owner.followed = is_followed(model, &listener->owner);
}
