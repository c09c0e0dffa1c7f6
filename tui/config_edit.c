/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes the text of a configuration line by line: what is not changed stays byte for byte, the
 * comments, the order and the keys of other versions among it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "config.h"
#include "config_text.h"

#define LINE_WIDTH 96

bool config_continues(const char *line, size_t len)
{
	size_t blanks = strspn(line, CONFIG_BLANKS);

	return blanks && blanks < len && !strchr(";#[\n", line[blanks]) && !memchr(line, '=', len);
}

bool config_name_fits(const char *name)
{
	size_t len = strlen(name);

	if (!len || len >= CONFIG_NAME_MAX || name[0] == ' ' || name[len - 1] == ' ')
		return false;
	for (; *name; name++)
		if ((unsigned char)*name < ' ' || *name == 0x7f || strchr("];", *name))
			return false;
	return true;
}

/* --- lines ------------------------------------------------------------------------------------ */

enum line_kind { LINE_OTHER, LINE_SECTION, LINE_KEY, LINE_MORE };

struct line {
	enum line_kind kind;
	bool within;		 /* its section has a key by now */
	const char *start, *end; /* the newline included */
	const char *name;	 /* of a section or a key */
	size_t name_len;
	const char *value, *value_end; /* of a key or what goes on with it */
};

/* Where the value of a line ends: before blanks, or a comment after one. Something is before it. */
static const char *value_end(const char *value, const char *end)
{
	const char *at = value;

	while (at < end && *at != '\n' && (*at != ';' || !strchr(CONFIG_BLANKS, at[-1])))
		at++;
	while (at > value && strchr(CONFIG_BLANKS, at[-1]))
		at--;
	return at;
}

static void read_section(struct line *line, const char *at)
{
	size_t len = strcspn(at, "]\n");

	if (at[len] != ']')
		return;
	line->kind = LINE_SECTION;
	line->name = at;
	line->name_len = len;
}

static void read_key(struct line *line, const char *at)
{
	size_t len = strcspn(at, "=:\n");

	if (at[len] != '=' && at[len] != ':')
		return;
	line->kind = LINE_KEY;
	line->name = at;
	line->value = at + len + 1;
	line->value += strspn(line->value, " \t");
	line->value_end = value_end(line->value, line->end);
	while (len && strchr(CONFIG_BLANKS, at[len - 1]))
		len--;
	line->name_len = len;
}

static void read_content(struct line *line, const char *at)
{
	const char *first = at + strspn(at, CONFIG_BLANKS);

	if (line->within && config_continues(at, strcspn(at, "\n"))) {
		line->kind = LINE_MORE;
		line->value = first;
		line->value_end = value_end(first, line->end);
	} else if (*first == '[') {
		line->within = false;
		read_section(line, first + 1);
	} else if (!strchr(";#\n", *first)) {
		read_key(line, first);
		line->within = true;
	}
}

/* Reads the line at `at`, after the one in `line` if it has one; false at the end of the text. */
static bool line_read(struct line *line, const char *at, const char *text)
{
	size_t len = strcspn(at, "\n");

	*line = (struct line){ .within = line->within,
			       .start = at,
			       .end = at + len + (at[len] == '\n') };
	if (!*at)
		return false;
	if (at == text && !strncmp(at, CONFIG_BOM, strlen(CONFIG_BOM)))
		at += strlen(CONFIG_BOM);
	read_content(line, at);
	return true;
}

static bool is_named(const struct line *line, const char *name)
{
	return line->name_len == strlen(name) && !memcmp(line->name, name, line->name_len);
}

/* --- where something stands ------------------------------------------------------------------- */

struct place {
	struct line key;	 /* the line; name NULL: it is not there */
	const char *key_end;	 /* behind the last line of its value */
	const char *section;	 /* where it begins, the first of the name; NULL: it is not there */
	const char *section_end; /* behind its last key */
};

/* What a section's line changes about where we are. */
static bool enter(struct place *place, const struct line *line, const char *section, bool *first)
{
	bool within = is_named(line, section);

	*first = within && !place->section;
	if (*first)
		place->section = line->start;
	return within;
}

/* Finds a section, and a key in all sections of that name; `key` may be NULL. */
static struct place find(const char *text, const char *section, const char *key)
{
	struct place place = { .section = NULL };
	bool within = false, first = false, found = false;
	struct line line = { .within = false };

	for (const char *at = text; line_read(&line, at, text); at = line.end) {
		if (line.kind == LINE_SECTION)
			within = enter(&place, &line, section, &first);
		if (!within || line.kind == LINE_OTHER)
			continue;
		if (first)
			place.section_end = line.end;
		if (line.kind != LINE_MORE)
			found = line.kind == LINE_KEY && key && is_named(&line, key);
		if (found && line.kind == LINE_KEY)
			place.key = line;
		if (found)
			place.key_end = line.end;
	}
	return place;
}

/* Whether two values are the same list of words; of a single word, a comma may be a part. */
static bool same_words(const char *a, const char *a_end, const char *b, const char *b_end)
{
	const char *between = strpbrk(b, " ,") ? " \t\r\n," : " \t\r\n";

	for (;;) {
		while (a < a_end && strchr(between, *a))
			a++;
		while (b < b_end && strchr(between, *b))
			b++;
		if (a == a_end || b == b_end)
			return a == a_end && b == b_end;
		while (a < a_end && b < b_end && !strchr(between, *a) && *a == *b)
			a++, b++;
		if ((a < a_end && !strchr(between, *a)) || (b < b_end && !strchr(between, *b)))
			return false;
	}
}

/* --- writing ---------------------------------------------------------------------------------- */

/* The value, in more lines where it is a long list. */
static void write_value(FILE *out, size_t col, const char *value)
{
	bool wraps = !strchr(value, '=');

	while (*value) {
		size_t len = strcspn(value, ",");

		len += value[len] == ',';
		if (wraps && col > 16 && col + len > LINE_WIDTH) {
			fputs("\n\t", out);
			col = 8;
		}
		fwrite(value, 1, len, out);
		col += len;
		value += len;
	}
}

static void write_part(FILE *out, const char *from, const char *to)
{
	fwrite(from, 1, to - from, out);
}

/* The text with another value for a key that is there. */
static void write_changed(FILE *out, const char *text, const struct place *place, const char *value)
{
	const struct line *key = &place->key;
	struct line line = *key;

	write_part(out, text, key->value);
	if (key->value == key->value_end && !strchr(CONFIG_BLANKS, key->value[-1]))
		fputc(' ', out);
	write_value(out, key->value - key->start, value);
	if (*key->value_end == ';')
		fputc(' ', out);
	write_part(out, key->value_end, key->end);
	/* Of the lines behind it those that were its value go, comments between them stay. */
	for (const char *at = key->end; at < place->key_end; at = line.end) {
		line_read(&line, at, text);
		if (line.kind != LINE_MORE)
			write_part(out, line.start, line.end);
	}
	fputs(place->key_end, out);
}

static void write_added(FILE *out, const char *text, const struct place *place,
			const struct config_change *change)
{
	const char *at = place->section ? place->section_end : text + strlen(text);

	write_part(out, text, at);
	if (at > text && at[-1] != '\n')
		fputc('\n', out);
	if (!place->section)
		fprintf(out, "%s[%s]\n", at > text ? "\n" : "", change->section);
	fprintf(out, "%s = ", change->key);
	write_value(out, strlen(change->key) + 3, change->value);
	fputc('\n', out);
	fputs(at, out);
}

/* Whether the key has that value already, over all its lines. False without memory, too. */
static bool is_same(const char *text, const struct place *place, const char *value)
{
	char *joined = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&joined, &size);
	struct line line = place->key;
	bool same;

	if (!out)
		return false;
	for (const char *at = place->key.start; at < place->key_end; at = line.end) {
		if (!line_read(&line, at, text) || line.kind == LINE_OTHER)
			continue;
		write_part(out, line.value, line.value_end);
		fputc(' ', out);
	}
	same = !fclose(out) && joined &&
	       same_words(joined, joined + size, value, value + strlen(value));
	free(joined);
	return same;
}

static char *edit_one(const char *text, const struct config_change *change)
{
	struct place place = find(text, change->section, change->key);
	char *changed = NULL;
	size_t size;
	FILE *out;

	if (place.key.name ? is_same(text, &place, change->value) : change->usual)
		return strdup(text);
	out = open_memstream(&changed, &size);
	if (!out)
		return NULL;
	if (place.key.name)
		write_changed(out, text, &place, change->value);
	else
		write_added(out, text, &place, change);
	if (fclose(out)) {
		free(changed);
		return NULL;
	}
	return changed;
}

char *config_edit(const char *text, const struct config_change *changes, size_t n)
{
	char *changed = strdup(text);

	for (size_t i = 0; i < n && changed; i++) {
		char *next = edit_one(changed, &changes[i]);

		free(changed);
		changed = next;
	}
	return changed;
}

char *config_cut(const char *text, const char *section)
{
	char *left = strdup(text);
	struct place place;

	while (left && (place = find(left, section, NULL)).section) {
		char *from = left + (place.section - left);
		const char *rest = place.section_end;

		/* With the blank lines behind it; what stands before it stays. */
		rest += strspn(rest, "\n");
		memmove(from, rest, strlen(rest) + 1);
	}
	return left;
}
