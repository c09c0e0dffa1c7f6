/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of single events, and what a filter says of a row. */
#include <stdlib.h>
#include <string.h>
#include "model.h"

static void owner_fill(struct owner *owner, const struct event *event)
{
	owner->start_ns = event->start_ns;
	owner->cgroup = event->cgroup;
	owner->pid = event->pid;
	owner->ppid = event->ppid;
	owner->uid = event->uid;
	owner->gid = event->gid;
	owner->loginuid = event->loginuid;
	memcpy(owner->comm, event->comm, sizeof(owner->comm));
}

static bool exec_valid(const struct exec_event *exec, size_t size)
{
	return size >= sizeof(*exec) && exec->filename_len >= 1 &&
	       exec->filename_len <= EXEC_FILENAME_MAX && exec->args_len <= EXEC_ARGS_MAX &&
	       size >= sizeof(*exec) + exec->filename_len + exec->args_len &&
	       exec->data[exec->filename_len - 1] == '\0';
}

static bool conn_valid(const struct conn_event *conn, size_t size)
{
	return size >= sizeof(*conn) && (conn->ip == 4 || conn->ip == 6);
}

bool event_valid(const struct event *event, size_t size)
{
	if (size < sizeof(*event))
		return false;
	switch (event->kind) {
	case EVENT_EXEC:
		return exec_valid((const struct exec_event *)event, size);
	case EVENT_OPEN:
	case EVENT_CONNECT:
	case EVENT_CLOSE:
	case EVENT_SAMPLE:
		return conn_valid((const struct conn_event *)event, size);
	default:
		return false;
	}
}

struct exec_row *exec_row_new(const struct exec_event *event)
{
	size_t data_len = (size_t)event->filename_len + event->args_len;
	struct exec_row *row = calloc(1, sizeof(*row) + data_len);

	if (!row)
		return NULL;
	row->ts_ns = event->head.ts_ns;
	owner_fill(&row->owner, &event->head);
	memcpy(row->pcomm, event->pcomm, sizeof(row->pcomm));
	row->ret = event->ret;
	row->flags = event->flags;
	row->args_total = event->args_total;
	row->filename_len = event->filename_len;
	row->args_len = event->args_len;
	memcpy(row->data, event->data, data_len);
	return row;
}

/* Bytes a second since the last figures; the old rate when no time has passed. */
static uint64_t rate(uint64_t bytes, uint64_t old_bytes, uint64_t span_ns, uint64_t old_rate)
{
	if (!span_ns)
		return old_rate;
	return bytes > old_bytes ? (bytes - old_bytes) * 1e9 / span_ns : 0;
}

static void figures_fill(struct conn_row *row, const struct conn_event *event)
{
	uint64_t since_ns = row->figures ? row->sampled_ns : row->established_ns;
	uint64_t now_ns = event->head.ts_ns;
	uint64_t span_ns = since_ns && now_ns > since_ns ? now_ns - since_ns : 0;

	row->tx_rate = rate(event->tx_bytes, row->tx_bytes, span_ns, row->tx_rate);
	row->rx_rate = rate(event->rx_bytes, row->rx_bytes, span_ns, row->rx_rate);
	row->tx_bytes = event->tx_bytes;
	row->rx_bytes = event->rx_bytes;
	row->rtt_us = event->rtt_us;
	row->retrans = event->retrans;
	row->sampled_ns = now_ns;
	row->figures = true;
}

/* What only an event tells, not a sample. */
static void mark_event(struct conn_row *row, const struct event *event)
{
	if (event->kind == EVENT_SAMPLE)
		return;
	row->ts_ns = event->ts_ns;
	row->kind = event->kind;
}

void conn_row_fill(struct conn_row *row, const struct conn_event *event)
{
	bool over = event->head.kind == EVENT_CLOSE ||
		    (event->head.kind == EVENT_CONNECT && event->ret);

	mark_event(row, &event->head);
	/* Events are held back to be put in order: a sample may already know what came later. */
	if (!over && event->head.ts_ns < row->sampled_ns)
		return;
	row->id = event->id;
	row->opened_ns = event->opened_ns;
	row->established_ns = event->established_ns;
	owner_fill(&row->owner, &event->head);
	memcpy(row->laddr, event->laddr, sizeof(row->laddr));
	memcpy(row->raddr, event->raddr, sizeof(row->raddr));
	row->lport = event->lport;
	row->rport = event->rport;
	row->proto = event->proto;
	row->ip = event->ip;
	row->direction = event->direction;
	row->state = event->state;
	row->netns = event->netns;
	row->ret = event->ret;
	if (event->head.kind == EVENT_CLOSE || event->head.kind == EVENT_SAMPLE)
		figures_fill(row, event);
	if (over) {
		row->closed_ns = event->head.ts_ns;
		row->tx_rate = 0;
		row->rx_rate = 0;
	}
}

bool exec_row_match(const struct exec_row *row, const struct filter *filter)
{
	struct filter_subject subject = { .pid = row->owner.pid, .uid = row->owner.uid };

	return filter_match(filter, &subject);
}

bool conn_row_match(const struct conn_row *row, const struct filter *filter)
{
	struct filter_subject subject = {
		.pid = row->owner.pid,
		.uid = row->owner.uid,
		.lport = row->lport,
		.rport = row->rport,
		.has_ports = 1,
	};

	return filter_match(filter, &subject);
}

const char *exec_row_args(const struct exec_row *row)
{
	return row->data + row->filename_len;
}

/* Bytes up to and with the next NUL. */
static size_t arg_len(const char *args, size_t len)
{
	const char *end = memchr(args, '\0', len);

	return end ? (size_t)(end - args) + 1 : len;
}

size_t exec_row_operands(const struct exec_row *row)
{
	const char *args = exec_row_args(row);
	size_t at = arg_len(args, row->args_len);

	if (!(row->flags & EXEC_SCRIPT))
		return at;
	/* The kernel put the interpreter, perhaps an option, and the script in front. */
	for (size_t next = at; next < row->args_len;) {
		size_t len = arg_len(args + next, row->args_len - next);

		if (len == row->filename_len && !memcmp(args + next, row->data, len))
			return next + len;
		next += len;
	}
	return at;
}
