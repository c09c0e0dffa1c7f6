/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SPOOL_H
#define CONNTOP_SPOOL_H

/*
 * Bytes that wait in memory until a thread of their own has written them: a disk or a reader that
 * stalls for a while holds up nobody. Private to tui/export/.
 */
#include <stdbool.h>
#include <stddef.h>

#define SPOOL_CHUNK 262144
#define SPOOL_MAX   (64UL << 20) /* bytes that may wait */

struct spool;

/*
 * Writes bytes; called by the thread, in order, with SPOOL_CHUNK of them at most. `flush`:
 * spool_flush() was called behind them. 0, or -errno: it is not called again.
 */
typedef int (*spool_fn)(void *ctx, const char *bytes, size_t len, bool flush);

/* Starts the thread, which takes no signals but those of its own faults. 0 or -errno. */
int spool_open(struct spool **spool, spool_fn fn, void *ctx);

/*
 * Puts bytes behind those that wait; a chunk that is full goes to the thread. Waits itself only
 * when SPOOL_MAX is reached, or memory is short. 0, or -errno that `fn` returned, as soon as that
 * is known: nothing is put any more.
 */
int spool_put(struct spool *spool, const void *bytes, size_t len);

/*
 * Lets the thread have what was put so far, and does not wait for it. Where it is far behind, what
 * is new goes with the next flush or when there is much of it. As spool_put().
 */
int spool_flush(struct spool *spool);

/* Waits until all is written, and ends the thread. 0, or -errno that `fn` returned. */
int spool_close(struct spool *spool);

#endif
