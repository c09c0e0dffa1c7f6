/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <utlist.h>
#include "proc_stat.h"

#define STAT_PPID  4  /* fields of /proc/PID/stat */
#define STAT_START 22 /* clock ticks after boot */

#define KEEP_NS 1000000000ULL /* how long an answer is taken as it is */

/* --- procfs ----------------------------------------------------------------------------------- */

size_t proc_read(const char *proc, uint32_t pid, const char *name, char *out, size_t cap)
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

/* The number in a field that comes after the one that `at` stands behind, the 2nd. */
static bool field(const char *at, int number, uint64_t *out)
{
	for (int i = 2; at && i < number; i++)
		at = strchr(at + 1, ' ');
	if (at)
		*out = strtoull(at, NULL, 10);
	return at;
}

bool proc_stat(const char *proc, uint32_t pid, struct names_process *out)
{
	uint64_t hz = sysconf(_SC_CLK_TCK), ppid, ticks;
	char stat[1024], *begin, *end;
	size_t len = proc_read(proc, pid, "stat", stat, sizeof(stat) - 1);

	stat[len] = '\0';
	/* The command name may hold blanks and parentheses: the last one ends it, the 2nd field. */
	begin = strchr(stat, '(');
	end = strrchr(stat, ')');
	if (!begin || !end || !field(end, STAT_PPID, &ppid) || !field(end, STAT_START, &ticks))
		return false;
	memset(out, 0, sizeof(*out));
	len = end - begin - 1;
	memcpy(out->comm, begin + 1, len < sizeof(out->comm) ? len : sizeof(out->comm));
	out->ppid = ppid;
	out->start_ns = ticks * (1000000000 / hz);
	return true;
}

/* --- the cache -------------------------------------------------------------------------------- */

struct entry {
	uint32_t pid;
	bool found;
	uint64_t read_ns; /* when procfs was asked last, and when this was */
	uint64_t used_ns;
	struct names_process process;
	struct entry *prev, *next;
	UT_hash_handle hh;
};

struct proc_stats {
	const char *proc;
	struct entry *table;
	struct entry *oldest; /* utlist head: by the time they were asked for */
	uint64_t now_ns;      /* when processes were looked up last, and how many then */
	size_t looked_up;
};

struct proc_stats *proc_stats_new(const char *proc)
{
	struct proc_stats *stats = calloc(1, sizeof(*stats));

	if (stats)
		stats->proc = proc;
	return stats;
}

static void drop(struct proc_stats *stats, struct entry *entry)
{
	HASH_DEL(stats->table, entry);
	DL_DELETE(stats->oldest, entry);
	free(entry);
}

void proc_stats_free(struct proc_stats *stats)
{
	if (!stats)
		return;
	while (stats->oldest)
		drop(stats, stats->oldest);
	free(stats);
}

/* Counts one more look-up. False: no more at this moment. */
static bool may_look_up(struct proc_stats *stats, uint64_t now_ns)
{
	if (stats->now_ns != now_ns)
		stats->looked_up = 0;
	stats->now_ns = now_ns;
	return stats->looked_up++ < PROC_STATS_AT_ONCE_MAX;
}

static struct entry *add(struct proc_stats *stats, uint32_t pid)
{
	struct entry *entry = calloc(1, sizeof(*entry));

	if (!entry)
		return NULL;
	entry->pid = pid;
	HASH_ADD(hh, stats->table, pid, sizeof(entry->pid), entry);
	if (!entry->hh.tbl) { /* uthash had no memory for it */
		free(entry);
		return NULL;
	}
	DL_APPEND(stats->oldest, entry);
	if (HASH_COUNT(stats->table) > PROC_STATS_MAX)
		drop(stats, stats->oldest);
	return entry;
}

/* One that has ended is remembered as it was, until its number is another's. */
static void look_up(struct proc_stats *stats, struct entry *entry, uint64_t now_ns)
{
	struct names_process process;

	entry->read_ns = now_ns;
	if (!proc_stat(stats->proc, entry->pid, &process))
		return;
	entry->process = process;
	entry->found = true;
}

bool proc_stats_get(struct proc_stats *stats, uint32_t pid, uint64_t now_ns,
		    struct names_process *out)
{
	struct entry *entry;
	bool fresh;

	HASH_FIND(hh, stats->table, &pid, sizeof(pid), entry);
	fresh = entry && now_ns - entry->read_ns < KEEP_NS;
	if (!fresh && may_look_up(stats, now_ns)) {
		entry = entry ? entry : add(stats, pid);
		if (entry)
			look_up(stats, entry, now_ns);
	}
	if (!entry)
		return false;
	if (entry->used_ns != now_ns) {
		entry->used_ns = now_ns;
		DL_DELETE(stats->oldest, entry);
		DL_APPEND(stats->oldest, entry);
	}
	*out = entry->process;
	return entry->found;
}
