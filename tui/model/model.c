/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rolling tables. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include "model.h"
#include <utlist.h>

struct model *model_new(size_t max_rows)
{
	struct model *model = calloc(1, sizeof(*model));

	if (model)
		model->max_rows = max_rows;
	return model;
}

static void exec_remove(struct model *model, struct exec_row *row)
{
	HASH_DEL(model->execs, row);
	free(row);
}

static void conn_remove(struct model *model, struct conn_row *row)
{
	if (row->closed_ns) {
		DL_DELETE(model->closed, row);
	} else {
		DL_DELETE(model->live, row);
		model->n_live--;
	}
	HASH_DEL(model->conns, row);
	free(row);
}

void model_free(struct model *model)
{
	struct exec_row *exec, *next_exec;
	struct conn_row *conn, *next_conn;

	if (!model)
		return;
	HASH_ITER(hh, model->execs, exec, next_exec)
		exec_remove(model, exec);
	HASH_ITER(hh, model->conns, conn, next_conn)
		conn_remove(model, conn);
	free(model);
}

/* --- taking rows in --------------------------------------------------------------------------- */

static int exec_insert(struct model *model, struct exec_row *row)
{
	HASH_ADD(hh, model->execs, id, sizeof(row->id), row);
	if (!row->hh.tbl) { /* uthash had no memory for it */
		free(row);
		return -ENOMEM;
	}
	if (HASH_COUNT(model->execs) > model->max_rows) {
		exec_remove(model, model->execs);
		model->evicted++;
	}
	return 0;
}

static int exec_apply(struct model *model, const struct exec_event *event)
{
	struct exec_row *row = exec_row_new(event);

	if (!row)
		return -ENOMEM;
	row->id = ++model->execs_made;
	return exec_insert(model, row);
}

static void conn_link(struct model *model, struct conn_row *row)
{
	if (row->closed_ns) {
		DL_APPEND(model->closed, row);
	} else {
		DL_APPEND(model->live, row);
		model->n_live++;
	}
}

static int conn_insert(struct model *model, struct conn_row *row)
{
	HASH_ADD(hh, model->conns, id, sizeof(row->id), row);
	if (!row->hh.tbl) {
		free(row);
		return -ENOMEM;
	}
	conn_link(model, row);
	if (HASH_COUNT(model->conns) > model->max_rows) {
		conn_remove(model, model->closed ? model->closed : model->live);
		model->evicted++;
	}
	return 0;
}

static void conn_end(struct model *model, struct conn_row *row)
{
	DL_DELETE(model->live, row);
	model->n_live--;
	DL_APPEND(model->closed, row);
}

static int conn_apply(struct model *model, const struct conn_event *event)
{
	struct conn_row *row;

	HASH_FIND(hh, model->conns, &event->id, sizeof(event->id), row);
	if (!row) {
		row = calloc(1, sizeof(*row));
		if (!row)
			return -ENOMEM;
		conn_row_fill(row, event);
		if (!row->ts_ns) /* first seen in a sample */
			row->ts_ns = row->established_ns ? row->established_ns : row->opened_ns;
		return conn_insert(model, row);
	}
	if (row->closed_ns && !row->lost_close)
		return 0; /* a sample taken just before its end */
	if (row->lost_close) {
		/* It lives after all. */
		DL_DELETE(model->closed, row);
		row->lost_close = false;
		row->closed_ns = 0;
		conn_link(model, row);
	}
	conn_row_fill(row, event);
	if (row->closed_ns)
		conn_end(model, row);
	return 0;
}

int model_apply(struct model *model, const struct event *event, size_t size)
{
	int err;

	if (!event_valid(event, size))
		err = -EINVAL;
	else if (event->kind == EVENT_EXEC)
		err = exec_apply(model, (const struct exec_event *)event);
	else
		err = conn_apply(model, (const struct conn_event *)event);
	if (err)
		model->dropped++;
	return err;
}

void model_expire(struct model *model, const struct filter *filter, uint64_t pass_ns)
{
	struct conn_row *row, *next;

	DL_FOREACH_SAFE(model->live, row, next) {
		if (row->sampled_ns >= pass_ns || row->ts_ns >= pass_ns ||
		    !conn_row_match(row, filter))
			continue;
		row->closed_ns = pass_ns;
		row->lost_close = true;
		row->tx_rate = 0;
		row->rx_rate = 0;
		conn_end(model, row);
	}
}

/* --- copies ----------------------------------------------------------------------------------- */

static int clone_execs(struct model *copy, const struct model *model)
{
	for (const struct exec_row *row = model->execs; row; row = row->hh.next) {
		size_t size = sizeof(*row) + row->filename_len + row->args_len;
		struct exec_row *same = malloc(size);

		if (!same)
			return -ENOMEM;
		memcpy(same, row, size);
		if (exec_insert(copy, same))
			return -ENOMEM;
	}
	return 0;
}

static int clone_conns(struct model *copy, const struct model *model)
{
	for (const struct conn_row *row = model->conns; row; row = row->hh.next) {
		struct conn_row *same = malloc(sizeof(*same));

		if (!same)
			return -ENOMEM;
		*same = *row;
		if (conn_insert(copy, same))
			return -ENOMEM;
	}
	return 0;
}

struct model *model_clone(const struct model *model)
{
	struct model *copy = model_new(model->max_rows);

	if (!copy)
		return NULL;
	if (clone_execs(copy, model) || clone_conns(copy, model)) {
		model_free(copy);
		return NULL;
	}
	copy->execs_made = model->execs_made;
	copy->evicted = model->evicted;
	copy->dropped = model->dropped;
	return copy;
}
