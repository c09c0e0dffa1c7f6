/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_OUTLET_H
#define CONNTOP_OUTLET_H

/*
 * Output to a file that may be slow for a while, or to a pipe or a terminal whose reader may stall.
 * A thread of its own writes, so that meanwhile up to 64 MiB wait in memory; after that we stall,
 * too, and what happens waits in the kernel, or is lost and counted there. But a signal that asks
 * us to leave, blocked and pending as the loop has them, ends the wait for a reader.
 */
#include <stdbool.h>
#include <stdio.h>

struct spool;

struct outlet {
	FILE *file; /* buffered */
	int fd;	    /* the caller's */
	struct spool *spool;
	bool patient;	/* a file: it does not stall for good */
	bool leaving;	/* asked by the thread, too */
	bool amid_line; /* the thread's alone: the rest of it is due */
};

/*
 * Starts the thread, which has to do with `outlet` until it is closed. Writing fails with the first
 * error, soon after it has come up; with EINTR once a SIGINT, SIGTERM or SIGHUP is pending and the
 * reader does not take what is due; what was written by then ends with a whole line where lines are
 * at most PIPE_BUF long. 0 or -errno.
 */
int outlet_open(struct outlet *outlet, int fd);

/* Sends on what was written so far, without a wait for it. 0, or -errno of what was before. */
int outlet_flush(struct outlet *outlet);

/* From now on the reader is not waited for any longer than a moment. */
void outlet_leave(struct outlet *outlet);

/* Waits until the rest is written. 0 or -errno, the first. */
int outlet_close(struct outlet *outlet);

#endif
