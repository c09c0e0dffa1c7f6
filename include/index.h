/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_INDEX_H
#define CONNTOP_INDEX_H

/*
 * Slots of rows by a hash of what they are found by: open addressing, at most half of it in use.
 * No row is touched to find another: who asks compares those that it names.
 */
#include <stddef.h>
#include <stdint.h>
#include "prefetch.h"

struct index_entry {
	uint32_t hash;
	uint32_t slot; /* 0: none is here */
};

struct index {
	struct index_entry *entries;
	unsigned bits; /* 2 to the power of this entries */
};

/* 0 or -ENOMEM. */
int index_init(struct index *index);
void index_fini(struct index *index);

/* Makes room for one more than `n` entries. 0 or -ENOMEM. */
int index_reserve(struct index *index, size_t n);

/* There is room. */
void index_add(struct index *index, uint32_t hash, uint32_t slot);

/* The entry is there. */
void index_remove(struct index *index, uint32_t hash, uint32_t slot);

/* Becomes the same as another, if need be in more memory. 0 or -ENOMEM. */
int index_copy(struct index *index, const struct index *other);

/* Times the golden ratio: neighbours, as counts and times are, come to be far apart. */
static inline uint64_t index_mix(uint64_t value)
{
	return value * 0x9e3779b97f4a7c15ULL;
}

/* Of an id. */
static inline uint32_t index_hash(uint64_t id)
{
	return index_mix(id) >> 32;
}

/* Of bytes. */
uint32_t index_hash_bytes(const void *bytes, size_t len);

/* Where an entry is; behind those that were there before it. */
static inline uint32_t index_home(const struct index *index, uint32_t hash)
{
	return hash >> (32 - index->bits);
}

static inline void index_expect(const struct index *index, uint32_t hash)
{
	prefetch(&index->entries[index_home(index, hash)]);
}

/* The slots of a hash, one after another; `n`: how far that has come, at first 0. 0: no more. */
static inline uint32_t index_next(const struct index *index, uint32_t hash, uint32_t *n)
{
	const uint32_t home = index_home(index, hash), mask = ((uint32_t)1 << index->bits) - 1;

	for (;;) {
		struct index_entry entry = index->entries[(home + (*n)++) & mask];

		if (!entry.slot || entry.hash == hash)
			return entry.slot;
	}
}

#endif
