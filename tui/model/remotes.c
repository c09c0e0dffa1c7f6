/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of remote ends. */
#include <errno.h>
#include <string.h>
#include "tables.h"

#define RANKED offsetof(struct remote_row, ranked)

static uint32_t hash_of(const uint8_t raddr[16], uint16_t rport, uint8_t ip)
{
	uint64_t words[3] = { 0, 0, (uint64_t)rport << 8 | ip };

	memcpy(words, raddr, 16);
	return index_hash_bytes(words, sizeof(words));
}

void remote_expect(const struct model *model, const struct conn_event *event)
{
	index_expect(&model->remotes_index, hash_of(event->raddr, event->rport, event->ip));
}

uint32_t remote_likely(const struct model *model, const struct conn_event *event)
{
	uint32_t n = 0;

	return index_next(&model->remotes_index, hash_of(event->raddr, event->rport, event->ip),
			  &n);
}

struct remote_row *remote_find(const struct model *model, const struct conn_row *conn)
{
	uint32_t hash, n = 0, slot;

	if (conn->direction != CONN_OUT)
		return NULL;
	hash = hash_of(conn->raddr, conn->rport, conn->ip);
	while ((slot = index_next(&model->remotes_index, hash, &n))) {
		struct remote_row *row = table_slot(&model->remotes, slot);

		if (remote_is(row, conn))
			return row;
	}
	return NULL;
}

bool remote_is(const struct remote_row *row, const struct conn_row *conn)
{
	return conn->direction == CONN_OUT && row->rport == conn->rport && row->ip == conn->ip &&
	       same_16(row->raddr, conn->raddr);
}

static void remote_evict(struct model *model, struct remote_row *row)
{
	struct conn_row *conn = table_at(&model->conns, row->conns.first);

	for (; conn; conn = table_at(&model->conns, conn->of_remote.next))
		conn->remote = 0;
	table_unlink(&model->remotes, &model->remote_ranks[row->rank], row, RANKED);
	index_remove(&model->remotes_index, hash_of(row->raddr, row->rport, row->ip),
		     row->head.slot);
	table_remove(&model->remotes, row);
	model->evicted_rows++;
}

/* As of processes. */
static bool make_room(struct model *model, bool living)
{
	uint32_t idle = model->remote_ranks[RANK_IDLE].first;
	uint32_t busy = model->remote_ranks[RANK_BUSY].first;

	if (model->remotes.n < model->max_rows)
		return true;
	if (!idle && !living)
		return false;
	remote_evict(model, table_at(&model->remotes, idle ? idle : busy));
	return true;
}

static struct remote_row *remote_make(struct model *model, const struct conn_row *conn)
{
	struct remote_row *row;

	if (index_reserve(&model->remotes_index, model->remotes.n))
		return NULL;
	row = table_add(&model->remotes, model->remotes_made + 1);
	if (!row)
		return NULL;
	memcpy(row->raddr, conn->raddr, sizeof(row->raddr));
	row->rport = conn->rport;
	row->ip = conn->ip;
	index_add(&model->remotes_index, hash_of(row->raddr, row->rport, row->ip), row->head.slot);
	model->remotes_made++;
	row->rank = RANK_IDLE;
	table_append(&model->remotes, &model->remote_ranks[row->rank], row, RANKED);
	return row;
}

struct remote_row *remote_get(struct model *model, const struct conn_row *conn)
{
	struct remote_row *row = remote_find(model, conn);

	if (row || conn->direction != CONN_OUT)
		return row;
	if (!make_room(model, !conn->closed_ns)) {
		model->evicted_rows++;
		return NULL;
	}
	row = remote_make(model, conn);
	if (!row)
		model->dropped++;
	return row;
}

static enum row_rank rank_of(const struct remote_row *row)
{
	return row->living ? RANK_BUSY : RANK_IDLE;
}

static void move_to_end(struct model *model, struct remote_row *row)
{
	enum row_rank rank = rank_of(row);

	if (row->rank == rank && model->remote_ranks[rank].last == row->head.slot)
		return;
	table_unlink(&model->remotes, &model->remote_ranks[row->rank], row, RANKED);
	row->rank = rank;
	table_append(&model->remotes, &model->remote_ranks[row->rank], row, RANKED);
}

void remote_place(struct model *model, struct remote_row *row)
{
	if (row->rank != rank_of(row))
		move_to_end(model, row);
}

/* When a connect began; where that is not known, when one was told of. */
static uint64_t connect_ns(const struct conn_row *conn)
{
	if (conn->opened_ns)
		return conn->opened_ns;
	return conn->kind == EVENT_OPEN || conn->kind == EVENT_CONNECT ? conn->ts_ns : 0;
}

void remote_touch(struct model *model, struct remote_row *row, const struct conn_row *conn)
{
	uint64_t ts_ns = connect_ns(conn);

	if (ts_ns >= row->ts_ns) {
		row->ts_ns = ts_ns;
		row->owner = *conn->owner;
	}
	move_to_end(model, row);
}
