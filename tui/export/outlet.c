/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "outlet.h"

#define BUFFER	 65536
#define LOOK_MS	 100 /* between looks for a signal while the reader stalls */
#define GRACE_MS 500 /* for the rest of a line once it came */

/* Whether somebody asks us to leave. */
static bool is_asked(void)
{
	sigset_t set;

	return !sigpending(&set) && (sigismember(&set, SIGINT) || sigismember(&set, SIGTERM) ||
				     sigismember(&set, SIGHUP));
}

/* Until there is room for PIPE_BUF bytes. 0 or -errno, -EINTR as outlet_open() says. */
static int wait_for_room(const struct outlet *outlet, bool amid_line)
{
	struct pollfd pollfd = { .fd = outlet->fd, .events = POLLOUT };
	int patience_ms = amid_line || outlet->leaving ? GRACE_MS : 0;

	for (;;) {
		int n = poll(&pollfd, 1, LOOK_MS);

		if (n > 0)
			return 0; /* room, or an error for write(2) to tell */
		if (n < 0 && errno != EINTR)
			return -errno;
		if (!outlet->leaving && !is_asked())
			continue;
		if (patience_ms <= 0)
			return -EINTR;
		patience_ms -= LOOK_MS;
	}
}

/* How many bytes to write at once: whole lines as far as PIPE_BUF goes, which is never split. */
static size_t portion(const struct outlet *outlet, const char *bytes, size_t len)
{
	size_t n = len < PIPE_BUF ? len : PIPE_BUF;
	const char *end = outlet->patient ? NULL : memrchr(bytes, '\n', n);

	if (outlet->patient)
		return len;
	return end ? (size_t)(end - bytes) + 1 : n;
}

/* Writes a portion. Its bytes, or -errno. */
static ssize_t write_some(const struct outlet *outlet, const char *bytes, size_t len,
			  bool amid_line)
{
	int err = outlet->patient ? 0 : wait_for_room(outlet, amid_line);
	ssize_t n;

	if (err)
		return err;
	n = write(outlet->fd, bytes, portion(outlet, bytes, len));
	if (n < 0 && errno != EINTR && errno != EAGAIN)
		return -errno;
	return n < 0 ? 0 : n;
}

static ssize_t outlet_write(void *cookie, const char *bytes, size_t len)
{
	struct outlet *outlet = cookie;
	bool amid_line = false;
	size_t at = 0;

	while (at < len && !outlet->err) {
		ssize_t n = write_some(outlet, bytes + at, len - at, amid_line);

		if (n < 0)
			outlet->err = n;
		if (n <= 0)
			continue;
		at += n;
		amid_line = bytes[at - 1] != '\n';
	}
	if (!outlet->err)
		return len;
	errno = -outlet->err;
	return 0; /* of fopencookie(3): an error */
}

int outlet_open(struct outlet *outlet, int fd)
{
	const cookie_io_functions_t functions = { .write = outlet_write };

	struct stat stat;

	*outlet = (struct outlet){ .fd = fd };
	outlet->patient = !fstat(fd, &stat) && S_ISREG(stat.st_mode);
	outlet->file = fopencookie(outlet, "w", functions);
	if (!outlet->file)
		return -ENOMEM;
	setvbuf(outlet->file, NULL, _IOFBF, BUFFER);
	return 0;
}

void outlet_leave(struct outlet *outlet)
{
	outlet->leaving = true;
}

int outlet_close(struct outlet *outlet)
{
	if (fclose(outlet->file) && !outlet->err)
		outlet->err = -errno;
	return outlet->err;
}
