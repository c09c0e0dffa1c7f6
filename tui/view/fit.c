/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which columns a pane shows and how wide: those that matter most, or those scrolled to. */
#include <limits.h>
#include <string.h>
#include "frame.h"

#define GAP	  1  /* blank columns between two columns */
#define CUT_MIN	  6  /* columns of a column's text that are worth to be shown where it is cut */
#define TEXT_STEP 8  /* columns of text that one step to the right scrolls */
#define TREE_MAX  40 /* how wide the rows may make the column with a tree's lines */

/* A right-aligned title, too, may need more room than its values. */
static int least_width(const struct column *column)
{
	int title = (int)strlen(column->title);

	return column->width > title ? column->width : title;
}

static int total_width(const struct view_fit *fit)
{
	int width = 0;

	for (size_t i = 0; i < fit->n; i++)
		width += fit->spans[i].width + (i ? GAP : 0);
	return width;
}

static void add_span(struct view_fit *fit, const struct column *column, int width)
{
	fit->spans[fit->n++] = (struct view_span){ .column = column, .width = width };
}

/* --- which ------------------------------------------------------------------------------------ */

/* What someone chose to sort by matters more than all that can go. */
static int rank_of(const struct list *list, const struct column *column)
{
	if (column == list->sort && column->rank && strcmp(column->key, list->pane->sort))
		return 1;
	return 2 * column->rank;
}

/* Takes out the column with the highest rank, the rightmost of equals. False: all must stay. */
static bool drop_span(struct view_fit *fit, const struct list *list)
{
	size_t drop = fit->n;
	int highest = 1;

	for (size_t i = 0; i < fit->n; i++) {
		int rank = rank_of(list, fit->spans[i].column);

		if (rank >= highest) {
			highest = rank;
			drop = i;
		}
	}
	if (drop == fit->n)
		return false;
	fit->n--;
	memmove(&fit->spans[drop], &fit->spans[drop + 1], (fit->n - drop) * sizeof(fit->spans[0]));
	return true;
}

/* Those that matter most. */
static void choose_by_rank(struct view_fit *fit, const struct list *list, int width)
{
	fit->n = 0;
	for (size_t i = 0; i < list->n_columns; i++)
		add_span(fit, list->columns[i], least_width(list->columns[i]));
	while (total_width(fit) > width && drop_span(fit, list))
		;
}

/* What the columns that are held take of a line, with a gap after each. */
static int held_width(const struct list *list)
{
	int width = 0;

	for (size_t i = 0; i < list->n_columns; i++)
		if (list->columns[i]->flags & COLUMN_HOLD)
			width += least_width(list->columns[i]) + GAP;
	return width;
}

/*
 * Those that are held, and the others from number `skip` on as they come, as many as fit: at least
 * one, and a last one that is cut where that shows enough of it.
 */
static void choose_from(struct view_fit *fit, const struct list *list, int width, int skip)
{
	int room = width - held_width(list), others = 0;
	bool full = false;

	fit->n = 0;
	for (size_t i = 0; i < list->n_columns; i++) {
		const struct column *column = list->columns[i];
		int least = least_width(column);

		if (column->flags & COLUMN_HOLD) {
			add_span(fit, column, least);
			continue;
		}
		if (others++ < skip || full)
			continue;
		full = least > room;
		if (full && others > skip + 1 && (room < CUT_MIN || column->align == ALIGN_RIGHT))
			continue;
		least = full ? room : least;
		if (least > 0)
			add_span(fit, column, least);
		room -= least + GAP;
	}
}

/* How many columns must be skipped until all after them fit; the last one stays in any case. */
static int last_skip(const struct list *list, int width)
{
	int taken = held_width(list), skip = 0, others = 0;

	for (size_t i = list->n_columns; i-- > 0;) {
		if (list->columns[i]->flags & COLUMN_HOLD)
			continue;
		taken += least_width(list->columns[i]) + GAP;
		skip += others++ && taken - GAP > width;
	}
	return skip;
}

/* --- how wide --------------------------------------------------------------------------------- */

/* What was needed under other columns, or at another width, says nothing now. */
static void forget_needs(struct view_fit *fit, const struct list *list, int cols)
{
	size_t size = list->n_columns * sizeof(list->columns[0]);

	if (fit->cols == cols && fit->n_columns == list->n_columns &&
	    !memcmp(fit->columns, list->columns, size))
		return;
	memcpy(fit->columns, list->columns, size);
	fit->n_columns = list->n_columns;
	fit->cols = cols;
	memset(fit->needs, 0, sizeof(fit->needs));
}

static int *need_of(struct view_fit *fit, const struct column *column)
{
	size_t i = 0;

	while (fit->columns[i] != column)
		i++;
	return &fit->needs[i];
}

/*
 * Looks at the rows in sight until one needs `most`. What is needed only grows, so that the columns
 * stand still while rows come and go.
 */
static void learn_need(struct frame *frame, struct view_pane *pane, const struct column *column,
		       int most)
{
	int *need = need_of(&pane->fit, column);
	ptrdiff_t end = pane->top + pane->body;

	if (end > (ptrdiff_t)pane->list.n)
		end = (ptrdiff_t)pane->list.n;
	for (ptrdiff_t i = pane->top; i < end && *need < most; i++) {
		int width = cell_width(frame, pane, i, column);

		if (width > *need)
			*need = width;
	}
}

const struct view_span *fit_widest(const struct view_fit *fit)
{
	for (size_t i = 0; i < fit->n; i++)
		if (fit->spans[i].column->grow == 255)
			return &fit->spans[i];
	if (fit->n && fit->spans[fit->n - 1].column->align == ALIGN_LEFT)
		return &fit->spans[fit->n - 1];
	return NULL;
}

/* How wide the rows may make a column. */
static int most_width(const struct list *list, const struct column *column)
{
	return column == list_tree_column(list) && column->grow < TREE_MAX ? TREE_MAX
									   : column->grow;
}

/* Whether the rows need more of a column than it has, and may have it. */
static bool is_short(struct view_pane *pane, const struct view_span *span)
{
	return span->column->grow != 255 && span->width < most_width(&pane->list, span->column) &&
	       span->width < *need_of(&pane->fit, span->column);
}

/*
 * Takes a column from a text that needs fewer than it has. Figures change all the time: what they
 * do not need now they will need soon.
 */
static bool borrow(struct view_pane *pane)
{
	for (size_t i = 0; i < pane->fit.n; i++) {
		struct view_span *span = &pane->fit.spans[i];
		const struct column *column = span->column;

		if (column->align == ALIGN_LEFT && column->grow && column->grow != 255 &&
		    span->width > *need_of(&pane->fit, column) &&
		    span->width > (int)strlen(column->title)) {
			span->width--;
			return true;
		}
	}
	return false;
}

/* Gives a column to each that is short of one, in turn: what is left, then what others lend. */
static void grow_spans(struct view_pane *pane, int left)
{
	bool grown = true;

	while (grown) {
		grown = false;
		for (size_t i = 0; i < pane->fit.n; i++) {
			struct view_span *span = &pane->fit.spans[i];

			if (!is_short(pane, span) || (left-- <= 0 && !borrow(pane)))
				continue;
			span->width++;
			grown = true;
		}
	}
}

/* What the others leave is the widest's. */
static void place_spans(struct view_fit *fit, int width)
{
	const struct view_span *widest = fit_widest(fit);
	int col = 0, left = width - total_width(fit);

	for (size_t i = 0; i < fit->n; i++) {
		if (&fit->spans[i] == widest && left > 0)
			fit->spans[i].width += left;
		fit->spans[i].col = col;
		col += fit->spans[i].width + GAP;
	}
}

/* --- all of it -------------------------------------------------------------------------------- */

/* Steps that the text of the widest column can be scrolled until its end is in sight. */
static int text_steps(struct view_fit *fit)
{
	const struct view_span *widest = fit_widest(fit);
	int hidden = widest ? *need_of(fit, widest->column) - widest->width : 0;

	return hidden > 0 ? (hidden + TEXT_STEP - 1) / TEXT_STEP : 0;
}

static void learn_needs(struct frame *frame, struct view_pane *pane)
{
	const struct view_span *widest = fit_widest(&pane->fit);

	for (size_t i = 0; i < pane->fit.n; i++) {
		const struct view_span *span = &pane->fit.spans[i];
		int most = most_width(&pane->list, span->column);

		if (span == widest)
			learn_need(frame, pane, span->column, INT_MAX);
		else if (span->width < most)
			learn_need(frame, pane, span->column, most);
	}
}

/* Whether the first of the columns that scroll is among those chosen. */
static bool shows_first(const struct view_fit *fit, const struct list *list)
{
	size_t first = 0;

	while (first < list->n_columns && list->columns[first]->flags & COLUMN_HOLD)
		first++;
	for (size_t i = 0; i < fit->n && first < list->n_columns; i++)
		if (fit->spans[i].column == list->columns[first])
			return true;
	return false;
}

/*
 * The columns of a pane that is scrolled as far as it is. Returns how many steps to the right bring
 * the last one into sight. The first step is to all columns as they come, from one not seen yet.
 */
static int choose(struct view_pane *pane, int width)
{
	int skip = last_skip(&pane->list, width), last;

	choose_by_rank(&pane->fit, &pane->list, width);
	last = skip && !shows_first(&pane->fit, &pane->list) ? skip + 1 : skip;
	if (pane->scrolled && last)
		choose_from(&pane->fit, &pane->list, width,
			    pane->scrolled < last ? pane->scrolled + skip - last : skip);
	return last;
}

void fit_columns(struct frame *frame, struct view_pane *pane)
{
	struct view_fit *fit = &pane->fit;
	int width = frame->grid->cols, last = choose(pane, width), steps;

	forget_needs(fit, &pane->list, width);
	learn_needs(frame, pane);
	grow_spans(pane, width - total_width(fit));
	place_spans(fit, width);
	steps = text_steps(fit);
	if (pane->scrolled > last + steps)
		pane->scrolled = last + steps;
	fit->text_skip = pane->scrolled > last ? (pane->scrolled - last) * TEXT_STEP : 0;
	fit->more = pane->scrolled < last + steps;
}
