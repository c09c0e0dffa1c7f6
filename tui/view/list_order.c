/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which rows of a list stand where: found out for the places that are asked for. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include "listing.h"

/* --- keys: numbers in the order of values ----------------------------------------------------- */

#define KEY_NULL    1ULL /* `high` of what is absent */
#define KEY_NUMBERS 2ULL /* from here on: of numbers */
#define KEY_TEXT    (1ULL << 63)
#define KEY_IPV6    (1ULL << 62)
#define KEY_MORE    1ULL /* in `low`: there is more to the value */

static struct key number_key(int64_t number)
{
	uint64_t positive = (uint64_t)number ^ 1ULL << 63;

	return (struct key){ KEY_NUMBERS + (positive >> 2), positive << 62 };
}

/* A command's name whole, or 15 bytes, then how many there are: the shorter comes first. */
static struct key text_key(const char *bytes, size_t len)
{
	uint64_t head[2] = { 0 };

	memcpy(head, bytes, len < 15 ? len : 15);
	head[0] = be64toh(head[0]);
	head[1] = be64toh(head[1]);
	return (struct key){
		KEY_TEXT | head[0] >> 1,
		head[0] << 63 | head[1] >> 8 << 7 | (len < 16 ? len : 16) << 1 | (len > 15),
	};
}

/* Of IPv6 all but three bits. */
static struct key addr_key(const uint8_t *bytes, uint8_t ip)
{
	uint64_t head[2] = { 0 };

	memcpy(head, bytes, ip == 6 ? 16 : 4);
	head[0] = be64toh(head[0]);
	head[1] = be64toh(head[1]);
	if (ip != 6)
		return (struct key){ KEY_TEXT | head[0] >> 2, 0 };
	return (struct key){
		KEY_TEXT | KEY_IPV6 | head[0] >> 2,
		head[0] << 62 | head[1] >> 3 << 1 | KEY_MORE,
	};
}

static struct key value_key(struct value value)
{
	switch (value.type) {
	case VALUE_NULL:
		break;
	case VALUE_BOOL:
		return number_key(value.yes);
	case VALUE_NUMBER:
		return number_key(value.number);
	case VALUE_TIME:
		return number_key(value.wall_ns);
	case VALUE_TEXT:
	case VALUE_LIST:
		return text_key(value.text.bytes, value.text.len);
	case VALUE_ADDR:
		return addr_key(value.addr.bytes, value.addr.ip);
	}
	return (struct key){ KEY_NULL, 0 };
}

static struct value value_of(const struct listing *listing, const void *row)
{
	const struct column *sort = listing->sort;

	return sort->order ? sort->order(row, &listing->ctx) : sort->get(row, &listing->ctx);
}

static uint64_t active_of(const struct list *list, const void *row)
{
	return list->pane->active_ns ? list->pane->active_ns(row) : table_id(row);
}

/* Among equals, what was active last is above, then what came last: ids grow with time. */
void listing_enter(struct list *list, const struct table_row *row)
{
	struct listing *listing = list->listing;
	struct entry *entry = &listing->entries[row->slot - 1];
	struct key key = value_key(value_of(listing, row));

	entry->key.high = listing->descending ? ~key.high : key.high;
	entry->key.low = listing->descending ? ~key.low : key.low;
	entry->tie = ~active_of(list, row);
}

void listing_enter_all(struct list *list)
{
	const struct listing *listing = list->listing;
	const struct table_row *row;

	TABLE_FOREACH(listing->table, row)
		listing_enter(list, row);
}

/* --- order ------------------------------------------------------------------------------------ */

/* Whether equal keys are of equal values. */
static bool says_all(const struct listing *listing, struct key key)
{
	return (key.low & KEY_MORE) == (listing->descending ? KEY_MORE : 0);
}

/* As the entries would be, if they were long enough. */
static int compare_rows(const struct list *list, uint32_t a, uint32_t b)
{
	const struct listing *listing = list->listing;
	const void *left = table_slot(listing->table, a), *right = table_slot(listing->table, b);
	uint64_t left_id = table_id(left), right_id = table_id(right);
	uint64_t left_active = active_of(list, left), right_active = active_of(list, right);
	int order = value_compare(value_of(listing, left), value_of(listing, right));

	if (order)
		return listing->descending ? -order : order;
	if (left_active != right_active)
		return left_active < right_active ? 1 : -1;
	return (left_id < right_id) - (left_id > right_id);
}

/* A row, as others are compared with it. */
struct placed {
	struct entry entry;
	uint32_t slot;
};

static inline int compare(const struct list *list, const struct placed *a, const struct placed *b)
{
	if (a->entry.key.high != b->entry.key.high)
		return a->entry.key.high < b->entry.key.high ? -1 : 1;
	if (a->entry.key.low != b->entry.key.low)
		return a->entry.key.low < b->entry.key.low ? -1 : 1;
	if (a->entry.tie != b->entry.tie && says_all(list->listing, a->entry.key))
		return a->entry.tie < b->entry.tie ? -1 : 1;
	return a->slot == b->slot ? 0 : compare_rows(list, a->slot, b->slot);
}

static int compare_placed(const void *a, const void *b, void *ctx)
{
	return compare(ctx, a, b);
}

static struct placed placed(const struct listing *listing, uint32_t slot)
{
	return (struct placed){ listing->entries[slot - 1], slot };
}

static int compare_slots(const void *a, const void *b, void *ctx)
{
	const struct list *list = ctx;
	struct placed left = placed(list->listing, *(const uint32_t *)a);
	struct placed right = placed(list->listing, *(const uint32_t *)b);

	return compare(list, &left, &right);
}

size_t listing_rank(const struct list *list, uint32_t slot)
{
	const struct listing *listing = list->listing;
	const struct placed wanted = placed(listing, slot);
	size_t rank = 0;

	for (uint32_t at = 1; at <= listing->n_slots; at++) {
		struct placed other = placed(listing, at);

		rank += listing->slots[at - 1] & SLOT_LISTED && compare(list, &other, &wanted) < 0;
	}
	return rank;
}

/* --- a part of it ----------------------------------------------------------------------------- */

#define SAMPLE_MAX  1024 /* rows that say about where the others are */
#define ROWS_BEFORE 128	 /* of the one that is asked for, and after it: what is put in order */
#define ROWS_AFTER  384
#define MISSES_MAX  16 /* then all are */

struct sample {
	struct placed rows[SAMPLE_MAX];
	size_t n;
};

/* From all over the table, in order. */
static void take_sample(const struct list *list, struct sample *sample)
{
	const struct listing *listing = list->listing;
	size_t step = listing->n_slots / SAMPLE_MAX + 1;

	sample->n = 0;
	for (size_t slot = 1 + step / 2; slot <= listing->n_slots; slot += step)
		if (listing->slots[slot - 1] & SLOT_LISTED)
			sample->rows[sample->n++] = placed(listing, slot);
	qsort_r(sample->rows, sample->n, sizeof(sample->rows[0]), compare_placed, (void *)list);
}

/* The rows between which those wanted are thought to stand; NULL: the end of the list. */
struct bounds {
	const struct placed *low, *high;
};

/* How far off a place in the sample may be, at times: more than the root, far from both ends. */
static size_t margin(const struct sample *sample, size_t place)
{
	size_t aside = place < sample->n / 2 ? place : sample->n - place, root = 0;

	while (root * root < aside)
		root++;
	return root + 3;
}

static struct bounds guess_bounds(const struct list *list, const struct sample *sample,
				  size_t begin, size_t end, size_t slack)
{
	size_t low = begin * sample->n / list->found, high = end * sample->n / list->found;
	size_t below = slack * margin(sample, low), above = slack * margin(sample, high);

	return (struct bounds){
		.low = low >= below && sample->n ? &sample->rows[low - below] : NULL,
		.high = high + above < sample->n ? &sample->rows[high + above] : NULL,
	};
}

/* Takes the rows between the bounds; of those above, how many there are. */
static void collect(const struct list *list, struct bounds bounds)
{
	struct listing *listing = list->listing;

	listing->first = 0;
	listing->n_ordered = 0;
	for (uint32_t slot = 1; slot <= listing->n_slots; slot++) {
		struct placed row = placed(listing, slot);

		if (!(listing->slots[slot - 1] & SLOT_LISTED))
			continue;
		if (bounds.high && compare(list, &row, bounds.high) >= 0)
			continue;
		if (bounds.low && compare(list, &row, bounds.low) < 0)
			listing->first++;
		else
			listing->ordered[listing->n_ordered++] = slot;
	}
}

/* All rows; without memory for more than their slots, it only takes longer. */
static void sort_all(const struct list *list)
{
	struct listing *listing = list->listing;
	struct placed *rows = NULL;
	size_t n;

	collect(list, (struct bounds){ NULL, NULL });
	n = listing->n_ordered;
	rows = calloc(n ? n : 1, sizeof(*rows));
	if (!rows) {
		qsort_r(listing->ordered, n, sizeof(*listing->ordered), compare_slots,
			(void *)list);
		return;
	}
	for (size_t i = 0; i < n; i++)
		rows[i] = placed(listing, listing->ordered[i]);
	qsort_r(rows, n, sizeof(*rows), compare_placed, (void *)list);
	for (size_t i = 0; i < n; i++)
		listing->ordered[i] = rows[i].slot;
	free(rows);
}

/* Those from one rank up to before another, and what else the bounds hold. */
static void sort_part(const struct list *list, size_t begin, size_t end)
{
	struct listing *listing = list->listing;
	struct sample sample;
	size_t slack = 1;

	take_sample(list, &sample);
	do { /* at the latest without bounds: all rows */
		collect(list, guess_bounds(list, &sample, begin, end, slack));
		slack *= 8;
	} while (listing->first > begin || listing->first + listing->n_ordered < end);
	qsort_r(listing->ordered, listing->n_ordered, sizeof(*listing->ordered), compare_slots,
		(void *)list);
}

void listing_place(const struct list *list, size_t index)
{
	struct listing *listing = list->listing;
	size_t begin = index > ROWS_BEFORE ? index - ROWS_BEFORE : 0, end = index + ROWS_AFTER;

	if (index >= listing->first && index - listing->first < listing->n_ordered)
		return;
	if (listing->misses++ >= MISSES_MAX)
		sort_all(list);
	else
		sort_part(list, begin, end < list->found ? end : list->found);
}
