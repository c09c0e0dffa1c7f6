/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of the screen: panes, selections, scrolling. frame.c draws it. */
#include <errno.h>
#include <string.h>
#include "view.h"

void view_init(struct view *view)
{
	memset(view, 0, sizeof(*view));
	for (size_t i = 0; i < PANE_COUNT; i++) {
		list_init(&view->panes[i].list, &panes[i]);
		view->panes[i].selected = -1;
		view->panes[i].following = true;
	}
}

void view_fini(struct view *view)
{
	for (size_t i = 0; i < PANE_COUNT; i++)
		list_fini(&view->panes[i].list);
}

/* The row at an index becomes the selected one; the index is kept within the list. */
static void select_index(struct view_pane *pane, ptrdiff_t index)
{
	const struct list *list = &pane->list;

	if (index >= (ptrdiff_t)list->n)
		index = list->n - 1;
	if (index < 0)
		index = list->n ? 0 : -1;
	pane->selected = index;
	pane->selected_id = index < 0 ? 0 : table_id(list_row(list, index));
}

/* The same, by the user's wish. */
static void choose_index(struct view_pane *pane, ptrdiff_t index)
{
	select_index(pane, index);
	pane->wanted_id = pane->selected_id;
	pane->following = pane->selected <= 0;
}

/*
 * After the list changed: the selection stays on its row. While that is not listed, another stands
 * in for it: the one in its place. On the first row it stays there instead, so that a screen left
 * alone follows what is new.
 */
static void select_again(struct view_pane *pane)
{
	ptrdiff_t index = -1;

	if (pane->following)
		index = 0;
	else if (pane->wanted_id)
		index = list_find(&pane->list, pane->wanted_id);
	if (index < 0 && pane->selected_id)
		index = list_find(&pane->list, pane->selected_id);
	select_index(pane, index >= 0 ? index : pane->selected);
}

bool view_alone(const struct view *view)
{
	return view->layout == LAYOUT_ONE || view->focus > PANE_CONNECTIONS;
}

static bool is_shown(const struct view *view, enum pane_id id)
{
	return view_alone(view) ? id == view->focus : id <= PANE_CONNECTIONS;
}

static int update(struct view *view, const struct model *model, const struct filter *filter,
		  const struct view_context *ctx, bool all)
{
	int err = 0;

	view->model = model;
	for (size_t i = 0; i < PANE_COUNT; i++) {
		struct view_pane *pane = &view->panes[i];

		if (!all && !is_shown(view, i)) {
			pane->list.n = 0;
			continue;
		}
		/* The others, too, without memory: what their rows are of may be freed next. */
		if (list_fill(&pane->list, model, filter, ctx))
			err = -ENOMEM;
		select_again(pane);
	}
	view_mark(view);
	return err;
}

int view_update(struct view *view, const struct model *model, const struct filter *filter,
		const struct view_context *ctx)
{
	return update(view, model, filter, ctx, false);
}

int view_update_all(struct view *view, const struct model *model, const struct filter *filter,
		    const struct view_context *ctx)
{
	return update(view, model, filter, ctx, true);
}

void view_show_pane(struct view *view, enum pane_id pane)
{
	if (!view_alone(view))
		view->split_focus = view->focus;
	view->layout = LAYOUT_ONE;
	view->focus = pane;
}

void view_focus(struct view *view, enum pane_id pane)
{
	if (is_shown(view, pane))
		view->focus = pane;
	else
		view_show_pane(view, pane);
}

void view_split(struct view *view)
{
	view->layout = LAYOUT_SPLIT;
	if (view->focus > PANE_CONNECTIONS)
		view->focus = view->split_focus;
}

void view_next_pane(struct view *view)
{
	size_t n = view_alone(view) ? PANE_COUNT : PANE_CONNECTIONS + 1;

	view->focus = (view->focus + 1) % n;
}

void view_move(struct view *view, ptrdiff_t step)
{
	struct view_pane *pane = &view->panes[view->focus];
	ptrdiff_t last = (ptrdiff_t)pane->list.n - 1;

	if (view->page) {
		page_move(view->page, step);
		return;
	}
	if (last < 0)
		return;
	if (step > last - pane->selected)
		step = last - pane->selected;
	choose_index(pane, pane->selected + step);
}

void view_select(struct view *view, enum pane_id pane, ptrdiff_t index)
{
	if (view->panes[pane].list.n)
		choose_index(&view->panes[pane], index);
}

bool view_rows_filtered(const struct view *view)
{
	for (size_t i = 0; i < PANE_COUNT; i++)
		if (view->panes[i].list.row_filter)
			return true;
	return false;
}

void view_lift_row_filters(struct view *view)
{
	char error[1];

	for (size_t i = 0; i < PANE_COUNT; i++)
		list_filter_rows(&view->panes[i].list, "", error, sizeof(error));
}

const void *view_selected(const struct view *view)
{
	const struct view_pane *pane = &view->panes[view->focus];

	if (pane->selected < 0 || pane->selected >= (ptrdiff_t)pane->list.n)
		return NULL;
	return list_row(&pane->list, pane->selected);
}

void view_scroll(struct view *view, int step)
{
	struct view_pane *pane = &view->panes[view->focus];

	if (view->page)
		return;
	pane->scrolled += step;
	if (pane->scrolled < 0)
		pane->scrolled = 0;
}
