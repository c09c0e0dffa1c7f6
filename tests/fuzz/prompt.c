/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command prompt: keys, pastes, completion, history. Input: keys, a byte each; the highest
 * bytes are steps of their own.
 */
#include "filterspec.h"
#include "fuzz.h"
#include "keys.h"
#include "prompt.h"

enum {
	STEP_KEY = 0xf0, /* three bytes: any character, and what is none */
	STEP_CODE,	 /* a byte: of the keys beyond characters */
	STEP_ALT,	 /* a byte */
	STEP_PASTE,	 /* a byte: how many follow */
	STEP_FLOOD,	 /* a byte, many times over */
	STEP_OPEN,	 /* a byte: how long the text is that it opens with */
	STEP_DRAW,	 /* two bytes: charset and columns */
	STEP_SETTLE,
};

#define STEPS_MAX 2000
#define ROW	  4

FUZZ_START()

static int accept_text(void *ctx, int what, const char *text, char *error, size_t error_cap);

static int check_text(void *ctx, int what, const char *text, char *error, size_t error_cap)
{
	static struct filterspec spec;

	(void)ctx;
	return filterspec_set(&spec, what, text, error, error_cap);
}

static void complete_text(void *ctx, int what, const char *text, size_t cursor,
			  struct candidates *out)
{
	(void)ctx;
	if (what == FILTER_UID)
		complete_users(text, cursor, out);
	else
		complete_columns(&panes[PANE_CONNECTIONS], text, cursor, out);
}

static const struct prompt_kind kind = {
	.label = "Filter",
	.hint = "1,2 or !3; empty lifts",
	.accept = accept_text,
	.check = check_text,
	.complete = complete_text,
};

/* One question leads to the next. */
static int accept_text(void *ctx, int what, const char *text, char *error, size_t error_cap)
{
	int err = check_text(ctx, what, text, error, error_cap);

	if (!err && strlen(text) % 2)
		prompt_open(ctx, &kind, text, (what + 1) % FILTER_DIMENSIONS);
	return err;
}

/* A text as rows give it. */
static void open_with(struct prompt *prompt, struct fuzz *fuzz)
{
	char text[LINE_MAX_BYTES + 64];
	size_t len = fuzz_byte(fuzz);
	uint8_t *comm = fuzz_piece(fuzz, &len);

	filterspec_escape_comm((const char *)comm, len, text, sizeof(text));
	prompt_open(prompt, &kind, text, (int)(len % FILTER_DIMENSIONS));
	free(comm);
}

static void flood(struct prompt *prompt, uint8_t byte)
{
	char text[LINE_MAX_BYTES / 3];

	memset(text, byte, sizeof(text));
	prompt_paste(prompt, text, sizeof(text));
}

static void draw(const struct prompt *prompt, struct fuzz *fuzz)
{
	enum charset charset = fuzz_byte(fuzz) % 2 ? CHARSET_ASCII : CHARSET_UTF8;
	struct grid grid = { 0 };
	char row[256 * SANITIZE_GLYPH_MAX];
	int col = -1;

	fuzz_require(!grid_init(&grid, ROW + 1, 1 + fuzz_byte(fuzz), charset));
	prompt_draw(prompt, &grid, ROW, &col);
	fuzz_require(col >= 0 && col < grid.cols);
	for (int i = 0; i <= ROW; i++)
		fuzz_require(fuzz_is_safe(row, grid_row_text(&grid, i, row, sizeof(row)), ""));
	grid_fini(&grid);
}

static void step(struct prompt *prompt, struct fuzz *fuzz)
{
	uint8_t byte = fuzz_byte(fuzz);
	uint8_t *text;
	size_t len;
	int code;

	switch (byte) {
	case STEP_KEY:
		code = (int)fuzz_short(fuzz);
		prompt_key(prompt, code | fuzz_byte(fuzz) << 16, prompt);
		break;
	case STEP_CODE:
		code = fuzz_byte(fuzz) % (KEYCODE_UNKNOWN - KEYCODE_FIRST + 1);
		prompt_key(prompt, KEYCODE_FIRST + code, prompt);
		break;
	case STEP_ALT:
		prompt_key(prompt, KEYCODE_ALT | fuzz_byte(fuzz), prompt);
		break;
	case STEP_PASTE:
		len = fuzz_byte(fuzz);
		text = fuzz_piece(fuzz, &len);
		prompt_paste(prompt, (const char *)text, len);
		free(text);
		break;
	case STEP_FLOOD:
		flood(prompt, fuzz_byte(fuzz));
		break;
	case STEP_OPEN:
		open_with(prompt, fuzz);
		break;
	case STEP_DRAW:
		draw(prompt, fuzz);
		break;
	case STEP_SETTLE:
		prompt_settle(prompt, prompt);
		break;
	default:
		prompt_key(prompt, byte, prompt);
	}
}

/* UTF-8 without controls, the cursor on a character of it. */
static void check(const struct line *line)
{
	size_t at = 0;

	fuzz_require(line->len < sizeof(line->text) && strlen(line->text) == line->len);
	fuzz_require(line->cursor <= line->len && strlen(line->killed) < sizeof(line->killed));
	while (at < line->len) {
		uint32_t code;
		size_t n = fuzz_decode((const unsigned char *)line->text + at, line->len - at,
				       &code);

		fuzz_require(n && code >= 0x20 && code != 0x7f);
		fuzz_require(line->cursor <= at || line->cursor >= at + n);
		at += n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz fuzz = { data, size };
	struct prompt *prompt = calloc(1, sizeof(*prompt));

	fuzz_require(prompt);
	prompt_open(prompt, &kind, "", FILTER_PID);
	for (int i = 0; i < STEPS_MAX && fuzz.left; i++) {
		if (!prompt->open)
			prompt_open(prompt, &kind, "", i % FILTER_DIMENSIONS);
		step(prompt, &fuzz);
		check(&prompt->line);
	}
	prompt_fini(prompt);
	free(prompt);
	return 0;
}
