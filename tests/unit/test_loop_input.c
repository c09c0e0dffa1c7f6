/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event loop: the terminal at its two ends, and what the user asks of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include "loops.h"

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

/* --- output ----------------------------------------------------------------------------------- */

static struct blocked {
	int pipe_fds[2];
	bool waiting; /* for room */
	int writables;
	int refreshes;
} blocked;

static int on_blocked(void *ctx)
{
	(void)ctx;
	return blocked.waiting ? blocked.pipe_fds[1] : -1;
}

static void on_writable(void *ctx)
{
	(void)ctx;
	blocked.writables++;
	blocked.waiting = false;
}

/* The reader of the pipe comes back at the third. */
static int on_blocked_refresh(void *ctx)
{
	char some[4096];

	(void)ctx;
	if (++blocked.refreshes == 3) {
		assert_int_equal(blocked.writables, 0);
		while (read(blocked.pipe_fds[0], some, sizeof(some)) > 0)
			;
	}
	return 0;
}

static bool on_blocked_done(void *ctx)
{
	(void)ctx;
	return blocked.refreshes == 6;
}

static const struct loop_handler blocked_handler = {
	.event = on_event,
	.refresh = on_blocked_refresh,
	.blocked = on_blocked,
	.writable = on_writable,
	.done = on_blocked_done,
};

static void run_blocked(bool waiting)
{
	static const char some[4096];
	const struct loop_times times = { 0.01, 0 };

	memset(&blocked, 0, sizeof(blocked));
	blocked.waiting = waiting;
	assert_int_equal(pipe2(blocked.pipe_fds, O_NONBLOCK), 0);
	while (write(blocked.pipe_fds[1], some, sizeof(some)) > 0)
		;
	assert_int_equal(loop_run(&fake.source, &blocked_handler, &handled, -1, &times), 0);
	close(blocked.pipe_fds[0]);
	close(blocked.pipe_fds[1]);
}

static void loop_run__output_blocked__goes_on_and_is_told_once_there_is_room(void **state)
{
	(void)state;
	run_blocked(true);
	assert_int_equal(blocked.writables, 1);
}

static void loop_run__output_free__is_not_watched(void **state)
{
	(void)state;
	run_blocked(false);
	assert_int_equal(blocked.writables, 0);
}

/* --- what the user asks for ------------------------------------------------------------------- */

static double delay_s;

static double on_delay(void *ctx)
{
	(void)ctx;
	return delay_s;
}

static void run_delayed(double first_s, double then_s)
{
	const struct loop_handler delayed = {
		.event = on_event,
		.refresh = on_refresh,
		.input = on_input,
		.delay = on_delay,
		.done = on_done,
	};
	const struct loop_times times = { first_s, 0.5 };
	int pipe_fds[2];

	delay_s = then_s;
	assert_int_equal(pipe(pipe_fds), 0);
	assert_int_equal(write(pipe_fds[1], "x", 1), 1);
	handled.input_fd = pipe_fds[0];
	assert_int_equal(loop_run(&fake.source, &delayed, &handled, pipe_fds[0], &times), 0);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
}

static void loop_run__delay_shortened__refreshes_follow(void **state)
{
	(void)state;
	handled.refreshes_wanted = 3;
	run_delayed(LONG_S, 0.01);
	assert_int_equal(handled.refreshes, 3);
}

static void loop_run__delay_lengthened__refreshes_follow(void **state)
{
	(void)state;
	run_delayed(0.1, LONG_S);
	assert_in_range(handled.refreshes, 0, 1);
}

/* --- stopping and going on -------------------------------------------------------------------- */

static int suspends, resumes;

static void on_suspend(void *ctx)
{
	(void)ctx;
	suspends++;
}

static void on_resume(void *ctx)
{
	(void)ctx;
	resumes++;
}

static void run_signalled(int signal, bool handles)
{
	const struct loop_handler stoppable = {
		.event = on_event,
		.refresh = on_refresh,
		.suspend = handles ? on_suspend : NULL,
		.resume = handles ? on_resume : NULL,
		.done = on_done,
	};
	const struct loop_times times = { 0.01, 0 };

	suspends = 0;
	resumes = 0;
	handled.signal = signal;
	handled.refreshes_wanted = 3;
	assert_int_equal(loop_run(&fake.source, &stoppable, &handled, -1, &times), 0);
	assert_int_equal(handled.refreshes, 3);
}

static void loop_run__sigtstp__handler_suspends(void **state)
{
	(void)state;
	run_signalled(SIGTSTP, true);
	assert_int_equal(suspends, 1);
	assert_int_equal(resumes, 0);
}

static void loop_run__sigcont__handler_resumes(void **state)
{
	(void)state;
	run_signalled(SIGCONT, true);
	assert_int_equal(suspends, 0);
	assert_int_equal(resumes, 1);
}

static int refuse_if_blocked(void *ctx)
{
	sigset_t now;

	handled.refreshes++;
	sigprocmask(SIG_SETMASK, NULL, &now);
	(void)ctx;
	return sigismember(&now, SIGTSTP) || sigismember(&now, SIGCONT) ? -EPERM : 0;
}

static void loop_run__no_suspend_handler__leaves_the_signal_alone(void **state)
{
	const struct loop_handler plain = {
		.event = on_event,
		.refresh = refuse_if_blocked,
		.done = on_done,
	};
	const struct loop_times times = { 0.01, 0 };

	(void)state;
	handled.refreshes_wanted = 1;
	assert_int_equal(loop_run(&fake.source, &plain, &handled, -1, &times), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(loop_run__input__is_told_of_each_time),
		TEST(loop_run__input_hangs_up__ends_it_and_drains_all),
		TEST(loop_run__input_hangs_up_unhandled__ends_it),
		TEST(loop_run__ended__leaves_no_descriptor),
		TEST(loop_run__output_blocked__goes_on_and_is_told_once_there_is_room),
		TEST(loop_run__output_free__is_not_watched),
		TEST(loop_run__delay_shortened__refreshes_follow),
		TEST(loop_run__delay_lengthened__refreshes_follow),
		TEST(loop_run__sigtstp__handler_suspends),
		TEST(loop_run__sigcont__handler_resumes),
		TEST(loop_run__no_suspend_handler__leaves_the_signal_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
