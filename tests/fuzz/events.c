/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records, as the kernel or a recording brings them, into the model and into a stream; the
 * model shown in all ways.
 *
 * Input: a byte for how many rows a table has and for the format of the stream, the clock, then
 * steps: a byte each that says which, and what the step needs.
 */
#include "filterspec.h"
#include "records.h"
#include "show.h"

enum { STEP_RAW = EVENT_KINDS, STEP_FILTER, STEP_SHOW, STEP_CLONE, STEPS };

#define ROWS_MAX  12
#define STEPS_MAX 200

FUZZ_START()

struct run {
	struct model *model;
	struct filterspec spec;
	struct view_context ctx;
	struct stream *stream;
	enum export_format format;
	FILE *file;
	char *text; /* what the stream has written, */
	size_t len; /* when it is closed */
};

static void stream_open(struct run *run)
{
	unsigned kinds;

	fuzz_require(!stream_kinds_parse("all", &kinds, (char[256]){ "" }, 256));
	run->file = open_memstream(&run->text, &run->len);
	fuzz_require(run->file);
	run->stream = stream_new(kinds, run->format, NULL, run->file);
	fuzz_require(run->stream && !stream_start(run->stream, &run->ctx));
}

static void stream_close(struct run *run)
{
	char *rest;

	fuzz_require(!stream_finish(run->stream, &run->ctx));
	stream_free(run->stream);
	fclose(run->file);
	if (run->format != EXPORT_JSON)
		show_check(run->text, run->len, run->format);
	for (char *line = strtok_r(run->text, "\n", &rest); run->format == EXPORT_JSON && line;
	     line = strtok_r(NULL, "\n", &rest))
		show_check(line, strlen(line), EXPORT_JSON);
	free(run->text);
}

static void apply(struct run *run, struct event *event, size_t size)
{
	bool valid = event_valid(event, size);

	fuzz_require((model_apply(run->model, event, size) == 0) == valid);
	fuzz_require(!stream_event(run->stream, event, size, &run->ctx));
	free(event);
}

static void filter(struct run *run, struct fuzz *fuzz)
{
	enum filter_dimension dimension = fuzz_byte(fuzz) % FILTER_DIMENSIONS;
	char *text = fuzz_text(fuzz, fuzz_byte(fuzz)), error[256];

	if (!filterspec_set(&run->spec, dimension, text, error, sizeof(error))) {
		run->spec.filter.follow = *text % 2;
		model_set_filter(run->model, &run->spec.filter);
	}
	free(text);
}

static void show(const struct run *run, struct fuzz *fuzz)
{
	struct show show = { .model = run->model, .spec = &run->spec, .ctx = run->ctx };

	fuzz_bytes(fuzz, show.host.name, sizeof(show.host.name) - 1);
	show_take(&show, fuzz);
	show_all(&show);
}

/* The tables keep their bounds, and what processes count is what their connections add to it. */
static void check(const struct model *model)
{
	size_t n_live = 0;

	fuzz_require(model->execs.n <= model->max_rows);
	fuzz_require(model->conns.n <= model->max_rows);
	fuzz_require(model->processes.n <= model->max_rows);
	fuzz_require(model->remotes.n <= model->max_rows);
	fuzz_require(model->listeners.n <= model->max_rows);
	for (const struct conn_row *row = table_first(&model->conns); row;
	     row = table_next(&model->conns, row))
		n_live += !row->closed_ns;
	fuzz_require(n_live == model->n_live);
	for (const struct process_row *row = table_first(&model->processes); row;
	     row = table_next(&model->processes, row)) {
		uint64_t live = 0;

		for (const struct conn_row *conn = process_conn(model, row, NULL); conn;
		     conn = process_conn(model, row, conn))
			live += conn->passes && !conn->closed_ns;
		fuzz_require(row->traffic.live == live);
		fuzz_require(row->traffic.total >= live);
	}
}

static void step(struct run *run, struct fuzz *fuzz)
{
	unsigned kind = fuzz_byte(fuzz) % STEPS;
	struct model *clone;
	size_t size;

	switch (kind) {
	case STEP_RAW:
		size = fuzz_short(fuzz);
		apply(run, (struct event *)fuzz_piece(fuzz, &size), size);
		break;
	case STEP_FILTER:
		filter(run, fuzz);
		break;
	case STEP_SHOW:
		show(run, fuzz);
		break;
	case STEP_CLONE: /* goes on with a copy, as a screen that pauses */
		clone = model_clone(run->model);
		fuzz_require(clone);
		model_free(run->model);
		run->model = clone;
		break;
	default:
		apply(run, record_take(fuzz, kind, &size), size);
	}
	check(run->model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz fuzz = { data, size };
	struct run *run = calloc(1, sizeof(*run));
	uint8_t how;

	fuzz_require(run);
	how = fuzz_byte(&fuzz);
	run->format = how / ROWS_MAX % (EXPORT_JSON + 1);
	run->model = model_new(1 + how % ROWS_MAX);
	fuzz_require(run->model);
	fuzz_bytes(&fuzz, &run->ctx.now_ns, sizeof(run->ctx.now_ns));
	fuzz_bytes(&fuzz, &run->ctx.boot_to_wall_ns, sizeof(run->ctx.boot_to_wall_ns));
	stream_open(run);
	for (int i = 0; i < STEPS_MAX && fuzz.left; i++)
		step(run, &fuzz);
	show(run, &fuzz);
	stream_close(run);
	model_free(run->model);
	free(run);
	return 0;
}
