/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>
#include "keys.h"
#include "prompt.h"

#define CONTROL(letter) ((letter)&0x1f)
#define ESCAPE		0x1b

void prompt_fini(struct prompt *prompt)
{
	for (size_t i = 0; i < prompt->n_memories; i++)
		history_fini(&prompt->memories[i].history);
	prompt->n_memories = 0;
	prompt->open = false;
}

/* The answers to this question before; NULL when there are too many kinds. */
static struct history *remembered(struct prompt *prompt)
{
	struct prompt_memory *memory;

	for (size_t i = 0; i < prompt->n_memories; i++) {
		memory = &prompt->memories[i];
		if (memory->kind == prompt->kind && memory->what == prompt->what)
			return &memory->history;
	}
	if (prompt->n_memories == PROMPT_KINDS_MAX)
		return NULL;
	memory = &prompt->memories[prompt->n_memories++];
	*memory = (struct prompt_memory){ .kind = prompt->kind, .what = prompt->what };
	return &memory->history;
}

void prompt_open(struct prompt *prompt, const struct prompt_kind *kind, const char *text, int what)
{
	prompt->open = true;
	prompt->kind = kind;
	prompt->what = what;
	line_set(&prompt->line, text);
	prompt->edited = false;
	prompt->error[0] = '\0';
	prompt->listed[0] = '\0';
	prompt->back = 0;
}

void prompt_remember(struct prompt *prompt, const char *text)
{
	struct history *history = remembered(prompt);

	if (history)
		history_add(history, text);
}

static void touch(struct prompt *prompt)
{
	prompt->edited = true;
	prompt->error[0] = '\0';
}

void prompt_paste(struct prompt *prompt, const char *text, size_t len)
{
	prompt->listed[0] = '\0';
	if (line_paste(&prompt->line, text, len))
		touch(prompt);
}

/* Whether the text would be refused as it is; `error` then says why. */
static bool refused(struct prompt *prompt, void *ctx)
{
	const struct prompt_kind *kind = prompt->kind;

	prompt->error[0] = '\0';
	return kind->check && kind->check(ctx, prompt->what, prompt->line.text, prompt->error,
					  sizeof(prompt->error));
}

void prompt_settle(struct prompt *prompt, void *ctx)
{
	if (!prompt->open || !prompt->edited)
		return;
	prompt->edited = false;
	if (prompt->kind->changed)
		prompt->kind->changed(ctx, prompt->what, prompt->line.text);
	refused(prompt, ctx);
}

/* --- keys ------------------------------------------------------------------------------------- */

static void accept(struct prompt *prompt, void *ctx)
{
	const struct prompt_kind *kind = prompt->kind;
	struct history *history = remembered(prompt);
	char text[PROMPT_TEXT_MAX];

	prompt_settle(prompt, ctx);
	if (refused(prompt, ctx))
		return;
	/* Closed already: whoever takes the text may ask the next question. */
	memcpy(text, prompt->line.text, prompt->line.len + 1);
	prompt->open = false;
	if (kind->accept(ctx, prompt->what, text, prompt->error, sizeof(prompt->error)))
		prompt->open = true;
	else if (history)
		history_add(history, text);
}

static void cancel(struct prompt *prompt, void *ctx)
{
	prompt->open = false;
	if (prompt->kind->cancelled)
		prompt->kind->cancelled(ctx, prompt->what);
}

/* The line of a step further back (1) or on (-1); the user's own is the last. */
static void recall(struct prompt *prompt, int step)
{
	const struct history *history = remembered(prompt);
	size_t back = prompt->back + step;
	const char *line;

	if (!history || (step < 0 && !prompt->back))
		return;
	line = back ? history_get(history, back) : prompt->own;
	if (!line)
		return;
	if (!prompt->back)
		memcpy(prompt->own, prompt->line.text, prompt->line.len + 1);
	prompt->back = back;
	line_set(&prompt->line, line);
	touch(prompt);
}

static void list(struct prompt *prompt, const struct candidates *candidates)
{
	size_t at = 0;

	for (size_t i = 0; i < candidates->n && at < sizeof(prompt->listed); i++)
		at += snprintf(prompt->listed + at, sizeof(prompt->listed) - at, "%s%s",
			       i ? "  " : "", candidates->words[i]);
}

static void complete(struct prompt *prompt, void *ctx)
{
	struct candidates candidates = { .n = 0 };
	struct line *line = &prompt->line;
	size_t common, typed;

	if (!prompt->kind->complete)
		return;
	prompt->kind->complete(ctx, prompt->what, line->text, line->cursor, &candidates);
	candidates_sort(&candidates);
	common = candidates_common(&candidates);
	typed = line->cursor - candidates.from;
	if (candidates.n && common >= typed &&
	    (common > typed || memcmp(candidates.words[0], line->text + candidates.from, typed)) &&
	    line_replace(line, candidates.from, candidates.words[0], common))
		touch(prompt);
	if (candidates.n > 1)
		list(prompt, &candidates);
	candidates_fini(&candidates);
}

void prompt_key(struct prompt *prompt, int key, void *ctx)
{
	prompt->listed[0] = '\0';
	switch (key) {
	case ESCAPE:
	case CONTROL('c'):
	case CONTROL('g'):
		cancel(prompt, ctx);
		return;
	case '\r':
		accept(prompt, ctx);
		return;
	case '\t':
		complete(prompt, ctx);
		return;
	case KEYCODE_UP:
	case CONTROL('p'):
		recall(prompt, 1);
		return;
	case KEYCODE_DOWN:
	case CONTROL('n'):
		recall(prompt, -1);
		return;
	default:
		if (line_key(&prompt->line, key))
			touch(prompt);
	}
}

/* --- drawing ---------------------------------------------------------------------------------- */

#define ABOVE_MAX 3 /* rows that a reason may take above the prompt */

/* Where to begin so that the cursor is in sight: a byte offset. */
static size_t first_shown(const struct line *line, const struct grid *grid, int room)
{
	int shift = grid_width(grid, line->text, line->cursor) - room;
	size_t first = 0;

	while (shift > 0 && first < line->cursor) {
		size_t next = line_after(line, first);

		shift -= grid_width(grid, line->text + first, next - first);
		first = next;
	}
	return first;
}

/* On as many rows above as it takes, the last of them next to the prompt. */
static void draw_above(struct grid *grid, int row, const char *text, enum role role)
{
	size_t from[ABOVE_MAX], lens[ABOVE_MAX], at = 0;
	int n = 0;

	for (; text[at] && n < ABOVE_MAX; n++) {
		from[n] = at;
		/* What has no room at all is cut, with a mark that says so. */
		lens[n] = strlen(text + at);
		if (n < ABOVE_MAX - 1)
			lens[n] = grid_wrap(grid, text + at, lens[n], grid->cols);
		at += lens[n];
		at += strspn(text + at, " ");
	}
	for (int i = 0; i < n; i++) {
		grid_fill(grid, row - n + i, 0, grid->cols, role);
		grid_text(grid, row - n + i, 0, grid->cols, text + from[i], lens[i], role);
	}
}

void prompt_draw(const struct prompt *prompt, struct grid *grid, int row, int *cursor_col)
{
	const struct line *line = &prompt->line;
	const char *hint = prompt->kind->hint;
	char label[160];
	int start, room, col;
	size_t first;

	grid_fill(grid, row, 0, grid->cols, ROLE_PROMPT);
	snprintf(label, sizeof(label), "%s: ", prompt->kind->label);
	start = grid_puts(grid, row, 0, grid->cols / 2, label, ROLE_PROMPT);
	room = grid->cols - start - 1;
	first = first_shown(line, grid, room > 0 ? room : 0);
	col = start + grid_width(grid, line->text + first, line->cursor - first);
	*cursor_col = col < grid->cols ? col : grid->cols - 1;
	col = start + grid_text(grid, row, start, room + 1, line->text + first, line->len - first,
				ROLE_PROMPT);
	room = grid->cols - col - 2;
	if (*prompt->listed)
		draw_above(grid, row, prompt->listed, ROLE_LABEL);
	else if (grid_width(grid, prompt->error, strlen(prompt->error)) > room)
		draw_above(grid, row, prompt->error, ROLE_WARNING);
	else if (*prompt->error)
		grid_puts(grid, row, col + 2, room, prompt->error, ROLE_WARNING);
	else if (!line->len && hint)
		grid_puts(grid, row, col + 2, room, hint, ROLE_DIM);
}
