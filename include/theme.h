/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_THEME_H
#define CONNTOP_THEME_H

/*
 * What roles look like. A theme file has a section [roles] with a line a role: its attributes
 * (bold dim italic underline reverse), a foreground and, after "on", a background; colours are
 * default, the eight names of terminfo(5), bright-NAME, or 0 to 255.
 */
#include <stddef.h>
#include "grid.h"

#define STYLE_BOLD	0x1
#define STYLE_DIM	0x2
#define STYLE_ITALIC	0x4
#define STYLE_UNDERLINE 0x8
#define STYLE_REVERSE	0x10

#define COLOR_TERMINAL (-1) /* the terminal's own */

struct style {
	short fg, bg; /* 0 to 255, or COLOR_TERMINAL */
	unsigned attributes;
};

struct theme {
	struct style roles[ROLE_COUNT];
};

/* The theme that is part of the program. */
extern const char theme_default_text[];

/*
 * Reads a theme from `text`; `name` is for the error. 0, or -EINVAL with a sentence that names the
 * line and the key.
 */
int theme_parse(struct theme *theme, const char *name, const char *text, char *error,
		size_t error_cap);

/* The name of a role in a theme file: "selected". */
const char *role_name(enum role role);

#endif
