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

/*
 * Shows a grid, writing only what changed; the cursor at a cell, or hidden (negative). A terminal
 * that has not taken the frame before gets none: it is skipped, and screen_flush() tells when there
 * is room for the next.
 */
void screen_show(struct screen *screen, const struct grid *grid, int cursor_row, int cursor_col);

/* What is shown from now on looks as another theme says. */
void screen_use_theme(struct screen *screen, const struct theme *theme);

/* Draws everything anew next time. */
void screen_redraw(struct screen *screen);

/* What to wait for until it takes more (POLLOUT), or -1: there is nothing to wait for. */
int screen_blocked_fd(const struct screen *screen);

/* Sends what waits, as far as it goes. True: a frame was skipped, and the next would go now. */
bool screen_flush(struct screen *screen);

/* The next key pressed (keys.h), or 0 when there is none now; -EIO when the terminal is gone. */
int screen_key(struct screen *screen);

enum mouse_act { MOUSE_NONE, MOUSE_CLICK, MOUSE_DOUBLE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct mouse {
	int row, col; /* of the screen, from 0 */
	enum mouse_act act;
};

/* What the last KEYCODE_MOUSE was. */
struct mouse screen_mouse(const struct screen *screen);

#define SCREEN_PASTE_MAX 4096

/* What the last KEYCODE_PASTE brought: *len bytes of UTF-8, untrusted; what is longer is cut. */
const char *screen_paste(const struct screen *screen, size_t *len);

/* Gives the terminal back, stops the process (SIGTSTP), and takes it again afterwards. */
void screen_suspend(struct screen *screen);

/* Takes the terminal as after a stop that nobody told us of (SIGSTOP), which others used. */
void screen_resume(struct screen *screen);

#endif
