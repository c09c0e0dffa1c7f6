/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Execs under their parents. */
#include "actions.h"

void action_tree(struct ui *ui, int arg)
{
	struct list *list = &ui->view.panes[PANE_EXECS].list;
	bool on = ui->view.focus != PANE_EXECS || !list->tree;

	(void)arg;
	if (ui->cover)
		return;
	view_focus(&ui->view, PANE_EXECS);
	if (list_set_tree(list, on))
		ui_say(ui, ROLE_WARNING, "out of memory: no tree");
}

void action_fold(struct ui *ui, int fold)
{
	struct view_pane *pane = &ui->view.panes[PANE_EXECS];
	ptrdiff_t index;

	if (ui->cover)
		return;
	if (ui->view.focus != PANE_EXECS || !pane->list.tree) {
		ui_say(ui, ROLE_WARNING, "only a tree folds: t shows execs as one");
		return;
	}
	index = list_fold(&pane->list, pane->selected, fold);
	if (index < 0)
		return;
	view_select(&ui->view, PANE_EXECS, index);
}
