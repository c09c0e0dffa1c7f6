/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Draws the frame: summary, panes, overlay. */
#include <inttypes.h>
#include <stdarg.h>
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

/* --- summary ---------------------------------------------------------------------------------- */

#define PIECE_GAP 2

/* A piece of the summary line. */
struct piece {
	char text[160];
	enum role role;
	int rank; /* on a narrow screen the highest goes first; 0 stays */
};

struct pieces {
	struct piece items[12];
	size_t n;
};

__attribute__((format(printf, 4, 5))) static void add_piece(struct pieces *pieces, enum role role,
							    int rank, const char *format, ...)
{
	struct piece *piece = &pieces->items[pieces->n++];
	va_list args;

	va_start(args, format);
	vsnprintf(piece->text, sizeof(piece->text), format, args);
	va_end(args);
	piece->role = role;
	piece->rank = rank;
}

static int pieces_width(const struct grid *grid, const struct pieces *pieces)
{
	int width = 0;

	for (size_t i = 0; i < pieces->n; i++)
		width += grid_width(grid, pieces->items[i].text, strlen(pieces->items[i].text)) +
			 PIECE_GAP;
	return width;
}

/* Takes out the piece with the highest rank, if any. */
static bool drop_piece(struct pieces *pieces)
{
	size_t drop = 0;

	for (size_t i = 1; i < pieces->n; i++)
		if (pieces->items[i].rank > pieces->items[drop].rank)
			drop = i;
	if (!pieces->items[drop].rank)
		return false;
	pieces->n--;
	memmove(&pieces->items[drop], &pieces->items[drop + 1],
		(pieces->n - drop) * sizeof(pieces->items[0]));
	return true;
}

/* Of the living connections those that the filter lets through, whichever pane is shown. */
static size_t count_live(const struct model *model, const struct filter *filter)
{
	size_t n = 0;

	for (const struct conn_row *row = model->live; row; row = row->next)
		n += conn_row_match(row, filter);
	return n;
}

static void list_pieces(struct pieces *pieces, const struct frame *frame,
			const struct view_summary *summary, size_t live)
{
	time_t now = (frame->ctx->boot_to_wall_ns + (int64_t)frame->ctx->now_ns) / 1000000000;
	char clock[16];
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	add_piece(pieces, ROLE_SUMMARY, 0, "conntop");
	if (summary->paused)
		add_piece(pieces, ROLE_WARNING, 0, "PAUSED");
	add_piece(pieces, ROLE_SUMMARY, 6, "%s", summary->host->name);
	add_piece(pieces, ROLE_SUMMARY, 5, "%s", clock);
	add_piece(pieces, ROLE_SUMMARY, 2, "execs %" PRIu64 "/s", summary->execs_rate);
	add_piece(pieces, ROLE_SUMMARY, 2, "conns %" PRIu64 "/s", summary->conns_rate);
	add_piece(pieces, ROLE_SUMMARY, 3, "live %zu", live);
	add_piece(pieces, summary->lost ? ROLE_WARNING : ROLE_SUMMARY, summary->lost ? 0 : 1,
		  "lost %" PRIu64, summary->lost);
	if (summary->evicted)
		add_piece(pieces, ROLE_SUMMARY, 4, "evicted %" PRIu64, summary->evicted);
	if (summary->failed)
		add_piece(pieces, ROLE_GOOD, 1, "+failed");
	if (summary->limits && *summary->limits)
		add_piece(pieces, ROLE_DIM, 9, "%s", summary->limits);
}

/* What is told of the host and its events; the rest of the line is for the filter in force. */
static void draw_summary(struct frame *frame, const struct model *model,
			 const struct view_summary *summary, const struct filterspec *filterspec)
{
	char filters[FILTER_DIMENSIONS * (FILTER_TEXT_MAX + 8)];
	struct grid *grid = frame->grid;
	struct pieces pieces = { .n = 0 };
	int room = grid->cols, wanted, col = 0;

	grid_fill(grid, 0, 0, grid->cols, ROLE_SUMMARY);
	list_pieces(&pieces, frame, summary, count_live(model, &filterspec->filter));
	filterspec_format(filterspec, filters, sizeof(filters));
	wanted = *filters ? (int)strlen("filter ") + grid_width(grid, filters, strlen(filters)) : 0;
	/* A long one is cut rather than to push out everything else. */
	room -= wanted > grid->cols / 2 ? grid->cols / 2 : wanted;
	while (pieces_width(grid, &pieces) - (wanted ? 0 : PIECE_GAP) > room && drop_piece(&pieces))
		;
	for (size_t i = 0; i < pieces.n; i++)
		col += PIECE_GAP + grid_puts(grid, 0, col, grid->cols - col, pieces.items[i].text,
					     pieces.items[i].role);
	if (wanted) {
		col += grid_puts(grid, 0, col, grid->cols - col, "filter ", ROLE_SUMMARY);
		grid_puts(grid, 0, col, grid->cols - col, filters, ROLE_GOOD);
	}
}

/* --- columns ---------------------------------------------------------------------------------- */

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

/* --- panes ------------------------------------------------------------------------------------ */

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

	/* The gaps too: a row in one role is sent to the terminal in one piece. */
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

/* --- overlay ---------------------------------------------------------------------------------- */

/* How many bytes of `text` stand on its first line of `width` columns: whole words if it can be. */
static size_t line_len(const char *text, int width)
{
	size_t len = strlen(text), at;

	if (len <= (size_t)width)
		return len;
	for (at = width; at > 0 && text[at] != ' '; at--)
		;
	return at ? at : (size_t)width;
}

/* Where the overlay goes, and which of its lines is due. */
struct overlay {
	struct grid *grid;
	int row, rows; /* below the title */
	int keys;      /* columns for the names of keys */
	ptrdiff_t skip;
	ptrdiff_t line; /* of all, wrapped ones counted as they stand */
};

/* One entry, wrapped; lines above and below the part in sight are counted only. */
static void draw_entry(struct overlay *overlay, const struct view_line *entry)
{
	struct grid *grid = overlay->grid;
	int left = entry->keys ? overlay->keys : 1;
	const char *text = entry->text;
	bool first = true;

	do {
		size_t len = line_len(text, grid->cols - left);
		ptrdiff_t at = overlay->line++ - overlay->skip;

		if (at >= 0 && at < overlay->rows) {
			if (first && entry->keys)
				grid_puts(grid, overlay->row + at, 2, left - 3, entry->keys,
					  ROLE_KEY);
			grid_text(grid, overlay->row + at, left, grid->cols - left, text, len,
				  entry->keys ? ROLE_TEXT : ROLE_HEADER);
		}
		first = false;
		text += len;
		text += strspn(text, " ");
	} while (*text);
}

static void draw_overlay(struct frame *frame, int row, int rows)
{
	struct view *view = frame->view;
	struct overlay overlay = { .grid = frame->grid, .row = row + 1, .rows = rows - 1 };

	overlay.keys = frame->grid->cols < 60 ? 14 : 22;
	/* Once to count the lines, then to show those in sight. */
	overlay.skip = PTRDIFF_MAX;
	for (size_t i = 0; i < view->n_overlay; i++)
		draw_entry(&overlay, &view->overlay[i]);
	if ((ptrdiff_t)view->overlay_top > overlay.line - overlay.rows)
		view->overlay_top = overlay.line > overlay.rows ? overlay.line - overlay.rows : 0;
	overlay.skip = view->overlay_top;
	overlay.line = 0;
	grid_fill(frame->grid, row, 0, frame->grid->cols, ROLE_FOCUS);
	grid_puts(frame->grid, row, 1, frame->grid->cols - 1, view->overlay_title, ROLE_FOCUS);
	for (size_t i = 0; i < view->n_overlay; i++)
		draw_entry(&overlay, &view->overlay[i]);
}

/* --- all of it -------------------------------------------------------------------------------- */

static void draw_panes(struct frame *frame, int row, int rows)
{
	int upper = rows / 2;

	if (view_alone(frame->view)) {
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
