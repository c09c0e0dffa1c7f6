/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_COVER_H
#define CONNTOP_COVER_H

/* What covers the panes: help, menus, details. Private to tui/screen/. */
#include <stdbool.h>
#include "page.h"

struct ui;

/* What a page is made of, and what becomes of its lines. All but `fill` may be NULL. */
struct cover_kind {
	/* Adds the lines anew: when it opens, at each refresh, after each key. */
	void (*fill)(struct ui *ui, struct page *page);
	/*
	 * Before that: whether to leave the page as it is, its source gone; may change the title.
	 */
	bool (*keep)(struct ui *ui, struct page *page);
	/* Enter on a choice; the line goes when the page is filled anew. NULL: nothing happens. */
	void (*enter)(struct ui *ui, const struct page_line *line);
	/* Esc or Backspace; NULL: it closes. */
	void (*back)(struct ui *ui);
	/* A key of its own: true when it was one. */
	bool (*key)(struct ui *ui, int key);
};

/* Opens one in place of what is open; the first choice is selected. */
void cover_open(struct ui *ui, const struct cover_kind *kind, const char *title);
void cover_close(struct ui *ui);

/* Fills the page anew, if one is open; what was selected stays selected. */
void cover_refresh(struct ui *ui);

/* actions_detail.c: the detail of the focused pane's selected row. */
void detail_open(struct ui *ui);

#endif
