/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SANITIZE_H
#define CONNTOP_SANITIZE_H

/*
 * The one sanitiser. comm, argv and file names are written by whoever runs a process on the host;
 * every byte of them passes here before a terminal, a text file, CSV or JSON sees it.
 *
 * What a terminal might obey is shown instead: C0 and DEL as \n, \t, \e or \xNN, C1, bidirectional
 * controls, zero-width and other format characters, noncharacters, private-use and unassigned-width
 * characters as \u{NNNN}, bytes that are not UTF-8 (strict: no overlong forms, no surrogates, at
 * most U+10FFFF) as \xNN. Combining marks stay with the character before them, at most
 * SANITIZE_MARKS_MAX to one; more, or one with no character before it, are shown as \u{NNNN}.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SANITIZE_MARKS_MAX 2
#define SANITIZE_GLYPH_MAX 16 /* bytes of the longest glyph: a base and its marks, or an escape */

/* What can be written anywhere as one piece: printable UTF-8 without NUL. */
struct glyph {
	char bytes[SANITIZE_GLYPH_MAX]; /* not terminated */
	uint8_t len;			/* bytes used, 1 to SANITIZE_GLYPH_MAX */
	uint8_t width; /* columns, as the terminal counts them: 1 or 2, more for an escape */
};

/* What the output can show. */
enum charset {
	CHARSET_UTF8,
	CHARSET_ASCII, /* everything above 0x7e is escaped as well */
};

/*
 * Whether `text` (of `len` bytes, at least 1) begins with printable ASCII that no mark can follow:
 * a glyph of one byte and one column in every charset and locale, as nearly all are.
 */
static inline bool glyph_is_plain(const char *text, size_t len)
{
	return text[0] >= 0x20 && text[0] < 0x7f && (len == 1 || (unsigned char)text[1] < 0x80);
}

/*
 * Takes one glyph off the front of `text` (of `len` bytes, at least 1, NULs are bytes like others).
 * Returns how many bytes it took: at least 1. Widths are wcwidth(3)'s where the locale knows the
 * character, else 1.
 */
size_t sanitize_glyph(const char *text, size_t len, enum charset charset, struct glyph *out);

/*
 * Writes `text` made safe to `out`, terminated, as many whole glyphs as fit in `cap` bytes
 * (at least 1). Returns the columns they take.
 */
size_t sanitize_text(char *out, size_t cap, const char *text, size_t len, enum charset charset);

/*
 * Decodes one UTF-8 character, strictly (RFC 3629), from `len` bytes. Returns the bytes that it
 * takes, or 0 when there is no whole valid character at the front.
 */
size_t utf8_decode(const char *text, size_t len, uint32_t *code_point);

/*
 * Whether a terminal, or who reads what it shows, might be led astray by a code point: it is a
 * control, changes the order of a line, cannot be seen, or is none that means the same to all.
 */
bool utf8_acts(uint32_t code_point);

/* Writes a code point, which is one, as UTF-8 into `out` of 4 bytes; how many it takes. */
size_t utf8_encode(uint32_t code_point, char *out);

#endif
