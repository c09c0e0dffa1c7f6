/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_PAGING_H
#define CONNTOP_TEST_PAGING_H

/* A page of the test's own, drawn into a small grid. After cmocka.h. */
#include <locale.h>
#include <stdlib.h>
#include "frames.h"
#include "page.h"

static struct page page;
static struct grid grid;

static int set_up(void **state)
{
	(void)state;
	memset(&page, 0, sizeof(page));
	memset(&grid, 0, sizeof(grid));
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return -1;
	page_init(&page, "Title");
	return grid_init(&grid, 8, 40, CHARSET_UTF8);
}

static int tear_down(void **state)
{
	(void)state;
	page_fini(&page);
	grid_fini(&grid);
	return 0;
}

static inline void add(const char *label, const char *text)
{
	page_add(&page, label, text, strlen(text), ROLE_TEXT);
}

static inline void add_choice(const char *text, int what, uint64_t id)
{
	add(NULL, text);
	page_choice(&page, what, id);
}

static inline void draw(void)
{
	for (int row = 0; row < grid.rows; row++)
		grid_fill(&grid, row, 0, grid.cols, ROLE_TEXT);
	page_draw(&page, &grid, 1, grid.rows - 2);
}

static inline void draw_in(int rows, int cols)
{
	assert_int_equal(grid_init(&grid, rows, cols, grid.charset), 0);
	draw();
}

/* The row of the selected line on the grid, -1 when none is drawn as selected. */
static inline int selected_row(void)
{
	for (int row = 0; row < grid.rows; row++)
		if (role_at(&grid, row, 0) == ROLE_SELECTED)
			return row;
	return -1;
}

static inline void expect_selected(uint64_t id, int row)
{
	const struct page_line *line = page_selected(&page);

	assert_non_null(line);
	assert_int_equal(line->id, id);
	draw();
	assert_int_equal(selected_row(), row);
}

/* `n` lines of text, "line 1" the first. */
static inline void add_lines(int n)
{
	char text[32];

	for (int i = 1; i <= n; i++) {
		snprintf(text, sizeof(text), "line %d", i);
		add(NULL, text);
	}
}

static inline void add_choices(int from, int to)
{
	char text[32];

	for (int i = from; i <= to; i++) {
		snprintf(text, sizeof(text), "choice %d", i);
		add_choice(text, 0, i);
	}
}

#endif
