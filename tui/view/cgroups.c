/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fts.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include "cgroups.h"

#define WALK_EVERY_NS 1000000000ULL
#define CGROUPS_MAX   65536 /* kept; also those that are gone, for the rows that name them */

struct cgroup {
	uint64_t id;
	UT_hash_handle hh;
	char path[];
};

struct cgroups {
	struct cgroup *table;
	char *root; /* where the hierarchy is mounted; NULL: nowhere */
	uint64_t walked_ns;
	bool walked;
};

static char *find_root(void)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *entry;
	char *root = NULL;

	if (!mounts)
		return NULL;
	while (!root && (entry = getmntent(mounts)))
		if (!strcmp(entry->mnt_type, "cgroup2"))
			root = strdup(entry->mnt_dir);
	endmntent(mounts);
	return root;
}

struct cgroups *cgroups_new(void)
{
	struct cgroups *cgroups = calloc(1, sizeof(*cgroups));

	if (cgroups)
		cgroups->root = find_root();
	return cgroups;
}

void cgroups_free(struct cgroups *cgroups)
{
	struct cgroup *cgroup, *next;

	if (!cgroups)
		return;
	HASH_ITER(hh, cgroups->table, cgroup, next) {
		HASH_DEL(cgroups->table, cgroup);
		free(cgroup);
	}
	free(cgroups->root);
	free(cgroups);
}

static struct cgroup *find(const struct cgroups *cgroups, uint64_t id)
{
	struct cgroup *cgroup;

	HASH_FIND(hh, cgroups->table, &id, sizeof(id), cgroup);
	return cgroup;
}

static void keep(struct cgroups *cgroups, uint64_t id, const char *path)
{
	size_t len = strlen(path);
	struct cgroup *cgroup;

	if (find(cgroups, id) || HASH_COUNT(cgroups->table) >= CGROUPS_MAX)
		return;
	cgroup = calloc(1, sizeof(*cgroup) + len + 1);
	if (!cgroup)
		return;
	cgroup->id = id;
	memcpy(cgroup->path, path, len);
	HASH_ADD(hh, cgroups->table, id, sizeof(cgroup->id), cgroup);
	if (!cgroup->hh.tbl)
		free(cgroup);
}

static void walk(struct cgroups *cgroups)
{
	char *const roots[] = { cgroups->root, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
	size_t root_len = strlen(cgroups->root);
	FTSENT *entry;

	if (!tree)
		return;
	while ((entry = fts_read(tree))) {
		const char *path = entry->fts_path + root_len;

		if (entry->fts_info == FTS_D)
			keep(cgroups, entry->fts_statp->st_ino, *path ? path : "/");
	}
	fts_close(tree);
}

const char *cgroups_path(struct cgroups *cgroups, uint64_t id, uint64_t now_ns)
{
	const struct cgroup *cgroup = find(cgroups, id);

	if (cgroup || !cgroups->root)
		return cgroup ? cgroup->path : NULL;
	if (cgroups->walked && now_ns - cgroups->walked_ns < WALK_EVERY_NS)
		return NULL;
	cgroups->walked = true;
	cgroups->walked_ns = now_ns;
	walk(cgroups);
	cgroup = find(cgroups, id);
	return cgroup ? cgroup->path : NULL;
}
