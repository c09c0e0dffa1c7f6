/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interactive mode: what the loop's events are to the screen. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "loop.h"
#include "run.h"
#include "themes.h"
#include "ui.h"

struct screen_run {
	struct model *model;
	struct ui *ui;
	bool replay;
};

static void screen_event(void *ctx, const struct event *event, size_t size)
{
	struct screen_run *run = ctx;

	model_apply(run->model, event, size);
}

static void screen_expect(void *ctx, const struct event *event, size_t size, unsigned step)
{
	const struct screen_run *run = ctx;

	model_expect(run->model, event, size, step);
}

static int screen_batch(void *ctx)
{
	struct screen_run *run = ctx;

	/* A recording brings its refreshes with it. */
	if (run->replay)
		ui_refresh(run->ui);
	else
		ui_update(run->ui);
	ui_draw(run->ui);
	return 0;
}

static int screen_refresh(void *ctx)
{
	struct screen_run *run = ctx;

	ui_refresh(run->ui);
	ui_draw(run->ui);
	return 0;
}

static void screen_input(void *ctx)
{
	struct screen_run *run = ctx;

	ui_input(run->ui);
}

static void screen_resize(void *ctx)
{
	struct screen_run *run = ctx;

	ui_resize(run->ui);
}

static int screen_blocked(void *ctx)
{
	const struct screen_run *run = ctx;

	return ui_blocked_fd(run->ui);
}

static void screen_writable(void *ctx)
{
	struct screen_run *run = ctx;

	ui_writable(run->ui);
}

static void screen_stop(void *ctx)
{
	struct screen_run *run = ctx;

	ui_suspend(run->ui);
}

static void screen_go_on(void *ctx)
{
	struct screen_run *run = ctx;

	ui_resume(run->ui);
}

static double screen_delay(void *ctx)
{
	const struct screen_run *run = ctx;

	return ui_delay(run->ui);
}

static bool screen_done(void *ctx)
{
	struct screen_run *run = ctx;

	return ui_done(run->ui);
}

static const struct loop_handler screen_handler = {
	.event = screen_event,
	.expect = screen_expect,
	.batch = screen_batch,
	.refresh = screen_refresh,
	.input = screen_input,
	.blocked = screen_blocked,
	.writable = screen_writable,
	.resize = screen_resize,
	.suspend = screen_stop,
	.resume = screen_go_on,
	.delay = screen_delay,
	.done = screen_done,
};

/* NO_COLOR (no-color.org) holds unless colours are asked for outright. */
static bool wants_colors(const struct options *options)
{
	const char *no_color = getenv("NO_COLOR");

	if (options->color == COLOR_AUTO)
		return !no_color || !*no_color;
	return options->color == COLOR_ALWAYS;
}

/* What takes longer is seen a moment after the first frame. */
static int find_rest(struct source *source, struct screen_run *run)
{
	int err = source_find_rest(source);

	if (!source->ops->find_rest || err)
		return err;
	return screen_refresh(run);
}

static int screen_loop(struct source *source, const struct options *options, struct screen *screen,
		       struct names *names)
{
	struct loop_times times = { options->delay_s, source->recorded ? 0 : options->duration_s };
	struct screen_run run = {
		.model = model_new(options->max_rows),
		.replay = source->recorded,
	};
	int err = -ENOMEM;

	if (!run.model)
		goto out;
	run.ui = ui_new(screen, source, run.model, options, names);
	if (!run.ui)
		goto out;
	ui_draw(run.ui);
	err = find_rest(source, &run);
	if (!err)
		err = loop_run(source, &screen_handler, &run, STDIN_FILENO, &times);
out:
	ui_free(run.ui);
	model_free(run.model);
	return err;
}

int run_screen(struct source *source, const struct options *options, struct names *names,
	       char *error, size_t error_cap)
{
	struct screen *screen;
	int err;

	screen = screen_open(&options->themes->theme, wants_colors(options), options->ascii, error,
			     error_cap);
	if (!screen)
		return -ENOTTY;
	err = screen_loop(source, options, screen, names);
	screen_close(screen);
	if (err)
		snprintf(error, error_cap, "the screen ended: %s", strerror(-err));
	return err;
}
