/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_PROC_STAT_H
#define CONNTOP_PROC_STAT_H

/* What proc(5) tells of a process. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "column.h"

/* Up to `cap` bytes of PROC/PID/NAME; 0 when there are none, or it cannot be read. */
size_t proc_read(const char *proc, uint32_t pid, const char *name, char *out, size_t cap);

/* From PROC/PID/stat; false when there is no such process. */
bool proc_stat(const char *proc, uint32_t pid, struct names_process *out);

/* Names of processes, cached. `proc` must outlive this. NULL without memory. */
struct proc_stats;
struct proc_stats *proc_stats_new(const char *proc);
void proc_stats_free(struct proc_stats *stats);

#define PROC_STATS_MAX	       4096 /* kept; then the one asked for the longest ago goes */
#define PROC_STATS_AT_ONCE_MAX 1000 /* looked up at one `now_ns`: the screen must not wait */

/* As names_process(). */
bool proc_stats_get(struct proc_stats *stats, uint32_t pid, uint64_t now_ns,
		    struct names_process *out);

#endif
