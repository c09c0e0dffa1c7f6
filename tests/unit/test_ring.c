/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring buffer as the kernel writes it, in a file: records come whole, in order, each once. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <cmocka.h>
#include "../../tui/source/ring.h"

#define SIZE	  (1UL << 17)
#define TAKEN_MAX 8192

/* The kernel's side of it: what is written beyond the end is at the beginning, too. */
static struct {
	int fd;
	unsigned char *memory; /* of the consumer, of the producer, the data twice */
	unsigned long *consumer, *producer;
	size_t page;
} kernel;

static struct ring ring;

/* What was taken: the first byte, and how many. */
static struct taken {
	unsigned char first;
	size_t size;
} taken[TAKEN_MAX];

static size_t n_taken;

static void take(void *ctx, const void *record, size_t size)
{
	const unsigned char *bytes = record;

	assert_ptr_equal(ctx, &n_taken);
	assert_int_equal((uintptr_t)record % 8, 0);
	assert_true(n_taken < TAKEN_MAX);
	taken[n_taken++] = (struct taken){ bytes[0], size };
	for (size_t i = 0; i < size; i++)
		assert_int_equal(bytes[i], bytes[0]);
}

static void take_all(void)
{
	ring_take(&ring, take, &n_taken);
}

static int set_up(void **state)
{
	size_t len;

	(void)state;
	kernel.page = sysconf(_SC_PAGESIZE);
	len = 2 * kernel.page + 2 * SIZE;
	kernel.fd = memfd_create("ring", MFD_CLOEXEC);
	if (kernel.fd < 0 || ftruncate(kernel.fd, len))
		return -1;
	kernel.memory = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, kernel.fd, 0);
	if (kernel.memory == MAP_FAILED)
		return -1;
	kernel.consumer = (unsigned long *)kernel.memory;
	kernel.producer = (unsigned long *)(kernel.memory + kernel.page);
	n_taken = 0;
	return ring_open(&ring, kernel.fd, SIZE);
}

static int tear_down(void **state)
{
	(void)state;
	ring_close(&ring);
	munmap(kernel.memory, 2 * kernel.page + 2 * SIZE);
	close(kernel.fd);
	return 0;
}

/* One byte of the data, at both of its places. */
static void write_byte(unsigned long at, unsigned char byte)
{
	unsigned char *data = kernel.memory + 2 * kernel.page;

	data[at % SIZE] = byte;
	data[at % SIZE + SIZE] = byte;
}

static void write_head(unsigned long at, uint32_t head)
{
	const unsigned char *bytes = (const unsigned char *)&head;

	for (size_t i = 0; i < sizeof(head); i++)
		write_byte(at + i, bytes[i]);
}

/* Where it is. */
static unsigned long put(unsigned char byte, uint32_t size, uint32_t bits)
{
	unsigned long at = *kernel.producer;

	assert_true(at + 8 + size - *kernel.consumer <= SIZE);
	write_head(at, size | bits);
	for (uint32_t i = 0; i < size; i++)
		write_byte(at + 8 + i, byte);
	*kernel.producer = at + ((8 + size + 7) & ~7UL);
	return at;
}

static void expect_taken(size_t i, unsigned char first, size_t size)
{
	assert_true(i < n_taken);
	assert_int_equal(taken[i].first, first);
	assert_int_equal(taken[i].size, size);
}

static void ring_take__nothing__takes_nothing(void **state)
{
	(void)state;
	take_all();
	assert_int_equal(n_taken, 0);
	assert_int_equal(*kernel.consumer, 0);
}

static void ring_take__records__come_in_order_and_make_room(void **state)
{
	(void)state;
	put(1, 176, 0);
	put(2, 13, 0);
	put(3, 72, 0);
	take_all();
	assert_int_equal(n_taken, 3);
	expect_taken(0, 1, 176);
	expect_taken(1, 2, 13);
	expect_taken(2, 3, 72);
	assert_int_equal(*kernel.consumer, *kernel.producer);
	take_all();
	assert_int_equal(n_taken, 3);
}

static void ring_take__discarded__is_passed_over(void **state)
{
	(void)state;
	put(1, 64, 0);
	put(2, 64, BPF_RINGBUF_DISCARD_BIT);
	put(3, 64, 0);
	take_all();
	assert_int_equal(n_taken, 2);
	expect_taken(1, 3, 64);
}

/* Those after it wait, although they are whole. */
static void ring_take__being_written__is_waited_for(void **state)
{
	unsigned long busy;

	(void)state;
	put(1, 64, 0);
	busy = put(2, 64, BPF_RINGBUF_BUSY_BIT);
	put(3, 64, 0);
	take_all();
	assert_int_equal(n_taken, 1);
	assert_int_equal(*kernel.consumer, busy);
	write_head(busy, 64);
	take_all();
	assert_int_equal(n_taken, 3);
	expect_taken(1, 2, 64);
	expect_taken(2, 3, 64);
}

/* Many times round, with records of any length, the longest too: none is cut by the end. */
static void ring_take__over_the_end__records_are_whole(void **state)
{
	size_t sizes[256];
	unsigned char next = 1;

	(void)state;
	srand(11);
	for (int round = 0; round < 400; round++) {
		int n = 1 + rand() % 5;

		n_taken = 0;
		for (int i = 0; i < n; i++) {
			sizes[i] = 1 + rand() % (RING_RECORD_MAX - 8);
			put(next + i, sizes[i], 0);
		}
		take_all();
		assert_int_equal(n_taken, n);
		for (int i = 0; i < n; i++)
			expect_taken(i, next + i, sizes[i]);
		next += n;
	}
	assert_true(*kernel.consumer > 10 * SIZE);
}

/* Of a ring that is smaller than the longest record no more is mapped than there is. */
static void ring_open__small_ring__opens(void **state)
{
	(void)state;
	ring_close(&ring);
	assert_int_equal(ring_open(&ring, kernel.fd, kernel.page), 0);
	assert_int_equal(ring.mapped, 3 * kernel.page);
}

static void ring_open__not_a_ring__is_an_error(void **state)
{
	(void)state;
	ring_close(&ring);
	assert_int_equal(ring_open(&ring, -1, SIZE), -EBADF);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(ring_take__nothing__takes_nothing),
		TEST(ring_take__records__come_in_order_and_make_room),
		TEST(ring_take__discarded__is_passed_over),
		TEST(ring_take__being_written__is_waited_for),
		TEST(ring_take__over_the_end__records_are_whole),
		TEST(ring_open__small_ring__opens),
		TEST(ring_open__not_a_ring__is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
