/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_CELLS_H
#define CONNTOP_TEST_CELLS_H

/* What a column makes of a row, asserted as text. After cmocka.h. */
#include <stdlib.h>
#include <time.h>
#include "../../tui/view/columns.h"
#include "events.h"
#include "pane.h"

static struct view_context ctx = {
	.now_ns = T0_NS,
	.boot_to_wall_ns = T0_BOOT_TO_WALL_NS,
	.charset = CHARSET_UTF8,
};

/* What a row of the column `key` is to people and to scripts. */
struct cell_text {
	const char *key, *text, *raw;
};

static inline int cells_set_up(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	return 0;
}

static inline void expect_cell(enum pane_id pane, const void *row, struct cell_text wanted)
{
	const struct column *column = pane_column(&panes[pane], wanted.key);
	char out[VALUE_TEXT_MAX];

	if (!column)
		fail_msg("no column '%s'", wanted.key);
	column_text(column, row, &ctx, out, sizeof(out));
	if (strcmp(out, wanted.text))
		fail_msg("%s shows '%s', not '%s'", wanted.key, out, wanted.text);
	value_raw(column->get(row, &ctx), out, sizeof(out));
	if (strcmp(out, wanted.raw))
		fail_msg("%s is '%s', not '%s'", wanted.key, out, wanted.raw);
}

static inline void expect_cells(enum pane_id pane, const void *row, const struct cell_text *wanted,
				size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect_cell(pane, row, wanted[i]);
}

#define EXPECT_CELLS(pane, row, wanted) \
	expect_cells(pane, row, wanted, sizeof(wanted) / sizeof((wanted)[0]))

/* How the column `key` orders two rows. */
static inline int compare_cells(enum pane_id pane, const char *key, const void *a, const void *b)
{
	const struct column *column = pane_column(&panes[pane], key);
	struct value (*of)(const void *, const struct view_context *) = column->order
										? column->order
										: column->get;

	return value_compare(of(a, &ctx), of(b, &ctx));
}

#endif
