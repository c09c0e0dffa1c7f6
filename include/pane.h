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
struct search;
struct row_filter;
struct tree;

struct pane {
	const char *name;  /* --pane, and the array in a JSON snapshot */
	const char *title; /* on screen */
	const char *help;
	const struct column *columns;
	const size_t *n_columns;
	const char *sort; /* key of the column sorted by at first */
	const struct table *(*table)(const struct model *model);
	bool (*match)(const void *row, const struct filter *filter);
	/* Optional: what match() says by the model's own filter, where the model remembers that. */
	bool (*passes)(const void *row);
	/* Whether the row still lasts: then what columns tell of it may change by itself. */
	bool (*lives)(const void *row);
	/* The role of an unselected row at that time: failed, new, just gone, gone before that. */
	enum role (*role)(const void *row, const struct view_context *ctx);
	/* How many rows, for the title: "1,204" or "231 live, 1,882 closed"; terminated. */
	void (*count)(const struct list *list, char *out, size_t cap);
	/* Optional: when the row was active last. Among equals the newer is above, then by id. */
	uint64_t (*active_ns)(const void *row);
};

extern const struct pane panes[PANE_COUNT];

/* A number as counts are written: 1204 as "1,204". Terminated. */
void group_digits(uint64_t number, char *out, size_t cap);

/* By name; NULL when there is none. */
const struct pane *pane_find(const char *name);

/* By key, or by title without regard to case; NULL when the pane has no such column. */
const struct column *pane_column(const struct pane *pane, const char *name);

#define LIST_COLUMNS_MAX 48

struct list {
	const struct pane *pane;
	const struct column *columns[LIST_COLUMNS_MAX]; /* shown, in order */
	size_t n_columns;
	bool columns_chosen; /* by the user: exports keep to them */
	const struct column *sort;
	bool descending;
	size_t n;	 /* rows: list_row(list, 0) to list_row(list, n - 1) */
	size_t total;	 /* rows before the row filter */
	size_t found;	 /* those that it lets through; of a tree, `n` may be more or less */
	size_t n_living; /* of `found`, those that last */
	struct row_filter *row_filter; /* NULL: none in force */
	struct tree *tree;	       /* NULL: rows are a list */
	struct listing *listing;       /* how the rows are known; NULL: no fill yet */
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

/*
 * Takes the rows that are new or changed since the last fill from the model; all, when anything
 * else is not as it was then. 0, or -ENOMEM with the list empty. Until the next fill the model
 * stays as it is, or no row is asked for.
 */
int list_fill(struct list *list, const struct model *model, const struct filter *filter,
	      const struct view_context *ctx);

/*
 * The row at an index below `n`. Only rows near one that is asked for are put in order, and all
 * when many places are asked for.
 */
const void *list_row(const struct list *list, size_t index);

/*
 * Puts a row filter in force from the next list_fill() on; empty lifts it. 0, or -EINVAL or -ENOMEM
 * with a sentence, and what was in force stays.
 */
int list_filter_rows(struct list *list, const char *text, char *error, size_t error_cap);

/* Whether a shown cell of the row has the text. */
bool list_row_has(const struct list *list, const void *row, const struct search *search,
		  const struct view_context *ctx);

/*
 * Index of the next row that has the text: at `from` or below it (step 1) or above it (-1), then
 * from the other end, *wrapped. -1: no row has it.
 */
ptrdiff_t list_search(const struct list *list, const struct search *search,
		      const struct view_context *ctx, ptrdiff_t from, int step, bool *wrapped);

/* Index of the row with that id, or -1. In a tree, of the branch that it is folded away in. */
ptrdiff_t list_find(const struct list *list, uint64_t id);

/* --- execs as a tree -------------------------------------------------------------------------- */

/*
 * Shows execs under what executed or forked them from the next list_fill() on, or as a list again.
 * Ancestors that executed nothing here come as rows of their own: see exec_row_is_ancestor(). 0, or
 * -ENOMEM, or -EOPNOTSUPP for rows other than execs.
 */
int list_set_tree(struct list *list, bool on);

/* The column whose cells have the tree's lines before their text; NULL: the list is no tree. */
const struct column *list_tree_column(const struct list *list);

#define LIST_BRANCH_MAX 256 /* bytes of a row's lines, the NUL included */

/*
 * Those lines of a row, and of a folded one how many rows it hides: "│ ├─ [+12] ". The lines take
 * at most `width` columns, or 3 if that is more; a row too deep for them is marked: "│ ├… ". "" at
 * a root and where the list is no tree. Terminated, in LIST_BRANCH_MAX bytes; returns the bytes.
 */
size_t list_branch(const struct list *list, size_t index, enum charset charset, int width,
		   char *out);

/*
 * Folds a row with rows under it, or unfolds it, from the next list_fill() on. Folding a row that
 * has none folds the one above it: the index of what was folded, or -1 when nothing was to do.
 */
ptrdiff_t list_fold(struct list *list, ptrdiff_t index, bool fold);

/* Of a tree's row: a process that is no exec, there only for those under it. */
bool exec_row_is_ancestor(const struct exec_row *row);

/*
 * Whether some pane has each of the comma-separated names. 0, or -EINVAL with a sentence that names
 * the first unknown one.
 */
int columns_check(const char *names, char *error, size_t error_cap);

/* The same for one pane; of any pane where it is NULL. */
int pane_columns_check(const struct pane *pane, const char *names, char *error, size_t error_cap);

/* --- columns one by one ----------------------------------------------------------------------- */

/* Shows the pane's own columns again. */
void list_default_columns(struct list *list);

bool list_shows(const struct list *list, const struct column *column);

/*
 * All columns of the pane that rows have, LIST_COLUMNS_MAX at most, into `out`: those shown in
 * their order, each other behind the one that it follows in the pane's table. Returns how many.
 */
size_t list_all_columns(const struct list *list, const struct column **out);

/* Shows a column of the pane, too, at its place in list_all_columns(). */
void list_show_column(struct list *list, const struct column *column);

/* Hides it; -EINVAL for the last one, which stays. */
int list_hide_column(struct list *list, const struct column *column);

/* Changes places with the shown column to the right (1) or left (-1), if there is one. */
void list_move_column(struct list *list, const struct column *column, int step);

#endif
