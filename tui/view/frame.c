/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Draws the frame: summary, panes, overlay. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "view.h"

#define GAP 1 /* blank columns between two columns */

/* Where to draw, and what with: the same for every part of the frame. */
struct frame {
	struct view *view;
	struct grid *grid;
	const struct view_context *ctx;
};

/* --- summary ------------------------------------------------------------------------------------ */

/* Puts a piece of the summary at *col and moves on; what does not fit is left out whole. */
static void put_piece(struct grid *grid, int *col, const char *text, enum role role)
{
	int width = grid_width(grid, text, strlen(text));

	if (!width || *col + width > grid->cols)
		return;
	grid_puts(grid, 0, *col, width, text, role);
	*col += width + 2;
}

static void put_filters(struct grid *grid, int *col, int room, const struct filterspec *filterspec)
{
	char text[FILTER_DIMENSIONS * (FILTER_TEXT_MAX + 8)];
	int width;

	filterspec_format(filterspec, text, sizeof(text));
	if (!*text || room < 8)
		return;
	*col += grid_puts(grid, 0, *col, room, "filter ", ROLE_SUMMARY);
	width = grid_puts(grid, 0, *col, room - 7, text, ROLE_GOOD);
	*col += width + 2;
}

static void put_count(struct grid *grid, int *col, const char *format, uint64_t count,
		      enum role role)
{
	char text[64];

	snprintf(text, sizeof(text), format, count);
	put_piece(grid, col, text, role);
}

/* The most important first: what does not fit a narrow screen is at the right. */
static void draw_summary(struct frame *frame, const struct model *model,
			 const struct view_summary *summary, const struct filterspec *filterspec)
{
	time_t now = (frame->ctx->boot_to_wall_ns + (int64_t)frame->ctx->now_ns) / 1000000000;
	struct grid *grid = frame->grid;
	bool wide = grid->cols >= 80;
	char text[16];
	struct tm tm;
	int col = 0;

	grid_fill(grid, 0, 0, grid->cols, ROLE_SUMMARY);
	put_piece(grid, &col, "conntop", ROLE_SUMMARY);
	if (summary->paused)
		put_piece(grid, &col, "PAUSED", ROLE_WARNING);
	if (summary->lost)
		put_count(grid, &col, "lost %" PRIu64, summary->lost, ROLE_WARNING);
	if (wide) {
		put_piece(grid, &col, summary->host->name, ROLE_SUMMARY);
		localtime_r(&now, &tm);
		strftime(text, sizeof(text), "%H:%M:%S", &tm);
		put_piece(grid, &col, text, ROLE_SUMMARY);
	} else {
		put_filters(grid, &col, (grid->cols - col) / 2, filterspec);
	}
	put_count(grid, &col, "execs %" PRIu64 "/s", summary->execs_rate, ROLE_SUMMARY);
	put_count(grid, &col, "conns %" PRIu64 "/s", summary->conns_rate, ROLE_SUMMARY);
	put_count(grid, &col, "live %" PRIu64, model->n_live, ROLE_SUMMARY);
	if (!summary->lost)
		put_piece(grid, &col, "lost 0", ROLE_SUMMARY);
	if (model->evicted)
		put_count(grid, &col, "evicted %" PRIu64, model->evicted, ROLE_SUMMARY);
	if (wide)
		put_filters(grid, &col, grid->cols - col, filterspec);
}

/* --- columns ------------------------------------------------------------------------------------ */

struct layout {
	const struct column *columns[LIST_COLUMNS_MAX];
	int widths[LIST_COLUMNS_MAX];
	size_t n;
};

static int layout_width(const struct layout *layout)
{
	int width = 0;

	for (size_t i = 0; i < layout->n; i++)
		width += layout->widths[i] + (i ? GAP : 0);
	return width;
}

/* Takes out the column with the highest rank, the rightmost of equals. False: all must stay. */
static bool drop_column(struct layout *layout)
{
	size_t drop = layout->n;

	for (size_t i = 0; i < layout->n; i++)
		if (layout->columns[i]->rank &&
		    (drop == layout->n || layout->columns[i]->rank >= layout->columns[drop]->rank))
			drop = i;
	if (drop == layout->n)
		return false;
	layout->n--;
	for (size_t i = drop; i < layout->n; i++) {
		layout->columns[i] = layout->columns[i + 1];
		layout->widths[i] = layout->widths[i + 1];
	}
	return true;
}

/* A left-aligned title may need more room than its values. */
static int column_width(const struct column *column)
{
	int title = strlen(column->title);

	return column->width > title ? column->width : title;
}

/* Shares out what is left among the columns that can use it, from the left. */
static void layout_grow(struct layout *layout, int left)
{
	for (size_t i = 0; i < layout->n && left > 0; i++) {
		int grow = layout->columns[i]->grow;
		int more = grow == 255 ? left : grow - layout->widths[i];

		if (more > left)
			more = left;
		if (more > 0) {
			layout->widths[i] += more;
			left -= more;
		}
	}
}

/* Chooses columns for a width: those that matter most. */
static void layout_fit(struct layout *layout, const struct list *list, int width)
{
	layout->n = list->n_columns;
	for (size_t i = 0; i < layout->n; i++) {
		layout->columns[i] = list->columns[i];
		layout->widths[i] = column_width(list->columns[i]);
	}
	while (layout_width(layout) > width && drop_column(layout))
		;
	layout_grow(layout, width - layout_width(layout));
}

/* --- panes -------------------------------------------------------------------------------------- */

static void draw_title(struct frame *frame, const struct view_pane *pane, int row, bool focused)
{
	static const char *const arrows[2][2] = { { "\u25b2", "\u25bc" }, { "^", "v" } };
	const struct list *list = &pane->list;
	bool ascii = frame->grid->charset == CHARSET_ASCII;
	enum role role = focused ? ROLE_FOCUS : ROLE_TITLE;
	char count[64], text[160], sort[64];
	int width;

	for (int col = 0; col < frame->grid->cols; col++)
		grid_puts(frame->grid, row, col, 1, ascii ? "-" : "\u2500", role);
	list->pane->count(list, count, sizeof(count));
	snprintf(text, sizeof(text), "%s%s %s ", focused ? (ascii ? "> " : "\u25b6 ") : "  ",
		 list->pane->title, count);
	grid_puts(frame->grid, row, 0, frame->grid->cols, text, role);
	snprintf(sort, sizeof(sort), " sort %s %s ", list->sort->title,
		 arrows[ascii][list->descending]);
	width = grid_width(frame->grid, sort, strlen(sort));
	if (width + grid_width(frame->grid, text, strlen(text)) < frame->grid->cols)
		grid_puts(frame->grid, row, frame->grid->cols - width, width, sort, role);
}

static void draw_header(struct frame *frame, const struct list *list, const struct layout *layout,
			int row)
{
	int col = 0;

	grid_fill(frame->grid, row, 0, frame->grid->cols, ROLE_HEADER);
	for (size_t i = 0; i < layout->n; i++) {
		const struct column *column = layout->columns[i];
		int pad = layout->widths[i] - (int)strlen(column->title);
		int shift = column->align == ALIGN_RIGHT && pad > 0 ? pad : 0;

		grid_puts(frame->grid, row, col + shift, layout->widths[i] - shift, column->title,
			  column == list->sort ? ROLE_SORT : ROLE_HEADER);
		col += layout->widths[i] + GAP;
	}
}

/* Leaves out the first `by` characters. */
static void scroll_text(char *text, size_t *len, int by)
{
	size_t at = 0;

	for (; by > 0 && at < *len; by--) {
		at++;
		while (at < *len && (text[at] & 0xc0) == 0x80)
			at++;
	}
	memmove(text, text + at, *len - at);
	*len -= at;
}

static void draw_cell(struct frame *frame, const struct column *column, const void *item, int row,
		      int col, int width, int scrolled, enum role role)
{
	char text[VALUE_TEXT_MAX];
	size_t len = column_text(column, item, frame->ctx, text, sizeof(text));
	int shift = 0;

	if (column->align == ALIGN_RIGHT) {
		shift = width - grid_width(frame->grid, text, len);
		if (shift < 0)
			shift = 0;
	} else {
		scroll_text(text, &len, scrolled);
	}
	grid_text(frame->grid, row, col + shift, width - shift, text, len, role);
}

static void draw_row(struct frame *frame, const struct view_pane *pane, const struct layout *layout,
		     const void *item, int row, bool selected)
{
	enum role role = selected ? ROLE_SELECTED : pane->list.pane->role(item);
	int col = 0;

	if (selected)
		grid_fill(frame->grid, row, 0, frame->grid->cols, role);
	for (size_t i = 0; i < layout->n; i++) {
		draw_cell(frame, layout->columns[i], item, row, col, layout->widths[i],
			  i + 1 == layout->n ? pane->scrolled : 0, role);
		col += layout->widths[i] + GAP;
	}
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

static void draw_pane(struct frame *frame, enum pane_id id, int row, int rows)
{
	struct view_pane *pane = &frame->view->panes[id];
	bool focused = frame->view->focus == id;
	struct layout layout;

	pane->body = rows > 2 ? rows - 2 : 0;
	layout_fit(&layout, &pane->list, frame->grid->cols);
	draw_title(frame, pane, row, focused);
	draw_header(frame, &pane->list, &layout, row + 1);
	place_top(pane);
	for (int i = 0; i < pane->body && pane->top + i < (ptrdiff_t)pane->list.n; i++)
		draw_row(frame, pane, &layout, pane->list.items[pane->top + i].row, row + 2 + i,
			 focused && pane->top + i == pane->selected);
	if (!pane->list.n && pane->body > 0)
		grid_puts(frame->grid, row + 2, 2, frame->grid->cols - 2, "nothing yet", ROLE_DIM);
}

/* --- overlay ------------------------------------------------------------------------------------ */

static void draw_overlay(struct frame *frame, int row, int rows)
{
	struct view *view = frame->view;
	struct grid *grid = frame->grid;
	int keys = grid->cols < 60 ? 14 : 22;
	size_t body = rows - 1, last_top = view->n_overlay > body ? view->n_overlay - body : 0;

	if (view->overlay_top > last_top)
		view->overlay_top = last_top;
	grid_fill(grid, row, 0, grid->cols, ROLE_FOCUS);
	grid_puts(grid, row, 1, grid->cols - 1, view->overlay_title, ROLE_FOCUS);
	for (size_t i = 0; i < body && view->overlay_top + i < view->n_overlay; i++) {
		const struct view_line *line = &view->overlay[view->overlay_top + i];
		int at = row + 1 + i;

		if (!line->keys) {
			grid_puts(grid, at, 1, grid->cols - 1, line->text, ROLE_HEADER);
			continue;
		}
		grid_puts(grid, at, 2, keys - 3, line->keys, ROLE_KEY);
		grid_puts(grid, at, keys, grid->cols - keys, line->text, ROLE_TEXT);
	}
}

/* --- all of it ---------------------------------------------------------------------------------- */

static void draw_panes(struct frame *frame, int row, int rows)
{
	int upper = rows / 2;

	if (frame->view->layout == LAYOUT_ONE) {
		draw_pane(frame, frame->view->focus, row, rows);
		return;
	}
	draw_pane(frame, PANE_EXECS, row, upper);
	draw_pane(frame, PANE_CONNECTIONS, row + upper, rows - upper);
}

void view_draw(struct view *view, struct grid *grid, const struct model *model,
	       const struct view_summary *summary, const struct filterspec *filterspec,
	       const struct view_context *ctx)
{
	struct frame frame = { view, grid, ctx };
	char text[64];

	for (int row = 0; row < grid->rows; row++)
		grid_fill(grid, row, 0, grid->cols, ROLE_TEXT);
	if (grid->rows < VIEW_ROWS_MIN || grid->cols < VIEW_COLS_MIN) {
		snprintf(text, sizeof(text), "too small: needs %dx%d", VIEW_COLS_MIN,
			 VIEW_ROWS_MIN);
		grid_puts(grid, 0, 0, grid->cols, text, ROLE_WARNING);
		return;
	}
	draw_summary(&frame, model, summary, filterspec);
	if (view->n_overlay)
		draw_overlay(&frame, 1, grid->rows - 2);
	else
		draw_panes(&frame, 1, grid->rows - 2);
}
