/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_RECORDING_H
#define CONNTOP_RECORDING_H

/*
 * Recordings: the event stream and what it takes to show it again, in a file. conntop(1) describes
 * the format; this is the one place that knows its bytes. A recording is a gzip(1) stream (RFC
 * 1952) of a header and entries, all integers little-endian whatever machine wrote them:
 *
 *   header   "CONNTOP\n", u32 byte order mark 0x0a0b0c0d, u32 version
 *   entry    u32: its type in the low 8 bits, the bytes of its payload above; then the payload
 *
 * Readers skip entries of types they do not know.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "event.h"
#include "source.h"

#define RECORDING_VERSION     1
#define RECORDING_MARK	      0x0a0b0c0dU
#define RECORDING_HEADER_LEN  16
#define RECORDING_PAYLOAD_MAX 65536

enum recording_type {
	RECORDING_HOST = 1, /* whose events: name, release and limits, a NUL after each */
	RECORDING_ASKED,    /* of the kernel from here on: u8 follow, u8 failed, filters as texts */
	RECORDING_EVENT,    /* a record of event.h */
	RECORDING_CLOCK,    /* u64 CLOCK_BOOTTIME, s64 from there to the Epoch, both ns */
	RECORDING_COUNTS,   /* u64 seen, filtered, lost per kind of event, then u64 missed */
	RECORDING_USER,	    /* u32 uid, name */
	RECORDING_CGROUP,   /* u64 id, path */
	RECORDING_PROCESS,  /* u64 start, u32 pid, u32 whether cut, arguments: ran before */
	RECORDING_END,	    /* it was finished, not cut off */
	RECORDING_ANCESTOR, /* u64 start, u32 pid, u32 ppid, comm[16]: ran before, or elsewhere */
};

/* The longest record of event.h. */
#define RECORDING_EVENT_MAX (sizeof(struct exec_event) + EXEC_FILENAME_MAX + EXEC_ARGS_MAX)

/* Little-endian integers at any address. */
void recording_put(void *at, uint64_t value, size_t bytes);
uint64_t recording_get(const void *at, size_t bytes);

/*
 * A record in the bytes of the format, and back: `size` bytes at `in` become as many at `out`; the
 * two may be the same. The fields are known by the record's kind; false when it is none, or `size`
 * is too small for it.
 */
bool recording_pack(void *out, const struct event *in, size_t size);
bool recording_unpack(struct event *out, const void *in, size_t size);

/* An entry as read; `payload` is valid until the next is read. */
struct recording_entry {
	enum recording_type type;
	const unsigned char *payload;
	size_t len;
};

struct recording;

/* Opens a file for reading. NULL: `error` has a sentence that names what is wrong. */
struct recording *recording_open(const char *path, char *error, size_t error_cap);
void recording_close(struct recording *recording);

/*
 * The next entry: 1; 0 at a proper end; -EPIPE where the recording was cut off, -EBADMSG where its
 * bytes make no sense, -errno when it cannot be read.
 */
int recording_next(struct recording *recording, struct recording_entry *entry);

#endif
