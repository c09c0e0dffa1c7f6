/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "prefetch.h"
#include "ring.h"

/* The kernel is told that there is room again after so many bytes: it looks at that, too. */
#define TELL_BYTES 65536

/* Records lie in the caches of the CPUs that wrote them: they are asked for so far ahead. */
#define AHEAD_BYTES 2048

/* A page that we write; one that the kernel writes, and the data after it, twice. */
int ring_open(struct ring *ring, int fd, size_t size)
{
	void *consumer, *producer;

	memset(ring, 0, sizeof(*ring));
	ring->page = sysconf(_SC_PAGESIZE);
	ring->size = size;
	ring->mapped = ring->page + size + (size < RING_RECORD_MAX ? size : RING_RECORD_MAX);
	consumer = mmap(NULL, ring->page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (consumer == MAP_FAILED)
		return -errno;
	ring->consumer = consumer;
	producer = mmap(NULL, ring->mapped, PROT_READ, MAP_SHARED, fd, ring->page);
	if (producer == MAP_FAILED)
		return -errno;
	ring->producer = producer;
	ring->data = (const unsigned char *)producer + ring->page;
	return 0;
}

void ring_close(struct ring *ring)
{
	if (ring->consumer)
		munmap(ring->consumer, ring->page);
	if (ring->producer)
		munmap((void *)ring->producer, ring->mapped);
	memset(ring, 0, sizeof(*ring));
}

static void tell(struct ring *ring, unsigned long at)
{
	__atomic_store_n(ring->consumer, at, __ATOMIC_RELEASE);
}

void ring_take(struct ring *ring, ring_fn fn, void *ctx)
{
	unsigned long at = *ring->consumer, told = at;
	const unsigned long end = __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);

	while (at < end) {
		const unsigned char *record = ring->data + (at & (ring->size - 1));
		uint32_t head = __atomic_load_n((const uint32_t *)record, __ATOMIC_ACQUIRE);
		uint32_t size = head & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);

		if (head & BPF_RINGBUF_BUSY_BIT)
			break;
		prefetch_all(ring->data + ((at + AHEAD_BYTES) & (ring->size - 1)), size);
		if (!(head & BPF_RINGBUF_DISCARD_BIT))
			fn(ctx, record + BPF_RINGBUF_HDR_SZ, size);
		size = (BPF_RINGBUF_HDR_SZ + size + 7) & ~7U;
		at += size;
		if (at - told >= TELL_BYTES) {
			tell(ring, at);
			told = at;
		}
	}
	tell(ring, at);
}
