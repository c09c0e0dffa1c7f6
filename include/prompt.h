/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_PROMPT_H
#define CONNTOP_PROMPT_H

/* A line of text being edited on the bottom line of the screen. */
#include <stdbool.h>
#include <stddef.h>
#include "grid.h"

#define PROMPT_TEXT_MAX 8192 /* bytes, the NUL included */

struct prompt {
	bool open;
	const char *label;	     /* "Filter by PID" */
	char text[PROMPT_TEXT_MAX];  /* UTF-8, terminated */
	size_t len;		     /* bytes */
	size_t cursor;		     /* byte offset of the character under it */
	char error[PROMPT_TEXT_MAX]; /* why the text was refused; "" when it was not */
	/*
	 * Takes the text on Enter: 0 closes the prompt; else it stays open with `error` to say why.
	 * `what` is the caller's, as given to prompt_open().
	 */
	int (*accept)(void *ctx, int what, const char *text, char *error, size_t error_cap);
	int what;
};

/* Opens with a first text, the cursor behind it. */
void prompt_open(struct prompt *prompt, const char *label, const char *text,
		 int (*accept)(void *, int, const char *, char *, size_t), int what);

/* Takes a key (keys.h); Enter calls accept with `ctx`, Escape and ^C close the prompt. */
void prompt_key(struct prompt *prompt, int key, void *ctx);

/* Draws it into a row of the grid; *cursor_col is where the cursor belongs. */
void prompt_draw(const struct prompt *prompt, struct grid *grid, int row, int *cursor_col);

#endif
