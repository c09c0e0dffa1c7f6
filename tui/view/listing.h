/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_LISTING_H
#define CONNTOP_LISTING_H

/*
 * How the rows of a list are known between two fills. Of each slot of the table there is an entry
 * that says where its row stands in the order: 24 bytes, so that a million are looked through in
 * the time that a frame has. Which rows stand at some places is found out when these are asked
 * for. Private to tui/view/list*.c.
 */
#include "pane.h"

/* What is less is above. */
struct entry {
	struct key {
		uint64_t high, low;
	} key; /* of the value sorted by */
	/* Where equal keys are of equal values: when the row was active last, or its id. */
	uint64_t tie;
};

#define SLOT_PASSES 0x1 /* the filter lets the row through */
#define SLOT_LISTED 0x2 /* the row filter, too */
#define SLOT_LIVES  0x4 /* it may change by itself */
#define SLOT_STATES 0x8

struct listing {
	const struct table *table;
	struct table_log *log; /* of the table */
	uint64_t seen;	       /* changes in it */
	struct view_context ctx;
	/* What entries were made by. */
	const struct column *sort;
	bool descending;
	/* What rows were judged by; `stale`: that is another row filter now. */
	struct filter filter;
	uint64_t filters; /* of the model */
	bool by_model;	  /* it is the model's own */
	bool stale;
	const struct column *columns[LIST_COLUMNS_MAX]; /* that the row filter looked at */
	size_t n_columns;
	/* Of slot n + 1 the entry and the SLOT_*; there is room for `cap`. */
	struct entry *entries;
	uint8_t *slots;
	size_t cap, n_slots;
	/* The slots of rows `first` to `first` + `n_ordered` - 1 of the list; room for `cap`. */
	uint32_t *ordered;
	size_t first, n_ordered;
	unsigned misses; /* times that others were asked for */
};

/* All that is known of the rows. */
void list_forget(struct list *list);

/* As list_row(), also while the list is a tree. */
const void *list_sorted_row(const struct list *list, size_t index);

/* Makes the entry of a row, or of all; those of empty slots say nothing. */
void listing_enter(struct list *list, const struct table_row *row);
void listing_enter_all(struct list *list);

/* How many rows stand above the one in the slot, which is listed. */
size_t listing_rank(const struct list *list, uint32_t slot);

/* Makes the row at an index be among the ordered ones. */
void listing_place(const struct list *list, size_t index);

#endif
