/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SETTLE_H
#define CONNTOP_SETTLE_H

/*
 * Puts records in order of time. CPUs stamp a record first and queue it afterwards, so that two may
 * change places on the way; holding each for a moment before it is handed on mends that.
 */
#include "source.h"

struct settle_entry {
	uint64_t ts_ns;
	size_t at; /* in bytes */
	size_t size;
};

struct settle {
	unsigned char *bytes; /* the records, in order of arrival, each 8-aligned */
	size_t used, cap;
	struct settle_entry *entries; /* in order of time; those before `first` have gone */
	size_t first, n, entries_cap;
	uint64_t dropped; /* records that no memory was found for */
};

void settle_fini(struct settle *settle);

/* Takes a copy of a record. Without memory it is counted in `dropped`. */
void settle_push(struct settle *settle, const struct event *event, size_t size);

/* Hands on what is not newer than `until_ns`, in order. Returns how many. */
int settle_release(struct settle *settle, uint64_t until_ns, source_event_fn fn, void *ctx);

static inline bool settle_holds(const struct settle *settle)
{
	return settle->first < settle->n;
}

#endif
