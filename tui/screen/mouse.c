/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "actions.h"
#include "mouse.h"

#define WHEEL_ROWS 3

static void wheel(struct ui *ui, const struct view_hit *hit, int step)
{
	if (hit->part == PART_PAGE)
		view_move(&ui->view, step);
	else
		view_select(&ui->view, hit->pane, ui->view.panes[hit->pane].selected + step);
}

/* The column that is sorted by already turns round. */
static void click_title(struct ui *ui, const struct view_hit *hit)
{
	struct list *list = &ui->view.panes[hit->pane].list;

	if (hit->column == list->sort)
		list->descending = !list->descending;
	else if (hit->column)
		list_choose_sort(list, hit->column->key);
}

/* What a line of a page offers is chosen; a menu of things to tick has the blank for that. */
static void click_page(struct ui *ui, const struct view_hit *hit)
{
	if (!page_click(&ui->page, hit->index))
		return;
	if (!ui->cover->key || !ui->cover->key(ui, ' '))
		action_enter(ui, 0);
}

static void click_pane(struct ui *ui, const struct view_hit *hit, bool twice)
{
	view_focus(&ui->view, hit->pane);
	if (hit->part == PART_HEADER)
		click_title(ui, hit);
	if (hit->part == PART_TITLE && twice)
		action_zoom(ui, 0);
	if (hit->part != PART_BODY || hit->index < 0)
		return;
	view_select(&ui->view, hit->pane, hit->index);
	if (twice)
		action_enter(ui, 0);
}

static void click_key(struct ui *ui, int col)
{
	const struct action *action = keyline_at(&ui->keyline, col);

	if (action)
		action->run(ui, action->arg);
}

void mouse_take(struct ui *ui, struct mouse mouse)
{
	bool turned = mouse.act == MOUSE_WHEEL_UP || mouse.act == MOUSE_WHEEL_DOWN;
	struct view_hit hit;
	bool found = view_hit(&ui->view, mouse.row, mouse.col, &hit);

	/* What is being typed refers to what is selected. */
	if (ui->prompt.open)
		return;
	ui->stale = !turned;
	if (turned && found)
		wheel(ui, &hit, mouse.act == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
	if (turned)
		return;
	if (mouse.row == ui->grid.rows - 1)
		click_key(ui, mouse.col);
	else if (found && hit.part == PART_PAGE)
		click_page(ui, &hit);
	else if (found)
		click_pane(ui, &hit, mouse.act == MOUSE_DOUBLE);
}
