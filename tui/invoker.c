/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "invoker.h"

/* A numeric id from the environment. False: absent, or not one. */
static bool env_id(const char *name, unsigned *id)
{
	const char *text = getenv(name);
	unsigned long number;
	char *end;

	if (!text || *text < '0' || *text > '9')
		return false;
	number = strtoul(text, &end, 10);
	if (*end || number >= 0xffffffffUL)
		return false;
	*id = number;
	return true;
}

void invoker_find(struct invoker *invoker)
{
	unsigned uid, gid;

	*invoker = (struct invoker){ .uid = geteuid(), .gid = getegid() };
	/* The environment is not to be believed where the program itself made its caller root. */
	if (!invoker->uid && getuid())
		*invoker = (struct invoker){ .uid = getuid(), .gid = getgid(), .sudo = true };
	if (invoker->uid || !env_id("SUDO_UID", &uid) || !env_id("SUDO_GID", &gid) || !uid)
		return;
	*invoker = (struct invoker){ .uid = uid, .gid = gid, .sudo = true };
}

char *invoker_home(const struct invoker *invoker)
{
	const char *home = invoker->sudo ? NULL : getenv("HOME"); /* sudo's is root's */
	const struct passwd *user = home && *home == '/' ? NULL : getpwuid(invoker->uid);

	if (user)
		home = user->pw_dir;
	return home && *home == '/' ? strdup(home) : NULL;
}

char *invoker_config(const char *name)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	struct invoker invoker;
	char *home, *path;

	if (config && *config == '/')
		return asprintf(&path, "%s/conntop/%s", config, name) < 0 ? NULL : path;
	invoker_find(&invoker);
	home = invoker_home(&invoker);
	if (!home)
		return NULL;
	if (asprintf(&path, "%s/.config/conntop/%s", home, name) < 0)
		path = NULL;
	free(home);
	return path;
}

/* --- with that user's rights ------------------------------------------------------------------ */

/* What this process was, while it acts as the user. */
struct self {
	uid_t uid;
	gid_t gid;
	int n_groups;
	gid_t groups[NGROUPS_MAX];
};

/* There is no going on as somebody who is neither. */
static void resume(const struct self *self)
{
	if (seteuid(self->uid) || setegid(self->gid) || setgroups(self->n_groups, self->groups))
		abort();
}

/* The kernel judges files by the effective ids, and root's powers over them go with uid 0. */
static int act_as(const struct invoker *invoker, struct self *self)
{
	const struct passwd *user = getpwuid(invoker->uid);
	int err = 0;

	self->uid = geteuid();
	self->gid = getegid();
	self->n_groups = getgroups(NGROUPS_MAX, self->groups);
	if (self->n_groups < 0)
		return -errno;
	if ((user ? initgroups(user->pw_name, invoker->gid) : setgroups(1, &invoker->gid)) ||
	    setegid(invoker->gid) || seteuid(invoker->uid)) {
		err = -errno;
		resume(self);
	}
	return err;
}

/* A descriptor, or -errno. */
static int opened(int fd)
{
	return fd < 0 ? -errno : fd;
}

static int open_as(const struct invoker *invoker, const char *path)
{
	/* A FIFO without a writer would hold us up for good. */
	const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	struct self *self;
	int fd, err;

	if (!invoker->sudo)
		return opened(open(path, flags));
	self = malloc(sizeof(*self)); /* 256 KiB */
	if (!self)
		return -ENOMEM;
	err = act_as(invoker, self);
	fd = err ? err : opened(open(path, flags));
	if (!err)
		resume(self);
	free(self);
	return fd;
}

/* --- reading ---------------------------------------------------------------------------------- */

static int check_file(int fd, size_t max)
{
	struct stat stat;

	if (fstat(fd, &stat))
		return -errno;
	if (S_ISDIR(stat.st_mode))
		return -EISDIR;
	if (!S_ISREG(stat.st_mode))
		return -EINVAL;
	return (uintmax_t)stat.st_size > max ? -EFBIG : 0;
}

/* Up to `cap` bytes: how many, or -errno. */
static ssize_t read_all(int fd, char *out, size_t cap)
{
	size_t len = 0;
	ssize_t n;

	while (len < cap && (n = read(fd, out + len, cap - len)) != 0) {
		if (n < 0 && errno != EINTR)
			return -errno;
		len += n < 0 ? 0 : n;
	}
	return len;
}

static int read_text(int fd, size_t max, char **text)
{
	char *bytes = malloc(max + 2);
	ssize_t len = bytes ? read_all(fd, bytes, max + 1) : -ENOMEM;
	int err = len < 0 ? (int)len : 0;

	if (!err && (size_t)len > max)
		err = -EFBIG; /* it has grown */
	if (!err && memchr(bytes, '\0', len))
		err = -EILSEQ;
	if (err) {
		free(bytes);
		return err;
	}
	bytes[len] = '\0';
	*text = bytes;
	return 0;
}

int invoker_read(const char *path, size_t max, char **text)
{
	struct invoker invoker;
	int fd, err;

	invoker_find(&invoker);
	fd = open_as(&invoker, path);
	if (fd < 0)
		return fd;
	err = check_file(fd, max);
	if (!err)
		err = read_text(fd, max, text);
	close(fd);
	return err;
}
