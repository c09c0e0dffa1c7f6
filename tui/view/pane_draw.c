/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pane: its title, the columns' titles, the rows in sight. */
#include <string.h>
#include "frame.h"

static void draw_header(struct frame *frame, const struct view_pane *pane)
{
	int row = pane->row + 1;

	grid_fill(frame->grid, row, 0, frame->grid->cols, ROLE_HEADER);
	for (size_t i = 0; i < pane->fit.n; i++) {
		const struct view_span *span = &pane->fit.spans[i];
		int pad = span->width - (int)strlen(span->column->title);
		int shift = span->column->align == ALIGN_RIGHT && pad > 0 ? pad : 0;

		grid_puts(frame->grid, row, span->col + shift, span->width - shift,
			  span->column->title,
			  span->column == pane->list.sort ? ROLE_SORT : ROLE_HEADER);
	}
}

/* How a row looks, and how the cells that say whose it is do. */
struct looks {
	enum role row, owner;
};

/* A failure stays one also where its process is marked. */
static struct looks row_looks(const struct frame *frame, enum pane_id id, size_t index)
{
	const struct view_pane *pane = &frame->view->panes[id];
	const void *row = list_row(&pane->list, index);
	enum role role = pane->list.pane->role(row, frame->ctx);

	if (id == frame->view->focus && (ptrdiff_t)index == pane->selected)
		return (struct looks){ ROLE_SELECTED, ROLE_SELECTED };
	if (!view_marks(frame->view, id, row))
		return (struct looks){ role, role };
	return (struct looks){ role == ROLE_WARNING ? role : ROLE_MARKED, ROLE_MARKED };
}

static void draw_row(struct frame *frame, enum pane_id id, size_t index)
{
	const struct view_pane *pane = &frame->view->panes[id];
	const struct view_span *widest = fit_widest(&pane->fit);
	struct looks looks = row_looks(frame, id, index);
	int row = pane->row + 2 + (int)((ptrdiff_t)index - pane->top);

	/* The gaps too: a row in one role is sent to the terminal in one piece. */
	grid_fill(frame->grid, row, 0, frame->grid->cols, looks.row);
	for (size_t i = 0; i < pane->fit.n; i++) {
		const struct view_span *span = &pane->fit.spans[i];
		bool held = span->column->flags & COLUMN_HOLD;

		cell_draw(frame, pane, index, span, row, span == widest ? pane->fit.text_skip : 0,
			  held ? looks.owner : looks.row);
	}
}

/* Why there is nothing to see. */
static void draw_empty(struct frame *frame, const struct view_pane *pane, bool filtered)
{
	const char *why = "nothing yet";

	if (pane->list.row_filter && pane->list.total)
		why = "no row has that text";
	else if (filtered)
		why = "nothing passes the filter";
	grid_puts(frame->grid, pane->row + 2, 2, frame->grid->cols - 2, why, ROLE_DIM);
}

/* Keeps the selected row in sight and no line of the body empty without need. */
static void place_top(struct view_pane *pane)
{
	ptrdiff_t last_top = (ptrdiff_t)pane->list.n - pane->body;

	if (pane->selected < pane->top)
		pane->top = pane->selected;
	if (pane->selected >= pane->top + pane->body)
		pane->top = pane->selected - pane->body + 1;
	if (pane->top > last_top)
		pane->top = last_top;
	if (pane->top < 0)
		pane->top = 0;
}

void pane_draw(struct frame *frame, enum pane_id id, int row, int rows, bool filtered)
{
	struct view_pane *pane = &frame->view->panes[id];

	pane->row = row;
	pane->body = rows > 2 ? rows - 2 : 0;
	place_top(pane);
	fit_columns(frame, pane);
	title_draw(frame, pane, frame->view->focus == id);
	draw_header(frame, pane);
	for (ptrdiff_t i = pane->top; i < (ptrdiff_t)pane->list.n && i < pane->top + pane->body;
	     i++)
		draw_row(frame, id, i);
	if (!pane->list.n && pane->body > 0)
		draw_empty(frame, pane, filtered);
}
