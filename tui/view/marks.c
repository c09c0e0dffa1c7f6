/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Marks: what belongs to the process that is selected in the focused pane, in the other panes. */
#include "view.h"

static struct process_key key_of(const struct owner *owner)
{
	if (!owner->pid)
		return (struct process_key){ .pid = 0 };
	return (struct process_key){ .start_ns = owner->start_ns, .pid = owner->pid };
}

/* Whose row it is, but of a remote. */
static const struct owner *owner_of(enum pane_id pane, const void *row)
{
	if (pane == PANE_CONNECTIONS)
		return ((const struct conn_row *)row)->owner;
	return &((const struct process_row *)row)->owner;
}

static bool is_marked(const struct view *view, const struct owner *owner)
{
	return owner->pid == view->marked.pid && owner->start_ns == view->marked.start_ns;
}

void view_mark(struct view *view)
{
	const void *row = view_selected(view);

	/* A remote is nobody's: many may talk to it. */
	if (!row || view->focus == PANE_REMOTES)
		view->marked = (struct process_key){ .pid = 0 };
	else
		view->marked = key_of(owner_of(view->focus, row));
}

bool view_marks(const struct view *view, enum pane_id pane, const void *row)
{
	const struct conn_row *conn = NULL;

	if (!view->marked.pid || pane == view->focus)
		return false;
	if (pane != PANE_REMOTES)
		return is_marked(view, owner_of(pane, row));
	do
		conn = remote_conn(view->model, row, conn);
	while (conn && !is_marked(view, conn->owner));
	return conn;
}
