/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames on their way to a terminal, here a pseudo-terminal that is read, or not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include "../../tui/screen/output.h"

#define FRAME 300000 /* bytes: more than a pseudo-terminal holds */

static int master = -1, slave = -1;
static struct output output;
static char frame[FRAME];

static int set_up(void **state)
{
	struct termios settings;

	(void)state;
	master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (master < 0 || grantpt(master) || unlockpt(master))
		return -1;
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	if (slave < 0 || tcgetattr(slave, &settings))
		return -1;
	cfmakeraw(&settings);
	for (size_t i = 0; i < sizeof(frame); i++)
		frame[i] = 'a' + i % 26;
	return tcsetattr(slave, TCSANOW, &settings) || output_open(&output, slave) ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	output_close(&output);
	if (master >= 0)
		close(master);
	if (slave >= 0)
		close(slave);
	return 0;
}

static void draw(const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(output.frame_fd, bytes, len);

		assert_true(n > 0);
		bytes += n;
		len -= n;
	}
}

/* All that the reader of the terminal finds now. */
static size_t receive(char *out, size_t cap)
{
	size_t len = 0;
	ssize_t n;

	while (len < cap && (n = read(master, out + len, cap - len)) > 0)
		len += n;
	return len;
}

static void output_take__terminal_read__has_the_frame(void **state)
{
	char got[64];

	(void)state;
	for (int i = 0; i < 3; i++) {
		draw("hello\033[m", 8);
		assert_int_equal(output_take(&output), 0);
		assert_false(output_busy(&output));
		assert_int_equal(receive(got, sizeof(got)), 8);
		assert_memory_equal(got, "hello\033[m", 8);
	}
	/* Nothing drawn, nothing sent. */
	assert_int_equal(output_take(&output), 0);
	assert_int_equal(receive(got, sizeof(got)), 0);
}

static void output_take__terminal_unread__keeps_the_rest_and_does_not_wait(void **state)
{
	static char got[FRAME + 1];
	size_t len = 0;

	(void)state;
	draw(frame, sizeof(frame));
	assert_int_equal(output_take(&output), 0);
	assert_true(output_busy(&output));
	assert_true(output.len > output.at);
	assert_int_equal(output_send(&output), 0);
	assert_true(output_busy(&output));
	/* The reader comes back: in order, and complete. */
	for (int i = 0; i < 10000 && output.len; i++) {
		len += receive(got + len, sizeof(got) - len);
		assert_int_equal(output_send(&output), 0);
	}
	len += receive(got + len, sizeof(got) - len);
	assert_int_equal(len, sizeof(frame));
	assert_memory_equal(got, frame, sizeof(frame));
	assert_false(output_busy(&output));
}

static void output_drain__terminal_unread__gives_up_in_time(void **state)
{
	struct timespec begin, end;

	(void)state;
	draw(frame, sizeof(frame));
	assert_int_equal(output_take(&output), 0);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	assert_int_equal(output_drain(&output, 50), 0);
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_true((end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000 >=
		    49);
	assert_true(output.len > 0);
}

static void output_send__terminal_gone__is_an_error_and_nothing_waits(void **state)
{
	(void)state;
	draw(frame, sizeof(frame));
	assert_int_equal(output_take(&output), 0);
	close(master);
	master = -1;
	assert_int_equal(output_send(&output), -EIO);
	assert_false(output_busy(&output));
	assert_int_equal(output_drain(&output, 10000), 0);
}

/* The shell's own open of the terminal blocks as before. */
static void output_open__terminal__is_an_open_of_its_own(void **state)
{
	(void)state;
	assert_true(fcntl(output.tty_fd, F_GETFL) & O_NONBLOCK);
	assert_false(fcntl(slave, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(output.tty_fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(output.frame_fd, F_GETFD) & FD_CLOEXEC);
}

static void output_open__no_such_descriptor__is_an_error(void **state)
{
	struct output none;

	(void)state;
	assert_true(output_open(&none, 9999) < 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(output_take__terminal_read__has_the_frame),
		TEST(output_take__terminal_unread__keeps_the_rest_and_does_not_wait),
		TEST(output_drain__terminal_unread__gives_up_in_time),
		TEST(output_send__terminal_gone__is_an_error_and_nothing_waits),
		TEST(output_open__terminal__is_an_open_of_its_own),
		TEST(output_open__no_such_descriptor__is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
