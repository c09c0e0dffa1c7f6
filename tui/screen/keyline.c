/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include "keyline.h"

#define GAP 2 /* blank columns between two keys */

/* An action by its name, under another label than the table's, while a state makes it useful. */
struct entry {
	const char *name, *label;
};

static const struct action *find_action(const char *name)
{
	for (size_t i = 0; i < n_actions; i++)
		if (!strcmp(actions[i].name, name))
			return &actions[i];
	return NULL;
}

/* A line being made, of `cols` columns. */
struct maker {
	struct keyline *keyline;
	const struct keymap *keymap;
	const struct grid *grid;
	int cols;
};

/* Columns of what stands there, the gap behind it too. */
static int taken(const struct keyline *keyline)
{
	const struct keyline_item *end = keyline->items + keyline->n;

	return keyline->n ? end[-1].col + end[-1].width + GAP : 0;
}

static bool has_action(const struct keyline *keyline, const struct action *action)
{
	for (size_t i = 0; i < keyline->n; i++)
		if (keyline->items[i].action == action)
			return true;
	return false;
}

/* Adds one behind the others. False: it does not fit. */
static bool add_item(struct maker *maker, const struct action *action, const char *label)
{
	struct keyline *keyline = maker->keyline;
	struct keyline_item *item = &keyline->items[keyline->n];
	int key = maker->keymap->keys[action - actions][0];

	if (!key || keyline->n == ACTIONS_MAX || has_action(keyline, action))
		return true;
	item->action = action;
	item->label = label;
	keycode_name(key, item->key, sizeof(item->key));
	item->col = taken(keyline);
	item->width = grid_width(maker->grid, item->key, strlen(item->key)) + 1 +
		      grid_width(maker->grid, label, strlen(label));
	if (item->col + item->width > maker->cols)
		return false;
	keyline->n++;
	return true;
}

static bool add_entries(struct maker *maker, const struct entry *entries, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!add_item(maker, find_action(entries[i].name), entries[i].label))
			return false;
	return true;
}

#define ADD(maker, entries) add_entries(maker, entries, sizeof(entries) / sizeof((entries)[0]))

/* What the state makes useful, before everything else. */
static bool add_state(struct maker *maker, const struct keyline_state *state)
{
	static const struct entry choosing[] = { { "enter", "choose" } };
	static const struct entry covered[] = { { "back", "back" },
						{ "down", "down" },
						{ "up", "up" },
						{ "page-down", "page down" },
						{ "page-up", "page up" } };
	static const struct entry paused[] = { { "pause", "go on" } };
	static const struct entry searching[] = { { "search-next", "next" },
						  { "search-previous", "previous" } };
	static const struct entry filtered[] = { { "lift", "all" } };

	if (state->covered)
		return (!state->choosing || ADD(maker, choosing)) && ADD(maker, covered);
	return (!state->paused || ADD(maker, paused)) &&
	       (!state->searching || ADD(maker, searching)) &&
	       (!state->filtered || ADD(maker, filtered));
}

/* Those of the table in its order; what was added already is not added again. */
static void add_table(struct maker *maker, const struct keyline *always)
{
	for (size_t i = 0; i < n_actions; i++)
		if (actions[i].label && !has_action(always, &actions[i]) &&
		    !add_item(maker, &actions[i], actions[i].label))
			return;
}

void keyline_fit(struct keyline *keyline, const struct keymap *keymap,
		 const struct keyline_state *state, const struct grid *grid)
{
	static const struct entry ends[] = { { "help", "help" }, { "quit", "quit" } };
	struct keyline always = { .n = 0 };
	struct maker maker = { &always, keymap, grid, grid->cols };

	ADD(&maker, ends);
	keyline->n = 0;
	maker.keyline = keyline;
	maker.cols -= taken(&always);
	if (add_state(&maker, state) && !state->covered)
		add_table(&maker, &always);
	maker.cols = grid->cols;
	ADD(&maker, ends);
}

void keyline_draw(const struct keyline *keyline, struct grid *grid, int row)
{
	grid_fill(grid, row, 0, grid->cols, ROLE_LABEL);
	for (size_t i = 0; i < keyline->n; i++) {
		const struct keyline_item *item = &keyline->items[i];
		int key = grid_puts(grid, row, item->col, item->width, item->key, ROLE_KEY);

		grid_puts(grid, row, item->col + key + 1, item->width - key - 1, item->label,
			  ROLE_LABEL);
	}
}

const struct action *keyline_at(const struct keyline *keyline, int col)
{
	for (size_t i = 0; i < keyline->n; i++) {
		const struct keyline_item *item = &keyline->items[i];

		if (col >= item->col && col < item->col + item->width)
			return item->action;
	}
	return NULL;
}
