/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event loop: events, times, signals, errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>
#include "loops.h"

/* --- events ----------------------------------------------------------------------------------- */

/* Held records come by themselves: nothing wakes the loop for them. */
static void loop_run__event_held__is_handed_over_when_settled(void **state)
{
	(void)state;
	happen(3);
	handled.events_wanted = 3;
	assert_int_equal(run(LONG_S, 0, -1), 0);
	assert_int_equal(handled.events, 3);
	assert_ptr_equal(fake.expecter.fn, on_expect);
	assert_ptr_equal(fake.expecter.ctx, &handled);
	assert_null(fake.source.expecter.fn); /* what it would be called with is no longer there */
	assert_int_equal(handled.batches, 1);
	assert_int_equal(fake.handed_by_all, 0);
	/* Held, handed over, the last look; it asked for no wake-up while it was busy. */
	assert_int_equal(strncmp(fake.story, "dDd", 3), 0);
}

/* Armed, one more look, then asleep: whatever the machine's speed, no more drains than these. */
static void loop_run__idle__arms_once_and_sleeps(void **state)
{
	(void)state;
	assert_int_equal(run(LONG_S, 1.5, -1), 0);
	assert_int_equal(handled.events, 0);
	assert_int_equal(handled.batches, 0);
	assert_int_equal(fake.arms, 1);
	assert_true(fake.drains >= 2);
	assert_true(fake.drains <= 4); /* arm, look again, the duration's end, the last */
	assert_int_equal(strncmp(fake.story, "dA", 2), 0);
}

static void loop_run__event_while_armed__wakes_it_and_it_arms_again(void **state)
{
	int pipe_fds[2];

	(void)state;
	assert_int_equal(pipe(pipe_fds), 0);
	/* The byte makes an event happen, after which it is busy, then idle again. */
	assert_int_equal(write(pipe_fds[1], "e", 1), 1);
	assert_int_equal(run(LONG_S, 1.5, pipe_fds[0]), 0);
	assert_int_equal(handled.events, 1);
	assert_int_equal(handled.batches, 1);
	assert_int_equal(fake.handed_by_all, 0);
	/* Whether it was armed when it came or not, it is armed after the last event. */
	assert_non_null(strstr(fake.story, "DdA"));
	assert_true(fake.drains <= 7);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
}

static void loop_run__events_go_on__all_come_in_order_and_unarmed(void **state)
{
	(void)state;
	handled.events_at_refresh = 2;
	handled.refreshes_wanted = 10;
	assert_int_equal(run(0.01, 0, -1), 0);
	assert_int_equal(handled.events, 20);
	assert_true(handled.batches >= 1);
	assert_int_equal(fake.handed, 20);
	assert_int_equal(fake.held + fake.waiting, 0);
}

static bool not_ended(const struct source *source)
{
	(void)source;
	return false;
}

/* Calls that the story tells of. */
static int count_letters(char letter)
{
	int n = 0;

	for (const char *at = fake.story; *at; at++)
		n += *at == letter;
	return n;
}

static double monotonic_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/*
 * At once: until then the buffer fills, and nobody says so. The first refresh may come before, when
 * the test waits for the CPU for so long; not each time.
 */
static void loop_run__start__kernel_is_asked_to_wake_it(void **state)
{
	(void)state;
	handled.refreshes_wanted = 1;
	for (int i = 0; i < 10 && !handled.arms_before; i++) {
		handled.refreshes = 0;
		fake.arms = 0;
		assert_int_equal(run(0.1, 0, -1), 0);
	}
	assert_true(handled.arms_before > 0);
}

/* The kernel wakes the loop as its buffer fills; a batch is no more often than each 150 ms. */
static void loop_run__woken_often__takes_batches_at_a_pace(void **state)
{
	double begin_s = monotonic_s(), took_s;

	(void)state;
	handled.events_at_refresh = 1;
	handled.refreshes_wanted = 60;
	assert_int_equal(run(0.005, 0, -1), 0);
	took_s = monotonic_s() - begin_s;
	/* The first, one for each 150 ms, and the last. */
	assert_true(handled.batches <= 2 + took_s / 0.15);
	assert_int_equal(handled.events, 60);
}

/* A recording has a pace of its own: what each look brings is dealt with. */
static void loop_run__recording__takes_a_batch_each_time(void **state)
{
	static const struct recorded_ops recorded = { .ended = not_ended, .due = not_ended };

	(void)state;
	fake.source.recorded = &recorded;
	handled.events_at_refresh = 1;
	handled.refreshes_wanted = 20;
	assert_int_equal(run(0.005, 0, -1), 0);
	assert_int_equal(handled.events, 20);
	assert_int_equal(handled.batches, count_letters('D'));
}

static void loop_run__without_optional_handlers__runs(void **state)
{
	const struct loop_handler least = { .event = on_event };
	const struct loop_times times = { 0.01, 0.1 };

	(void)state;
	happen(2);
	assert_int_equal(loop_run(&fake.source, &least, &handled, -1, &times), 0);
	assert_int_equal(handled.events, 2);
}

/* --- times ------------------------------------------------------------------------------------ */

static void loop_run__delay__refreshes_again_and_again(void **state)
{
	(void)state;
	handled.refreshes_wanted = 5;
	assert_int_equal(run(0.01, 0, -1), 0);
	assert_int_equal(handled.refreshes, 5);
}

static void loop_run__duration__ends_it_and_hands_over_what_is_held(void **state)
{
	(void)state;
	fake.waiting = 4; /* without a word from the kernel */
	assert_int_equal(run(LONG_S, 0.001, -1), 0);
	assert_int_equal(handled.events, 4);
	assert_int_equal(handled.refreshes, 0);
	assert_true(handled.batches >= 1);
}

/* --- signals ---------------------------------------------------------------------------------- */

static void expect_ended_by(int signal)
{
	sigset_t after;

	handled.signal = signal;
	handled.events_at_refresh = 3;
	fake.never_settles = true;
	assert_int_equal(run(0.01, 0, -1), 0);
	/* A refresh may come twice before the signal is seen, but no event is left behind. */
	assert_in_range(handled.refreshes, 1, 2);
	assert_int_equal(handled.events, 3 * handled.refreshes);
	assert_int_equal(fake.handed_by_all, handled.events);
	assert_int_equal(handled.batches, 1);
	assert_int_equal(fake.held + fake.waiting, 0);
	/* Signals are not blocked any more. */
	sigprocmask(SIG_SETMASK, NULL, &after);
	for (int i = 1; i < SIGRTMIN; i++)
		assert_int_equal(sigismember(&after, i), 0);
}

static void loop_run__sigterm__ends_it_and_drains_all(void **state)
{
	(void)state;
	expect_ended_by(SIGTERM);
}

static void loop_run__sigint__ends_it_and_drains_all(void **state)
{
	(void)state;
	expect_ended_by(SIGINT);
}

static void loop_run__sighup__ends_it_and_drains_all(void **state)
{
	(void)state;
	expect_ended_by(SIGHUP);
}

static void loop_run__sigwinch__resizes_and_goes_on(void **state)
{
	(void)state;
	handled.signal = SIGWINCH;
	handled.refreshes_wanted = 5;
	assert_int_equal(run(0.01, 0, -1), 0);
	assert_int_equal(handled.resizes, 1);
	assert_int_equal(handled.refreshes, 5);
}

/* --- errors ----------------------------------------------------------------------------------- */

static void loop_run__refresh_fails__ends_with_its_error(void **state)
{
	(void)state;
	handled.refresh_err = -EPIPE;
	assert_int_equal(run(0.01, 0, -1), -EPIPE);
	assert_int_equal(handled.refreshes, 1);
}

static void loop_run__batch_fails__ends_with_its_error(void **state)
{
	(void)state;
	happen(1);
	handled.batch_err = -ENOSPC;
	assert_int_equal(run(LONG_S, 0, -1), -ENOSPC);
	assert_int_equal(handled.events, 1);
	assert_int_equal(handled.batches, 1);
}

static void loop_run__last_batch_fails__ends_with_its_error(void **state)
{
	(void)state;
	fake.waiting = 1;
	handled.signal = SIGTERM;
	handled.batch_err = -ENOSPC;
	assert_int_equal(run(0.01, 0, -1), -ENOSPC);
	assert_int_equal(handled.events, 1);
}

static void loop_run__drain_fails__ends_with_its_error(void **state)
{
	(void)state;
	fake.drain_err = -EIO;
	assert_int_equal(run(LONG_S, 0, -1), -EIO);
	assert_int_equal(fake.drains, 1);
}

static void loop_run__bad_input_descriptor__is_an_error(void **state)
{
	(void)state;
	assert_int_equal(run(LONG_S, 0, 9999), -EBADF);
	assert_int_equal(fake.drains, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(loop_run__event_held__is_handed_over_when_settled),
		TEST(loop_run__idle__arms_once_and_sleeps),
		TEST(loop_run__event_while_armed__wakes_it_and_it_arms_again),
		TEST(loop_run__events_go_on__all_come_in_order_and_unarmed),
		TEST(loop_run__start__kernel_is_asked_to_wake_it),
		TEST(loop_run__woken_often__takes_batches_at_a_pace),
		TEST(loop_run__recording__takes_a_batch_each_time),
		TEST(loop_run__without_optional_handlers__runs),
		TEST(loop_run__delay__refreshes_again_and_again),
		TEST(loop_run__duration__ends_it_and_hands_over_what_is_held),
		TEST(loop_run__sigterm__ends_it_and_drains_all),
		TEST(loop_run__sigint__ends_it_and_drains_all),
		TEST(loop_run__sighup__ends_it_and_drains_all),
		TEST(loop_run__sigwinch__resizes_and_goes_on),
		TEST(loop_run__refresh_fails__ends_with_its_error),
		TEST(loop_run__batch_fails__ends_with_its_error),
		TEST(loop_run__last_batch_fails__ends_with_its_error),
		TEST(loop_run__drain_fails__ends_with_its_error),
		TEST(loop_run__bad_input_descriptor__is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
