/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include "keys.h"
#include "lineedit.h"
#include "sanitize.h"

#define CONTROL(letter) ((letter)&0x1f)

/* --- places ----------------------------------------------------------------------------------- */

static bool continues(char byte)
{
	return (byte & 0xc0) == 0x80;
}

size_t line_after(const struct line *line, size_t at)
{
	struct glyph glyph;

	if (at >= line->len)
		return line->len;
	return at + sanitize_glyph(line->text + at, line->len - at, CHARSET_UTF8, &glyph);
}

/* Glyphs can be told from the front only: marks belong to what is before them. */
static size_t glyph_before(const struct line *line, size_t at)
{
	size_t before = 0;

	for (size_t next = 0; next < at; next = line_after(line, next))
		before = next;
	return before;
}

/* Letters, digits and all beyond ASCII: what Alt-B and its like take for a word. */
static bool is_word(char byte)
{
	return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= 'a' && byte <= 'z') || (byte & 0x80);
}

static size_t word_after(const struct line *line)
{
	size_t at = line->cursor;

	while (at < line->len && !is_word(line->text[at]))
		at++;
	while (at < line->len && is_word(line->text[at]))
		at++;
	return at;
}

static size_t word_before(const struct line *line)
{
	size_t at = line->cursor;

	while (at > 0 && !is_word(line->text[at - 1]))
		at--;
	while (at > 0 && is_word(line->text[at - 1]))
		at--;
	return at;
}

/* ^W takes a value of a list. */
static size_t value_before(const struct line *line)
{
	size_t at = line->cursor;

	while (at > 0 && strchr(" ,", line->text[at - 1]))
		at--;
	while (at > 0 && !strchr(" ,", line->text[at - 1]))
		at--;
	return at;
}

/* --- changes ---------------------------------------------------------------------------------- */

void line_set(struct line *line, const char *text)
{
	size_t len = strlen(text);

	if (len >= sizeof(line->text)) {
		len = sizeof(line->text) - 1;
		while (len > 0 && continues(text[len]))
			len--;
	}
	memmove(line->text, text, len);
	line->text[len] = '\0';
	line->len = len;
	line->cursor = len;
	line->killing = false;
}

static void cut(struct line *line, size_t from, size_t to)
{
	memmove(line->text + from, line->text + to, line->len - to + 1);
	line->len -= to - from;
	line->cursor = from;
}

static bool insert(struct line *line, const char *bytes, size_t len)
{
	if (line->len + len >= sizeof(line->text))
		return false;
	memmove(line->text + line->cursor + len, line->text + line->cursor,
		line->len - line->cursor + 1);
	memcpy(line->text + line->cursor, bytes, len);
	line->len += len;
	line->cursor += len;
	return true;
}

bool line_replace(struct line *line, size_t from, const char *text, size_t len)
{
	if (line->len - (line->cursor - from) + len >= sizeof(line->text))
		return false;
	cut(line, from, line->cursor);
	return insert(line, text, len);
}

/* Cuts out, to be put back by ^Y; what one key after another takes out is one piece. */
static void kill(struct line *line, size_t from, size_t to)
{
	size_t len = to - from, had = line->killing ? strlen(line->killed) : 0;
	bool backward = to == line->cursor;

	if (!len)
		return;
	/* No longer than the line ever was, or the oldest is given up. */
	if (had + len >= sizeof(line->killed))
		had = 0;
	if (backward)
		memmove(line->killed + len, line->killed, had);
	memcpy(line->killed + (backward ? 0 : had), line->text + from, len);
	line->killed[had + len] = '\0';
	cut(line, from, to);
}

/* A character that stands for itself: no control, C1 included, and no half of a pair. */
static bool is_character(int code)
{
	return code >= ' ' && (code < 0x7f || code > 0x9f) && (code < 0xd800 || code > 0xdfff) &&
	       code <= 0x10ffff;
}

static void insert_character(struct line *line, int code)
{
	char bytes[4];
	size_t len;

	if (!is_character(code))
		return;
	len = utf8_encode(code, bytes);
	insert(line, bytes, len);
}

bool line_paste(struct line *line, const char *text, size_t len)
{
	size_t had = line->len, at = 0;

	/* The line feed that ends a copied line is no part of it. */
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	line->killing = false;
	while (at < len) {
		uint32_t code = 0;
		size_t taken = utf8_decode(text + at, len - at, &code);

		if (taken)
			insert_character(line, code == '\n' || code == '\t' ? ' ' : (int)code);
		at += taken ? taken : 1;
	}
	return line->len != had;
}

/* --- keys ------------------------------------------------------------------------------------- */

/* Keys that move the cursor; false: the key is none of them. */
static bool move(struct line *line, int key)
{
	switch (key) {
	case KEYCODE_LEFT:
	case CONTROL('b'):
		line->cursor = glyph_before(line, line->cursor);
		return true;
	case KEYCODE_RIGHT:
	case CONTROL('f'):
		line->cursor = line_after(line, line->cursor);
		return true;
	case KEYCODE_HOME:
	case CONTROL('a'):
		line->cursor = 0;
		return true;
	case KEYCODE_END:
	case CONTROL('e'):
		line->cursor = line->len;
		return true;
	case KEYCODE_ALT | 'b':
		line->cursor = word_before(line);
		return true;
	case KEYCODE_ALT | 'f':
		line->cursor = word_after(line);
		return true;
	default:
		return false;
	}
}

/* Keys that take out what ^Y puts back. */
static bool take_out(struct line *line, int key)
{
	size_t cursor = line->cursor;

	switch (key) {
	case CONTROL('u'):
		kill(line, 0, cursor);
		break;
	case CONTROL('k'):
		kill(line, cursor, line->len);
		break;
	case CONTROL('w'):
		kill(line, value_before(line), cursor);
		break;
	case KEYCODE_ALT | 'd':
		kill(line, cursor, word_after(line));
		break;
	case KEYCODE_ALT | KEYCODE_BACKSPACE:
		kill(line, word_before(line), cursor);
		break;
	default:
		return false;
	}
	line->killing = true;
	return true;
}

static void change(struct line *line, int key)
{
	switch (key) {
	case KEYCODE_BACKSPACE:
		cut(line, glyph_before(line, line->cursor), line->cursor);
		return;
	case KEYCODE_DELETE:
	case CONTROL('d'):
		cut(line, line->cursor, line_after(line, line->cursor));
		return;
	case CONTROL('y'):
		insert(line, line->killed, strlen(line->killed));
		return;
	default:
		insert_character(line, key);
	}
}

bool line_key(struct line *line, int key)
{
	size_t had = line->len;

	if (!take_out(line, key)) {
		line->killing = false;
		if (!move(line, key))
			change(line, key);
	}
	return line->len != had;
}
