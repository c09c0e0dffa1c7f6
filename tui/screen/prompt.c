/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>
#include "keys.h"
#include "prompt.h"

#define CONTROL(letter) ((letter)&0x1f)
#define ESCAPE		0x1b

void prompt_open(struct prompt *prompt, const char *label, const char *text,
		 int (*accept)(void *, int, const char *, char *, size_t), int what)
{
	memset(prompt, 0, sizeof(*prompt));
	prompt->open = true;
	prompt->label = label;
	snprintf(prompt->text, sizeof(prompt->text), "%s", text);
	prompt->len = strlen(prompt->text);
	prompt->cursor = prompt->len;
	prompt->accept = accept;
	prompt->what = what;
}

/* --- editing ---------------------------------------------------------------------------------- */

static bool continues(char byte)
{
	return (byte & 0xc0) == 0x80;
}

static size_t before(const struct prompt *prompt, size_t at)
{
	while (at > 0 && continues(prompt->text[--at]))
		;
	return at;
}

static size_t after(const struct prompt *prompt, size_t at)
{
	if (at < prompt->len)
		at++;
	while (at < prompt->len && continues(prompt->text[at]))
		at++;
	return at;
}

static size_t word_before(const struct prompt *prompt, size_t at)
{
	while (at > 0 && strchr(" ,", prompt->text[at - 1]))
		at--;
	while (at > 0 && !strchr(" ,", prompt->text[at - 1]))
		at--;
	return at;
}

static void cut(struct prompt *prompt, size_t from, size_t to)
{
	memmove(prompt->text + from, prompt->text + to, prompt->len - to + 1);
	prompt->len -= to - from;
	prompt->cursor = from;
}

static size_t utf8_encode(int code, char *out)
{
	if (code < 0x80) {
		out[0] = code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = 0xc0 | code >> 6;
		out[1] = 0x80 | (code & 0x3f);
		return 2;
	}
	if (code < 0x10000) {
		out[0] = 0xe0 | code >> 12;
		out[1] = 0x80 | (code >> 6 & 0x3f);
		out[2] = 0x80 | (code & 0x3f);
		return 3;
	}
	out[0] = 0xf0 | code >> 18;
	out[1] = 0x80 | (code >> 12 & 0x3f);
	out[2] = 0x80 | (code >> 6 & 0x3f);
	out[3] = 0x80 | (code & 0x3f);
	return 4;
}

static void insert(struct prompt *prompt, int code)
{
	char bytes[4];
	size_t len = utf8_encode(code, bytes);

	if (prompt->len + len >= sizeof(prompt->text))
		return;
	memmove(prompt->text + prompt->cursor + len, prompt->text + prompt->cursor,
		prompt->len - prompt->cursor + 1);
	memcpy(prompt->text + prompt->cursor, bytes, len);
	prompt->len += len;
	prompt->cursor += len;
}

static void edit(struct prompt *prompt, int key)
{
	switch (key) {
	case KEYCODE_LEFT:
	case CONTROL('b'):
		prompt->cursor = before(prompt, prompt->cursor);
		return;
	case KEYCODE_RIGHT:
	case CONTROL('f'):
		prompt->cursor = after(prompt, prompt->cursor);
		return;
	case KEYCODE_HOME:
	case CONTROL('a'):
		prompt->cursor = 0;
		return;
	case KEYCODE_END:
	case CONTROL('e'):
		prompt->cursor = prompt->len;
		return;
	case KEYCODE_BACKSPACE:
		cut(prompt, before(prompt, prompt->cursor), prompt->cursor);
		return;
	case KEYCODE_DELETE:
	case CONTROL('d'):
		cut(prompt, prompt->cursor, after(prompt, prompt->cursor));
		return;
	case CONTROL('u'):
		cut(prompt, 0, prompt->cursor);
		return;
	case CONTROL('k'):
		cut(prompt, prompt->cursor, prompt->len);
		return;
	case CONTROL('w'):
		cut(prompt, word_before(prompt, prompt->cursor), prompt->cursor);
		return;
	default:
		if (key >= ' ' && key < KEYCODE_FIRST)
			insert(prompt, key);
	}
}

void prompt_key(struct prompt *prompt, int key, void *ctx)
{
	if (key == ESCAPE || key == CONTROL('c') || key == CONTROL('g')) {
		prompt->open = false;
		return;
	}
	prompt->error[0] = '\0';
	if (key != '\r')
		edit(prompt, key);
	else if (!prompt->accept(ctx, prompt->what, prompt->text, prompt->error,
				 sizeof(prompt->error)))
		prompt->open = false;
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* Where to begin so that the cursor is in sight: a byte offset. */
static size_t first_shown(const struct prompt *prompt, const struct grid *grid, int room)
{
	int shift = grid_width(grid, prompt->text, prompt->cursor) - room;
	size_t first = 0;

	while (shift > 0 && first < prompt->cursor) {
		size_t next = after(prompt, first);

		shift -= grid_width(grid, prompt->text + first, next - first);
		first = next;
	}
	return first;
}

void prompt_draw(const struct prompt *prompt, struct grid *grid, int row, int *cursor_col)
{
	int error = grid_width(grid, prompt->error, strlen(prompt->error));
	char label[160];
	int start, room, col;
	size_t first;

	grid_fill(grid, row, 0, grid->cols, ROLE_PROMPT);
	snprintf(label, sizeof(label), "%s: ", prompt->label);
	start = grid_puts(grid, row, 0, grid->cols / 2, label, ROLE_PROMPT);

	/* A long text leaves up to half the line to why it was refused. */
	if (error > grid->cols / 2)
		error = grid->cols / 2;
	room = grid->cols - start - 1 - (error ? error + 2 : 0);
	if (room < 8)
		room = 8;
	first = first_shown(prompt, grid, room);
	col = start + grid_width(grid, prompt->text + first, prompt->cursor - first);
	*cursor_col = col < grid->cols ? col : grid->cols - 1;
	col = start + grid_text(grid, row, start, room + 1, prompt->text + first,
				prompt->len - first, ROLE_PROMPT);
	if (error)
		grid_puts(grid, row, col + 2, grid->cols - col - 2, prompt->error, ROLE_WARNING);
}
