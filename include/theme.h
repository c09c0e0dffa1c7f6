/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_THEME_H
#define CONNTOP_THEME_H

/*
 * What roles look like. A theme file is an INI file of up to three sections:
 *
 *   [theme]    description = one line
 *   [palette]  NAME = COLOUR, names of the theme's own for colours, used in what follows
 *   [roles]    ROLE = [ATTRIBUTE...] [COLOUR] [on COLOUR], a line for every role
 *
 * Attributes are bold dim italic underline reverse. Colours are default (the terminal's own), the
 * eight names of terminfo(5), bright-NAME, 0 to 255, #rrggbb, or a name of the palette. A role that
 * leaves a colour out has that of the role text.
 */
#include <stddef.h>
#include "grid.h"

#define STYLE_BOLD	0x1
#define STYLE_DIM	0x2
#define STYLE_ITALIC	0x4
#define STYLE_UNDERLINE 0x8
#define STYLE_REVERSE	0x10

#define COLOR_TERMINAL (-1)	 /* the terminal's own */
#define COLOR_RGB      0x1000000 /* plus 0xrrggbb */

struct style {
	int fg, bg; /* 0 to 255, COLOR_RGB and more, or COLOR_TERMINAL */
	unsigned attributes;
};

#define THEME_DESCRIPTION_MAX 80

struct theme {
	char description[THEME_DESCRIPTION_MAX];
	struct style roles[ROLE_COUNT];
};

/*
 * Reads a theme from `text`; `name` is for the error. 0, or -EINVAL with a sentence that names the
 * line and the key.
 */
int theme_parse(struct theme *theme, const char *name, const char *text, char *error,
		size_t error_cap);

/* The name of a role in a theme file: "selected". */
const char *role_name(enum role role);

#endif
