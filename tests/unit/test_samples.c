/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel that walks over its sockets as Linux does (net/core/bpf_sk_storage.c): it goes on after
 * so many of a bucket as it had seen, whatever came and went since. Who stays is told of once.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "../../tui/source/iterate.h"
#include "../../tui/source/samples.h"
#include "prefetch.h"

#define BUCKETS	    2
#define SOCKETS_MAX 4096
#define SLOTS_MAX   64
#define ID_MAX	    100000
#define PASS_NS	    1234567

struct bucket {
	uint64_t ids[SOCKETS_MAX]; /* the last one is met first */
	size_t n;
};

static struct {
	int array; /* the map */
	union sample_event *slots;
	size_t n_slots;
	struct sampling sampling;
	struct bucket buckets[BUCKETS];
	uint64_t told_ns[ID_MAX]; /* of a socket: the pass that told of it last */
	uint64_t last_id;
	size_t bucket, skip;	    /* where the next read begins */
	int fd;			    /* of the last walk */
	int walks, reads;	    /* so far */
	void (*between)(void);	    /* what happens after a read that does not reach the end */
	int (*fault)(int nth_read); /* what a read does instead of going on; 0: it goes on */
} kernel;

static struct samples samples;
static int told[ID_MAX];
static unsigned expected[ID_MAX];	  /* steps */
static unsigned n_expected[EXPECT_STEPS]; /* at each */

/* --- the kernel ------------------------------------------------------------------------------- */

static bool listens(uint64_t id)
{
	return id % 10 == 0;
}

/* As a new one comes: to the front. Those of one number in a hundred all go to the first bucket. */
static uint64_t come(void)
{
	uint64_t id = ++kernel.last_id;
	struct bucket *bucket = &kernel.buckets[id % 100 ? id % BUCKETS : 0];

	assert_true(id < ID_MAX && bucket->n < SOCKETS_MAX);
	bucket->ids[bucket->n++] = id;
	return id;
}

static void come_many(size_t n)
{
	while (n--)
		come();
}

/* The nth that is met in a bucket goes. */
static void go(struct bucket *bucket, size_t nth)
{
	size_t at = bucket->n - 1 - nth;

	memmove(&bucket->ids[at], &bucket->ids[at + 1],
		(bucket->n - at - 1) * sizeof(bucket->ids[0]));
	bucket->n--;
}

/* The program: whether there was room for it. */
static bool program(uint64_t id)
{
	struct sampling *sampling = &kernel.sampling;
	union sample_event *slot = &kernel.slots[sampling->n];

	if (kernel.told_ns[id] == sampling->pass_ns)
		return true;
	if (sampling->n == kernel.n_slots) {
		sampling->next = id;
		return false;
	}
	memset(slot, 0, sizeof(*slot));
	slot->head.kind = listens(id) ? EVENT_LISTENER : EVENT_SAMPLE;
	*(listens(id) ? &slot->listener.id : &slot->conn.id) = id;
	kernel.told_ns[id] = sampling->pass_ns;
	sampling->n++;
	return true;
}

static void check_closed(void)
{
	assert_int_equal(fcntl(kernel.fd, F_GETFD), -1);
}

int iterate_begin(const struct bpf_link *link)
{
	assert_null(link);
	check_closed();
	kernel.walks++;
	kernel.bucket = kernel.skip = 0;
	kernel.fd = dup(kernel.array);
	return kernel.fd;
}

int iterate_read(int fd)
{
	int err = kernel.fault ? kernel.fault(kernel.reads) : 0;

	assert_int_equal(fd, kernel.fd);
	kernel.reads++;
	if (err)
		return err;
	for (; kernel.bucket < BUCKETS; kernel.bucket++, kernel.skip = 0) {
		const struct bucket *bucket = &kernel.buckets[kernel.bucket];

		for (; kernel.skip < bucket->n; kernel.skip++)
			if (!program(bucket->ids[bucket->n - 1 - kernel.skip])) {
				if (kernel.between)
					kernel.between();
				return -EAGAIN;
			}
	}
	return 0;
}

/* --- the reader ------------------------------------------------------------------------------- */

static void take(void *ctx, const struct event *event, size_t size)
{
	const union sample_event *sample = (const union sample_event *)event;
	uint64_t id = event->kind == EVENT_LISTENER ? sample->listener.id : sample->conn.id;

	assert_ptr_equal(ctx, told);
	assert_int_equal(event->kind, listens(id) ? EVENT_LISTENER : EVENT_SAMPLE);
	assert_int_equal(size, listens(id) ? sizeof(sample->listener) : sizeof(sample->conn));
	told[id]++;
}

/* Of those that will be told of: one step after the other, some before. */
static void expect(void *ctx, const struct event *event, size_t size, unsigned step)
{
	const union sample_event *sample = (const union sample_event *)event;
	uint64_t id = event->kind == EVENT_LISTENER ? sample->listener.id : sample->conn.id;

	assert_ptr_equal(ctx, expected);
	assert_true(step < EXPECT_STEPS);
	assert_int_equal(size, listens(id) ? sizeof(sample->listener) : sizeof(sample->conn));
	assert_int_equal(told[id], 0);
	assert_true(expected[id] <= step);
	expected[id] = step + 1;
	n_expected[step]++;
}

static int pass(uint64_t pass_ns)
{
	int err;

	memset(told, 0, sizeof(told));
	memset(expected, 0, sizeof(expected));
	memset(n_expected, 0, sizeof(n_expected));
	kernel.walks = kernel.reads = 0;
	err = samples_pass(&samples, NULL, pass_ns, take, &(struct expecter){ expect, expected },
			   told);
	check_closed();
	return err;
}

/* Each that is there, but for those that came since `last` was the last: once. Others not twice. */
static void check_told(uint64_t last)
{
	for (size_t i = 0; i < BUCKETS; i++)
		for (size_t nth = 0; nth < kernel.buckets[i].n; nth++)
			if (kernel.buckets[i].ids[nth] <= last)
				assert_int_equal(told[kernel.buckets[i].ids[nth]], 1);
	for (size_t id = 0; id <= kernel.last_id; id++)
		assert_true(told[id] <= 1);
}

static void open_slots(size_t n)
{
	size_t size = SLOTS_MAX * sizeof(union sample_event);

	memset(&kernel, 0, sizeof(kernel));
	kernel.fd = -1;
	kernel.n_slots = n;
	kernel.array = memfd_create("samples", MFD_CLOEXEC);
	assert_true(kernel.array >= 0 && !ftruncate(kernel.array, size));
	kernel.slots = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, kernel.array, 0);
	assert_true(kernel.slots != MAP_FAILED);
	assert_int_equal(samples_open(&samples, kernel.array, n, &kernel.sampling), 0);
}

static int tear_down(void **state)
{
	(void)state;
	samples_close(&samples);
	munmap(kernel.slots, SLOTS_MAX * sizeof(union sample_event));
	close(kernel.array);
	return 0;
}

/* --- nothing happens meanwhile ---------------------------------------------------------------- */

static void samples__none_there__none(void **state)
{
	(void)state;
	open_slots(16);
	assert_int_equal(pass(PASS_NS), 0);
	assert_int_equal(kernel.reads, 1);
	check_told(0);
}

static void samples__room_for_all__one_read(void **state)
{
	(void)state;
	open_slots(16);
	come_many(16);
	assert_int_equal(pass(PASS_NS), 0);
	assert_int_equal(kernel.reads, 1);
	check_told(16);
}

static void samples__more_than_there_is_room_for__one_walk(void **state)
{
	(void)state;
	open_slots(16);
	come_many(16 * 10 + 1);
	assert_int_equal(pass(PASS_NS), 0);
	assert_int_equal(kernel.reads, 11);
	assert_int_equal(kernel.walks, 1);
	check_told(161);
}

static void samples__all_but_the_first__are_expected_at_each_step(void **state)
{
	(void)state;
	open_slots(SLOTS_MAX);
	come_many(SLOTS_MAX);
	assert_int_equal(pass(PASS_NS), 0);
	check_told(SLOTS_MAX);
	for (unsigned step = 0; step < EXPECT_STEPS; step++) {
		assert_true(n_expected[step] < SLOTS_MAX);
		assert_true(n_expected[step] >= SLOTS_MAX / 2);
	}
}

static void samples__next_pass__all_of_them_again(void **state)
{
	(void)state;
	open_slots(16);
	come_many(40);
	assert_int_equal(pass(PASS_NS), 0);
	assert_int_equal(pass(PASS_NS + 1), 0);
	check_told(40);
}

/* --- sockets come and go between two reads ---------------------------------------------------- */

/* The kernel skips as many as before: one that it has not come to is among them now. */
static void first_goes(void)
{
	if (kernel.reads == 1)
		go(&kernel.buckets[0], 0);
}

static void samples__one_gone__the_one_that_was_skipped_is_told_of(void **state)
{
	(void)state;
	open_slots(4);
	come_many(20);
	kernel.between = first_goes;
	assert_int_equal(pass(PASS_NS), 0);
	assert_int_equal(kernel.walks, 2);
	check_told(20);
}

/* At the end of all that there are nothing is left to begin with. */
static void samples__last_one_was_skipped__told_of(void **state)
{
	(void)state;
	open_slots(4);
	while (kernel.buckets[0].n < 5)
		come();
	kernel.buckets[1].n = 0;
	kernel.between = first_goes;
	assert_int_equal(pass(PASS_NS), 0);
	check_told(kernel.last_id);
}

static void next_goes(void)
{
	if (kernel.reads == 1)
		go(&kernel.buckets[kernel.bucket], kernel.skip);
}

static void samples__the_one_without_room_gone__others_are_told_of(void **state)
{
	(void)state;
	open_slots(4);
	come_many(20);
	kernel.between = next_goes;
	assert_int_equal(pass(PASS_NS), 0);
	check_told(20);
}

static void three_come(void)
{
	if (kernel.reads < 4)
		come_many(3);
}

static void samples__new_ones__no_second_walk(void **state)
{
	(void)state;
	open_slots(8);
	come_many(20);
	kernel.between = three_come;
	assert_int_equal(pass(PASS_NS), 0);
	assert_int_equal(kernel.walks, 1);
	check_told(20);
}

static unsigned chance(unsigned below)
{
	static unsigned seed = 7;

	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % below;
}

static void some_come_and_go(void)
{
	for (unsigned n = chance(4); n; n--) {
		struct bucket *bucket = &kernel.buckets[chance(BUCKETS)];

		if (bucket->n)
			go(bucket, chance(bucket->n));
	}
	come_many(chance(4));
}

static void samples__any_come_and_go__who_stays_once(void **state)
{
	(void)state;
	open_slots(8);
	come_many(300);
	kernel.between = some_come_and_go;
	for (int round = 0; round < 300; round++) {
		uint64_t last = kernel.last_id;

		assert_int_equal(pass(PASS_NS + round), 0);
		check_told(last);
	}
}

/* --- faults ----------------------------------------------------------------------------------- */

/* As a read ends that went over a million objects. */
static int each_second_again(int nth_read)
{
	return nth_read % 2 ? 0 : -EAGAIN;
}

static void samples__interrupted__each_once(void **state)
{
	(void)state;
	open_slots(8);
	come_many(50);
	kernel.fault = each_second_again;
	kernel.between = some_come_and_go;
	assert_int_equal(pass(PASS_NS), 0);
	check_told(50);
}

static int third_fails(int nth_read)
{
	return nth_read == 2 ? -EIO : 0;
}

static void samples__read_fails__so_does_the_pass(void **state)
{
	(void)state;
	open_slots(8);
	come_many(50);
	kernel.fault = third_fails;
	assert_int_equal(pass(PASS_NS), -EIO);
	assert_int_equal(kernel.reads, 3);
}

static void samples__no_walk__so_does_the_pass(void **state)
{
	int array;

	(void)state;
	open_slots(8);
	array = kernel.array;
	kernel.array = -1; /* dup() fails */
	assert_int_equal(pass(PASS_NS), -1);
	kernel.array = array;
}

static void samples__no_array__error(void **state)
{
	(void)state;
	open_slots(8);
	samples_close(&samples);
	assert_int_equal(samples_open(&samples, -1, 8, &kernel.sampling), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(samples__none_there__none, tear_down),
		cmocka_unit_test_teardown(samples__room_for_all__one_read, tear_down),
		cmocka_unit_test_teardown(samples__more_than_there_is_room_for__one_walk,
					  tear_down),
		cmocka_unit_test_teardown(samples__all_but_the_first__are_expected_at_each_step,
					  tear_down),
		cmocka_unit_test_teardown(samples__next_pass__all_of_them_again, tear_down),
		cmocka_unit_test_teardown(samples__one_gone__the_one_that_was_skipped_is_told_of,
					  tear_down),
		cmocka_unit_test_teardown(samples__last_one_was_skipped__told_of, tear_down),
		cmocka_unit_test_teardown(samples__the_one_without_room_gone__others_are_told_of,
					  tear_down),
		cmocka_unit_test_teardown(samples__new_ones__no_second_walk, tear_down),
		cmocka_unit_test_teardown(samples__any_come_and_go__who_stays_once, tear_down),
		cmocka_unit_test_teardown(samples__interrupted__each_once, tear_down),
		cmocka_unit_test_teardown(samples__read_fails__so_does_the_pass, tear_down),
		cmocka_unit_test_teardown(samples__no_walk__so_does_the_pass, tear_down),
		cmocka_unit_test_teardown(samples__no_array__error, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
