/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_COLORS_H
#define CONNTOP_COLORS_H

/* What ncurses is told of a theme. For curses.c alone: everybody else speaks of roles. */
#include <stdbool.h>
#include <curses.h>
#include "theme.h"

struct colors {
	int depth; /* colours of the terminal (palette.h); 0: none, or none wanted */
	attr_t attributes[ROLE_COUNT];
	short pairs[ROLE_COUNT];
};

/* Finds out what the terminal can show; after newterm(). Without `wanted` no colour is used. */
void colors_init(struct colors *colors, bool wanted);

/* Takes over a theme, fitted to the terminal; what is drawn from then on looks like it. */
void colors_use(struct colors *colors, const struct theme *theme);

/* Makes `role` the look of what is written next. */
void colors_set(const struct colors *colors, enum role role);

#endif
