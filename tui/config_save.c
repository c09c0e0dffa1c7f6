/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes conntop.conf on the disk. By then the process has only the invoking user's rights, so
 * that links and folders are followed as that user's own programs would.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "config.h"
#include "config_text.h"
#include "invoker.h"
#include "options.h"
#include "sanitize.h"

/* --- a file in place of another --------------------------------------------------------------- */

/* Makes the folders that the file is to stand in. 0 or -errno. */
static int make_folders(const char *path)
{
	char *folder = strdup(path);
	int err = folder ? 0 : -ENOMEM;

	for (char *at = folder; !err && (at = strchr(at + 1, '/'));) {
		*at = '\0';
		if (mkdir(folder, 0700)) {
			err = -errno;
			/* Some file systems refuse before they look whether it is there. */
			err = access(folder, F_OK) ? err : 0;
		}
		*at = '/';
	}
	free(folder);
	return err;
}

static int write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno != EINTR)
			return -errno;
		bytes += n < 0 ? 0 : n;
		len -= n < 0 ? 0 : n;
	}
	return fsync(fd) ? -errno : 0;
}

/* The name of the folder that `path` is in, to be freed. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? strndup(path, slash - path + 1) : strdup("./");
}

/* The new name is on the disk as well. Some file systems cannot tell: no loss, but of power. */
static void sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

/* Writes beside `target`, then puts that in its place. */
static int replace(const char *target, mode_t mode, const char *text)
{
	char *folder = folder_of(target), *beside = NULL;
	int fd, err = -ENOMEM;

	if (!folder || asprintf(&beside, "%s.conntop.conf.XXXXXX", folder) < 0)
		goto out;
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		goto out;
	}
	err = fchmod(fd, mode) ? -errno : write_all(fd, text, strlen(text));
	close(fd);
	if (!err && rename(beside, target))
		err = -errno;
	if (err)
		unlink(beside);
	else
		sync_folder(folder);
out:
	free(beside);
	free(folder);
	return err;
}

int config_write(const char *path, const char *text)
{
	char *target = realpath(path, NULL); /* a link stays one: its file is replaced */
	struct stat stat;
	int err;

	if (!target && errno != ENOENT)
		return -errno;
	if (!target && !lstat(path, &stat))
		return -ENOENT; /* a link to nowhere */
	if (!target) {
		err = make_folders(path);
		return err ? err : replace(path, 0600, text);
	}
	/* A file may be kept from writing although its folder is not. */
	if (faccessat(AT_FDCWD, target, W_OK, AT_EACCESS) || lstat(target, &stat))
		err = -errno;
	else
		err = replace(target, stat.st_mode & 0777, text);
	free(target);
	return err;
}

/* --- changes ---------------------------------------------------------------------------------- */

static int fail(const struct config *config, int err, char *error, size_t error_cap)
{
	char name[256];

	sanitize_text(name, sizeof(name), config->path, strlen(config->path), CHARSET_ASCII);
	snprintf(error, error_cap, "%s: %s", name, strerror(-err));
	return err;
}

/* Reads the text as the next start will: 0, or -errno with a sentence in `error`. */
static int read_back(struct config *config, const char *path, const char *text, char *error,
		     size_t error_cap)
{
	struct options *options = calloc(1, sizeof(*options)); /* large */
	int err = -ENOMEM;

	config_init(config);
	if (!options)
		snprintf(error, error_cap, "out of memory");
	else
		err = config_parse(config, options, path, text, error, error_cap);
	free(options);
	return err;
}

static int check_text(const char *path, const char *text, char *error, size_t error_cap)
{
	struct config config;
	int err = read_back(&config, path, text, error, error_cap);

	config_fini(&config);
	return err;
}

/* What is broken by now is not touched. */
static int read_again(const struct config *config, char **text, char *error, size_t error_cap)
{
	int err = config->path ? invoker_read(config->path, CONFIG_SIZE_MAX, text) : -ENOENT;

	if (!config->path) {
		snprintf(error, error_cap, "there is no configuration to save to");
		return -ENOENT;
	}
	if (err == -ENOENT || err == -ENOTDIR) {
		*text = strdup("");
		err = *text ? 0 : -ENOMEM;
	}
	if (err)
		return fail(config, err, error, error_cap);
	err = check_text(config->path, *text, error, error_cap);
	if (err)
		free(*text);
	return err;
}

/* Takes `text`; NULL: there was no memory. What could not be read again is not written. */
static int write_text(struct config *config, char *text, char *error, size_t error_cap)
{
	int err = text ? check_text(config->path, text, error, error_cap) : -ENOMEM;

	if (text && err) {
		free(text);
		return err;
	}
	if (!err)
		err = strlen(text) > CONFIG_SIZE_MAX ? -EFBIG : config_write(config->path, text);
	free(text);
	if (err)
		return fail(config, err, error, error_cap);
	config->exists = true;
	return 0;
}

int config_save(struct config *config, const struct config_change *changes, size_t n, char *error,
		size_t error_cap)
{
	char *text, *changed;
	int err = read_again(config, &text, error, error_cap);

	if (err)
		return err;
	changed = config_edit(text, changes, n);
	free(text);
	return write_text(config, changed, error, error_cap);
}

/* --- filter sets ------------------------------------------------------------------------------ */

/* A set as lines of the file: how many of `changes`. */
static size_t set_changes(const char *section, const struct filterspec *filterspec,
			  struct config_change *changes)
{
	size_t n = 0;

	for (int i = 0; i < FILTER_DIMENSIONS; i++)
		if (*filterspec->text[i])
			changes[n++] = (struct config_change){ section, filter_dimensions[i].name,
							       filterspec->text[i], false };
	if (filterspec->filter.follow)
		changes[n++] = (struct config_change){ section, "follow", "yes", false };
	return n;
}

static bool same_filters(const struct filterspec *a, const struct filterspec *b)
{
	for (int i = 0; i < FILTER_DIMENSIONS; i++)
		if (strcmp(a->text[i], b->text[i]))
			return false;
	return a->filter.follow == b->filter.follow;
}

/* Whether the text has these filters under that name. */
static bool holds_set(const char *text, const char *name, const struct filterspec *filterspec)
{
	struct filterspec *found = calloc(1, sizeof(*found)); /* large */
	char error[CONFIG_ERROR_MAX];
	const struct filter_set *set;
	struct config config;
	bool same = false;

	if (found && !read_back(&config, "", text, error, sizeof(error))) {
		set = config_find_set(&config, name);
		same = set && !config_set_filters(set, found, error, sizeof(error)) &&
		       same_filters(found, filterspec);
	}
	if (found)
		config_fini(&config);
	free(found);
	return same;
}

/* Adds it to the sets that are known. */
static int remember(struct config *config, const char *name, const struct filterspec *filterspec)
{
	struct filter_set *set = config_add_set(config, name);

	if (!set)
		return -ENOMEM;
	set->follow = filterspec->filter.follow;
	for (int i = 0; i < FILTER_DIMENSIONS; i++) {
		set->text[i] = *filterspec->text[i] ? strdup(filterspec->text[i]) : NULL;
		if (*filterspec->text[i] && !set->text[i])
			return -ENOMEM;
	}
	return 0;
}

int config_check_name(const char *name, char *error, size_t error_cap)
{
	if (config_name_fits(name))
		return 0;
	snprintf(error, error_cap, "a name has 1 to %d bytes, no ] and no ;", CONFIG_NAME_MAX - 1);
	return -EINVAL;
}

int config_save_set(struct config *config, const char *name, const struct filterspec *filterspec,
		    char *error, size_t error_cap)
{
	char section[sizeof(CONFIG_FILTERS) + CONFIG_NAME_MAX];
	struct config_change changes[FILTER_DIMENSIONS + 1];
	char *text, *changed;
	size_t n;
	int err;

	if (config_check_name(name, error, error_cap))
		return -EINVAL;
	if (config_find_set(config, name)) {
		snprintf(error, error_cap, "there is one of that name: d in the menu deletes it");
		return -EEXIST;
	}
	err = read_again(config, &text, error, error_cap);
	if (err)
		return err;
	snprintf(section, sizeof(section), CONFIG_FILTERS "%s", name);
	n = set_changes(section, filterspec, changes);
	changed = config_edit(text, changes, n);
	free(text);
	if (changed && !holds_set(changed, name, filterspec)) {
		free(changed);
		snprintf(error, error_cap, "a file cannot hold these filters");
		return -EINVAL;
	}
	err = write_text(config, changed, error, error_cap);
	if (!err && remember(config, name, filterspec))
		return fail(config, -ENOMEM, error, error_cap);
	return err;
}

int config_delete_set(struct config *config, size_t at, char *error, size_t error_cap)
{
	char section[sizeof(CONFIG_FILTERS) + CONFIG_NAME_MAX];
	char *text, *left;
	int err = read_again(config, &text, error, error_cap);

	if (err)
		return err;
	snprintf(section, sizeof(section), CONFIG_FILTERS "%s", config->sets[at].name);
	left = config_cut(text, section);
	free(text);
	err = write_text(config, left, error, error_cap);
	if (!err)
		config_remove_set(config, at);
	return err;
}
