/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which records hold together, and rows of single events. */
#include <stdlib.h>
#include <string.h>
#include "tables.h"

void owner_fill(struct owner *owner, const struct event *event)
{
	owner->start_ns = event->start_ns;
	owner->cgroup = event->cgroup;
	owner->pid = event->pid;
	owner->ppid = event->ppid;
	owner->uid = event->uid;
	owner->gid = event->gid;
	owner->loginuid = event->loginuid;
	owner->followed = event->followed;
	memcpy(owner->comm, event->comm, sizeof(owner->comm));
}

/* Word by word: a copy made only to be compared would be waited for. */
bool owner_is(const struct owner *owner, const struct event *event)
{
	return owner->start_ns == event->start_ns && owner->pid == event->pid &&
	       owner->cgroup == event->cgroup && owner->ppid == event->ppid &&
	       owner->uid == event->uid && owner->gid == event->gid &&
	       owner->loginuid == event->loginuid && owner->followed == event->followed &&
	       same_16(owner->comm, event->comm);
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
	return size >= sizeof(*conn) && (conn->ip == 4 || conn->ip == 6) &&
	       conn->direction <= CONN_IN;
}

static bool listener_valid(const struct listen_event *listener, size_t size)
{
	return size >= sizeof(*listener) && (listener->ip == 4 || listener->ip == 6);
}

bool event_valid(const struct event *event, size_t size)
{
	if (size < sizeof(*event))
		return false;
	switch (event->kind) {
	case EVENT_EXEC:
		return exec_valid((const struct exec_event *)event, size);
	case EVENT_EXIT:
		return size >= sizeof(struct exit_event);
	case EVENT_LISTENER:
		return listener_valid((const struct listen_event *)event, size);
	case EVENT_PASS:
		return true;
	case EVENT_OPEN:
	case EVENT_CONNECT:
	case EVENT_ACCEPT:
	case EVENT_CLOSE:
	case EVENT_SAMPLE:
		return conn_valid((const struct conn_event *)event, size);
	default:
		return false;
	}
}

void exec_row_fill(struct exec_row *row, const struct exec_event *event, char *data)
{
	row->ts_ns = event->head.ts_ns;
	owner_fill(&row->owner, &event->head);
	memcpy(row->pcomm, event->parent.comm, sizeof(row->pcomm));
	row->ret = event->ret;
	row->flags = event->flags;
	row->args_total = event->args_total;
	row->filename_len = event->filename_len;
	row->args_len = event->args_len;
	row->data = (char *)memcpy(data, event->data, exec_data_len(event));
}

struct exec_row *exec_row_new(const struct exec_event *event)
{
	struct exec_row *row = calloc(1, sizeof(*row) + exec_data_len(event));

	if (row)
		exec_row_fill(row, event, (char *)(row + 1));
	return row;
}

void process_row_end(struct process_row *row, const struct exit_event *event)
{
	owner_fill(&row->owner, &event->head);
	row->ts_ns = event->head.ts_ns;
	row->ending.ended_ns = event->head.ts_ns;
	row->ending.code = event->code;
	row->ending.signal = event->signal;
}

uint64_t rate_between(uint64_t count, uint64_t old_count, uint64_t span_ns, uint64_t old_rate)
{
	double rate;

	if (!span_ns)
		return old_rate;
	rate = count > old_count ? (count - old_count) * 1e9 / span_ns : 0;
	/* A recording may say anything. */
	return rate < (double)INT64_MAX ? (uint64_t)rate : INT64_MAX;
}

static void figures_fill(struct conn_row *row, const struct conn_event *event)
{
	uint64_t since_ns = row->sampled_ns ? row->sampled_ns : row->established_ns;
	uint64_t now_ns = event->head.ts_ns;
	uint64_t span_ns = since_ns && now_ns > since_ns ? now_ns - since_ns : 0;

	row->tx_rate = rate_between(event->tx_bytes, row->tx_bytes, span_ns, row->tx_rate);
	row->rx_rate = rate_between(event->rx_bytes, row->rx_bytes, span_ns, row->rx_rate);
	row->tx_bytes = event->tx_bytes;
	row->rx_bytes = event->rx_bytes;
	row->rtt_us = event->rtt_us;
	row->retrans = event->retrans;
	row->sampled_ns = now_ns;
}

/* What only an event tells, not a sample. */
static void mark_event(struct conn_row *row, const struct event *event)
{
	if (event->kind != EVENT_SAMPLE) {
		row->ts_ns = event->ts_ns;
		row->kind = event->kind;
	} else if (!row->ts_ns) {
		row->kind = EVENT_SAMPLE;
	}
}

#define CONN_OWNER_FLAGS (CONN_INHERITED | CONN_SHARED)

/*
 * Who owns it, and how sure that is. The last one known stays when the kernel no longer knows any,
 * and who accepted it stays when an older record still names whom it was inherited from.
 */
static void conn_owner_fill(struct conn_row *row, const struct conn_event *event,
			    struct owner *owner)
{
	bool inherited = event->flags & CONN_INHERITED;
	bool keep = row->owner && row->owner->pid &&
		    (!event->head.pid || (inherited && !(row->flags & CONN_INHERITED)));
	unsigned sureness = (keep ? row->flags : event->flags) & CONN_OWNER_FLAGS;

	if (!keep && (!row->owner || !owner_is(row->owner, &event->head))) {
		owner_fill(owner, &event->head);
		row->owner = owner;
	}
	row->flags = (event->flags & ~CONN_OWNER_FLAGS) | sureness;
}

void conn_row_fill(struct conn_row *row, const struct conn_event *event, struct owner *owner)
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
	conn_owner_fill(row, event, owner);
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

const char *exec_row_args(const struct exec_row *row)
{
	return row->data + row->filename_len;
}
