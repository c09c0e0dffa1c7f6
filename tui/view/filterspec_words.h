/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_FILTERSPEC_WORDS_H
#define CONNTOP_FILTERSPEC_WORDS_H

/* What the readers of the dimensions' values share. */
#include <stdbool.h>
#include <stdint.h>
#include "filterspec.h"

/* The expression being read, and where errors go. */
struct reading {
	enum filter_dimension dimension;
	struct filterspec *spec;
	char *error;
	size_t error_cap;
};

/* One value of it, not terminated. */
struct word {
	const char *text;
	size_t len;
	bool excluded;
};

/* Refuses a word that is none of the dimension's values. Returns -EINVAL. */
int word_bad(const struct reading *reading, const struct word *word, const char *why);

/* Refuses one that there is no room for: a filter has at most `most` of such things. -E2BIG. */
int word_full(const struct reading *reading, const struct word *word, int most, const char *things);

/* Decimal digits and nothing else, up to `max`. */
bool word_number(const char *text, size_t len, uint32_t max, uint32_t *out);

/* Appends a value to the canonical text. 0 or -E2BIG. */
int word_keep(const struct reading *reading, const struct word *word, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Each adds a word to the spec. 0 or -errno with the sentence. */
int word_add_addr(const struct reading *reading, const struct word *word);
int word_add_comm(const struct reading *reading, const struct word *word);

#endif
