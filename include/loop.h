/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_LOOP_H
#define CONNTOP_LOOP_H

/*
 * The one event loop: epoll over the source, the terminal, timers and signals; one thread. What is
 * done with events is the handler's: a screen, a stream, a snapshot.
 */
#include <stdbool.h>
#include "source.h"

struct loop_handler {
	/* One event, in order of time. */
	void (*event)(void *ctx, const struct event *event, size_t size);
	/* One will come (source.h). Optional, as all below. */
	void (*expect)(void *ctx, const struct event *event, size_t size, unsigned step);
	/*
	 * Events were handed over, lately: under load this follows many of them. 0, or -errno: the
	 * loop ends.
	 */
	int (*batch)(void *ctx);
	/* Every `delay_s`. 0, or -errno: the loop ends. */
	int (*refresh)(void *ctx);
	/* `input_fd` is readable; when it hangs up, the loop ends. */
	void (*input)(void *ctx);
	/* What to watch until it can be written to, asked after each turn; -1: nothing. */
	int (*blocked)(void *ctx);
	/* It can. */
	void (*writable)(void *ctx);
	/* SIGWINCH came. */
	void (*resize)(void *ctx);
	/* SIGTSTP came: the handler stops the process. Without this one, the signal itself does. */
	void (*suspend)(void *ctx);
	/* SIGCONT came, with `suspend` only: someone else had stopped it. */
	void (*resume)(void *ctx);
	/* Seconds between refreshes from now on, asked after each input; 0: as before. */
	double (*delay)(void *ctx);
	/* When the source has told all it has, the loop ends. */
	bool ends_with_source;
	/* It is time to leave. */
	bool (*done)(void *ctx);
};

struct loop_times {
	double delay_s;	   /* between refreshes */
	double duration_s; /* 0: until done or a signal */
};

/*
 * Runs until the handler is done, the duration is over, or SIGINT, SIGTERM or SIGHUP comes, then
 * hands over what the source still holds. `input_fd` is the terminal, or a pipe whose reader may
 * leave, or -1. Blocks the signals it takes (signalfd(2)) while it runs. 0 or -errno.
 */
int loop_run(struct source *source, const struct loop_handler *handler, void *ctx, int input_fd,
	     const struct loop_times *times);

#endif
