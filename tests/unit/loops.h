/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_LOOPS_H
#define CONNTOP_TEST_LOOPS_H

/*
 * The event loop, over a source whose descriptor is an eventfd and whose records are the test's.
 * Nothing here depends on how fast it goes: what is counted can only come out smaller on a slow
 * machine, and an alarm ends a loop that does not end. For one test program each; after cmocka.h.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "events.h"
#include "loop.h"

#define STUCK_S 60 /* then SIGALRM ends the test program */
#define LONG_S	30.0

/* --- a source --------------------------------------------------------------------------------- */

static struct fake {
	struct source source;	  /* first: the ops get a pointer to it */
	struct expecter expecter; /* as the last drain found it */
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

static void on_expect(void *ctx, const struct event *event, size_t size, unsigned step)
{
	(void)step;
	(void)ctx;
	(void)event;
	(void)size;
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
	fake.expecter = source->expecter;
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
static inline void happen(int n)
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
	int arms_before;       /* the first refresh */
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
	if (!handled.refreshes)
		handled.arms_before = fake.arms;
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

static const struct loop_handler handler = {
	.event = on_event,
	.expect = on_expect,
	.batch = on_batch,
	.refresh = on_refresh,
	.input = on_input,
	.resize = on_resize,
	.done = on_done,
};

static inline int run(double delay_s, double duration_s, int input_fd)
{
	const struct loop_times times = { delay_s, duration_s };

	handled.input_fd = input_fd;
	return loop_run(&fake.source, &handler, &handled, input_fd, &times);
}

static inline int set_up(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	memset(&handled, 0, sizeof(handled));
	fake.source.ops = &fake_ops;
	fake.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	alarm(STUCK_S);
	return fake.fd < 0 ? -1 : 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	alarm(0);
	close(fake.fd);
	return 0;
}

#endif
