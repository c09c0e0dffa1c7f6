/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SOURCE_SAMPLES_H
#define CONNTOP_SOURCE_SAMPLES_H

/*
 * What the kernel tells of its sockets when it is asked. The program that walks over them writes
 * into an array that we have in our memory, too.
 */
#include <stddef.h>
#include "source.h"

struct bpf_link;

struct samples {
	const union sample_event *slots;
	size_t n_slots;
	volatile struct sampling *sampling; /* the program's own */
};

/*
 * `fd` is the array, of `n_slots`; `sampling` the program's variable, there as long as `samples`.
 * 0 or -errno; samples_close() either way.
 */
int samples_open(struct samples *samples, int fd, size_t n_slots, struct sampling *sampling);
void samples_close(struct samples *samples);

/*
 * Every socket that is there from the beginning to the end of this call, once. `pass_ns` is now,
 * CLOCK_BOOTTIME. `expecter` is told of most of them before. 0 or -errno.
 */
int samples_pass(struct samples *samples, const struct bpf_link *link, uint64_t pass_ns,
		 source_event_fn fn, const struct expecter *expecter, void *ctx);

#endif
