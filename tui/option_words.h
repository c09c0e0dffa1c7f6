/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_OPTION_WORDS_H
#define CONNTOP_OPTION_WORDS_H

/* Sentences about options that are refused. Private to the files that read options. */
#include <stddef.h>

#define QUOTE_MAX 128

struct quote {
	char text[QUOTE_MAX];
};

/* What was typed, safe to print: `len` bytes of it, or all. */
struct quote quote_part(const char *text, size_t len);
struct quote quote(const char *text);

/* Writes the sentence. Returns -EINVAL. */
int option_fail(char *error, size_t error_cap, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
