/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arguments of processes, from a procfs of the test's own. */
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "../../tui/view/cmdlines.h"

#define TICK_NS (1000000000ULL / (unsigned long)sysconf(_SC_CLK_TCK))

static char proc[64];
static struct cmdlines *cmdlines;

static int set_up(void **state)
{
	(void)state;
	strcpy(proc, "/tmp/conntop-test-XXXXXX");
	if (!mkdtemp(proc))
		return -1;
	cmdlines = cmdlines_new(proc);
	return cmdlines ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *at)
{
	(void)stat, (void)type, (void)at;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	cmdlines_free(cmdlines);
	return nftw(proc, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void write_file(uint32_t pid, const char *name, const char *bytes, size_t len)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%u", proc, pid);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%u/%s", proc, pid, name);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

/* A process that started so many clock ticks after boot. */
static void add_process(uint32_t pid, const char *comm, uint64_t ticks, const char *args,
			size_t len)
{
	char stat[256];
	int n = snprintf(stat, sizeof(stat),
			 "%u (%s) S 1 1 1 0 -1 4194560 9 8 7 6 5 4 3 2 20 0 1 0 %llu 1000 99 1\n",
			 pid, comm, (unsigned long long)ticks);

	write_file(pid, "stat", stat, n);
	write_file(pid, "cmdline", args, len);
}

#define ADD(pid, ticks, args) add_process(pid, "x", ticks, args, sizeof(args))

static const struct cmdline *get(uint32_t pid, uint64_t ticks, uint64_t now_ns)
{
	return cmdlines_get(cmdlines, pid, ticks * TICK_NS, now_ns);
}

static void expect_args(const struct cmdline *cmdline, const char *args, size_t len)
{
	assert_non_null(cmdline);
	assert_int_equal(cmdline->len, len);
	assert_memory_equal(cmdline->bytes, args, len);
}

/* --- what is taken ---------------------------------------------------------------------------- */

static void get__process_runs__has_its_arguments(void **state)
{
	(void)state;
	ADD(7, 4000, "nginx\0-g\0daemon off;");
	expect_args(get(7, 4000, 1), "nginx\0-g\0daemon off;", 21);
	assert_false(get(7, 4000, 1)->cut);
}

/* The kernel's own clock is finer than the ticks that it tells. */
static void get__start_within_two_ticks__is_the_same(void **state)
{
	(void)state;
	for (uint64_t ticks = 3996; ticks <= 4004; ticks++) {
		ADD(ticks, 4000, "x");
		assert_int_equal(!!get(ticks, ticks, 1), ticks >= 3998 && ticks <= 4002);
	}
}

static void get__another_has_the_pid__is_not_taken_for_it(void **state)
{
	(void)state;
	ADD(7, 9000, "other");
	assert_null(get(7, 4000, 1));
	/* Nor is the other one hidden by that. */
	expect_args(get(7, 9000, 1), "other", 6);
}

static void get__comm_of_blanks_and_parentheses__is_passed_over(void **state)
{
	(void)state;
	add_process(7, ") 1 (a) 2 3 (", 4000, "x", 2);
	expect_args(get(7, 4000, 1), "x", 2);
}

static void get__nothing_to_read__is_null(void **state)
{
	(void)state;
	assert_null(get(6, 4000, 1));
	add_process(7, "kworker/0:1", 4000, "", 0);
	assert_null(get(7, 4000, 1));
	add_process(8, "wiped", 4000, "\0\0\0\0", 4);
	assert_null(get(8, 4000, 1));
	write_file(9, "cmdline", "x", 2);
	assert_null(get(9, 4000, 1));
	write_file(10, "cmdline", "x", 2);
	write_file(10, "stat", "10 (x) S 1", 10);
	assert_null(get(10, 4000, 1));
}

static void get__title_with_zeroed_rest__is_without_that(void **state)
{
	(void)state;
	add_process(7, "x", 4000, "sshd: bob\0\0\0\0\0", 14);
	expect_args(get(7, 4000, 1), "sshd: bob", 10);
	/* A title may also end without a NUL. */
	add_process(8, "x", 4000, "nginx: worker", 13);
	expect_args(get(8, 4000, 1), "nginx: worker", 13);
}

static void get__very_long__is_cut_and_says_so(void **state)
{
	static char args[EXEC_ARGS_MAX + 1];

	(void)state;
	memset(args, 'a', sizeof(args));
	add_process(7, "x", 4000, args, EXEC_ARGS_MAX);
	expect_args(get(7, 4000, 1), args, EXEC_ARGS_MAX);
	assert_false(get(7, 4000, 1)->cut);
	add_process(8, "x", 4000, args, EXEC_ARGS_MAX + 1);
	expect_args(get(8, 4000, 1), args, EXEC_ARGS_MAX);
	assert_true(get(8, 4000, 1)->cut);
}

/* --- the cache -------------------------------------------------------------------------------- */

static void get__again__is_not_read_again(void **state)
{
	(void)state;
	ADD(7, 4000, "old");
	get(7, 4000, 1);
	assert_null(get(8, 4000, 1));
	ADD(7, 4000, "new");
	ADD(8, 4000, "late");
	expect_args(get(7, 4000, 2), "old", 4);
	assert_null(get(8, 4000, 2));
}

static void get__too_many_at_once__the_rest_comes_next_time(void **state)
{
	(void)state;
	ADD(5000, 4000, "x");
	for (uint32_t pid = 1; pid <= CMDLINES_AT_ONCE_MAX; pid++)
		assert_null(get(pid, 4000, 1));
	assert_null(get(5000, 4000, 1));
	expect_args(get(5000, 4000, 2), "x", 2);
}

/* Fills the cache with processes that there are not, at times from `now_ns` on. */
static uint64_t fill(uint32_t first, uint32_t n, uint64_t now_ns)
{
	for (uint32_t i = 0; i < n; i++)
		assert_null(get(first + i, 4000, now_ns + i / CMDLINES_AT_ONCE_MAX));
	return now_ns + n / CMDLINES_AT_ONCE_MAX + 1;
}

static void get__cache_full__the_one_unasked_for_longest_goes(void **state)
{
	uint64_t now_ns;

	(void)state;
	ADD(7, 4000, "kept");
	ADD(8, 4000, "goes");
	get(7, 4000, 1);
	get(8, 4000, 1);
	now_ns = fill(1000, CMDLINES_MAX - 2, 2);
	get(7, 4000, now_ns);
	ADD(7, 4000, "changed");
	ADD(8, 4000, "changed");
	fill(100000, 1, now_ns);
	expect_args(get(7, 4000, now_ns), "kept", 5);
	expect_args(get(8, 4000, now_ns), "changed", 8);
}

static void get__all_in_use__none_is_taken_away(void **state)
{
	const struct cmdline *first;
	uint64_t now_ns;

	(void)state;
	ADD(7, 4000, "kept");
	ADD(8, 4000, "late");
	get(7, 4000, 1);
	now_ns = fill(1000, CMDLINES_MAX - 1, 2);
	first = get(7, 4000, now_ns);
	for (uint32_t i = 0; i < CMDLINES_MAX - 1; i++)
		get(1000 + i, 4000, now_ns);
	assert_null(get(8, 4000, now_ns));
	expect_args(first, "kept", 5);
	expect_args(get(8, 4000, now_ns + 1), "late", 5);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(get__process_runs__has_its_arguments),
		TEST(get__start_within_two_ticks__is_the_same),
		TEST(get__another_has_the_pid__is_not_taken_for_it),
		TEST(get__comm_of_blanks_and_parentheses__is_passed_over),
		TEST(get__nothing_to_read__is_null),
		TEST(get__title_with_zeroed_rest__is_without_that),
		TEST(get__very_long__is_cut_and_says_so),
		TEST(get__again__is_not_read_again),
		TEST(get__too_many_at_once__the_rest_comes_next_time),
		TEST(get__cache_full__the_one_unasked_for_longest_goes),
		TEST(get__all_in_use__none_is_taken_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
