/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SETTLE_H
#define CONNTOP_SETTLE_H

/*
 * Puts records in order of time. CPUs stamp a record first and queue it afterwards, so that two may
 * change places on the way; holding each for a moment before it is handed on mends that.
 */
#include "source.h"

#define SETTLE_SEGMENT 65536 /* bytes, and a record is shorter */
#define SETTLE_AHEAD   8UL   /* records that are handed on between two steps of expecting one */

/* Records that came one after another. When the last of them has gone, it is used again. */
struct settle_segment {
	struct settle_segment *next; /* free one */
	uint32_t used;		     /* bytes of it, these ones too */
	uint32_t held;		     /* records */
};

struct settle_entry {
	uint64_t ts_ns;
	struct event *record; /* 8-aligned, in a segment */
	size_t size;
};

struct settle {
	struct settle_segment *filling; /* NULL: none yet */
	struct settle_segment *free;
	struct settle_entry *entries; /* in order of time; those before `first` have gone */
	size_t first, n, entries_cap;
	uint64_t dropped; /* records that no memory was found for */
};

void settle_fini(struct settle *settle);

/* Takes a copy of a record. Without memory it is counted in `dropped`. */
void settle_push(struct settle *settle, const struct event *event, size_t size);

/*
 * Hands on what is not newer than `until_ns`, in order. `expecter` is told of a record some
 * records before that one is handed on, at each step, and not of each: there may be too few, and
 * who is told of too early is told of again. Returns how many it handed on.
 */
int settle_release(struct settle *settle, uint64_t until_ns, source_event_fn fn,
		   const struct expecter *expecter, void *ctx);

static inline bool settle_holds(const struct settle *settle)
{
	return settle->first < settle->n;
}

#endif
