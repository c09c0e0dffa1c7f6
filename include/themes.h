/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_THEMES_H
#define CONNTOP_THEMES_H

/*
 * The themes there are: those that are part of the program, the invoking user's own in
 * $XDG_CONFIG_HOME/conntop/themes or ~/.config/conntop/themes, NAME.theme each, and a file that was
 * named outright. Own ones stand in for those of the program with the same name. Files are read
 * when they are used, with the invoking user's rights.
 */
#include <stddef.h>
#include "theme.h"

#define THEMES_FILE_MAX (64 << 10) /* bytes */

/* Part of the program; the first is the default. */
struct embedded_theme {
	const char *name, *text;
};

extern const struct embedded_theme embedded_themes[];
extern const size_t n_embedded_themes;

struct themes {
	char *folder; /* of the user's own; NULL: there is none */
	char *file;   /* that was named outright; NULL: none was */
	char *name;   /* of the theme in use, or its file; NULL: the default */
	struct theme theme;
};

/*
 * Finds the user's folder and loads `name` (NULL: the default): a file when there is a slash in it
 * or it ends in .theme. To be called before privileges_drop(): afterwards nothing tells whose home
 * is meant. 0, or -errno with a sentence in `error`; themes_close() is due in either case.
 */
int themes_open(struct themes *themes, const char *name, char *error, size_t error_cap);
void themes_close(struct themes *themes);

/*
 * Goes on to the theme `step` places further on (1 or -1), around the end. One that cannot be read
 * is skipped, and `error` says why, else it is "". 0, or -ENOMEM with a sentence.
 */
int themes_next(struct themes *themes, int step, char *error, size_t error_cap);

/* The name of the theme in use. */
const char *themes_name(const struct themes *themes);

#endif
