/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The entries of a recording that tell of the host, and the file they go to. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "record_state.h"

#define FLUSH_NS 1000000000ULL /* what is lost when the machine stops is at most so old */

int record_file_error(gzFile file)
{
	int saved = errno, code;

	gzerror(file, &code);
	return code == Z_ERRNO && saved ? -saved : code == Z_MEM_ERROR ? -ENOMEM : -EIO;
}

void record_fail(struct record *record, int err)
{
	if (record->err)
		return;
	record->err = err;
	snprintf(record->source.limits, sizeof(record->source.limits), "RECORDING STOPPED: %s",
		 strerror(-err));
}

static void put_bytes(struct record *record, const void *bytes, size_t len)
{
	int err = record->err ? 0 : spool_put(record->spool, bytes, len);

	if (err)
		record_fail(record, err);
}

static void flush(struct record *record)
{
	int err = spool_flush(record->spool);

	if (err)
		record_fail(record, err);
}

void record_put_entry(struct record *record, enum recording_type type, size_t len)
{
	unsigned char head[4];

	recording_put(head, type | (uint64_t)len << 8, sizeof(head));
	put_bytes(record, head, sizeof(head));
	put_bytes(record, record->payload, len);
}

size_t record_add_string(struct record *record, size_t at, const char *text)
{
	size_t len = strlen(text), room = RECORDING_PAYLOAD_MAX - 1 - at;

	if (len > room)
		len = room;
	memcpy(record->payload + at, text, len);
	record->payload[at + len] = '\0';
	return at + len + 1;
}

void record_put_header(struct record *record)
{
	unsigned char header[RECORDING_HEADER_LEN] = "CONNTOP\n";
	const struct source_host *host = &record->inner->host;
	size_t at;

	recording_put(header + 8, RECORDING_MARK, 4);
	recording_put(header + 12, RECORDING_VERSION, 4);
	put_bytes(record, header, sizeof(header));
	at = record_add_string(record, 0, host->name);
	at = record_add_string(record, at, host->release);
	at = record_add_string(record, at, record->inner->limits);
	record_put_entry(record, RECORDING_HOST, at);
}

void record_put_asked(struct record *record, const struct source_asked *asked)
{
	size_t at = 2;

	record->payload[0] = asked->follow;
	record->payload[1] = asked->failed;
	for (size_t i = 0; i < SOURCE_FILTERS_MAX && asked->filters[i]; i++)
		at = record_add_string(record, at, asked->filters[i]);
	record_put_entry(record, RECORDING_ASKED, at);
}

void record_put_clock(struct record *record, uint64_t now_ns, int64_t boot_to_wall_ns)
{
	recording_put(record->payload, now_ns, 8);
	recording_put(record->payload + 8, (uint64_t)boot_to_wall_ns, 8);
	record_put_entry(record, RECORDING_CLOCK, 16);
	record->now_ns = now_ns;
	if (!record->err && now_ns - record->flushed_ns >= FLUSH_NS) {
		flush(record);
		record->flushed_ns = now_ns;
	}
}

void record_put_counts(struct record *record, const struct source_counts *counts)
{
	unsigned char *at = record->payload;

	for (int kind = 0; kind < EVENT_KINDS; kind++, at += 24) {
		recording_put(at, counts->kinds[kind].seen, 8);
		recording_put(at + 8, counts->kinds[kind].filtered, 8);
		recording_put(at + 16, counts->kinds[kind].lost, 8);
	}
	recording_put(at, counts->missed, 8);
	record_put_entry(record, RECORDING_COUNTS, at + 8 - record->payload);
}
