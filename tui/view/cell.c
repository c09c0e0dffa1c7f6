/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A row's text under a column: in a tree with the lines before it; what was searched is painted. */
#include "frame.h"

#define LINES_MAX 40 /* columns that a tree's lines may ask for */

/* The text, and the part of it that is scrolled out of sight. */
struct text {
	char bytes[VALUE_TEXT_MAX];
	size_t len;
	size_t skip; /* bytes */
};

static void read_text(struct text *text, const struct frame *frame, const struct column *column,
		      const void *row)
{
	text->len = column_text(column, row, frame->ctx, text->bytes, sizeof(text->bytes));
	text->skip = 0;
}

/* Bytes at the front that take `by` columns, to the end of a character. Returns the columns. */
static int skip_columns(const char *bytes, size_t len, enum charset charset, int by, size_t *skip)
{
	struct glyph glyph;
	int skipped = 0;

	for (*skip = 0; skipped < by && *skip < len; skipped += glyph.width)
		*skip += sanitize_glyph(bytes + *skip, len - *skip, charset, &glyph);
	return skipped;
}

/* A tree's lines, in so many columns. */
static size_t read_branch(const struct frame *frame, const struct view_pane *pane, size_t index,
			  const struct column *column, int width, char *out)
{
	out[0] = '\0';
	if (list_tree_column(&pane->list) != column)
		return 0;
	return list_branch(&pane->list, index, frame->grid->charset, width, out);
}

/* A cell's place, and how much of what it shows is still to be scrolled out of sight. */
struct place {
	int row, col, width, skip;
};

static void draw_branch(struct frame *frame, const char *branch, size_t len, enum role role,
			struct place *place)
{
	struct grid *grid = frame->grid;
	size_t skip;
	int taken = skip_columns(branch, len, grid->charset, place->skip, &skip);

	place->skip -= taken;
	taken = grid_text(grid, place->row, place->col, place->width, branch + skip, len - skip,
			  role);
	place->col += taken;
	place->width -= taken;
}

/* Paints what the search finds in a text that stands in `width` columns from `col` on. */
static void paint_matches(struct frame *frame, const struct text *text, int row, int col, int width)
{
	const struct search *search = &frame->view->search;
	size_t len, from = 0, shown = text->skip, at;
	int before = 0; /* columns up to `shown` */

	while ((at = search_span(search, text->bytes, text->len, from, &len)) != SIZE_MAX) {
		size_t end = at + len;
		int matching;

		from = len ? end : at + 1;
		if (end <= shown)
			continue;
		if (at < shown)
			at = shown;
		before += grid_width(frame->grid, text->bytes + shown, at - shown);
		matching = grid_width(frame->grid, text->bytes + at, end - at);
		if (before >= width)
			return;
		grid_paint(frame->grid, row, col + before,
			   matching < width - before ? matching : width - before, ROLE_MATCH);
		before += matching;
		shown = end;
	}
}

void cell_draw(struct frame *frame, const struct view_pane *pane, size_t index,
	       const struct view_span *span, int row, int skip, enum role role)
{
	struct place place = { row, span->col, span->width, skip };
	struct grid *grid = frame->grid;
	char branch[LIST_BRANCH_MAX];
	struct text text;
	size_t len;
	int shift;

	read_text(&text, frame, span->column, list_row(&pane->list, index));
	if (span->column->align == ALIGN_RIGHT) {
		shift = place.width - grid_width(grid, text.bytes, text.len);
		place.col += shift > 0 ? shift : 0;
		place.width -= shift > 0 ? shift : 0;
	} else {
		/* Half of the cell at least is for the text. */
		len = read_branch(frame, pane, index, span->column, place.width / 2, branch);
		draw_branch(frame, branch, len, role, &place);
		skip_columns(text.bytes, text.len, grid->charset, place.skip, &text.skip);
	}
	grid_text(grid, row, place.col, place.width, text.bytes + text.skip, text.len - text.skip,
		  role);
	paint_matches(frame, &text, row, place.col, place.width);
}

int cell_width(const struct frame *frame, const struct view_pane *pane, size_t index,
	       const struct column *column)
{
	char branch[LIST_BRANCH_MAX];
	struct text text;
	size_t len = read_branch(frame, pane, index, column, LINES_MAX, branch);

	read_text(&text, frame, column, list_row(&pane->list, index));
	return grid_width(frame->grid, branch, len) + grid_width(frame->grid, text.bytes, text.len);
}
