/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SHOWN_H
#define CONNTOP_SHOWN_H

/*
 * What is on the screen already. ncurses would find out by itself what changes, but to tell it all
 * of a frame takes many times as long as to draw the frame.
 */
#include <stdbool.h>
#include "grid.h"

/* Zeroed: nothing is. */
struct shown {
	struct grid grid; /* the frame before */
	bool known;	  /* it is what is shown */
	bool whole;	  /* of the frame that is shown now, every row has changed */
};

void shown_fini(struct shown *shown);

/* Whatever is shown, it is not the frame before any more. */
void shown_forget(struct shown *shown);

/*
 * Before the rows of a frame. False: of what is shown nothing is known, so that it is to be erased
 * first.
 */
bool shown_begin(struct shown *shown, const struct grid *grid);

/* Where a row differs from what is shown: [*from, *to), which is then shown. False: nowhere. */
bool shown_row(struct shown *shown, const struct grid *grid, int row, int *from, int *to);

#endif
