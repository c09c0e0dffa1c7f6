/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of connections. */
#include <errno.h>
#include "prefetch.h"
#include "tables.h"

#define OF_PROCESS offsetof(struct conn_row, of_process)
#define OF_REMOTE  offsetof(struct conn_row, of_remote)
#define ORDER	   offsetof(struct conn_row, order)

struct conn_row *conn_find(const struct model *model, uint64_t id)
{
	return table_find(&model->conns, id);
}

/* --- whose traffic it is part of -------------------------------------------------------------- */

void conn_attach_process(struct model *model, struct conn_row *row, struct process_row *process)
{
	row->process = process ? process->head.slot : 0;
	if (process)
		table_prepend(&model->conns, &process->conns, row, OF_PROCESS);
}

static void detach_process(struct model *model, struct conn_row *row)
{
	struct process_row *process = conn_process(model, row);

	if (process)
		table_unlink(&model->conns, &process->conns, row, OF_PROCESS);
	row->process = 0;
}

void conn_attach_remote(struct model *model, struct conn_row *row, struct remote_row *remote)
{
	row->remote = remote ? remote->head.slot : 0;
	if (remote)
		table_prepend(&model->conns, &remote->conns, row, OF_REMOTE);
}

static void detach_remote(struct model *model, struct conn_row *row)
{
	struct remote_row *remote = conn_remote(model, row);

	if (remote)
		table_unlink(&model->conns, &remote->conns, row, OF_REMOTE);
	row->remote = 0;
}

/* A connection that they counted is no longer theirs. */
static void process_left(struct model *model, struct process_row *process)
{
	process_place(model, process);
	table_changed(&model->processes, process);
}

static void remote_left(struct model *model, struct remote_row *remote)
{
	remote_place(model, remote);
	table_changed(&model->remotes, remote);
}

/* Whoever made room for another must be in the right list: a row left behind is placed at once. */
static void find_process(struct model *model, struct conn_row *row)
{
	struct process_row *before = conn_process(model, row);

	if (before && before->key.pid == row->owner->pid &&
	    before->key.start_ns == row->owner->start_ns)
		return;
	detach_process(model, row);
	if (before)
		process_left(model, before);
	conn_attach_process(model, row, process_get(model, row->owner, !row->closed_ns));
}

static void find_remote(struct model *model, struct conn_row *row)
{
	struct remote_row *before = conn_remote(model, row);

	if (before && remote_is(before, row))
		return;
	detach_remote(model, row);
	if (before)
		remote_left(model, before);
	conn_attach_remote(model, row, remote_get(model, row));
}

/* Whether the record shows its process as it was then, not as when the socket was last its. */
static bool tells_of_process(const struct conn_event *event)
{
	if (event->head.kind == EVENT_OPEN)
		return !(event->flags & CONN_INHERITED);
	return event->head.kind == EVENT_ACCEPT;
}

static void tell_process(struct model *model, struct process_row *process,
			 const struct conn_row *row, const struct conn_event *event)
{
	const struct event *head = &event->head;

	if (tells_of_process(event) && head->ts_ns >= process->ts_ns)
		process_tell(process, row->owner);
	process->owner.followed |= row->owner->followed;
	if (head->kind != EVENT_SAMPLE)
		process_touch(model, process, head->ts_ns);
	else if (!process->ts_ns)
		process->ts_ns = row->ts_ns;
	process_place(model, process);
}

/* Counts the row, now that it says what the record said. */
static void conn_count(struct model *model, struct conn_row *row, const struct conn_event *event)
{
	struct process_row *process;
	struct remote_row *remote;

	find_process(model, row);
	find_remote(model, row);
	traffic_add(model, row);
	process = conn_process(model, row);
	remote = conn_remote(model, row);
	if (process)
		tell_process(model, process, row, event);
	if (remote) {
		if (event->head.kind != EVENT_SAMPLE || !remote->ts_ns)
			remote_touch(model, remote, row);
		remote_place(model, remote);
	}
}

/* --- the living and the closed ---------------------------------------------------------------- */

static void conn_link(struct model *model, struct conn_row *row)
{
	if (row->closed_ns) {
		table_append(&model->conns, &model->closed, row, ORDER);
	} else {
		table_append(&model->conns, &model->live, row, ORDER);
		model->n_live++;
	}
}

static void conn_unlink(struct model *model, struct conn_row *row)
{
	if (row->closed_ns) {
		table_unlink(&model->conns, &model->closed, row, ORDER);
	} else {
		table_unlink(&model->conns, &model->live, row, ORDER);
		model->n_live--;
	}
}

/* It counts no more: what a living one does will be counted anew when it is told of again. */
static void conn_uncount(struct model *model, struct conn_row *row)
{
	struct process_row *process = conn_process(model, row);
	struct remote_row *remote = conn_remote(model, row);

	traffic_take_back(model, row);
	if (process)
		process_left(model, process);
	if (remote)
		remote_left(model, remote);
}

/* What a closed one counted stays. */
static void conn_evict(struct model *model, struct conn_row *row)
{
	model->evicted[row->kind]++;
	if (!row->closed_ns)
		conn_uncount(model, row);
	detach_process(model, row);
	detach_remote(model, row);
	conn_unlink(model, row);
	owner_release(model, row->owner);
	table_remove(&model->conns, row);
}

/* What a record says of it, and on whose behalf. 0 or -ENOMEM. */
static int conn_fill(struct model *model, struct conn_row *row, const struct conn_event *event)
{
	const struct owner *before = row->owner;
	struct owner told;

	conn_row_fill(row, event, &told);
	if (row->owner != &told)
		return 0;
	row->owner = owner_share(model, &told);
	if (row->owner) {
		owner_release(model, before);
		return 0;
	}
	row->owner = before;
	return -ENOMEM;
}

static void expect_link(const struct model *model, uint32_t slot, size_t link)
{
	if (slot)
		prefetch((const char *)table_slot(&model->conns, slot) + link);
}

/*
 * Of what goes next, asked for a while ago: the entry of the index, its neighbours, and the one
 * behind.
 */
static void expect_evict(const struct model *model)
{
	const struct conn_row *next = table_at(&model->conns, model->closed.first);

	if (!next)
		return;
	table_expect(&model->conns, next->id);
	expect_link(model, next->of_process.prev, OF_PROCESS);
	expect_link(model, next->of_process.next, OF_PROCESS);
	expect_link(model, next->of_remote.prev, OF_REMOTE);
	expect_link(model, next->of_remote.next, OF_REMOTE);
	if (next->order.next)
		table_expect_row(&model->conns, next->order.next);
}

static void conn_make_room(struct model *model)
{
	struct conn_row *row = table_at(&model->conns, model->closed.first);

	conn_evict(model, row ? row : table_at(&model->conns, model->live.first));
	expect_evict(model);
}

static int conn_make(struct model *model, const struct conn_event *event)
{
	struct conn_row *row = table_add(&model->conns, event->id);

	if (!row)
		return -ENOMEM;
	if (conn_fill(model, row, event)) {
		table_remove(&model->conns, row);
		return -ENOMEM;
	}
	if (!row->ts_ns) /* first seen in a sample */
		row->ts_ns = row->established_ns ? row->established_ns : row->opened_ns;
	conn_link(model, row);
	conn_count(model, row, event);
	if (model->conns.n > model->max_rows)
		conn_make_room(model);
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
	table_unlink(&model->conns, &model->live, row, ORDER);
	model->n_live--;
	table_append(&model->conns, &model->closed, row, ORDER);
}

int conn_apply(struct model *model, const struct conn_event *event)
{
	struct conn_row *row = conn_find(model, event->id);
	int err;

	if (!row)
		return conn_make(model, event);
	if (row->closed_ns && !row->lost_close)
		return 0; /* a sample taken just before its end */
	traffic_take_back(model, row);
	if (row->lost_close)
		conn_revive(model, row);
	err = conn_fill(model, row, event); /* without memory, all is told but another owner */
	if (row->closed_ns)
		conn_end(model, row);
	conn_count(model, row, event);
	table_changed(&model->conns, row);
	return err;
}

/* Gone without a word, by the pass that was the first not to show it. */
static void conn_lose(struct model *model, struct conn_row *row)
{
	struct process_row *process = conn_process(model, row);
	struct remote_row *remote = conn_remote(model, row);

	traffic_take_back(model, row);
	row->closed_ns = model->pass_ns;
	row->lost_close = true;
	row->tx_rate = 0;
	row->rx_rate = 0;
	conn_end(model, row);
	traffic_add(model, row);
	if (process)
		process_place(model, process);
	if (remote)
		remote_place(model, remote);
	table_changed(&model->conns, row);
}

/* The pass may not have shown it. */
static void conn_expire(struct model *model, struct conn_row *row, uint64_t pass_ns)
{
	uint64_t seen_ns = row->sampled_ns > row->ts_ns ? row->sampled_ns : row->ts_ns;

	if (seen_ns >= pass_ns || !conn_row_match(row, &model->filter))
		return;
	if (row->missed && seen_ns < model->pass_ns) {
		conn_lose(model, row);
	} else {
		row->missed = true;
		model->missed++;
	}
}

void conns_expire(struct model *model, uint64_t pass_ns)
{
	struct conn_row *row = table_at(&model->conns, model->live.first);

	while (row) {
		struct conn_row *next = table_at(&model->conns, row->order.next);

		conn_expire(model, row, pass_ns);
		row = next;
	}
}
