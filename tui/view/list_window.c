/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which rows of a list stand where: found out for the part of it that is asked for. */
#include <stdlib.h>
#include "listing.h"
#include "prefetch.h"

#define SAMPLE_MAX  1024 /* rows that say about where the others are */
#define ROWS_BEFORE 512	 /* of the one that is asked for, and after it: what a window has */
#define ROWS_AFTER  1536
#define ROWS_MAX    4096 /* it is made smaller above that */
#define ROWS_AHEAD  32	 /* that a walk through all of them looks ahead */

/* --- one row ---------------------------------------------------------------------------------- */

static const struct table_row *row_in(const struct list *list, uint32_t slot)
{
	return (const struct table_row *)table_slot(list->listing->table, slot);
}

static struct placed placed_in(const struct list *list, uint32_t slot)
{
	return listing_placed(list, row_in(list, slot));
}

/*
 * Whether it stands above a bound. Where keys say all, that is a place, whatever became of the row
 * that it was taken from.
 */
static bool is_above(const struct list *list, const struct table_row *row, struct key key,
		     const struct placed *bound)
{
	struct placed placed;

	if (key.high != bound->key.high)
		return key.high < bound->key.high;
	if (key.low != bound->key.low)
		return key.low < bound->key.low;
	if (listing_says_all(list->listing, key))
		return listing_tie(list, row) < bound->tie;
	placed = listing_placed(list, row);
	return listing_compare(list, &placed, bound) < 0;
}

/* SLOT_ABOVE the window, SLOT_WITHIN, or 0: below. */
static uint8_t side_of(const struct list *list, const struct table_row *row)
{
	const struct bounds *bounds = &list->listing->window.bounds;
	struct key key = listing_key(list->listing, row);

	if (bounds->high.slot && !is_above(list, row, key, &bounds->high))
		return 0;
	if (bounds->low.slot && is_above(list, row, key, &bounds->low))
		return SLOT_ABOVE;
	return SLOT_WITHIN;
}

/* --- all rows --------------------------------------------------------------------------------- */

/* Some from all over the table, in order. */
struct sample {
	struct placed rows[SAMPLE_MAX];
	size_t n;
	size_t found; /* rows that it stands for, as far as is known */
};

static int compare_placed(const void *a, const void *b, void *list)
{
	return listing_compare(list, a, b);
}

static bool is_listed(const struct list *list, uint32_t slot, bool judge)
{
	const struct listing *listing = list->listing;
	const struct table_row *row = row_in(list, slot);

	if (!judge)
		return listing->slots[slot - 1] & SLOT_LISTED;
	return row->slot && listing_judge(list, row) & SLOT_LISTED;
}

/* `judge`: it is not known yet which are listed. */
static void take_sample(const struct list *list, struct sample *sample, bool judge)
{
	size_t n_slots = list->listing->n_slots, step = n_slots / SAMPLE_MAX + 1;

	sample->n = 0;
	for (size_t slot = 1 + step / 2; slot <= n_slots; slot += step)
		if (is_listed(list, slot, judge))
			sample->rows[sample->n++] = placed_in(list, slot);
	sample->found = judge ? sample->n * step : list->found;
	qsort_r(sample->rows, sample->n, sizeof(sample->rows[0]), compare_placed, (void *)list);
}

/* How many of the sample stand above the row in a slot. */
static size_t place_in(const struct list *list, const struct sample *sample, uint32_t slot)
{
	const struct placed row = placed_in(list, slot);
	size_t place = 0;

	while (place < sample->n && listing_compare(list, &sample->rows[place], &row) < 0)
		place++;
	return place;
}

/* How far off a place in the sample may be, at times: more than the root, far from both ends. */
static size_t margin(const struct sample *sample, size_t place)
{
	size_t aside = place < sample->n / 2 ? place : sample->n - place, root = 0;

	while (root * root < aside)
		root++;
	return root;
}

/* The rows between which the window is thought to be. `slack`: how much to allow for errors. */
static struct bounds guess_bounds(const struct list *list, const struct sample *sample,
				  size_t slack)
{
	const struct window *window = &list->listing->window;
	size_t wider = (size_t)1 << 3 * (window->misses < 8 ? window->misses : 8);
	struct bounds bounds = { 0 };
	size_t place, off = 3, before, after;

	if (!sample->n)
		return bounds;
	if (window->asked_slot) {
		place = place_in(list, sample, window->asked_slot);
	} else {
		place = window->asked_index * sample->n / sample->found;
		place = place < sample->n ? place : sample->n;
		off += margin(sample, place);
	}
	before = slack * off + wider * ROWS_BEFORE * sample->n / sample->found;
	after = slack * off + wider * ROWS_AFTER * sample->n / sample->found;
	if (place >= before)
		bounds.low = sample->rows[place - before];
	if (place + after < sample->n) {
		bounds.high = sample->rows[place + after];
		bounds.common = bounds.high.key.high == sample->rows[place + after - 3].key.high;
	}
	return bounds;
}

/*
 * Finds out on which side of the window each row is. Where rows are to be judged, that is done on
 * the way: memory is what this takes its time for.
 */
static void place_all(const struct list *list, struct tally *judged)
{
	struct listing *listing = list->listing;
	struct window *window = &listing->window;
	const struct table *table = listing->table;
	size_t ahead = ROWS_AHEAD * table->row_size, at = column_offset(listing->sort);
	bool heads = judged || window->bounds.common || listing->sort->flags & COLUMN_HEAD;
	uint32_t n_slots = listing->n_slots;
	size_t above = 0, within = 0;
	uint8_t *slots = listing->slots;

	for (uint32_t slot = 1; slot <= n_slots; slot++) {
		const struct table_row *row = table_slot(table, slot);
		uint8_t state = slots[slot - 1] & (SLOT_STATES - 1);

		prefetch((const char *)row + ahead + at);
		if (heads)
			prefetch((const char *)row + ahead);
		if (judged) {
			state = row->slot ? listing_judge(list, row) : 0;
			judged->n[state]++;
		}
		if (state & SLOT_LISTED)
			state |= side_of(list, row);
		above += !!(state & SLOT_ABOVE);
		if (state & SLOT_WITHIN)
			window->slots[within++] = slot;
		slots[slot - 1] = state;
	}
	window->first = above;
	window->n = within;
	window->known = true;
	window->sorted = false;
}

void window_judge_all(const struct list *list, struct tally *tally)
{
	struct window *window = &list->listing->window;
	struct sample sample;

	if (window->asked_slot > list->listing->n_slots ||
	    (window->asked_slot && !is_listed(list, window->asked_slot, true)))
		window->asked_slot = 0; /* then the index is all that is known */
	take_sample(list, &sample, true);
	window->misses = 0;
	window->bounds = guess_bounds(list, &sample, 1);
	place_all(list, tally);
}

/* --- the window ------------------------------------------------------------------------------- */

void window_close(struct window *window)
{
	window->known = false;
	window->misses = 0;
}

static bool has_index(const struct window *window, size_t index)
{
	return window->known && index >= window->first && index - window->first < window->n;
}

static bool has_slot(const struct listing *listing, uint32_t slot)
{
	return listing->window.known && listing->slots[slot - 1] & SLOT_WITHIN;
}

static bool has_asked(const struct listing *listing)
{
	const struct window *window = &listing->window;

	if (window->asked_slot)
		return has_slot(listing, window->asked_slot);
	return has_index(window, window->asked_index);
}

/* Makes it have what is asked for. */
static void open_window(const struct list *list)
{
	struct window *window = &list->listing->window;
	struct sample sample;
	size_t slack = 1;

	take_sample(list, &sample, false);
	do { /* at the latest without bounds: all rows */
		window->bounds = guess_bounds(list, &sample, slack);
		place_all(list, NULL);
		slack *= 8;
	} while (!has_asked(list->listing));
	window->misses++;
}

static int compare_slots(const void *a, const void *b, void *list)
{
	struct placed left = placed_in(list, *(const uint32_t *)a);
	struct placed right = placed_in(list, *(const uint32_t *)b);

	return listing_compare(list, &left, &right);
}

/* Without memory for more than the slots it only takes longer. */
static void sort_window(const struct list *list)
{
	struct window *window = &list->listing->window;
	struct placed *rows = calloc(window->n + 1, sizeof(*rows));

	window->sorted = true;
	if (!rows) {
		qsort_r(window->slots, window->n, sizeof(*window->slots), compare_slots,
			(void *)list);
		return;
	}
	for (size_t i = 0; i < window->n; i++)
		rows[i] = placed_in(list, window->slots[i]);
	qsort_r(rows, window->n, sizeof(*rows), compare_placed, (void *)list);
	for (size_t i = 0; i < window->n; i++)
		window->slots[i] = rows[i].slot;
	free(rows);
}

/* Where in the window a row is that is within. */
static size_t find_slot(const struct window *window, uint32_t slot)
{
	size_t at = 0;

	while (window->slots[at] != slot)
		at++;
	return at;
}

/* The window is within closer bounds now: rows outside of these are not its own any more. */
static void shrink_window(const struct list *list)
{
	struct listing *listing = list->listing;
	struct window *window = &listing->window;
	size_t n = window->n;

	window->n = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t slot = window->slots[i];
		uint8_t *state = &listing->slots[slot - 1];
		uint8_t side = side_of(list, row_in(list, slot));

		*state = (*state & ~SLOT_WITHIN) | side;
		if (side == SLOT_ABOVE)
			window->first++;
		if (side == SLOT_WITHIN)
			window->slots[window->n++] = slot;
	}
}

/* One that rows have made large keeps those around the one that was asked for. */
static void trim_window(const struct list *list)
{
	struct window *window = &list->listing->window;
	size_t at = window->asked_index - window->first;
	struct placed asked, high;

	if (window->n <= ROWS_MAX || window->misses > 1)
		return;
	if (at > ROWS_BEFORE)
		window->bounds.low = placed_in(list, window->slots[at - ROWS_BEFORE]);
	if (window->n - at > ROWS_AFTER) {
		asked = placed_in(list, window->slots[at]);
		high = placed_in(list, window->slots[at + ROWS_AFTER]);
		if (is_above(list, row_in(list, asked.slot), asked.key, &high))
			window->bounds.high = high;
	}
	shrink_window(list);
}

uint32_t window_slot(const struct list *list, size_t index)
{
	struct window *window = &list->listing->window;

	window->asked_index = index;
	if (!has_index(window, index)) {
		window->asked_slot = 0;
		open_window(list);
	}
	if (!window->sorted) {
		sort_window(list);
		trim_window(list);
	}
	return window->slots[index - window->first];
}

size_t window_rank(const struct list *list, uint32_t slot)
{
	struct window *window = &list->listing->window;
	bool sorted;

	window->asked_slot = slot;
	if (!has_slot(list->listing, slot))
		open_window(list);
	sorted = window->sorted;
	if (!sorted)
		sort_window(list);
	window->asked_index = window->first + find_slot(window, slot);
	if (!sorted)
		trim_window(list);
	return window->asked_index;
}

/* --- changes ---------------------------------------------------------------------------------- */

/* The row that others are compared with where the key of a bound does not say all; 0: none. */
static uint32_t row_behind(const struct listing *listing, const struct placed *bound)
{
	return listing_says_all(listing, bound->key) ? 0 : bound->slot;
}

/* A large window, for many places that were asked for, is not worth to be kept. */
void window_prepare(struct listing *listing, bool living)
{
	const struct table_log *log = listing->log;
	struct window *window = &listing->window;
	uint32_t low = row_behind(listing, &window->bounds.low);
	uint32_t high = row_behind(listing, &window->bounds.high);

	if (listing->seen == log->n && !living)
		return;
	window->misses = 0;
	if (window->n > ROWS_MAX || (living && (low || high)))
		window->known = false;
	for (uint64_t i = listing->seen; i < log->n && (low || high); i++) {
		uint32_t slot = log->slots[i & log->mask];

		window->known &= slot != low && slot != high;
	}
}

void window_change(const struct list *list, uint32_t slot, uint8_t state)
{
	struct listing *listing = list->listing;
	struct window *window = &listing->window;
	uint8_t *at = &listing->slots[slot - 1], before = *at;

	if (window->known && state & SLOT_LISTED)
		state |= side_of(list, row_in(list, slot));
	*at = state;
	if (!window->known)
		return;
	window->first += !!(state & SLOT_ABOVE) - !!(before & SLOT_ABOVE);
	if (state & ~before & SLOT_WITHIN)
		window->slots[window->n++] = slot;
	if ((state | before) & SLOT_WITHIN)
		window->sorted = false;
}

void window_changed(struct listing *listing)
{
	struct window *window = &listing->window;
	size_t n = 0;

	if (!window->known || window->sorted)
		return;
	for (size_t i = 0; i < window->n; i++)
		if (listing->slots[window->slots[i] - 1] & SLOT_WITHIN)
			window->slots[n++] = window->slots[i];
	window->n = n;
}
