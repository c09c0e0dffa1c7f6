/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ui_state.h"

struct ui *ui_new(struct screen *screen, struct source *source, struct model *model,
		  const struct options *options, struct names *names)
{
	struct ui *ui = calloc(1, sizeof(*ui));

	if (!ui)
		return NULL;
	ui->screen = screen;
	ui->source = source;
	ui->model = model;
	ui->names = names;
	ui->options = options;
	ui->filterspec = options->filterspec;
	ui->summary.host = &source->host;
	ui->summary.limits = source->limits;
	ui->summary.failed = options->failed;
	ui->ctx.names = names;
	ui->ctx.numeric = options->numeric;
	ui->ctx.charset = screen_charset(screen);
	view_init(&ui->view);
	for (size_t i = 0; i < PANE_COUNT; i++) {
		if (options->columns)
			list_choose_columns(&ui->view.panes[i].list, options->columns);
		if (options->sort)
			list_choose_sort(&ui->view.panes[i].list, options->sort);
	}
	if (options->has_pane)
		view_show_pane(&ui->view, options->pane);
	model_set_filter(model, &ui->filterspec.filter);
	ui_refresh(ui);
	return ui;
}

void ui_free(struct ui *ui)
{
	if (!ui)
		return;
	view_fini(&ui->view);
	grid_fini(&ui->grid);
	model_free(ui->frozen);
	free(ui);
}

bool ui_done(const struct ui *ui)
{
	return ui->done;
}

void ui_say(struct ui *ui, enum role role, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(ui->message, sizeof(ui->message), format, args);
	va_end(args);
	ui->message_role = role;
}

/* Reads the source's clock, unless the screen is held still. */
static void read_clock(struct ui *ui)
{
	if (!ui->frozen)
		ui->source->ops->clock(ui->source, &ui->ctx.now_ns, &ui->ctx.boot_to_wall_ns);
}

static void update(struct ui *ui, int (*fill)(struct view *, const struct model *,
					      const struct filter *, const struct view_context *))
{
	read_clock(ui);
	if (fill(&ui->view, ui_shown(ui), &ui->filterspec.filter, &ui->ctx))
		ui_say(ui, ROLE_WARNING, "out of memory: not every row is shown");
}

void ui_update(struct ui *ui)
{
	update(ui, view_update);
}

void ui_update_all(struct ui *ui)
{
	update(ui, view_update_all);
}

int ui_set_filter(struct ui *ui, const struct filterspec *filterspec)
{
	int err = ui->source->ops->set_filter(ui->source, &filterspec->filter);

	if (err) {
		ui_say(ui, ROLE_WARNING, "the filter could not be changed: %s", strerror(-err));
		return err;
	}
	ui->filterspec = *filterspec;
	model_set_filter(ui->model, &filterspec->filter);
	if (ui->frozen)
		model_set_filter(ui->frozen, &filterspec->filter);
	ui_refresh(ui);
	return 0;
}

/* --- input ------------------------------------------------------------------------------------ */

static void take_key(struct ui *ui, int key)
{
	const struct action *action;

	ui->message[0] = '\0';
	if (ui->prompt.open) {
		prompt_key(&ui->prompt, key, ui);
		return;
	}
	action = action_find(key);
	if (action)
		action->run(ui, action->arg);
}

void ui_input(struct ui *ui)
{
	int key;

	while (!ui->done && (key = screen_key(ui->screen)) != 0) {
		if (key < 0) {
			ui->done = true;
			return;
		}
		take_key(ui, key);
	}
	ui_update(ui);
	ui_draw(ui);
}

void ui_resize(struct ui *ui)
{
	screen_resized(ui->screen);
	ui_draw(ui);
}

/* --- refreshing ------------------------------------------------------------------------------- */

static void take_sample(void *ctx, const struct event *event, size_t size)
{
	struct ui *ui = ctx;

	model_apply(ui->model, event, size);
}

/* Events that happened and were to be seen. */
static uint64_t conns_of(const struct source_counts *counts)
{
	return counts->kinds[EVENT_OPEN].seen + counts->kinds[EVENT_OPEN].lost;
}

static uint64_t execs_of(const struct source_counts *counts)
{
	return counts->kinds[EVENT_EXEC].seen + counts->kinds[EVENT_EXEC].lost;
}

static void take_rates(struct ui *ui, uint64_t now_ns)
{
	double seconds = (now_ns - ui->rated_ns) / 1e9;

	/* A refresh for a key, soon after another: too short to tell a rate. */
	if (ui->rated_ns && seconds < 0.09)
		return;
	if (ui->rated_ns) {
		ui->summary.execs_rate = (execs_of(&ui->counts) - execs_of(&ui->rated)) / seconds +
					 0.5;
		ui->summary.conns_rate = (conns_of(&ui->counts) - conns_of(&ui->rated)) / seconds +
					 0.5;
	}
	ui->rated = ui->counts;
	ui->rated_ns = now_ns;
}

static uint64_t rows_evicted(const struct model *model)
{
	uint64_t evicted = model->evicted_rows;

	for (int kind = 0; kind < EVENT_KINDS; kind++)
		evicted += model->evicted[kind];
	return evicted;
}

static void take_counts(struct ui *ui, uint64_t now_ns)
{
	/* While the screen is held still, so are they. */
	if (ui->frozen || ui->source->ops->counts(ui->source, &ui->counts))
		return;
	ui->summary.lost = source_counts_lost(&ui->counts) + ui->model->dropped;
	ui->summary.evicted = rows_evicted(ui->model);
	take_rates(ui, now_ns);
}

void ui_refresh(struct ui *ui)
{
	int64_t boot_to_wall_ns;
	uint64_t now_ns;
	int err;

	ui->source->ops->clock(ui->source, &now_ns, &boot_to_wall_ns);
	err = ui->source->ops->sample(ui->source, take_sample, ui);
	if (!err)
		model_expire(ui->model, now_ns);
	else
		ui_say(ui, ROLE_WARNING, "no figures of connections: %s", strerror(-err));
	take_counts(ui, now_ns);
	ui_update(ui);
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* The bottom line while nothing is asked or said: keys, the most useful first, as many as fit. */
static void draw_key_line(struct ui *ui, int row)
{
	struct grid *grid = &ui->grid;
	char keys[HELP_KEYS_MAX];
	int col = 0;

	grid_fill(grid, row, 0, grid->cols, ROLE_LABEL);
	for (size_t i = 0; i < n_actions; i++) {
		const struct action *action = &actions[i];
		int key_width, width;

		if (!action->label)
			continue;
		keycode_name(action->keys[0], keys, sizeof(keys));
		key_width = strlen(keys);
		width = key_width + 1 + strlen(action->label);
		if (col + width > grid->cols)
			break;
		grid_puts(grid, row, col, key_width, keys, ROLE_KEY);
		grid_puts(grid, row, col + key_width + 1, width, action->label, ROLE_LABEL);
		col += width + 2;
	}
}

static void draw_bottom(struct ui *ui, int *cursor_row, int *cursor_col)
{
	int row = ui->grid.rows - 1;

	*cursor_row = -1;
	if (ui->grid.rows < VIEW_ROWS_MIN || ui->grid.cols < VIEW_COLS_MIN)
		return;
	if (ui->prompt.open) {
		*cursor_row = row;
		prompt_draw(&ui->prompt, &ui->grid, row, cursor_col);
	} else if (*ui->message) {
		grid_fill(&ui->grid, row, 0, ui->grid.cols, ui->message_role);
		grid_puts(&ui->grid, row, 0, ui->grid.cols, ui->message, ui->message_role);
	} else {
		draw_key_line(ui, row);
	}
}

void ui_draw(struct ui *ui)
{
	int rows, cols, cursor_row, cursor_col = 0;

	screen_size(ui->screen, &rows, &cols);
	if ((rows != ui->grid.rows || cols != ui->grid.cols) &&
	    grid_init(&ui->grid, rows, cols, ui->ctx.charset))
		return;
	ui->summary.paused = ui->frozen;
	view_draw(&ui->view, &ui->grid, ui_shown(ui), &ui->summary, &ui->filterspec, &ui->ctx);
	draw_bottom(ui, &cursor_row, &cursor_col);
	screen_show(ui->screen, &ui->grid, cursor_row, cursor_col);
}
