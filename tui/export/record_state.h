/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_RECORD_STATE_H
#define CONNTOP_RECORD_STATE_H

/* A recording that is being made. Private to record*.c. */
#include <zlib.h>
#include "record.h"
#include "recording.h"
#include "spool.h"

struct known; /* what was told already */

struct record {
	struct source source;
	struct source *inner;
	struct names *names;
	gzFile file; /* the spool's thread has it, which compresses, until record_finish() */
	int fd;
	struct spool *spool;
	int err;
	uint64_t now_ns; /* of the last clock reading */
	uint64_t flushed_ns;
	struct known *known;
	/* Where events go while they are recorded. */
	source_event_fn fn;
	void *ctx;
	unsigned char payload[RECORDING_PAYLOAD_MAX];
};

/* Why a call on the file has failed: gzip says so in its own way, or leaves it to errno. -errno. */
int record_file_error(gzFile file);

/* The first error ends the recording, and is told where a source tells what it cannot do. */
void record_fail(struct record *record, int err);

/* An entry of `len` bytes, which are in record->payload. */
void record_put_entry(struct record *record, enum recording_type type, size_t len);

/*
 * Adds a string and its NUL to the payload at `at`, as much as there is room for. Returns where the
 * next one goes.
 */
size_t record_add_string(struct record *record, size_t at, const char *text);

void record_put_header(struct record *record);
void record_put_asked(struct record *record, const struct source_asked *asked);
void record_put_clock(struct record *record, uint64_t now_ns, int64_t boot_to_wall_ns);
void record_put_counts(struct record *record, const struct source_counts *counts);

/* Names that the event needs and that were not told yet. */
void record_put_names(struct record *record, const struct event *event);
void record_forget_names(struct record *record);

#endif
