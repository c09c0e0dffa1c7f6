/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include "loop.h"

/* After the first event of a burst: as soon as records have settled. */
#define FIRST_MS (int)(SOURCE_SETTLE_NS / 1000000 + 5)
/* While events go on: often enough to look live; less often when what is done then is dear. */
#define BUSY_MS	    150
#define BUSY_MAX_MS 500
#define BUSY_PER_MS 10 /* of waiting, for each millisecond of work */

enum tag { TAG_SOURCE, TAG_INPUT, TAG_OUTPUT, TAG_REFRESH, TAG_DURATION, TAG_SIGNAL };

struct loop {
	struct source *source;
	const struct loop_handler *handler;
	void *ctx;
	int epoll_fd, refresh_fd, duration_fd, signal_fd;
	int blocked_fd; /* watched until it can be written to; -1: none */
	double delay_s; /* of refresh_fd */
	int wait_ms;	/* until the next drain; -1: only when something comes */
	bool armed;	/* the kernel wakes us for the next event */
	bool over;
	bool fresh;	/* events were handed over and wait for the next batch */
	int64_t due_ms; /* CLOCK_MONOTONIC: not before this */
};

static int watch(struct loop *loop, int fd, enum tag tag)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u32 = tag };

	/* A ring that holds anything is readable: only the kernel's few wake-ups count. */
	if (tag == TAG_SOURCE)
		event.events |= EPOLLET;
	if (tag == TAG_INPUT && !loop->handler->input)
		event.events = 0; /* hang-ups are told all the same */
	if (tag == TAG_OUTPUT)
		event.events = EPOLLOUT;
	return epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

/* Lets a timer fire after `seconds`, and again when `repeat`. 0 or -errno. */
static int set_timer(int fd, double seconds, bool repeat)
{
	struct itimerspec spec = { 0 };
	time_t whole = seconds;

	spec.it_value.tv_sec = whole;
	spec.it_value.tv_nsec = (seconds - whole) * 1e9;
	if (repeat)
		spec.it_interval = spec.it_value;
	return timerfd_settime(fd, 0, &spec, NULL) ? -errno : 0;
}

/* A timer set so. Its descriptor or -errno. */
static int make_timer(double seconds, bool repeat)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	int err;

	if (fd < 0)
		return -errno;
	err = set_timer(fd, seconds, repeat);
	if (err)
		close(fd);
	return err ? err : fd;
}

static void loop_signals(sigset_t *set, const struct loop_handler *handler)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGWINCH);
	if (handler->suspend) {
		sigaddset(set, SIGTSTP);
		sigaddset(set, SIGCONT);
	}
}

static int loop_open(struct loop *loop, int input_fd, const struct loop_times *times)
{
	sigset_t set;
	int err;

	loop_signals(&set, loop->handler);
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll_fd < 0)
		return -errno;
	loop->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (loop->signal_fd < 0)
		return -errno;
	err = watch(loop, loop->signal_fd, TAG_SIGNAL);
	if (!err)
		err = watch(loop, loop->source->ops->fd(loop->source), TAG_SOURCE);
	if (!err && input_fd >= 0)
		err = watch(loop, input_fd, TAG_INPUT);
	if (!err && loop->handler->refresh) {
		loop->refresh_fd = make_timer(times->delay_s, true);
		err = loop->refresh_fd < 0 ? loop->refresh_fd
					   : watch(loop, loop->refresh_fd, TAG_REFRESH);
	}
	if (!err && times->duration_s > 0) {
		loop->duration_fd = make_timer(times->duration_s, false);
		err = loop->duration_fd < 0 ? loop->duration_fd
					    : watch(loop, loop->duration_fd, TAG_DURATION);
	}
	return err;
}

static void loop_close(struct loop *loop)
{
	const int fds[] = { loop->refresh_fd, loop->duration_fd, loop->signal_fd, loop->epoll_fd };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static void call(void (*function)(void *), void *ctx)
{
	if (function)
		function(ctx);
}

static void take_signals(struct loop *loop)
{
	const struct loop_handler *handler = loop->handler;
	struct signalfd_siginfo info;

	while (read(loop->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGWINCH:
			call(handler->resize, loop->ctx);
			break;
		case SIGTSTP:
			call(handler->suspend, loop->ctx);
			break;
		case SIGCONT:
			call(handler->resume, loop->ctx);
			break;
		default:
			loop->over = true;
		}
	}
}

/* After the user has had a say. */
static int follow_delay(struct loop *loop)
{
	double delay_s = loop->handler->delay ? loop->handler->delay(loop->ctx) : 0;

	if (delay_s <= 0 || delay_s == loop->delay_s || loop->refresh_fd < 0)
		return 0;
	loop->delay_s = delay_s;
	return set_timer(loop->refresh_fd, delay_s, true);
}

static int take_input(struct loop *loop)
{
	call(loop->handler->input, loop->ctx);
	return follow_delay(loop);
}

/* Watches what the handler cannot write to now, as long as it cannot. */
static int follow_blocked(struct loop *loop)
{
	int fd = loop->handler->blocked ? loop->handler->blocked(loop->ctx) : -1;

	if (fd == loop->blocked_fd)
		return 0;
	if (loop->blocked_fd >= 0)
		epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, loop->blocked_fd, NULL);
	loop->blocked_fd = fd;
	return fd < 0 ? 0 : watch(loop, fd, TAG_OUTPUT);
}

static int take_refresh(struct loop *loop)
{
	uint64_t expirations;

	if (read(loop->refresh_fd, &expirations, sizeof(expirations)) < 0)
		return errno == EAGAIN ? 0 : -errno;
	return loop->handler->refresh(loop->ctx);
}

static int dispatch(struct loop *loop, enum tag tag)
{
	switch (tag) {
	case TAG_SOURCE: /* drained after every wake-up */
		return 0;
	case TAG_INPUT:
		return take_input(loop);
	case TAG_OUTPUT:
		call(loop->handler->writable, loop->ctx);
		return 0;
	case TAG_REFRESH:
		return take_refresh(loop);
	case TAG_DURATION:
		loop->over = true;
		return 0;
	case TAG_SIGNAL:
		take_signals(loop);
		return 0;
	}
	return 0;
}

static int64_t monotonic_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* What was handed over is dealt with, and then not too soon again. */
static int take_batch(struct loop *loop)
{
	int64_t before_ms = monotonic_ms(), pause_ms;
	int err = loop->handler->batch ? loop->handler->batch(loop->ctx) : 0;

	loop->due_ms = monotonic_ms();
	pause_ms = (loop->due_ms - before_ms) * BUSY_PER_MS;
	loop->due_ms += pause_ms < BUSY_MS	 ? BUSY_MS
			: pause_ms > BUSY_MAX_MS ? BUSY_MAX_MS
						 : pause_ms;
	loop->fresh = false;
	return err;
}

/*
 * How long to sleep, after `n` events were handed over. Idle, the kernel is asked to wake us for
 * the next event; a record that was being written while we asked comes without a wake-up, so that
 * one more look follows before the long sleep.
 */
static void decide_wait(struct loop *loop, int n)
{
	struct source *source = loop->source;
	int64_t now_ms = monotonic_ms();

	if (n || loop->fresh) {
		loop->wait_ms = loop->due_ms > now_ms ? loop->due_ms - now_ms : 0;
		loop->armed = false;
	} else if (source->ops->holding(source)) {
		loop->wait_ms = FIRST_MS;
		loop->armed = false;
	} else {
		loop->wait_ms = loop->armed ? -1 : BUSY_MS;
		if (!loop->armed)
			source->ops->arm(source);
		loop->armed = true;
	}
	if (source_due(source))
		loop->wait_ms = 0;
}

/*
 * Takes the events there are. While they come fast the kernel wakes us often, as its buffer fills:
 * what is done with them is done less often. A recording has a pace of its own.
 */
static int drain(struct loop *loop, bool all)
{
	struct source *source = loop->source;
	int n = source->ops->drain(source, all, loop->handler->event, loop->ctx);
	int err = 0;

	if (n < 0)
		return n;
	if (loop->handler->ends_with_source && source_ended(source))
		loop->over = true;
	if (n)
		loop->fresh = true;
	if (loop->fresh && (all || source->recorded || monotonic_ms() >= loop->due_ms))
		err = take_batch(loop);
	decide_wait(loop, n);
	return err;
}

/* The terminal or the pipe's reader is gone: there is nobody left to show to. */
static bool is_end(const struct epoll_event *event)
{
	return (event->data.u32 == TAG_INPUT || event->data.u32 == TAG_OUTPUT) &&
	       event->events & (EPOLLHUP | EPOLLERR);
}

static int turn(struct loop *loop)
{
	struct epoll_event events[8];
	int n = epoll_wait(loop->epoll_fd, events, 8, loop->wait_ms);
	int err;

	if (n < 0 && errno != EINTR)
		return -errno;
	for (int i = 0; i < n; i++) {
		err = dispatch(loop, events[i].data.u32);
		if (is_end(&events[i]))
			loop->over = true;
		if (err)
			return err;
	}
	err = drain(loop, false);
	return err ? err : follow_blocked(loop);
}

int loop_run(struct source *source, const struct loop_handler *handler, void *ctx, int input_fd,
	     const struct loop_times *times)
{
	struct loop loop = {
		.source = source,
		.handler = handler,
		.ctx = ctx,
		.epoll_fd = -1,
		.refresh_fd = -1,
		.duration_fd = -1,
		.signal_fd = -1,
		.blocked_fd = -1,
		.delay_s = times->delay_s,
		.wait_ms = 0, /* until it is asked to, the kernel does not wake us */
	};
	sigset_t set, before;
	int err;

	source->expecter = (struct expecter){ handler->expect, ctx };
	loop_signals(&set, handler);
	sigprocmask(SIG_BLOCK, &set, &before);
	err = loop_open(&loop, input_fd, times);
	while (!err && !loop.over && !(handler->done && handler->done(ctx)))
		err = turn(&loop);
	if (!err)
		err = drain(&loop, true);
	source->expecter = (struct expecter){ NULL, NULL };
	take_signals(&loop); /* one that came at the end is obeyed by now */
	loop_close(&loop);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return err;
}
