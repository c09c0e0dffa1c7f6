/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include "iterate.h"

static size_t sample_size(const struct event *event)
{
	return event->kind == EVENT_LISTENER ? sizeof(struct listen_event)
					     : sizeof(struct conn_event);
}

/* Reads whole records off the iterator, which may cut one at the end of a read. */
static int read_samples(int fd, source_event_fn fn, void *ctx)
{
	_Alignas(8) char samples[32768];
	size_t held = 0, at;
	ssize_t got;

	for (;;) {
		got = read(fd, samples + held, sizeof(samples) - held);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			return 0;
		held += got;
		for (at = 0; at + sizeof(struct event) <= held;) {
			const struct event *event = (const struct event *)(samples + at);
			size_t size = sample_size(event);

			if (at + size > held)
				break;
			if (fn)
				fn(ctx, event, size);
			at += size;
		}
		memmove(samples, samples + at, held - at);
		held -= at;
	}
}

int iterate_begin(const struct bpf_link *link)
{
	return bpf_iter_create(bpf_link__fd(link));
}

int iterate_end(int fd, source_event_fn fn, void *ctx)
{
	int err = read_samples(fd, fn, ctx);

	close(fd);
	return err;
}

int iterate(const struct bpf_link *link, source_event_fn fn, void *ctx)
{
	int fd = iterate_begin(link);

	return fd < 0 ? fd : iterate_end(fd, fn, ctx);
}
