/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_COMPLETE_H
#define CONNTOP_COMPLETE_H

/* What Tab makes of the word before the cursor. */
#include <stddef.h>
#include "pane.h"

#define CANDIDATES_MAX 1000 /* more are not looked at */

/* Words that may stand from `from` on in place of what is typed there. Zeroed: none. */
struct candidates {
	size_t from; /* byte offset in the text */
	char **words;
	size_t n;
};

void candidates_fini(struct candidates *candidates);

/* Adds a copy of `word`, once; without memory, or above CANDIDATES_MAX, there is one less. */
void candidates_add(struct candidates *candidates, const char *word);

/* Orders them. */
void candidates_sort(struct candidates *candidates);

/* The bytes that all of them begin with, in whole characters. */
size_t candidates_common(const struct candidates *candidates);

/* Names of users, for the value of a list that ends at `cursor`. */
void complete_users(const char *text, size_t cursor, struct candidates *out);
/* Keys of the columns that the pane's rows have. */
void complete_columns(const struct pane *pane, const char *text, size_t cursor,
		      struct candidates *out);
/* Files and, with a / behind them, folders; hidden ones when asked for by their dot. */
void complete_files(const char *text, size_t cursor, struct candidates *out);

/* Where the value of a list that ends at `cursor` begins: behind a comma, a blank, a `!`. */
size_t complete_value(const char *text, size_t cursor);

#endif
