/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "grid.h"

static struct cell char_cell(char c, enum role role)
{
	return (struct cell){ .bytes = { c }, .len = 1, .width = 1, .role = (uint8_t)role };
}

static struct cell *row_cells(const struct grid *grid, int row)
{
	return grid->cells + (size_t)row * (size_t)grid->cols;
}

/*
 * Columns of [col, col + width) that are left of the right edge; 0 where nothing shows at all.
 * `col` itself may still be negative.
 */
static int clip_right(const struct grid *grid, int row, int col, int width)
{
	long long room = (long long)grid->cols - col;

	if (row < 0 || row >= grid->rows || width <= 0 || room <= 0)
		return 0;
	return width < room ? width : (int)room;
}

/* A cell is about to be overwritten: half of a wide character must not stay without the other. */
static void split(struct cell *cell)
{
	if (cell->width == 2)
		cell[1] = char_cell(' ', cell[1].role);
	else if (cell->width == 0)
		cell[-1] = char_cell(' ', cell[-1].role);
}

/* One narrow cell; `col` is at most the last column, and off the grid when negative. */
static void put_char(struct cell *cells, int col, char c, enum role role)
{
	if (col < 0)
		return;
	split(&cells[col]);
	cells[col] = char_cell(c, role);
}

static void put_bytes(struct cell *cell, const char *bytes, uint8_t len, uint8_t width,
		      enum role role)
{
	split(cell);
	*cell = (struct cell){ .len = len, .width = width, .role = (uint8_t)role };
	memcpy(cell->bytes, bytes, len);
}

/* Writes the first `room` columns of a glyph; nothing of a character that needs more. */
static void put_glyph(struct cell *cells, int col, const struct glyph *glyph, int room,
		      enum role role)
{
	/* Escapes are ASCII, and the only glyphs that begin with \ and are not narrow. */
	if (glyph->width > 1 && glyph->bytes[0] == '\\') {
		for (int i = 0; i < glyph->width && i < room; i++)
			put_char(cells, col + i, glyph->bytes[i], role);
		return;
	}
	if (glyph->width > room)
		return;
	if (col < 0) {
		/* The right half of a wide one may stick in: its place stays blank. */
		if (glyph->width == 2)
			put_char(cells, col + 1, ' ', role);
		return;
	}
	if (glyph->width == 2)
		put_bytes(&cells[col + 1], "", 0, 0, role);
	put_bytes(&cells[col], glyph->bytes, glyph->len, glyph->width, role);
}

static void put_cut_mark(const struct grid *grid, struct cell *cells, int col, enum role role)
{
	static const char ellipsis[] = "\xe2\x80\xa6";

	if (col < 0)
		return;
	if (grid->charset == CHARSET_ASCII)
		put_char(cells, col, '~', role);
	else
		put_bytes(&cells[col], ellipsis, sizeof(ellipsis) - 1, 1, role);
}

int grid_init(struct grid *grid, int rows, int cols, enum charset charset)
{
	struct cell *cells;
	size_t n, size;

	rows = rows > 0 ? rows : 0;
	cols = cols > 0 ? cols : 0;
	if (__builtin_mul_overflow((size_t)rows, (size_t)cols, &n) ||
	    __builtin_mul_overflow(n, sizeof(*cells), &size))
		return -ENOMEM;
	/* Never 0 bytes: realloc(3) would free, and its NULL would not mean failure. */
	cells = realloc(grid->cells, size > 0 ? size : 1);
	if (!cells)
		return -ENOMEM;
	grid->rows = rows;
	grid->cols = cols;
	grid->charset = charset;
	grid->cells = cells;
	for (size_t i = 0; i < n; i++)
		cells[i] = char_cell(' ', ROLE_TEXT);
	return 0;
}

void grid_fini(struct grid *grid)
{
	if (!grid)
		return;
	free(grid->cells);
	*grid = (struct grid){ 0 };
}

void grid_fill(struct grid *grid, int row, int col, int width, enum role role)
{
	int end = col + clip_right(grid, row, col, width);

	for (int i = col > 0 ? col : 0; i < end; i++)
		put_char(row_cells(grid, row), i, ' ', role);
}

void grid_paint(struct grid *grid, int row, int col, int width, enum role role)
{
	int end = col + clip_right(grid, row, col, width);

	for (int i = col > 0 ? col : 0; i < end; i++)
		row_cells(grid, row)[i].role = (uint8_t)role;
}

int grid_text(struct grid *grid, int row, int col, int width, const char *text, size_t len,
	      enum role role)
{
	int limit = clip_right(grid, row, col, width), at = 0;
	struct cell *cells;

	if (limit == 0)
		return 0;
	cells = row_cells(grid, row);
	while (len > 0) {
		struct glyph glyph;
		size_t taken;

		if (at < limit && glyph_is_plain(text, len)) {
			put_char(cells, col + at++, *text++, role);
			len--;
			continue;
		}
		taken = sanitize_glyph(text, len, grid->charset, &glyph);
		put_glyph(cells, col + at, &glyph, limit - at, role);
		if (glyph.width > limit - at) {
			put_cut_mark(grid, cells, col + limit - 1, role);
			return limit;
		}
		at += glyph.width;
		text += taken;
		len -= taken;
	}
	return at;
}

int grid_puts(struct grid *grid, int row, int col, int width, const char *text, enum role role)
{
	return grid_text(grid, row, col, width, text, strlen(text), role);
}

int grid_width(const struct grid *grid, const char *text, size_t len)
{
	size_t columns = 0;

	while (len > 0) {
		struct glyph glyph = { .width = 1 };
		size_t taken = 1;

		if (!glyph_is_plain(text, len))
			taken = sanitize_glyph(text, len, grid->charset, &glyph);
		columns += glyph.width;
		text += taken;
		len -= taken;
	}
	return columns < INT_MAX ? (int)columns : INT_MAX;
}

size_t grid_wrap(const struct grid *grid, const char *text, size_t len, int width)
{
	size_t at = 0, blank = 0;
	bool word = false;

	for (int col = 0; at < len;) {
		struct glyph glyph = { .width = 1 };
		size_t taken = 1;

		if (!glyph_is_plain(text + at, len - at))
			taken = sanitize_glyph(text + at, len - at, grid->charset, &glyph);
		if (col + glyph.width > width && at > 0)
			return text[at] != ' ' && blank ? blank : at;
		if (text[at] != ' ')
			word = true;
		else if (word)
			blank = at;
		col += glyph.width;
		at += taken;
	}
	return len;
}

size_t grid_row_text(const struct grid *grid, int row, char *out, size_t cap)
{
	size_t used = 0, end = 0; /* end: after the last cell that is not blank */

	if (cap == 0)
		return 0;
	for (int col = 0; row >= 0 && row < grid->rows && col < grid->cols; col++) {
		const struct cell *cell = &row_cells(grid, row)[col];

		if (cell->len >= cap - used)
			break;
		memcpy(out + used, cell->bytes, cell->len);
		used += cell->len;
		if (cell->len != 1 || cell->bytes[0] != ' ')
			end = used;
	}
	out[end] = '\0';
	return end;
}
