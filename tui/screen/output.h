/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_OUTPUT_H
#define CONNTOP_OUTPUT_H

/*
 * The way to a terminal that may be slow or not be read at all. ncurses writes until everything is
 * out, however long that takes; so it writes into a file in memory, and from there the terminal
 * gets what it takes at once. What is left over waits here. Private to tui/screen/.
 */
#include <stdbool.h>
#include <stddef.h>

struct output {
	int tty_fd;   /* the terminal, of an open of our own: O_NONBLOCK is nobody else's */
	int frame_fd; /* memory to write a frame into, from its beginning */
	char *unsent;
	size_t len, at, cap; /* bytes, those of them that are sent, room */
};

/* Opens the terminal behind `tty` anew. 0 or -errno; then there is nothing to close. */
int output_open(struct output *output, int tty);
void output_close(struct output *output);

/* Takes what was written to frame_fd and sends what goes. 0, -ENOMEM (it is lost), or -errno. */
int output_take(struct output *output);

/* Sends what goes without waiting. 0, or -errno: the terminal is gone, and so is the rest. */
int output_send(struct output *output);

/* The same, waiting for the terminal, but not longer than that. */
int output_drain(struct output *output, int timeout_ms);

/* Whether something waits, or the terminal would take nothing now. */
bool output_busy(const struct output *output);

#endif
