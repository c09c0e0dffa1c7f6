/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_DETAIL_PARTS_H
#define CONNTOP_DETAIL_PARTS_H

/* What the pages of details are put together from. Private to detail*.c. */
#include "detail.h"

/* --- detail_fields.c -------------------------------------------------------------------------- */

/* Adds a line of our own, as printf(3) writes it. */
void detail_say(struct page *page, const char *label, enum role role, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * A line for each column that the row has a value for: those with the keys in `lead` first, then
 * all others but those in `skip`; NULL: no others. NULL ends either list. Amounts are left to
 * detail_figures().
 */
void detail_fields(struct page *page, const struct detail_from *from, const struct pane *pane,
		   const void *row, const char *const *lead, const char *const *skip);

/* --- detail_table.c --------------------------------------------------------------------------- */

#define DETAIL_ROWS_MAX 1000 /* of one table */

/* A row of a table, and what it is to choose: DETAIL_NONE: nothing. */
struct detail_row {
	const void *row;
	enum detail_kind what;
	uint64_t id;
};

/* Columns of a table by their keys, NULL at the end. */
struct detail_columns {
	const char *keys[16];
	const char
		*spare[8]; /* those that are left out first where there is no room; then by rank */
};

/* The titles and the rows under those of the pane's columns that fit the page. */
void detail_table(struct page *page, const struct detail_from *from, const struct pane *pane,
		  const struct detail_columns *columns, const struct detail_row *rows, size_t n);

/* Rows that are looked for, to become a table; zeroed at first. */
struct detail_rows {
	struct detail_row *rows;
	size_t n, cap;
	bool failed; /* there was no memory for some */
};

void detail_rows_add(struct detail_rows *rows, const void *row, enum detail_kind what);

/*
 * The table of them, in the order of `compare` (of struct detail_row; NULL: the newest on top), up
 * to DETAIL_ROWS_MAX, and how many more there are. Frees them.
 */
void detail_rows_show(struct page *page, const struct detail_from *from, const struct pane *pane,
		      const struct detail_columns *columns, struct detail_rows *rows,
		      int (*compare)(const void *a, const void *b));

/* All amounts of a row: counts, bytes, rates, spans of time; in as many tables as it takes. */
void detail_figures(struct page *page, const struct detail_from *from, const struct pane *pane,
		    const void *row);

/* Whether detail_figures() has the column. */
bool detail_is_figure(const struct column *column);

/* --- detail_conns.c --------------------------------------------------------------------------- */

/* Connections to be shown: those of a process, of a remote end or of a listener. */
void detail_process_conns(struct page *page, const struct detail_from *from,
			  const struct process_row *process);
void detail_remote_conns(struct page *page, const struct detail_from *from,
			 const struct remote_row *remote);
void detail_listener_conns(struct page *page, const struct detail_from *from,
			   const struct listener_row *listener);

/* The listener that a connection came in by, as far as its address tells, or NULL. */
const struct listener_row *detail_listener_of(const struct detail_from *from,
					      const struct conn_row *conn);

/* --- detail_ancestry.c ------------------------------------------------------------------------ */

/* The process with that key, also when the start is known to a clock tick only; or NULL. */
const struct process_row *detail_process(const struct model *model, struct process_key key);

/* What /proc tells of the process with that key, if it is that one still. */
bool detail_proc(const struct detail_from *from, struct process_key key, struct names_process *out);

/* A table of the ancestors, the first one on top; `pcomm`: the parent's command name, or NULL. */
void detail_ancestry(struct page *page, const struct detail_from *from, const struct owner *owner,
		     const char *pcomm);

/* A table of the processes that it forked, the latest on top, as far as they are known. */
void detail_children(struct page *page, const struct detail_from *from,
		     const struct process_row *process);

/* --- detail_process.c ------------------------------------------------------------------------- */

/* The page of a process, of the last or of a certain one of its execs; false: it is not kept. */
bool detail_process_kept(const struct detail_from *from, const struct detail *detail);
void detail_process_fill(const struct detail_from *from, const struct detail *detail,
			 struct page *page);

/* A table of the one process that has to do with a row, if it is known. */
void detail_owner(struct page *page, const struct detail_from *from,
		  const struct process_row *process);

#endif
