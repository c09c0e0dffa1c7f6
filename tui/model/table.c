/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "table.h"

#define LOG_MIN 1024

static size_t n_chunks(const struct table *table)
{
	return (table->max + TABLE_CHUNK - 1) / TABLE_CHUNK;
}

static struct table_log *log_new(size_t n)
{
	struct table_log *log = calloc(1, sizeof(*log) + n * sizeof(log->slots[0]));

	if (!log)
		return NULL;
	log->refs = 1;
	log->mask = n - 1;
	return log;
}

struct table_log *table_log_get(const struct table *table)
{
	table->log->refs++;
	return table->log;
}

void table_log_put(struct table_log *log)
{
	if (log && !--log->refs)
		free(log);
}

/* --- the table -------------------------------------------------------------------------------- */

/* What calloc() gives of this size takes no memory before it is written to. */
int table_init(struct table *table, size_t max, size_t row_size)
{
	memset(table, 0, sizeof(*table));
	table->max = max;
	table->row_size = row_size;
	table->chunks = calloc(n_chunks(table), sizeof(*table->chunks));
	table->log = log_new(LOG_MIN);
	if (table->chunks && !index_init(&table->index) && table->log)
		return 0;
	table_fini(table);
	return -ENOMEM;
}

void table_fini(struct table *table)
{
	for (size_t i = 0; table->chunks && i < n_chunks(table); i++)
		free(table->chunks[i]);
	free(table->chunks);
	index_fini(&table->index);
	table_log_put(table->log);
	memset(table, 0, sizeof(*table));
}

/* --- rows ------------------------------------------------------------------------------------- */

static void note(struct table *table, uint32_t slot)
{
	struct table_log *log = table->log;

	log->slots[log->n++ & log->mask] = slot;
}

void table_changed(struct table *table, const void *row)
{
	note(table, ((const struct table_row *)row)->slot);
}

void table_all_changed(struct table *table)
{
	table->log->n += table->log->mask + 2; /* more than the log holds */
}

/*
 * As many changes as there are rows are kept: after more of them, all rows are as soon looked at.
 * Without memory for it the log stays shorter.
 */
static void grow_log(struct table *table)
{
	struct table_log *log = log_new(2 * (table->log->mask + 1));

	if (!log)
		return;
	table_log_put(table->log);
	table->log = log;
}

/* Rows of whole lines of memory begin with one. NULL without memory. */
static char *chunk_new(const struct table *table)
{
	return aligned_alloc(PREFETCH_LINE, TABLE_CHUNK * table->row_size);
}

/* A slot that no row has; 0 without memory. */
static uint32_t take_slot(struct table *table)
{
	uint32_t slot = table->free;

	if (slot) {
		table->free = ((struct table_row *)table_slot(table, slot))->next;
		return slot;
	}
	if (table->n_slots % TABLE_CHUNK == 0) {
		char *chunk = chunk_new(table);

		if (!chunk)
			return 0;
		table->chunks[table->n_slots / TABLE_CHUNK] = chunk;
		if (table->n_slots > table->log->mask)
			grow_log(table);
	}
	return ++table->n_slots;
}

void *table_add(struct table *table, uint64_t id)
{
	bool room = table->n < table->max && !index_reserve(&table->index, table->n);
	uint32_t slot = room ? take_slot(table) : 0;
	struct table_row *row;

	if (!slot)
		return NULL;
	row = (struct table_row *)table_slot(table, slot);
	memset(row, 0, table->row_size);
	row->id = id;
	row->slot = slot;
	index_add(&table->index, index_hash(id), slot);
	table->n++;
	note(table, slot);
	return row;
}

void table_remove(struct table *table, void *row)
{
	struct table_row *gone = (struct table_row *)row;

	index_remove(&table->index, index_hash(gone->id), gone->slot);
	note(table, gone->slot);
	gone->next = table->free;
	table->free = gone->slot;
	gone->slot = 0;
	table->n--;
}

void *table_find(const struct table *table, uint64_t id)
{
	const uint32_t hash = index_hash(id);
	uint32_t n = 0, slot;

	while ((slot = index_next(&table->index, hash, &n))) {
		struct table_row *row = (struct table_row *)table_slot(table, slot);

		if (row->id == id)
			return row;
	}
	return NULL;
}

void *table_from(const struct table *table, uint32_t slot)
{
	for (; slot <= table->n_slots; slot++) {
		struct table_row *row = (struct table_row *)table_slot(table, slot);

		if (row->slot)
			return row;
	}
	return NULL;
}

int table_copy(struct table *table, const struct table *other)
{
	size_t size = TABLE_CHUNK * other->row_size;
	int err = index_copy(&table->index, &other->index);

	for (size_t i = 0; !err && i * TABLE_CHUNK < other->n_slots; i++) {
		table->chunks[i] = chunk_new(table);
		if (table->chunks[i])
			memcpy(table->chunks[i], other->chunks[i], size);
		else
			err = -ENOMEM;
	}
	if (err)
		return err;
	table->n = other->n;
	table->n_slots = other->n_slots;
	table->free = other->free;
	return 0;
}

/* --- lists of some of the rows ---------------------------------------------------------------- */

static struct table_link *link_of(void *row, size_t link)
{
	return (struct table_link *)((char *)row + link);
}

/* Where the slot that follows another is kept; 0: the first one. */
static uint32_t *next_of(const struct table *table, struct table_list *list, uint32_t slot,
			 size_t link)
{
	return slot ? &link_of(table_slot(table, slot), link)->next : &list->first;
}

static uint32_t *prev_of(const struct table *table, struct table_list *list, uint32_t slot,
			 size_t link)
{
	return slot ? &link_of(table_slot(table, slot), link)->prev : &list->last;
}

static void insert(const struct table *table, struct table_list *list, void *row, size_t link,
		   struct table_link between)
{
	uint32_t slot = ((struct table_row *)row)->slot;

	*link_of(row, link) = between;
	*next_of(table, list, between.prev, link) = slot;
	*prev_of(table, list, between.next, link) = slot;
}

void table_append(const struct table *table, struct table_list *list, void *row, size_t link)
{
	insert(table, list, row, link, (struct table_link){ .prev = list->last });
}

void table_prepend(const struct table *table, struct table_list *list, void *row, size_t link)
{
	insert(table, list, row, link, (struct table_link){ .next = list->first });
}

void table_unlink(const struct table *table, struct table_list *list, void *row, size_t link)
{
	struct table_link *gone = link_of(row, link);

	*next_of(table, list, gone->prev, link) = gone->next;
	*prev_of(table, list, gone->next, link) = gone->prev;
	*gone = (struct table_link){ 0 };
}
