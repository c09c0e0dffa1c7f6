/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_DETAIL_H
#define CONNTOP_DETAIL_H

/*
 * Details: a page with everything that is known of a process, an execution, a connection, a remote
 * end or a listener, and of what it has to do with. Such lines are choices, which have details of
 * their own. Knows no terminal and no keys.
 */
#include "page.h"
#include "pane.h"

/* What a detail is of; also what a choice of its page is. */
enum detail_kind {
	DETAIL_NONE,
	DETAIL_PROCESS, /* a choice's id: of the process's row */
	DETAIL_PID,	/* choices only: a process that has no row; the id is its PID */
	DETAIL_EXEC,
	DETAIL_CONN,
	DETAIL_REMOTE,
	DETAIL_LISTENER,
	DETAIL_KINDS
};

/* Names something for good, wherever in the tables it is by now, and if it is there at all. */
struct detail {
	enum detail_kind kind;
	uint64_t id;		    /* of the row; of a process: nothing */
	struct process_key process; /* of processes and execs */
};

/* What pages are made from. */
struct detail_from {
	const struct model *model;
	const struct filter
		*filter; /* connections, listeners and execs that it turns away stay out */
	const struct view_context *ctx;
	int cols; /* that the page has */
};

/* What a row of a pane is. */
struct detail detail_of_row(enum pane_id pane, const void *row);

/* What a choice of a detail's page is; DETAIL_NONE: it is not kept any more. */
struct detail detail_of_choice(const struct detail_from *from, const struct page_line *line);

/* Whether anything is known of it still: its rows may have had to make room for others. */
bool detail_is_kept(const struct detail_from *from, const struct detail *detail);

/* Gives the page its title and adds the lines; nothing when it is not kept. */
void detail_fill(const struct detail_from *from, const struct detail *detail, struct page *page);

#endif
