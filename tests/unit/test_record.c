/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recordings as they are made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include "recordings.h"

static void record_close__unfinished__is_whole_all_the_same(void **state)
{
	(void)state;
	start();
	read_clock(record);
	exits_after(1, 5);
	second_passes();
	record->ops->close(record);
	record = NULL;
	assert_true(host.closed);
	open_replay(0, 0);
	assert_int_equal(drain(), 3);
	assert_string_equal(replay->limits, "no fexit");
}

static void record_open__existing_file__needs_force(void **state)
{
	struct stat file;
	char wanted[160];

	(void)state;
	start();
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(file.st_mode & 07777, 0600);
	assert_null(record_to(path, false));
	snprintf(wanted, sizeof(wanted), "%s: it exists already; --force replaces it", path);
	assert_string_equal(error, wanted);
	record->ops->close(record);
	record = record_to(path, true);
	assert_non_null(record);
}

static void record_open__symbolic_link__is_not_followed(void **state)
{
	char target[96];

	(void)state;
	snprintf(target, sizeof(target), "%s/target", folder);
	assert_int_equal(symlink(target, path), 0);
	assert_null(record_to(path, true));
	assert_int_not_equal(access(target, F_OK), 0);
}

static void record_open__device__is_refused(void **state)
{
	(void)state;
	if (access("/dev/full", W_OK))
		skip();
	assert_null(record_to("/dev/full", true));
	assert_string_equal(error, "/dev/full: not a regular file");
}

/* A thread writes: the next seconds may have passed before it is known. */
static void seconds_pass_until_it_stops(void)
{
	for (int i = 0; i < 10000 && !strcmp(record->limits, "no fexit"); i++) {
		n_seen = 0;
		second_passes();
		usleep(1000);
	}
}

static void record__file_full__says_so_and_events_go_on(void **state)
{
	struct rlimit before, small;

	(void)state;
	start();
	assert_string_equal(record->limits, "no fexit");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 20;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	seconds_pass_until_it_stops();
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_string_equal(record->limits, "RECORDING STOPPED: File too large");
	n_seen = 0;
	second_passes();
	assert_int_equal(n_seen, 2); /* a sample and the end of its pass */
	assert_int_equal(record_finish(record), -EFBIG);
}

static void record_finish__file_full_at_the_end__is_told(void **state)
{
	struct rlimit before, small;
	int err;

	(void)state;
	start();
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 20;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	err = record_finish(record);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(err, -EFBIG);
}

/* Of these, zlib has much left to write when the file is full. */
static void much_happens_that_cannot_be_packed(void)
{
	struct exit_event event = exit_record(host.now_ns, 1, "sh", 0, 0);

	for (int i = 0; i < 20000; i++) {
		for (size_t at = 0; at < sizeof(event.head.comm); at++)
			event.head.comm[at] = (char)(rand() % 255 + 1);
		event.head.cgroup = (uint64_t)rand() << 32 | (uint64_t)rand();
		event.head.start_ns = (uint64_t)rand() << 32 | (uint64_t)rand();
		host.n = host.told = 0;
		n_seen = 0;
		happens(&event, sizeof(event));
		record->ops->drain(record, true, see, NULL);
	}
}

static void record__file_full_amid_a_chunk__ends_well(void **state)
{
	struct rlimit before, small;

	(void)state;
	start();
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 4096; /* what is told at the start is in it */
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	much_happens_that_cannot_be_packed();
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0); /* there is room again */
	assert_int_equal(record_finish(record), -EFBIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(record_close__unfinished__is_whole_all_the_same),
		TEST(record_open__existing_file__needs_force),
		TEST(record_open__symbolic_link__is_not_followed),
		TEST(record_open__device__is_refused),
		TEST(record__file_full__says_so_and_events_go_on),
		TEST(record_finish__file_full_at_the_end__is_told),
		TEST(record__file_full_amid_a_chunk__ends_well),
	};

	signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
