/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of remote ends. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tables.h"

/* As in the row, without what a compiler may put behind it. */
struct remote_key {
	uint8_t raddr[16];
	uint16_t rport;
	uint8_t ip;
};

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
	HASH_FIND(hh, model->remotes, &key, REMOTE_KEY_LEN, row);
	return row;
}

struct remote_row *remote_same(const struct model *model, const struct remote_row *other)
{
	struct remote_row *row;

	HASH_FIND(hh, model->remotes, other->raddr, REMOTE_KEY_LEN, row);
	return row;
}

bool remote_is(const struct remote_row *row, const struct conn_row *conn)
{
	return conn->direction == CONN_OUT && row->rport == conn->rport && row->ip == conn->ip &&
	       !memcmp(row->raddr, conn->raddr, sizeof(row->raddr));
}

int remote_hash(struct model *model, struct remote_row *row)
{
	HASH_ADD_KEYPTR(hh, model->remotes, row->raddr, REMOTE_KEY_LEN, row);
	return row->hh.tbl ? 0 : -ENOMEM;
}

static void remote_evict(struct model *model, struct remote_row *row)
{
	for (struct conn_row *conn = row->conns; conn; conn = conn->remote_next)
		conn->remote = NULL;
	DL_DELETE(model->remote_ranks[row->rank], row);
	HASH_DEL(model->remotes, row);
	free(row);
	model->evicted_rows++;
}

/* As of processes. */
static bool make_room(struct model *model, bool living)
{
	struct remote_row *idle = model->remote_ranks[RANK_IDLE];

	if (HASH_COUNT(model->remotes) < model->max_rows)
		return true;
	if (!idle && !living)
		return false;
	remote_evict(model, idle ? idle : model->remote_ranks[RANK_BUSY]);
	return true;
}

static struct remote_row *remote_make(struct model *model, const struct conn_row *conn)
{
	struct remote_row *row = calloc(1, sizeof(*row));

	if (!row)
		return NULL;
	memcpy(row->raddr, conn->raddr, sizeof(row->raddr));
	row->rport = conn->rport;
	row->ip = conn->ip;
	if (remote_hash(model, row)) {
		free(row);
		return NULL;
	}
	row->id = ++model->remotes_made;
	row->rank = RANK_IDLE;
	DL_APPEND(model->remote_ranks[row->rank], row);
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
	DL_DELETE(model->remote_ranks[row->rank], row);
	row->rank = rank_of(row);
	DL_APPEND(model->remote_ranks[row->rank], row);
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
		row->owner = conn->owner;
	}
	move_to_end(model, row);
}
