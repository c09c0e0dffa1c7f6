/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include "shown.h"

void shown_fini(struct shown *shown)
{
	grid_fini(&shown->grid);
	shown->known = false;
}

void shown_forget(struct shown *shown)
{
	shown->known = false;
}

bool shown_begin(struct shown *shown, const struct grid *grid)
{
	shown->whole = !shown->known || shown->grid.rows != grid->rows ||
		       shown->grid.cols != grid->cols;
	/* Without memory the next frame is told whole, too. */
	if (shown->whole)
		shown->known = !grid_init(&shown->grid, grid->rows, grid->cols, grid->charset);
	return !shown->whole;
}

static bool same(const struct cell *a, const struct cell *b)
{
	return a->len == b->len && a->role == b->role && !memcmp(a->bytes, b->bytes, a->len);
}

bool shown_row(struct shown *shown, const struct grid *grid, int row, int *from, int *to)
{
	const size_t at = (size_t)row * grid->cols;
	const struct cell *cells = grid->cells + at;
	struct cell *before = shown->grid.cells + at;

	*from = 0;
	*to = grid->cols;
	if (!shown->whole && !memcmp(cells, before, grid->cols * sizeof(*cells)))
		return false;
	if (!shown->whole) {
		while (*from < *to && same(&cells[*from], &before[*from]))
			++*from;
		while (*to > *from && same(&cells[*to - 1], &before[*to - 1]))
			--*to;
	}
	if (*from == *to)
		return false;
	if (shown->known)
		memcpy(before + *from, cells + *from, (*to - *from) * sizeof(*cells));
	/* A wide character is told by its left half. */
	if (!cells[*from].len && *from)
		--*from;
	return true;
}
