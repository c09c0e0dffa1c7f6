/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of a list: which of the table's, in which order. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "search.h"
#include "tree.h"

/* --- what cells show -------------------------------------------------------------------------- */

/* A cell's text is made for this, and forgotten. True: go no further. */
typedef bool (*cell_fn)(const void *wanted, const char *text, size_t len);

static bool any_cell(const struct list *list, const void *row, const struct view_context *ctx,
		     cell_fn fn, const void *wanted)
{
	char text[VALUE_TEXT_MAX];

	for (size_t i = 0; i < list->n_columns; i++) {
		size_t len = column_text(list->columns[i], row, ctx, text, sizeof(text));

		if (fn(wanted, text, len))
			return true;
	}
	return false;
}

static bool cell_has(const void *search, const char *text, size_t len)
{
	size_t match_len;

	return search_span(search, text, len, 0, &match_len) != SIZE_MAX;
}

static bool cell_passes(const void *filter, const char *text, size_t len)
{
	return row_filter_match(filter, text, len);
}

bool list_row_has(const struct list *list, const void *row, const struct search *search,
		  const struct view_context *ctx)
{
	return search_on(search) && any_cell(list, row, ctx, cell_has, search);
}

int list_filter_rows(struct list *list, const char *text, char *error, size_t error_cap)
{
	struct row_filter *filter;
	int err = row_filter_new(text, &filter, error, error_cap);

	if (err)
		return err;
	row_filter_free(list->row_filter);
	list->row_filter = filter;
	return 0;
}

ptrdiff_t list_search(const struct list *list, const struct search *search,
		      const struct view_context *ctx, ptrdiff_t from, int step, bool *wrapped)
{
	ptrdiff_t n = list->n, at = from;

	*wrapped = false;
	for (ptrdiff_t i = 0; i < n; i++, at += step) {
		if (at < 0 || at >= n) {
			at = step > 0 ? 0 : n - 1;
			*wrapped = true;
		}
		if (list_row_has(list, list->items[at].row, search, ctx))
			return at;
	}
	return -1;
}

/* --- order ------------------------------------------------------------------------------------ */

/* Equal rows: the newer on top, and in a fixed order: ids grow with time. */
static int compare_equals(const struct pane *pane, const void *left, const void *right)
{
	uint64_t left_id = pane->id(left), right_id = pane->id(right);
	uint64_t left_ns = pane->active_ns ? pane->active_ns(left) : 0;
	uint64_t right_ns = pane->active_ns ? pane->active_ns(right) : 0;

	if (left_ns != right_ns)
		return left_ns < right_ns ? 1 : -1;
	return (left_id < right_id) - (left_id > right_id);
}

static int compare_items(const void *a, const void *b, void *ctx)
{
	const struct list *list = ctx;
	const struct list_item *left = a, *right = b;
	int order = value_compare(left->key, right->key);

	if (order)
		return list->descending ? -order : order;
	return compare_equals(list->pane, left->row, right->row);
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

/* A row that the filter lets through, and perhaps the row filter. */
static int take_row(struct list *list, const void *row, const struct view_context *ctx)
{
	list->total++;
	if (list->row_filter && !any_cell(list, row, ctx, cell_passes, list->row_filter))
		return 0;
	list->found++;
	return list_add(list, row, ctx);
}

static int take_rows(struct list *list, const struct model *model, const struct filter *filter,
		     const struct view_context *ctx)
{
	int err = 0;

	for (const void *row = list->pane->first(model); row && !err; row = list->pane->next(row))
		if (list->pane->match(row, filter))
			err = take_row(list, row, ctx);
	return err;
}

int list_fill(struct list *list, const struct model *model, const struct filter *filter,
	      const struct view_context *ctx)
{
	int err;

	list->n = 0;
	list->total = 0;
	list->found = 0;
	err = take_rows(list, model, filter, ctx);
	if (!err) {
		sort_items(list);
		err = list->tree ? tree_arrange(list->tree, list, model, ctx) : 0;
	}
	if (err)
		list->n = 0;
	return err;
}

ptrdiff_t list_find(const struct list *list, uint64_t id)
{
	if (list->tree)
		return list->n ? tree_find(list->tree, id) : -1;
	for (size_t i = 0; i < list->n; i++)
		if (list->pane->id(list->items[i].row) == id)
			return i;
	return -1;
}

/* --- as a tree -------------------------------------------------------------------------------- */

int list_set_tree(struct list *list, bool on)
{
	if (on == !!list->tree)
		return 0;
	if (on && list->pane != &panes[PANE_EXECS])
		return -EOPNOTSUPP;
	tree_free(list->tree);
	list->n = 0; /* some rows were the tree's */
	list->tree = on ? tree_new() : NULL;
	return on && !list->tree ? -ENOMEM : 0;
}

const struct column *list_tree_column(const struct list *list)
{
	static const char *const keys[] = { "args", "comm", "filename" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && list->tree; i++)
		for (size_t j = 0; j < list->n_columns; j++)
			if (!strcmp(list->columns[j]->key, keys[i]))
				return list->columns[j];
	return list->tree ? list->columns[list->n_columns - 1] : NULL;
}

size_t list_branch(const struct list *list, size_t index, enum charset charset, int width,
		   char *out)
{
	out[0] = '\0';
	if (!list->tree || index >= list->n || index >= list->tree->n_shown)
		return 0;
	return tree_branch(list->tree, index, charset, width, out);
}

ptrdiff_t list_fold(struct list *list, ptrdiff_t index, bool fold)
{
	return list->tree ? tree_fold(list->tree, index, fold) : -1;
}
