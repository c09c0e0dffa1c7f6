/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_OUTLET_H
#define CONNTOP_OUTLET_H

/*
 * Output to a pipe or a terminal whose reader may stall. While it does, so do we: what happens
 * meanwhile waits in the kernel, or is lost and counted there. But a signal that asks us to leave,
 * blocked and pending as the loop has them, ends the wait.
 */
#include <stdbool.h>
#include <stdio.h>

struct outlet {
	FILE *file;   /* buffered */
	int fd;	      /* the caller's */
	int err;      /* the first; nothing is written after it */
	bool patient; /* a file: it does not stall */
	bool leaving;
};

/*
 * Writing fails with EINTR once a SIGINT, SIGTERM or SIGHUP is pending and the reader does not take
 * what is due; what was written by then ends with a whole line where lines are at most PIPE_BUF
 * long. 0 or -errno.
 */
int outlet_open(struct outlet *outlet, int fd);

/* From now on the reader is not waited for any longer than a moment. */
void outlet_leave(struct outlet *outlet);

/* Writes the rest. 0 or -errno. */
int outlet_close(struct outlet *outlet);

#endif
