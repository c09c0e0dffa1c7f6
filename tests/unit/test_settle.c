/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records leave in order of time, whole, and each once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "../../tui/source/settle.h"
#include "prefetch.h"
#include "events.h"

#define TAKEN_MAX 4096

static struct settle settle;

/* What was handed on. */
static struct taken {
	uint64_t ts_ns;
	uint32_t pid;
	size_t size;
} taken[TAKEN_MAX];

static size_t n_taken;
static const struct expecter nobody;
static uint32_t n_told[EXPECT_STEPS]; /* the last one that was expected */

static int set_up(void **state)
{
	(void)state;
	memset(&settle, 0, sizeof(settle));
	n_taken = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	settle_fini(&settle);
	return 0;
}

static void take(void *ctx, const struct event *event, size_t size)
{
	assert_ptr_equal(ctx, &n_taken);
	assert_int_equal((uintptr_t)event % 8, 0);
	assert_true(n_taken < TAKEN_MAX);
	taken[n_taken++] = (struct taken){ event->ts_ns, event->pid, size };
}

static int release(uint64_t until_ns)
{
	return settle_release(&settle, until_ns, take, &nobody, &n_taken);
}

/* Pushes a bare head, its memory gone afterwards. */
static void push(uint64_t ts_ns, uint32_t pid)
{
	struct event event = { 0 };

	head_fill(&event, EVENT_EXEC, ts_ns, pid, "x");
	settle_push(&settle, &event, sizeof(event));
	memset(&event, 0xff, sizeof(event));
}

static void expect_pids(const char *pids)
{
	char all[256] = "";

	for (size_t i = 0; i < n_taken; i++)
		sprintf(all + strlen(all), "%s%u", i ? " " : "", taken[i].pid);
	assert_string_equal(all, pids);
}

/* That memory was taken for, when all has gone. */
static size_t segments(void)
{
	size_t n = settle.filling ? 1 : 0;

	for (const struct settle_segment *one = settle.free; one; one = one->next)
		n++;
	return n;
}

static void settle_release__nothing_pushed__hands_on_nothing(void **state)
{
	(void)state;
	assert_false(settle_holds(&settle));
	assert_int_equal(release(UINT64_MAX), 0);
	assert_int_equal(n_taken, 0);
}

static void settle_release__out_of_order__hands_on_in_order_of_time(void **state)
{
	(void)state;
	push(30, 3);
	push(10, 1);
	push(50, 5);
	push(20, 2);
	push(40, 4);
	assert_true(settle_holds(&settle));
	assert_int_equal(release(UINT64_MAX), 5);
	expect_pids("1 2 3 4 5");
	assert_false(settle_holds(&settle));
}

static void settle_release__same_time__keeps_order_of_arrival(void **state)
{
	(void)state;
	push(20, 1);
	push(20, 2);
	push(10, 3);
	push(20, 4);
	push(10, 5);
	assert_int_equal(release(20), 5);
	expect_pids("3 5 1 2 4");
}

static void settle_release__until__holds_what_is_newer(void **state)
{
	(void)state;
	push(10, 1);
	push(21, 3);
	push(20, 2);
	assert_int_equal(release(9), 0);
	assert_int_equal(release(20), 2);
	expect_pids("1 2");
	assert_true(settle_holds(&settle));
	assert_int_equal(release(20), 0);
	assert_int_equal(release(21), 1);
	expect_pids("1 2 3");
	assert_false(settle_holds(&settle));
}

static void settle_push__after_a_release__takes_its_place_among_the_held(void **state)
{
	(void)state;
	push(10, 1);
	push(40, 4);
	push(30, 3);
	assert_int_equal(release(10), 1);
	push(35, 9);
	push(5, 2); /* late: older than what has gone, and next */
	assert_int_equal(release(35), 3);
	assert_int_equal(release(UINT64_MAX), 1);
	expect_pids("1 2 3 9 4");
}

/* Records of different sizes, none a multiple of 8, come out with every byte. */
static void expect_exec(void *ctx, const struct event *event, size_t size)
{
	struct exec_record *wanted = ctx;

	assert_int_equal((uintptr_t)event % 8, 0);
	wanted += event->pid;
	assert_int_equal(size, wanted->size);
	assert_memory_equal(event, wanted->room, size);
	wanted->size = 0;
}

static void settle_release__any_size__hands_on_every_byte(void **state)
{
	static struct exec_record records[17];
	static char args[EXEC_ARGS_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(args); i++)
		args[i] = 'a' + i % 26;
	for (uint32_t i = 0; i < 17; i++) {
		size_t args_len = i == 5 ? EXEC_ARGS_MAX : i;

		records[i] = exec_record(100 - 5 * i, i, "/bin/x", args, args_len);
		settle_push(&settle, &records[i].head, records[i].size);
	}
	/* In two steps: what is held moves in memory between them. */
	assert_int_equal(settle_release(&settle, 60, expect_exec, &nobody, records), 9);
	assert_int_equal(settle_release(&settle, 100, expect_exec, &nobody, records), 8);
	for (int i = 0; i < 17; i++)
		assert_int_equal(records[i].size, 0);
	assert_int_equal(settle.dropped, 0);
}

/* As it runs: ten thousand records, shuffled a little, a few held at any time. */
static void settle_release__long_stream__each_once_in_order(void **state)
{
	uint32_t seed = 1;
	uint64_t last = 0;
	size_t total = 0;

	(void)state;
	for (uint64_t i = 1; i <= 10000; i++) {
		seed = seed * 1103515245 + 12345;
		push(100 * i + seed % 300, i);
		if (i % 7)
			continue;
		n_taken = 0;
		release(100 * i - 400);
		for (size_t k = 0; k < n_taken; k++) {
			assert_true(taken[k].ts_ns >= last);
			assert_true(taken[k].ts_ns <= 100 * i - 400);
			last = taken[k].ts_ns;
		}
		total += n_taken;
	}
	total += release(UINT64_MAX);
	assert_int_equal(total, 10000);
	assert_int_equal(settle.dropped, 0);
	/* Memory for what is held, not for what has gone. */
	assert_in_range(segments(), 1, 2);
	assert_true(settle.entries_cap <= 256);
}

/* More than a segment holds, and again: in the same memory. */
static void settle_push__all_has_gone__memory_is_used_again(void **state)
{
	size_t before = 0;

	(void)state;
	for (int round = 0; round < 3; round++) {
		n_taken = 0;
		for (uint32_t i = 1; i <= TAKEN_MAX; i++)
			push(i, i);
		assert_int_equal(release(UINT64_MAX), TAKEN_MAX);
		for (uint32_t i = 0; i < TAKEN_MAX; i++)
			assert_int_equal(taken[i].pid, i + 1);
		assert_true(segments() > 3);
		assert_true(!before || segments() == before);
		before = segments();
	}
}

static void settle_push__longer_than_any_record__is_counted_as_dropped(void **state)
{
	struct event *event = calloc(1, SETTLE_SEGMENT);

	(void)state;
	assert_non_null(event);
	settle_push(&settle, event, SETTLE_SEGMENT);
	free(event);
	assert_int_equal(settle.dropped, 1);
	push(10, 1);
	assert_int_equal(release(UINT64_MAX), 1);
	expect_pids("1");
}

/* Each that is told of has not been handed on, and they come in order, at each step. */
static void tell(void *ctx, const struct event *event, size_t size, unsigned step)
{
	assert_ptr_equal(ctx, n_told);
	assert_int_equal(size, sizeof(*event));
	assert_true(step < EXPECT_STEPS);
	assert_int_equal(event->pid, ++n_told[step]);
	assert_int_equal(event->pid, n_taken + 1 + (EXPECT_STEPS - step) * SETTLE_AHEAD);
}

static void settle_release__expect__is_told_of_records_some_before(void **state)
{
	const struct expecter told = { tell, n_told };
	const uint32_t n = 100;

	(void)state;
	for (uint32_t i = n; i >= 1; i--)
		push(i, i);
	for (unsigned step = 0; step < EXPECT_STEPS; step++)
		n_told[step] = (EXPECT_STEPS - step) * SETTLE_AHEAD;
	assert_int_equal(settle_release(&settle, UINT64_MAX, take, &told, &n_taken), n);
	for (unsigned step = 0; step < EXPECT_STEPS; step++)
		assert_int_equal(n_told[step], n);
	assert_int_equal(n_taken, n);
}

static void settle_fini__holding__is_as_new(void **state)
{
	(void)state;
	push(10, 1);
	settle_fini(&settle);
	assert_false(settle_holds(&settle));
	assert_int_equal(release(UINT64_MAX), 0);
	push(20, 2);
	assert_int_equal(release(UINT64_MAX), 1);
	expect_pids("2");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(settle_release__nothing_pushed__hands_on_nothing),
		TEST(settle_release__out_of_order__hands_on_in_order_of_time),
		TEST(settle_release__same_time__keeps_order_of_arrival),
		TEST(settle_release__until__holds_what_is_newer),
		TEST(settle_push__after_a_release__takes_its_place_among_the_held),
		TEST(settle_release__any_size__hands_on_every_byte),
		TEST(settle_release__long_stream__each_once_in_order),
		TEST(settle_push__all_has_gone__memory_is_used_again),
		TEST(settle_push__longer_than_any_record__is_counted_as_dropped),
		TEST(settle_release__expect__is_told_of_records_some_before),
		TEST(settle_fini__holding__is_as_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
