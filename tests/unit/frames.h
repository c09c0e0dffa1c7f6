/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_FRAMES_H
#define CONNTOP_TEST_FRAMES_H

/* What a grid shows, asserted as text. After cmocka.h. */
#include <stdio.h>
#include <string.h>
#include "grid.h"

#define ROW_TEXT_MAX 2048

static inline void expect_row(const struct grid *grid, int row, const char *wanted)
{
	char shown[ROW_TEXT_MAX];

	grid_row_text(grid, row, shown, sizeof(shown));
	assert_string_equal(shown, wanted);
}

/* A tab stands for a title's rule: to the right edge, or to what follows it and a blank. */
static inline void expand_rule(const struct grid *grid, const char *row, size_t len, char *out)
{
	const char *rule = grid->charset == CHARSET_ASCII ? "-" : "\u2500";
	const char *tab = memchr(row, '\t', len);
	size_t before = tab ? (size_t)(tab - row) : len;
	size_t after = tab ? len - before - 1 : 0;
	int missing = grid->cols - (after > 0) - grid_width(grid, row, before);

	out += sprintf(out, "%.*s", (int)before, row);
	if (!tab)
		return;
	for (missing -= grid_width(grid, tab + 1, after); missing > 0; missing--)
		out += sprintf(out, "%s", rule);
	sprintf(out, "%.*s", (int)after, tab + 1);
}

/* `frame`: the rows, a line feed after each; those that it has not are empty. */
static inline void expect_frame(const struct grid *grid, const char *frame)
{
	for (int row = 0; row < grid->rows; row++) {
		size_t len = strcspn(frame, "\n");
		char wanted[ROW_TEXT_MAX];

		expand_rule(grid, frame, len, wanted);
		expect_row(grid, row, wanted);
		frame += len + (frame[len] == '\n');
	}
	assert_string_equal(frame, "");
}

/* Whether a row has `text` in it. */
static inline bool row_has(const struct grid *grid, int row, const char *text)
{
	char shown[ROW_TEXT_MAX];

	grid_row_text(grid, row, shown, sizeof(shown));
	return strstr(shown, text);
}

/* Where `text` begins in a row, in bytes; it must be there. */
static inline int find_in_row(const struct grid *grid, int row, const char *text)
{
	char shown[ROW_TEXT_MAX];
	const char *found;

	grid_row_text(grid, row, shown, sizeof(shown));
	found = strstr(shown, text);
	if (!found)
		fail_msg("no '%s' in '%s'", text, shown);
	return found ? (int)(found - shown) : -1;
}

static inline enum role role_at(const struct grid *grid, int row, int col)
{
	return grid->cells[row * grid->cols + col].role;
}

#endif
