/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_GRID_H
#define CONNTOP_GRID_H

/*
 * A screen without a terminal: a rectangle of cells that the view draws into, tests read as text,
 * and tui/screen/ copies to ncurses. Drawing outside the rectangle is cut off, never an error.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "sanitize.h"

/* What a cell is for; a theme says what that looks like. */
enum role {
	ROLE_TEXT,
	ROLE_SUMMARY,  /* the line at the top */
	ROLE_TITLE,    /* a pane's title and frame */
	ROLE_FOCUS,    /* the title of the pane that has the keyboard */
	ROLE_HEADER,   /* column titles */
	ROLE_SORT,     /* the title of the column sorted by */
	ROLE_SELECTED, /* the selected row of the focused pane */
	ROLE_DIM,      /* closed, or less important */
	ROLE_GOOD,
	ROLE_WARNING, /* failures, losses */
	ROLE_KEY,     /* a key's name on the key line */
	ROLE_LABEL,   /* what the key does */
	ROLE_PROMPT,
	ROLE_NEW,    /* a row that has just come */
	ROLE_GONE,   /* a row that has just closed or ended */
	ROLE_MARKED, /* a row of the process that is selected elsewhere */
	ROLE_MATCH,  /* what the search found */
	ROLE_FILTER, /* the filters in force, on the summary line */
	ROLE_SPARK,  /* small bars of rates */
	ROLE_COUNT
};

struct cell {
	char bytes[SANITIZE_GLYPH_MAX]; /* UTF-8, not terminated */
	uint8_t len;			/* 0: the right half of a wide character */
	uint8_t width;			/* 1 or 2; 0 for the right half */
	uint8_t role;			/* enum role */
};

struct grid {
	int rows, cols;
	enum charset charset;
	struct cell *cells; /* rows * cols, row by row */
};

/* `grid` is zeroed before its first init; init again resizes. Blank, ROLE_TEXT. 0 or -ENOMEM. */
int grid_init(struct grid *grid, int rows, int cols, enum charset charset);
void grid_fini(struct grid *grid);

/* Blanks `width` cells of a row, from `col` on, in a role. */
void grid_fill(struct grid *grid, int row, int col, int width, enum role role);

/* Puts `width` cells of a row, from `col` on, in another role; what they show stays. */
void grid_paint(struct grid *grid, int row, int col, int width, enum role role);

/*
 * Writes untrusted bytes, sanitised, into at most `width` columns from `col` on. What does not fit
 * is cut, and the last column then shows a mark (… or, in ASCII, ~). A wide character that would
 * be cut in half is left out. Returns the columns taken.
 */
int grid_text(struct grid *grid, int row, int col, int width, const char *text, size_t len,
	      enum role role);

/* The same for our own terminated strings. */
int grid_puts(struct grid *grid, int row, int col, int width, const char *text, enum role role);

/* Columns that `text` takes when nothing cuts it. */
int grid_width(const struct grid *grid, const char *text, size_t len);

/*
 * How many bytes of `text` (of `len`) stand on a row of `width` columns: whole words where it can
 * be, and at least one glyph.
 */
size_t grid_wrap(const struct grid *grid, const char *text, size_t len, int width);

/*
 * A row as terminated UTF-8 without its trailing blanks, in `out` of `cap` bytes. For tests and for
 * text exports of the screen. Returns the bytes written.
 */
size_t grid_row_text(const struct grid *grid, int row, char *out, size_t cap);

#endif
