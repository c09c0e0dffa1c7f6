/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys that change what is seen of it: rows, panes, order, the screen itself. */
#include <string.h>
#include "actions.h"

/* --- moving ----------------------------------------------------------------------------------- */

void action_move(struct ui *ui, int step)
{
	view_move(&ui->view, step);
}

/* In halves of a page. */
void action_page(struct ui *ui, int halves)
{
	int body = ui->cover ? ui->page.body : ui->view.panes[ui->view.focus].body;
	int step = body * halves / 2;

	view_move(&ui->view, step ? step : (halves > 0 ? 1 : -1));
}

void action_end(struct ui *ui, int direction)
{
	view_move(&ui->view, (ptrdiff_t)direction * (1 << 30));
}

void action_scroll(struct ui *ui, int step)
{
	view_scroll(&ui->view, step);
}

/* --- panes and order -------------------------------------------------------------------------- */

void action_tab(struct ui *ui, int arg)
{
	(void)arg;
	view_next_pane(&ui->view);
}

void action_split(struct ui *ui, int arg)
{
	(void)arg;
	view_split(&ui->view);
}

void action_pane(struct ui *ui, int pane)
{
	view_show_pane(&ui->view, pane);
}

void action_zoom(struct ui *ui, int arg)
{
	(void)arg;
	if (view_alone(&ui->view))
		view_split(&ui->view);
	else
		view_show_pane(&ui->view, ui->view.focus);
}

void action_sort(struct ui *ui, int step)
{
	list_move_sort(&ui->view.panes[ui->view.focus].list, step);
}

void action_invert(struct ui *ui, int arg)
{
	struct list *list = &ui->view.panes[ui->view.focus].list;

	(void)arg;
	list->descending = !list->descending;
}

/* --- the screen ------------------------------------------------------------------------------- */

void action_pause(struct ui *ui, int arg)
{
	struct model *frozen = ui->frozen;

	(void)arg;
	if (ui->source->recorded) {
		ui->held = !ui->held;
		ui->source->recorded->hold(ui->source, ui->held);
		return;
	}
	if (frozen) {
		ui->frozen = NULL;
		ui_update(ui); /* the lists point into what is freed now */
		model_free(frozen);
		return;
	}
	ui_refresh(ui);
	ui->frozen = model_clone(ui->model);
	if (!ui->frozen)
		ui_say(ui, ROLE_WARNING, "out of memory: not paused");
}

void action_names(struct ui *ui, int arg)
{
	(void)arg;
	ui->ctx.numeric = !ui->ctx.numeric;
	ui_say(ui, ROLE_GOOD, ui->ctx.numeric ? "numbers are shown" : "names are shown");
}

void action_redraw(struct ui *ui, int arg)
{
	(void)arg;
	screen_redraw(ui->screen);
}

void action_suspend(struct ui *ui, int arg)
{
	(void)arg;
	ui_suspend(ui);
}

void action_quit(struct ui *ui, int arg)
{
	(void)arg;
	ui->done = true;
}
