/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The entries of a recording that tell names, each once: of users, cgroups and processes. */
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include "record_state.h"

#define KNOWN_MAX 65536 /* above it names are told again */

/* A user, a cgroup or a process that was told. */
struct known_key {
	uint64_t id;
	uint64_t start_ns;
	uint32_t type;
	uint32_t pad; /* 0 */
};

struct known {
	struct known_key key;
	UT_hash_handle hh;
};

void record_forget_names(struct record *record)
{
	struct known *known, *next;

	HASH_ITER(hh, record->known, known, next) {
		HASH_DEL(record->known, known);
		free(known);
	}
}

/* Whether it was not told before; from now on it was. */
static bool is_news(struct record *record, uint32_t type, uint64_t id, uint64_t start_ns)
{
	struct known_key key = { .id = id, .start_ns = start_ns, .type = type };
	struct known *known;

	HASH_FIND(hh, record->known, &key, sizeof(key), known);
	if (known)
		return false;
	if (HASH_COUNT(record->known) >= KNOWN_MAX)
		record_forget_names(record);
	known = calloc(1, sizeof(*known));
	if (!known)
		return true;
	known->key = key;
	HASH_ADD(hh, record->known, key, sizeof(known->key), known);
	if (!known->hh.tbl)
		free(known);
	return true;
}

static void put_user(struct record *record, uint32_t uid)
{
	const char *name;

	if (!is_news(record, RECORDING_USER, uid, 0))
		return;
	name = names_user(record->names, uid);
	if (!name)
		return;
	recording_put(record->payload, uid, 4);
	record_put_entry(record, RECORDING_USER, record_add_string(record, 4, name));
}

static void put_cgroup(struct record *record, uint64_t id)
{
	const char *path;

	if (!is_news(record, RECORDING_CGROUP, id, 0))
		return;
	path = names_cgroup(record->names, id, record->now_ns);
	if (!path)
		return;
	recording_put(record->payload, id, 8);
	record_put_entry(record, RECORDING_CGROUP, record_add_string(record, 8, path));
}

#define ANCESTORS_MAX 64

/* Who forked it, and who forked that one, as far as they were not told of. */
static void put_ancestors(struct record *record, uint32_t pid)
{
	struct names_process process;
	unsigned char *at = record->payload;

	for (int i = 0; i < ANCESTORS_MAX && pid; i++, pid = process.ppid) {
		if (!names_process(record->names, pid, record->now_ns, &process) ||
		    !is_news(record, RECORDING_ANCESTOR, pid, process.start_ns))
			return;
		recording_put(at, process.start_ns, 8);
		recording_put(at + 8, pid, 4);
		recording_put(at + 12, process.ppid, 4);
		memcpy(at + 16, process.comm, EVENT_COMM_LEN);
		record_put_entry(record, RECORDING_ANCESTOR, 16 + EVENT_COMM_LEN);
	}
}

/* The arguments of a process that nobody saw execute. */
static void put_process(struct record *record, uint32_t pid, uint64_t start_ns)
{
	const struct cmdline *cmdline;
	unsigned char *at = record->payload;

	if (!is_news(record, RECORDING_PROCESS, pid, start_ns))
		return;
	put_ancestors(record, pid);
	cmdline = names_cmdline(record->names, pid, start_ns, record->now_ns);
	if (!cmdline)
		return;
	recording_put(at, start_ns, 8);
	recording_put(at + 8, pid, 4);
	recording_put(at + 12, cmdline->cut, 4);
	memcpy(at + 16, cmdline->bytes, cmdline->len);
	record_put_entry(record, RECORDING_PROCESS, 16 + cmdline->len);
}

static void put_owner(struct record *record, uint32_t uid, uint32_t loginuid, uint64_t cgroup)
{
	put_user(record, uid);
	if (loginuid != EVENT_NO_UID)
		put_user(record, loginuid);
	if (cgroup)
		put_cgroup(record, cgroup);
}

static void put_parent(struct record *record, const struct exec_event *exec)
{
	put_owner(record, exec->parent.uid, exec->parent.loginuid, exec->parent.cgroup);
	put_process(record, exec->head.ppid, exec->parent.start_ns);
}

void record_put_names(struct record *record, const struct event *event)
{
	const struct exec_event *exec = (const struct exec_event *)event;

	if (!event->pid)
		return;
	put_owner(record, event->uid, event->loginuid, event->cgroup);
	if (event->kind == EVENT_EXEC && event->ppid)
		put_parent(record, exec);
	/* What one executes, the event itself tells. */
	if (event->kind == EVENT_EXEC && !exec->ret)
		is_news(record, RECORDING_PROCESS, event->pid, event->start_ns);
	else
		put_process(record, event->pid, event->start_ns);
}
