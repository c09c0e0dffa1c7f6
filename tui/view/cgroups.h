/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_CGROUPS_H
#define CONNTOP_CGROUPS_H

/* Paths of cgroups (v2) by their ids, which are the inode numbers of their directories. */
#include <stddef.h>
#include <stdint.h>

struct cgroups;

/* NULL without memory. */
struct cgroups *cgroups_new(void);
void cgroups_free(struct cgroups *cgroups);

/*
 * The path below the hierarchy's root, "/system.slice/ssh.service", or NULL when no directory has
 * that id (any more). The tree is walked anew for an unknown id, at most once a second by
 * `now_ns`. Lives as long as `cgroups`.
 */
const char *cgroups_path(struct cgroups *cgroups, uint64_t id, uint64_t now_ns);

/*
 * The part of a path that people know it by: of a container the first 12 digits of its id, as
 * docker ps prints them; else the innermost unit, "ssh.service"; else the last folder. `len`: its
 * bytes, without a NUL after them.
 */
const char *cgroup_short(const char *path, size_t *len);

#endif
