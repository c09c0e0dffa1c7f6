/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of the tables: each row again, in the same slot, pointing at the copy's own rows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tables.h"

/*
 * Puts a copy of what a row points at in its place; after a failure nothing, so that no row points
 * at what is the original's. Returns `err`, or -ENOMEM.
 */
static int copy_data(char **data, size_t len, int err)
{
	char *copy = *data && !err ? malloc(len) : NULL;

	if (copy)
		memcpy(copy, *data, len);
	else if (*data)
		err = -ENOMEM;
	*data = copy;
	return err;
}

static int clone_execs(struct model *copy, const struct model *model)
{
	int err = table_copy(&copy->execs, &model->execs);
	struct exec_row *row;

	TABLE_FOREACH(&copy->execs, row)
		err = copy_data(&row->data, (size_t)row->filename_len + row->args_len, err);
	return err;
}

static int clone_processes(struct model *copy, const struct model *model)
{
	int err = table_copy(&copy->processes, &model->processes);
	struct process_row *row;

	memcpy(copy->pids, model->pids, pids_size(model));
	TABLE_FOREACH(&copy->processes, row)
		err = copy_data(&row->data, (size_t)row->filename_len + row->args_len, err);
	return err;
}

static int clone_remotes(struct model *copy, const struct model *model)
{
	int err = table_copy(&copy->remotes, &model->remotes);

	return err ? err : index_copy(&copy->remotes_index, &model->remotes_index);
}

static int clone_owners(struct model *copy, const struct model *model)
{
	int err = table_copy(&copy->owners, &model->owners);

	return err ? err : index_copy(&copy->owners_index, &model->owners_index);
}

static int clone_conns(struct model *copy, const struct model *model)
{
	int err = table_copy(&copy->conns, &model->conns);
	struct conn_row *row;

	TABLE_FOREACH(&copy->conns, row) {
		uint32_t slot = shared_owner(row->owner)->head.slot;
		const struct shared_owner *shared = table_at(&copy->owners, slot);

		row->owner = &shared->owner;
	}
	return err;
}

/* What is no row: slots are the same. */
static void copy_numbers(struct model *copy, const struct model *model)
{
	copy->live = model->live;
	copy->closed = model->closed;
	memcpy(copy->process_ranks, model->process_ranks, sizeof(copy->process_ranks));
	memcpy(copy->remote_ranks, model->remote_ranks, sizeof(copy->remote_ranks));
	copy->sampled = model->sampled;
	copy->n_live = model->n_live;
	copy->living = model->living;
	copy->execs_made = model->execs_made;
	copy->processes_made = model->processes_made;
	copy->remotes_made = model->remotes_made;
	copy->owners_made = model->owners_made;
	memcpy(copy->evicted, model->evicted, sizeof(copy->evicted));
	copy->evicted_rows = model->evicted_rows;
	copy->pass_ns = model->pass_ns;
	copy->dropped = model->dropped;
	copy->filter = model->filter;
	copy->filters = model->filters;
}

struct model *model_clone(const struct model *model)
{
	struct model *copy = model_new(model->max_rows);

	if (!copy)
		return NULL;
	if (clone_execs(copy, model) || clone_processes(copy, model) ||
	    clone_remotes(copy, model) || clone_owners(copy, model) || clone_conns(copy, model) ||
	    table_copy(&copy->listeners, &model->listeners)) {
		model_free(copy);
		return NULL;
	}
	copy_numbers(copy, model);
	return copy;
}
