/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop, over a source whose descriptor is an eventfd and whose records are the test's.
 * Nothing here depends on how fast it goes: what is counted can only come out smaller on a slow
 * machine, and an alarm ends a loop that does not end.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <cmocka.h>
#include "events.h"
#include "loop.h"

#define STUCK_S 60 /* then SIGALRM ends the test program */
#define LONG_S	30.0

/* --- a source --------------------------------------------------------------------------------- */

static struct fake {
	struct source source; /* first: the ops get a pointer to it */
	int fd;
	int waiting;	    /* records in the "kernel" */
	int held;	    /* taken from there, but not settled */
	bool never_settles; /* before all are asked for */
	int handed;
	uint64_t now_ns;
	int drain_err;
	int drains, arms;
	int handed_by_all; /* of handed: when all were asked for */
	char story[256];   /* a letter for each call: d nothing, D events, A arm */
} fake;

static void tell(char letter)
{
	size_t len = strlen(fake.story);

	if (len + 1 < sizeof(fake.story))
		fake.story[len] = letter;
}

static int fake_fd(const struct source *source)
{
	(void)source;
	return fake.fd;
}

/* A record is held from one drain to the next: that is how long settling takes here. */
static int fake_drain(struct source *source, bool all, source_event_fn fn, void *ctx)
{
	uint64_t count;
	int n;

	assert_ptr_equal(source, &fake.source);
	fake.drains++;
	if (fake.drain_err)
		return fake.drain_err;
	if (read(fake.fd, &count, sizeof(count)) < 0)
		assert_int_equal(errno, EAGAIN);
	n = fake.never_settles && !all ? 0 : fake.held;
	fake.held += fake.waiting - n;
	fake.waiting = 0;
	if (all) {
		n += fake.held;
		fake.held = 0;
	}
	for (int i = 0; i < n; i++) {
		struct conn_event conn = conn_record(EVENT_OPEN, ++fake.handed, ++fake.now_ns);

		fake.handed_by_all += all;
		fn(ctx, &conn.head, sizeof(conn));
	}
	tell(n ? 'D' : 'd');
	return n;
}

static bool fake_holding(const struct source *source)
{
	(void)source;
	return fake.held > 0;
}

static void fake_arm(struct source *source)
{
	(void)source;
	fake.arms++;
	tell('A');
}

static const struct source_ops fake_ops = {
	.fd = fake_fd,
	.drain = fake_drain,
	.holding = fake_holding,
	.arm = fake_arm,
};

/* `n` records come, and the kernel says so. */
static void happen(int n)
{
	uint64_t one = 1;

	fake.waiting += n;
	assert_int_equal(write(fake.fd, &one, sizeof(one)), sizeof(one));
}

/* --- a handler -------------------------------------------------------------------------------- */

static struct handled {
	int events, batches, refreshes, inputs, resizes;
	int events_wanted;    /* done after so many; 0: never */
	int refreshes_wanted; /* the same */
	int batch_err, refresh_err;
	int signal;	       /* raised by the first refresh */
	int events_at_refresh; /* happen at each refresh */
	int input_fd;
} handled;

static void on_event(void *ctx, const struct event *event, size_t size)
{
	assert_ptr_equal(ctx, &handled);
	assert_int_equal(size, sizeof(struct conn_event));
	assert_int_equal(((const struct conn_event *)event)->id, ++handled.events);
}

static int on_batch(void *ctx)
{
	(void)ctx;
	handled.batches++;
	return handled.batch_err;
}

static int on_refresh(void *ctx)
{
	(void)ctx;
	if (handled.signal && !handled.refreshes)
		kill(getpid(), handled.signal);
	handled.refreshes++;
	if (handled.events_at_refresh)
		happen(handled.events_at_refresh);
	return handled.refresh_err;
}

static void on_input(void *ctx)
{
	char byte;

	(void)ctx;
	handled.inputs++;
	if (read(handled.input_fd, &byte, 1) == 1 && byte == 'e')
		happen(1);
}

static void on_resize(void *ctx)
{
	(void)ctx;
	handled.resizes++;
}

static bool on_done(void *ctx)
{
	(void)ctx;
	return (handled.events_wanted && handled.events >= handled.events_wanted) ||
	       (handled.refreshes_wanted && handled.refreshes >= handled.refreshes_wanted);
}

static const struct loop_handler handler = { on_event, on_batch,  on_refresh,
					     on_input, on_resize, on_done };

static int run(double delay_s, double duration_s, int input_fd)
{
	const struct loop_times times = { delay_s, duration_s };

	handled.input_fd = input_fd;
	return loop_run(&fake.source, &handler, &handled, input_fd, &times);
}

static int set_up(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	memset(&handled, 0, sizeof(handled));
	fake.source.ops = &fake_ops;
	fake.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	alarm(STUCK_S);
	return fake.fd < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	alarm(0);
	close(fake.fd);
	return 0;
}

/* --- events ----------------------------------------------------------------------------------- */

/* Held records come by themselves: nothing wakes the loop for them. */
static void loop_run__event_held__is_handed_over_when_settled(void **state)
{
	(void)state;
	happen(3);
	handled.events_wanted = 3;
	assert_int_equal(run(LONG_S, 0, -1), 0);
	assert_int_equal(handled.events, 3);
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

/* --- input ------------------------------------------------------------------------------------ */

static void loop_run__input__is_told_of_each_time(void **state)
{
	int pipe_fds[2];

	(void)state;
	assert_int_equal(pipe(pipe_fds), 0);
	assert_int_equal(write(pipe_fds[1], "ee", 2), 2);
	handled.events_wanted = 2;
	assert_int_equal(run(LONG_S, 0, pipe_fds[0]), 0);
	assert_int_equal(handled.inputs, 2);
	assert_int_equal(handled.events, 2);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
}

static void loop_run__input_hangs_up__ends_it_and_drains_all(void **state)
{
	int pipe_fds[2];

	(void)state;
	assert_int_equal(pipe(pipe_fds), 0);
	close(pipe_fds[1]);
	fake.waiting = 2;
	assert_int_equal(run(LONG_S, 0, pipe_fds[0]), 0);
	assert_true(handled.inputs <= 1);
	assert_int_equal(handled.events, 2);
	close(pipe_fds[0]);
}

/* Every handler but event is optional, this one too. */
static void loop_run__input_hangs_up_unhandled__ends_it(void **state)
{
	const struct loop_handler least = { .event = on_event };
	const struct loop_times times = { LONG_S, 0 };
	int pipe_fds[2];

	(void)state;
	assert_int_equal(pipe(pipe_fds), 0);
	close(pipe_fds[1]);
	assert_int_equal(loop_run(&fake.source, &least, &handled, pipe_fds[0], &times), 0);
	close(pipe_fds[0]);
}

/* No descriptor is left open, however it ended. */
static void loop_run__ended__leaves_no_descriptor(void **state)
{
	int first = dup(fake.fd), last;

	(void)state;
	close(first);
	assert_int_equal(run(0.01, 0.001, -1), 0);
	handled.refresh_err = -EIO;
	assert_int_equal(run(0.01, 0, -1), -EIO);
	assert_int_equal(run(LONG_S, 0.001, 9999), -EBADF);
	last = dup(fake.fd);
	close(last);
	assert_int_equal(first, last);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(loop_run__event_held__is_handed_over_when_settled),
		TEST(loop_run__idle__arms_once_and_sleeps),
		TEST(loop_run__event_while_armed__wakes_it_and_it_arms_again),
		TEST(loop_run__events_go_on__all_come_in_order_and_unarmed),
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
		TEST(loop_run__input__is_told_of_each_time),
		TEST(loop_run__input_hangs_up__ends_it_and_drains_all),
		TEST(loop_run__ended__leaves_no_descriptor),
		TEST(loop_run__input_hangs_up_unhandled__ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
