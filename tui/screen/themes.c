/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "invoker.h"
#include "sanitize.h"
#include "themes.h"

#define ENDING	 ".theme"
#define NAME_LEN 64  /* of a theme that is found in the folder */
#define OWN_MAX	 256 /* themes of the user's own */
#define SHOWN	 256 /* bytes of a name in a sentence */

const struct embedded_theme embedded_themes[] = {
#include "embedded_themes.h"
};

#define N_EMBEDDED (sizeof(embedded_themes) / sizeof(embedded_themes[0]))

const size_t n_embedded_themes = N_EMBEDDED;

const char *themes_name(const struct themes *themes)
{
	return themes->name ? themes->name : embedded_themes[0].name;
}

/* --- loading one ------------------------------------------------------------------------------ */

static bool ends_as_file(const char *name)
{
	size_t len = strlen(name);

	return len > strlen(ENDING) && !strcmp(name + len - strlen(ENDING), ENDING);
}

static bool is_file(const char *name)
{
	return strchr(name, '/') || ends_as_file(name);
}

static const struct embedded_theme *embedded_find(const char *name)
{
	for (size_t i = 0; i < n_embedded_themes; i++)
		if (!strcmp(embedded_themes[i].name, name))
			return &embedded_themes[i];
	return NULL;
}

/* A name that a user or a folder has given, safe to print. */
static void show_name(char *out, const char *name)
{
	sanitize_text(out, SHOWN, name, strlen(name),
		      MB_CUR_MAX > 1 ? CHARSET_UTF8 : CHARSET_ASCII);
}

static const char *reason(int err)
{
	switch (err) {
	case -EINVAL:
		return "not a regular file";
	case -EFBIG:
		return "larger than 64 KiB";
	case -EILSEQ:
		return "not a text";
	default:
		return strerror(-err);
	}
}

static int load_file(const char *path, struct theme *theme, char *error, size_t error_cap)
{
	char shown[SHOWN], *text;
	int err = invoker_read(path, THEMES_FILE_MAX, &text);

	show_name(shown, path);
	if (err) {
		snprintf(error, error_cap, "theme %s: %s", shown, reason(err));
		return err;
	}
	err = theme_parse(theme, shown, text, error, error_cap);
	free(text);
	return err;
}

/* Names what there is; those of the user's own are not looked at for it, only where they are. */
static int refuse_name(const struct themes *themes, const char *name, char *error, size_t error_cap)
{
	char names[512] = "", shown[SHOWN];

	for (size_t i = 0; i < n_embedded_themes; i++) {
		size_t used = strlen(names);

		snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "",
			 embedded_themes[i].name);
	}
	show_name(shown, name);
	snprintf(error, error_cap, "unknown theme '%s': %s, or a file%s%s", shown, names,
		 themes->folder ? " in " : "", themes->folder ? themes->folder : "");
	return -ENOENT;
}

static int load(const struct themes *themes, const char *name, struct theme *theme, char *error,
		size_t error_cap)
{
	const struct embedded_theme *embedded = embedded_find(name);
	int err = -ENOENT;
	char *path;

	if (is_file(name))
		return load_file(name, theme, error, error_cap);
	if (themes->folder) {
		if (asprintf(&path, "%s/%s" ENDING, themes->folder, name) < 0) {
			snprintf(error, error_cap, "out of memory");
			return -ENOMEM;
		}
		err = load_file(path, theme, error, error_cap);
		free(path);
	}
	if (err != -ENOENT && err != -ENOTDIR)
		return err;
	if (!embedded)
		return refuse_name(themes, name, error, error_cap);
	*error = '\0'; /* there is none of the user's own: nothing to tell */
	return theme_parse(theme, name, embedded->text, error, error_cap);
}

/* --- those there are -------------------------------------------------------------------------- */

static int is_own(const struct dirent *entry)
{
	return *entry->d_name != '.' && ends_as_file(entry->d_name) &&
	       strlen(entry->d_name) < NAME_LEN + strlen(ENDING);
}

/* "nord.theme" to "nord" */
static void cut_ending(struct dirent *entry)
{
	entry->d_name[strlen(entry->d_name) - strlen(ENDING)] = '\0';
}

/* All names in turn: the program's, the user's other ones by name, the file. */
struct names_list {
	const char *names[N_EMBEDDED + OWN_MAX + 1];
	size_t n;
	struct dirent **entries;
	int n_entries;
};

static void list_names(struct names_list *list, const struct themes *themes)
{
	memset(list, 0, sizeof(*list));
	for (size_t i = 0; i < n_embedded_themes; i++)
		list->names[list->n++] = embedded_themes[i].name;
	if (themes->folder)
		list->n_entries = scandir(themes->folder, &list->entries, is_own, alphasort);
	for (int i = 0; i < list->n_entries && i < OWN_MAX; i++) {
		cut_ending(list->entries[i]);
		if (!embedded_find(list->entries[i]->d_name))
			list->names[list->n++] = list->entries[i]->d_name;
	}
	if (themes->file)
		list->names[list->n++] = themes->file;
}

static void list_free(struct names_list *list)
{
	for (int i = 0; i < list->n_entries; i++)
		free(list->entries[i]);
	free(list->entries);
}

/* Where a name is in the list; at its front when it has gone. */
static size_t list_find(const struct names_list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->names[i], name))
			return i;
	return 0;
}

static int use(struct themes *themes, const char *name, const struct theme *theme)
{
	char *copy = strdup(name);

	if (!copy)
		return -ENOMEM;
	free(themes->name);
	themes->name = copy;
	themes->theme = *theme;
	return 0;
}

int themes_next(struct themes *themes, int step, char *error, size_t error_cap)
{
	struct names_list list;
	struct theme theme;
	char why[512];
	size_t at;
	int err = -ENOENT;

	*error = '\0';
	list_names(&list, themes);
	at = list_find(&list, themes_name(themes));
	/* The one in use may have become unreadable: at most once around. */
	for (size_t i = 0; err && i < list.n; i++) {
		at = (at + list.n + (size_t)step) % list.n;
		err = load(themes, list.names[at], &theme, why, sizeof(why));
		if (err && !*error)
			snprintf(error, error_cap, "%s", why);
	}
	if (!err)
		err = use(themes, list.names[at], &theme);
	if (err && !*error)
		snprintf(error, error_cap, "theme: %s", strerror(-err));
	list_free(&list);
	return err;
}

/* --- opening ---------------------------------------------------------------------------------- */

int themes_open(struct themes *themes, const char *name, char *error, size_t error_cap)
{
	struct theme theme;
	int err;

	memset(themes, 0, sizeof(*themes));
	themes->folder = invoker_config("themes");
	if (!name)
		name = embedded_themes[0].name;
	err = load(themes, name, &theme, error, error_cap);
	if (err)
		return err;
	if (is_file(name)) {
		/* By a name that holds wherever conntop is started next, to be saved. */
		themes->file = realpath(name, NULL);
		if (!themes->file)
			themes->file = strdup(name);
		name = themes->file;
	}
	err = name ? use(themes, name, &theme) : -ENOMEM;
	if (err)
		snprintf(error, error_cap, "out of memory");
	return err;
}

void themes_close(struct themes *themes)
{
	free(themes->folder);
	free(themes->file);
	free(themes->name);
	memset(themes, 0, sizeof(*themes));
}
