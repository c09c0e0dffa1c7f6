/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include "netns.h"

struct seen {
	ino_t ino;
	UT_hash_handle hh;
};

/* 1 when it was not known before; 0; or -ENOMEM. */
static int remember(struct seen **table, ino_t ino)
{
	struct seen *seen;

	HASH_FIND(hh, *table, &ino, sizeof(ino), seen);
	if (seen)
		return 0;
	seen = calloc(1, sizeof(*seen));
	if (!seen)
		return -ENOMEM;
	seen->ino = ino;
	HASH_ADD(hh, *table, ino, sizeof(seen->ino), seen);
	if (!seen->hh.tbl) {
		free(seen);
		return -ENOMEM;
	}
	return 1;
}

static void forget(struct seen *table)
{
	struct seen *seen, *next;

	HASH_ITER(hh, table, seen, next) {
		HASH_DEL(table, seen);
		free(seen);
	}
}

/* By its name, most are known: opening each process's would take longer. */
static bool is_known(struct seen *table, const char *path)
{
	char name[64] = "";
	struct seen *seen = NULL;
	unsigned long ino;
	ino_t key;

	if (readlink(path, name, sizeof(name) - 1) > 0 && sscanf(name, "net:[%lu]", &ino) == 1) {
		key = ino;
		HASH_FIND(hh, table, &key, sizeof(key), seen);
	}
	return seen;
}

/* Enters the namespace of a process unless it is known. The process may be gone meanwhile. */
static int visit(struct seen **table, const char *path, int (*fn)(void *ctx), void *ctx)
{
	struct stat stat;
	int fd, err;

	if (is_known(*table, path))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	err = fstat(fd, &stat) ? -errno : remember(table, stat.st_ino);
	if (err > 0)
		err = setns(fd, CLONE_NEWNET) ? 0 : fn(ctx);
	close(fd);
	return err;
}

/* Those of all processes. Not by glob(3): of glibc 2.36 it frees twice when memory runs out. */
static int visit_all(struct seen **table, int (*fn)(void *ctx), void *ctx)
{
	DIR *proc = opendir("/proc");
	char path[sizeof("/proc//ns/net") + NAME_MAX];
	const struct dirent *entry;
	int err = 0;

	if (!proc)
		return -errno;
	while (!err && (entry = readdir(proc))) {
		if (*entry->d_name < '0' || *entry->d_name > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/ns/net", entry->d_name);
		err = visit(table, path, fn, ctx);
	}
	closedir(proc);
	return err;
}

int netns_each(int (*fn)(void *ctx), void *ctx)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct seen *table = NULL;
	int err;

	if (home < 0)
		return -errno;
	err = visit(&table, "/proc/self/ns/net", fn, ctx);
	if (!err)
		err = visit_all(&table, fn, ctx);
	/* Without the right to leave there was none to enter. */
	if (HASH_COUNT(table) > 1 && setns(home, CLONE_NEWNET) && !err && errno != EPERM)
		err = -errno;
	forget(table);
	close(home);
	return err;
}
