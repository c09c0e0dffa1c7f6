/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the lines of a page stand, and how they look. */
#include <stdio.h>
#include <string.h>
#include "page_layout.h"

#define LABEL_COL 2 /* of the labels */
#define LABEL_GAP 2 /* blank columns behind them, at least */
#define TEXT_COL  1 /* of texts without a label */

/* --- layout ----------------------------------------------------------------------------------- */

static int width_of(const struct page *page, const char *text)
{
	const struct grid grid = { .charset = page->charset };

	return grid_width(&grid, text, strlen(text));
}

/* Labels get as much as the widest needs, up to a third of the page. */
static int label_room(const struct page *page)
{
	int most = page->cols / 3, widest = 0;

	for (size_t i = 0; i < page->n; i++) {
		int width = page->lines[i].label ? width_of(page, page->lines[i].label) : 0;

		if (width > widest)
			widest = width;
	}
	return LABEL_COL + LABEL_GAP + widest < most ? LABEL_COL + LABEL_GAP + widest : most;
}

static size_t blanks(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && text[n] == ' ')
		n++;
	return n;
}

static int text_col(const struct page *page, const struct page_line *line)
{
	return line->label ? page->left : TEXT_COL;
}

/* A label wider than its column has a row of its own. */
static bool label_alone(const struct page *page, const struct page_line *line)
{
	return line->label && LABEL_COL + width_of(page, line->label) >= page->left;
}

/* The part of a text that is due; the rest follows on the next row. */
struct piece {
	const char *text;
	size_t len;  /* of this row */
	size_t left; /* after it, the blanks between them left out */
};

static bool next_piece(const struct page *page, const struct page_line *line, struct piece *piece)
{
	const struct grid grid = { .charset = page->charset };
	size_t skip;

	if (!piece->text) {
		piece->text = line->text;
		piece->left = line->len;
	} else {
		piece->text += piece->len;
		skip = blanks(piece->text, piece->left);
		piece->text += skip;
		piece->left -= skip;
		if (!piece->left)
			return false;
	}
	piece->len = piece->left;
	if (!line->cut)
		piece->len = grid_wrap(&grid, piece->text, piece->left,
				       page->cols - text_col(page, line));
	piece->left -= piece->len;
	return true;
}

void page_layout(struct page *page)
{
	page->rows = 0;
	if (!page->cols)
		return;
	page->left = label_room(page);
	for (size_t i = 0; i < page->n; i++) {
		struct page_line *line = &page->lines[i];
		struct piece piece = { .text = NULL };

		line->row = page->rows;
		line->rows = label_alone(page, line);
		while (next_piece(page, line, &piece))
			line->rows++;
		page->rows += line->rows;
	}
	page_place(page);
}

bool page_in_sight(const struct page *page, const struct page_line *line)
{
	return line->row < page->top + page->body && line->row + line->rows > page->top;
}

void page_place(struct page *page)
{
	const struct page_line *line = page_has_selection(page) ? &page->lines[page->selected]
								: NULL;

	if (line && page->seen) {
		if (line->row + line->rows > page->top + page->body)
			page->top = line->row + line->rows - page->body;
		if (line->row < page->top)
			page->top = line->row;
	}
	if (page->top > page->rows - page->body)
		page->top = page->rows - page->body;
	if (page->top < 0)
		page->top = 0;
	page->seen = line && page_in_sight(page, line);
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* What stands at the right of the title: which rows are in sight when not all are. */
static void format_mark(const struct page *page, char *out, size_t cap)
{
	ptrdiff_t last = page->top + page->body < page->rows ? page->top + page->body : page->rows;

	out[0] = '\0';
	if (page->failed)
		snprintf(out, cap, "not all: out of memory");
	else if (page->rows > page->body && page->body > 0)
		snprintf(out, cap, "%td-%td of %td", page->top + 1, last, page->rows);
}

static void draw_title(const struct page *page, struct grid *grid, int row)
{
	char mark[96];
	int width, room;

	format_mark(page, mark, sizeof(mark));
	width = strlen(mark);
	room = width ? grid->cols - width - 3 : grid->cols - 1;
	grid_fill(grid, row, 0, grid->cols, ROLE_FOCUS);
	grid_puts(grid, row, 1, room, page->title, ROLE_FOCUS);
	grid_puts(grid, row, grid->cols - width - 1, width, mark, ROLE_FOCUS);
}

/* The rows of a line that are in sight; `first` is where the first row of the page would be. */
static void draw_line(const struct page *page, struct grid *grid, int first, int end,
		      const struct page_line *line)
{
	bool selected = page->selected == line - page->lines;
	enum role role = selected ? ROLE_SELECTED : line->role;
	int at = first + (int)(line->row - page->top), col = text_col(page, line);
	struct piece piece = { .text = NULL };

	for (int i = at; i < at + line->rows; i++)
		if (selected && i >= first && i < end)
			grid_fill(grid, i, 0, grid->cols, role);
	if (line->label && at >= first && at < end)
		grid_puts(grid, at, LABEL_COL, grid->cols - LABEL_COL, line->label,
			  selected || line->choice ? role : ROLE_KEY);
	for (at += label_alone(page, line); next_piece(page, line, &piece); at++)
		if (at >= first && at < end)
			grid_text(grid, at, col, grid->cols - col, piece.text, piece.len, role);
}

void page_draw(struct page *page, struct grid *grid, int row, int rows)
{
	page->body = rows > 1 ? rows - 1 : 0;
	page->cols = grid->cols;
	page->charset = grid->charset;
	page_layout(page);
	draw_title(page, grid, row);
	for (size_t i = 0; i < page->n; i++)
		if (page_in_sight(page, &page->lines[i]))
			draw_line(page, grid, row + 1, row + 1 + page->body, &page->lines[i]);
}
