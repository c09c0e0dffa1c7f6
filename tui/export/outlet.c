/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "outlet.h"
#include "spool.h"

#define LOOK_MS	 100 /* between looks for a signal while the reader stalls */
#define GRACE_MS 500 /* for the rest of a line once it came */

/* --- the thread that writes ------------------------------------------------------------------- */

/* Whether somebody asks us to leave. */
static bool is_asked(void)
{
	sigset_t set;

	return !sigpending(&set) && (sigismember(&set, SIGINT) || sigismember(&set, SIGTERM) ||
				     sigismember(&set, SIGHUP));
}

static bool is_leaving(const struct outlet *outlet)
{
	return __atomic_load_n(&outlet->leaving, __ATOMIC_RELAXED);
}

/* Until there is room for PIPE_BUF bytes. 0 or -errno, -EINTR as outlet_open() says. */
static int wait_for_room(const struct outlet *outlet)
{
	struct pollfd pollfd = { .fd = outlet->fd, .events = POLLOUT };
	int patience_ms = outlet->amid_line || is_leaving(outlet) ? GRACE_MS : 0;

	for (;;) {
		int n = poll(&pollfd, 1, LOOK_MS);

		if (n > 0)
			return 0; /* room, or an error for write(2) to tell */
		if (n < 0 && errno != EINTR)
			return -errno;
		if (!is_leaving(outlet) && !is_asked())
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
static ssize_t write_some(const struct outlet *outlet, const char *bytes, size_t len)
{
	int err = outlet->patient ? 0 : wait_for_room(outlet);
	ssize_t n;

	if (err)
		return err;
	n = write(outlet->fd, bytes, portion(outlet, bytes, len));
	if (n < 0 && errno != EINTR && errno != EAGAIN)
		return -errno;
	return n < 0 ? 0 : n;
}

static int write_all(void *ctx, const char *bytes, size_t len, bool flush)
{
	struct outlet *outlet = ctx;
	size_t at = 0;

	(void)flush; /* nothing is kept back */
	while (at < len) {
		ssize_t n = write_some(outlet, bytes + at, len - at);

		if (n < 0)
			return n;
		if (!n)
			continue;
		at += n;
		outlet->amid_line = bytes[at - 1] != '\n';
	}
	return 0;
}

/* --- the stream that leads there -------------------------------------------------------------- */

static ssize_t outlet_write(void *cookie, const char *bytes, size_t len)
{
	const struct outlet *outlet = cookie;
	int err = spool_put(outlet->spool, bytes, len);

	if (!err)
		return len;
	errno = -err;
	return 0; /* of fopencookie(3): an error */
}

int outlet_open(struct outlet *outlet, int fd)
{
	const cookie_io_functions_t functions = { .write = outlet_write };
	struct stat stat;
	int err;

	*outlet = (struct outlet){ .fd = fd };
	outlet->patient = !fstat(fd, &stat) && S_ISREG(stat.st_mode);
	err = spool_open(&outlet->spool, write_all, outlet);
	if (err)
		return err;
	outlet->file = fopencookie(outlet, "w", functions);
	if (outlet->file)
		return 0;
	spool_close(outlet->spool);
	return -ENOMEM;
}

int outlet_flush(struct outlet *outlet)
{
	if (fflush(outlet->file))
		return -errno;
	return spool_flush(outlet->spool);
}

void outlet_leave(struct outlet *outlet)
{
	__atomic_store_n(&outlet->leaving, true, __ATOMIC_RELAXED);
}

int outlet_close(struct outlet *outlet)
{
	int err = fclose(outlet->file) ? -errno : 0, spool_err = spool_close(outlet->spool);

	return spool_err ? spool_err : err;
}
