/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_SNAPSHOTS_H
#define CONNTOP_TEST_SNAPSHOTS_H

/* Snapshots of a small pane of the tests' own. After cmocka.h. */
#include <stdlib.h>
#include <string.h>
#include "../../tui/view/listing.h"
#include "export.h"

/* --- a pane whose rows are their values ------------------------------------------------------- */

enum { NAME, COUNT, FLAG, WHEN, ADDR, ARGS, N_VALUES };

struct row {
	struct value values[N_VALUES];
};

#define GETTER(index)                                                                           \
	static inline struct value get_##index(const void *row, const struct view_context *ctx) \
	{                                                                                       \
		(void)ctx;                                                                      \
		return ((const struct row *)row)->values[index];                                \
	}

GETTER(NAME)
GETTER(COUNT)
GETTER(FLAG)
GETTER(WHEN)
GETTER(ADDR)
GETTER(ARGS)

static inline struct value get_event(const void *row, const struct view_context *ctx)
{
	(void)row;
	(void)ctx;
	return (struct value){ .type = VALUE_TEXT, .text = { "thing", 5 } };
}

static const struct column columns[] = {
	{ .key = "event", .title = "EVENT", .flags = COLUMN_STREAM, .get = get_event },
	{ .key = "name", .title = "NAME", .width = 6, .get = get_NAME },
	{ .key = "count", .title = "COUNT", .width = 5, .align = ALIGN_RIGHT, .get = get_COUNT },
	{ .key = "flag", .title = "FLAG", .width = 4, .get = get_FLAG },
	{ .key = "when", .title = "WHEN", .width = 12, .get = get_WHEN },
	{ .key = "addr", .title = "ADDR", .width = 9, .get = get_ADDR },
	{ .key = "args", .title = "ARGS", .width = 4, .get = get_ARGS },
};

static const size_t n_things = sizeof(columns) / sizeof(columns[0]);
static const size_t n_others = 3;

static inline void count_rows(const struct list *list, char *out, size_t cap)
{
	snprintf(out, cap, "%zu of them", list->n);
}

static const struct pane things = {
	.name = "things",
	.title = "Things",
	.columns = columns,
	.n_columns = &n_things,
	.count = count_rows,
};

static const struct pane others = {
	.name = "others",
	.title = "Others",
	.columns = columns,
	.n_columns = &n_others,
	.count = count_rows,
};

static inline struct value text(const char *string)
{
	return (struct value){ .type = VALUE_TEXT, .text = { string, strlen(string) } };
}

static inline struct value number(int64_t n)
{
	return (struct value){ .type = VALUE_NUMBER, .number = n };
}

/* --- a snapshot of one or two rows ------------------------------------------------------------ */

#define ROWS_MAX 4

static struct fixture {
	struct row rows[ROWS_MAX];
	/* How the first list knows the rows: as a table, in order. */
	char *chunk;
	struct table table;
	uint32_t ordered[ROWS_MAX];
	struct listing listing;
	struct list lists[PANE_COUNT];
	struct source_host host;
	struct source_counts counts;
	struct filterspec spec;
	struct view_context ctx;
	struct snapshot snapshot;
	char *out;
	size_t len;
} f;

static inline void show(struct list *list, const struct pane *pane, const char *keys)
{
	list->pane = pane;
	list->n_columns = 0;
	for (size_t i = 0; i < *pane->n_columns; i++) {
		if (strstr(keys, pane->columns[i].key))
			list->columns[list->n_columns++] = &pane->columns[i];
	}
}

static inline int set_up(void **state)
{
	(void)state;
	memset(&f, 0, sizeof(f));
	show(&f.lists[0], &things, "name count");
	for (size_t i = 1; i < PANE_COUNT; i++)
		show(&f.lists[i], &others, "name");
	f.chunk = (char *)f.rows;
	f.table = (struct table){ .chunks = &f.chunk, .row_size = sizeof(f.rows[0]) };
	for (size_t i = 0; i < ROWS_MAX; i++)
		f.ordered[i] = i + 1;
	f.listing = (struct listing){ .table = &f.table };
	f.listing.window =
		(struct window){ .known = true, .sorted = true, .n = ROWS_MAX, .slots = f.ordered };
	f.lists[0].listing = &f.listing;
	strcpy(f.host.name, "web-03");
	strcpy(f.host.release, "6.1.0");
	f.counts.kinds[EVENT_EXEC] = (struct event_counts){ 12, 3, 1 };
	f.counts.kinds[EVENT_EXIT] = (struct event_counts){ 11, 0, 0 };
	f.counts.kinds[EVENT_OPEN] = (struct event_counts){ 5, 0, 0 };
	f.counts.kinds[EVENT_CLOSE] = (struct event_counts){ 4, 0, 2 };
	f.counts.kinds[EVENT_SAMPLE] = (struct event_counts){ 99, 99, 99 };
	f.ctx.now_ns = 123456789;
	f.ctx.boot_to_wall_ns = 1795232718000000000; /* 2026-11-21T03:45:18Z */
	f.snapshot = (struct snapshot){
		.host = &f.host,
		.counts = &f.counts,
		.filterspec = &f.spec,
		.ctx = &f.ctx,
		.lists = f.lists,
	};
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	free(f.out);
	return 0;
}

static inline struct row *add_row(struct value name, struct value count)
{
	struct row *row = &f.rows[f.lists[0].n++];

	row->values[NAME] = name;
	row->values[COUNT] = count;
	return row;
}

static inline const char *written(enum export_format format)
{
	FILE *out;

	free(f.out);
	f.out = NULL;
	out = open_memstream(&f.out, &f.len);
	assert_non_null(out);
	assert_int_equal(snapshot_write(&f.snapshot, format, out), 0);
	fclose(out);
	return f.out;
}

/* What follows the first occurrence of `mark`. */
static inline const char *after(const char *whole, const char *mark)
{
	const char *found = strstr(whole, mark);

	assert_non_null(found);
	return found + strlen(mark);
}

#define OTHERS "\nOthers: 0 of them\nNAME\n"

#endif
