/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "prefetch.h"
#include "settle.h"

/* --- memory of records ------------------------------------------------------------------------ */

/* Aligned to its size: so it is found from each record. */
static struct settle_segment *segment_of(const struct event *record)
{
	return (struct settle_segment *)((uintptr_t)record & ~(uintptr_t)(SETTLE_SEGMENT - 1));
}

static void segment_free(struct settle *settle, struct settle_segment *segment)
{
	segment->used = sizeof(*segment);
	segment->next = settle->free;
	settle->free = segment;
}

/* Begins another: the one that was free last, of which most is in the caches. 0 or -ENOMEM. */
static int segment_begin(struct settle *settle)
{
	struct settle_segment *segment = settle->free;

	if (segment) {
		settle->free = segment->next;
	} else {
		segment = aligned_alloc(SETTLE_SEGMENT, SETTLE_SEGMENT);
		if (!segment)
			return -ENOMEM;
		segment->used = sizeof(*segment);
		segment->held = 0;
	}
	settle->filling = segment;
	return 0;
}

/* Room for a record; NULL without memory. */
static struct event *record_new(struct settle *settle, size_t size)
{
	size_t padded = (size + 7) & ~(size_t)7;
	struct settle_segment *segment = settle->filling;

	if (padded > SETTLE_SEGMENT - sizeof(*segment))
		return NULL;
	if ((!segment || padded > SETTLE_SEGMENT - segment->used) && segment_begin(settle))
		return NULL;
	segment = settle->filling;
	segment->used += padded;
	segment->held++;
	return (struct event *)((char *)segment + segment->used - padded);
}

static void record_free(struct settle *settle, const struct event *record)
{
	struct settle_segment *segment = segment_of(record);

	if (--segment->held)
		return;
	if (segment == settle->filling)
		segment->used = sizeof(*segment);
	else
		segment_free(settle, segment);
}

/* --- in order --------------------------------------------------------------------------------- */

void settle_fini(struct settle *settle)
{
	struct settle_segment *segment;

	while (settle->first < settle->n)
		record_free(settle, settle->entries[settle->first++].record);
	while ((segment = settle->free)) {
		settle->free = segment->next;
		free(segment);
	}
	free(settle->filling);
	free(settle->entries);
	memset(settle, 0, sizeof(*settle));
}

/* Room for one more entry. 0 or -ENOMEM. */
static int reserve(struct settle *settle)
{
	size_t grown = settle->entries_cap ? 2 * settle->entries_cap : 64;
	void *moved;

	if (settle->n < settle->entries_cap)
		return 0;
	moved = reallocarray(settle->entries, grown, sizeof(*settle->entries));
	if (!moved)
		return -ENOMEM;
	settle->entries = moved;
	settle->entries_cap = grown;
	return 0;
}

void settle_push(struct settle *settle, const struct event *event, size_t size)
{
	struct settle_entry entry = { .ts_ns = event->ts_ns, .size = size };
	size_t i;

	entry.record = reserve(settle) ? NULL : record_new(settle, size);
	if (!entry.record) {
		settle->dropped++;
		return;
	}
	memcpy(entry.record, event, size);

	/* Nearly sorted: a record seldom passes more than a few others. */
	for (i = settle->n; i > settle->first && settle->entries[i - 1].ts_ns > entry.ts_ns; i--)
		settle->entries[i] = settle->entries[i - 1];
	settle->entries[i] = entry;
	settle->n++;
}

/* Forgets what has gone; the rest moves to the front. */
static void compact(struct settle *settle)
{
	settle->n -= settle->first;
	memmove(settle->entries, settle->entries + settle->first,
		settle->n * sizeof(*settle->entries));
	settle->first = 0;
}

/* The record that is `ahead` of the next; NULL: there is none. */
static const struct event *record_ahead(const struct settle *settle, size_t ahead, size_t *size)
{
	const struct settle_entry *entry;

	if (settle->n - settle->first <= ahead)
		return NULL;
	entry = &settle->entries[settle->first + ahead];
	*size = entry->size;
	return entry->record;
}

/* By the time that one is told of, it is no longer waited for itself. */
static void look_ahead(const struct settle *settle, const struct expecter *expecter)
{
	const struct event *event;
	size_t size;

	for (unsigned step = 0; expecter->fn && step < EXPECT_STEPS; step++) {
		event = record_ahead(settle, (EXPECT_STEPS - step) * SETTLE_AHEAD, &size);
		if (event)
			expecter->fn(expecter->ctx, event, size, step);
	}
	event = record_ahead(settle, (EXPECT_STEPS + 1) * SETTLE_AHEAD, &size);
	if (event)
		prefetch_all(event, size);
}

int settle_release(struct settle *settle, uint64_t until_ns, source_event_fn fn,
		   const struct expecter *expecter, void *ctx)
{
	size_t before = settle->first;
	int released;

	while (settle->first < settle->n && settle->entries[settle->first].ts_ns <= until_ns) {
		const struct settle_entry *entry = &settle->entries[settle->first];

		look_ahead(settle, expecter);
		settle->first++;
		fn(ctx, entry->record, entry->size);
		record_free(settle, entry->record);
	}
	released = settle->first - before;
	/* Not each time: under load much more stays than goes. */
	if (settle->first > settle->n / 2)
		compact(settle);
	return released;
}
