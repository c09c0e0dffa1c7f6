/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of two rows of a list is above. */
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

static struct key value_key(const struct value *value)
{
	switch (value->type) {
	case VALUE_NULL:
		break;
	case VALUE_BOOL:
		return number_key(value->yes);
	case VALUE_NUMBER:
		return number_key(value->number);
	case VALUE_TIME:
		return number_key(value->wall_ns);
	case VALUE_TEXT:
	case VALUE_LIST:
		return text_key(value->text.bytes, value->text.len);
	case VALUE_ADDR:
		return addr_key(value->addr.bytes, value->addr.ip);
	}
	return (struct key){ KEY_NULL, 0 };
}

static struct value value_of(const struct listing *listing, const void *row)
{
	const struct column *sort = listing->sort;
	struct value (*get)(const void *row,
			    const struct view_context *ctx) = sort->order ? sort->order : sort->get;

	return get(row, &listing->ctx);
}

static uint64_t active_of(const struct list *list, const void *row)
{
	return list->pane->active_ns ? list->pane->active_ns(row) : table_id(row);
}

struct key listing_key(const struct listing *listing, const void *row)
{
	const struct value value = value_of(listing, row);
	struct key key = value_key(&value);

	return listing->descending ? (struct key){ ~key.high, ~key.low } : key;
}

/* Among equals, what was active last is above, then what came last: ids grow with time. */
uint64_t listing_tie(const struct list *list, const void *row)
{
	return ~active_of(list, row);
}

struct placed listing_placed(const struct list *list, const struct table_row *row)
{
	return (struct placed){
		.key = listing_key(list->listing, row),
		.tie = listing_tie(list, row),
		.slot = row->slot,
	};
}

/* --- order ------------------------------------------------------------------------------------ */

bool listing_says_all(const struct listing *listing, struct key key)
{
	return (key.low & KEY_MORE) == (listing->descending ? KEY_MORE : 0);
}

/* As their keys would be, if these were long enough. */
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

int listing_compare(const struct list *list, const struct placed *a, const struct placed *b)
{
	if (a->key.high != b->key.high)
		return a->key.high < b->key.high ? -1 : 1;
	if (a->key.low != b->key.low)
		return a->key.low < b->key.low ? -1 : 1;
	if (a->tie != b->tie && listing_says_all(list->listing, a->key))
		return a->tie < b->tie ? -1 : 1;
	return a->slot == b->slot ? 0 : compare_rows(list, a->slot, b->slot);
}
