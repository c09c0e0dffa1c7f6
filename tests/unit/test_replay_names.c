/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names that a recording tells, which may be any number of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "../../tui/source/replay_names.h"
#include "filterspec.h"

#define KEPT	 65536
#define KEPT_MIB 64
#define CHILD	 4194304 /* the highest PID there can be */

static struct replay_names *names;
static unsigned char payload[RECORDING_PAYLOAD_MAX];

static int set_up(void **state)
{
	(void)state;
	names = replay_names_new();
	return names ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	replay_names_free(names);
	return 0;
}

static int tell(enum recording_type type, size_t len)
{
	struct recording_entry entry = { .type = type, .payload = payload, .len = len };

	return replay_names_take(names, &entry);
}

static int tell_user(uint32_t uid)
{
	recording_put(payload, uid, 4);
	return tell(RECORDING_USER, 4 + (size_t)sprintf((char *)payload + 4, "user-%u", uid) + 1);
}

/* A process with arguments of that many bytes, cut when the PID is odd. */
static int tell_process(uint32_t pid, size_t len)
{
	recording_put(payload, 7, 8);
	recording_put(payload + 8, pid, 4);
	recording_put(payload + 12, pid % 2, 4);
	memset(payload + 16, 'a', len);
	return tell(RECORDING_PROCESS, 16 + len);
}

static void take__told_again__has_the_new_name(void **state)
{
	(void)state;
	assert_int_equal(tell_user(1000), 0);
	assert_string_equal(replay_names_user(names, 1000), "user-1000");
	recording_put(payload, 1000, 4);
	strcpy((char *)payload + 4, "alice");
	assert_int_equal(tell(RECORDING_USER, 10), 0);
	assert_string_equal(replay_names_user(names, 1000), "alice");
	assert_null(replay_names_user(names, 1001));
}

static void take__without_its_nul__ends_all_the_same(void **state)
{
	(void)state;
	recording_put(payload, 3, 8);
	memcpy(payload + 8, "/a.slice", 8);
	assert_int_equal(tell(RECORDING_CGROUP, 16), 0);
	assert_string_equal(replay_names_cgroup(names, 3), "/a.slice");
}

static void take__too_short__is_left_alone(void **state)
{
	struct names_process process;

	(void)state;
	memset(payload, 0, 64);
	assert_int_equal(tell(RECORDING_USER, 4), 0);
	assert_int_equal(tell(RECORDING_CGROUP, 8), 0);
	assert_int_equal(tell(RECORDING_PROCESS, 16), 0);
	assert_int_equal(tell(RECORDING_ANCESTOR, 16 + EVENT_COMM_LEN - 1), 0);
	assert_null(replay_names_user(names, 0));
	assert_null(replay_names_cgroup(names, 0));
	assert_null(replay_names_cmdline(names, 0, 0));
	assert_false(replay_names_process(names, 0, &process));
}

static void take__process__says_whether_it_was_cut(void **state)
{
	(void)state;
	assert_int_equal(tell_process(41, 5), 0);
	assert_int_equal(tell_process(42, 6), 0);
	assert_true(replay_names_cmdline(names, 41, 7)->cut);
	assert_false(replay_names_cmdline(names, 42, 7)->cut);
	assert_int_equal(replay_names_cmdline(names, 42, 7)->len, 6);
	assert_null(replay_names_cmdline(names, 42, 8));
}

static void take__more_than_are_kept__the_one_told_longest_ago_goes(void **state)
{
	(void)state;
	for (uint32_t uid = 0; uid < KEPT; uid++)
		assert_int_equal(tell_user(uid), 0);
	assert_int_equal(tell_user(0), 0); /* again */
	assert_int_equal(tell_user(KEPT), 1);
	assert_null(replay_names_user(names, 1));
	assert_string_equal(replay_names_user(names, 0), "user-0");
	assert_string_equal(replay_names_user(names, 2), "user-2");
	assert_string_equal(replay_names_user(names, KEPT), "user-65536");
}

static void take__more_bytes_than_are_kept__the_oldest_go(void **state)
{
	const size_t len = 65536 - 16;
	const uint32_t most = KEPT_MIB * 1024 * 1024 / len;

	(void)state;
	for (uint32_t pid = 1; pid <= most; pid++)
		assert_int_equal(tell_process(pid, len), 0);
	assert_int_equal(tell_process(1, len), 0); /* in place of itself */
	assert_int_equal(tell_process(most + 1, len), 1);
	assert_null(replay_names_cmdline(names, 2, 7));
	assert_non_null(replay_names_cmdline(names, 1, 7));
	assert_non_null(replay_names_cmdline(names, 3, 7));
	assert_int_equal(replay_names_cmdline(names, most + 1, 7)->len, len);
}

static bool descends(uint32_t ppid, const char *wanted)
{
	const struct event event = { .pid = 5, .ppid = ppid };
	struct filterspec spec;
	char error[128];

	filterspec_clear(&spec);
	assert_int_equal(filterspec_set(&spec, FILTER_PID, wanted, error, sizeof(error)), 0);
	return replay_names_descends(names, &event, &spec.filter);
}

static void saw__any_pid__is_followed_where_it_can_be_one(void **state)
{
	(void)state;
	replay_names_saw(names, &(struct event){ .pid = CHILD, .ppid = 77 });
	replay_names_saw(names, &(struct event){ .pid = CHILD + 1, .ppid = 77 });
	replay_names_saw(names, &(struct event){ .pid = UINT32_MAX, .ppid = 77 });
	assert_true(descends(77, "77"));
	assert_true(descends(CHILD, "77"));
	assert_false(descends(CHILD, "78"));
	assert_false(descends(CHILD + 1, "77"));
	assert_false(descends(UINT32_MAX, "77"));
}

static void saw__its_own_ancestor__ends(void **state)
{
	(void)state;
	replay_names_saw(names, &(struct event){ .pid = 8, .ppid = 9 });
	replay_names_saw(names, &(struct event){ .pid = 9, .ppid = 8 });
	assert_false(descends(8, "77"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(take__told_again__has_the_new_name),
		TEST(take__without_its_nul__ends_all_the_same),
		TEST(take__too_short__is_left_alone),
		TEST(take__process__says_whether_it_was_cut),
		TEST(take__more_than_are_kept__the_one_told_longest_ago_goes),
		TEST(take__more_bytes_than_are_kept__the_oldest_go),
		TEST(saw__any_pid__is_followed_where_it_can_be_one),
		TEST(saw__its_own_ancestor__ends),
	};

	return cmocka_run_group_tests_name("replay_names", tests, NULL, NULL);
}
