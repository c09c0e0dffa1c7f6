/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was recorded, told again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include "recordings.h"

static void replay_drain__speed_0__tells_all_in_order(void **state)
{
	struct source_counts counts;

	(void)state;
	record_three_seconds();
	open_replay(0, 0);
	assert_string_equal(replay->host.name, "web-03");
	assert_string_equal(replay->host.release, "6.1.0");
	assert_string_equal(replay->limits, "no fexit");
	assert_int_equal(now(), T0_NS);
	assert_true(replay->ops->due(replay));
	assert_false(replay->ops->ended(replay));
	assert_int_equal(drain(), 9); /* three exits, three samples, three passes */
	assert_true(replay->ops->ended(replay));
	assert_false(replay->ops->due(replay));
	assert_int_equal(seen[0].kind, EVENT_SAMPLE);
	assert_int_equal(seen[1].kind, EVENT_PASS);
	assert_int_equal(seen[1].ts_ns, T0_NS + SECOND_NS);
	assert_int_equal(seen[2].pid, 1);
	assert_int_equal(seen[3].pid, 2);
	assert_int_equal(seen[6].pid, 3);
	assert_int_equal(now(), T0_NS + 3 * SECOND_NS);
	assert_string_equal(replay->limits, "no fexit");
	assert_int_equal(replay->ops->counts(replay, &counts), 0);
	assert_int_equal(counts.kinds[EVENT_EXIT].seen, 3);
	assert_int_equal(counts.kinds[EVENT_EXIT].lost, 1);
	assert_int_equal(counts.missed, 4);
}

static void replay_drain__duration__ends_there(void **state)
{
	(void)state;
	record_three_seconds();
	open_replay(0, 2);
	assert_int_equal(drain(), 6);
	assert_true(replay->ops->ended(replay));
	assert_int_equal(now(), T0_NS + 2 * SECOND_NS);
}

static void replay_drain__paced__tells_what_is_due(void **state)
{
	struct pollfd pollfd;

	(void)state;
	record_three_seconds();
	open_replay(1000, 0); /* a millisecond each */
	pollfd = (struct pollfd){ replay->ops->fd(replay), POLLIN, 0 };
	while (!replay->ops->ended(replay)) {
		assert_int_equal(poll(&pollfd, 1, 10000), 1);
		drain();
	}
	assert_int_equal(n_seen, 9);
	open_replay(1, 0);
	assert_int_equal(drain(), 0); /* nothing happens in the first second */
	assert_true(now() < T0_NS + SECOND_NS);
}

static void replay_hold__steps__go_from_pass_to_pass(void **state)
{
	struct pollfd pollfd;

	(void)state;
	record_three_seconds();
	open_replay(1, 0);
	pollfd = (struct pollfd){ replay->ops->fd(replay), POLLIN, 0 };
	replay->ops->hold(replay, true);
	assert_int_equal(drain(), 0);
	replay->ops->step(replay);
	assert_int_equal(poll(&pollfd, 1, 1000), 1);
	assert_int_equal(drain(), 2);
	assert_int_equal(now(), T0_NS + SECOND_NS);
	assert_int_equal(drain(), 0);
	replay->ops->step(replay);
	assert_int_equal(drain(), 4);
	assert_int_equal(now(), T0_NS + 2 * SECOND_NS);
	assert_false(replay->ops->ended(replay));
	replay->ops->step(replay);
	drain();
	replay->ops->step(replay); /* what follows the last pass */
	drain();
	assert_true(replay->ops->ended(replay));
	replay->ops->step(replay);
	assert_int_equal(drain(), 0);
}

static void replay_set_filter__pid__others_count_as_filtered(void **state)
{
	struct source_counts counts;

	(void)state;
	record_three_seconds();
	open_replay(0, 0);
	assert_int_equal(filterspec_set(&filterspec, FILTER_PID, "2", error, sizeof(error)), 0);
	replay->ops->set_filter(replay, &filterspec.filter);
	assert_int_equal(drain(), 4);
	assert_int_equal(seen[0].kind, EVENT_PASS);
	assert_int_equal(seen[1].pid, 2);
	replay->ops->counts(replay, &counts);
	assert_int_equal(counts.kinds[EVENT_EXIT].seen, 1);
	assert_int_equal(counts.kinds[EVENT_EXIT].filtered, 2);
}

static void replay_set_filter__follow__knows_descendants(void **state)
{
	(void)state;
	record_three_seconds();
	open_replay(0, 0);
	/* All are children of 41200. */
	assert_int_equal(filterspec_set(&filterspec, FILTER_PID, "41200", error, sizeof(error)), 0);
	filterspec.filter.follow = 1;
	replay->ops->set_filter(replay, &filterspec.filter);
	assert_int_equal(drain(), 9);
}

static void replay_asked__tells_under_what_it_was_recorded(void **state)
{
	const struct source_asked *asked;

	(void)state;
	filterspec_set(&filterspec, FILTER_PORT, "443", error, sizeof(error));
	start();
	read_clock(record);
	filterspec_set(&filterspec, FILTER_PID, "9", error, sizeof(error));
	filterspec.filter.follow = 1;
	record->ops->watch_failed(record, true);
	record->ops->note(record, &filterspec);
	second_passes();
	record_finish(record);
	open_replay(0, 0);
	asked = replay->ops->asked(replay);
	assert_string_equal(asked->filters[FILTER_PORT], "443");
	assert_string_equal(asked->filters[FILTER_PID], "");
	assert_false(asked->follow);
	drain();
	asked = replay->ops->asked(replay);
	assert_string_equal(asked->filters[FILTER_PID], "9");
	assert_true(asked->follow);
	assert_true(asked->failed);
}

static void replay_names__are_the_recorded_hosts(void **state)
{
	const struct cmdline *cmdline;
	struct exit_event event;
	struct names *told;

	(void)state;
	start();
	read_clock(record);
	event = exit_record(T0_NS, getpid(), "test", 0, 0);
	event.head.uid = 0;
	happens(&event, sizeof(event));
	second_passes();
	record_finish(record);
	open_replay(0, 0);
	drain();
	told = names_new(replay);
	assert_string_equal(names_user(told, 0), "root");
	assert_null(names_user(told, 1)); /* it was not met there, whoever that is here */
	assert_null(names_cgroup(told, 1, 0));
	cmdline = names_cmdline(told, getpid(), event.head.start_ns, 0);
	assert_null(cmdline); /* started at another time: not this process */
	names_free(told);
}

static void replay__cut_off__shows_what_is_whole_and_says_so(void **state)
{
	struct stat file;

	(void)state;
	record_three_seconds();
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(truncate(path, file.st_size * 2 / 3), 0);
	open_replay(0, 0);
	assert_in_range(drain(), 1, 8);
	assert_true(replay->ops->ended(replay));
	assert_string_equal(replay->limits, "the recording is cut off: what is whole is shown");
}

/* A file that cannot grow any more. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(replay_drain__speed_0__tells_all_in_order),
		TEST(replay_drain__duration__ends_there),
		TEST(replay_drain__paced__tells_what_is_due),
		TEST(replay_hold__steps__go_from_pass_to_pass),
		TEST(replay_set_filter__pid__others_count_as_filtered),
		TEST(replay_set_filter__follow__knows_descendants),
		TEST(replay_asked__tells_under_what_it_was_recorded),
		TEST(replay_names__are_the_recorded_hosts),
		TEST(replay__cut_off__shows_what_is_whole_and_says_so),
	};

	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
