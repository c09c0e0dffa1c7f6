/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a pane shows at a moment: which columns, sorted by which. list_rows.c has the rows. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "listing.h"
#include "search.h"
#include "tree.h"

#define NAME_LEN 32 /* of a column, the NUL included */

void list_init(struct list *list, const struct pane *pane)
{
	memset(list, 0, sizeof(*list));
	list->pane = pane;
	list_default_columns(list);
	list_choose_sort(list, pane->sort);
}

void list_fini(struct list *list)
{
	list_forget(list);
	row_filter_free(list->row_filter);
	tree_free(list->tree);
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

/* Whether the pane has such a column, or, where it is NULL, some pane. */
static bool is_known(const struct pane *pane, const char *name)
{
	bool known = pane && pane_column(pane, name);

	for (size_t i = 0; !pane && i < PANE_COUNT && !known; i++)
		known = pane_column(&panes[i], name);
	return known;
}

int pane_columns_check(const struct pane *pane, const char *names, char *error, size_t error_cap)
{
	char name[NAME_LEN], safe[4 * NAME_LEN];
	bool any = false;

	while (next_name(&names, name)) {
		if (!is_known(pane, name)) {
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

int columns_check(const char *names, char *error, size_t error_cap)
{
	return pane_columns_check(NULL, names, error, error_cap);
}
