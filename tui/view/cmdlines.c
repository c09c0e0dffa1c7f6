/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>
#include "cmdlines.h"

#define STAT_START  22 /* field of /proc/PID/stat: clock ticks after boot */
#define START_SLACK 2  /* ticks: the kernel rounds */

/* A hash key without padding. */
struct who {
	uint64_t start_ns;
	uint64_t pid;
};

struct entry {
	struct who key;
	uint64_t used_ns;
	struct cmdline cmdline; /* no bytes: there is none */
	struct entry *prev, *next;
	UT_hash_handle hh;
};

struct cmdlines {
	const char *proc;
	struct entry *table;
	struct entry *oldest; /* utlist head: by the time they were asked for */
	uint64_t now_ns;      /* when processes were looked up last, and how many then */
	size_t looked_up;
};

struct cmdlines *cmdlines_new(const char *proc)
{
	struct cmdlines *cmdlines = calloc(1, sizeof(*cmdlines));

	if (cmdlines)
		cmdlines->proc = proc;
	return cmdlines;
}

static void drop(struct cmdlines *cmdlines, struct entry *entry)
{
	HASH_DEL(cmdlines->table, entry);
	DL_DELETE(cmdlines->oldest, entry);
	free(entry->cmdline.bytes);
	free(entry);
}

void cmdlines_free(struct cmdlines *cmdlines)
{
	if (!cmdlines)
		return;
	while (cmdlines->oldest)
		drop(cmdlines, cmdlines->oldest);
	free(cmdlines);
}

/* --- procfs ----------------------------------------------------------------------------------- */

/* Up to `cap` bytes of /proc/PID/NAME; 0 when there are none, or it cannot be read. */
static size_t read_file(const char *proc, uint32_t pid, const char *name, char *out, size_t cap)
{
	char path[256];
	size_t len = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/%u/%s", proc, pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	while (len < cap) {
		ssize_t n = read(fd, out + len, cap - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		len += n;
	}
	close(fd);
	return len;
}

/* Whether the process that has this PID now is the one that started then. */
static bool is_same(const char *proc, uint32_t pid, uint64_t start_ns)
{
	uint64_t hz = sysconf(_SC_CLK_TCK), wanted = start_ns / (1000000000 / hz), start;
	char stat[1024], *at;
	size_t len = read_file(proc, pid, "stat", stat, sizeof(stat) - 1);

	stat[len] = '\0';
	/* The command name may hold blanks and parentheses: the last one ends it, the 2nd field. */
	at = strrchr(stat, ')');
	for (int field = 2; at && field < STAT_START; field++)
		at = strchr(at + 1, ' ');
	if (!at)
		return false;
	start = strtoull(at, NULL, 10);
	return start <= wanted + START_SLACK && wanted <= start + START_SLACK;
}

static void look_up(const char *proc, struct entry *entry)
{
	char args[EXEC_ARGS_MAX + 1];
	size_t len = read_file(proc, entry->key.pid, "cmdline", args, sizeof(args));
	struct cmdline *cmdline = &entry->cmdline;

	cmdline->cut = len > EXEC_ARGS_MAX;
	if (cmdline->cut)
		len = EXEC_ARGS_MAX;
	/* Who writes a title over his arguments may leave the rest of them zeroed. */
	while (len > 1 && !args[len - 1] && !args[len - 2])
		len--;
	/* Asked last: had the PID changed hands before, it would not be the same by now. */
	if (!len || (len == 1 && !args[0]) || !is_same(proc, entry->key.pid, entry->key.start_ns))
		return;
	cmdline->bytes = malloc(len);
	if (!cmdline->bytes)
		return;
	memcpy(cmdline->bytes, args, len);
	cmdline->len = len;
}

/* --- the cache -------------------------------------------------------------------------------- */

/* Makes room for one more, and counts it. False: no more at this moment. */
static bool make_room(struct cmdlines *cmdlines, uint64_t now_ns)
{
	if (cmdlines->now_ns != now_ns)
		cmdlines->looked_up = 0;
	if (cmdlines->looked_up >= CMDLINES_AT_ONCE_MAX)
		return false;
	if (HASH_COUNT(cmdlines->table) >= CMDLINES_MAX) {
		/* What was handed out at this moment is still in somebody's hands. */
		if (cmdlines->oldest->used_ns == now_ns)
			return false;
		drop(cmdlines, cmdlines->oldest);
	}
	cmdlines->now_ns = now_ns;
	cmdlines->looked_up++;
	return true;
}

static struct entry *add(struct cmdlines *cmdlines, struct who key, uint64_t now_ns)
{
	struct entry *entry;

	if (!make_room(cmdlines, now_ns))
		return NULL;
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return NULL;
	entry->key = key;
	HASH_ADD(hh, cmdlines->table, key, sizeof(entry->key), entry);
	if (!entry->hh.tbl) {
		free(entry);
		return NULL;
	}
	DL_APPEND(cmdlines->oldest, entry);
	look_up(cmdlines->proc, entry);
	return entry;
}

const struct cmdline *cmdlines_get(struct cmdlines *cmdlines, uint32_t pid, uint64_t start_ns,
				   uint64_t now_ns)
{
	struct who key = { start_ns, pid };
	struct entry *entry;

	HASH_FIND(hh, cmdlines->table, &key, sizeof(key), entry);
	if (!entry)
		entry = add(cmdlines, key, now_ns);
	if (!entry)
		return NULL;
	if (entry->used_ns != now_ns) {
		entry->used_ns = now_ns;
		DL_DELETE(cmdlines->oldest, entry);
		DL_APPEND(cmdlines->oldest, entry);
	}
	return entry->cmdline.bytes ? &entry->cmdline : NULL;
}
