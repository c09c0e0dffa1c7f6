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

/* The same for what uthash has in the rows. */
static int clone_remotes(struct model *copy, const struct model *model)
{
	int err = table_copy(&copy->remotes, &model->remotes);
	struct remote_row *row;

	TABLE_FOREACH(&copy->remotes, row) {
		memset(&row->hh, 0, sizeof(row->hh));
		err = err ? err : remote_hash(copy, row);
	}
	return err;
}

static int clone_owners(struct model *copy, const struct model *model)
{
	int err = table_copy(&copy->owners, &model->owners);
	struct shared_owner *row;

	TABLE_FOREACH(&copy->owners, row) {
		memset(&row->hh, 0, sizeof(row->hh));
		err = err ? err : owner_hash(copy, row);
	}
	return err;
}

/* Of a row that the original points at, the copy's. */
static void *same(const struct table *copy, const void *row)
{
	return row ? table_at(copy, ((const struct table_row *)row)->slot) : NULL;
}

static int clone_conns(struct model *copy, const struct model *model)
{
	int err = table_copy(&copy->conns, &model->conns);
	struct conn_row *row;

	TABLE_FOREACH(&copy->conns, row) {
		const struct shared_owner *shared = same(&copy->owners, shared_owner(row->owner));

		row->owner = &shared->owner;
		row->process = same(&copy->processes, row->process);
		row->remote = same(&copy->remotes, row->remote);
	}
	return err;
}

static int clone_listeners(struct model *copy, const struct model *model)
{
	int err = table_copy(&copy->listeners, &model->listeners);
	struct listener_row *row;

	TABLE_FOREACH(&copy->listeners, row)
		row->process = same(&copy->processes, row->process);
	return err;
}

/* What is no row: the slots in the lists are the same. */
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
	    clone_listeners(copy, model)) {
		model_free(copy);
		return NULL;
	}
	copy_numbers(copy, model);
	return copy;
}
