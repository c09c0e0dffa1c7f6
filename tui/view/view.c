/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of the screen: panes, selections, scrolling. frame.c draws it. */
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
	pane->selected_id = index < 0 ? 0 : list->pane->id(list->items[index].row);
}

/*
 * After the list changed: the selection stays on its row. On the first row it stays there instead,
 * so that a screen left alone follows what is new.
 */
static void select_again(struct view_pane *pane)
{
	ptrdiff_t index = -1;

	if (pane->following)
		index = 0;
	else if (pane->selected_id)
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
	for (size_t i = 0; i < PANE_COUNT; i++) {
		struct view_pane *pane = &view->panes[i];
		int err;

		if (!all && !is_shown(view, i)) {
			pane->list.n = 0;
			continue;
		}
		err = list_fill(&pane->list, model, filter, ctx);
		select_again(pane);
		if (err)
			return err;
	}
	return 0;
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
	view->layout = LAYOUT_ONE;
	view->focus = pane;
}

void view_split(struct view *view)
{
	view->layout = LAYOUT_SPLIT;
	if (view->focus > PANE_CONNECTIONS)
		view->focus = PANE_CONNECTIONS;
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

	if (view->n_overlay) {
		ptrdiff_t top = (ptrdiff_t)view->overlay_top + step;

		view->overlay_top = top < 0 ? 0 : top;
		return;
	}
	if (last < 0)
		return;
	if (step > last - pane->selected)
		step = last - pane->selected;
	select_index(pane, pane->selected + step);
	pane->following = pane->selected <= 0;
}

const void *view_selected(const struct view *view)
{
	const struct view_pane *pane = &view->panes[view->focus];

	if (pane->selected < 0 || pane->selected >= (ptrdiff_t)pane->list.n)
		return NULL;
	return pane->list.items[pane->selected].row;
}

void view_scroll(struct view *view, int step)
{
	struct view_pane *pane = &view->panes[view->focus];

	if (view->n_overlay)
		return;
	pane->scrolled += step;
	if (pane->scrolled < 0)
		pane->scrolled = 0;
}
