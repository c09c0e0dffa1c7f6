/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "index.h"

#define BITS_MIN 6

static uint32_t mask_of(const struct index *index)
{
	return ((uint32_t)1 << index->bits) - 1;
}

/* What calloc() gives of this size takes no memory before it is written to. */
static int allocate(struct index *index, unsigned bits)
{
	index->entries = calloc((size_t)1 << bits, sizeof(struct index_entry));
	index->bits = bits;
	return index->entries ? 0 : -ENOMEM;
}

int index_init(struct index *index)
{
	return allocate(index, BITS_MIN);
}

void index_fini(struct index *index)
{
	free(index->entries);
	index->entries = NULL;
}

int index_reserve(struct index *index, size_t n)
{
	const struct index before = *index;
	size_t n_before = (size_t)1 << before.bits;

	if (n < n_before / 2)
		return 0;
	if (allocate(index, before.bits + 1)) {
		*index = before;
		return -ENOMEM;
	}
	for (size_t i = 0; i < n_before; i++)
		if (before.entries[i].slot)
			index_add(index, before.entries[i].hash, before.entries[i].slot);
	free(before.entries);
	return 0;
}

void index_add(struct index *index, uint32_t hash, uint32_t slot)
{
	uint32_t at = index_home(index, hash), mask = mask_of(index);

	while (index->entries[at].slot)
		at = (at + 1) & mask;
	index->entries[at] = (struct index_entry){ hash, slot };
}

/* What is behind moves up, as far as it may: no entry is ever behind a free one. */
void index_remove(struct index *index, uint32_t hash, uint32_t slot)
{
	struct index_entry *entries = index->entries;
	uint32_t mask = mask_of(index), hole = index_home(index, hash);

	while (entries[hole].slot != slot)
		hole = (hole + 1) & mask;
	for (uint32_t at = (hole + 1) & mask; entries[at].slot; at = (at + 1) & mask) {
		uint32_t from_home = (at - index_home(index, entries[at].hash)) & mask;

		if (from_home < ((at - hole) & mask))
			continue;
		entries[hole] = entries[at];
		hole = at;
	}
	entries[hole].slot = 0;
}

int index_copy(struct index *index, const struct index *other)
{
	struct index copy;

	if (allocate(&copy, other->bits))
		return -ENOMEM;
	memcpy(copy.entries, other->entries, sizeof(copy.entries[0]) << other->bits);
	index_fini(index);
	*index = copy;
	return 0;
}

/* Each word is spread over all bits before the next one comes. */
uint32_t index_hash_bytes(const void *bytes, size_t len)
{
	uint64_t hash = len, word = 0;
	size_t at;

	for (at = 0; at + sizeof(word) <= len; at += sizeof(word)) {
		memcpy(&word, (const char *)bytes + at, sizeof(word));
		hash = index_mix(hash ^ word);
		hash ^= hash >> 32;
	}
	word = 0;
	memcpy(&word, (const char *)bytes + at, len - at);
	return index_hash(hash ^ word);
}
