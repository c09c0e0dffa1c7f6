/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A source that is used as any other while what it tells is recorded. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "record_state.h"

#define LEVEL  "wb3" /* of compression: twice as fast as zlib's own, and little larger */
#define BUFFER 65536 /* of what is compressed: 8 KiB else */
#define PIECE  (BUFFER / 2)

static struct record *record_of(const struct source *source)
{
	return (struct record *)source;
}

/* --- the source ------------------------------------------------------------------------------- */

static void take_event(void *ctx, const struct event *event, size_t size)
{
	struct record *record = ctx;

	if (!record->err && record->file && size <= RECORDING_EVENT_MAX) {
		record_put_names(record, event);
		if (recording_pack(record->payload, event, size))
			record_put_entry(record, RECORDING_EVENT, size);
	}
	record->fn(record->ctx, event, size);
}

static int record_fd(const struct source *source)
{
	const struct source *inner = record_of(source)->inner;

	return inner->ops->fd(inner);
}

static void record_clock(struct source *source, uint64_t *now_ns, int64_t *boot_to_wall_ns)
{
	struct record *record = record_of(source);

	record->inner->ops->clock(record->inner, now_ns, boot_to_wall_ns);
	if (!record->err && record->file)
		record_put_clock(record, *now_ns, *boot_to_wall_ns);
}

static int record_drain(struct source *source, bool all, source_event_fn fn, void *ctx)
{
	struct record *record = record_of(source);

	record->fn = fn;
	record->ctx = ctx;
	return record->inner->ops->drain(record->inner, all, take_event, record);
}

static bool record_holding(const struct source *source)
{
	const struct source *inner = record_of(source)->inner;

	return inner->ops->holding(inner);
}

static void record_arm(struct source *source)
{
	struct source *inner = record_of(source)->inner;

	inner->ops->arm(inner);
}

static int record_sample(struct source *source, source_event_fn fn, void *ctx)
{
	struct record *record = record_of(source);

	record->fn = fn;
	record->ctx = ctx;
	return record->inner->ops->sample(record->inner, take_event, record);
}

static int record_find_owners(struct source *source)
{
	struct source *inner = record_of(source)->inner;

	return inner->ops->find_owners(inner);
}

static int record_find_rest(struct source *source)
{
	return source_find_rest(record_of(source)->inner);
}

static int record_set_filter(struct source *source, const struct filter *filter)
{
	struct source *inner = record_of(source)->inner;

	return inner->ops->set_filter(inner, filter);
}

static int record_watch_failed(struct source *source, bool on)
{
	struct source *inner = record_of(source)->inner;

	return inner->ops->watch_failed(inner, on);
}

static int record_counts(struct source *source, struct source_counts *counts)
{
	struct record *record = record_of(source);
	int err = record->inner->ops->counts(record->inner, counts);

	if (!err && !record->err && record->file)
		record_put_counts(record, counts);
	return err;
}

static void record_note(struct source *source, const struct source_asked *asked)
{
	struct record *record = record_of(source);

	if (!record->err && record->file)
		record_put_asked(record, asked);
}

int record_finish(struct source *source)
{
	struct record *record = record_of(source);
	int spool_err;

	if (!record->file)
		return record->err;
	record_put_entry(record, RECORDING_END, 0);
	spool_err = spool_close(record->spool);
	if (spool_err)
		record_fail(record, spool_err);
	errno = 0;
	if (gzflush(record->file, Z_FINISH) != Z_OK && !record->err)
		record->err = record_file_error(record->file);
	if (!record->err && fsync(record->fd) && errno != EINVAL)
		record->err = -errno;
	errno = 0;
	if (gzclose_w(record->file) != Z_OK && !record->err)
		record->err = errno ? -errno : -EIO;
	record->file = NULL;
	return record->err;
}

static void record_close(struct source *source)
{
	struct record *record = record_of(source);

	record_finish(source);
	record->inner->ops->close(record->inner);
	record_forget_names(record);
	free(record);
}

static const struct source_ops record_ops = {
	.fd = record_fd,
	.clock = record_clock,
	.drain = record_drain,
	.holding = record_holding,
	.arm = record_arm,
	.sample = record_sample,
	.find_owners = record_find_owners,
	.find_rest = record_find_rest,
	.set_filter = record_set_filter,
	.watch_failed = record_watch_failed,
	.counts = record_counts,
	.note = record_note,
	.close = record_close,
};

/* --- the file, for the spool's thread --------------------------------------------------------- */

/*
 * In pieces that zlib copies. Of what is as large as its buffer it keeps the address when the file
 * fails, and at the end it reads there what is left, which the spool has given back by then.
 */
static int write_bytes(void *ctx, const char *bytes, size_t len, bool flush)
{
	struct record *record = ctx;

	errno = 0;
	for (size_t at = 0, n; at < len; at += n) {
		n = len - at < PIECE ? len - at : PIECE;
		if (gzwrite(record->file, bytes + at, n) != (int)n)
			return record_file_error(record->file);
	}
	if (flush && gzflush(record->file, Z_SYNC_FLUSH) != Z_OK)
		return record_file_error(record->file);
	return 0;
}

/* --- opening ---------------------------------------------------------------------------------- */

static int create_file(const char *path, bool force)
{
	int flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
	struct stat stat;
	int fd = open(path, flags | (force ? 0 : O_EXCL), 0600), err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &stat))
		err = -errno;
	else if (!S_ISREG(stat.st_mode))
		err = -EINVAL;
	else if (ftruncate(fd, 0))
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

static int open_file(struct record *record, const char *path, bool force)
{
	int err;

	record->fd = create_file(path, force);
	if (record->fd < 0)
		return record->fd;
	record->file = gzdopen(record->fd, LEVEL);
	if (!record->file) {
		close(record->fd);
		return -ENOMEM;
	}
	gzbuffer(record->file, BUFFER);
	err = spool_open(&record->spool, write_bytes, record);
	if (err)
		gzclose_w(record->file);
	return err;
}

struct source *record_open(struct source *inner, const char *path, bool force,
			   const struct source_asked *asked, struct names *names, char *error,
			   size_t error_cap)
{
	struct record *record = calloc(1, sizeof(*record));
	int64_t boot_to_wall_ns;
	uint64_t now_ns;
	int err;

	if (!record) {
		snprintf(error, error_cap, "%s: out of memory", path);
		return NULL;
	}
	err = open_file(record, path, force);
	if (err) {
		snprintf(error, error_cap, "%s: %s", path,
			 err == -EEXIST	  ? "it exists already; --force replaces it"
			 : err == -EINVAL ? "not a regular file"
					  : strerror(-err));
		free(record);
		return NULL;
	}
	record->source = *inner;
	record->source.ops = &record_ops;
	record->inner = inner;
	record->names = names;
	record_put_header(record);
	record_put_asked(record, asked);
	inner->ops->clock(inner, &now_ns, &boot_to_wall_ns); /* before any event */
	record_put_clock(record, now_ns, boot_to_wall_ns);
	return &record->source;
}
