/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SOURCE_NETNS_H
#define CONNTOP_SOURCE_NETNS_H

/*
 * Calls `fn` once inside each network namespace that a process is in and that we may enter, our own
 * first, and comes back. 0; or what `fn` returned first if not 0; or -errno when namespaces cannot
 * be told apart, or there is no way back.
 */
int netns_each(int (*fn)(void *ctx), void *ctx);

#endif
