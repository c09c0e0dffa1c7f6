/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TABLE_H
#define CONNTOP_TABLE_H

/*
 * A table: rows of one size, each in a slot that it keeps as long as it lives, found by their ids,
 * and a log of which of them changed, so that who shows the rows looks at those alone.
 *
 * Not uthash: of its rows each has a handle of 56 bytes and is allocated alone, and a table of a
 * million is walked from one to the next all over the memory. Here it is 16 bytes, and those of an
 * index apart; a walk goes through the memory in order, and no row is touched to find another.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "index.h"
#include "prefetch.h"

/* How every row begins. */
struct table_row {
	uint64_t id;
	uint32_t slot; /* counts from 1; 0: in no table */
	uint32_t next; /* of a free slot: the next one */
};

/*
 * The slots of rows in the order of their changes, the last `mask` + 1 of them. Who has seen them
 * up to some count keeps a reference: while he has it, no other log has this address.
 */
struct table_log {
	uint64_t n; /* changes so far */
	size_t refs;
	size_t mask; /* grows with the table: then it is another log */
	uint32_t slots[];
};

struct table {
	size_t n;   /* rows */
	size_t max; /* of them */
	size_t row_size;
	uint32_t n_slots; /* that were ever in use: 1 to n_slots */
	uint32_t free;	  /* the first of those that are not now; 0: none */
	char **chunks;
	struct index index; /* by id */
	struct table_log *log;
};

/*
 * For up to `max` rows of `row_size` bytes each; memory is taken as it is needed. 0 or -ENOMEM,
 * and the table is as zeroed. What rows point at is the caller's.
 */
int table_init(struct table *table, size_t max, size_t row_size);
void table_fini(struct table *table);

/* A new row with that id, else zeroed; NULL when the table is full, and without memory. */
void *table_add(struct table *table, uint64_t id);

static inline uint64_t table_id(const void *row)
{
	return ((const struct table_row *)row)->id;
}

/* Takes a row out: its slot is used again. */
void table_remove(struct table *table, void *row);

/* The row with that id, or NULL. */
void *table_find(const struct table *table, uint64_t id);

/* Notes that a row changed; that it came or went is known. */
void table_changed(struct table *table, const void *row);

/* Notes that all of them did. */
void table_all_changed(struct table *table);

/* Puts the rows of another table into one just initialised, in the same slots. 0 or -ENOMEM. */
int table_copy(struct table *table, const struct table *other);

/* A reference to the log, to be given back to table_log_put(), which takes NULL, too. */
struct table_log *table_log_get(const struct table *table);
void table_log_put(struct table_log *log);

#define TABLE_CHUNK 256 /* rows that are allocated together */

/* The row in a slot, 1 to n_slots: also of one that is free. */
static inline void *table_slot(const struct table *table, uint32_t slot)
{
	return table->chunks[(slot - 1) / TABLE_CHUNK] +
	       (size_t)((slot - 1) % TABLE_CHUNK) * table->row_size;
}

/*
 * A large table is in no cache. What will be needed soon is asked for: where the row of an id is
 * found; and the row in a slot.
 */
static inline void table_expect(const struct table *table, uint64_t id)
{
	index_expect(&table->index, index_hash(id));
}

static inline void table_expect_row(const struct table *table, uint32_t slot)
{
	prefetch_all(table_slot(table, slot), table->row_size);
}

/* The slot of the row with that id, or of another: no row is read. 0: there is none. */
static inline uint32_t table_likely(const struct table *table, uint64_t id)
{
	uint32_t n = 0;

	return index_next(&table->index, index_hash(id), &n);
}

/* The row in a slot; NULL: none is there. */
static inline void *table_at(const struct table *table, uint32_t slot)
{
	struct table_row *row;

	if (!slot || slot > table->n_slots)
		return NULL;
	row = (struct table_row *)table_slot(table, slot);
	return row->slot ? row : NULL;
}

#define TABLE_AHEAD 16 /* rows that walks look ahead */

/* The first row in that slot or behind it, or NULL. */
void *table_from(const struct table *table, uint32_t slot);

/* All rows, in order of their slots: the first, and the one after another. NULL: no more. */
static inline void *table_first(const struct table *table)
{
	return table_from(table, 1);
}

static inline void *table_next(const struct table *table, const void *row)
{
	uint32_t slot = ((const struct table_row *)row)->slot;
	char *next = (char *)row + table->row_size;

	/* A table of a million is in no cache: the row is asked for well before it is needed. */
	__builtin_prefetch((const char *)row + TABLE_AHEAD * table->row_size);
	__builtin_prefetch((const char *)row + TABLE_AHEAD * table->row_size + 64);
	if (slot % TABLE_CHUNK == 0 || slot >= table->n_slots || !((struct table_row *)next)->slot)
		return table_from(table, slot + 1);
	return next;
}

#define TABLE_FOREACH(table, row) \
	for ((row) = table_first(table); (row); (row) = table_next(table, row))

/* --- lists of some of the rows ---------------------------------------------------------------- */

/* A row's neighbours in a list, by their slots; 0: none. */
struct table_link {
	uint32_t prev, next;
};

struct table_list {
	uint32_t first, last;
};

/* `link`: where in a row the struct table_link of this list is. */
void table_append(const struct table *table, struct table_list *list, void *row, size_t link);
void table_prepend(const struct table *table, struct table_list *list, void *row, size_t link);
void table_unlink(const struct table *table, struct table_list *list, void *row, size_t link);

#endif
