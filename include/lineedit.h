/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_LINEEDIT_H
#define CONNTOP_LINEEDIT_H

/* A line of text being edited, with readline(3)'s keys. Knows nothing of where it is shown. */
#include <stdbool.h>
#include <stddef.h>

#define LINE_MAX_BYTES 8192 /* the NUL included */

struct line {
	char text[LINE_MAX_BYTES];   /* UTF-8, terminated */
	size_t len;		     /* bytes */
	size_t cursor;		     /* byte offset of the character under it */
	char killed[LINE_MAX_BYTES]; /* what ^K ^U ^W and their like took out, for ^Y */
	bool killing; /* the last key was one of them: the next one's is joined to it */
};

/* Another text, the cursor behind it; cut at a whole character when it is too long. */
void line_set(struct line *line, const char *text);

/*
 * Takes a key (keys.h). True when the text is another one now. Keys that mean nothing in a line
 * change nothing.
 */
bool line_key(struct line *line, int key);

/*
 * Inserts text at the cursor, as far as there is room: blanks for line feeds and tabs; other
 * controls and what is not UTF-8 are left out. True when the text is another one now.
 */
bool line_paste(struct line *line, const char *text, size_t len);

/* Puts `text` in place of the bytes from `from` to the cursor; false when it has no room. */
bool line_replace(struct line *line, size_t from, const char *text, size_t len);

/* The offset after the glyph at `at`. */
size_t line_after(const struct line *line, size_t at);

#endif
