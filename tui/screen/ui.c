/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "actions.h"
#include "mouse.h"

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
	ui->delay_s = options->delay_s;
	ui->filterspec = options->filterspec;
	ui->summary.host = &source->host;
	ui->summary.limits = source->limits;
	ui->summary.failed = options->failed;
	ui->ctx.names = names;
	ui->ctx.numeric = options->numeric;
	ui->ctx.charset = screen_charset(screen);
	keymap_init(&ui->keymap);
	view_init(&ui->view);
	for (size_t i = 0; i < PANE_COUNT; i++) {
		if (options->columns)
			list_choose_columns(&ui->view.panes[i].list, options->columns);
		if (options->sort)
			list_choose_sort(&ui->view.panes[i].list, options->sort);
	}
	ui_configure(ui);
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
	cover_close(ui);
	prompt_fini(&ui->prompt);
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

void ui_note_asked(struct ui *ui)
{
	struct source_asked asked = filterspec_asked(&ui->filterspec, ui->summary.failed);

	source_note(ui->source, &asked);
}

int ui_set_filter(struct ui *ui, const struct filterspec *filterspec)
{
	int err = ui->source->ops->set_filter(ui->source, &filterspec->filter);

	if (err) {
		ui_say(ui, ROLE_WARNING, "the filter could not be changed: %s", strerror(-err));
		return err;
	}
	ui->own_filter = true;
	ui->filterspec = *filterspec;
	ui_note_asked(ui);
	model_set_filter(ui->model, &filterspec->filter);
	if (ui->frozen)
		model_set_filter(ui->frozen, &filterspec->filter);
	ui_refresh(ui);
	return 0;
}

/* --- input ------------------------------------------------------------------------------------ */

static void take_paste(struct ui *ui)
{
	size_t len;
	const char *text = screen_paste(ui->screen, &len);

	if (ui->prompt.open)
		prompt_paste(&ui->prompt, text, len);
	else
		ui_say(ui, ROLE_WARNING, "paste ignored: no prompt is open");
}

/* Whether an action leaves the rows as they are. */
static bool only_moves(const struct action *action)
{
	return action->run == action_move || action->run == action_page ||
	       action->run == action_end || action->run == action_scroll;
}

static void take_command(struct ui *ui, int key)
{
	const struct action *action;

	if (ui->cover && ui->cover->key && ui->cover->key(ui, key)) {
		ui->stale = true;
		return;
	}
	action = keymap_find(&ui->keymap, key);
	if (!action)
		return;
	ui->stale = !only_moves(action);
	action->run(ui, action->arg);
}

static void take_key(struct ui *ui, int key)
{
	ui->message[0] = '\0';
	if (key == KEYCODE_PASTE) {
		take_paste(ui);
	} else if (key == KEYCODE_MOUSE) {
		mouse_take(ui, screen_mouse(ui->screen));
	} else if (ui->prompt.open && key == CONTROL('l')) {
		screen_redraw(ui->screen);
	} else if (ui->prompt.open) {
		ui->stale = true;
		prompt_key(&ui->prompt, key, ui);
	} else {
		take_command(ui, key);
	}
}

/*
 * The frame but for its bottom line; it also settles how many rows of the panes and of the page
 * there is room for. False without memory.
 */
static bool draw_frame(struct ui *ui)
{
	int rows, cols;

	screen_size(ui->screen, &rows, &cols);
	if ((rows != ui->grid.rows || cols != ui->grid.cols) &&
	    grid_init(&ui->grid, rows, cols, ui->ctx.charset))
		return false;
	ui->summary.paused = ui_paused(ui);
	ui->summary.replay = ui->source->recorded;
	ui->summary.ended = source_ended(ui->source);
	view_draw(&ui->view, &ui->grid, ui_shown(ui), &ui->summary, &ui->filterspec, &ui->ctx);
	return true;
}

void ui_input(struct ui *ui)
{
	int key;

	while (!ui->done && (key = screen_key(ui->screen)) != 0) {
		if (key < 0) {
			ui->done = true;
			return;
		}
		/* Keys typed ahead are about the rows and pages that those before them lead to. */
		if (ui->stale && !ui->prompt.open) {
			ui_update(ui);
			draw_frame(ui);
		}
		take_key(ui, key);
	}
	prompt_settle(&ui->prompt, ui);
	ui_update(ui);
	ui_draw(ui);
}

void ui_resize(struct ui *ui)
{
	screen_resized(ui->screen);
	ui_draw(ui);
}

void ui_suspend(struct ui *ui)
{
	screen_suspend(ui->screen);
	ui_draw(ui);
}

void ui_resume(struct ui *ui)
{
	screen_resume(ui->screen);
	ui_draw(ui);
}

double ui_delay(const struct ui *ui)
{
	return ui->delay_s;
}

int ui_blocked_fd(const struct ui *ui)
{
	return screen_blocked_fd(ui->screen);
}

void ui_writable(struct ui *ui)
{
	if (screen_flush(ui->screen))
		ui_draw(ui);
}

/* --- drawing ---------------------------------------------------------------------------------- */

static void draw_keys(struct ui *ui, int row)
{
	const struct keyline_state state = {
		.covered = ui->cover,
		.choosing = ui->cover && ui->cover->enter && page_selected(&ui->page),
		.searching = search_on(&ui->view.search),
		.paused = ui_paused(ui),
		.filtered = filterspec_on(&ui->filterspec) || view_rows_filtered(&ui->view),
	};

	keyline_fit(&ui->keyline, &ui->keymap, &state, &ui->grid);
	keyline_draw(&ui->keyline, &ui->grid, row);
}

static void draw_bottom(struct ui *ui, int *cursor_row, int *cursor_col)
{
	int row = ui->grid.rows - 1;

	*cursor_row = -1;
	ui->keyline.n = 0;
	if (ui->grid.rows < VIEW_ROWS_MIN || ui->grid.cols < VIEW_COLS_MIN)
		return;
	if (ui->prompt.open) {
		*cursor_row = row;
		prompt_draw(&ui->prompt, &ui->grid, row, cursor_col);
	} else if (*ui->message) {
		grid_fill(&ui->grid, row, 0, ui->grid.cols, ui->message_role);
		grid_puts(&ui->grid, row, 0, ui->grid.cols, ui->message, ui->message_role);
	} else {
		draw_keys(ui, row);
	}
}

void ui_draw(struct ui *ui)
{
	int cursor_row, cursor_col = 0;

	if (!draw_frame(ui))
		return;
	draw_bottom(ui, &cursor_row, &cursor_col);
	screen_show(ui->screen, &ui->grid, cursor_row, cursor_col);
}
