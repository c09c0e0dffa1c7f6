/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The line above a pane: its name, how many rows, what hides some of them, how they are sorted. */
#include <stdio.h>
#include <string.h>
#include "frame.h"

#define TEXT_MIN 12 /* columns of a row filter or a search that are worth more than the order */

/* What is drawn from the left on. */
struct pen {
	struct grid *grid;
	int row, col, end;
};

static void write_text(struct pen *pen, const char *text, enum role role)
{
	pen->col += grid_puts(pen->grid, pen->row, pen->col, pen->end - pen->col, text, role);
}

static void count_rows(const struct list *list, char *out, size_t cap)
{
	char found[32], total[32];

	if (!list->row_filter) {
		list->pane->count(list, out, cap);
		return;
	}
	group_digits(list->found, found, sizeof(found));
	group_digits(list->total, total, sizeof(total));
	snprintf(out, cap, "%s of %s", found, total);
}

/* Whether there is more at the left and at the right: "\u2039 \u203a ". */
static void mark_sides(const struct view_pane *pane, bool ascii, char *out, size_t cap)
{
	static const char *const marks[2][2] = { { "\u2039 ", "\u203a " }, { "< ", "> " } };

	snprintf(out, cap, "%s%s", pane->scrolled ? marks[ascii][0] : "",
		 pane->fit.more ? marks[ascii][1] : "");
}

/* The end of the line, as much as `room` columns hold: what is sorted by, and which way. */
static void describe_order(const struct view_pane *pane, const struct grid *grid, int room,
			   char *out, size_t cap)
{
	static const char *const arrows[2][2] = { { "\u25b2", "\u25bc" }, { "^", "v" } };
	const struct list *list = &pane->list;
	bool ascii = grid->charset == CHARSET_ASCII;
	const char *arrow = arrows[ascii][list->descending];
	char marks[16];

	mark_sides(pane, ascii, marks, sizeof(marks));
	snprintf(out, cap, " %ssort %s %s ", marks, list->sort->title, arrow);
	if (grid_width(grid, out, strlen(out)) > room)
		snprintf(out, cap, " %s%s %s ", marks, list->sort->title, arrow);
	if (grid_width(grid, out, strlen(out)) > room)
		snprintf(out, cap, "%s%s", *marks ? " " : "", marks);
	if (grid_width(grid, out, strlen(out)) > room)
		out[0] = '\0';
}

static void write_name(struct pen *pen, const struct list *list, bool focused, enum role role)
{
	bool ascii = pen->grid->charset == CHARSET_ASCII;
	char count[80];

	write_text(pen, focused ? (ascii ? "> " : "\u25b6 ") : "  ", role);
	write_text(pen, list->pane->title, role);
	write_text(pen, " ", role);
	count_rows(list, count, sizeof(count));
	write_text(pen, count, role);
	write_text(pen, " ", role);
}

/* A text that people typed, after the word that tells what for. */
static void write_typed(struct pen *pen, const char *word, const char *text, enum role title,
			enum role role)
{
	if (!*text || pen->end - pen->col <= (int)strlen(word))
		return;
	write_text(pen, word, title);
	write_text(pen, text, role);
	write_text(pen, " ", title);
}

void title_draw(struct frame *frame, const struct view_pane *pane, bool focused)
{
	struct grid *grid = frame->grid;
	const char *rule = grid->charset == CHARSET_ASCII ? "-" : "\u2500";
	const char *search = focused ? frame->view->search.text : "";
	const char *rows = row_filter_text(pane->list.row_filter);
	enum role role = focused ? ROLE_FOCUS : ROLE_TITLE;
	struct pen pen = { grid, pane->row, 0, grid->cols };
	char order[80];
	int width;

	for (int col = 0; col < grid->cols; col++)
		grid_puts(grid, pane->row, col, 1, rule, role);
	write_name(&pen, &pane->list, focused, role);
	describe_order(pane, grid, grid->cols - pen.col - (*rows || *search ? TEXT_MIN : 0), order,
		       sizeof(order));
	width = grid_width(grid, order, strlen(order));
	grid_puts(grid, pane->row, grid->cols - width, width, order, role);
	pen.end -= width;
	write_typed(&pen, "rows ", rows, role, ROLE_FILTER);
	write_typed(&pen, "search ", search, role, ROLE_MATCH);
}
