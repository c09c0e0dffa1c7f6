/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Globs on command names in filter expressions, made into the automaton of filter.h. They mean what
 * they mean to fnmatch(3) in the C locale: the kernel, which runs the automaton, knows bytes only.
 */
#include <fnmatch.h>
#include <locale.h>
#include <string.h>
#include "filterspec_words.h"
#include "sanitize.h"

#define WORD_BITS  64
#define TOKENS_MAX (FILTER_COMM_LEN - 1) /* a name has no more bytes */

/* A glob being made: its bits stand in one word of the automaton; `bit` is the last so far. */
struct glob {
	struct filter_globs *globs;
	uint32_t word;
	unsigned bit;
};

/* The length of a class as [:alpha:] at the front of `text`, which begins with [; 0: none. */
static size_t class_len(const char *text, size_t len)
{
	size_t at = 2;

	while (at < len && text[at] >= 'a' && text[at] <= 'z')
		at++;
	if (at + 1 >= len || text[1] != ':' || text[at] != ':' || text[at + 1] != ']')
		return 0;
	return at + 2;
}

/* The length of what a bracket opens at the front of `text`; 0: it is never closed. */
static size_t bracket_len(const char *text, size_t len)
{
	size_t first = 1 + (len > 1 && (text[1] == '!' || text[1] == '^'));
	size_t at = first;

	while (at < len) {
		size_t size = text[at] == '[' ? class_len(text + at, len - at) : 0;

		if (text[at] == ']' && at > first)
			return at + 1;
		if (text[at] == '\\')
			size = 2;
		at += size ? size : 1;
	}
	return 0;
}

/* The bytes that a bracket stands for. */
static void step_bracket(const struct glob *glob, const char *text, size_t len, __u64 bit)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", NULL), before = uselocale(c);
	char pattern[FILTER_TEXT_MAX];

	memcpy(pattern, text, len);
	pattern[len] = '\0';
	for (int byte = 1; byte < 256; byte++) {
		if (!fnmatch(pattern, (const char[]){ (char)byte, '\0' }, 0))
			glob->globs->step[byte][glob->word] |= bit;
	}
	uselocale(before);
	freelocale(c);
}

/* What stands for one byte, or a star: its length at the front of `text`; 0: half an escape. */
static size_t token_len(const char *text, size_t len)
{
	size_t bracket = *text == '[' ? bracket_len(text, len) : 0;

	if (bracket)
		return bracket;
	if (*text == '\\')
		return len > 1 ? 2 : 0;
	return 1;
}

/* How many bytes a glob stands for, stars aside; -1: it ends within an escape. */
static int tokens_count(const char *text, size_t len)
{
	int n = 0;

	for (size_t at = 0; at < len;) {
		size_t size = token_len(text + at, len - at);

		if (!size)
			return -1;
		n += text[at] != '*';
		at += size;
	}
	return n;
}

static void step_token(const struct glob *glob, const char *text, size_t len)
{
	__u64 bit = (__u64)1 << glob->bit;

	if (*text == '[' && len > 1) {
		step_bracket(glob, text, len, bit);
	} else if (*text == '?') {
		for (int byte = 1; byte < 256; byte++)
			glob->globs->step[byte][glob->word] |= bit;
	} else {
		glob->globs->step[(unsigned char)text[len - 1]][glob->word] |= bit;
	}
}

static void glob_write(struct glob *glob, const char *text, size_t len)
{
	struct filter_globs *globs = glob->globs;

	globs->start[glob->word] |= (__u64)1 << glob->bit;
	for (size_t at = 0; at < len;) {
		size_t size = token_len(text + at, len - at);

		if (text[at] == '*') {
			globs->loop[glob->word] |= (__u64)1 << glob->bit;
		} else {
			step_token(glob, text + at, size);
			glob->bit++;
		}
		at += size;
	}
	globs->final[glob->word] |= (__u64)1 << glob->bit;
}

/* Finds neighbouring bits that no glob has yet: behind the last one of a word. */
static bool glob_place(struct glob *glob, unsigned bits)
{
	for (glob->word = 0; glob->word < FILTER_COMM_WORDS; glob->word++) {
		__u64 final = glob->globs->final[glob->word];

		glob->bit = final ? WORD_BITS - (unsigned)__builtin_clzll(final) : 0;
		if (glob->bit + bits <= WORD_BITS)
			return true;
	}
	return false;
}

int word_add_comm(const struct reading *reading, const struct word *word)
{
	struct filter_comms *comms = &reading->spec->filter.comm;
	struct glob glob = { .globs = word->excluded ? &comms->not : &comms->only };
	int n = tokens_count(word->text, word->len);

	if (word->len >= FILTER_TEXT_MAX)
		return word_full(reading, word, FILTER_TEXT_MAX - 1, "characters");
	/* A second ! may be meant as one of the name or not. */
	if (!word->len || *word->text == '!' || n < 0)
		return word_bad(reading, word, filter_dimensions[FILTER_COMM].hint);
	if (n > TOKENS_MAX)
		return word_bad(reading, word, "the kernel cuts names to 15 bytes");
	if (!glob_place(&glob, (unsigned)n + 1))
		return word_full(reading, word, FILTER_COMM_WORDS * WORD_BITS,
				 "characters of commands");
	glob_write(&glob, word->text, word->len);
	if (glob.globs->n <= glob.word)
		glob.globs->n = glob.word + 1;
	return word_keep(reading, word, "%.*s", (int)word->len, word->text);
}

/* Whether the byte is another one in a glob than in a name. */
static bool is_special(char byte, bool first)
{
	return strchr("*?[\\, ", byte) || (first && byte == '!');
}

void filterspec_escape_comm(const char *comm, size_t len, char *out, size_t cap)
{
	size_t used = 0;

	for (size_t at = 0; at < len && used + 5 < cap;) {
		uint32_t code_point;
		size_t size = utf8_decode(comm + at, len - at, &code_point);
		bool typable = size && code_point >= ' ' && code_point != 0x7f;

		if (typable && is_special(comm[at], at == 0))
			out[used++] = '\\';
		if (typable)
			memcpy(out + used, comm + at, size);
		else
			out[used] = '?';
		used += typable ? size : 1;
		at += size ? size : 1;
	}
	out[used] = '\0';
}
