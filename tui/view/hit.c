/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands at a place of the frame as it was drawn last: for the mouse. */
#include "view.h"

/* The blank to the right of a title belongs to it as well. */
static const struct column *column_at(const struct view_pane *pane, int col)
{
	for (size_t i = 0; i < pane->fit.n; i++) {
		const struct view_span *span = &pane->fit.spans[i];

		if (col >= span->col && col <= span->col + span->width)
			return span->column;
	}
	return NULL;
}

static bool hit_pane(const struct view_pane *pane, int row, int col, struct view_hit *hit)
{
	int line = row - pane->row;

	if (pane->row < 0 || line < 0 || line > pane->body + 1)
		return false;
	hit->part = line == 0 ? PART_TITLE : line == 1 ? PART_HEADER : PART_BODY;
	if (hit->part == PART_HEADER)
		hit->column = column_at(pane, col);
	if (hit->part == PART_BODY && pane->top + line - 2 < (ptrdiff_t)pane->list.n)
		hit->index = pane->top + line - 2;
	return true;
}

bool view_hit(const struct view *view, int row, int col, struct view_hit *hit)
{
	*hit = (struct view_hit){ .index = -1 };
	if (view->page) {
		hit->part = PART_PAGE;
		hit->index = row - 2; /* below the summary and the page's title */
		return hit->index >= 0 && hit->index < view->page->body;
	}
	for (size_t i = 0; i < PANE_COUNT; i++) {
		hit->pane = i;
		if (hit_pane(&view->panes[i], row, col, hit))
			return true;
	}
	return false;
}
