/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables' rows as the kernel's records. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include "../../unit/events.h"
#include "scene.h"

#define NETNS_HOST 4026531840U
#define FORK_NS	   MS_NS /* from a fork to the exec */

uint64_t scene_ns(int64_t at_ms)
{
	return SCENE_END_NS + at_ms * (int64_t)MS_NS;
}

int64_t scene_ms(uint64_t ts_ns)
{
	return ((int64_t)ts_ns - (int64_t)SCENE_END_NS) / (int64_t)MS_NS;
}

/* --- processes -------------------------------------------------------------------------------- */

const struct scene_process *scene_process_first(uint32_t pid)
{
	for (size_t i = 0; i < n_scene_processes; i++)
		if (scene_processes[i].pid == pid && !scene_processes[i].error)
			return &scene_processes[i];
	return NULL;
}

const struct scene_process *scene_process_at(uint32_t pid, int64_t at_ms)
{
	const struct scene_process *found = scene_process_first(pid);

	for (size_t i = 0; i < n_scene_processes; i++) {
		const struct scene_process *process = &scene_processes[i];

		if (process->pid == pid && !process->error && process->at_ms <= at_ms)
			found = process;
	}
	return found;
}

bool scene_runs(const struct scene_process *process, int64_t at_ms)
{
	return process->at_ms <= at_ms &&
	       (!process->life_ms || process->at_ms + process->life_ms > at_ms);
}

uint64_t scene_start_ns(const struct scene_process *process)
{
	const struct scene_process *first = scene_process_first(process->pid);

	return scene_ns((first ? first : process)->at_ms) - FORK_NS;
}

const char *scene_comm(const struct scene_process *process)
{
	const char *slash = strrchr(process->file, '/');

	return process->comm ? process->comm : slash ? slash + 1 : process->file;
}

/* The first row with the path names it. */
uint64_t scene_cgroup_id(const char *path)
{
	for (size_t i = 0; i < n_scene_processes; i++)
		if (!strcmp(scene_processes[i].cgroup, path))
			return i + 1;
	return 0;
}

const char *scene_cgroup_path(uint64_t id)
{
	return id && id <= n_scene_processes ? scene_processes[id - 1].cgroup : NULL;
}

void scene_head(struct event *head, enum event_kind kind, uint64_t ts_ns, uint32_t pid)
{
	const struct scene_process *process = scene_process_at(pid, scene_ms(ts_ns));

	memset(head, 0, sizeof(*head));
	head->kind = kind;
	head->ts_ns = ts_ns;
	if (!process)
		return;
	head->start_ns = scene_start_ns(process);
	head->cgroup = scene_cgroup_id(process->cgroup);
	head->pid = pid;
	head->ppid = process->ppid;
	head->uid = process->user->uid;
	head->gid = process->user->gid;
	head->loginuid = process->user->uid >= 1000 ? process->user->uid : EVENT_NO_UID;
	strncpy(head->comm, scene_comm(process), sizeof(head->comm) - 1);
}

/* --- connections ------------------------------------------------------------------------------ */

int64_t scene_conn_opened_us(const struct scene_conn *row, int n)
{
	return (row->at_ms + n * row->every_ms) * 1000;
}

int64_t scene_conn_settled_us(const struct scene_conn *row, int n)
{
	return scene_conn_opened_us(row, n) + row->latency_us;
}

int64_t scene_conn_ended_us(const struct scene_conn *row, int n)
{
	if (row->error)
		return scene_conn_settled_us(row, n);
	return row->life_ms ? scene_conn_settled_us(row, n) + row->life_ms * 1000 : INT64_MAX;
}

/* Bytes after so many seconds at a rate that is not the same each second. */
static uint64_t bytes_after(uint64_t rate, uint64_t seconds)
{
	static const uint64_t eighths[] = { 8, 6, 10, 12, 4, 8, 14, 2 }; /* 64 in all */
	uint64_t sum = seconds / 8 * 64;

	for (uint64_t i = 0; i < seconds % 8; i++)
		sum += eighths[i];
	return rate * sum / 8;
}

static void fill_figures(struct conn_event *conn, const struct scene_conn *row)
{
	uint64_t from_ns = conn->established_ns ? conn->established_ns : scene_ns(row->at_ms);
	uint64_t seconds = conn->head.ts_ns > from_ns ? (conn->head.ts_ns - from_ns) / SECOND_NS
						      : 0;

	conn->tx_bytes = row->tx + bytes_after(row->tx_rate, seconds);
	conn->rx_bytes = row->rx + bytes_after(row->rx_rate, seconds);
	conn->rtt_us = row->rtt_us;
	conn->retrans = row->retrans;
}

static uint8_t state_of(const struct conn_event *conn, const struct scene_conn *row)
{
	if (conn->head.kind == EVENT_CLOSE || conn->ret)
		return TCP_CLOSE;
	if (!conn->established_ns && !(conn->flags & CONN_OLDER))
		return TCP_SYN_SENT;
	return row->state && conn->head.kind == EVENT_SAMPLE ? row->state : TCP_ESTABLISHED;
}

struct conn_event scene_conn_event(enum event_kind kind, const struct scene_conn *row, int n,
				   uint64_t ts_ns)
{
	int64_t at_us = ((int64_t)ts_ns - (int64_t)SCENE_END_NS) / 1000;
	struct conn_event conn = { 0 };

	scene_head(&conn.head, kind, ts_ns, row->pid);
	conn_set_ends(&conn, strchr(row->raddr, ':') ? 6 : 4, row->laddr,
		      row->in ? row->lport : row->lport + 2 * n, row->raddr,
		      row->in ? row->rport + 2 * n : row->rport);
	conn.id = (uint64_t)(row - scene_conns + 1) * 100 + n;
	conn.proto = IPPROTO_TCP;
	conn.direction = row->in ? CONN_IN : CONN_OUT;
	conn.netns = NETNS_HOST;
	if (row->at_ms < SCENE_BEGIN_MS)
		conn.flags = CONN_OLDER;
	else
		conn.opened_ns = SCENE_END_NS + scene_conn_opened_us(row, n) * 1000;
	if (row->error && at_us >= scene_conn_settled_us(row, n))
		conn.ret = -row->error;
	if (!conn.flags && !row->error && at_us >= scene_conn_settled_us(row, n)) {
		conn.established_ns = SCENE_END_NS + scene_conn_settled_us(row, n) * 1000;
		conn.rtt_us = row->rtt_us;
	}
	if (kind == EVENT_OPEN && row->in)
		conn.flags |= CONN_INHERITED;
	if (kind == EVENT_SAMPLE || kind == EVENT_CLOSE)
		fill_figures(&conn, row);
	conn.state = state_of(&conn, row);
	return conn;
}

/* --- listeners -------------------------------------------------------------------------------- */

struct listen_event scene_listen_event(const struct scene_listener *row, uint64_t ts_ns)
{
	struct listen_event event = { 0 };
	int parsed;

	scene_head(&event.head, EVENT_LISTENER, ts_ns, row->pid);
	event.id = 10 + (row - scene_listeners);
	event.ip = strchr(row->laddr, ':') ? 6 : 4;
	parsed = inet_pton(event.ip == 6 ? AF_INET6 : AF_INET, row->laddr, event.laddr);
	assert(parsed == 1);
	(void)parsed;
	event.lport = row->lport;
	event.netns = row->netns ? row->netns : NETNS_HOST;
	event.backlog = row->backlog;
	event.backlog_max = row->backlog_max;
	event.accepts = row->accepts + bytes_after(row->accept_rate,
						   (ts_ns - scene_ns(SCENE_BEGIN_MS)) / SECOND_NS);
	if (row->at_ms < SCENE_BEGIN_MS)
		event.flags = CONN_OLDER;
	else
		event.opened_ns = scene_ns(row->at_ms);
	return event;
}
