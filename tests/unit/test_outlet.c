/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Output to a reader that stalls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include "outlet.h"

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

/* What can be read now; the bytes. */
static size_t take(char *bytes, size_t cap)
{
	size_t len = 0;
	ssize_t n;

	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	while (len < cap && (n = read(fds[0], bytes + len, cap - len)) > 0)
		len += n;
	return len;
}

static void outlet_write__reader_takes_it__all_arrives(void **state)
{
	char bytes[64];

	(void)state;
	fputs("one\ntwo\n", outlet.file);
	assert_int_equal(fflush(outlet.file), 0);
	assert_int_equal(take(bytes, sizeof(bytes)), 8);
	assert_memory_equal(bytes, "one\ntwo\n", 8);
}

static void outlet_write__stalled_and_asked_to_leave__fails_after_a_whole_line(void **state)
{
	static char bytes[1 << 21];
	size_t len, lines = 0;

	(void)state;
	raise(SIGTERM); /* pending */
	while (fprintf(outlet.file, "line %zu of the many that this pipe has no room for\n",
		       lines) > 0 &&
	       lines < 100000)
		lines++;
	assert_true(ferror(outlet.file));
	assert_int_equal(errno, EINTR);
	len = take(bytes, sizeof(bytes));
	assert_in_range(len, 4096, sizeof(bytes) - 1);
	assert_int_equal(bytes[len - 1], '\n');
}

static void outlet_leave__stalled__is_given_up_soon(void **state)
{
	static const char line[] = "line of the many that this pipe has no room for\n";

	(void)state;
	outlet_leave(&outlet);
	for (int i = 0; i < 100000 && fputs(line, outlet.file) >= 0; i++)
		;
	assert_true(ferror(outlet.file));
	assert_int_equal(outlet_close(&outlet), -EINTR);
	assert_int_equal(outlet_open(&outlet, fds[1]), 0); /* for tear_down() to close */
}

static void outlet_write__reader_gone__is_a_broken_pipe(void **state)
{
	(void)state;
	close(fds[0]);
	fputs("one\n", outlet.file);
	assert_int_not_equal(fflush(outlet.file), 0);
	assert_int_equal(errno, EPIPE);
	fds[0] = dup(0); /* for tear_down() to close */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(outlet_write__reader_takes_it__all_arrives),
		TEST(outlet_write__stalled_and_asked_to_leave__fails_after_a_whole_line),
		TEST(outlet_leave__stalled__is_given_up_soon),
		TEST(outlet_write__reader_gone__is_a_broken_pipe),
	};

	return cmocka_run_group_tests_name("outlet", tests, NULL, NULL);
}
