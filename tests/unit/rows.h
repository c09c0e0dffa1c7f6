/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_ROWS_H
#define CONNTOP_TEST_ROWS_H

/* A small model, ways to give it records and to look at its rows. After cmocka.h. */
#include <stdlib.h>
#include <string.h>
#include "events.h"
#include "model.h"

#define ROWS_MAX 4

static struct model *model;

static inline int set_up(void **state)
{
	(void)state;
	model = model_new(ROWS_MAX);
	return model ? 0 : -1;
}

static inline int tear_down(void **state)
{
	(void)state;
	model_free(model);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* Hands a record over in memory of just its size: reading behind it is an error that ASan sees. */
static inline int apply(const void *record, size_t size)
{
	void *exact = malloc(size ? size : 1);
	int err;

	assert_non_null(exact);
	memcpy(exact, record, size);
	err = model_apply(model, exact, size);
	free(exact);
	return err;
}

/* Two passes of samples: what neither shows is gone since the first. */
static inline void expire_at(uint64_t pass_ns)
{
	model_expire(model, pass_ns);
	model_expire(model, pass_ns);
}

static inline void take_exec(struct exec_record record)
{
	assert_int_equal(apply(record.room, record.size), 0);
}

static inline void take_exit(struct exit_event event)
{
	assert_int_equal(apply(&event, sizeof(event)), 0);
}

static inline void take_conn(struct conn_event conn)
{
	assert_int_equal(apply(&conn, sizeof(conn)), 0);
}

static inline void take_listener(struct listen_event listener)
{
	assert_int_equal(apply(&listener, sizeof(listener)), 0);
}

/* The same on behalf of another process. */
static inline struct conn_event owned_by(uint32_t pid, struct conn_event conn)
{
	conn.head.pid = pid;
	return conn;
}

/* What it would be under a parent of its own. */
static inline struct exec_record child_of(uint32_t ppid, struct exec_record record)
{
	record.head.ppid = ppid;
	return record;
}

static inline const struct exec_row *oldest_exec(const struct model *where)
{
	return table_find(&where->execs, where->execs_made + 1 - where->execs.n);
}

static inline const struct conn_row *conn_in(const struct model *where, uint64_t id)
{
	return table_find(&where->conns, id);
}

static inline const struct conn_row *conn(uint64_t id)
{
	return conn_in(model, id);
}

/* Of the process with that number, the one seen last. */
static inline const struct process_row *process(uint32_t pid)
{
	const struct process_row *found = NULL;

	for (const struct process_row *row = table_first(&model->processes); row;
	     row = table_next(&model->processes, row))
		if (row->owner.pid == pid && (!found || row->id > found->id))
			found = row;
	return found;
}

/* The rows that others name by their slots; NULL: none. */
static inline const struct process_row *process_in(uint32_t slot)
{
	return table_at(&model->processes, slot);
}

static inline const struct remote_row *remote_in(uint32_t slot)
{
	return table_at(&model->remotes, slot);
}

/* The remote end at that port, of whatever address. */
static inline const struct remote_row *remote(uint16_t rport)
{
	const struct remote_row *row = table_first(&model->remotes);

	while (row && row->rport != rport)
		row = table_next(&model->remotes, row);
	return row;
}

static inline const struct listener_row *listener(uint64_t id)
{
	return table_find(&model->listeners, id);
}

/* How many rows a list has; both ways through it are the same. `link`: where in a row it is. */
static inline size_t list_length(const struct table *table, struct table_list list, size_t link)
{
	uint32_t slot = list.first, before = 0;
	size_t n = 0;

	while (slot) {
		const struct table_link *at =
			(const struct table_link *)((char *)table_at(table, slot) + link);

		assert_int_equal(at->prev, before);
		before = slot;
		slot = at->next;
		n++;
	}
	assert_int_equal(list.last, before);
	return n;
}

/* The three ways to count connections agree. */
static inline void expect_conns(size_t n_live, size_t n_closed)
{
	const size_t order = offsetof(struct conn_row, order);

	assert_int_equal(list_length(&model->conns, model->live, order), n_live);
	assert_int_equal(list_length(&model->conns, model->closed, order), n_closed);
	assert_int_equal(model->n_live, n_live);
	assert_int_equal(model->conns.n, n_live + n_closed);
}

static inline void expect_traffic(const struct traffic *traffic, uint64_t total, uint64_t live,
				  uint64_t failed, uint64_t tx_bytes, uint64_t rx_bytes)
{
	assert_int_equal(traffic->total, total);
	assert_int_equal(traffic->live, live);
	assert_int_equal(traffic->failed, failed);
	assert_int_equal(traffic->tx_bytes, tx_bytes);
	assert_int_equal(traffic->rx_bytes, rx_bytes);
}

/* Only this value of a dimension. */
static inline void only(struct filter_dim *dim, uint32_t value)
{
	memset(&dim->only.values, 0xff, sizeof(dim->only.values));
	dim->only.n = 1;
	dim->only.values[0] = value;
}

static inline void only_port(struct filter *filter, uint16_t port)
{
	filter->port.has_only = 1;
	filter->port.only[port / 64] |= 1ULL << port % 64;
}

#endif
