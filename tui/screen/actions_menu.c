/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Menus: the column to sort by. actions_columns.c has the one of columns to show. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "actions.h"

/* A line is of the pane that had the focus when it was added: its `what`. */
static struct list *list_of(struct ui *ui, const struct page_line *line)
{
	return &ui->view.panes[line->what].list;
}

static const struct column *column_of(struct ui *ui, const struct page_line *line)
{
	return &list_of(ui, line)->pane->columns[line->id - 1];
}

/* A choice's id: never 0. */
static uint64_t column_id(const struct list *list, const struct column *column)
{
	return column - list->pane->columns + 1;
}

static void add_column(const struct ui *ui, struct page *page, const struct list *list,
		       const struct column *column, enum role role)
{
	static const char *const arrows[2][2] = { { "\u25b2", "\u25bc" }, { "^", "v" } };
	bool current = column == list->sort, ascii = ui->ctx.charset == CHARSET_ASCII;
	char label[64];

	snprintf(label, sizeof(label), "%s%s%s", column->title, current ? " " : "",
		 current ? arrows[ascii][list->descending] : "");
	page_add(page, label, column->help, strlen(column->help), current ? ROLE_SORT : role);
	page_choice(page, ui->view.focus, column_id(list, column));
}

static void fill_sort_menu(struct ui *ui, struct page *page)
{
	const struct list *list = &ui->view.panes[ui->view.focus].list;
	const struct column *all[LIST_COLUMNS_MAX];
	size_t n = list_all_columns(list, all);
	char title[sizeof(page->title)];

	snprintf(title, sizeof(title), "Sort %s by (again: inverts)", list->pane->title);
	page_set_title(page, title);
	for (size_t i = 0; i < list->n_columns; i++)
		add_column(ui, page, list, list->columns[i], ROLE_TEXT);
	for (size_t i = 0; i < n; i++)
		if (!list_shows(list, all[i]))
			add_column(ui, page, list, all[i], ROLE_DIM);
}

static void enter_sort_menu(struct ui *ui, const struct page_line *line)
{
	const struct column *column = column_of(ui, line);
	struct list *list = list_of(ui, line);

	if (column == list->sort)
		list->descending = !list->descending;
	else
		list_choose_sort(list, column->key);
	cover_close(ui);
}

/* A letter goes to the next column whose title begins with it; false when none does. */
static bool sort_menu_key(struct ui *ui, int key)
{
	struct page *page = &ui->page;

	if (key < 0x21 || key > 0x7e)
		return false;
	for (size_t step = 1; step <= page->n; step++) {
		const struct page_line *line = &page->lines[(page->selected + step) % page->n];

		if (toupper(column_of(ui, line)->title[0]) != toupper(key))
			continue;
		page_select(page, line->what, line->id);
		return true;
	}
	return false;
}

static const struct cover_kind sort_menu = {
	.fill = fill_sort_menu,
	.enter = enter_sort_menu,
	.key = sort_menu_key,
};

void action_sort_menu(struct ui *ui, int arg)
{
	const struct list *list = &ui->view.panes[ui->view.focus].list;

	(void)arg;
	if (ui->cover == &sort_menu) {
		cover_close(ui);
		return;
	}
	cover_open(ui, &sort_menu, "");
	page_select(&ui->page, ui->view.focus, column_id(list, list->sort));
}
