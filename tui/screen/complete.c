/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "complete.h"

void candidates_fini(struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->n; i++)
		free(candidates->words[i]);
	free(candidates->words);
	memset(candidates, 0, sizeof(*candidates));
}

void candidates_add(struct candidates *candidates, const char *word)
{
	char *copy;

	if (!candidates->words) {
		candidates->words = calloc(CANDIDATES_MAX, sizeof(*candidates->words));
		candidates->n = 0;
	}
	if (!candidates->words || candidates->n == CANDIDATES_MAX)
		return;
	for (size_t i = 0; i < candidates->n; i++)
		if (!strcmp(candidates->words[i], word))
			return;
	copy = strdup(word);
	if (copy)
		candidates->words[candidates->n++] = copy;
}

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void candidates_sort(struct candidates *candidates)
{
	if (candidates->n)
		qsort(candidates->words, candidates->n, sizeof(char *), compare_words);
}

size_t candidates_common(const struct candidates *candidates)
{
	size_t common = candidates->n ? strlen(candidates->words[0]) : 0;

	for (size_t i = 1; i < candidates->n; i++) {
		size_t same = 0;

		while (same < common && candidates->words[i][same] == candidates->words[0][same])
			same++;
		common = same;
	}
	while (common > 0 && (candidates->words[0][common] & 0xc0) == 0x80)
		common--;
	return common;
}

/* --- what there is to choose from ------------------------------------------------------------- */

size_t complete_value(const char *text, size_t cursor)
{
	size_t from = cursor;

	while (from > 0 && !strchr(", !", text[from - 1]))
		from--;
	return from;
}

void complete_users(const char *text, size_t cursor, struct candidates *out)
{
	const struct passwd *entry;

	out->from = complete_value(text, cursor);
	setpwent();
	while (out->n < CANDIDATES_MAX && (entry = getpwent()) != NULL)
		if (!strncmp(entry->pw_name, text + out->from, cursor - out->from))
			candidates_add(out, entry->pw_name);
	endpwent();
}

void complete_columns(const struct pane *pane, const char *text, size_t cursor,
		      struct candidates *out)
{
	out->from = complete_value(text, cursor);
	for (size_t i = 0; i < *pane->n_columns; i++) {
		const struct column *column = &pane->columns[i];

		if (!(column->flags & COLUMN_STREAM) &&
		    !strncasecmp(column->key, text + out->from, cursor - out->from))
			candidates_add(out, column->key);
	}
}

static bool is_folder(const char *folder, const struct dirent *entry)
{
	char path[PATH_MAX];
	struct stat st;

	if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	if (snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) >= (int)sizeof(path))
		return false;
	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* Whether it begins as typed and is no hidden file that was not asked for. */
static bool is_meant(const char *name, const char *typed, size_t len)
{
	if (name[0] == '.' && (!len || !strcmp(name, ".") || !strcmp(name, "..")))
		return false;
	return !strncmp(name, typed, len);
}

static void add_files(const char *folder, const char *typed, size_t len, struct candidates *out)
{
	char word[NAME_MAX + 2];
	struct dirent *entry;
	DIR *dir = opendir(*folder ? folder : ".");

	if (!dir)
		return;
	while (out->n < CANDIDATES_MAX && (entry = readdir(dir)) != NULL) {
		if (!is_meant(entry->d_name, typed, len))
			continue;
		snprintf(word, sizeof(word), "%s%s", entry->d_name,
			 is_folder(*folder ? folder : ".", entry) ? "/" : "");
		candidates_add(out, word);
	}
	closedir(dir);
}

void complete_files(const char *text, size_t cursor, struct candidates *out)
{
	char folder[PATH_MAX];

	out->from = cursor;
	while (out->from > 0 && text[out->from - 1] != '/')
		out->from--;
	if (out->from >= sizeof(folder))
		return;
	memcpy(folder, text, out->from);
	folder[out->from] = '\0';
	add_files(folder, text + out->from, cursor - out->from, out);
}
