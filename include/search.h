/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SEARCH_H
#define CONNTOP_SEARCH_H

/*
 * Texts looked for in what cells show: the search, which moves the selection, and the row filter,
 * which hides rows. Without regard to (ASCII) case, unless the text has a capital letter.
 */
#include <stdbool.h>
#include <stddef.h>

#define SEARCH_TEXT_MAX 256 /* bytes, the NUL included; also of a row filter */

struct search {
	char text[SEARCH_TEXT_MAX]; /* "": nothing is looked for */
	size_t len;
	bool any_case;
};

/* What does not fit is left out. */
void search_set(struct search *search, const char *text);

/* Whether anything is looked for. */
bool search_on(const struct search *search);

/*
 * Where in `text` (`len` bytes) it occurs first at or after `from`; SIZE_MAX: nowhere, or nothing
 * is looked for. `*match_len`: the bytes that match.
 */
size_t search_span(const struct search *search, const char *text, size_t len, size_t from,
		   size_t *match_len);

struct row_filter;

/*
 * A row filter from what people type: a text, or a POSIX extended /regex/. *out: to be freed by
 * row_filter_free(); NULL for an empty text, which hides nothing. 0, -ENOMEM, or -EINVAL with a
 * sentence that says what is wrong with the expression.
 */
int row_filter_new(const char *text, struct row_filter **out, char *error, size_t error_cap);
void row_filter_free(struct row_filter *filter);

/* As it was typed; "" for NULL. */
const char *row_filter_text(const struct row_filter *filter);

/* Whether a cell has it. `text` may hold NULs. */
bool row_filter_match(const struct row_filter *filter, const char *text, size_t len);

#endif
