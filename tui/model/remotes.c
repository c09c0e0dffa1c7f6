/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of remote ends. */
#include <errno.h>
#include <string.h>
#include "tables.h"

/* As in the row, without what a compiler may put behind it. */
struct remote_key {
	uint8_t raddr[16];
	uint16_t rport;
	uint8_t ip;
};

#define RANKED offsetof(struct remote_row, ranked)

#define REMOTE_KEY_LEN (offsetof(struct remote_key, ip) + 1)

_Static_assert(offsetof(struct remote_row, rport) - offsetof(struct remote_row, raddr) ==
			       offsetof(struct remote_key, rport) &&
		       offsetof(struct remote_row, ip) - offsetof(struct remote_row, raddr) ==
			       offsetof(struct remote_key, ip),
	       "a remote's key is a part of its row");

struct remote_row *remote_find(const struct model *model, const struct conn_row *conn)
{
	struct remote_key key = { .rport = conn->rport, .ip = conn->ip };
	struct remote_row *row;

	if (conn->direction != CONN_OUT)
		return NULL;
	memcpy(key.raddr, conn->raddr, sizeof(key.raddr));
	HASH_FIND(hh, model->remotes_by_end, &key, REMOTE_KEY_LEN, row);
	return row;
}

bool remote_is(const struct remote_row *row, const struct conn_row *conn)
{
	return conn->direction == CONN_OUT && row->rport == conn->rport && row->ip == conn->ip &&
	       same_16(row->raddr, conn->raddr);
}

int remote_hash(struct model *model, struct remote_row *row)
{
	HASH_ADD_KEYPTR(hh, model->remotes_by_end, row->raddr, REMOTE_KEY_LEN, row);
	return row->hh.tbl ? 0 : -ENOMEM;
}

static void remote_evict(struct model *model, struct remote_row *row)
{
	struct conn_row *conn = table_at(&model->conns, row->conns.first);

	for (; conn; conn = table_at(&model->conns, conn->of_remote.next))
		conn->remote = NULL;
	table_unlink(&model->remotes, &model->remote_ranks[row->rank], row, RANKED);
	HASH_DEL(model->remotes_by_end, row);
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
	struct remote_row *row = table_add(&model->remotes, model->remotes_made + 1);

	if (!row)
		return NULL;
	memcpy(row->raddr, conn->raddr, sizeof(row->raddr));
	row->rport = conn->rport;
	row->ip = conn->ip;
	if (remote_hash(model, row)) {
		table_remove(&model->remotes, row);
		return NULL;
	}
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
	table_unlink(&model->remotes, &model->remote_ranks[row->rank], row, RANKED);
	row->rank = rank_of(row);
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
