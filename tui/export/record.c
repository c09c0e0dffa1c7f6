/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include "record.h"
#include "recording.h"

#define LEVEL "wb3" /* of compression: twice as fast as zlib's own, and little larger */

#define FLUSH_NS  1000000000ULL /* what is lost when the machine stops is at most so old */
#define KNOWN_MAX 1000000	/* users, cgroups, processes; above it names are told again */

/* What was told already: a user, a cgroup or a process. */
struct known_key {
	uint64_t id;
	uint64_t start_ns;
	uint32_t type;
	uint32_t pad; /* 0 */
};

struct known {
	struct known_key key;
	UT_hash_handle hh;
};

struct record {
	struct source source;
	struct source *inner;
	struct names *names;
	struct filterspec filterspec; /* in force */
	bool failed;		      /* failed execs and connects are watched, too */
	gzFile file;
	int fd;
	int err;
	uint64_t now_ns; /* of the last clock reading */
	uint64_t flushed_ns;
	struct known *known;
	/* Where events go while they are recorded. */
	source_event_fn fn;
	void *ctx;
	unsigned char payload[RECORDING_PAYLOAD_MAX];
};

static struct record *record_of(const struct source *source)
{
	return (struct record *)source;
}

/* --- entries ---------------------------------------------------------------------------------- */

/* gzip says why it failed in its own way, or leaves it to errno. */
static int file_error(gzFile file)
{
	int saved = errno, code;

	gzerror(file, &code);
	return code == Z_ERRNO && saved ? -saved : code == Z_MEM_ERROR ? -ENOMEM : -EIO;
}

static void put_bytes(struct record *record, const void *bytes, size_t len)
{
	errno = 0;
	if (!record->err && len && gzwrite(record->file, bytes, len) != (int)len)
		record->err = file_error(record->file);
}

/* An entry of `len` bytes, which are in record->payload. */
static void put_entry(struct record *record, enum recording_type type, size_t len)
{
	unsigned char head[4];

	recording_put(head, type | (uint64_t)len << 8, sizeof(head));
	put_bytes(record, head, sizeof(head));
	put_bytes(record, record->payload, len);
}

/* Adds a string and its NUL, as much as there is room for. Returns where the next one goes. */
static size_t add_string(struct record *record, size_t at, const char *text)
{
	size_t len = strlen(text), room = RECORDING_PAYLOAD_MAX - 1 - at;

	if (len > room)
		len = room;
	memcpy(record->payload + at, text, len);
	record->payload[at + len] = '\0';
	return at + len + 1;
}

static void put_header(struct record *record)
{
	unsigned char header[RECORDING_HEADER_LEN] = "CONNTOP\n";
	const struct source_host *host = &record->inner->host;
	size_t at;

	recording_put(header + 8, RECORDING_MARK, 4);
	recording_put(header + 12, RECORDING_VERSION, 4);
	put_bytes(record, header, sizeof(header));
	at = add_string(record, 0, host->name);
	at = add_string(record, at, host->release);
	at = add_string(record, at, record->inner->limits);
	put_entry(record, RECORDING_HOST, at);
}

static void put_asked(struct record *record)
{
	size_t at = 2;

	record->payload[0] = record->filterspec.filter.follow != 0;
	record->payload[1] = record->failed;
	for (size_t i = 0; i < FILTER_DIMENSIONS; i++)
		at = add_string(record, at, record->filterspec.text[i]);
	put_entry(record, RECORDING_ASKED, at);
}

static void put_clock(struct record *record, uint64_t now_ns, int64_t boot_to_wall_ns)
{
	recording_put(record->payload, now_ns, 8);
	recording_put(record->payload + 8, (uint64_t)boot_to_wall_ns, 8);
	put_entry(record, RECORDING_CLOCK, 16);
	record->now_ns = now_ns;
	if (!record->err && now_ns - record->flushed_ns >= FLUSH_NS) {
		errno = 0;
		if (gzflush(record->file, Z_SYNC_FLUSH) != Z_OK)
			record->err = file_error(record->file);
		record->flushed_ns = now_ns;
	}
}

static void put_counts(struct record *record, const struct source_counts *counts)
{
	unsigned char *at = record->payload;

	for (int kind = 0; kind < EVENT_KINDS; kind++, at += 24) {
		recording_put(at, counts->kinds[kind].seen, 8);
		recording_put(at + 8, counts->kinds[kind].filtered, 8);
		recording_put(at + 16, counts->kinds[kind].lost, 8);
	}
	recording_put(at, counts->missed, 8);
	put_entry(record, RECORDING_COUNTS, at + 8 - record->payload);
}

/* --- names ------------------------------------------------------------------------------------ */

static void forget_known(struct record *record)
{
	struct known *known, *next;

	HASH_ITER(hh, record->known, known, next) {
		HASH_DEL(record->known, known);
		free(known);
	}
}

/* Whether it was not told before; from now on it was. */
static bool is_news(struct record *record, uint32_t type, uint64_t id, uint64_t start_ns)
{
	struct known_key key = { .id = id, .start_ns = start_ns, .type = type };
	struct known *known;

	HASH_FIND(hh, record->known, &key, sizeof(key), known);
	if (known)
		return false;
	if (HASH_COUNT(record->known) >= KNOWN_MAX)
		forget_known(record);
	known = calloc(1, sizeof(*known));
	if (!known)
		return true;
	known->key = key;
	HASH_ADD(hh, record->known, key, sizeof(known->key), known);
	if (!known->hh.tbl)
		free(known);
	return true;
}

static void put_user(struct record *record, uint32_t uid)
{
	const char *name;

	if (!is_news(record, RECORDING_USER, uid, 0))
		return;
	name = names_user(record->names, uid);
	if (!name)
		return;
	recording_put(record->payload, uid, 4);
	put_entry(record, RECORDING_USER, add_string(record, 4, name));
}

static void put_cgroup(struct record *record, uint64_t id)
{
	const char *path;

	if (!is_news(record, RECORDING_CGROUP, id, 0))
		return;
	path = names_cgroup(record->names, id, record->now_ns);
	if (!path)
		return;
	recording_put(record->payload, id, 8);
	put_entry(record, RECORDING_CGROUP, add_string(record, 8, path));
}

#define ANCESTORS_MAX 64

/* Who forked it, and who forked that one, as far as they were not told of. */
static void put_ancestors(struct record *record, uint32_t pid)
{
	struct names_process process;
	unsigned char *at = record->payload;

	for (int i = 0; i < ANCESTORS_MAX && pid; i++, pid = process.ppid) {
		if (!names_process(record->names, pid, record->now_ns, &process) ||
		    !is_news(record, RECORDING_ANCESTOR, pid, process.start_ns))
			return;
		recording_put(at, process.start_ns, 8);
		recording_put(at + 8, pid, 4);
		recording_put(at + 12, process.ppid, 4);
		memcpy(at + 16, process.comm, EVENT_COMM_LEN);
		put_entry(record, RECORDING_ANCESTOR, 16 + EVENT_COMM_LEN);
	}
}

/* The arguments of a process that nobody saw execute. */
static void put_process(struct record *record, uint32_t pid, uint64_t start_ns)
{
	const struct cmdline *cmdline;
	unsigned char *at = record->payload;

	if (!is_news(record, RECORDING_PROCESS, pid, start_ns))
		return;
	put_ancestors(record, pid);
	cmdline = names_cmdline(record->names, pid, start_ns, record->now_ns);
	if (!cmdline)
		return;
	recording_put(at, start_ns, 8);
	recording_put(at + 8, pid, 4);
	recording_put(at + 12, cmdline->cut, 4);
	memcpy(at + 16, cmdline->bytes, cmdline->len);
	put_entry(record, RECORDING_PROCESS, 16 + cmdline->len);
}

static void put_owner(struct record *record, uint32_t uid, uint32_t loginuid, uint64_t cgroup)
{
	put_user(record, uid);
	if (loginuid != EVENT_NO_UID)
		put_user(record, loginuid);
	if (cgroup)
		put_cgroup(record, cgroup);
}

static void put_parent(struct record *record, const struct exec_event *exec)
{
	put_owner(record, exec->parent.uid, exec->parent.loginuid, exec->parent.cgroup);
	put_process(record, exec->head.ppid, exec->parent.start_ns);
}

/* Names that the event needs and that were not told yet. */
static void put_names(struct record *record, const struct event *event)
{
	const struct exec_event *exec = (const struct exec_event *)event;

	if (!event->pid)
		return;
	put_owner(record, event->uid, event->loginuid, event->cgroup);
	if (event->kind == EVENT_EXEC && event->ppid)
		put_parent(record, exec);
	/* What one executes, the event itself tells. */
	if (event->kind == EVENT_EXEC && !exec->ret)
		is_news(record, RECORDING_PROCESS, event->pid, event->start_ns);
	else
		put_process(record, event->pid, event->start_ns);
}

/* --- the source ------------------------------------------------------------------------------- */

static void take_event(void *ctx, const struct event *event, size_t size)
{
	struct record *record = ctx;

	if (!record->err && record->file && size <= RECORDING_EVENT_MAX) {
		put_names(record, event);
		if (recording_pack(record->payload, event, size))
			put_entry(record, RECORDING_EVENT, size);
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
		put_clock(record, *now_ns, *boot_to_wall_ns);
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

static int record_set_filter(struct source *source, const struct filter *filter)
{
	struct source *inner = record_of(source)->inner;

	return inner->ops->set_filter(inner, filter);
}

static int record_watch_failed(struct source *source, bool on)
{
	struct record *record = record_of(source);
	int err = record->inner->ops->watch_failed(record->inner, on);

	if (err)
		return err;
	record->failed = on;
	if (!record->err && record->file)
		put_asked(record);
	return 0;
}

static int record_counts(struct source *source, struct source_counts *counts)
{
	struct record *record = record_of(source);
	int err = record->inner->ops->counts(record->inner, counts);

	if (!err && !record->err && record->file)
		put_counts(record, counts);
	return err;
}

static void record_note(struct source *source, const struct filterspec *filterspec)
{
	struct record *record = record_of(source);

	record->filterspec = *filterspec;
	if (!record->err && record->file)
		put_asked(record);
}

int record_error(const struct source *source)
{
	return record_of(source)->err;
}

int record_finish(struct source *source)
{
	struct record *record = record_of(source);

	if (!record->file)
		return record->err;
	put_entry(record, RECORDING_END, 0);
	errno = 0;
	if (gzflush(record->file, Z_FINISH) != Z_OK && !record->err)
		record->err = file_error(record->file);
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
	forget_known(record);
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
	.set_filter = record_set_filter,
	.watch_failed = record_watch_failed,
	.counts = record_counts,
	.note = record_note,
	.close = record_close,
};

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
	record->fd = create_file(path, force);
	if (record->fd < 0)
		return record->fd;
	record->file = gzdopen(record->fd, LEVEL);
	if (record->file)
		return 0;
	close(record->fd);
	return -ENOMEM;
}

struct source *record_open(struct source *inner, const char *path, bool force,
			   const struct filterspec *filterspec, bool failed, struct names *names,
			   char *error, size_t error_cap)
{
	struct record *record = calloc(1, sizeof(*record));
	int err = record ? open_file(record, path, force) : -ENOMEM;

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
	put_header(record);
	record->filterspec = *filterspec;
	record->failed = failed;
	put_asked(record);
	return &record->source;
}
