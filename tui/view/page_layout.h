/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_VIEW_PAGE_LAYOUT_H
#define CONNTOP_VIEW_PAGE_LAYOUT_H

/* Where the lines of a page stand. */
#include "page.h"

static inline bool page_has_selection(const struct page *page)
{
	return page->selected >= 0 && page->selected < (ptrdiff_t)page->n;
}

/* Gives each line its rows, in the width that the page was drawn in last; none: does nothing. */
void page_layout(struct page *page);

/* Whether any row of the line is in sight. */
bool page_in_sight(const struct page *page, const struct page_line *line);

/*
 * Keeps the top where there are lines to show, and the selected line in sight if it was; tells
 * `seen` anew.
 */
void page_place(struct page *page);

#endif
