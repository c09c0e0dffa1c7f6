/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Output to a reader that stalls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "outlet.h"

#define TOO_MUCH (96UL << 20) /* more than may wait */

static int fds[2]; /* of a pipe */
static struct outlet outlet;

static sigset_t before;

static int set_up(void **state)
{
	sigset_t set;

	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, &before);
	signal(SIGPIPE, SIG_IGN);
	if (pipe(fds))
		return -1;
	return outlet_open(&outlet, fds[1]);
}

static int tear_down(void **state)
{
	const struct timespec none = { 0 };
	sigset_t set;

	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigtimedwait(&set, NULL, &none); /* takes what a test left pending */
	outlet_close(&outlet);
	close(fds[0]);
	close(fds[1]);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* What can be read until nothing comes for a moment; the bytes. */
static size_t take(char *bytes, size_t cap)
{
	struct pollfd pollfd = { .fd = fds[0], .events = POLLIN };
	size_t len = 0;
	ssize_t n;

	while (len < cap && poll(&pollfd, 1, 300) > 0 &&
	       (n = read(fds[0], bytes + len, cap - len)) > 0)
		len += n;
	return len;
}

static const char line[] = "line of the many that this pipe has no room for\n";

/* Lines until that many bytes are in or nothing more goes in; the bytes. */
static size_t put_lines(size_t most)
{
	size_t len = 0;

	while (len < most && fputs(line, outlet.file) >= 0)
		len += strlen(line);
	return len;
}

static void outlet_flush__reader_takes_it__all_arrives(void **state)
{
	char bytes[64];

	(void)state;
	fputs("one\ntwo\n", outlet.file);
	assert_int_equal(outlet_flush(&outlet), 0);
	assert_int_equal(read(fds[0], bytes, sizeof(bytes)), 8);
	assert_memory_equal(bytes, "one\ntwo\n", 8);
}

static void outlet_write__reader_stalls_for_a_while__nothing_waits_and_all_arrives(void **state)
{
	const size_t most = 4 << 20;
	char *bytes = malloc(most + sizeof(line));
	size_t len, got = 0;

	(void)state;
	assert_non_null(bytes);
	len = put_lines(most); /* nobody reads */
	assert_in_range(len, most, most + sizeof(line));
	while (got < len) { /* while much waits, what is flushed goes with a later flush */
		assert_int_equal(outlet_flush(&outlet), 0);
		got += read(fds[0], bytes + got, len - got);
	}
	for (size_t at = 0; at < len; at += strlen(line))
		assert_memory_equal(bytes + at, line, strlen(line));
	free(bytes);
}

static void outlet_write__stalled_and_asked_to_leave__fails_after_a_whole_line(void **state)
{
	static char bytes[1 << 21];
	size_t len;

	(void)state;
	kill(getpid(), SIGTERM); /* pending */
	assert_in_range(put_lines(TOO_MUCH), 4096, TOO_MUCH - 1);
	assert_true(ferror(outlet.file));
	assert_int_equal(errno, EINTR);
	assert_int_equal(outlet_flush(&outlet), -EINTR);
	len = take(bytes, sizeof(bytes));
	assert_in_range(len, 4096, sizeof(bytes) - 1);
	assert_int_equal(bytes[len - 1], '\n');
}

static void outlet_leave__stalled__is_given_up_soon(void **state)
{
	(void)state;
	put_lines(1 << 20);
	outlet_leave(&outlet);
	assert_int_equal(outlet_close(&outlet), -EINTR);
	assert_int_equal(outlet_open(&outlet, fds[1]), 0); /* for tear_down() to close */
}

static void outlet_write__reader_gone__is_a_broken_pipe(void **state)
{
	(void)state;
	close(fds[0]);
	assert_in_range(put_lines(TOO_MUCH), 0, TOO_MUCH - 1);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(outlet_flush(&outlet), -EPIPE);
	assert_int_equal(outlet_close(&outlet), -EPIPE);
	fds[0] = dup(0); /* for tear_down() to close */
	assert_int_equal(outlet_open(&outlet, fds[1]), 0);
}

static void outlet_close__device_full__is_told(void **state)
{
	struct outlet full;
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	if (fd < 0)
		skip();
	assert_int_equal(outlet_open(&full, fd), 0);
	fputs("one\n", full.file);
	assert_int_equal(outlet_close(&full), -ENOSPC);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(outlet_flush__reader_takes_it__all_arrives),
		TEST(outlet_write__reader_stalls_for_a_while__nothing_waits_and_all_arrives),
		TEST(outlet_write__stalled_and_asked_to_leave__fails_after_a_whole_line),
		TEST(outlet_leave__stalled__is_given_up_soon),
		TEST(outlet_write__reader_gone__is_a_broken_pipe),
		TEST(outlet_close__device_full__is_told),
	};

	return cmocka_run_group_tests_name("outlet", tests, NULL, NULL);
}
