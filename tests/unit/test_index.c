/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Indexes: slots by hashes, also where many are the same; copies; hashes of bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "index.h"
#include "random.h"

#define HASHES	5 /* so few that entries stand in each other's way, one at the end of all */
#define ENTRIES 600
#define STEPS	20000

static const uint32_t hashes[HASHES] = { 0, 1, 0x80000000, 0xfffffffe, 0xffffffff };

static struct index slots;

static int set_up(void **state)
{
	(void)state;
	seed = 7;
	return index_init(&slots);
}

static int tear_down(void **state)
{
	(void)state;
	index_fini(&slots);
	return 0;
}

static void add(uint32_t hash, uint32_t slot, size_t n)
{
	assert_int_equal(index_reserve(&slots, n), 0);
	index_add(&slots, hash, slot);
}

/* Each slot that it has under a hash, and none twice. */
static void expect_slots(const struct index *index, uint32_t hash, const bool has[ENTRIES + 1])
{
	bool seen[ENTRIES + 1] = { false };
	uint32_t n = 0, slot;

	while ((slot = index_next(index, hash, &n))) {
		assert_true(slot <= ENTRIES);
		assert_true(has[slot]);
		assert_false(seen[slot]);
		seen[slot] = true;
	}
	assert_memory_equal(seen, has, sizeof(seen));
}

static void index_next__empty__has_nothing(void **state)
{
	const bool none[ENTRIES + 1] = { false };

	(void)state;
	for (int i = 0; i < HASHES; i++)
		expect_slots(&slots, hashes[i], none);
}

/* Against a list of all: entries of few hashes come and go, and the index grows under them. */
static void index__any_order__has_what_is_in_it(void **state)
{
	static bool has[HASHES][ENTRIES + 1];
	size_t n = 0;

	(void)state;
	for (int step = 0; step < STEPS; step++) {
		uint32_t slot = 1 + any(ENTRIES), hash = slot % HASHES;

		if (has[hash][slot]) {
			index_remove(&slots, hashes[hash], slot);
			n--;
		} else {
			add(hashes[hash], slot, n++);
		}
		has[hash][slot] = !has[hash][slot];
		if (step % 100 == 0)
			for (int i = 0; i < HASHES; i++)
				expect_slots(&slots, hashes[i], has[i]);
	}
	assert_true(n > ENTRIES / 4);
}

static void index_copy__is_its_own(void **state)
{
	bool has[ENTRIES + 1] = { false };
	struct index copy;

	(void)state;
	for (uint32_t slot = 1; slot <= 100; slot++) {
		add(hashes[1], slot, slot - 1);
		has[slot] = true;
	}
	assert_int_equal(index_init(&copy), 0);
	assert_int_equal(index_copy(&copy, &slots), 0);
	index_remove(&slots, hashes[1], 50);
	expect_slots(&copy, hashes[1], has);
	index_fini(&copy);
}

/* One bit more or less, wherever it is, and one zero byte more. */
static void index_hash_bytes__other_bytes__other_hash(void **state)
{
	unsigned char bytes[54] = { 0 };

	(void)state;
	for (size_t len = 1; len < sizeof(bytes); len++) {
		uint32_t hash = index_hash_bytes(bytes, len);

		assert_int_equal(index_hash_bytes(bytes, len), hash);
		assert_int_not_equal(index_hash_bytes(bytes, len + 1), hash);
		for (size_t bit = 0; bit < 8 * len; bit++) {
			bytes[bit / 8] ^= 1 << bit % 8;
			assert_int_not_equal(index_hash_bytes(bytes, len), hash);
			bytes[bit / 8] ^= 1 << bit % 8;
		}
	}
}

/* What addresses of a network have for hashes: as few are the same as of any numbers. */
static void index_hash_bytes__neighbours__are_far_apart(void **state)
{
	static uint32_t homes[1 << 13];
	uint32_t most = 0;

	(void)state;
	slots.bits = 13;
	for (uint32_t i = 0; i < 4096; i++) {
		unsigned char addr[24] = { 10, 0, i / 256, i % 256 };
		uint32_t home = index_home(&slots, index_hash_bytes(addr, sizeof(addr)));

		homes[home]++;
		most = homes[home] > most ? homes[home] : most;
	}
	slots.bits = 6;
	assert_true(most <= 8);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(index_next__empty__has_nothing),
		TEST(index__any_order__has_what_is_in_it),
		TEST(index_copy__is_its_own),
		TEST(index_hash_bytes__other_bytes__other_hash),
		TEST(index_hash_bytes__neighbours__are_far_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
