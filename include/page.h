/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_PAGE_H
#define CONNTOP_PAGE_H

/*
 * A page: lines of text that cover the panes. Help, menus and details are pages. A line may be
 * something to choose; the others are read past. Knows no terminal and no keys.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "grid.h"

struct page_line {
	char *label; /* in a column of its own: "PID", "PgUp ^B"; NULL: it has none */
	char *text;  /* untrusted bytes, NULs among them; wrapped where they do not fit */
	size_t len;
	enum role role;
	bool cut;    /* where it does not fit, instead of wrapped: rows of tables */
	bool choice; /* can be selected */
	int what;    /* of a choice: the page's owner knows what these are */
	uint64_t id;
	ptrdiff_t row;	/* its first row, from the page's top, wrapped ones counted */
	ptrdiff_t rows; /* how many it takes */
};

struct page {
	char title[160];
	struct page_line *lines;
	size_t n, cap;
	ptrdiff_t selected; /* index of the selected line; -1: none can be */
	bool seen;	    /* the selected line is in sight, and is to stay there */
	int what;	    /* of the line that was selected before page_clear() */
	uint64_t id;
	ptrdiff_t top;	/* first of the rows that is shown */
	ptrdiff_t rows; /* that the lines take */
	int body;	/* rows for them when it was drawn last */
	int cols;	/* columns then; 0: it was never drawn */
	enum charset charset;
	int left;    /* column of the texts that have a label */
	bool failed; /* no memory for a line: those after it are missing */
};

/* `page` is zeroed before its first init. */
void page_init(struct page *page, const char *title);
void page_fini(struct page *page);

/* Another title, cut at a whole character when it is too long; untrusted bytes. */
void page_set_title(struct page *page, const char *title);

/* Takes the lines out; what was selected and shown is found again at page_settle(). */
void page_clear(struct page *page);

/* Adds a line; `label` may be NULL. Both are copied. */
void page_add(struct page *page, const char *label, const char *text, size_t len, enum role role);
void page_heading(struct page *page, const char *text);
/* The line added last can be chosen. */
void page_choice(struct page *page, int what, uint64_t id);
/* The line added last is cut where it does not fit, not wrapped. */
void page_cut(struct page *page);

/*
 * After the lines were added anew: selects the choice that was selected before, by what and id,
 * or the one nearest to where it was. What was in sight of it stays in sight.
 */
void page_settle(struct page *page);

/* Selects that choice and brings it into sight; nothing where there is none such. */
void page_select(struct page *page, int what, uint64_t id);

/*
 * Moves the selection. By 1 or -1 to the next choice, if that is in sight or just beyond the edge;
 * else it scrolls by a row, so that what stands between choices can be read. By more it scrolls
 * as many rows, and the selection goes along. A page never drawn moves by choices only.
 */
void page_move(struct page *page, ptrdiff_t step);

/* Selects the choice on that row of the body, 0 the first, as drawn last; false: there is none. */
bool page_click(struct page *page, int row);

/* The selected line while it is in sight, or NULL. */
const struct page_line *page_selected(const struct page *page);

/* Draws it, its title first, into `rows` rows of the grid from `row` on. */
void page_draw(struct page *page, struct grid *grid, int row, int rows);

#endif
