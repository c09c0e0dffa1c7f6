/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of processes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tables.h"

static struct process_key process_key(const struct owner *owner)
{
	return (struct process_key){ .start_ns = owner->start_ns, .pid = owner->pid };
}

struct process_row *process_find(const struct model *model, const struct owner *owner)
{
	struct process_key key = process_key(owner);
	struct process_row *row;

	if (!owner->pid)
		return NULL;
	HASH_FIND(hh, model->processes, &key, sizeof(key), row);
	return row;
}

void process_free(struct process_row *row)
{
	if (row)
		free(row->data);
	free(row);
}

static void process_evict(struct model *model, struct process_row *row)
{
	for (struct conn_row *conn = row->conns; conn; conn = conn->process_next)
		conn->process = NULL;
	for (struct listener_row *one = row->listeners; one; one = one->process_next)
		one->process = NULL;
	DL_DELETE(model->process_ranks[row->rank], row);
	HASH_DEL(model->processes, row);
	process_free(row);
	model->evicted_rows++;
}

/* Whether there is room for one more, if need be after the first that had to go went. */
static bool make_room(struct model *model, bool living)
{
	if (HASH_COUNT(model->processes) < model->max_rows)
		return true;
	for (int rank = 0; rank < (living ? RANK_COUNT : RANK_BUSY); rank++) {
		if (model->process_ranks[rank]) {
			process_evict(model, model->process_ranks[rank]);
			return true;
		}
	}
	return false;
}

static struct process_row *process_make(struct model *model, const struct owner *owner)
{
	struct process_row *row = calloc(1, sizeof(*row));

	if (!row)
		return NULL;
	row->owner = *owner;
	row->key = process_key(owner);
	HASH_ADD(hh, model->processes, key, sizeof(row->key), row);
	if (!row->hh.tbl) { /* uthash had no memory for it */
		free(row);
		return NULL;
	}
	row->id = ++model->processes_made;
	row->rank = RANK_IDLE;
	DL_APPEND(model->process_ranks[row->rank], row);
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

static enum row_rank rank_of(const struct process_row *row)
{
	if (row->living)
		return RANK_BUSY;
	return row->ending.ended_ns ? RANK_ENDED : RANK_IDLE;
}

static void move_to_end(struct model *model, struct process_row *row)
{
	DL_DELETE(model->process_ranks[row->rank], row);
	row->rank = rank_of(row);
	DL_APPEND(model->process_ranks[row->rank], row);
}

void process_place(struct model *model, struct process_row *row)
{
	if (row->rank != rank_of(row))
		move_to_end(model, row);
}

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
