/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables: rows in slots, found by their ids, listed, copied; the log of their changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "table.h"
#include "random.h"

#define ROWS_MAX (3 * TABLE_CHUNK)
#define STEPS	 20000

struct row {
	union {
		struct table_row head;
		uint64_t id;
	};
	struct table_link link;
	uint64_t value;
};

static struct table table;

static int set_up(void **state)
{
	(void)state;
	seed = 7;
	return table_init(&table, ROWS_MAX, sizeof(struct row));
}

static int tear_down(void **state)
{
	(void)state;
	table_fini(&table);
	return 0;
}

static struct row *add(uint64_t id)
{
	struct row *row = table_add(&table, id);

	assert_non_null(row);
	row->value = ~id;
	return row;
}

static void table_add__row__is_zeroed_and_found(void **state)
{
	struct row *row = table_add(&table, 5);

	(void)state;
	assert_int_equal(row->id, 5);
	assert_int_equal(row->value, 0);
	assert_ptr_equal(table_find(&table, 5), row);
	assert_ptr_equal(table_at(&table, row->head.slot), row);
	assert_null(table_find(&table, 6));
	assert_null(table_at(&table, 0));
	assert_null(table_at(&table, row->head.slot + 1));
	assert_int_equal(table.n, 1);
}

static void table_add__full__is_refused(void **state)
{
	(void)state;
	for (uint64_t id = 1; id <= ROWS_MAX; id++)
		add(id);
	assert_null(table_add(&table, 9999));
	table_remove(&table, table_find(&table, 17));
	add(9999);
	assert_null(table_find(&table, 17));
	assert_int_equal(table.n, ROWS_MAX);
}

static void table_remove__slot__is_used_again_by_a_zeroed_row(void **state)
{
	struct row *row = add(1), *again;
	uint32_t slot = row->head.slot;

	(void)state;
	add(2);
	table_remove(&table, row);
	assert_null(table_at(&table, slot));
	again = table_add(&table, 3);
	assert_int_equal(again->head.slot, slot);
	assert_int_equal(again->value, 0);
}

/* As names of connections are: times in ns, 13 bits up. */
static uint64_t id_of(uint32_t number)
{
	return number % 2 ? number : (uint64_t)number * 1000 << 13;
}

static void table__anything_at_random__holds_what_was_put_in(void **state)
{
	static uint32_t slots[2 * ROWS_MAX]; /* by number; 0: not there */
	size_t n = 0;

	(void)state;
	memset(slots, 0, sizeof(slots));
	for (int step = 0; step < STEPS; step++) {
		uint32_t number = any(2 * ROWS_MAX);
		struct row *row = table_find(&table, id_of(number));

		assert_int_equal(row ? row->head.slot : 0, slots[number]);
		if (row) {
			assert_int_equal(row->value, ~id_of(number));
			table_remove(&table, row);
			slots[number] = 0;
			n--;
		} else if (n < ROWS_MAX) {
			slots[number] = add(id_of(number))->head.slot;
			n++;
		}
		assert_int_equal(table.n, n);
	}
}

/* Two ids of one hash: the second is the inverse of its factor farther. */
static void table_find__same_hash__is_told_by_the_id(void **state)
{
	const uint64_t one = 5, other = one + 0xf1de83e19937733dULL;

	(void)state;
	assert_int_equal(index_hash(one), index_hash(other));
	add(one);
	assert_null(table_find(&table, other));
	add(other);
	assert_int_equal(((struct row *)table_find(&table, one))->value, ~one);
	assert_int_equal(((struct row *)table_find(&table, other))->value, ~other);
	table_remove(&table, table_find(&table, one));
	assert_null(table_find(&table, one));
	assert_non_null(table_find(&table, other));
}

static void table_foreach__free_slots__are_passed_over(void **state)
{
	const struct row *row;
	uint32_t slot = 0;
	size_t n = 0;

	(void)state;
	assert_null(table_first(&table));
	for (uint64_t id = 1; id <= ROWS_MAX - 10; id++)
		add(id);
	for (uint64_t id = 1; id <= ROWS_MAX - 10; id++)
		if (id % 3 == 0 || (id > TABLE_CHUNK - 5 && id < TABLE_CHUNK + 5))
			table_remove(&table, table_find(&table, id));
	TABLE_FOREACH(&table, row) {
		assert_true(row->head.slot > slot);
		slot = row->head.slot;
		n++;
	}
	assert_int_equal(n, table.n);
}

/* --- the log ---------------------------------------------------------------------------------- */

static void table_log__rows_come_change_and_go__each_is_noted(void **state)
{
	struct row *first = add(1), *second = add(2);

	(void)state;
	table_changed(&table, first);
	table_changed(&table, first); /* who saw the first change has not seen this one */
	table_remove(&table, second);
	assert_int_equal(table.log->n, 5);
	assert_int_equal(table.log->slots[2], first->head.slot);
	assert_int_equal(table.log->slots[3], first->head.slot);
	assert_int_equal(table.log->slots[4], 2);
	table_all_changed(&table);
	assert_true(table.log->n - 5 > table.log->mask);
}

static void table_log__more_rows_than_it_holds__is_another_log(void **state)
{
	struct table_log *log = table_log_get(&table);
	size_t max = log->mask + 1 + TABLE_CHUNK;

	(void)state;
	table_fini(&table);
	assert_int_equal(table_init(&table, max, sizeof(struct row)), 0);
	assert_ptr_not_equal(table.log, log); /* which is still held */
	table_log_put(log);
	log = table_log_get(&table);
	for (uint64_t id = 1; id <= max; id++)
		add(id);
	assert_ptr_not_equal(table.log, log);
	assert_true(table.log->mask + 1 >= max);
	table_log_put(log);
	table_log_put(NULL);
}

/* --- lists and copies ------------------------------------------------------------------------- */

static void expect_list(const struct table *of, struct table_list list, const char *ids)
{
	char all[64] = "";

	for (uint32_t slot = list.first; slot;) {
		const struct row *row = table_at(of, slot);

		assert_int_equal(row->link.next == 0, slot == list.last);
		sprintf(all + strlen(all), "%d", (int)row->id);
		slot = row->link.next;
	}
	assert_string_equal(all, ids);
}

static void table_list__rows__are_in_the_order_of_their_links(void **state)
{
	const size_t link = offsetof(struct row, link);
	struct table_list list = { 0 };

	(void)state;
	expect_list(&table, list, "");
	table_append(&table, &list, add(1), link);
	table_append(&table, &list, add(2), link);
	table_prepend(&table, &list, add(3), link);
	expect_list(&table, list, "312");
	table_unlink(&table, &list, table_find(&table, 1), link);
	expect_list(&table, list, "32");
	table_unlink(&table, &list, table_find(&table, 3), link);
	table_unlink(&table, &list, table_find(&table, 2), link);
	expect_list(&table, list, "");
	assert_int_equal(list.last, 0);
}

static void table_copy__original_changes__copy_stays(void **state)
{
	const size_t link = offsetof(struct row, link);
	struct table_list list = { 0 };
	struct table copy;

	(void)state;
	for (uint64_t id = 1; id <= 5; id++)
		table_append(&table, &list, add(id), link);
	table_unlink(&table, &list, table_find(&table, 4), link);
	table_remove(&table, table_find(&table, 4));
	assert_int_equal(table_init(&copy, ROWS_MAX, sizeof(struct row)), 0);
	assert_int_equal(table_copy(&copy, &table), 0);
	add(6);
	((struct row *)table_find(&table, 1))->value = 0;
	table_remove(&table, table_find(&table, 2));
	expect_list(&copy, list, "1235");
	assert_int_equal(copy.n, 4);
	assert_int_equal(((struct row *)table_find(&copy, 1))->value, ~1ULL);
	assert_null(table_find(&copy, 6));
	assert_int_equal(((struct row *)table_add(&copy, 7))->head.slot, 4);
	assert_ptr_not_equal(copy.log, table.log);
	table_fini(&copy);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(table_add__row__is_zeroed_and_found),
		TEST(table_add__full__is_refused),
		TEST(table_remove__slot__is_used_again_by_a_zeroed_row),
		TEST(table__anything_at_random__holds_what_was_put_in),
		TEST(table_find__same_hash__is_told_by_the_id),
		TEST(table_foreach__free_slots__are_passed_over),
		TEST(table_log__rows_come_change_and_go__each_is_noted),
		TEST(table_log__more_rows_than_it_holds__is_another_log),
		TEST(table_list__rows__are_in_the_order_of_their_links),
		TEST(table_copy__original_changes__copy_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
