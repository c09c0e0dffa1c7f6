/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "iterate.h"
#include "prefetch.h"
#include "samples.h"

#define AHEAD 8UL /* samples that are handed on between two steps of expecting one */

int samples_open(struct samples *samples, int fd, size_t n_slots, struct sampling *sampling)
{
	void *slots = mmap(NULL, n_slots * sizeof(union sample_event), PROT_READ, MAP_SHARED, fd,
			   0);

	memset(samples, 0, sizeof(*samples));
	if (slots == MAP_FAILED)
		return -errno;
	samples->slots = slots;
	samples->n_slots = n_slots;
	samples->sampling = sampling;
	return 0;
}

void samples_close(struct samples *samples)
{
	if (samples->slots)
		munmap((void *)samples->slots, samples->n_slots * sizeof(union sample_event));
	memset(samples, 0, sizeof(*samples));
}

static uint64_t sample_id(const union sample_event *sample)
{
	return sample->head.kind == EVENT_LISTENER ? sample->listener.id : sample->conn.id;
}

/* Who they are handed to, and told what will be. */
struct taker {
	source_event_fn fn;
	void *ctx;
	const struct expecter *expecter;
};

static size_t sample_size(const union sample_event *sample)
{
	return sample->head.kind == EVENT_LISTENER ? sizeof(struct listen_event)
						   : sizeof(struct conn_event);
}

static void look_ahead(const struct samples *samples, size_t at, size_t n,
		       const struct expecter *expecter)
{
	for (unsigned step = 0; expecter->fn && step < EXPECT_STEPS; step++) {
		size_t then = at + (EXPECT_STEPS - step) * AHEAD;
		const union sample_event *sample = &samples->slots[then];

		if (then < n)
			expecter->fn(expecter->ctx, &sample->head, sample_size(sample), step);
	}
}

static void take(const struct samples *samples, size_t n, const struct taker *taker)
{
	for (size_t i = 0; i < n; i++) {
		const union sample_event *sample = &samples->slots[i];

		look_ahead(samples, i, n, taker->expecter);
		taker->fn(taker->ctx, &sample->head, sample_size(sample));
	}
}

/*
 * One way through all sockets, in as many reads as it takes. Where the last one ended the kernel
 * knows by a number of sockets to skip: when some of those are gone by now, it skips others, and
 * does not begin with the one that there was no room for. Whether that may have been.
 */
static int walk(struct samples *samples, int fd, bool *skipped, const struct taker *taker)
{
	volatile struct sampling *sampling = samples->sampling;
	uint64_t next = 0;
	size_t n;
	int err;

	do {
		sampling->n = 0;
		sampling->next = 0;
		err = iterate_read(fd);
		n = sampling->n;
		if (next && (!n || sample_id(&samples->slots[0]) != next))
			*skipped = true;
		next = sampling->next;
		take(samples, n, taker);
	} while (err == -EAGAIN);
	return err;
}

int samples_pass(struct samples *samples, const struct bpf_link *link, uint64_t pass_ns,
		 source_event_fn fn, const struct expecter *expecter, void *ctx)
{
	const struct taker taker = { fn, ctx, expecter };
	bool skipped;
	int err;

	samples->sampling->pass_ns = pass_ns;
	do {
		int fd = iterate_begin(link);

		if (fd < 0)
			return fd;
		skipped = false;
		err = walk(samples, fd, &skipped, &taker);
		close(fd);
	} while (!err && skipped); /* what was told of is not told of again */
	return err;
}
