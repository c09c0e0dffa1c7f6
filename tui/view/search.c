/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts looked for in cells: a text itself, and row filters. */
#include <errno.h>
#include <regex.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "search.h"

/* In ASCII: the same in every locale, and a byte of UTF-8 never is a letter. */
static char lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte;
}

/* Whether there is a capital letter, but those that a backslash makes something else. */
static bool has_capital(const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' && text[1])
			text++;
		else if (lower(*text) != *text)
			return true;
	}
	return false;
}

void search_set(struct search *search, const char *text)
{
	snprintf(search->text, sizeof(search->text), "%s", text);
	search->len = strlen(search->text);
	search->any_case = true;
	for (size_t i = 0; i < search->len; i++)
		search->any_case &= lower(search->text[i]) == search->text[i];
}

bool search_on(const struct search *search)
{
	return search->len;
}

static bool same(const char *text, const struct search *search)
{
	for (size_t i = 0; i < search->len; i++)
		if (lower(text[i]) != search->text[i])
			return false;
	return true;
}

size_t search_span(const struct search *search, const char *text, size_t len, size_t from,
		   size_t *match_len)
{
	const char *found;

	*match_len = search->len;
	if (!search->len || from > len)
		return SIZE_MAX;
	if (!search->any_case) {
		found = memmem(text + from, len - from, search->text, search->len);
		return found ? (size_t)(found - text) : SIZE_MAX;
	}
	for (size_t at = from; at + search->len <= len; at++)
		if (same(text + at, search))
			return at;
	return SIZE_MAX;
}

/* --- row filters ------------------------------------------------------------------------------ */

struct row_filter {
	char text[SEARCH_TEXT_MAX]; /* as typed */
	struct search search;	    /* of a text */
	bool is_regex;
	regex_t regex;
};

#define REPEATS_MAX 10000

/*
 * What glibc would take minutes or gigabytes for, on each cell or at once: back-references, and
 * counted repeats of repeats. NULL, or why not.
 */
static const char *too_costly(const char *expression)
{
	unsigned long repeats = 1;

	for (const char *at = expression; *at; at++) {
		if (*at == '\\' && at[1]) {
			at++;
			if (*at >= '1' && *at <= '9')
				return "back-references are not supported";
		} else if (*at == '{') {
			const char *comma = at + 1 + strspn(at + 1, "0123456789");
			unsigned long least = strtoul(at + 1, NULL, 10);
			unsigned long most = *comma == ',' ? strtoul(comma + 1, NULL, 10) : 0;

			if (least > REPEATS_MAX || most > REPEATS_MAX)
				return "too many repeats";
			repeats *= (least > most ? least : most) + 1;
			if (repeats > REPEATS_MAX)
				return "too many repeats";
		}
	}
	return NULL;
}

static int compile(struct row_filter *filter, const char *expression, char *error, size_t error_cap)
{
	int flags = REG_EXTENDED | REG_NOSUB | (has_capital(expression) ? 0 : REG_ICASE);
	const char *why = *expression ? too_costly(expression) : "the expression is empty";
	int err;

	if (why) {
		snprintf(error, error_cap, "%s", why);
		return -EINVAL;
	}
	err = regcomp(&filter->regex, expression, flags);
	if (err) {
		regerror(err, &filter->regex, error, error_cap);
		return err == REG_ESPACE ? -ENOMEM : -EINVAL;
	}
	filter->is_regex = true;
	return 0;
}

int row_filter_new(const char *text, struct row_filter **out, char *error, size_t error_cap)
{
	char expression[SEARCH_TEXT_MAX];
	size_t len = strlen(text);
	struct row_filter *filter;
	int err = 0;

	*out = NULL;
	if (!len)
		return 0;
	if (len >= SEARCH_TEXT_MAX) {
		snprintf(error, error_cap, "too long: at most %d bytes", SEARCH_TEXT_MAX - 1);
		return -EINVAL;
	}
	filter = calloc(1, sizeof(*filter));
	if (!filter) {
		snprintf(error, error_cap, "out of memory");
		return -ENOMEM;
	}
	memcpy(filter->text, text, len + 1);
	search_set(&filter->search, text);
	if (len > 1 && text[0] == '/' && text[len - 1] == '/') {
		memcpy(expression, text + 1, len - 2);
		expression[len - 2] = '\0';
		err = compile(filter, expression, error, error_cap);
	}
	if (err)
		row_filter_free(filter);
	else
		*out = filter;
	return err;
}

void row_filter_free(struct row_filter *filter)
{
	if (filter && filter->is_regex)
		regfree(&filter->regex);
	free(filter);
}

const char *row_filter_text(const struct row_filter *filter)
{
	return filter ? filter->text : "";
}

bool row_filter_match(const struct row_filter *filter, const char *text, size_t len)
{
	regmatch_t range = { .rm_so = 0, .rm_eo = (regoff_t)len };
	size_t match_len;

	if (filter->is_regex)
		return !regexec(&filter->regex, text, 1, &range, REG_STARTEND);
	return search_span(&filter->search, text, len, 0, &match_len) != SIZE_MAX;
}
