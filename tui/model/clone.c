/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of the tables: each row again, in the same order, pointing at the copy's own rows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tables.h"

/* A copy of a row that points at nothing yet, or NULL. */
static void *copy_row(const void *row, size_t size)
{
	void *same = malloc(size);

	return same ? memcpy(same, row, size) : NULL;
}

static int clone_execs(struct model *copy, const struct model *model)
{
	for (const struct exec_row *row = model->execs; row; row = row->hh.next) {
		struct exec_row *same = copy_row(row,
						 sizeof(*row) + row->filename_len + row->args_len);

		if (!same || exec_insert(copy, same))
			return -ENOMEM;
	}
	return 0;
}

static struct process_row *copy_process(const struct process_row *row)
{
	struct process_row *same = copy_row(row, sizeof(*row));

	if (!same)
		return NULL;
	same->conns = NULL;
	same->listeners = NULL;
	if (!row->data)
		return same;
	same->data = copy_row(row->data, (size_t)row->filename_len + row->args_len);
	if (same->data)
		return same;
	free(same);
	return NULL;
}

static int clone_processes(struct model *copy, const struct model *model)
{
	for (const struct process_row *row = model->processes; row; row = row->hh.next) {
		struct process_row *same = copy_process(row);

		if (!same)
			return -ENOMEM;
		HASH_ADD(hh, copy->processes, key, sizeof(same->key), same);
		if (!same->hh.tbl) {
			process_free(same);
			return -ENOMEM;
		}
	}
	return 0;
}

static int clone_remotes(struct model *copy, const struct model *model)
{
	for (const struct remote_row *row = model->remotes; row; row = row->hh.next) {
		struct remote_row *same = copy_row(row, sizeof(*row));

		if (!same)
			return -ENOMEM;
		same->conns = NULL;
		if (remote_hash(copy, same)) {
			free(same);
			return -ENOMEM;
		}
	}
	return 0;
}

/* Of a row that the original points at, the copy's. */
static struct process_row *same_process(const struct model *copy, const struct process_row *row)
{
	return row ? process_find(copy, &row->owner) : NULL;
}

static int clone_conns(struct model *copy, const struct model *model)
{
	for (const struct conn_row *row = model->conns; row; row = row->hh.next) {
		struct conn_row *same = copy_row(row, sizeof(*row));

		if (!same)
			return -ENOMEM;
		conn_attach_process(same, same_process(copy, row->process));
		conn_attach_remote(same, row->remote ? remote_same(copy, row->remote) : NULL);
		HASH_ADD(hh, copy->conns, id, sizeof(same->id), same);
		if (!same->hh.tbl) {
			free(same);
			return -ENOMEM;
		}
	}
	return 0;
}

static int clone_listeners(struct model *copy, const struct model *model)
{
	for (const struct listener_row *row = model->listeners; row; row = row->hh.next) {
		struct listener_row *same = copy_row(row, sizeof(*row));

		if (!same)
			return -ENOMEM;
		listener_attach(same, same_process(copy, row->process));
		HASH_ADD(hh, copy->listeners, id, sizeof(same->id), same);
		if (!same->hh.tbl) {
			free(same);
			return -ENOMEM;
		}
	}
	return 0;
}

/* The lists, once all rows are there. */
static void link_ranks(struct model *copy, const struct model *model)
{
	const struct process_row *process;
	const struct remote_row *remote;

	for (int rank = 0; rank < RANK_COUNT; rank++) {
		DL_FOREACH(model->process_ranks[rank], process) {
			struct process_row *same = same_process(copy, process);

			DL_APPEND(copy->process_ranks[rank], same);
		}
		DL_FOREACH(model->remote_ranks[rank], remote) {
			struct remote_row *same = remote_same(copy, remote);

			DL_APPEND(copy->remote_ranks[rank], same);
		}
	}
}

static void link_lists(struct model *copy, const struct model *model)
{
	const struct conn_row *conn;
	const struct listener_row *listener;

	DL_FOREACH(model->live, conn) {
		struct conn_row *same = conn_find(copy, conn->id);

		DL_APPEND(copy->live, same);
	}
	DL_FOREACH(model->closed, conn) {
		struct conn_row *same = conn_find(copy, conn->id);

		DL_APPEND(copy->closed, same);
	}
	DL_FOREACH(model->sampled, listener) {
		struct listener_row *same = listener_find(copy, listener->id);

		DL_APPEND(copy->sampled, same);
	}
}

/* What is no row and no list. */
static void copy_numbers(struct model *copy, const struct model *model)
{
	copy->n_live = model->n_live;
	copy->execs_made = model->execs_made;
	copy->processes_made = model->processes_made;
	copy->remotes_made = model->remotes_made;
	memcpy(copy->evicted, model->evicted, sizeof(copy->evicted));
	copy->evicted_rows = model->evicted_rows;
	copy->dropped = model->dropped;
	copy->filter = model->filter;
}

struct model *model_clone(const struct model *model)
{
	struct model *copy = model_new(model->max_rows);

	if (!copy)
		return NULL;
	if (clone_execs(copy, model) || clone_processes(copy, model) ||
	    clone_remotes(copy, model) || clone_conns(copy, model) ||
	    clone_listeners(copy, model)) {
		model_free(copy);
		return NULL;
	}
	link_ranks(copy, model);
	link_lists(copy, model);
	copy_numbers(copy, model);
	return copy;
}
