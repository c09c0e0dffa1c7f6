/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of a list: which of the table's, in which order. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "listing.h"
#include "search.h"
#include "tree.h"

#define CHANGES_FEW 4 /* one in so many rows */

/* --- what cells show -------------------------------------------------------------------------- */

/* A cell's text is made for this, and forgotten. True: go no further. */
typedef bool (*cell_fn)(const void *wanted, const char *text, size_t len);

static bool any_cell(const struct list *list, const void *row, const struct view_context *ctx,
		     cell_fn fn, const void *wanted)
{
	char text[VALUE_TEXT_MAX];

	for (size_t i = 0; i < list->n_columns; i++) {
		size_t len = column_text(list->columns[i], row, ctx, text, sizeof(text));

		if (fn(wanted, text, len))
			return true;
	}
	return false;
}

static bool cell_has(const void *search, const char *text, size_t len)
{
	size_t match_len;

	return search_span(search, text, len, 0, &match_len) != SIZE_MAX;
}

static bool cell_passes(const void *filter, const char *text, size_t len)
{
	return row_filter_match(filter, text, len);
}

bool list_row_has(const struct list *list, const void *row, const struct search *search,
		  const struct view_context *ctx)
{
	return search_on(search) && any_cell(list, row, ctx, cell_has, search);
}

int list_filter_rows(struct list *list, const char *text, char *error, size_t error_cap)
{
	struct row_filter *filter;
	int err = row_filter_new(text, &filter, error, error_cap);

	if (err)
		return err;
	row_filter_free(list->row_filter);
	list->row_filter = filter;
	if (list->listing)
		list->listing->stale = true;
	return 0;
}

ptrdiff_t list_search(const struct list *list, const struct search *search,
		      const struct view_context *ctx, ptrdiff_t from, int step, bool *wrapped)
{
	ptrdiff_t n = list->n, at = from;

	*wrapped = false;
	for (ptrdiff_t i = 0; i < n; i++, at += step) {
		if (at < 0 || at >= n) {
			at = step > 0 ? 0 : n - 1;
			*wrapped = true;
		}
		if (list_row_has(list, list_row(list, at), search, ctx))
			return at;
	}
	return -1;
}

/* --- rows ------------------------------------------------------------------------------------- */

static bool passes(const struct list *list, const void *row)
{
	const struct listing *listing = list->listing;

	if (listing->by_model && list->pane->passes)
		return list->pane->passes(row);
	return list->pane->match(row, &listing->filter);
}

uint8_t listing_judge(const struct list *list, const void *row)
{
	uint8_t state = SLOT_PASSES;

	if (!passes(list, row))
		return 0;
	if (list->pane->lives(row))
		state |= SLOT_LIVES;
	if (!list->row_filter ||
	    any_cell(list, row, &list->listing->ctx, cell_passes, list->row_filter))
		state |= SLOT_LISTED;
	return state;
}

/* So many rows more have the state; or less: it may be negative. */
static void count(struct list *list, uint8_t state, ptrdiff_t n)
{
	list->total += state & SLOT_PASSES ? n : 0;
	list->found += state & SLOT_LISTED ? n : 0;
	list->n_living += state & SLOT_LISTED && state & SLOT_LIVES ? n : 0;
}

/* Whatever is in the slot by now. */
static void take(struct list *list, uint32_t slot)
{
	const struct listing *listing = list->listing;
	const struct table_row *row = table_at(listing->table, slot);
	uint8_t state = row ? listing_judge(list, row) : 0;

	count(list, listing->slots[slot - 1], -1);
	count(list, state, 1);
	window_change(list, slot, state);
}

static void take_all(struct list *list)
{
	struct tally tally = { 0 };

	window_judge_all(list, &tally);
	list->total = 0;
	list->found = 0;
	list->n_living = 0;
	for (int state = 0; state < SLOT_STATES; state++)
		count(list, state, tally.n[state]);
}

/* --- which of them ---------------------------------------------------------------------------- */

/* Whether a column that matters has the flag. */
static bool depends(const struct list *list, unsigned flag)
{
	bool has = list->sort->flags & flag;

	for (size_t i = 0; i < list->n_columns && list->row_filter; i++)
		has |= list->columns[i]->flags & flag;
	return has;
}

static void take_changed(struct list *list)
{
	struct listing *listing = list->listing;
	const struct table_log *log = listing->log;
	bool living = depends(list, COLUMN_LIVE);

	window_prepare(listing, living);
	for (uint64_t i = listing->seen; i < log->n; i++)
		take(list, log->slots[i & log->mask]);
	for (uint32_t slot = 1; slot <= listing->n_slots && living; slot++)
		if (listing->slots[slot - 1] & SLOT_LIVES)
			take(list, slot);
	window_changed(listing);
}

static bool same_context(const struct view_context *a, const struct view_context *b)
{
	return a->boot_to_wall_ns == b->boot_to_wall_ns && a->numeric == b->numeric &&
	       a->charset == b->charset && a->names == b->names;
}

/* A row filter looks at what is shown. */
static bool same_columns(const struct list *list)
{
	const struct listing *listing = list->listing;
	size_t n = list->n_columns;

	return !list->row_filter ||
	       (listing->n_columns == n &&
		!memcmp(listing->columns, list->columns, n * sizeof(listing->columns[0])));
}

/* Whether it is known which rows changed since, and nothing else did that they tell of. */
static bool changes_known(const struct listing *listing, const struct table *table,
			  const struct view_context *ctx)
{
	return listing->log && listing->log == table->log &&
	       table->log->n - listing->seen <= table->log->mask &&
	       same_context(&listing->ctx, ctx);
}

/*
 * Whether to look at these alone takes less than to look at all rows, one after another, and to
 * have a window of a few: what is new stands together, most often in it. Of a row filter the rows
 * are what takes time.
 */
static bool changes_few(const struct list *list, const struct table *table)
{
	return list->row_filter ||
	       table->log->n - list->listing->seen <= list->listing->n_slots / CHANGES_FEW;
}

static bool verdicts_hold(const struct list *list, const struct model *model,
			  const struct filter *filter)
{
	const struct listing *listing = list->listing;

	return !listing->stale && listing->filters == model->filters && same_columns(list) &&
	       !memcmp(&listing->filter, filter, sizeof(*filter));
}

/* --- memory ----------------------------------------------------------------------------------- */

static int reserve(struct listing *listing, size_t n_slots)
{
	size_t cap = listing->cap ? listing->cap : 256;
	uint32_t *ordered;
	uint8_t *slots;

	while (cap < n_slots)
		cap *= 2;
	if (cap == listing->cap)
		return 0;
	ordered = reallocarray(listing->window.slots, cap, sizeof(*ordered));
	listing->window.slots = ordered ? ordered : listing->window.slots;
	slots = reallocarray(listing->slots, cap, sizeof(*slots));
	listing->slots = slots ? slots : listing->slots;
	if (!ordered || !slots)
		return -ENOMEM;
	listing->cap = cap;
	return 0;
}

void list_forget(struct list *list)
{
	struct listing *listing = list->listing;

	if (!listing)
		return;
	table_log_put(listing->log);
	free(listing->window.slots);
	free(listing->slots);
	free(listing);
	list->listing = NULL;
}

/* --- a fill ----------------------------------------------------------------------------------- */

/* From now on these rows are listed. */
static void attach(struct listing *listing, const struct table *table)
{
	table_log_put(listing->log);
	listing->log = table_log_get(table);
	listing->table = table;
}

/* From now on rows are judged by this. */
static void judge_by(struct list *list, const struct model *model, const struct filter *filter)
{
	struct listing *listing = list->listing;

	listing->filter = *filter;
	listing->filters = model->filters;
	listing->by_model = !memcmp(&model->filter, filter, sizeof(*filter));
	listing->stale = false;
	memcpy(listing->columns, list->columns, sizeof(listing->columns));
	listing->n_columns = list->n_columns;
}

/* New slots have no rows yet, as far as is known. */
static void extend(struct listing *listing)
{
	size_t n = listing->table->n_slots;

	if (n > listing->n_slots)
		memset(listing->slots + listing->n_slots, 0, n - listing->n_slots);
	listing->n_slots = n;
}

static void take_rows(struct list *list, const struct model *model, const struct filter *filter,
		      const struct view_context *ctx)
{
	const struct table *table = list->pane->table(model);
	struct listing *listing = list->listing;
	bool known = changes_known(listing, table, ctx) && changes_few(list, table) &&
		     verdicts_hold(list, model, filter);

	if (listing->sort != list->sort || listing->descending != list->descending)
		window_close(&listing->window);
	attach(listing, table);
	judge_by(list, model, filter);
	listing->ctx = *ctx;
	listing->sort = list->sort;
	listing->descending = list->descending;
	extend(listing);
	if (known && !depends(list, COLUMN_NAMED))
		take_changed(list);
	else
		take_all(list);
	listing->seen = listing->log->n;
}

static int fill(struct list *list, const struct model *model, const struct filter *filter,
		const struct view_context *ctx)
{
	struct listing *listing = list->listing;

	if (!listing)
		listing = list->listing = calloc(1, sizeof(*listing));
	if (!listing || reserve(listing, list->pane->table(model)->n_slots))
		return -ENOMEM;
	take_rows(list, model, filter, ctx);
	list->n = list->found;
	return list->tree ? tree_arrange(list->tree, list, model, ctx) : 0;
}

int list_fill(struct list *list, const struct model *model, const struct filter *filter,
	      const struct view_context *ctx)
{
	int err = fill(list, model, filter, ctx);

	if (!err)
		return 0;
	list_forget(list);
	list->n = 0;
	list->total = 0;
	list->found = 0;
	list->n_living = 0;
	return err;
}

/* --- places ----------------------------------------------------------------------------------- */

const void *list_row(const struct list *list, size_t index)
{
	if (list->tree)
		return tree_row(list->tree, index);
	return list_sorted_row(list, index);
}

const void *list_sorted_row(const struct list *list, size_t index)
{
	return table_slot(list->listing->table, window_slot(list, index));
}

ptrdiff_t list_find(const struct list *list, uint64_t id)
{
	const struct listing *listing = list->listing;
	const struct table_row *row;

	if (!list->n)
		return -1;
	if (list->tree)
		return tree_find(list->tree, id);
	row = table_find(listing->table, id);
	if (!row || !(listing->slots[row->slot - 1] & SLOT_LISTED))
		return -1;
	return window_rank(list, row->slot);
}

/* --- as a tree -------------------------------------------------------------------------------- */

int list_set_tree(struct list *list, bool on)
{
	if (on == !!list->tree)
		return 0;
	if (on && list->pane != &panes[PANE_EXECS])
		return -EOPNOTSUPP;
	tree_free(list->tree);
	list->n = 0; /* some rows were the tree's */
	list->tree = on ? tree_new() : NULL;
	return on && !list->tree ? -ENOMEM : 0;
}

const struct column *list_tree_column(const struct list *list)
{
	static const char *const keys[] = { "args", "comm", "filename" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && list->tree; i++)
		for (size_t j = 0; j < list->n_columns; j++)
			if (!strcmp(list->columns[j]->key, keys[i]))
				return list->columns[j];
	return list->tree ? list->columns[list->n_columns - 1] : NULL;
}

size_t list_branch(const struct list *list, size_t index, enum charset charset, int width,
		   char *out)
{
	out[0] = '\0';
	if (!list->tree || index >= list->n || index >= list->tree->n_shown)
		return 0;
	return tree_branch(list->tree, index, charset, width, out);
}

ptrdiff_t list_fold(struct list *list, ptrdiff_t index, bool fold)
{
	return list->tree ? tree_fold(list->tree, index, fold) : -1;
}
