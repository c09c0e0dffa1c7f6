/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of connections. */
#include <errno.h>
#include <stdlib.h>
#include "tables.h"

struct conn_row *conn_find(const struct model *model, uint64_t id)
{
	struct conn_row *row;

	HASH_FIND(hh, model->conns, &id, sizeof(id), row);
	return row;
}

/* --- whose traffic it is part of -------------------------------------------------------------- */

void conn_attach_process(struct conn_row *row, struct process_row *process)
{
	row->process = process;
	if (process)
		DL_PREPEND2(process->conns, row, process_prev, process_next);
}

void conn_detach_process(struct conn_row *row)
{
	if (row->process)
		DL_DELETE2(row->process->conns, row, process_prev, process_next);
	row->process = NULL;
}

void conn_attach_remote(struct conn_row *row, struct remote_row *remote)
{
	row->remote = remote;
	if (remote)
		DL_PREPEND2(remote->conns, row, remote_prev, remote_next);
}

void conn_detach_remote(struct conn_row *row)
{
	if (row->remote)
		DL_DELETE2(row->remote->conns, row, remote_prev, remote_next);
	row->remote = NULL;
}

/* Whoever made room for another must be in the right list: a row left behind is placed at once. */
static void find_process(struct model *model, struct conn_row *row)
{
	struct process_row *before = row->process;

	if (before && before->key.pid == row->owner.pid &&
	    before->key.start_ns == row->owner.start_ns)
		return;
	conn_detach_process(row);
	if (before)
		process_place(model, before);
	conn_attach_process(row, process_get(model, &row->owner, !row->closed_ns));
}

static void find_remote(struct model *model, struct conn_row *row)
{
	struct remote_row *before = row->remote;

	if (before && remote_is(before, row))
		return;
	conn_detach_remote(row);
	if (before)
		remote_place(model, before);
	conn_attach_remote(row, remote_get(model, row));
}

/* Whether the record shows its process as it was then, not as when the socket was last its. */
static bool tells_of_process(const struct conn_event *event)
{
	if (event->head.kind == EVENT_OPEN)
		return !(event->flags & CONN_INHERITED);
	return event->head.kind == EVENT_ACCEPT;
}

static void tell_process(struct model *model, const struct conn_row *row,
			 const struct conn_event *event)
{
	struct process_row *process = row->process;
	const struct event *head = &event->head;

	if (tells_of_process(event) && head->ts_ns >= process->ts_ns)
		process_tell(process, &row->owner);
	process->owner.followed |= row->owner.followed;
	if (head->kind != EVENT_SAMPLE)
		process_touch(model, process, head->ts_ns);
	else if (!process->ts_ns)
		process->ts_ns = row->ts_ns;
	process_place(model, process);
}

/* Counts the row, now that it says what the record said. */
static void conn_count(struct model *model, struct conn_row *row, const struct conn_event *event)
{
	find_process(model, row);
	find_remote(model, row);
	traffic_add(model, row);
	if (row->process)
		tell_process(model, row, event);
	if (row->remote) {
		if (event->head.kind != EVENT_SAMPLE || !row->remote->ts_ns)
			remote_touch(model, row->remote, row);
		remote_place(model, row->remote);
	}
}

/* --- the living and the closed ---------------------------------------------------------------- */

static void conn_link(struct model *model, struct conn_row *row)
{
	if (row->closed_ns) {
		DL_APPEND(model->closed, row);
	} else {
		DL_APPEND(model->live, row);
		model->n_live++;
	}
}

static void conn_unlink(struct model *model, struct conn_row *row)
{
	if (row->closed_ns) {
		DL_DELETE(model->closed, row);
	} else {
		DL_DELETE(model->live, row);
		model->n_live--;
	}
}

/*
 * What a closed one counted stays. A living one will be back with its next record, and then count
 * anew.
 */
static void conn_evict(struct model *model, struct conn_row *row)
{
	struct process_row *process = row->process;
	struct remote_row *remote = row->remote;

	model->evicted[row->kind]++;
	if (!row->closed_ns)
		traffic_take_back(row);
	conn_detach_process(row);
	conn_detach_remote(row);
	if (process)
		process_place(model, process);
	if (remote)
		remote_place(model, remote);
	conn_unlink(model, row);
	HASH_DEL(model->conns, row);
	free(row);
}

static int conn_make(struct model *model, const struct conn_event *event)
{
	struct conn_row *row = calloc(1, sizeof(*row));

	if (!row)
		return -ENOMEM;
	conn_row_fill(row, event);
	if (!row->ts_ns) /* first seen in a sample */
		row->ts_ns = row->established_ns ? row->established_ns : row->opened_ns;
	HASH_ADD(hh, model->conns, id, sizeof(row->id), row);
	if (!row->hh.tbl) { /* uthash had no memory for it */
		free(row);
		return -ENOMEM;
	}
	conn_link(model, row);
	conn_count(model, row, event);
	if (HASH_COUNT(model->conns) > model->max_rows)
		conn_evict(model, model->closed ? model->closed : model->live);
	return 0;
}

static void conn_revive(struct model *model, struct conn_row *row)
{
	conn_unlink(model, row);
	row->lost_close = false;
	row->closed_ns = 0;
	conn_link(model, row);
}

/* From the living to the closed. */
static void conn_end(struct model *model, struct conn_row *row)
{
	DL_DELETE(model->live, row);
	model->n_live--;
	DL_APPEND(model->closed, row);
}

int conn_apply(struct model *model, const struct conn_event *event)
{
	struct conn_row *row = conn_find(model, event->id);

	if (!row)
		return conn_make(model, event);
	if (row->closed_ns && !row->lost_close)
		return 0; /* a sample taken just before its end */
	traffic_take_back(row);
	if (row->lost_close)
		conn_revive(model, row);
	conn_row_fill(row, event);
	if (row->closed_ns)
		conn_end(model, row);
	conn_count(model, row, event);
	return 0;
}

/* Gone without a word. */
static void conn_lose(struct model *model, struct conn_row *row, uint64_t ts_ns)
{
	traffic_take_back(row);
	row->closed_ns = ts_ns;
	row->lost_close = true;
	row->tx_rate = 0;
	row->rx_rate = 0;
	conn_end(model, row);
	traffic_add(model, row);
	if (row->process)
		process_place(model, row->process);
	if (row->remote)
		remote_place(model, row->remote);
}

void conns_expire(struct model *model, uint64_t pass_ns)
{
	struct conn_row *row, *next;

	DL_FOREACH_SAFE(model->live, row, next) {
		uint64_t seen_ns = row->sampled_ns > row->ts_ns ? row->sampled_ns : row->ts_ns;

		if (seen_ns >= pass_ns || !conn_row_match(row, &model->filter))
			continue;
		if (row->missed_ns > seen_ns) {
			conn_lose(model, row, row->missed_ns);
		} else {
			row->missed_ns = pass_ns;
			model->missed++;
		}
	}
}
