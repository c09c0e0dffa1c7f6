/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include "replay_names.h"

#define DEPTH_MAX 64 /* generations looked back */

struct name_key {
	uint64_t id;
	uint64_t start_ns;
	uint32_t type; /* enum recording_type; 0: a parent */
	uint32_t pad;  /* 0 */
};

struct name {
	struct name_key key;
	uint32_t ppid; /* of a parent's entry, the value */
	struct cmdline bytes;
	UT_hash_handle hh;
};

struct replay_names {
	struct name *table;
};

struct replay_names *replay_names_new(void)
{
	return calloc(1, sizeof(struct replay_names));
}

void replay_names_free(struct replay_names *names)
{
	struct name *name, *next;

	if (!names)
		return;
	HASH_ITER(hh, names->table, name, next) {
		HASH_DEL(names->table, name);
		free(name->bytes.bytes);
		free(name);
	}
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

/* The entry under that key, made when it is not there; NULL without memory. */
static struct name *make(struct replay_names *names, uint32_t type, uint64_t id, uint64_t start_ns)
{
	struct name *name = find(names, type, id, start_ns);

	if (name)
		return name;
	name = calloc(1, sizeof(*name));
	if (!name)
		return NULL;
	name->key.id = id;
	name->key.start_ns = start_ns;
	name->key.type = type;
	HASH_ADD(hh, names->table, key, sizeof(name->key), name);
	if (!name->hh.tbl) {
		free(name);
		return NULL;
	}
	return name;
}

/* Keeps the payload from `at` on, terminated. 0 or -ENOMEM. */
static int keep(struct name *name, const struct recording_entry *entry, size_t at)
{
	size_t len = entry->len - at;
	char *bytes = name ? malloc(len + 1) : NULL;

	if (!bytes)
		return -ENOMEM;
	memcpy(bytes, entry->payload + at, len);
	bytes[len] = '\0';
	free(name->bytes.bytes);
	name->bytes.bytes = bytes;
	name->bytes.len = len;
	return 0;
}

static int take_process(struct replay_names *names, const struct recording_entry *entry)
{
	struct name *name = make(names, RECORDING_PROCESS, recording_get(entry->payload + 8, 4),
				 recording_get(entry->payload, 8));

	if (name)
		name->bytes.cut = recording_get(entry->payload + 12, 4);
	return keep(name, entry, 16);
}

int replay_names_take(struct replay_names *names, const struct recording_entry *entry)
{
	const unsigned char *payload = entry->payload;

	if (entry->type == RECORDING_USER && entry->len > 4)
		return keep(make(names, RECORDING_USER, recording_get(payload, 4), 0), entry, 4);
	if (entry->type == RECORDING_CGROUP && entry->len > 8)
		return keep(make(names, RECORDING_CGROUP, recording_get(payload, 8), 0), entry, 8);
	if (entry->type == RECORDING_PROCESS && entry->len > 16)
		return take_process(names, entry);
	if (entry->type == RECORDING_ANCESTOR && entry->len >= 16 + EVENT_COMM_LEN)
		return keep(make(names, RECORDING_ANCESTOR, recording_get(payload + 8, 4), 0),
			    entry, 0);
	return 0;
}

static const struct cmdline *bytes_of(const struct name *name)
{
	return name && name->bytes.bytes ? &name->bytes : NULL;
}

const char *replay_names_user(const struct replay_names *names, uint32_t uid)
{
	const struct cmdline *found = bytes_of(find(names, RECORDING_USER, uid, 0));

	return found ? found->bytes : NULL;
}

const char *replay_names_cgroup(const struct replay_names *names, uint64_t id)
{
	const struct cmdline *found = bytes_of(find(names, RECORDING_CGROUP, id, 0));

	return found ? found->bytes : NULL;
}

const struct cmdline *replay_names_cmdline(const struct replay_names *names, uint32_t pid,
					   uint64_t start_ns)
{
	return bytes_of(find(names, RECORDING_PROCESS, pid, start_ns));
}

bool replay_names_process(const struct replay_names *names, uint32_t pid, struct names_process *out)
{
	const struct cmdline *found = bytes_of(find(names, RECORDING_ANCESTOR, pid, 0));

	if (!found)
		return false;
	out->start_ns = recording_get(found->bytes, 8);
	out->ppid = recording_get(found->bytes + 12, 4);
	memcpy(out->comm, found->bytes + 16, sizeof(out->comm));
	return true;
}

int replay_names_saw(struct replay_names *names, const struct event *event)
{
	struct name *name;

	if (!event->pid || !event->ppid)
		return 0;
	name = make(names, 0, event->pid, 0);
	if (!name)
		return -ENOMEM;
	name->ppid = event->ppid;
	return 0;
}

bool replay_names_descends(const struct replay_names *names, const struct event *event,
			   const struct filter *filter)
{
	uint32_t pid = event->ppid;

	for (int depth = 0; pid && depth < DEPTH_MAX; depth++) {
		const struct name *parent = find(names, 0, pid, 0);

		if (filter_numbers_has(&filter->pid.only, pid))
			return true;
		pid = parent ? parent->ppid : 0;
	}
	return false;
}
