/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_CMDLINES_H
#define CONNTOP_CMDLINES_H

/* Arguments of processes that nobody saw execute, as proc(5) tells them. */
#include "source.h"

#define CMDLINES_MAX 4096 /* kept; then the one asked for the longest ago goes */
#define CMDLINES_AT_ONCE_MAX \
	1000 /* processes looked up at one `now_ns`: the screen must not wait */

struct cmdlines;

/* `proc`: where procfs is mounted; must outlive this. NULL without memory. */
struct cmdlines *cmdlines_new(const char *proc);
void cmdlines_free(struct cmdlines *cmdlines);

/*
 * As names_cmdline(). A process is looked up once, whatever comes of that; `start_ns` keeps another
 * one with the same PID from being taken for it.
 */
const struct cmdline *cmdlines_get(struct cmdlines *cmdlines, uint32_t pid, uint64_t start_ns,
				   uint64_t now_ns);

#endif
