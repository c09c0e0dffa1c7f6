/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The menu of columns: which are shown, and in which order. What is chosen is seen at once. */
#include <stdio.h>
#include <string.h>
#include "actions.h"

static struct list *list_of(struct ui *ui, int pane)
{
	return &ui->view.panes[pane].list;
}

/* --- the columns as text ---------------------------------------------------------------------- */

static int check_columns(void *ctx, int pane, const char *text, char *error, size_t error_cap)
{
	(void)ctx;
	return pane_columns_check(&panes[pane], text, error, error_cap);
}

static int accept_columns(void *ctx, int pane, const char *text, char *error, size_t error_cap)
{
	(void)error, (void)error_cap;
	list_choose_columns(list_of(ctx, pane), text);
	return 0;
}

static void complete_column(void *ctx, int pane, const char *text, size_t cursor,
			    struct candidates *out)
{
	(void)ctx;
	complete_columns(&panes[pane], text, cursor, out);
}

static const struct prompt_kind columns_prompt = {
	.label = "Columns",
	.hint = "such as pid,comm,args",
	.accept = accept_columns,
	.check = check_columns,
	.complete = complete_column,
};

static void ask_columns(struct ui *ui)
{
	const struct list *list = list_of(ui, ui->view.focus);
	char text[1024];
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < list->n_columns && at < sizeof(text); i++)
		at += snprintf(text + at, sizeof(text) - at, "%s%s", i ? "," : "",
			       list->columns[i]->key);
	prompt_open(&ui->prompt, &columns_prompt, text, ui->view.focus);
}

/* --- the menu --------------------------------------------------------------------------------- */

/* A line is of the pane that had the focus when it was added: its `what`. */
static void add_column(struct page *page, int pane, const struct list *list,
		       const struct column *column)
{
	bool shown = list_shows(list, column);
	char label[64];

	snprintf(label, sizeof(label), "[%c] %s", shown ? 'x' : ' ', column->title);
	page_add(page, label, column->help, strlen(column->help), shown ? ROLE_TEXT : ROLE_DIM);
	page_choice(page, pane, column - list->pane->columns + 1);
}

static void fill_columns_menu(struct ui *ui, struct page *page)
{
	static const char usage[] =
		"Space shows or hides, J and K move it, d takes the pane's own, "
		"e edits them as text, Enter is done";
	const struct list *list = list_of(ui, ui->view.focus);
	const struct column *columns[LIST_COLUMNS_MAX];
	size_t n = list_all_columns(list, columns);
	char title[sizeof(page->title)];

	snprintf(title, sizeof(title), "Columns of %s", list->pane->title);
	page_set_title(page, title);
	page_add(page, NULL, usage, sizeof(usage) - 1, ROLE_DIM);
	for (size_t i = 0; i < n; i++)
		add_column(page, ui->view.focus, list, columns[i]);
}

static void done(struct ui *ui, const struct page_line *line)
{
	(void)line;
	cover_close(ui);
}

static void toggle(struct ui *ui, struct list *list, const struct column *column)
{
	if (!list_shows(list, column))
		list_show_column(list, column);
	else if (list_hide_column(list, column))
		ui_say(ui, ROLE_WARNING, "one column has to stay");
}

static bool columns_menu_key(struct ui *ui, int key)
{
	const struct page_line *line = page_selected(&ui->page);
	struct list *list = list_of(ui, line ? line->what : (int)ui->view.focus);
	const struct column *column = line ? &list->pane->columns[line->id - 1] : NULL;

	if (key == ' ' && column)
		toggle(ui, list, column);
	else if ((key == 'J' || key == '>') && column)
		list_move_column(list, column, 1);
	else if ((key == 'K' || key == '<') && column)
		list_move_column(list, column, -1);
	else if (key == 'd')
		list_default_columns(list);
	else if (key == 'e')
		ask_columns(ui);
	else
		return false;
	cover_refresh(ui);
	return true;
}

static const struct cover_kind columns_menu = {
	.fill = fill_columns_menu,
	.enter = done,
	.key = columns_menu_key,
};

void action_columns_menu(struct ui *ui, int arg)
{
	(void)arg;
	if (ui->cover == &columns_menu)
		cover_close(ui);
	else
		cover_open(ui, &columns_menu, "");
}
