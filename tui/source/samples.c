/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "iterate.h"
#include "samples.h"

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

static void take(const struct samples *samples, size_t n, source_event_fn fn, void *ctx)
{
	for (size_t i = 0; i < n; i++) {
		const struct event *event = &samples->slots[i].head;

		fn(ctx, event,
		   event->kind == EVENT_LISTENER ? sizeof(struct listen_event)
						 : sizeof(struct conn_event));
	}
}

/*
 * One way through all sockets, in as many reads as it takes. Where the last one ended the kernel
 * knows by a number of sockets to skip: when some of those are gone by now, it skips others, and
 * does not begin with the one that there was no room for. Whether that may have been.
 */
static int walk(struct samples *samples, int fd, bool *skipped, source_event_fn fn, void *ctx)
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
		take(samples, n, fn, ctx);
	} while (err == -EAGAIN);
	return err;
}

int samples_pass(struct samples *samples, const struct bpf_link *link, uint64_t pass_ns,
		 source_event_fn fn, void *ctx)
{
	bool skipped;
	int err;

	samples->sampling->pass_ns = pass_ns;
	do {
		int fd = iterate_begin(link);

		if (fd < 0)
			return fd;
		skipped = false;
		err = walk(samples, fd, &skipped, fn, ctx);
		close(fd);
	} while (!err && skipped); /* what was told of is not told of again */
	return err;
}
