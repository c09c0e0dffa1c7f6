/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_FRAME_H
#define CONNTOP_FRAME_H

/* What the files that draw the frame share. */
#include "view.h"

/* Where to draw, and what with: the same for every part of the frame. */
struct frame {
	struct view *view;
	struct grid *grid;
	const struct view_context *ctx;
};

/* summary.c: the first line. */
void summary_draw(struct frame *frame, const struct model *model,
		  const struct view_summary *summary, const struct filterspec *filterspec);

/*
 * fit.c: chooses columns of the pane for the width of the grid and how wide each is, by what the
 * rows in sight need and those before them needed; takes pane->scrolled back where it is too far.
 */
void fit_columns(struct frame *frame, struct view_pane *pane);

/* The one of the spans whose text can scroll: what takes the rest of the width. NULL: none. */
const struct view_span *fit_widest(const struct view_fit *fit);

/* title.c: the line above a pane: its name, what is in it, how it is sorted. */
void title_draw(struct frame *frame, const struct view_pane *pane, bool focused);

/* pane_draw.c: a pane in `rows` rows from `row` on; `filtered`: a capture filter is in force. */
void pane_draw(struct frame *frame, enum pane_id id, int row, int rows, bool filtered);

/* cell.c: what a column shows of the list's row `index`, less the text's first `skip` columns. */
void cell_draw(struct frame *frame, const struct view_pane *pane, size_t index,
	       const struct view_span *span, int row, int skip, enum role role);

/* Columns that this takes when nothing cuts it. */
int cell_width(const struct frame *frame, const struct view_pane *pane, size_t index,
	       const struct column *column);

#endif
