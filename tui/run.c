/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modes without a screen: what the loop's events are used for. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "export.h"
#include "loop.h"
#include "run.h"

#define STREAM_BUFFER 65536

static int fail(int err, const char *what, char *error, size_t error_cap)
{
	/* Who reads a pipe may leave: that is an end like any other. */
	if (err == -EPIPE) {
		*error = '\0';
		return 0;
	}
	snprintf(error, error_cap, "%s: %s", what, strerror(-err));
	return err;
}

static bool to_file(const struct options *options)
{
	return options->output && strcmp(options->output, "-");
}

static const char *output_name(const struct options *options)
{
	return to_file(options) ? options->output : "standard output";
}

/* A terminal of another charset is not sent UTF-8; files and pipes always are, unless told. */
static enum charset output_charset(const struct options *options)
{
	bool foreign = !to_file(options) && isatty(STDOUT_FILENO) &&
		       strcmp(nl_langinfo(CODESET), "UTF-8");

	return options->ascii || foreign ? CHARSET_ASCII : CHARSET_UTF8;
}

/* --- once ------------------------------------------------------------------------------------- */

static void once_event(void *ctx, const struct event *event, size_t size)
{
	model_apply(ctx, event, size);
}

static const struct loop_handler once_handler = { .event = once_event };

/* The lists of a snapshot, as the command line wants them. */
static int fill_lists(struct list *lists, const struct model *model, const struct options *options,
		      const struct view_context *ctx)
{
	int err = 0;

	for (size_t i = 0; i < PANE_COUNT; i++) {
		list_init(&lists[i], &panes[i]);
		if (options->columns)
			list_choose_columns(&lists[i], options->columns);
		if (options->sort)
			list_choose_sort(&lists[i], options->sort);
		if (!err)
			err = list_fill(&lists[i], model, &options->filterspec.filter, ctx);
	}
	return err;
}

static int write_snapshot(const struct snapshot *snapshot, const struct options *options)
{
	if (to_file(options))
		return snapshot_save(snapshot, options->format, options->output);
	return snapshot_write(snapshot, options->format, stdout);
}

/* The figures of the end; a connection that ends while they are taken has its last ones, too. */
static int sample_end(struct source *source, struct model *model)
{
	int err = source->ops->sample(source, once_event, model);
	int n = err ? err : source->ops->drain(source, true, once_event, model);

	return n < 0 ? n : 0;
}

static int snapshot_model(struct source *source, struct model *model, const struct options *options,
			  struct names *names)
{
	struct view_context ctx = { .names = names, .numeric = options->numeric };
	struct list lists[PANE_COUNT];
	struct source_counts counts;
	struct snapshot snapshot = {
		.host = &source->host,
		.counts = &counts,
		.evicted = model->evicted,
		.filterspec = &options->filterspec,
		.ctx = &ctx,
		.lists = lists,
		.pane = options->pane,
		.one_pane = options->has_pane,
	};
	int err;

	ctx.charset = output_charset(options);
	source->ops->clock(source, &ctx.now_ns, &ctx.boot_to_wall_ns);
	err = sample_end(source, model);
	if (err)
		return err;
	model_expire(model, ctx.now_ns);
	err = source->ops->counts(source, &counts);
	if (err)
		return err;
	err = fill_lists(lists, model, options, &ctx);
	if (!err)
		err = write_snapshot(&snapshot, options);
	for (size_t i = 0; i < PANE_COUNT; i++)
		list_fini(&lists[i]);
	return err;
}

int run_once(struct source *source, const struct options *options, char *error, size_t error_cap)
{
	struct loop_times times = { options->delay_s, options->duration_s };
	struct model *model = model_new(options->max_rows);
	struct names *names = names_new();
	int err = -ENOMEM;

	if (model && names) {
		model_set_filter(model, &options->filterspec.filter);
		err = source->ops->sample(source, once_event, model); /* rates count from here */
	}
	if (!err)
		err = loop_run(source, &once_handler, model, -1, &times);
	if (!err)
		err = snapshot_model(source, model, options, names);
	names_free(names);
	model_free(model);
	return err ? fail(err, output_name(options), error, error_cap) : 0;
}

/* --- stream ----------------------------------------------------------------------------------- */

struct stream_run {
	struct source *source;
	struct stream *stream;
	struct view_context ctx;
	FILE *out;
	bool accepts;	/* are wanted */
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
	if (!run->err && fflush(run->out))
		run->err = -errno;
	run->source->ops->clock(run->source, &run->ctx.now_ns, &run->ctx.boot_to_wall_ns);
	return run->err;
}

/* Where the kernel does not tell at once who accepted, it is asked. */
static void find_owners(struct stream_run *run)
{
	int err = run->accepts ? run->source->ops->find_owners(run->source) : 0;

	if (!run->owners_err)
		run->owners_err = err;
}

static int stream_turn(void *ctx)
{
	find_owners(ctx);
	return stream_flush(ctx);
}

static bool stream_done(void *ctx)
{
	struct stream_run *run = ctx;

	return run->err;
}

static const struct loop_handler stream_handler = {
	.event = stream_take,
	.batch = stream_turn,
	.refresh = stream_turn,
	.done = stream_done,
};

static FILE *open_output(const struct options *options)
{
	FILE *out;
	int fd;

	if (!to_file(options))
		return stdout;
	fd = open(options->output, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return NULL;
	out = fdopen(fd, "w");
	if (!out)
		close(fd);
	return out;
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
static int watched_output(FILE *out)
{
	struct stat stat;

	return !fstat(fileno(out), &stat) && S_ISFIFO(stat.st_mode) ? fileno(out) : -1;
}

/* What was found out about owners at the very end. */
static int take_last(struct stream_run *run)
{
	int n = 0;

	find_owners(run);
	if (run->accepts)
		n = run->source->ops->drain(run->source, true, stream_take, run);
	return n < 0 ? n : run->err;
}

static int stream_loop(struct stream_run *run, const struct options *options)
{
	struct loop_times times = { options->delay_s, options->duration_s };
	int err;

	stream_flush(run); /* reads the clock */
	run->err = stream_start(run->stream, &run->ctx);
	err = stream_flush(run);
	if (err)
		return err;
	err = loop_run(run->source, &stream_handler, run, watched_output(run->out), &times);
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

int run_stream(struct source *source, const struct options *options, char *error, size_t error_cap)
{
	struct stream_run run = {
		.source = source,
		.accepts = options->stream_kinds & 1U << EVENT_ACCEPT,
	};
	struct names *names = names_new();
	int err;

	run.ctx.names = names;
	run.ctx.numeric = options->numeric;
	run.ctx.charset = output_charset(options);
	run.out = open_output(options);
	if (!run.out) {
		err = -errno;
		goto out;
	}
	setvbuf(run.out, NULL, _IOFBF, STREAM_BUFFER);
	if (run.accepts && *source->limits)
		fprintf(stderr, "conntop: %s\n", source->limits);
	run.stream = stream_new(options->stream_kinds, options->format, options->columns, run.out);
	err = run.stream ? stream_loop(&run, options) : -ENOMEM;
	if (run.out != stdout && fclose(run.out) && !err)
		err = -errno;
	report_losses(&run);
out:
	stream_free(run.stream);
	names_free(names);
	return err ? fail(err, output_name(options), error, error_cap) : 0;
}
