/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a pane shows at a moment: which columns, and the rows in order. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pane.h"

#define NAME_LEN 32 /* of a column, the NUL included */

void list_init(struct list *list, const struct pane *pane)
{
	memset(list, 0, sizeof(*list));
	list->pane = pane;
	for (size_t i = 0; i < *pane->n_columns && list->n_columns < LIST_COLUMNS_MAX; i++)
		if (!(pane->columns[i].flags & COLUMN_HIDDEN))
			list->columns[list->n_columns++] = &pane->columns[i];
	list_choose_sort(list, pane->sort);
}

void list_fini(struct list *list)
{
	free(list->items);
	memset(list, 0, sizeof(*list));
}

/*
 * Takes the next name off a comma-separated list into `name` (NAME_LEN bytes; a longer one is
 * cut, and then is nobody's). False at the end.
 */
static bool next_name(const char **names, char *name)
{
	size_t len;

	*names += strspn(*names, ", ");
	len = strcspn(*names, ", ");
	if (!len)
		return false;
	snprintf(name, NAME_LEN, "%.*s", (int)len, *names);
	*names += len;
	return true;
}

static bool holds(const struct column *const *columns, size_t n, const struct column *column)
{
	for (size_t i = 0; i < n; i++)
		if (columns[i] == column)
			return true;
	return false;
}

void list_choose_columns(struct list *list, const char *names)
{
	const struct column *chosen[LIST_COLUMNS_MAX];
	char name[NAME_LEN];
	size_t n = 0;

	while (n < LIST_COLUMNS_MAX && next_name(&names, name)) {
		const struct column *column = pane_column(list->pane, name);

		if (column && !holds(chosen, n, column))
			chosen[n++] = column;
	}
	if (!n)
		return;
	memcpy(list->columns, chosen, n * sizeof(chosen[0]));
	list->n_columns = n;
	list->columns_chosen = true;
}

void list_choose_sort(struct list *list, const char *sort)
{
	bool signed_ = *sort == '+' || *sort == '-';
	const struct column *column = pane_column(list->pane, sort + signed_);

	if (!column)
		return;
	list->sort = column;
	list->descending = signed_ ? *sort == '-' : column->flags & COLUMN_DOWN;
}

void list_move_sort(struct list *list, int step)
{
	size_t at = 0;

	while (at < list->n_columns && list->columns[at] != list->sort)
		at++;
	if (at == list->n_columns)
		at = 0; /* sorted by a column that is not shown */
	else
		at = (at + list->n_columns + step) % list->n_columns;
	list->sort = list->columns[at];
	list->descending = list->sort->flags & COLUMN_DOWN;
}

/* --- rows ------------------------------------------------------------------------------------- */

static int list_add(struct list *list, const void *row, const struct view_context *ctx)
{
	const struct column *sort = list->sort;

	if (list->n == list->cap) {
		size_t cap = list->cap ? 2 * list->cap : 256;
		struct list_item *items = reallocarray(list->items, cap, sizeof(*items));

		if (!items)
			return -ENOMEM;
		list->items = items;
		list->cap = cap;
	}
	list->items[list->n].row = row;
	list->items[list->n].key = sort->order ? sort->order(row, ctx) : sort->get(row, ctx);
	list->n++;
	return 0;
}

/* Equal rows stay in a fixed order, the newer on top: ids grow with time. */
static int compare_items(const void *a, const void *b, void *ctx)
{
	const struct list *list = ctx;
	const struct list_item *left = a, *right = b;
	int order = value_compare(left->key, right->key);
	uint64_t left_id, right_id;

	if (order)
		return list->descending ? -order : order;
	left_id = list->pane->id(left->row);
	right_id = list->pane->id(right->row);
	return (left_id < right_id) - (left_id > right_id);
}

static bool before(struct list *list, size_t a, size_t b)
{
	return compare_items(&list->items[a], &list->items[b], list) < 0;
}

/* Turns the items round when more of them stand in the reverse of the order than in it. */
static void turn_round(struct list *list)
{
	size_t wrong = 0;

	for (size_t i = 1; i < list->n; i++)
		wrong += before(list, i, i - 1);
	if (wrong <= list->n / 2)
		return;
	for (size_t i = 0, j = list->n - 1; i < j; i++, j--) {
		struct list_item item = list->items[i];

		list->items[i] = list->items[j];
		list->items[j] = item;
	}
}

/* Insertion sort, given up when it takes more than a few steps an item. */
static bool sort_nearly(struct list *list)
{
	size_t budget = 4 * list->n;

	for (size_t i = 1; i < list->n; i++) {
		struct list_item item = list->items[i];
		size_t at = i;

		while (at > 0 && compare_items(&item, &list->items[at - 1], list) < 0 && budget) {
			list->items[at] = list->items[at - 1];
			at--;
			budget--;
		}
		list->items[at] = item;
	}
	return budget;
}

/* Rows come in order of arrival, which often is nearly the order wanted, or its reverse. */
static void sort_items(struct list *list)
{
	if (list->n < 2)
		return;
	turn_round(list);
	if (!sort_nearly(list))
		qsort_r(list->items, list->n, sizeof(*list->items), compare_items, list);
}

int list_fill(struct list *list, const struct model *model, const struct filter *filter,
	      const struct view_context *ctx)
{
	list->n = 0;
	for (const void *row = list->pane->first(model); row; row = list->pane->next(row)) {
		if (!list->pane->match(row, filter))
			continue;
		if (list_add(list, row, ctx)) {
			list->n = 0;
			return -ENOMEM;
		}
	}
	sort_items(list);
	return 0;
}

ptrdiff_t list_find(const struct list *list, uint64_t id)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->pane->id(list->items[i].row) == id)
			return i;
	return -1;
}

int columns_check(const char *names, char *error, size_t error_cap)
{
	char name[NAME_LEN], safe[4 * NAME_LEN];
	bool any = false;

	while (next_name(&names, name)) {
		bool known = false;

		for (size_t i = 0; i < PANE_COUNT && !known; i++)
			known = pane_column(&panes[i], name);
		if (!known) {
			sanitize_text(safe, sizeof(safe), name, strlen(name), CHARSET_ASCII);
			snprintf(error, error_cap, "unknown column '%s'", safe);
			return -EINVAL;
		}
		any = true;
	}
	if (!any) {
		snprintf(error, error_cap, "no column is named");
		return -EINVAL;
	}
	return 0;
}
