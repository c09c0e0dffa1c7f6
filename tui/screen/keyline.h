/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_KEYLINE_H
#define CONNTOP_KEYLINE_H

/*
 * The bottom line while nothing is asked or said: keys and what they do now, the most useful first,
 * as many as fit; help and quit in any case. Private to tui/screen/.
 */
#include <stdbool.h>
#include "grid.h"
#include "keys.h"

/* What the screen is at, as far as it makes other keys useful. */
struct keyline_state {
	bool covered;	/* by a page */
	bool choosing;	/* there, Enter does something */
	bool searching; /* a text is searched */
	bool paused;
	bool filtered; /* something hides events or rows */
};

struct keyline_item {
	const struct action *action;
	const char *label;
	char key[16]; /* as people write it */
	int col, width;
};

struct keyline {
	struct keyline_item items[ACTIONS_MAX]; /* from the left */
	size_t n;
};

/* Chooses what stands on a line of the grid. An action without a key is left out. */
void keyline_fit(struct keyline *keyline, const struct keymap *keymap,
		 const struct keyline_state *state, const struct grid *grid);

void keyline_draw(const struct keyline *keyline, struct grid *grid, int row);

/* The action that stands at a column, or NULL. */
const struct action *keyline_at(const struct keyline *keyline, int col);

#endif
