/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_EVENTS_H
#define CONNTOP_TEST_EVENTS_H

/* Records as the kernel would write them, for tests: whole and plausible, to be changed at will. */
#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "event.h"

#define MS_NS	  1000000ULL
#define SECOND_NS 1000000000ULL

/* One moment of the test's time, and what makes it 2026-11-21T14:02:11.250Z. */
#define T0_NS		   (5000 * SECOND_NS + 250 * MS_NS)
#define T0_WALL_NS	   (1795269731 * SECOND_NS + 250 * MS_NS)
#define T0_BOOT_TO_WALL_NS ((int64_t)(T0_WALL_NS - T0_NS))

/* An exec with room for the longest one, and how much of it is used. */
struct exec_record {
	size_t size;
	union {
		struct exec_event event;
		struct event head;
		char room[sizeof(struct exec_event) + EXEC_FILENAME_MAX + EXEC_ARGS_MAX];
	};
};

static inline void head_fill(struct event *head, enum event_kind kind, uint64_t ts_ns, uint32_t pid,
			     const char *comm)
{
	head->kind = kind;
	head->ts_ns = ts_ns;
	head->start_ns = T0_NS - 60 * SECOND_NS;
	head->cgroup = 77;
	head->pid = pid;
	head->ppid = 41200;
	head->uid = 1000;
	head->gid = 1001;
	head->loginuid = 1002;
	memset(head->comm, 0, sizeof(head->comm));
	for (size_t i = 0; i < sizeof(head->comm) && comm[i]; i++) /* a full one has no NUL */
		head->comm[i] = comm[i];
}

/* `args`: of `args_len` bytes, a NUL after each. */
static inline struct exec_record exec_record(uint64_t ts_ns, uint32_t pid, const char *filename,
					     const char *args, size_t args_len)
{
	const char *slash = strrchr(filename, '/');
	struct exec_record record = { 0 };
	struct exec_event *event = &record.event;
	size_t filename_len = strlen(filename) + 1;

	assert(filename_len <= EXEC_FILENAME_MAX && args_len <= EXEC_ARGS_MAX);
	head_fill(&event->head, EVENT_EXEC, ts_ns, pid, slash ? slash + 1 : filename);
	event->parent.start_ns = T0_NS - 3600 * SECOND_NS;
	event->parent.cgroup = 76;
	event->parent.ppid = 41100;
	event->parent.uid = 1000;
	event->parent.gid = 1001;
	event->parent.loginuid = 1002;
	strcpy(event->parent.comm, "bash");
	event->filename_len = filename_len;
	event->args_len = args_len;
	event->args_total = args_len;
	memcpy(record.room + sizeof(*event), filename, filename_len);
	memcpy(record.room + sizeof(*event) + filename_len, args, args_len);
	record.size = sizeof(*event) + filename_len + args_len;
	return record;
}

/* `args` is a literal: "curl\0-s" has two. */
#define EXEC(ts_ns, pid, filename, args) exec_record(ts_ns, pid, filename, args, sizeof(args))

/* The process ends by itself with `code`, or by `signal`. */
static inline struct exit_event exit_record(uint64_t ts_ns, uint32_t pid, const char *comm,
					    int code, int signal)
{
	struct exit_event event = { .code = code, .signal = signal };

	head_fill(&event.head, EVENT_EXIT, ts_ns, pid, comm);
	return event;
}

/* The ends of a connection; `ip` 4 or 6. */
static inline void conn_set_ends(struct conn_event *conn, int ip, const char *laddr, uint16_t lport,
				 const char *raddr, uint16_t rport)
{
	int family = ip == 6 ? AF_INET6 : AF_INET;
	int parsed = inet_pton(family, laddr, conn->laddr) + inet_pton(family, raddr, conn->raddr);

	assert(parsed == 2);
	(void)parsed;
	conn->ip = ip;
	conn->lport = lport;
	conn->rport = rport;
}

/*
 * Process 41213 connects from 10.0.2.15:49340 to 192.0.2.80:443. It began 100 ms before T0_NS and
 * took 18 ms; an EVENT_OPEN has not got there yet.
 */
static inline struct conn_event conn_record(enum event_kind kind, uint64_t id, uint64_t ts_ns)
{
	struct conn_event conn = { 0 };

	head_fill(&conn.head, kind, ts_ns, 41213, "curl");
	conn_set_ends(&conn, 4, "10.0.2.15", 49340, "192.0.2.80", 443);
	conn.id = id;
	conn.opened_ns = T0_NS - 100 * MS_NS;
	conn.established_ns = kind == EVENT_OPEN ? 0 : conn.opened_ns + 18 * MS_NS;
	conn.proto = IPPROTO_TCP;
	conn.direction = CONN_OUT;
	conn.state = kind == EVENT_OPEN	   ? TCP_SYN_SENT
		     : kind == EVENT_CLOSE ? TCP_CLOSE
					   : TCP_ESTABLISHED;
	conn.netns = 4026531840U;
	if (kind != EVENT_OPEN)
		conn.rtt_us = 17000;
	return conn;
}

/*
 * A client at 192.0.2.80:49340 that came to process 41213's 10.0.2.15:443, as conn_record() in all
 * else. Of EVENT_OPEN its handshake is over.
 */
static inline struct conn_event conn_incoming(enum event_kind kind, uint64_t id, uint64_t ts_ns)
{
	struct conn_event conn = conn_record(kind, id, ts_ns);

	conn.direction = CONN_IN;
	conn.lport = 443;
	conn.rport = 49340;
	conn.listener = 5;
	conn.established_ns = conn.opened_ns + 18 * MS_NS;
	if (kind == EVENT_OPEN)
		conn.state = TCP_ESTABLISHED;
	return conn;
}

/* A connect that came to nothing. */
static inline struct conn_event conn_failure(uint64_t id, uint64_t ts_ns, int ret)
{
	struct conn_event conn = conn_record(EVENT_CONNECT, id, ts_ns);

	conn.established_ns = 0;
	conn.rtt_us = 0;
	conn.state = TCP_CLOSE;
	conn.ret = ret;
	return conn;
}

static inline struct conn_event conn_figures(enum event_kind kind, uint64_t id, uint64_t ts_ns,
					     uint64_t tx_bytes, uint64_t rx_bytes)
{
	struct conn_event conn = conn_record(kind, id, ts_ns);

	conn.tx_bytes = tx_bytes;
	conn.rx_bytes = rx_bytes;
	return conn;
}

/* Process 41213 listens on 0.0.0.0:443 since 10 s before T0_NS, with room for 128. */
static inline struct listen_event listen_record(uint64_t id, uint64_t ts_ns, uint64_t accepts)
{
	struct listen_event event = { 0 };

	head_fill(&event.head, EVENT_LISTENER, ts_ns, 41213, "nginx");
	event.id = id;
	event.opened_ns = T0_NS - 10 * SECOND_NS;
	event.accepts = accepts;
	event.lport = 443;
	event.ip = 4;
	event.netns = 4026531840U;
	event.backlog_max = 128;
	return event;
}

#endif
