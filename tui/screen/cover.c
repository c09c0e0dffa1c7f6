/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "actions.h"

void cover_open(struct ui *ui, const struct cover_kind *kind, const char *title)
{
	ui->cover = kind;
	page_init(&ui->page, title);
	kind->fill(ui, &ui->page);
	page_settle(&ui->page);
	ui->view.page = &ui->page;
}

void cover_close(struct ui *ui)
{
	ui->cover = NULL;
	ui->view.page = NULL;
	page_fini(&ui->page);
}

void cover_refresh(struct ui *ui)
{
	if (!ui->cover || (ui->cover->keep && ui->cover->keep(ui, &ui->page)))
		return;
	page_clear(&ui->page);
	ui->cover->fill(ui, &ui->page);
	page_settle(&ui->page);
}

void action_back(struct ui *ui, int arg)
{
	(void)arg;
	if (!ui->cover)
		search_end(ui);
	else if (ui->cover->back)
		ui->cover->back(ui);
	else
		cover_close(ui);
}

void action_enter(struct ui *ui, int arg)
{
	const struct page_line *line = ui->cover ? page_selected(&ui->page) : NULL;

	(void)arg;
	if (!ui->cover)
		detail_open(ui);
	else if (line && ui->cover->enter)
		ui->cover->enter(ui, line);
}
