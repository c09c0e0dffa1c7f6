/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of a pane as lines of a page, in columns. */
#include <stdlib.h>
#include <string.h>
#include "detail_parts.h"

#define TABLE_COLUMNS_MAX 20
#define GAP		  1 /* between columns */
#define REST_MIN	  8 /* of a column that takes the room that is left */
#define MARGINS		  2 /* that a page leaves at its edges */

struct sheet {
	struct page *page;
	const struct pane *pane;
	const struct view_context *ctx;
	const struct column *columns[TABLE_COLUMNS_MAX];
	int widths[TABLE_COLUMNS_MAX];
	size_t n;
	int cols;
	struct grid line; /* of one row: cuts, sanitises and counts as the screen does */
	char *text;	  /* room for it as bytes */
	size_t text_cap;
};

static int sheet_init(struct sheet *table, struct page *page, const struct detail_from *from,
		      const struct pane *pane)
{
	memset(table, 0, sizeof(*table));
	table->page = page;
	table->pane = pane;
	table->ctx = from->ctx;
	table->cols = from->cols - MARGINS;
	table->text_cap = (size_t)(table->cols > 0 ? table->cols : 0) * SANITIZE_GLYPH_MAX + 1;
	table->text = malloc(table->text_cap);
	return table->text ? grid_init(&table->line, 1, table->cols, from->ctx->charset) : -1;
}

static void sheet_fini(struct sheet *table)
{
	grid_fini(&table->line);
	free(table->text);
}

/* --- which columns, and how wide -------------------------------------------------------------- */

static bool takes_the_rest(const struct column *column)
{
	return column->grow == 255;
}

static int cell_width(const struct sheet *table, const struct column *column, const void *row)
{
	char text[VALUE_TEXT_MAX];
	size_t len = column_text(column, row, table->ctx, text, sizeof(text));

	return grid_width(&table->line, text, len);
}

static int least_width(const struct column *column)
{
	int title = strlen(column->title);

	if (takes_the_rest(column))
		return REST_MIN;
	return title > column->width ? title : column->width;
}

/* Addresses and names get what their longest needs. */
static int width_of(const struct sheet *table, const struct column *column,
		    const struct detail_row *rows, size_t n)
{
	int width = least_width(column);

	for (size_t i = 0; i < n && column->grow > width && !takes_the_rest(column); i++) {
		int needed = cell_width(table, column, rows[i].row);

		if (needed > width)
			width = needed < column->grow ? needed : column->grow;
	}
	return width;
}

static void sheet_add(struct sheet *table, const struct column *column, int width)
{
	table->columns[table->n] = column;
	table->widths[table->n] = width;
	table->n++;
}

static int sheet_width(const struct sheet *table)
{
	int width = 0;

	for (size_t i = 0; i < table->n; i++)
		width += table->widths[i] + (i ? GAP : 0);
	return width;
}

static size_t find_key(const struct sheet *table, const char *key)
{
	size_t i = 0;

	while (i < table->n && strcmp(table->columns[i]->key, key))
		i++;
	return i;
}

/* The first of the spare columns that is still there; table->n: there is none. */
static size_t find_spare(const struct sheet *table, const char *const *spare)
{
	size_t found = table->n;

	for (; *spare && found == table->n; spare++)
		found = find_key(table, *spare);
	return found;
}

/* By rank; of those alike the last. */
static size_t find_least(const struct sheet *table)
{
	size_t worst = 0;

	for (size_t i = 0; i < table->n; i++)
		if (table->columns[i]->rank >= table->columns[worst]->rank)
			worst = i;
	return worst;
}

static void table_drop(struct sheet *table, size_t index)
{
	table->n--;
	for (size_t i = index; i < table->n; i++) {
		table->columns[i] = table->columns[i + 1];
		table->widths[i] = table->widths[i + 1];
	}
}

/* Takes back what columns got above their least. */
static void table_shrink(struct sheet *table)
{
	for (size_t i = 0; i < table->n; i++) {
		int excess = sheet_width(table) - table->cols;
		int spare = table->widths[i] - least_width(table->columns[i]);

		if (excess > 0)
			table->widths[i] -= spare < excess ? spare : excess;
	}
}

/* Whole addresses are worth more than the spare columns, but not more than all others. */
static void sheet_fit(struct sheet *table, const char *const *spare)
{
	while (sheet_width(table) > table->cols && find_spare(table, spare) < table->n)
		table_drop(table, find_spare(table, spare));
	table_shrink(table);
	while (table->n > 1 && sheet_width(table) > table->cols)
		table_drop(table, find_least(table));
	for (size_t i = 0; i < table->n; i++)
		if (takes_the_rest(table->columns[i]))
			table->widths[i] += table->cols - sheet_width(table);
}

/* --- lines ------------------------------------------------------------------------------------ */

static void put_cell(struct sheet *table, size_t index, int col, const char *text, size_t len)
{
	int width = table->widths[index];

	if (table->columns[index]->align == ALIGN_RIGHT) {
		int blanks = width - grid_width(&table->line, text, len);

		if (blanks > 0) {
			col += blanks;
			width -= blanks;
		}
	}
	grid_text(&table->line, 0, col, width, text, len, ROLE_TEXT);
}

/* The titles, or what the columns show of a row. */
static void add_line(struct sheet *table, const void *row, enum role role)
{
	char cell[VALUE_TEXT_MAX] = "";
	int col = 0;

	grid_fill(&table->line, 0, 0, table->cols, ROLE_TEXT);
	for (size_t i = 0; i < table->n; i++) {
		const struct column *column = table->columns[i];

		if (row)
			put_cell(table, i, col, cell,
				 column_text(column, row, table->ctx, cell, sizeof(cell)));
		else
			put_cell(table, i, col, column->title, strlen(column->title));
		col += table->widths[i] + GAP;
	}
	page_add(table->page, NULL, table->text,
		 grid_row_text(&table->line, 0, table->text, table->text_cap), role);
	page_cut(table->page);
}

void detail_table(struct page *page, const struct detail_from *from, const struct pane *pane,
		  const struct detail_columns *columns, const struct detail_row *rows, size_t n)
{
	struct sheet table;

	if (sheet_init(&table, page, from, pane)) {
		page->failed = true;
		sheet_fini(&table);
		return;
	}
	for (const char *const *key = columns->keys; *key; key++) {
		const struct column *column = pane_column(pane, *key);

		sheet_add(&table, column, width_of(&table, column, rows, n));
	}
	sheet_fit(&table, columns->spare);
	add_line(&table, NULL, ROLE_DIM);
	for (size_t i = 0; i < n; i++) {
		add_line(&table, rows[i].row, pane->role(rows[i].row, from->ctx));
		if (rows[i].what != DETAIL_NONE)
			page_choice(page, rows[i].what, rows[i].id);
	}
	sheet_fini(&table);
}

/* --- rows that are looked for ----------------------------------------------------------------- */

void detail_rows_add(struct detail_rows *rows, const void *row, enum detail_kind what)
{
	if (rows->n == rows->cap) {
		size_t cap = rows->cap ? 2 * rows->cap : 256;
		struct detail_row *more = reallocarray(rows->rows, cap, sizeof(*more));

		rows->failed |= !more;
		if (!more)
			return;
		rows->rows = more;
		rows->cap = cap;
	}
	rows->rows[rows->n++] = (struct detail_row){ row, what, table_id(row) };
}

static int compare_ids(const void *a, const void *b)
{
	uint64_t left = ((const struct detail_row *)a)->id;
	uint64_t right = ((const struct detail_row *)b)->id;

	return (left < right) - (left > right);
}

void detail_rows_show(struct page *page, const struct detail_from *from, const struct pane *pane,
		      const struct detail_columns *columns, struct detail_rows *rows,
		      int (*compare)(const void *a, const void *b))
{
	size_t n = rows->n < DETAIL_ROWS_MAX ? rows->n : DETAIL_ROWS_MAX;

	page->failed |= rows->failed;
	if (n) {
		qsort(rows->rows, rows->n, sizeof(*rows->rows), compare ? compare : compare_ids);
		detail_table(page, from, pane, columns, rows->rows, n);
	}
	if (rows->n > n)
		detail_say(page, NULL, ROLE_DIM, "and %zu more", rows->n - n);
	free(rows->rows);
	memset(rows, 0, sizeof(*rows));
}

/* --- amounts ---------------------------------------------------------------------------------- */

bool detail_is_figure(const struct column *column)
{
	return column->align == ALIGN_RIGHT && column->flags & COLUMN_DOWN;
}

void detail_figures(struct page *page, const struct detail_from *from, const struct pane *pane,
		    const void *row)
{
	struct sheet table;

	if (sheet_init(&table, page, from, pane)) {
		page->failed = true;
		sheet_fini(&table);
		return;
	}
	for (size_t i = 0; i < *pane->n_columns; i++) {
		const struct column *column = &pane->columns[i];

		if (!detail_is_figure(column))
			continue;
		if (table.n && sheet_width(&table) + GAP + least_width(column) > table.cols) {
			add_line(&table, NULL, ROLE_DIM);
			add_line(&table, row, ROLE_TEXT);
			table.n = 0;
		}
		sheet_add(&table, column, least_width(column));
	}
	add_line(&table, NULL, ROLE_DIM);
	add_line(&table, row, ROLE_TEXT);
	sheet_fini(&table);
}
