/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which columns a list shows, and in which order. */
#include <errno.h>
#include <string.h>
#include "pane.h"

void list_default_columns(struct list *list)
{
	const struct pane *pane = list->pane;

	list->n_columns = 0;
	for (size_t i = 0; i < *pane->n_columns && list->n_columns < LIST_COLUMNS_MAX; i++)
		if (!(pane->columns[i].flags & COLUMN_HIDDEN))
			list->columns[list->n_columns++] = &pane->columns[i];
	list->columns_chosen = false;
}

static size_t find(const struct column *const *columns, size_t n, const struct column *column)
{
	size_t at = 0;

	while (at < n && columns[at] != column)
		at++;
	return at;
}

bool list_shows(const struct list *list, const struct column *column)
{
	return find(list->columns, list->n_columns, column) < list->n_columns;
}

static void insert(const struct column **columns, size_t *n, size_t at, const struct column *column)
{
	if (*n == LIST_COLUMNS_MAX)
		return;
	memmove(&columns[at + 1], &columns[at], (*n - at) * sizeof(columns[0]));
	columns[at] = column;
	++*n;
}

/* Behind the nearest of those that come before it in the pane's table. */
static size_t place_of(const struct column *const *columns, size_t n, const struct pane *pane,
		       const struct column *column)
{
	while (column-- > pane->columns) {
		size_t at = find(columns, n, column);

		if (at < n)
			return at + 1;
	}
	return 0;
}

size_t list_all_columns(const struct list *list, const struct column **out)
{
	const struct pane *pane = list->pane;
	size_t n = list->n_columns;

	memcpy(out, list->columns, n * sizeof(out[0]));
	for (size_t i = 0; i < *pane->n_columns; i++) {
		const struct column *column = &pane->columns[i];

		if (!list_shows(list, column) && !(column->flags & COLUMN_STREAM))
			insert(out, &n, place_of(out, n, pane, column), column);
	}
	return n;
}

void list_show_column(struct list *list, const struct column *column)
{
	const struct column *all[LIST_COLUMNS_MAX];
	size_t n = list_all_columns(list, all), at = 0;

	if (list_shows(list, column))
		return;
	/* Behind those shown that stand before it. */
	for (size_t i = 0; i < n && all[i] != column; i++)
		at += list_shows(list, all[i]);
	insert(list->columns, &list->n_columns, at, column);
	list->columns_chosen = true;
}

int list_hide_column(struct list *list, const struct column *column)
{
	size_t at = find(list->columns, list->n_columns, column);

	if (at == list->n_columns)
		return 0;
	if (list->n_columns == 1)
		return -EINVAL;
	list->n_columns--;
	memmove(&list->columns[at], &list->columns[at + 1],
		(list->n_columns - at) * sizeof(list->columns[0]));
	list->columns_chosen = true;
	return 0;
}

void list_move_column(struct list *list, const struct column *column, int step)
{
	size_t at = find(list->columns, list->n_columns, column), to = at + step;

	/* Before the first is beyond all of them, too: unsigned. */
	if (at >= list->n_columns || to >= list->n_columns)
		return;
	list->columns[at] = list->columns[to];
	list->columns[to] = column;
	list->columns_chosen = true;
}
