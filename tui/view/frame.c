/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Draws the frame: the summary line, and below it the panes or the page that covers them. */
#include <stdio.h>
#include "frame.h"

static void draw_panes(struct frame *frame, bool filtered, int row, int rows)
{
	int upper = rows / 2;

	if (view_alone(frame->view)) {
		pane_draw(frame, frame->view->focus, row, rows, filtered);
		return;
	}
	pane_draw(frame, PANE_EXECS, row, upper, filtered);
	pane_draw(frame, PANE_CONNECTIONS, row + upper, rows - upper, filtered);
}

static void draw_too_small(struct grid *grid)
{
	char text[64];

	snprintf(text, sizeof(text), "too small: needs %dx%d", VIEW_COLS_MIN, VIEW_ROWS_MIN);
	grid_puts(grid, 0, 0, grid->cols, text, ROLE_WARNING);
}

void view_draw(struct view *view, struct grid *grid, const struct model *model,
	       const struct view_summary *summary, const struct filterspec *filterspec,
	       const struct view_context *ctx)
{
	struct frame frame = { view, grid, ctx };

	for (int row = 0; row < grid->rows; row++)
		grid_fill(grid, row, 0, grid->cols, ROLE_TEXT);
	for (size_t i = 0; i < PANE_COUNT; i++)
		view->panes[i].row = -1;
	if (grid->rows < VIEW_ROWS_MIN || grid->cols < VIEW_COLS_MIN) {
		draw_too_small(grid);
		return;
	}
	summary_draw(&frame, model, summary, filterspec);
	if (view->page)
		page_draw(view->page, grid, 1, grid->rows - 2);
	else
		draw_panes(&frame, filterspec_on(filterspec), 1, grid->rows - 2);
}
