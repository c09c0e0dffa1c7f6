/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_VIEW_H
#define CONNTOP_VIEW_H

/*
 * The frame: what the whole screen shows, drawn into a grid. Knows no terminal and no keys.
 */
#include "filterspec.h"
#include "grid.h"
#include "pane.h"
#include "source.h"

#define VIEW_ROWS_MIN 8
#define VIEW_COLS_MIN 40

/* Execs above Connections, or one pane whole; the others are shown whole only. */
enum view_layout { LAYOUT_SPLIT, LAYOUT_ONE };

/* A pane as it stands on screen. */
struct view_pane {
	struct list list;
	uint64_t selected_id; /* 0: none yet */
	ptrdiff_t selected;   /* index in the list, -1 when that is empty */
	bool following;	      /* stays on the first row, whichever that is */
	ptrdiff_t top;	      /* index of the first row shown */
	int body;	      /* rows of the body when it was drawn last */
	int scrolled;	      /* columns scrolled to the right in the last column */
};

/* What the summary line tells. */
struct view_summary {
	const struct source_host *host;
	uint64_t execs_rate; /* a second */
	uint64_t conns_rate;
	uint64_t lost;
	uint64_t evicted;
	const char *limits; /* of the source: what it cannot tell; NULL or "": nothing */
	bool failed;	    /* failed execs and connects are watched, too */
	bool paused;
};

struct view_line {
	const char *keys; /* "p", "PgUp ^B": NULL makes `text` a heading */
	const char *text;
};

struct view {
	struct view_pane panes[PANE_COUNT];
	enum view_layout layout;
	enum pane_id focus;
	/* What covers the panes, when n_overlay > 0: the help screen. */
	const struct view_line *overlay;
	size_t n_overlay;
	const char *overlay_title;
	size_t overlay_top;
};

void view_init(struct view *view);
void view_fini(struct view *view);

/*
 * Fills the shown panes' lists and finds each selection again; the others' are emptied, as their
 * rows may go unseen. 0 or -ENOMEM.
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

/* Moves the focused pane's selection by `step` rows within the list, or scrolls the overlay. */
void view_move(struct view *view, ptrdiff_t step);

/* The selected row of the focused pane, or NULL. */
const void *view_selected(const struct view *view);

/* Scrolls the focused pane's last column by `step`; nothing under an overlay. */
void view_scroll(struct view *view, int step);

#endif
