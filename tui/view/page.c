/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a page, and which of them is selected. page_draw.c knows where they stand. */
#include <stdlib.h>
#include <string.h>
#include "page_layout.h"

void page_set_title(struct page *page, const char *title)
{
	size_t len = strlen(title);

	if (len >= sizeof(page->title)) {
		len = sizeof(page->title) - 1;
		while (len > 0 && (title[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(page->title, title, len);
	page->title[len] = '\0';
}

void page_init(struct page *page, const char *title)
{
	page_fini(page);
	page_set_title(page, title);
	page->selected = -1;
}

void page_clear(struct page *page)
{
	if (page_has_selection(page)) {
		page->what = page->lines[page->selected].what;
		page->id = page->lines[page->selected].id;
	}
	for (size_t i = 0; i < page->n; i++) {
		free(page->lines[i].label);
		free(page->lines[i].text);
	}
	page->n = 0;
	page->failed = false;
}

void page_fini(struct page *page)
{
	page_clear(page);
	free(page->lines);
	memset(page, 0, sizeof(*page));
}

/* --- lines ------------------------------------------------------------------------------------ */

static char *copy(const char *text, size_t len)
{
	char *copied = malloc(len + 1);

	if (copied) {
		memcpy(copied, text, len);
		copied[len] = '\0';
	}
	return copied;
}

static struct page_line *line_new(struct page *page)
{
	if (page->n == page->cap) {
		size_t cap = page->cap ? page->cap * 2 : 64;
		struct page_line *lines = reallocarray(page->lines, cap, sizeof(*lines));

		if (!lines)
			return NULL;
		page->lines = lines;
		page->cap = cap;
	}
	return &page->lines[page->n];
}

void page_add(struct page *page, const char *label, const char *text, size_t len, enum role role)
{
	struct page_line *line = page->failed ? NULL : line_new(page);
	struct page_line added = { .len = len, .role = role };

	added.text = line ? copy(text, len) : NULL;
	added.label = line && label ? copy(label, strlen(label)) : NULL;
	if (!line || !added.text || (label && !added.label)) {
		free(added.text);
		free(added.label);
		page->failed = true;
		return;
	}
	*line = added;
	page->n++;
}

void page_heading(struct page *page, const char *text)
{
	page_add(page, NULL, text, strlen(text), ROLE_HEADER);
}

/* The line added last, or NULL when there was no memory for it. */
static struct page_line *last_line(struct page *page)
{
	return page->failed || !page->n ? NULL : &page->lines[page->n - 1];
}

void page_choice(struct page *page, int what, uint64_t id)
{
	struct page_line *line = last_line(page);

	if (!line)
		return;
	line->choice = true;
	line->what = what;
	line->id = id;
}

void page_cut(struct page *page)
{
	struct page_line *line = last_line(page);

	if (line)
		line->cut = true;
}

/* --- selection -------------------------------------------------------------------------------- */

static bool is_that(const struct page_line *line, int what, uint64_t id)
{
	return line->what == what && line->id == id;
}

/* Of the choices the one that is `what` and `id`; of those, or without, the nearest to `index`. */
static ptrdiff_t find_choice(const struct page *page, int what, uint64_t id, ptrdiff_t index)
{
	ptrdiff_t best = -1, best_away = 0;

	for (ptrdiff_t i = 0; i < (ptrdiff_t)page->n; i++) {
		const struct page_line *line = &page->lines[i];
		ptrdiff_t away = i > index ? i - index : index - i;
		bool same = is_that(line, what, id);
		bool best_same = best >= 0 && is_that(&page->lines[best], what, id);

		if (!line->choice || (best_same && !same))
			continue;
		if (best < 0 || (same && !best_same) || away < best_away) {
			best = i;
			best_away = away;
		}
	}
	return best;
}

void page_settle(struct page *page)
{
	bool had = page->selected >= 0;

	page->selected = find_choice(page, had ? page->what : 0, had ? page->id : 0,
				     had ? page->selected : 0);
	page_layout(page);
}

void page_select(struct page *page, int what, uint64_t id)
{
	ptrdiff_t index = find_choice(page, what, id, 0);

	if (index < 0 || !is_that(&page->lines[index], what, id))
		return;
	page->selected = index;
	page->seen = true;
	page_layout(page);
}

const struct page_line *page_selected(const struct page *page)
{
	if (!page_has_selection(page) || (page->cols && !page->seen))
		return NULL;
	return &page->lines[page->selected];
}

/* The choice after the selected one in a direction, or -1. */
static ptrdiff_t next_choice(const struct page *page, int direction)
{
	for (ptrdiff_t i = page->selected + direction; i >= 0 && i < (ptrdiff_t)page->n;
	     i += direction)
		if (page->lines[i].choice)
			return i;
	return -1;
}

/* In sight, or no more than a row beyond the edge. */
static bool in_reach(const struct page *page, ptrdiff_t index)
{
	const struct page_line *line = &page->lines[index];

	return line->row <= page->top + page->body && line->row + line->rows >= page->top;
}

static void move_once(struct page *page, int direction)
{
	ptrdiff_t next = page->selected < 0 ? -1 : next_choice(page, direction);

	if (next >= 0 && in_reach(page, next)) {
		page->selected = next;
		page->seen = true;
	} else {
		page->top += direction;
		page->seen = false;
	}
	page_place(page);
}

/* Of the choices in sight the one nearest to a row. */
static ptrdiff_t choice_near(const struct page *page, ptrdiff_t row)
{
	ptrdiff_t best = -1, best_away = 0;

	for (ptrdiff_t i = 0; i < (ptrdiff_t)page->n; i++) {
		const struct page_line *line = &page->lines[i];
		ptrdiff_t away = line->row > row ? line->row - row : row - line->row;

		if (!line->choice || !page_in_sight(page, line))
			continue;
		if (best < 0 || away < best_away) {
			best = i;
			best_away = away;
		}
	}
	return best;
}

static void move_far(struct page *page, ptrdiff_t step)
{
	ptrdiff_t from = page->seen ? page->lines[page->selected].row : page->top;
	ptrdiff_t choice;

	page->top += step;
	page->seen = false;
	page_place(page);
	choice = choice_near(page, from + step);
	if (choice >= 0)
		page->selected = choice;
	page_place(page);
}

void page_move(struct page *page, ptrdiff_t step)
{
	int direction = step < 0 ? -1 : 1;

	if (page->cols && step != direction) {
		move_far(page, step);
	} else if (page->cols) {
		move_once(page, direction);
	} else {
		for (ptrdiff_t next; step; step -= direction) {
			next = page->selected < 0 ? -1 : next_choice(page, direction);
			if (next < 0)
				return;
			page->selected = next;
		}
	}
}

bool page_click(struct page *page, int row)
{
	for (size_t i = 0; i < page->n && row >= 0 && row < page->body; i++) {
		const struct page_line *line = &page->lines[i];
		ptrdiff_t at = page->top + row - line->row;

		if (!line->choice || at < 0 || at >= line->rows)
			continue;
		page->selected = i;
		page->seen = true;
		return true;
	}
	return false;
}
