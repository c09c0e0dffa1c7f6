/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_PANE_H
#define CONNTOP_PANE_H

/*
 * Panes: what rows of which table, under which columns. A pane is a table entry; a list is what one
 * shows at a moment: the rows that the filter lets through, sorted.
 */
#include "column.h"
#include "grid.h"

enum pane_id {
	PANE_EXECS,
	PANE_CONNECTIONS,
	PANE_PROCESSES,
	PANE_REMOTES,
	PANE_LISTENERS,
	PANE_COUNT
};

struct list;

struct pane {
	const char *name;  /* --pane, and the array in a JSON snapshot */
	const char *title; /* on screen */
	const char *help;
	const struct column *columns;
	const size_t *n_columns;
	const char *sort; /* key of the column sorted by at first */
	const void *(*first)(const struct model *model);
	const void *(*next)(const void *row);
	bool (*match)(const void *row, const struct filter *filter);
	uint64_t (*id)(const void *row);
	/* The role of an unselected row. */
	enum role (*role)(const void *row);
	/* How many rows, for the title: "1,204" or "231 live, 1,882 closed"; terminated. */
	void (*count)(const struct list *list, char *out, size_t cap);
};

extern const struct pane panes[PANE_COUNT];

/* By name; NULL when there is none. */
const struct pane *pane_find(const char *name);

/* By key, or by title without regard to case; NULL when the pane has no such column. */
const struct column *pane_column(const struct pane *pane, const char *name);

#define LIST_COLUMNS_MAX 48

struct list_item {
	struct value key; /* of the column sorted by */
	const void *row;
};

struct list {
	const struct pane *pane;
	const struct column *columns[LIST_COLUMNS_MAX]; /* shown, in order */
	size_t n_columns;
	bool columns_chosen; /* by the user: exports keep to them */
	const struct column *sort;
	bool descending;
	struct list_item *items; /* in order */
	size_t n, cap;
};

/* The pane's default columns and order, no rows. */
void list_init(struct list *list, const struct pane *pane);
void list_fini(struct list *list);

/*
 * Shows those of `names` (comma-separated keys or titles, checked by columns_check()) that the pane
 * has, in that order; keeps what is shown when it has none of them.
 */
void list_choose_columns(struct list *list, const char *names);

/* Sorts by NAME, +NAME (ascending) or -NAME (descending) when the pane has it; else no change. */
void list_choose_sort(struct list *list, const char *sort);

/* Moves to the next (+1) or previous (-1) shown column, in its first direction. */
void list_move_sort(struct list *list, int step);

/* Takes the rows anew from the model and sorts them. 0, or -ENOMEM with the list empty. */
int list_fill(struct list *list, const struct model *model, const struct filter *filter,
	      const struct view_context *ctx);

/* How many rows of the Connections pane's list are of connections that live. */
size_t conns_living(const struct list *list);

/* Index of the row with that id, or -1. */
ptrdiff_t list_find(const struct list *list, uint64_t id);

/*
 * Whether some pane has each of the comma-separated names. 0, or -EINVAL with a sentence that names
 * the first unknown one.
 */
int columns_check(const char *names, char *error, size_t error_cap);

#endif
