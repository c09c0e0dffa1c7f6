/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_HISTORY_H
#define CONNTOP_HISTORY_H

/* Lines that were entered before, to be entered again. */
#include <stddef.h>

#define HISTORY_MAX 50 /* the oldest go */

/* Zeroed: there are none. */
struct history {
	char *lines[HISTORY_MAX]; /* the oldest first */
	size_t n;
};

void history_fini(struct history *history);

/* Adds a copy as the newest. The same line of before goes; an empty one is not kept. */
void history_add(struct history *history, const char *line);

/* The line `back` steps ago, 1 the newest; NULL when there are not so many. */
const char *history_get(const struct history *history, size_t back);

#endif
