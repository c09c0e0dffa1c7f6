/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of a recording: fields, entries, the file. */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include "recording.h"

#define READ_BUFFER 65536

static const char magic[8] = { 'C', 'O', 'N', 'N', 'T', 'O', 'P', '\n' };

struct recording {
	gzFile file;
	unsigned char payload[RECORDING_PAYLOAD_MAX];
};

/* --- integers --------------------------------------------------------------------------------- */

void recording_put(void *at, uint64_t value, size_t bytes)
{
	unsigned char *out = at;

	for (size_t i = 0; i < bytes; i++)
		out[i] = value >> (8 * i);
}

uint64_t recording_get(const void *at, size_t bytes)
{
	const unsigned char *in = at;
	uint64_t value = 0;

	for (size_t i = 0; i < bytes; i++)
		value |= (uint64_t)in[i] << (8 * i);
	return value;
}

/* --- records ---------------------------------------------------------------------------------- */

/* An integer of a record. What is not listed is bytes, or the kernel's own and padding. */
struct field {
	uint16_t at;
	uint8_t bytes;
};

#define FIELD(type, member)                                                       \
	{                                                                         \
		offsetof(struct type, member), sizeof(((struct type *)0)->member) \
	}

static const struct field head_fields[] = {
	FIELD(event, ts_ns), FIELD(event, start_ns), FIELD(event, cgroup),
	FIELD(event, pid),   FIELD(event, ppid),     FIELD(event, uid),
	FIELD(event, gid),   FIELD(event, loginuid), FIELD(event, pad),
};

static const struct field exec_fields[] = {
	FIELD(exec_event, parent.start_ns),
	FIELD(exec_event, parent.cgroup),
	FIELD(exec_event, parent.ppid),
	FIELD(exec_event, parent.uid),
	FIELD(exec_event, parent.gid),
	FIELD(exec_event, parent.loginuid),
	FIELD(exec_event, ret),
	FIELD(exec_event, flags),
	FIELD(exec_event, args_total),
	FIELD(exec_event, filename_len),
	FIELD(exec_event, args_len),
};

static const struct field exit_fields[] = {
	FIELD(exit_event, code),
	FIELD(exit_event, signal),
};

static const struct field conn_fields[] = {
	FIELD(conn_event, id),	      FIELD(conn_event, listener),
	FIELD(conn_event, opened_ns), FIELD(conn_event, established_ns),
	FIELD(conn_event, tx_bytes),  FIELD(conn_event, rx_bytes),
	FIELD(conn_event, lport),     FIELD(conn_event, rport),
	FIELD(conn_event, proto),     FIELD(conn_event, followed_by),
	FIELD(conn_event, netns),     FIELD(conn_event, ret),
	FIELD(conn_event, rtt_us),    FIELD(conn_event, retrans),
	FIELD(conn_event, pass),
};

static const struct field listen_fields[] = {
	FIELD(listen_event, id),	  FIELD(listen_event, opened_ns),
	FIELD(listen_event, accepts),	  FIELD(listen_event, lport),
	FIELD(listen_event, netns),	  FIELD(listen_event, backlog),
	FIELD(listen_event, backlog_max),
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What follows the head in a record. */
struct shape {
	const struct field *fields;
	size_t n;
	size_t size; /* at least */
};

#define CONN_SHAPE                                                         \
	{                                                                  \
		conn_fields, COUNT(conn_fields), sizeof(struct conn_event) \
	}

static const struct shape shapes[EVENT_KINDS] = {
	[EVENT_EXEC] = { exec_fields, COUNT(exec_fields), sizeof(struct exec_event) },
	[EVENT_EXIT] = { exit_fields, COUNT(exit_fields), sizeof(struct exit_event) },
	[EVENT_OPEN] = CONN_SHAPE,
	[EVENT_CONNECT] = CONN_SHAPE,
	[EVENT_ACCEPT] = CONN_SHAPE,
	[EVENT_CLOSE] = CONN_SHAPE,
	[EVENT_SAMPLE] = CONN_SHAPE,
	[EVENT_LISTENER] = { listen_fields, COUNT(listen_fields), sizeof(struct listen_event) },
	[EVENT_PASS] = { NULL, 0, sizeof(struct event) },
};

/* The fields from this machine's byte order to little-endian, or back: it is the same. */
static void swap_fields(unsigned char *bytes, const struct field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char *at = bytes + fields[i].at;
		uint64_t u64;
		uint32_t u32;
		uint16_t u16;

		switch (fields[i].bytes) {
		case 8:
			memcpy(&u64, at, 8);
			u64 = htole64(u64);
			memcpy(at, &u64, 8);
			break;
		case 4:
			memcpy(&u32, at, 4);
			u32 = htole32(u32);
			memcpy(at, &u32, 4);
			break;
		case 2:
			memcpy(&u16, at, 2);
			u16 = htole16(u16);
			memcpy(at, &u16, 2);
			break;
		default: /* a single byte has no order */
			break;
		}
	}
}

/* The shape of a record by its first bytes, in either form: the kind is a single byte. */
static const struct shape *shape_of(const void *record, size_t size)
{
	uint8_t kind;

	if (size < sizeof(struct event))
		return NULL;
	kind = ((const unsigned char *)record)[offsetof(struct event, kind)];
	return kind < EVENT_KINDS && size >= shapes[kind].size ? &shapes[kind] : NULL;
}

static bool swap_record(void *out, const void *in, size_t size)
{
	const struct shape *shape = shape_of(in, size);

	if (!shape)
		return false;
	memmove(out, in, size);
	swap_fields(out, head_fields, COUNT(head_fields));
	swap_fields(out, shape->fields, shape->n);
	return true;
}

bool recording_pack(void *out, const struct event *in, size_t size)
{
	return swap_record(out, in, size);
}

bool recording_unpack(struct event *out, const void *in, size_t size)
{
	return swap_record(out, in, size);
}

/* --- reading ---------------------------------------------------------------------------------- */

/* A regular file or a pipe; not a directory or a device, which would not end. */
static int open_file(const char *path)
{
	struct stat stat;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), err;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &stat))
		err = -errno;
	else if (S_ISREG(stat.st_mode))
		return fd;
	else
		err = S_ISDIR(stat.st_mode) ? -EISDIR : -EINVAL;
	close(fd);
	return err;
}

/* `len` bytes: 1; 0 when the file ends before the first; else as recording_next(). */
static int read_bytes(struct recording *recording, void *out, size_t len)
{
	int n = gzread(recording->file, out, len), code;

	if (n == (int)len)
		return 1;
	gzerror(recording->file, &code);
	if (n < 0)
		return code == Z_ERRNO ? -errno : code == Z_BUF_ERROR ? -EPIPE : -EBADMSG;
	return n || code == Z_BUF_ERROR ? -EPIPE : 0;
}

static int check_header(struct recording *recording, const char *path, char *error, size_t cap)
{
	unsigned char header[RECORDING_HEADER_LEN];
	int got = read_bytes(recording, header, sizeof(header));

	if (got != 1 || memcmp(header, magic, sizeof(magic)) ||
	    recording_get(header + 8, 4) != RECORDING_MARK) {
		snprintf(error, cap, "%s: not a recording of conntop", path);
		return -EINVAL;
	}
	if (recording_get(header + 12, 4) != RECORDING_VERSION) {
		snprintf(error, cap, "%s: recorded in format %u, this conntop reads format %u",
			 path, (unsigned)recording_get(header + 12, 4),
			 (unsigned)RECORDING_VERSION);
		return -EINVAL;
	}
	return 0;
}

struct recording *recording_open(const char *path, char *error, size_t error_cap)
{
	struct recording *recording = calloc(1, sizeof(*recording));
	int fd;

	if (!recording) {
		snprintf(error, error_cap, "%s: out of memory", path);
		return NULL;
	}
	fd = open_file(path);
	if (fd < 0) {
		snprintf(error, error_cap, "%s: %s", path,
			 fd == -EINVAL ? "not a regular file" : strerror(-fd));
		free(recording);
		return NULL;
	}
	recording->file = gzdopen(fd, "r");
	if (!recording->file) {
		snprintf(error, error_cap, "%s: out of memory", path);
		close(fd);
		free(recording);
		return NULL;
	}
	gzbuffer(recording->file, READ_BUFFER);
	if (gzdirect(recording->file) || check_header(recording, path, error, error_cap)) {
		if (gzdirect(recording->file))
			snprintf(error, error_cap, "%s: not a recording of conntop", path);
		recording_close(recording);
		return NULL;
	}
	return recording;
}

void recording_close(struct recording *recording)
{
	if (!recording)
		return;
	gzclose_r(recording->file);
	free(recording);
}

int recording_next(struct recording *recording, struct recording_entry *entry)
{
	unsigned char head[4];
	uint32_t word;
	int got = read_bytes(recording, head, sizeof(head));

	if (got != 1)
		return got ? got : -EPIPE; /* RECORDING_END was not there */
	word = recording_get(head, sizeof(head));
	entry->type = word & 0xff;
	entry->len = word >> 8;
	entry->payload = recording->payload;
	if (entry->len > RECORDING_PAYLOAD_MAX)
		return -EBADMSG;
	got = entry->len ? read_bytes(recording, recording->payload, entry->len) : 1;
	if (got != 1)
		return got ? got : -EPIPE;
	return entry->type == RECORDING_END ? 0 : 1;
}
