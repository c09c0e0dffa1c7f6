/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include "replay_names.h"

#define DEPTH_MAX 64		/* generations looked back */
#define NAMES_MAX 65536		/* as many as a recorder takes for told: then it tells them again */
#define BYTES_MAX (64U << 20)	/* of them all */
#define PARENTS_N (4194304 + 1) /* by PID: PID_MAX_LIMIT of the kernel's linux/threads.h */

struct name_key {
	uint64_t id;
	uint64_t start_ns;
	uint32_t type; /* enum recording_type */
	uint32_t pad;  /* 0 */
};

struct name {
	struct name_key key;
	struct cmdline told; /* what was, terminated */
	UT_hash_handle hh;
	char bytes[];
};

struct replay_names {
	struct name *table; /* uthash head, the one told longest ago first */
	size_t bytes;	    /* of all in it */
	uint32_t *parents;  /* PARENTS_N; 0: not known */
};

struct replay_names *replay_names_new(void)
{
	struct replay_names *names = calloc(1, sizeof(*names));

	if (!names)
		return NULL;
	names->parents = calloc(PARENTS_N, sizeof(*names->parents));
	if (names->parents)
		return names;
	free(names);
	return NULL;
}

static void drop(struct replay_names *names, struct name *name)
{
	HASH_DEL(names->table, name);
	names->bytes -= name->told.len;
	free(name);
}

void replay_names_free(struct replay_names *names)
{
	if (!names)
		return;
	while (names->table)
		drop(names, names->table);
	free(names->parents);
	free(names);
}

static struct name *find(const struct replay_names *names, uint32_t type, uint64_t id,
			 uint64_t start_ns)
{
	struct name_key key = { .id = id, .start_ns = start_ns, .type = type };
	struct name *name;

	HASH_FIND(hh, names->table, &key, sizeof(key), name);
	return name;
}

/* Forgets who was told longest ago while there is too much. Whether there was. */
static bool make_room(struct replay_names *names)
{
	bool any = false;

	while (HASH_COUNT(names->table) > NAMES_MAX || names->bytes > BYTES_MAX) {
		drop(names, names->table);
		any = true;
	}
	return any;
}

/* Keeps the payload from `at` on, in place of what was told under that key. As _take(). */
static int keep(struct replay_names *names, const struct recording_entry *entry, size_t at,
		uint64_t id, uint64_t start_ns)
{
	size_t len = entry->len - at;
	struct name *name = calloc(1, sizeof(*name) + len + 1);
	struct name *before = find(names, entry->type, id, start_ns);

	if (!name)
		return -ENOMEM;
	if (before)
		drop(names, before);
	name->key.id = id;
	name->key.start_ns = start_ns;
	name->key.type = entry->type;
	memcpy(name->bytes, entry->payload + at, len);
	name->told.bytes = name->bytes;
	name->told.len = len;
	HASH_ADD(hh, names->table, key, sizeof(name->key), name);
	if (!name->hh.tbl) {
		free(name);
		return -ENOMEM;
	}
	names->bytes += len;
	return make_room(names);
}

static int take_process(struct replay_names *names, const struct recording_entry *entry)
{
	uint64_t start_ns = recording_get(entry->payload, 8);
	uint32_t pid = recording_get(entry->payload + 8, 4);
	int got = keep(names, entry, 16, pid, start_ns);
	struct name *name = find(names, RECORDING_PROCESS, pid, start_ns);

	if (name)
		name->told.cut = recording_get(entry->payload + 12, 4);
	return got;
}

int replay_names_take(struct replay_names *names, const struct recording_entry *entry)
{
	const unsigned char *payload = entry->payload;

	if (entry->type == RECORDING_USER && entry->len > 4)
		return keep(names, entry, 4, recording_get(payload, 4), 0);
	if (entry->type == RECORDING_CGROUP && entry->len > 8)
		return keep(names, entry, 8, recording_get(payload, 8), 0);
	if (entry->type == RECORDING_PROCESS && entry->len > 16)
		return take_process(names, entry);
	if (entry->type == RECORDING_ANCESTOR && entry->len >= 16 + EVENT_COMM_LEN)
		return keep(names, entry, 0, recording_get(payload + 8, 4), 0);
	return 0;
}

static const struct cmdline *told(const struct name *name)
{
	return name ? &name->told : NULL;
}

const char *replay_names_user(const struct replay_names *names, uint32_t uid)
{
	const struct cmdline *found = told(find(names, RECORDING_USER, uid, 0));

	return found ? found->bytes : NULL;
}

const char *replay_names_cgroup(const struct replay_names *names, uint64_t id)
{
	const struct cmdline *found = told(find(names, RECORDING_CGROUP, id, 0));

	return found ? found->bytes : NULL;
}

const struct cmdline *replay_names_cmdline(const struct replay_names *names, uint32_t pid,
					   uint64_t start_ns)
{
	return told(find(names, RECORDING_PROCESS, pid, start_ns));
}

bool replay_names_process(const struct replay_names *names, uint32_t pid, struct names_process *out)
{
	const struct cmdline *found = told(find(names, RECORDING_ANCESTOR, pid, 0));

	if (!found)
		return false;
	out->start_ns = recording_get(found->bytes, 8);
	out->ppid = recording_get(found->bytes + 12, 4);
	memcpy(out->comm, found->bytes + 16, sizeof(out->comm));
	return true;
}

void replay_names_saw(struct replay_names *names, const struct event *event)
{
	if (event->pid < PARENTS_N && event->ppid)
		names->parents[event->pid] = event->ppid;
}

bool replay_names_descends(const struct replay_names *names, const struct event *event,
			   const struct filter *filter)
{
	uint32_t pid = event->ppid;

	for (int depth = 0; pid && pid < PARENTS_N && depth < DEPTH_MAX; depth++) {
		if (filter_numbers_has(&filter->pid.only, pid))
			return true;
		pid = names->parents[pid];
	}
	return false;
}
