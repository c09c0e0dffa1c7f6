/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>
#include "cmdlines.h"
#include "proc_stat.h"

#define START_SLACK 2 /* clock ticks: the kernel rounds */

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

/* Whether the process that has this PID now is the one that started then. */
static bool is_same(const char *proc, uint32_t pid, uint64_t start_ns)
{
	uint64_t slack_ns = START_SLACK * (1000000000 / sysconf(_SC_CLK_TCK));
	struct names_process process;

	return proc_stat(proc, pid, &process) && process.start_ns <= start_ns + slack_ns &&
	       start_ns <= process.start_ns + slack_ns;
}

static void look_up(const char *proc, struct entry *entry)
{
	char args[EXEC_ARGS_MAX + 1];
	size_t len = proc_read(proc, entry->key.pid, "cmdline", args, sizeof(args));
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
