/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of a row, and of what it has to do with: Enter drills on, Esc goes back. */
#include <stdio.h>
#include <string.h>
#include "actions.h"

static struct details_level *shown(struct ui *ui)
{
	return &ui->details.levels[ui->details.n - 1];
}

static struct detail_from from_ui(const struct ui *ui)
{
	return (struct detail_from){
		.model = ui_shown(ui),
		.filter = &ui->filterspec.filter,
		.ctx = &ui->ctx,
		.cols = ui->grid.cols,
	};
}

static void set_gone(struct page *page, const struct details_level *level)
{
	char title[sizeof(level->title) + 32];

	snprintf(title, sizeof(title), "%s: no longer kept", level->title);
	page_set_title(page, title);
}

static void fill(struct ui *ui, struct page *page)
{
	struct details_level *level = shown(ui);
	struct detail_from from = from_ui(ui);

	if (detail_is_kept(&from, &level->detail)) {
		detail_fill(&from, &level->detail, page);
		memcpy(level->title, page->title, sizeof(level->title));
	} else {
		static const char gone[] = "Its row had to make room for newer ones.";

		set_gone(page, level);
		page_add(page, NULL, gone, strlen(gone), ROLE_TEXT);
	}
}

/* What was known last is better than nothing. */
static bool keep(struct ui *ui, struct page *page)
{
	struct details_level *level = shown(ui);
	struct detail_from from = from_ui(ui);

	if (detail_is_kept(&from, &level->detail))
		return false;
	set_gone(page, level);
	return true;
}

static void enter(struct ui *ui, const struct page_line *line);
static void back(struct ui *ui);

static const struct cover_kind cover = {
	.fill = fill,
	.keep = keep,
	.enter = enter,
	.back = back,
};

static void push(struct ui *ui, const struct detail *detail)
{
	struct details *details = &ui->details;

	if (details->n == DETAILS_MAX) {
		details->n--;
		memmove(&details->levels[0], &details->levels[1],
			details->n * sizeof(details->levels[0]));
	}
	details->levels[details->n++] = (struct details_level){ .detail = *detail };
	cover_open(ui, &cover, "");
}

static void enter(struct ui *ui, const struct page_line *line)
{
	struct detail_from from = from_ui(ui);
	struct detail detail = detail_of_choice(&from, line);

	if (detail.kind == DETAIL_NONE) {
		ui_say(ui, ROLE_WARNING, "that row is no longer kept");
		return;
	}
	shown(ui)->what = line->what;
	shown(ui)->id = line->id;
	push(ui, &detail);
}

static void back(struct ui *ui)
{
	const struct details_level *level;

	if (--ui->details.n == 0) {
		cover_close(ui);
		return;
	}
	level = shown(ui);
	cover_open(ui, &cover, level->title);
	page_select(&ui->page, level->what, level->id);
}

void detail_open(struct ui *ui)
{
	const void *row = view_selected(&ui->view);
	struct detail detail;

	if (!row)
		return;
	detail = detail_of_row(ui->view.focus, row);
	ui->details.n = 0;
	push(ui, &detail);
}
