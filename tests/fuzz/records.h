/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_FUZZ_RECORDS_H
#define CONNTOP_FUZZ_RECORDS_H

/* Records as the kernel could send them, so that chance need not find out what holds together. */
#include "event.h"
#include "fuzz.h"

/* So few of each, so that records meet. */
#define RECORD_PIDS  16
#define RECORD_IDS   16
#define RECORD_ADDRS 4

static inline void record_mend_conn(struct conn_event *conn)
{
	conn->id %= RECORD_IDS;
	conn->ip = conn->ip % 2 ? 4 : 6;
	conn->direction %= 2;
	conn->raddr[0] %= RECORD_ADDRS;
	memset(conn->raddr + 1, 0, sizeof(conn->raddr) - 1);
}

static inline void record_mend_listener(struct listen_event *listener)
{
	listener->id %= RECORD_IDS;
	listener->ip = listener->ip % 2 ? 4 : 6;
}

static inline size_t record_size(enum event_kind kind)
{
	switch (kind) {
	case EVENT_EXEC:
		return sizeof(struct exec_event);
	case EVENT_EXIT:
		return sizeof(struct exit_event);
	case EVENT_LISTENER:
		return sizeof(struct listen_event);
	case EVENT_PASS:
		return sizeof(struct event);
	default:
		return sizeof(struct conn_event);
	}
}

/*
 * A record of that kind from the bytes that come next: of an exec first how long the file name and
 * the arguments are, a byte each. In memory of `*size` bytes, to be freed.
 */
static inline struct event *record_take(struct fuzz *fuzz, enum event_kind kind, size_t *size)
{
	uint8_t name = kind == EVENT_EXEC ? fuzz_byte(fuzz) : 0;
	uint8_t args = kind == EVENT_EXEC ? fuzz_byte(fuzz) : 0;
	struct event *event;

	*size = record_size(kind) + name + args;
	event = malloc(*size);
	fuzz_require(event);
	fuzz_bytes(fuzz, event, *size);
	event->kind = (uint8_t)kind;
	event->pid %= RECORD_PIDS;
	event->ppid %= RECORD_PIDS;
	event->start_ns %= 2;
	if (kind == EVENT_EXEC) {
		struct exec_event *exec = (struct exec_event *)event;

		exec->filename_len = name;
		exec->args_len = args;
		if (name)
			exec->data[name - 1] = '\0';
	} else if (kind == EVENT_LISTENER) {
		record_mend_listener((struct listen_event *)event);
	} else if (kind != EVENT_EXIT && kind != EVENT_PASS) {
		record_mend_conn((struct conn_event *)event);
	}
	return event;
}

#endif
