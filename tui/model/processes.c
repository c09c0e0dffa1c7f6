/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of processes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tables.h"

#define RANKED offsetof(struct process_row, ranked)

static struct process_key process_key(const struct owner *owner)
{
	return (struct process_key){ .start_ns = owner->start_ns, .pid = owner->pid };
}

/* --- by PID ----------------------------------------------------------------------------------- */

size_t pids_size(const struct model *model)
{
	return ((size_t)model->pids_mask + 1) * sizeof(*model->pids);
}

/* As many buckets as there may be processes, or more. */
int pids_init(struct model *model)
{
	while (model->pids_mask < model->processes.max)
		model->pids_mask = 2 * model->pids_mask + 1;
	model->pids = calloc(1, pids_size(model));
	return model->pids ? 0 : -ENOMEM;
}

static uint32_t *pid_bucket(const struct model *model, uint32_t pid)
{
	return &model->pids[pid & model->pids_mask];
}

static void pid_add(struct model *model, struct process_row *row)
{
	uint32_t *bucket = pid_bucket(model, row->key.pid);

	row->pid_next = *bucket;
	*bucket = row->head.slot;
}

static void pid_remove(struct model *model, const struct process_row *row)
{
	uint32_t *from = pid_bucket(model, row->key.pid);

	while (*from != row->head.slot)
		from = &((struct process_row *)table_slot(&model->processes, *from))->pid_next;
	*from = row->pid_next;
}

uint32_t pid_likely(const struct model *model, uint32_t pid)
{
	return *pid_bucket(model, pid);
}

const struct process_row *model_pid(const struct model *model, uint32_t pid,
				    const struct process_row *process)
{
	uint32_t slot = process ? process->pid_next : *pid_bucket(model, pid);
	const struct process_row *row = table_at(&model->processes, slot);

	while (row && row->key.pid != pid)
		row = table_at(&model->processes, row->pid_next);
	return row;
}

const struct process_row *model_process(const struct model *model, struct process_key key)
{
	const struct process_row *row = model_pid(model, key.pid, NULL);

	while (row && row->key.start_ns != key.start_ns)
		row = model_pid(model, key.pid, row);
	return row;
}

struct process_row *process_find(const struct model *model, const struct owner *owner)
{
	if (!owner->pid)
		return NULL;
	return (struct process_row *)model_process(model, process_key(owner));
}

/* --- coming and going ------------------------------------------------------------------------- */

static void process_evict(struct model *model, struct process_row *row)
{
	struct conn_row *conn = table_at(&model->conns, row->conns.first);
	struct listener_row *one = table_at(&model->listeners, row->listeners.first);

	for (; conn; conn = table_at(&model->conns, conn->of_process.next))
		conn->process = 0;
	for (; one; one = table_at(&model->listeners, one->of_process.next))
		one->process = 0;
	table_unlink(&model->processes, &model->process_ranks[row->rank], row, RANKED);
	pid_remove(model, row);
	free(row->data);
	table_remove(&model->processes, row);
	model->evicted_rows++;
}

/* Whether there is room for one more, if need be after the first that had to go went. */
static bool make_room(struct model *model, bool living)
{
	if (model->processes.n < model->max_rows)
		return true;
	for (int rank = 0; rank < (living ? RANK_COUNT : RANK_BUSY); rank++) {
		uint32_t first = model->process_ranks[rank].first;

		if (first) {
			process_evict(model, table_at(&model->processes, first));
			return true;
		}
	}
	return false;
}

static struct process_row *process_make(struct model *model, const struct owner *owner)
{
	struct process_row *row = table_add(&model->processes, model->processes_made + 1);

	if (!row)
		return NULL;
	model->processes_made++;
	row->owner = *owner;
	row->key = process_key(owner);
	pid_add(model, row);
	row->rank = RANK_IDLE;
	table_append(&model->processes, &model->process_ranks[row->rank], row, RANKED);
	return row;
}

struct process_row *process_get(struct model *model, const struct owner *owner, bool living)
{
	struct process_row *row = process_find(model, owner);

	if (row || !owner->pid)
		return row;
	if (!make_room(model, living)) {
		model->evicted_rows++;
		return NULL;
	}
	row = process_make(model, owner);
	if (!row)
		model->dropped++;
	return row;
}

/* --- which goes first ------------------------------------------------------------------------- */

static enum row_rank rank_of(const struct process_row *row)
{
	if (row->living)
		return RANK_BUSY;
	return row->ending.ended_ns ? RANK_ENDED : RANK_IDLE;
}

static void move_to_end(struct model *model, struct process_row *row)
{
	enum row_rank rank = rank_of(row);

	if (row->rank == rank && model->process_ranks[rank].last == row->head.slot)
		return;
	table_unlink(&model->processes, &model->process_ranks[row->rank], row, RANKED);
	row->rank = rank;
	table_append(&model->processes, &model->process_ranks[row->rank], row, RANKED);
}

void process_place(struct model *model, struct process_row *row)
{
	if (row->rank != rank_of(row))
		move_to_end(model, row);
}

/* --- what is known of it ---------------------------------------------------------------------- */

void process_tell(struct process_row *row, const struct owner *owner)
{
	bool followed = row->owner.followed || owner->followed;

	row->owner = *owner;
	row->owner.followed = followed;
}

void process_touch(struct model *model, struct process_row *row, uint64_t ts_ns)
{
	if (ts_ns > row->ts_ns)
		row->ts_ns = ts_ns;
	move_to_end(model, row);
	table_changed(&model->processes, row);
}

int process_set_image(struct process_row *row, const struct exec_row *exec)
{
	size_t len = (size_t)exec->filename_len + exec->args_len;
	char *data = malloc(len);

	free(row->data);
	row->data = data;
	row->exec_id = exec->id;
	row->exec_flags = exec->flags;
	row->args_total = exec->args_total;
	row->filename_len = data ? exec->filename_len : 0;
	row->args_len = data ? exec->args_len : 0;
	if (!data)
		return -ENOMEM;
	memcpy(data, exec->data, len);
	return 0;
}
