/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "output.h"

#define OPEN_FLAGS (O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

static bool same_terminal(int a, int b)
{
	unsigned device_a, device_b;

	return !ioctl(a, TIOCGDEV, &device_a) && !ioctl(b, TIOCGDEV, &device_b) &&
	       device_a == device_b;
}

/*
 * O_NONBLOCK belongs to an open file, and the shell shares its own with us: another open, then.
 * After su(1) the terminal's file is another user's, but /dev/tty is everybody's. Where neither can
 * be opened the terminal is written to as it is, and a frame may have to wait for it.
 */
static int open_again(int tty)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", tty);
	fd = open(path, OPEN_FLAGS);
	if (fd >= 0)
		return fd;
	fd = open("/dev/tty", OPEN_FLAGS);
	if (fd >= 0 && same_terminal(fd, tty))
		return fd;
	if (fd >= 0)
		close(fd);
	fd = fcntl(tty, F_DUPFD_CLOEXEC, 0);
	return fd < 0 ? -errno : fd;
}

int output_open(struct output *output, int tty)
{
	memset(output, 0, sizeof(*output));
	output->frame_fd = memfd_create("frame", MFD_CLOEXEC);
	if (output->frame_fd < 0)
		return -errno;
	output->tty_fd = open_again(tty);
	if (output->tty_fd < 0) {
		close(output->frame_fd);
		return output->tty_fd;
	}
	return 0;
}

void output_close(struct output *output)
{
	close(output->tty_fd);
	close(output->frame_fd);
	free(output->unsent);
}

static int make_room(struct output *output, size_t len)
{
	char *unsent;

	if (output->len + len <= output->cap)
		return 0;
	unsent = realloc(output->unsent, output->len + len);
	if (!unsent)
		return -ENOMEM;
	output->unsent = unsent;
	output->cap = output->len + len;
	return 0;
}

int output_take(struct output *output)
{
	off_t len = lseek(output->frame_fd, 0, SEEK_CUR);
	int err;

	if (len < 0)
		return -errno;
	err = make_room(output, len);
	if (!err && pread(output->frame_fd, output->unsent + output->len, len, 0) != len)
		err = -EIO;
	lseek(output->frame_fd, 0, SEEK_SET);
	if (err)
		return err;
	output->len += len;
	return output_send(output);
}

int output_send(struct output *output)
{
	int err = 0;

	while (output->at < output->len) {
		ssize_t n = write(output->tty_fd, output->unsent + output->at,
				  output->len - output->at);

		if (n >= 0) {
			output->at += n;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno == EAGAIN)
			return 0;
		err = -errno;
		break;
	}
	output->at = 0;
	output->len = 0;
	return err;
}

static int wait_writable(const struct output *output, int timeout_ms)
{
	struct pollfd fd = { .fd = output->tty_fd, .events = POLLOUT };

	return poll(&fd, 1, timeout_ms);
}

static long long monotonic_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

int output_drain(struct output *output, int timeout_ms)
{
	long long end_ms = monotonic_ms() + timeout_ms, left_ms = timeout_ms;
	int err = output_send(output);

	while (!err && output->len && left_ms > 0) {
		wait_writable(output, left_ms);
		err = output_send(output);
		left_ms = end_ms - monotonic_ms();
	}
	return err;
}

bool output_busy(const struct output *output)
{
	return output->len || wait_writable(output, 0) == 0;
}
