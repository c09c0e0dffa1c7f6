/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Recordings, replayed and shown.
 *
 * Input: a byte for the form, one for the pace (and whether much
 * follows that is nothing), four for how it is shown; then, by the form, the
 * file as it is; or what is in it, compressed here; or entries, whose lengths are made right, too:
 * a type and two bytes of length each, or of an event the kind and then its record (records.h).
 */
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include "filterspec.h"
#include "recording.h"
#include "records.h"
#include "show.h"

enum form { FORM_FILE, FORM_CONTENT, FORM_ENTRIES, FORM_WHOLE, FORMS };

enum { PACE_SLOW = 0x1, PACE_FILTER = 0x2, PACE_HOLD = 0x4, PACE_SHORT = 0x8, PACE_LONG = 0x10 };

#define CONTENT_MAX 65535 /* of a stored block */
#define TURNS_MAX   64
#define ROWS_MAX    32

FUZZ_START()

struct buffer {
	unsigned char bytes[CONTENT_MAX];
	size_t n;
};

/* What has no room is left out. */
static void put(struct buffer *buffer, const void *bytes, size_t n)
{
	if (n > sizeof(buffer->bytes) - buffer->n)
		n = sizeof(buffer->bytes) - buffer->n;
	if (n)
		memcpy(buffer->bytes + buffer->n, bytes, n);
	buffer->n += n;
}

static void put_number(struct buffer *buffer, uint64_t value, size_t bytes)
{
	unsigned char number[8];

	recording_put(number, value, bytes);
	put(buffer, number, bytes);
}

static void put_entry(struct buffer *buffer, uint8_t type, const void *payload, size_t len)
{
	put_number(buffer, type | (uint64_t)len << 8, 4);
	put(buffer, payload, len);
}

static void put_entries(struct buffer *buffer, struct fuzz *fuzz)
{
	while (fuzz->left) {
		uint8_t type = fuzz_byte(fuzz) % (RECORDING_ANCESTOR + 2);
		void *payload;
		size_t len;

		if (type == RECORDING_EVENT) {
			payload = record_take(fuzz, fuzz_byte(fuzz) % EVENT_KINDS, &len);
			fuzz_require(recording_pack(payload, payload, len));
		} else {
			len = fuzz_short(fuzz);
			payload = fuzz_piece(fuzz, &len);
		}
		put_entry(buffer, type, payload, len);
		free(payload);
	}
}

static void write_all(int fd, const void *bytes, size_t n)
{
	fuzz_require(write(fd, bytes, n) == (ssize_t)n);
}

static void write_block(int fd, const struct buffer *content, bool last)
{
	unsigned char head[5] = { last };

	recording_put(head + 1, content->n, 2);
	recording_put(head + 3, ~content->n, 2);
	write_all(fd, head, sizeof(head));
	write_all(fd, content->bytes, content->n);
}

/* RFC 1952 and 1951: stored blocks, so that all that chance does to the content gets in. */
static void write_gzip(int fd, const struct buffer *content, bool is_long)
{
	static const unsigned char head[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 };
	static const struct buffer nothing = { .n = CONTENT_MAX };
	uint32_t crc = crc32(crc32(0, NULL, 0), content->bytes, content->n);
	unsigned char tail[8];

	write_all(fd, head, sizeof(head));
	write_block(fd, content, !is_long);
	if (is_long) {
		write_block(fd, &nothing, true);
		crc = crc32(crc, nothing.bytes, nothing.n);
	}
	recording_put(tail, crc, 4);
	recording_put(tail + 4, content->n + (is_long ? nothing.n : 0), 4);
	write_all(fd, tail, sizeof(tail));
}

/* The file, in memory; what is left of the input is in it. */
static int make_file(enum form form, bool is_long, struct fuzz *fuzz)
{
	static struct buffer content;
	int fd = memfd_create("recording", MFD_CLOEXEC);

	fuzz_require(fd >= 0);
	content.n = 0;
	if (form == FORM_FILE) {
		write_all(fd, fuzz->at, fuzz->left);
		return fd;
	}
	put(&content, "CONNTOP\n", 8);
	put_number(&content, RECORDING_MARK, 4);
	put_number(&content, RECORDING_VERSION, 4);
	if (form == FORM_CONTENT)
		put(&content, fuzz->at, fuzz->left);
	else
		put_entries(&content, fuzz);
	if (form == FORM_WHOLE)
		put_entry(&content, RECORDING_END, NULL, 0);
	write_gzip(fd, &content, is_long);
	return fd;
}

static void take_event(void *ctx, const struct event *event, size_t size)
{
	model_apply(ctx, event, size);
}

/* To its end, or for as many turns as it takes to see that there is none. */
static void play(struct source *source, struct model *model, struct filterspec *spec, uint8_t pace)
{
	uint64_t now_ns;
	int64_t wall_ns;

	if (pace & PACE_FILTER) {
		filterspec_inherit(spec, source->recorded->asked(source));
		model_set_filter(model, &spec->filter);
		fuzz_require(!source->ops->set_filter(source, &spec->filter));
		fuzz_require(!source->ops->watch_failed(source, pace & PACE_SLOW));
	}
	for (int i = 0; i < TURNS_MAX && !source_ended(source); i++) {
		if (pace & PACE_HOLD)
			source->recorded->step(source);
		fuzz_require(source->ops->drain(source, i % 2, take_event, model) >= 0);
		source->ops->clock(source, &now_ns, &wall_ns);
		if (pace & PACE_HOLD)
			source->recorded->hold(source, i % 4);
	}
}

static void show(struct source *source, struct model *model, struct filterspec *spec,
		 struct show *show)
{
	show->model = model;
	show->spec = spec;
	show->host = source->host;
	show->ctx.names = names_new(source);
	fuzz_require(show->ctx.names);
	source->ops->clock(source, &show->ctx.now_ns, &show->ctx.boot_to_wall_ns);
	fuzz_require(!source->ops->counts(source, &show->counts));
	filterspec_inherit(spec, source->recorded->asked(source));
	show_all(show);
	names_free(show->ctx.names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct filterspec spec;
	struct fuzz fuzz = { data, size };
	enum form form = fuzz_byte(&fuzz) % FORMS;
	uint8_t pace = fuzz_byte(&fuzz);
	struct source_replay how = { pace & PACE_SLOW ? 0.01 : 0, pace & PACE_SHORT ? 1.5 : 0 };
	struct show shown = { 0 };
	struct source *source;
	struct model *model;
	char path[64], error[256] = "";
	int fd;

	show_take(&shown, &fuzz);
	fd = make_file(form, pace & PACE_LONG, &fuzz);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	source = source_replay_open(path, &how, error, sizeof(error));
	if (source) {
		model = model_new(ROWS_MAX);
		fuzz_require(model);
		filterspec_clear(&spec);
		play(source, model, &spec, pace);
		show(source, model, &spec, &shown);
		model_free(model);
		source->ops->close(source);
	} else {
		fuzz_require(fuzz_is_sentence(error));
	}
	close(fd);
	return 0;
}
