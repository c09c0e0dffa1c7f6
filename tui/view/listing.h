/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_LISTING_H
#define CONNTOP_LISTING_H

/*
 * How the rows of a list are known between two fills. Of each slot of the table there is a byte:
 * whether its row is listed, and whether that stands above the window, in it or below. The window
 * is the part of the list that is looked at, and its rows alone are in order. So a row that changed
 * is compared with both ends of the window, and no other is read; all are when another order or
 * another part is asked for: a million in the time that a frame has. Private to tui/view/list*.c.
 */
#include "pane.h"

/* A row, as others are compared with it. What is less is above. */
struct placed {
	struct key {
		uint64_t high, low;
	} key; /* of the value sorted by */
	/* Where equal keys are of equal values: when the row was active last, or its id. */
	uint64_t tie;
	uint32_t slot;
};

#define SLOT_PASSES 0x1 /* the filter lets the row through */
#define SLOT_LISTED 0x2 /* the row filter, too */
#define SLOT_LIVES  0x4 /* it may change by itself */
#define SLOT_STATES 0x8 /* so many there are of these; the others are of rows that are listed */
#define SLOT_ABOVE  0x8 /* the window */
#define SLOT_WITHIN 0x10

/* Rows from one up to before another; slot 0: from the first, or to the last. */
struct bounds {
	struct placed low, high;
	bool common; /* many rows have the key of `high` */
};

struct window {
	bool known;  /* what slots say of it is so */
	bool sorted; /* its slots are in order */
	struct bounds bounds;
	size_t first, n; /* it has rows `first` to `first` + `n` - 1 of the list */
	uint32_t *slots; /* theirs; there is room for all of the list */
	/* What was asked for last: the row in a slot, or, where that is 0, at an index. */
	uint32_t asked_slot;
	size_t asked_index;
	unsigned misses; /* times that this was elsewhere, since rows changed */
};

struct listing {
	const struct table *table;
	struct table_log *log; /* of the table */
	uint64_t seen;	       /* changes in it */
	struct view_context ctx;
	/* How rows are ordered. */
	const struct column *sort;
	bool descending;
	/* What rows were judged by; `stale`: that is another row filter now. */
	struct filter filter;
	uint64_t filters; /* of the model */
	bool by_model;	  /* it is the model's own */
	bool stale;
	const struct column *columns[LIST_COLUMNS_MAX]; /* that the row filter looked at */
	size_t n_columns;
	uint8_t *slots; /* SLOT_* of slot n + 1; there is room for `cap` */
	size_t cap, n_slots;
	struct window window;
};

/* All that is known of the rows. */
void list_forget(struct list *list);

/* As list_row(), also while the list is a tree. */
const void *list_sorted_row(const struct list *list, size_t index);

/* --- list_rows.c ------------------------------------------------------------------------------ */

/* SLOT_PASSES, SLOT_LISTED and SLOT_LIVES of a row. */
uint8_t listing_judge(const struct list *list, const void *row);

/* --- list_order.c: numbers in the order of values --------------------------------------------- */

struct key listing_key(const struct listing *listing, const void *row);
uint64_t listing_tie(const struct list *list, const void *row);
struct placed listing_placed(const struct list *list, const struct table_row *row);

/* Whether equal keys are of equal values. */
bool listing_says_all(const struct listing *listing, struct key key);

/* Which of two rows is above: <0, 0: they are one, >0. Both are in the table. */
int listing_compare(const struct list *list, const struct placed *a, const struct placed *b);

/* --- list_window.c ---------------------------------------------------------------------------- */

/* How many rows there are of each state. */
struct tally {
	size_t n[SLOT_STATES];
};

/* Judges all rows, and has a window on what was asked for last. */
void window_judge_all(const struct list *list, struct tally *tally);

/* Nothing is known any more of where rows stand. */
void window_close(struct window *window);

/*
 * Rows changed: those that the log tells of, and the living ones where `living`. Before they are
 * looked at, of each the state that is now its slot's, and after that.
 */
void window_prepare(struct listing *listing, bool living);
void window_change(const struct list *list, uint32_t slot, uint8_t state);
void window_changed(struct listing *listing);

/* The slot of the row at an index of the list, of those that are listed. */
uint32_t window_slot(const struct list *list, size_t index);

/* How many rows stand above the one in the slot, which is listed. */
size_t window_rank(const struct list *list, uint32_t slot);

#endif
