/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_PRIVILEGES_H
#define CONNTOP_PRIVILEGES_H

/*
 * Once attached, everything works through descriptors already open: gives up the rest. Under sudo
 * the process becomes the invoking user (SUDO_UID, SUDO_GID), so that the files it writes are that
 * user's; in any case it can gain nothing by executing files, and keeps no capability, or CAP_BPF
 * alone on kernels before 5.19, where map updates through a descriptor need it. No core is dumped
 * of it, and of system calls it keeps those that sandbox.h tells of.
 */
#include <stdbool.h>
#include <stddef.h>

/*
 * A nice value of -10, where rights allow it and nobody has chosen one: events come fastest when a
 * host is busiest, and are lost when the ring buffer is full before it is our turn.
 */
void privileges_take_precedence(void);

/*
 * For this thread and those that it starts, as `threads` says, from now on. `kernel_release`: NULL
 * where nothing was attached. 0, or -errno with a sentence; with 0 there is
 * one where the kernel has no filters of system calls, and else `error` is as it was.
 */
int privileges_drop(const char *kernel_release, bool threads, char *error, size_t error_cap);

#endif
