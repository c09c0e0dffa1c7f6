/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_VIEW_H
#define CONNTOP_VIEW_H

/*
 * The frame: what the whole screen shows, drawn into a grid. Knows no terminal and no keys.
 */
#include "filterspec.h"
#include "grid.h"
#include "page.h"
#include "pane.h"
#include "search.h"
#include "source.h"
#include "spark.h"

#define VIEW_ROWS_MIN 8
#define VIEW_COLS_MIN 40

/* Execs above Connections, or one pane whole; the others are shown whole only. */
enum view_layout { LAYOUT_SPLIT, LAYOUT_ONE };

/* A column as it was drawn last. */
struct view_span {
	const struct column *column;
	int col, width;
};

/* Which columns are on screen, and how wide; and what that is found out from. */
struct view_fit {
	struct view_span spans[LIST_COLUMNS_MAX]; /* from the left */
	size_t n;
	int text_skip; /* columns of the widest span's text that are scrolled out of sight */
	bool more;     /* there is something to the right of all that */
	/* What the rows shown so far needed under each of the list's columns, at this width. */
	const struct column *columns[LIST_COLUMNS_MAX];
	int needs[LIST_COLUMNS_MAX];
	size_t n_columns;
	int cols;
};

/* A pane as it stands on screen. */
struct view_pane {
	struct list list;
	uint64_t wanted_id;   /* what the user selected last; 0: nothing yet */
	uint64_t selected_id; /* that, or what stands in for it while it is not listed */
	ptrdiff_t selected;   /* index in the list, -1 when that is empty */
	bool following;	      /* stays on the first row, whichever that is */
	ptrdiff_t top;	      /* index of the first row shown */
	int body;	      /* rows of the body when it was drawn last */
	int row;	      /* of its title then, above header and body; -1: it was not drawn */
	int scrolled;	      /* steps to the right: columns, then pieces of the last one's text */
	struct view_fit fit;
};

/* What the summary line tells. */
struct view_summary {
	const struct source_host *host;
	uint64_t execs_rate; /* a second */
	uint64_t conns_rate;
	struct spark events; /* both rates together */
	struct spark bytes;  /* a second, sent and received */
	uint64_t lost;
	uint64_t evicted;
	const char *limits; /* of the source: what it cannot tell; NULL or "": nothing */
	bool failed;	    /* failed execs and connects are watched, too */
	bool paused;
	bool replay; /* a recording is shown.. */
	bool ended;  /* ..up to its end */
};

struct view {
	struct view_pane panes[PANE_COUNT];
	enum view_layout layout;
	enum pane_id focus;
	enum pane_id split_focus;  /* of the split, when it was seen last */
	struct search search;	   /* what is looked for, in all panes */
	struct page *page;	   /* what covers the panes; NULL: nothing */
	const struct model *model; /* whose rows the lists have */
	/* Whose row is selected in the focused pane; pid 0: nobody's. */
	struct process_key marked;
};

void view_init(struct view *view);
void view_fini(struct view *view);

/*
 * `filter`: the model's own. Fills the shown panes' lists and finds each selection again; the
 * others' are emptied, as their rows may go unseen. 0 or -ENOMEM.
 */
int view_update(struct view *view, const struct model *model, const struct filter *filter,
		const struct view_context *ctx);

/* The same with every pane's list, shown or not: for exports. */
int view_update_all(struct view *view, const struct model *model, const struct filter *filter,
		    const struct view_context *ctx);

/* Whether the focused pane has the screen for itself: always one that is no part of the split. */
bool view_alone(const struct view *view);

/*
 * Draws everything but the bottom line, which is the caller's. A grid smaller than VIEW_ROWS_MIN x
 * VIEW_COLS_MIN gets one line that says so.
 */
void view_draw(struct view *view, struct grid *grid, const struct model *model,
	       const struct view_summary *summary, const struct filterspec *filterspec,
	       const struct view_context *ctx);

/*
 * Other panes: one alone; Execs above Connections; the other one of these two, or the next of all
 * while one is alone. What was not shown before has no rows until view_update().
 */
void view_show_pane(struct view *view, enum pane_id pane);
void view_split(struct view *view);
void view_next_pane(struct view *view);

/* Remembers whose row is selected in the focused pane; after each update. */
void view_mark(struct view *view);

/*
 * Whether a row of another pane belongs to that process; of Remotes, whether the process connected
 * there. False when it is not known whose the selected row is.
 */
bool view_marks(const struct view *view, enum pane_id pane, const void *row);

/* Gives a pane the keyboard; one that is not shown is then shown alone. */
void view_focus(struct view *view, enum pane_id pane);

/* Selects a row of a pane; the index is kept within the list. */
void view_select(struct view *view, enum pane_id pane, ptrdiff_t index);

/* Whether some pane has a row filter; lifts them all. */
bool view_rows_filtered(const struct view *view);
void view_lift_row_filters(struct view *view);

/* Moves the focused pane's selection by `step` rows within the list, or moves within the page. */
void view_move(struct view *view, ptrdiff_t step);

/* The selected row of the focused pane, or NULL. */
const void *view_selected(const struct view *view);

/*
 * Scrolls the focused pane's rows to the right by `step`, or back: columns first, but those that
 * say whose row it is; after the last one has come into sight, its text. Nothing under a page.
 */
void view_scroll(struct view *view, int step);

/* A place of the frame as it was drawn last. */
enum view_part { PART_TITLE, PART_HEADER, PART_BODY, PART_PAGE };

struct view_hit {
	enum view_part part;
	enum pane_id pane;	     /* of the first three */
	ptrdiff_t index;	     /* of the list's row, -1 below them; of the row of the page */
	const struct column *column; /* of the header; NULL: none stands there */
};

/* What is at that row and column of the grid; false: nothing of this. */
bool view_hit(const struct view *view, int row, int col, struct view_hit *hit);

/*
 * The rates of a refresh go into the summary's bars; those of bytes are of the living connections
 * that the model's filter lets through.
 */
void view_summary_push(struct view_summary *summary, const struct model *model);

#endif
