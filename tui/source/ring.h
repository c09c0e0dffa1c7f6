/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SOURCE_RING_H
#define CONNTOP_SOURCE_RING_H

/*
 * Reads a BPF ring buffer (the kernel's Documentation/bpf/ringbuf.rst). libbpf's reader has all of
 * it in memory twice, so that no record is cut by its end; here that is no more than a record.
 */
#include <stddef.h>

#define RING_RECORD_MAX 16384 /* bytes; a longer one may not reach over the end */

/* One record, 8-aligned; valid during the call only. */
typedef void (*ring_fn)(void *ctx, const void *record, size_t size);

struct ring {
	unsigned long *consumer;       /* how far we have read; nobody else writes it */
	const unsigned long *producer; /* how far there is something */
	const unsigned char *data;
	size_t size; /* of the data, a power of two */
	size_t page, mapped;
};

/* `fd` is the map, of `size` bytes; it polls readable. 0 or -errno; ring_close() either way. */
int ring_open(struct ring *ring, int fd, size_t size);
void ring_close(struct ring *ring);

/* Hands over what there is, but for what is still being written and all after it. */
void ring_take(struct ring *ring, ring_fn fn, void *ctx);

#endif
