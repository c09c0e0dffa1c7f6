/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --once: a snapshot of what a while has shown. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include "export.h"
#include "loop.h"
#include "run.h"
#include "run_output.h"

struct once {
	struct source *source;
	struct model *model;
};

static void once_event(void *ctx, const struct event *event, size_t size)
{
	struct once *once = ctx;

	model_apply(once->model, event, size);
}

/* What is recorded has times and counts; figures of the living are those of both ends, as here. */
static int once_refresh(void *ctx)
{
	struct source *source = ((struct once *)ctx)->source;
	struct source_counts counts;
	int64_t boot_to_wall_ns;
	uint64_t now_ns;

	source->ops->clock(source, &now_ns, &boot_to_wall_ns);
	return source->ops->counts(source, &counts);
}

/* The lists of a snapshot, as the command line wants them. */
static int fill_lists(struct list *lists, const struct model *model, const struct options *options,
		      const struct filter *filter, const struct view_context *ctx)
{
	int err = 0;

	for (size_t i = 0; i < PANE_COUNT; i++) {
		list_init(&lists[i], &panes[i]);
		if (options->columns)
			list_choose_columns(&lists[i], options->columns);
		if (options->sort)
			list_choose_sort(&lists[i], options->sort);
		if (!err)
			err = list_fill(&lists[i], model, filter, ctx);
	}
	return err;
}

static int write_snapshot(const struct snapshot *snapshot, const struct options *options)
{
	if (output_is_file(options))
		return snapshot_save(snapshot, options->format, options->output, options->force);
	return snapshot_write(snapshot, options->format, stdout);
}

/* The screen counts it as lost; here nobody would know. */
static void report_dropped(const struct model *model)
{
	if (model->dropped)
		fprintf(stderr,
			"conntop: not all is shown: %" PRIu64
			" times there was no memory, or a record was malformed\n",
			model->dropped);
}

/* The figures of the end; a connection that ends while they are taken has its last ones, too. */
static int sample_end(struct once *once)
{
	struct source *source = once->source;
	int err = source_find_rest(source), n;

	if (!err)
		err = source->ops->sample(source, once_event, once);
	if (!err && once->model->missed) /* gone, or only passed over? */
		err = source->ops->sample(source, once_event, once);
	n = err ? err : source->ops->drain(source, true, once_event, once);

	return n < 0 ? n : 0;
}

static int snapshot_model(struct once *once, const struct options *options, struct names *names)
{
	struct source *source = once->source;
	struct model *model = once->model;
	struct view_context ctx = { .names = names, .numeric = options->numeric };
	struct filterspec filterspec = options->filterspec;
	struct list lists[PANE_COUNT];
	struct source_counts counts;
	struct snapshot snapshot = {
		.host = &source->host,
		.counts = &counts,
		.evicted = model->evicted,
		.filterspec = &filterspec,
		.ctx = &ctx,
		.lists = lists,
		.pane = options->pane,
		.one_pane = options->has_pane,
	};
	int err;

	ctx.charset = output_charset(options);
	source->ops->clock(source, &ctx.now_ns, &ctx.boot_to_wall_ns);
	err = sample_end(once);
	if (err)
		return err;
	err = source->ops->counts(source, &counts);
	if (err)
		return err;
	if (options->filters_recorded)
		filterspec_inherit(&filterspec, source->recorded->asked(source));
	err = fill_lists(lists, model, options, &filterspec.filter, &ctx);
	if (!err)
		err = write_snapshot(&snapshot, options);
	for (size_t i = 0; i < PANE_COUNT; i++)
		list_fini(&lists[i]);
	report_dropped(model);
	return err;
}

int run_once(struct source *source, const struct options *options, struct names *names, char *error,
	     size_t error_cap)
{
	struct loop_times times = { options->delay_s, source->recorded ? 0 : options->duration_s };
	struct loop_handler handler = { .event = once_event, .ends_with_source = true };
	struct once once = { source, model_new(options->max_rows) };
	int err = -ENOMEM;

	if (options->record)
		handler.refresh = once_refresh;
	if (once.model)
		err = source_find_rest(source);
	if (!err) {
		model_set_filter(once.model, &options->filterspec.filter);
		err = source->ops->sample(source, once_event, &once); /* rates count from here */
	}
	if (!err)
		err = loop_run(source, &handler, &once, -1, &times);
	if (!err)
		err = snapshot_model(&once, options, names);
	model_free(once.model);
	return err ? output_fail(err, options, error, error_cap) : 0;
}
