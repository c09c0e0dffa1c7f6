/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Search, and the rows that contain a text. */
#include <stdio.h>
#include "actions.h"

static struct view_pane *focused(struct ui *ui)
{
	return &ui->view.panes[ui->view.focus];
}

/* Nobody would see what becomes of rows under a page. */
static bool rows_covered(struct ui *ui)
{
	if (ui->cover)
		ui_say(ui, ROLE_WARNING, "this is for rows: Esc goes back to them");
	return ui->cover;
}

/* --- search ----------------------------------------------------------------------------------- */

/* What the user found stays selected, also on the first row. */
static void select_found(struct ui *ui, ptrdiff_t index)
{
	view_select(&ui->view, ui->view.focus, index);
	focused(ui)->following = false;
}

static void remember_start(struct ui *ui)
{
	const struct view_pane *pane = focused(ui);

	ui->search_start.search = ui->view.search;
	ui->search_start.selected = pane->selected;
	ui->search_start.selected_id = pane->selected_id;
	ui->search_start.wanted_id = pane->wanted_id;
	ui->search_start.following = pane->following;
}

/* To the row that was selected when the search began, or its place. */
static void return_to_start(struct ui *ui)
{
	const struct search_start *start = &ui->search_start;
	struct view_pane *pane = focused(ui);
	ptrdiff_t index = list_find(&pane->list, start->selected_id);

	view_select(&ui->view, ui->view.focus, index >= 0 ? index : start->selected);
	pane->wanted_id = start->wanted_id;
	pane->following = start->following;
}

/* Selects the next row with the text, from an index on. Says so when that is not just below. */
static void search_rows(struct ui *ui, ptrdiff_t from, int step)
{
	struct view_pane *pane = focused(ui);
	bool wrapped;
	ptrdiff_t index = list_search(&pane->list, &ui->view.search, &ui->ctx, from, step,
				      &wrapped);

	if (index < 0)
		ui_say(ui, ROLE_WARNING, "no row has '%s'", ui->view.search.text);
	else if (from != pane->selected && index == pane->selected)
		ui_say(ui, ROLE_WARNING, "no other row has '%s'", ui->view.search.text);
	else if (wrapped)
		ui_say(ui, ROLE_GOOD, "search wrapped");
	if (index >= 0)
		select_found(ui, index);
}

/* As it is typed: from where it began, so that a letter taken back leads back. */
static void search_changed(void *ctx, int what, const char *text)
{
	struct ui *ui = ctx;

	(void)what;
	search_set(&ui->view.search, text);
	return_to_start(ui);
	if (*text)
		search_rows(ui, focused(ui)->selected, 1);
}

static void search_cancelled(void *ctx, int what)
{
	struct ui *ui = ctx;

	(void)what;
	ui->view.search = ui->search_start.search;
	return_to_start(ui);
}

/* An empty text goes on with the last one, as in less(1). */
static int accept_search(void *ctx, int what, const char *text, char *error, size_t error_cap)
{
	struct ui *ui = ctx;

	(void)error;
	(void)error_cap;
	if (*text) {
		search_changed(ui, what, text);
		return 0;
	}
	search_cancelled(ui, what);
	action_search_next(ui, 1);
	return 0;
}

static const struct prompt_kind search_prompt = {
	.label = "Search",
	.hint = "a text that rows show; empty: the last one again",
	.accept = accept_search,
	.changed = search_changed,
	.cancelled = search_cancelled,
};

void action_search(struct ui *ui, int arg)
{
	(void)arg;
	if (rows_covered(ui))
		return;
	remember_start(ui);
	prompt_open(&ui->prompt, &search_prompt, "", 0);
}

void action_search_next(struct ui *ui, int direction)
{
	if (rows_covered(ui))
		return;
	if (search_on(&ui->view.search))
		search_rows(ui, focused(ui)->selected + direction, direction);
	else
		ui_say(ui, ROLE_WARNING, "nothing is searched for yet");
}

void search_end(struct ui *ui)
{
	search_set(&ui->view.search, "");
}

/* --- row filter ------------------------------------------------------------------------------- */

static int check_row_filter(void *ctx, int what, const char *text, char *error, size_t error_cap)
{
	struct row_filter *filter;
	int err = row_filter_new(text, &filter, error, error_cap);

	(void)ctx;
	(void)what;
	row_filter_free(filter);
	return err;
}

static int accept_row_filter(void *ctx, int pane, const char *text, char *error, size_t error_cap)
{
	struct ui *ui = ctx;
	struct list *list = &ui->view.panes[pane].list;
	int err = list_filter_rows(list, text, error, error_cap);

	if (err)
		return err;
	if (!*text)
		ui_say(ui, ROLE_GOOD, "all rows are shown");
	return 0;
}

static const struct prompt_kind row_filter_prompt = {
	.label = "Rows with",
	.hint = "a text, or a /regex/; empty lifts",
	.accept = accept_row_filter,
	.check = check_row_filter,
};

void action_row_filter(struct ui *ui, int arg)
{
	(void)arg;
	if (rows_covered(ui))
		return;
	prompt_open(&ui->prompt, &row_filter_prompt, row_filter_text(focused(ui)->list.row_filter),
		    ui->view.focus);
}
