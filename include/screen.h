/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SCREEN_H
#define CONNTOP_SCREEN_H

/* The terminal: shows grids, reads keys, and is given back as it was on every way out. */
#include <stdbool.h>
#include <stddef.h>
#include "grid.h"
#include "theme.h"

struct screen;

/* On standard input and output, which are a terminal. NULL: `error` says why it will not do. */
struct screen *screen_open(const struct theme *theme, bool colors, bool ascii, char *error,
			   size_t error_cap);
/* Restores the terminal. */
void screen_close(struct screen *screen);

enum charset screen_charset(const struct screen *screen);
void screen_size(const struct screen *screen, int *rows, int *cols);

/* Takes over the terminal's size after SIGWINCH. */
void screen_resized(struct screen *screen);

/* Shows a grid, writing only what changed; the cursor at a cell, or hidden (negative). */
void screen_show(struct screen *screen, const struct grid *grid, int cursor_row, int cursor_col);

/* Draws everything anew next time. */
void screen_redraw(struct screen *screen);

/* The next key pressed (keys.h), or 0 when there is none now; -EIO when the terminal is gone. */
int screen_key(struct screen *screen);

/* Gives the terminal back, stops the process (SIGTSTP), and takes it again afterwards. */
void screen_suspend(struct screen *screen);

#endif
