/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes that a thread writes, to something that stalls or fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "../../tui/export/spool.h"

#define LINE 64

/* What is written, and whether it may be. */
static struct sink {
	pthread_mutex_t lock;
	pthread_cond_t change;
	bool stalls;
	int err;
	uint64_t n; /* numbers that came in order */
	size_t bytes, largest, calls, flushes;
	bool disorder;
	sigset_t blocked;
	int nice;
} sink = { .lock = PTHREAD_MUTEX_INITIALIZER, .change = PTHREAD_COND_INITIALIZER };

static struct spool *spool;
static uint64_t n_put;

/* The numbers of the lines; one may be torn between two calls. */
static void see(const char *bytes, size_t len)
{
	static char line[LINE];

	for (size_t i = 0; i < len; i++, sink.bytes++) {
		line[sink.bytes % LINE] = bytes[i];
		if (sink.bytes % LINE == LINE - 1 && strtoull(line, NULL, 10) != sink.n++)
			sink.disorder = true;
	}
}

static int take(void *ctx, const char *bytes, size_t len, bool flush)
{
	int err;

	assert_ptr_equal(ctx, &sink);
	pthread_mutex_lock(&sink.lock);
	while (sink.stalls)
		pthread_cond_wait(&sink.change, &sink.lock);
	see(bytes, len);
	sink.calls++;
	sink.flushes += flush;
	sink.largest = len > sink.largest ? len : sink.largest;
	pthread_sigmask(SIG_BLOCK, NULL, &sink.blocked);
	sink.nice = getpriority(PRIO_PROCESS, 0);
	err = sink.err;
	pthread_cond_signal(&sink.change);
	pthread_mutex_unlock(&sink.lock);
	return err;
}

static void stall(bool stalls)
{
	pthread_mutex_lock(&sink.lock);
	sink.stalls = stalls;
	pthread_cond_signal(&sink.change);
	pthread_mutex_unlock(&sink.lock);
}

static void wait_for_lines(uint64_t n)
{
	pthread_mutex_lock(&sink.lock);
	while (sink.n < n)
		pthread_cond_wait(&sink.change, &sink.lock);
	pthread_mutex_unlock(&sink.lock);
}

/* Flushes do not help while much waits: until there are so many lines. */
static void flush_until(uint64_t n)
{
	uint64_t seen;

	do {
		spool_flush(spool);
		usleep(1000);
		pthread_mutex_lock(&sink.lock);
		seen = sink.n;
		pthread_mutex_unlock(&sink.lock);
	} while (seen < n);
}

/* Lines that have their numbers. */
static int put_lines(size_t n)
{
	char line[LINE];
	int err = 0;

	for (size_t i = 0; i < n && !err; i++) {
		memset(line, ' ', sizeof(line));
		snprintf(line, sizeof(line), "%llu", (unsigned long long)n_put++);
		err = spool_put(spool, line, sizeof(line));
	}
	return err;
}

static int set_up(void **state)
{
	(void)state;
	sink.stalls = sink.disorder = false;
	sink.err = 0;
	sink.n = sink.bytes = sink.largest = sink.calls = sink.flushes = n_put = 0;
	return spool_open(&spool, take, &sink);
}

static int tear_down(void **state)
{
	(void)state;
	if (spool)
		spool_close(spool);
	spool = NULL;
	return 0;
}

static int close_it(void)
{
	int err = spool_close(spool);

	spool = NULL;
	return err;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void spool_close__bytes_wait__all_are_written_in_order(void **state)
{
	(void)state;
	assert_int_equal(put_lines(100000), 0);
	assert_int_equal(close_it(), 0);
	assert_int_equal(sink.n, 100000);
	assert_false(sink.disorder);
	assert_in_range(sink.largest, 1, SPOOL_CHUNK);
}

static void spool_close__nothing_put__nothing_written(void **state)
{
	(void)state;
	assert_int_equal(spool_flush(spool), 0);
	assert_int_equal(close_it(), 0);
	assert_int_equal(sink.calls, 0);
}

static void spool_flush__few_bytes__are_written_without_more(void **state)
{
	(void)state;
	put_lines(1);
	assert_int_equal(spool_flush(spool), 0);
	wait_for_lines(1);
	assert_int_equal(sink.n, 1);
	assert_int_equal(sink.flushes, 1);
	put_lines(1);
	assert_int_equal(spool_flush(spool), 0);
	wait_for_lines(2);
	assert_int_equal(sink.n, 2);
}

/* Nearly all there is room for: were this to wait, it would wait for good. */
static void spool_put__writer_stalls__goes_on_and_all_arrives(void **state)
{
	size_t n = (SPOOL_MAX - 4 * SPOOL_CHUNK) / LINE;

	(void)state;
	stall(true);
	assert_int_equal(put_lines(n), 0);
	stall(false);
	assert_int_equal(close_it(), 0);
	assert_int_equal(sink.n, n);
	assert_false(sink.disorder);
}

/* Were each of them to take a chunk, this would wait for good. */
static void spool_flush__writer_stalls__small_pieces_share_the_room(void **state)
{
	size_t n = 4 * SPOOL_MAX / SPOOL_CHUNK;

	(void)state;
	stall(true);
	for (size_t i = 0; i < n; i++) {
		put_lines(1);
		assert_int_equal(spool_flush(spool), 0);
	}
	stall(false);
	assert_int_equal(close_it(), 0);
	assert_int_equal(sink.n, n);
	assert_false(sink.disorder);
	assert_in_range(sink.calls, 1, SPOOL_MAX / SPOOL_CHUNK / 4);
}

static void *go_on_soon(void *arg)
{
	(void)arg;
	usleep(50000);
	stall(false);
	return NULL;
}

static void spool_put__no_room_left__waits_for_some(void **state)
{
	size_t n = (SPOOL_MAX + 8 * SPOOL_CHUNK) / LINE;
	pthread_t thread;

	(void)state;
	stall(true);
	assert_int_equal(pthread_create(&thread, NULL, go_on_soon, NULL), 0);
	assert_int_equal(put_lines(n), 0);
	pthread_join(thread, NULL);
	assert_int_equal(close_it(), 0);
	assert_int_equal(sink.n, n);
	assert_false(sink.disorder);
}

static size_t address_space(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	size_t pages = 0;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%zu", &pages), 1);
	fclose(file);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void spool__after_a_stall__gives_memory_back(void **state)
{
	size_t before, stalled, n = SPOOL_MAX / 2 / LINE;

	(void)state;
	before = address_space();
	stall(true);
	put_lines(n);
	spool_flush(spool);
	stalled = address_space();
	stall(false);
	flush_until(n);
	put_lines(1);
	flush_until(n + 1); /* those before are given back by now */
	assert_true(stalled - before > SPOOL_MAX / 4);
	assert_true(address_space() - before < SPOOL_MAX / 8);
}

static void spool_put__writer_failed__is_told_and_no_more_is_written(void **state)
{
	int err = 0;

	(void)state;
	sink.err = -ENOSPC;
	while (!err)
		err = put_lines(1);
	assert_int_equal(err, -ENOSPC);
	assert_int_equal(put_lines(1), -ENOSPC);
	assert_int_equal(spool_flush(spool), -ENOSPC);
	assert_int_equal(close_it(), -ENOSPC);
	assert_int_equal(sink.calls, 1);
}

static void spool_close__writer_fails_at_the_end__is_told(void **state)
{
	(void)state;
	sink.err = -EIO;
	assert_int_equal(put_lines(1), 0);
	assert_int_equal(close_it(), -EIO);
}

static void spool__thread__leaves_signals_and_precedence_to_others(void **state)
{
	sigset_t blocked;

	(void)state;
	put_lines(1);
	spool_flush(spool);
	wait_for_lines(1);
	assert_true(sigismember(&sink.blocked, SIGTERM));
	assert_true(sigismember(&sink.blocked, SIGWINCH));
	assert_false(sigismember(&sink.blocked, SIGSEGV));
	pthread_sigmask(SIG_BLOCK, NULL, &blocked);
	assert_false(sigismember(&blocked, SIGTERM));
	assert_true(sink.nice >= 0);
}

/* As conntop has it while it reads events, where it may. */
static void spool__thread_of_one_with_precedence__has_none(void **state)
{
	int before = getpriority(PRIO_PROCESS, 0);

	close_it();
	if (setpriority(PRIO_PROCESS, 0, -4))
		skip();
	assert_int_equal(set_up(state), 0);
	put_lines(1);
	spool_flush(spool);
	wait_for_lines(1);
	assert_int_equal(sink.nice, 0);
	assert_int_equal(getpriority(PRIO_PROCESS, 0), -4);
	setpriority(PRIO_PROCESS, 0, before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(spool_close__bytes_wait__all_are_written_in_order),
		TEST(spool_close__nothing_put__nothing_written),
		TEST(spool_flush__few_bytes__are_written_without_more),
		TEST(spool_put__writer_stalls__goes_on_and_all_arrives),
		TEST(spool_flush__writer_stalls__small_pieces_share_the_room),
		TEST(spool_put__no_room_left__waits_for_some),
		TEST(spool__after_a_stall__gives_memory_back),
		TEST(spool_put__writer_failed__is_told_and_no_more_is_written),
		TEST(spool_close__writer_fails_at_the_end__is_told),
		TEST(spool__thread__leaves_signals_and_precedence_to_others),
		TEST(spool__thread_of_one_with_precedence__has_none),
	};

	return cmocka_run_group_tests_name("spool", tests, NULL, NULL);
}
