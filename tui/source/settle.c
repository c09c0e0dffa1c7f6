/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "settle.h"

void settle_fini(struct settle *settle)
{
	free(settle->bytes);
	free(settle->entries);
	memset(settle, 0, sizeof(*settle));
}

/* Room for `need` elements of `size` bytes behind `*array`. */
static int reserve(void **array, size_t *cap, size_t need, size_t size)
{
	size_t grown = *cap ? *cap : 64;
	void *moved;

	if (need <= *cap)
		return 0;
	while (grown < need)
		grown *= 2;
	moved = reallocarray(*array, grown, size);
	if (!moved)
		return -ENOMEM;
	*array = moved;
	*cap = grown;
	return 0;
}

void settle_push(struct settle *settle, const struct event *event, size_t size)
{
	size_t padded = (size + 7) & ~(size_t)7;
	struct settle_entry entry = { .ts_ns = event->ts_ns, .at = settle->used, .size = size };
	size_t i;

	if (reserve((void **)&settle->bytes, &settle->cap, settle->used + padded, 1) ||
	    reserve((void **)&settle->entries, &settle->entries_cap, settle->n + 1,
		    sizeof(*settle->entries))) {
		settle->dropped++;
		return;
	}
	memcpy(settle->bytes + settle->used, event, size);
	settle->used += padded;

	/* Nearly sorted: a record seldom passes more than a few others. */
	for (i = settle->n; i > settle->first && settle->entries[i - 1].ts_ns > entry.ts_ns; i--)
		settle->entries[i] = settle->entries[i - 1];
	settle->entries[i] = entry;
	settle->n++;
}

/* Forgets what has gone; the rest moves to the front. */
static void compact(struct settle *settle)
{
	size_t lowest = settle->used;

	for (size_t i = settle->first; i < settle->n; i++)
		if (settle->entries[i].at < lowest)
			lowest = settle->entries[i].at;
	memmove(settle->bytes, settle->bytes + lowest, settle->used - lowest);
	settle->used -= lowest;
	settle->n -= settle->first;
	memmove(settle->entries, settle->entries + settle->first,
		settle->n * sizeof(*settle->entries));
	settle->first = 0;
	for (size_t i = 0; i < settle->n; i++)
		settle->entries[i].at -= lowest;
}

int settle_release(struct settle *settle, uint64_t until_ns, source_event_fn fn, void *ctx)
{
	size_t before = settle->first;
	int released;

	while (settle->first < settle->n && settle->entries[settle->first].ts_ns <= until_ns) {
		const struct settle_entry *entry = &settle->entries[settle->first++];

		fn(ctx, (const struct event *)(settle->bytes + entry->at), entry->size);
	}
	released = settle->first - before;
	/* Not each time: under load much more stays than goes. */
	if (settle->first > settle->n / 2)
		compact(settle);
	return released;
}
