/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SANDBOX_H
#define CONNTOP_SANDBOX_H

/*
 * The system calls that are needed once everything is attached, and no others (seccomp(2)): files,
 * the terminal, BPF maps, iterators and links that are there, and local sockets, which is how the C
 * library asks other processes for names. A program that is executed, a process made or traced, a
 * network socket, another BPF program or map: ENOSYS. Not EPERM, for a C library that tries a newer
 * call first takes ENOSYS for an old kernel, and goes on with the older one.
 */

#include <stdbool.h>

/* A sanitizer looks for leaks at the end: it takes calls of its own, which are let through. */
#ifdef __SANITIZE_ADDRESS__
#define SANDBOX_LEAKS_SOUGHT
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANDBOX_LEAKS_SOUGHT
#endif
#endif

/*
 * For good, and for all that this process may start. It takes PR_SET_NO_NEW_PRIVS (prctl(2)), which
 * is the caller's to set, or CAP_SYS_ADMIN. `threads`: it may start threads of its own, and still
 * no process. 0; -ENOSYS: the kernel has no such filters, or does not let us have one; another
 * -errno.
 */
int sandbox_enter(bool threads);

#endif
