/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_CONFIG_H
#define CONNTOP_CONFIG_H

/*
 * conntop.conf: options, columns, order and keys that hold from the start, and filters by name.
 *
 * It is the invoking user's, also under sudo, and is read and written with that user's rights. A
 * file that is wrong is refused with its name, the line and the key; its text is never quoted.
 */
#include <stdbool.h>
#include <stddef.h>
#include "filterspec.h"
#include "pane.h"

struct options;

#define CONFIG_SIZE_MAX	 (1 << 20) /* bytes of the file */
#define CONFIG_NAME_MAX	 33	   /* of a filter set, the NUL included */
#define CONFIG_ERROR_MAX 512

/* Filters by name. What they say is judged when they are put in force: users differ by host. */
struct filter_set {
	char name[CONFIG_NAME_MAX];
	char *text[FILTER_DIMENSIONS]; /* as filterspec_set() takes it; NULL: no such filter */
	bool follow;
	unsigned seen; /* while reading: which keys were there */
};

/* A line of [keys], judged by keymap_configure(). */
struct config_binding {
	const char *action, *keys;
	int line;
};

struct config_string;

struct config {
	char *path; /* where it is, or would be; NULL: nowhere, nothing can be saved */
	bool exists;
	const char *columns[PANE_COUNT]; /* NULL: the pane's own */
	const char *sort[PANE_COUNT];
	bool columns_for_all, sort_for_all; /* [options] says something for every pane */
	struct filter_set *sets;
	size_t n_sets;
	struct config_binding *bindings;
	size_t n_bindings;
	char warning[CONFIG_ERROR_MAX]; /* what of it was not understood; "": all was */
	struct config_string *strings;	/* that the options point to */
};

void config_init(struct config *config);
void config_fini(struct config *config);

/*
 * Finds the file: `path` if it is not NULL, else $XDG_CONFIG_HOME/conntop/conntop.conf or
 * ~/.config/conntop/conntop.conf of the invoking user. Sets config->path. 0 or -ENOMEM.
 */
int config_find(struct config *config, const char *path);

/*
 * Reads config->path: its options into `options`, the rest into `config`. A file that is not there
 * is empty, unless it is `required`. 0, or -errno with a sentence in `error`.
 */
int config_read(struct config *config, struct options *options, bool required, char *error,
		size_t error_cap);

/* The same from a text; `name` stands for the file in errors. */
int config_parse(struct config *config, struct options *options, const char *name, const char *text,
		 char *error, size_t error_cap);

/* --- changing it ------------------------------------------------------------------------------ */

/* A line to be changed. */
struct config_change {
	const char *section;
	const char *key;
	const char *value;
	bool usual; /* as it is without the file: written only where the file has the key already */
};

/*
 * Changes `text`, keeping all other lines as they are: a key that is there gets the new value, one
 * that is not is added to the end of its section, and that to the end of the text. A value that is
 * the same stays as it is written. Returns the new text, to be freed; NULL without memory.
 */
char *config_edit(const char *text, const struct config_change *changes, size_t n);

/* The text without the section of that name, comments within it included; as config_edit(). */
char *config_cut(const char *text, const char *section);

/*
 * Changes the file, read anew: complete or not at all. A file that is not there is created, mode
 * 0600, in folders of mode 0700; a symbolic link stays one. 0, or -errno with a sentence in
 * `error`.
 */
int config_save(struct config *config, const struct config_change *changes, size_t n, char *error,
		size_t error_cap);

/* Whether filters can be called so. 0, or -EINVAL with a sentence in `error`. */
int config_check_name(const char *name, char *error, size_t error_cap);

/*
 * Saves filters under a name, in the file and in config->sets. 0; -EINVAL for a name or a text that
 * a file cannot hold, -EEXIST for a name that is taken, else -errno; a sentence in `error`.
 */
int config_save_set(struct config *config, const char *name, const struct filterspec *filterspec,
		    char *error, size_t error_cap);

/* Deletes config->sets[at], also in the file. 0, or -errno with a sentence in `error`. */
int config_delete_set(struct config *config, size_t at, char *error, size_t error_cap);

/*
 * The filters of a set. 0; -errno with a sentence in `error` when they are none here: an unknown
 * user.
 */
int config_set_filters(const struct filter_set *set, struct filterspec *filterspec, char *error,
		       size_t error_cap);

#endif
