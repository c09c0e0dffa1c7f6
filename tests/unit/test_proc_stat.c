/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of processes, from a procfs of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "pages.h"
#include "../../tui/view/proc_stat.h"

/* Asks at so many milliseconds. */
static bool ask(uint32_t pid, uint64_t at_ms, struct names_process *out)
{
	return names_process(ctx.names, pid, at_ms * MS_NS, out);
}

static void expect_name(uint32_t pid, uint64_t at_ms, const char *comm)
{
	struct names_process told;

	assert_true(ask(pid, at_ms, &told));
	assert_memory_equal(told.comm, comm, strnlen(comm, sizeof(told.comm)));
}

static void process__runs__has_name_parent_and_start(void **state)
{
	struct names_process told;

	(void)state;
	add_proc(7, "nginx", 1, 5000 * TICK_NS);
	assert_true(ask(7, 1, &told));
	assert_string_equal(told.comm, "nginx");
	assert_int_equal(told.ppid, 1);
	assert_int_equal(told.start_ns, 5000 * TICK_NS);
	assert_false(ask(8, 1, &told));
}

static void process__name_of_blanks_and_parentheses__is_read_whole(void **state)
{
	struct names_process told;

	(void)state;
	add_proc(7, ") 1 (a) 2 3 (", 5, 5000 * TICK_NS);
	assert_true(ask(7, 1, &told));
	assert_string_equal(told.comm, ") 1 (a) 2 3 (");
	assert_int_equal(told.ppid, 5);
}

/* A kernel thread's may be longer than others'. */
static void process__long_name__is_cut(void **state)
{
	(void)state;
	add_proc(7, "kworker/u8:3-events_unbound", 2, 0);
	expect_name(7, 1, "kworker/u8:3-eve");
}

static void process__stat_is_cut_off__is_not_known(void **state)
{
	struct names_process told;

	(void)state;
	write_proc_file(7, "stat", "7 (x) S 1", 9);
	write_proc_file(8, "stat", "8 (x", 4);
	assert_false(ask(7, 1, &told));
	assert_false(ask(8, 1, &told));
}

static void process__changes__is_asked_again_after_a_second(void **state)
{
	(void)state;
	add_proc(7, "old", 1, 0);
	expect_name(7, 1, "old");
	add_proc(7, "new", 1, 0);
	expect_name(7, 1000, "old");
	expect_name(7, 1001, "new");
}

static void process__ended__is_remembered(void **state)
{
	(void)state;
	add_proc(7, "once", 1, 0);
	expect_name(7, 1, "once");
	write_proc_file(7, "stat", "", 0);
	expect_name(7, 5000, "once");
}

static void process__too_many_at_once__come_next_time(void **state)
{
	struct names_process told;

	(void)state;
	add_proc(5000, "late", 1, 0);
	for (uint32_t pid = 1; pid <= PROC_STATS_AT_ONCE_MAX; pid++)
		assert_false(ask(pid, 1, &told));
	assert_false(ask(5000, 1, &told));
	expect_name(5000, 2, "late");
}

static void cache__full__forgets_who_was_not_asked_for_longest(void **state)
{
	struct names_process told;

	(void)state;
	add_proc(7, "kept", 1, 0);
	add_proc(8, "goes", 1, 0);
	expect_name(7, 1, "kept");
	expect_name(8, 1, "goes");
	for (uint32_t i = 0; i < PROC_STATS_MAX - 2; i++)
		assert_false(ask(100000 + i, 2 + i / PROC_STATS_AT_ONCE_MAX, &told));
	expect_name(7, 10, "kept");
	assert_false(ask(9, 10, &told));
	write_proc_file(7, "stat", "", 0);
	write_proc_file(8, "stat", "", 0);
	expect_name(7, 5000, "kept");
	assert_false(ask(8, 5000, &told));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PAGE_TEST(process__runs__has_name_parent_and_start),
		PAGE_TEST(process__name_of_blanks_and_parentheses__is_read_whole),
		PAGE_TEST(process__long_name__is_cut),
		PAGE_TEST(process__stat_is_cut_off__is_not_known),
		PAGE_TEST(process__changes__is_asked_again_after_a_second),
		PAGE_TEST(process__ended__is_remembered),
		PAGE_TEST(process__too_many_at_once__come_next_time),
		PAGE_TEST(cache__full__forgets_who_was_not_asked_for_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
