/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --stream: a line an event. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "export.h"
#include "loop.h"
#include "outlet.h"
#include "run.h"
#include "run_output.h"

struct stream_run {
	struct source *source;
	struct stream *stream;
	struct view_context ctx;
	struct outlet outlet;
	bool accepts; /* are wanted */
	bool recording;
	int owners_err; /* of finding who accepted, the first */
	int err;	/* of the output, the first */
};

static void stream_take(void *ctx, const struct event *event, size_t size)
{
	struct stream_run *run = ctx;

	if (!run->err)
		run->err = stream_event(run->stream, event, size, &run->ctx);
}

/* Also the clock's: a step of the wall clock shows in what follows. */
static int stream_flush(struct stream_run *run)
{
	if (!run->err)
		run->err = outlet_flush(&run->outlet);
	run->source->ops->clock(run->source, &run->ctx.now_ns, &run->ctx.boot_to_wall_ns);
	return run->err;
}

/* Where the kernel does not tell at once who accepted, it is asked. */
static void note_owners(struct stream_run *run, int err)
{
	if (!run->owners_err)
		run->owners_err = err;
}

static int stream_turn(void *ctx)
{
	struct stream_run *run = ctx;

	note_owners(run, run->accepts ? run->source->ops->find_owners(run->source) : 0);
	return stream_flush(ctx);
}

/* A recording is to show figures of the living and counts, too: nobody here needs them. */
static int stream_refresh(void *ctx)
{
	struct stream_run *run = ctx;
	struct source *source = run->source;
	struct source_counts counts;
	int err = 0;

	if (run->recording)
		err = source->ops->sample(source, stream_take, run);
	if (run->recording && !err)
		err = source->ops->counts(source, &counts);
	return err ? err : stream_turn(ctx);
}

static bool stream_done(void *ctx)
{
	struct stream_run *run = ctx;

	return run->err;
}

static const struct loop_handler stream_handler = {
	.event = stream_take,
	.batch = stream_turn,
	.refresh = stream_refresh,
	.done = stream_done,
	.ends_with_source = true,
};

/* Where the lines go: its descriptor, or -errno. */
static int open_output(const struct options *options)
{
	int flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
	int fd;

	if (!output_is_file(options))
		return STDOUT_FILENO;
	fd = open(options->output, flags | (options->force ? O_TRUNC : O_EXCL), 0600);
	if (fd < 0)
		return -errno;
	return fd;
}

/* "12 events lost (exec 10, close 2)" */
static void report_lost(const struct source_counts *counts, uint64_t lost)
{
	const char *before = " (";

	fprintf(stderr, "conntop: %" PRIu64 " event%s lost", lost, lost == 1 ? "" : "s");
	for (int kind = 0; kind < EVENT_KINDS; kind++) {
		const char *name = event_kind_name(kind);

		if (!name || !counts->kinds[kind].lost)
			continue;
		fprintf(stderr, "%s%s %llu", before, name, counts->kinds[kind].lost);
		before = ", ";
	}
	fputs(*before == ',' ? ")\n" : "\n", stderr);
}

/* What the stream could not tell. */
static void report_losses(const struct stream_run *run)
{
	struct source_counts counts;
	uint64_t lost;

	if (run->owners_err)
		fprintf(stderr, "conntop: who accepted could not be looked up: %s\n",
			strerror(-run->owners_err));
	if (run->source->ops->counts(run->source, &counts))
		return;
	lost = source_counts_lost(&counts) - counts.missed;
	if (lost)
		report_lost(&counts, lost);
	/* Nobody knows what they were: the filter never saw them. */
	if (counts.missed)
		fprintf(stderr, "conntop: %" PRIu64 " missed by the kernel, before any filter\n",
			counts.missed);
}

/* A pipe whose reader has left is known at once, not only when there is something to write. */
static int watched_output(const struct options *options)
{
	struct stat stat;

	if (output_is_file(options) || fstat(STDOUT_FILENO, &stat) || !S_ISFIFO(stat.st_mode))
		return -1;
	return STDOUT_FILENO;
}

/* What was found out about owners at the very end. */
static int take_last(struct stream_run *run)
{
	int n = 0;

	note_owners(run, run->accepts ? source_find_rest(run->source) : 0);
	if (run->accepts)
		n = run->source->ops->drain(run->source, true, stream_take, run);
	return n < 0 ? n : run->err;
}

static int stream_loop(struct stream_run *run, const struct options *options)
{
	struct loop_times times = { options->delay_s,
				    run->source->recorded ? 0 : options->duration_s };
	int err;

	stream_flush(run); /* reads the clock */
	run->err = stream_start(run->stream, &run->ctx);
	err = run->err ? run->err : source_find_rest(run->source);
	if (!err)
		err = stream_refresh(run);
	if (err)
		return err;
	err = loop_run(run->source, &stream_handler, run, watched_output(options), &times);
	outlet_leave(&run->outlet);
	if (!err)
		err = take_last(run);
	if (!err)
		err = stream_flush(run); /* and reads the clock of the end */
	if (!err)
		err = stream_finish(run->stream, &run->ctx);
	if (!err)
		err = stream_flush(run);
	return err;
}

static int stream_to(struct stream_run *run, const struct options *options, int fd)
{
	int err = outlet_open(&run->outlet, fd), close_err;

	if (err)
		return err;
	if (run->accepts && *run->source->limits)
		fprintf(stderr, "conntop: %s\n", run->source->limits);
	run->stream = stream_new(options->stream_kinds, options->format, options->columns,
				 run->outlet.file);
	err = run->stream ? stream_loop(run, options) : -ENOMEM;
	close_err = outlet_close(&run->outlet);
	report_losses(run);
	stream_free(run->stream);
	return err ? err : close_err;
}

int run_stream(struct source *source, const struct options *options, struct names *names,
	       char *error, size_t error_cap)
{
	struct stream_run run = {
		.source = source,
		.accepts = options->stream_kinds & 1U << EVENT_ACCEPT,
		.recording = options->record,
	};
	int fd = open_output(options), err = fd;

	run.ctx.names = names;
	run.ctx.numeric = options->numeric;
	run.ctx.charset = output_charset(options);
	if (fd >= 0)
		err = stream_to(&run, options, fd);
	if (fd >= 0 && output_is_file(options) && close(fd) && !err)
		err = -errno;
	return err ? output_fail(err, options, error, error_cap) : 0;
}
