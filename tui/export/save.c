/* SPDX-License-Identifier: GPL-2.0-or-later */
/* New files, whole or not at all: written under another name, then given the one asked for. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include "writer.h"

#define SAVE_TRIES 64

#define SAVE_RANDOM 6 /* letters */

/* Where a file goes, and what it is called meanwhile. */
struct place {
	int dir;	  /* O_PATH */
	const char *name; /* in the path given */
	char temporary[NAME_MAX + 1];
};

/* Opens the folder of `path`. 0 or -errno. */
static int place_open(struct place *place, const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];
	size_t len = slash ? (size_t)(slash - path) + 1 : 0;

	place->name = path + len;
	if (!*path)
		return -ENOENT;
	if (!*place->name || !strcmp(place->name, ".") || !strcmp(place->name, ".."))
		return -EISDIR;
	if (len >= sizeof(folder))
		return -ENAMETOOLONG;
	memcpy(folder, path, len);
	folder[len] = '\0';
	place->dir = open(len ? folder : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return place->dir < 0 ? -errno : 0;
}

/* Sets the temporary name to .NAME.XXXXXX, NAME cut where that would be too long. 0 or -errno. */
static int place_draw(struct place *place)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345"; /* 32: no modulo bias */
	unsigned char random[SAVE_RANDOM];
	int keep = NAME_MAX - SAVE_RANDOM - 2, at;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return -errno;
	at = snprintf(place->temporary, sizeof(place->temporary), ".%.*s.", keep, place->name);
	for (size_t i = 0; i < SAVE_RANDOM; i++)
		place->temporary[at++] = letters[random[i] % 32];
	place->temporary[at] = '\0';
	return 0;
}

/* A new file under the temporary name: its descriptor, or -errno. */
static int place_create(struct place *place)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;

	for (int i = 0; i < SAVE_TRIES; i++) {
		int err = place_draw(place), fd;

		if (err)
			return err;
		fd = openat(place->dir, place->temporary, flags, 0600);
		if (fd >= 0)
			return fd;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

/* The ways to give a file its name without replacing another; each is 0 or -errno. */

static int publish_by_rename(const struct place *place)
{
	return renameat2(place->dir, place->temporary, place->dir, place->name, RENAME_NOREPLACE)
		       ? -errno
		       : 0;
}

static int publish_by_link(const struct place *place)
{
	if (linkat(place->dir, place->temporary, place->dir, place->name, 0))
		return -errno;
	unlinkat(place->dir, place->temporary, 0);
	return 0;
}

/* The name is taken first, by an empty file of ours, which is then replaced. */
static int publish_by_claim(const struct place *place)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, err;
	int fd = openat(place->dir, place->name, flags, 0600);

	if (fd < 0)
		return -errno;
	close(fd);
	if (!renameat(place->dir, place->temporary, place->dir, place->name))
		return 0;
	err = -errno;
	unlinkat(place->dir, place->name, 0);
	return err;
}

/* Whether a file system (NFS, FUSE, FAT, old kernels) says so that it lacks the call. */
static bool unsupported(int err)
{
	return err == -EINVAL || err == -ENOSYS || err == -EOPNOTSUPP || err == -EPERM;
}

static int place_publish(const struct place *place)
{
	int err = publish_by_rename(place);

	if (unsupported(err))
		err = publish_by_link(place);
	if (unsupported(err))
		err = publish_by_claim(place);
	return err;
}

/* --- files ------------------------------------------------------------------------------------ */

/* Writes the whole file to `fd`, and down to the disk; closes it. 0 or -errno. */
static int save_to(const struct snapshot *snapshot, enum export_format format, int fd)
{
	FILE *out = fdopen(fd, "w");
	int err;

	if (!out) {
		err = -errno;
		close(fd);
		return err;
	}
	err = snapshot_write(snapshot, format, out);
	if (!err && fsync(fd) && errno != EINVAL)
		err = -errno;
	if (fclose(out) && !err)
		err = -errno;
	return err;
}

/* Only to spare the work: what counts is the publishing. */
static int place_check(const struct place *place, bool force)
{
	struct stat there;

	if (fstatat(place->dir, place->name, &there, AT_SYMLINK_NOFOLLOW))
		return 0;
	if (!force)
		return -EEXIST;
	if (S_ISREG(there.st_mode))
		return 0;
	return S_ISDIR(there.st_mode) ? -EISDIR : S_ISLNK(there.st_mode) ? -ELOOP : -EINVAL;
}

static int save_file(const struct snapshot *snapshot, enum export_format format,
		     struct place *place, bool force)
{
	int err = place_check(place, force);
	int fd = err ? err : place_create(place);

	if (fd < 0)
		return fd;
	err = save_to(snapshot, format, fd);
	if (!err && force)
		err = renameat(place->dir, place->temporary, place->dir, place->name) ? -errno : 0;
	else if (!err)
		err = place_publish(place);
	if (err)
		unlinkat(place->dir, place->temporary, 0);
	return err;
}

/* --- folders ---------------------------------------------------------------------------------- */

/* A new folder under the temporary name: its descriptor, or -errno. */
static int place_create_folder(struct place *place)
{
	for (int i = 0; i < SAVE_TRIES; i++) {
		int err = place_draw(place), fd;

		if (err)
			return err;
		if (mkdirat(place->dir, place->temporary, 0700)) {
			if (errno == EEXIST)
				continue;
			return -errno;
		}
		fd = openat(place->dir, place->temporary, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		return fd < 0 ? -errno : fd;
	}
	return -EEXIST;
}

/* "execs.csv" */
static void pane_file(char *out, size_t cap, enum pane_id pane)
{
	snprintf(out, cap, "%s.csv", panes[pane].name);
}

static int save_panes(const struct snapshot *snapshot, int folder)
{
	for (int pane = 0; pane < PANE_COUNT; pane++) {
		struct snapshot one = *snapshot;
		char name[NAME_MAX];
		int fd, err;

		one.pane = pane;
		pane_file(name, sizeof(name), pane);
		fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			    0600);
		err = fd < 0 ? -errno : save_to(&one, EXPORT_CSV, fd);
		if (err)
			return err;
	}
	return fsync(folder) && errno != EINVAL ? -errno : 0;
}

static void remove_folder(const struct place *place, int folder)
{
	for (int pane = 0; pane < PANE_COUNT; pane++) {
		char name[NAME_MAX];

		pane_file(name, sizeof(name), pane);
		unlinkat(folder, name, 0);
	}
	unlinkat(place->dir, place->temporary, AT_REMOVEDIR);
}

/* Every pane's CSV in a folder of its own; a folder that is there is never replaced. */
static int save_folder(const struct snapshot *snapshot, struct place *place)
{
	int err = place_check(place, false);
	int folder = err ? err : place_create_folder(place);

	if (folder < 0)
		return folder;
	err = save_panes(snapshot, folder);
	/* Where there is no RENAME_NOREPLACE, rename(2) spares at least folders that hold files. */
	if (!err)
		err = publish_by_rename(place);
	if (unsupported(err))
		err = renameat(place->dir, place->temporary, place->dir, place->name) ? -errno : 0;
	if (err)
		remove_folder(place, folder);
	close(folder);
	return err;
}

bool snapshot_is_folder(enum export_format format, const char *path)
{
	size_t len = strlen(path);

	return format == EXPORT_CSV && len > 1 && path[len - 1] == '/';
}

int snapshot_save(const struct snapshot *snapshot, enum export_format format, const char *path,
		  bool force)
{
	bool folder = snapshot_is_folder(format, path);
	char trimmed[PATH_MAX];
	size_t len = strlen(path);
	struct place place;
	int err;

	if (len >= sizeof(trimmed))
		return -ENAMETOOLONG;
	memcpy(trimmed, path, len + 1);
	while (folder && len > 1 && trimmed[len - 1] == '/')
		trimmed[--len] = '\0';
	err = place_open(&place, trimmed);
	if (err)
		return err;
	err = folder ? save_folder(snapshot, &place) : save_file(snapshot, format, &place, force);
	close(place.dir);
	return err;
}
