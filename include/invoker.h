/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_INVOKER_H
#define CONNTOP_INVOKER_H

/*
 * Who started conntop: under sudo not root, but the user who typed it, and so where the program is
 * root's and setuid. Files named by the environment or the command line are that user's business,
 * and are opened with that user's rights.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct invoker {
	uid_t uid;
	gid_t gid;
	bool sudo; /* it is somebody else than this process runs as: root for a user */
};

void invoker_find(struct invoker *invoker);

/* The home folder, to be freed; NULL when there is none. */
char *invoker_home(const struct invoker *invoker);

/*
 * Where `name` is among the user's configuration: in $XDG_CONFIG_HOME/conntop or, where that is not
 * set or not absolute (basedir specification), in ~/.config/conntop. To be freed; NULL: nowhere.
 */
char *invoker_config(const char *name);

/*
 * Reads a regular file of at most `max` bytes with the invoking user's rights. *text, to be freed,
 * is terminated. 0; -EISDIR or -EINVAL for what is no regular file, -EFBIG for one that is larger,
 * -EILSEQ for one with a NUL in it, or another -errno.
 */
int invoker_read(const char *path, size_t max, char **text);

#endif
