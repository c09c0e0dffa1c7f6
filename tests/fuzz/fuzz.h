/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_FUZZ_H
#define CONNTOP_FUZZ_H

/*
 * What the fuzz targets share. A target is LLVMFuzzerTestOneInput(): it makes what it needs of the
 * bytes given, by taking them from the front, and requires what must hold whatever they are.
 */
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ_LOCALE "C.UTF-8" /* as conntop on a terminal; seeds mean the same everywhere */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run, and the input is kept: something does not hold. */
#define fuzz_require(holds)                                                                 \
	do {                                                                                \
		if (!(holds)) {                                                             \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #holds); \
			abort();                                                            \
		}                                                                           \
	} while (0)

/* The two that matter: of UTF-8, and of bytes. */
static inline void fuzz_locales(locale_t locales[2])
{
	locales[0] = newlocale(LC_ALL_MASK, FUZZ_LOCALE, NULL);
	locales[1] = newlocale(LC_ALL_MASK, "C", NULL);
	fuzz_require(locales[0] && locales[1]);
}

/* --- the input -------------------------------------------------------------------------------- */

struct fuzz {
	const uint8_t *at;
	size_t left;
};

/* The next `n` bytes, zeros for those beyond the end. */
static inline void fuzz_bytes(struct fuzz *fuzz, void *out, size_t n)
{
	size_t have = n < fuzz->left ? n : fuzz->left;

	memset(out, 0, n);
	if (have)
		memcpy(out, fuzz->at, have);
	fuzz->at += have;
	fuzz->left -= have;
}

static inline uint8_t fuzz_byte(struct fuzz *fuzz)
{
	uint8_t byte;

	fuzz_bytes(fuzz, &byte, 1);
	return byte;
}

/* Two bytes, little-endian: below 65536. */
static inline uint32_t fuzz_short(struct fuzz *fuzz)
{
	uint32_t low = fuzz_byte(fuzz);

	return low | (uint32_t)fuzz_byte(fuzz) << 8;
}

/*
 * The next `n` bytes, or those that are left, in a piece of memory of just that size: the sanitizer
 * sees who reads beyond. `*n`: how many. To be freed.
 */
static inline uint8_t *fuzz_piece(struct fuzz *fuzz, size_t *n)
{
	uint8_t *piece;

	*n = *n < fuzz->left ? *n : fuzz->left;
	piece = malloc(*n ? *n : 1);
	fuzz_require(piece);
	fuzz_bytes(fuzz, piece, *n);
	return piece;
}

/* The same as a string, up to `most` bytes and without what follows a NUL. To be freed. */
static inline char *fuzz_text(struct fuzz *fuzz, size_t most)
{
	size_t n = most < fuzz->left ? most : fuzz->left;
	char *text = strndup((const char *)fuzz->at, n);

	fuzz_require(text);
	fuzz->at += n;
	fuzz->left -= n;
	return text;
}

/* --- what may be shown ------------------------------------------------------------------------ */

/*
 * The character at the front of `text`, decoded by the book (RFC 3629, section 4) and not by the
 * code under test. Returns its bytes; 0: it is none.
 */
static inline size_t fuzz_decode(const unsigned char *text, size_t len, uint32_t *code)
{
	size_t n = text[0] < 0x80 ? 1 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	if ((text[0] >= 0x80 && text[0] < 0xc0) || text[0] > 0xf7 || n > len)
		return 0;
	*code = n == 1 ? text[0] : text[0] & (0xff >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if (text[i] >> 6 != 2)
			return 0;
		*code = *code << 6 | (text[i] & 0x3f);
	}
	if (*code < least[n] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return n;
}

/* What a terminal, or who reads, may be led astray by: C0, DEL, C1, bidirectional controls. */
static inline bool fuzz_is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x61c || code == 0x200e ||
	       code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

/* Whether `text` is UTF-8 without controls other than those in `allowed`. */
static inline bool fuzz_is_safe(const char *text, size_t len, const char *allowed)
{
	const unsigned char *at = (const unsigned char *)text;

	while (len > 0) {
		uint32_t code;
		size_t n = fuzz_decode(at, len, &code);

		if (!n)
			return false;
		if (fuzz_is_control(code) && (!code || code > 0x7f || !strchr(allowed, (int)code)))
			return false;
		at += n;
		len -= n;
	}
	return true;
}

/* A sentence for people: one line, and not empty. */
static inline bool fuzz_is_sentence(const char *text)
{
	return *text && fuzz_is_safe(text, strlen(text), "");
}

/* Of a file that is not the caller's to see: errors never quote it. In seeds wherever it can be. */
#define FUZZ_SECRET "s3cr"

static inline bool fuzz_is_discreet(const char *sentence)
{
	return fuzz_is_sentence(sentence) && !strstr(sentence, FUZZ_SECRET);
}

/* --- the start -------------------------------------------------------------------------------- */

/* Once, before the first input. Without a zone, local time looks for its file again and again. */
#define FUZZ_START()                                                                     \
	int LLVMFuzzerInitialize(int *argc, char ***argv)                                \
	{                                                                                \
		(void)argc, (void)argv;                                                  \
		fuzz_require(setlocale(LC_ALL, FUZZ_LOCALE) && !setenv("TZ", "UTC", 1)); \
		return 0;                                                                \
	}

#endif
