/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Filter expressions: text to what the predicate needs. A new expression is built beside the one in
 * force and takes its place only as a whole. Here are the words of an expression, and the
 * dimensions whose values are numbers.
 */
#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "filterspec_words.h"
#include "sanitize.h"

#define PID_MAX	 4194304U    /* PID_MAX_LIMIT of the kernel's threads.h */
#define UID_LAST 4294967294U /* the next, (uid_t)-1, means "none" */
#define PORT_MAX 65535U

/* A line feed is one as well: -p "$(pgrep nginx)" is what people write. */
#define BLANKS " \t\n"

#define QUOTE_MAX 128

const struct filter_dimension_info filter_dimensions[FILTER_DIMENSIONS] = {
	[FILTER_PID] = { "pid", "PID", "a number from 1 to 4194304" },
	[FILTER_UID] = { "uid", "user", "a name, or a UID from 0 to 4294967294" },
	[FILTER_PORT] = { "port", "port", "a number from 0 to 65535, or a range LOW-HIGH" },
	[FILTER_ADDR] = { "addr", "address", "an IPv4 or IPv6 address, alone or with /PREFIX" },
	[FILTER_COMM] = { "comm", "command", "a name; * ? [a-z] [!a-z] match, \\ before others" },
	[FILTER_IP] = { "ip", "family", "4 or 6" },
};

/* Writes "BEFORE 'WORD'AFTER" as the error. Returns `err`. */
static int refuse(const struct reading *reading, int err, const char *before,
		  const struct word *word, const char *after)
{
	/* UTF-8 holds bytes that are controls to a terminal of another charset. */
	enum charset charset = MB_CUR_MAX > 1 ? CHARSET_UTF8 : CHARSET_ASCII;
	char quoted[QUOTE_MAX];

	sanitize_text(quoted, sizeof(quoted), word->text, word->len, charset);
	snprintf(reading->error, reading->error_cap, "%s %s '%s'%s", before,
		 filter_dimensions[reading->dimension].noun, quoted, after);
	return err;
}

int word_bad(const struct reading *reading, const struct word *word, const char *why)
{
	char after[QUOTE_MAX];

	snprintf(after, sizeof(after), ": %s", why);
	return refuse(reading, -EINVAL, "bad", word, after);
}

static int refuse_bad(const struct reading *reading, const struct word *word)
{
	return word_bad(reading, word, filter_dimensions[reading->dimension].hint);
}

int word_full(const struct reading *reading, const struct word *word, int most, const char *things)
{
	char after[QUOTE_MAX];

	snprintf(after, sizeof(after), ": a filter has at most %d %s", most, things);
	return refuse(reading, -E2BIG, "no room for", word, after);
}

static int refuse_length(const struct reading *reading, const struct word *word)
{
	return word_full(reading, word, FILTER_TEXT_MAX - 1, "characters");
}

/* Not strtoul(3): that would take signs and blanks as well. */
bool word_number(const char *text, size_t len, uint32_t max, uint32_t *out)
{
	uint64_t number = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		number = number * 10 + (uint64_t)(text[i] - '0');
		if (number > max)
			return false;
	}
	*out = (uint32_t)number;
	return len > 0;
}

/* Adds to the sorted set; one that is there already is fine. False when the set is full. */
static bool numbers_add(struct filter_numbers *set, uint32_t value)
{
	uint32_t at = set->n;

	if (!set->n)
		memset(set->values, 0xff, sizeof(set->values)); /* FILTER_NUMBERS_END */
	while (at > 0 && set->values[at - 1] >= value)
		at--;
	if (at < set->n && set->values[at] == value)
		return true;
	if (set->n == FILTER_NUMBERS_MAX)
		return false;
	memmove(&set->values[at + 1], &set->values[at], (set->n - at) * sizeof(set->values[0]));
	set->values[at] = value;
	set->n++;
	return true;
}

int word_keep(const struct reading *reading, const struct word *word, const char *format, ...)
{
	char *text = reading->spec->text[reading->dimension];
	size_t len = strlen(text);
	va_list args;
	int n;

	n = snprintf(text + len, FILTER_TEXT_MAX - len, "%s%s", len ? "," : "",
		     word->excluded ? "!" : "");
	len += (size_t)n;
	if (len >= FILTER_TEXT_MAX)
		return refuse_length(reading, word);
	va_start(args, format);
	n = vsnprintf(text + len, FILTER_TEXT_MAX - len, format, args);
	va_end(args);
	if (n < 0 || len + (size_t)n >= FILTER_TEXT_MAX)
		return refuse_length(reading, word);
	return 0;
}

static int add_number(const struct reading *reading, const struct word *word,
		      struct filter_dim *dim, uint32_t number)
{
	if (!numbers_add(word->excluded ? &dim->not : &dim->only, number))
		return word_full(reading, word, FILTER_NUMBERS_MAX, "values");
	return 0;
}

static int add_pid(const struct reading *reading, const struct word *word)
{
	uint32_t pid;
	int err;

	if (!word_number(word->text, word->len, PID_MAX, &pid) || pid == 0)
		return refuse_bad(reading, word);
	err = add_number(reading, word, &reading->spec->filter.pid, pid);
	return err ? err : word_keep(reading, word, "%u", pid);
}

static bool all_digits(const struct word *word)
{
	for (size_t i = 0; i < word->len; i++) {
		if (word->text[i] < '0' || word->text[i] > '9')
			return false;
	}
	return true;
}

static int add_user_name(const struct reading *reading, const struct word *word)
{
	char name[FILTER_TEXT_MAX];
	const struct passwd *user;
	int err;

	if (word->len >= sizeof(name))
		return refuse_length(reading, word);
	memcpy(name, word->text, word->len);
	name[word->len] = '\0';
	user = getpwnam(name);
	if (!user)
		return refuse(reading, -ENOENT, "unknown", word, "");
	err = add_number(reading, word, &reading->spec->filter.uid, user->pw_uid);
	return err ? err : word_keep(reading, word, "%s", name);
}

static int add_user(const struct reading *reading, const struct word *word)
{
	uint32_t uid;
	int err;

	if (word->len && !all_digits(word))
		return add_user_name(reading, word);
	if (!word_number(word->text, word->len, UID_LAST, &uid))
		return refuse_bad(reading, word);
	err = add_number(reading, word, &reading->spec->filter.uid, uid);
	return err ? err : word_keep(reading, word, "%u", uid);
}

static int add_ports(const struct reading *reading, const struct word *word)
{
	struct filter_ports *ports = &reading->spec->filter.port;
	const char *dash = memchr(word->text, '-', word->len);
	size_t low_len = dash ? (size_t)(dash - word->text) : word->len;
	__u64 *words = word->excluded ? ports->not : ports->only;
	uint32_t low, high;

	if (!word_number(word->text, low_len, PORT_MAX, &low))
		return refuse_bad(reading, word);
	high = low;
	if (dash && !word_number(dash + 1, word->len - low_len - 1, PORT_MAX, &high))
		return refuse_bad(reading, word);
	if (low > high)
		return refuse_bad(reading, word);
	for (uint32_t port = low; port <= high; port++)
		words[port / 64] |= (__u64)1 << (port % 64);
	if (word->excluded)
		ports->has_not = 1;
	else
		ports->has_only = 1;
	return dash ? word_keep(reading, word, "%u-%u", low, high)
		    : word_keep(reading, word, "%u", low);
}

/* A family given twice is kept once; both are as good as none, but said. */
static int add_family(const struct reading *reading, const struct word *word)
{
	uint32_t ip, bit;

	if (word->excluded || !word_number(word->text, word->len, 6, &ip) || (ip != 4 && ip != 6))
		return refuse_bad(reading, word);
	bit = 1U << ip;
	if (reading->spec->filter.families & bit)
		return 0;
	reading->spec->filter.families |= bit;
	return word_keep(reading, word, "%u", ip);
}

static int add_word(const struct reading *reading, const char *text, size_t len)
{
	struct word word = { .text = text, .len = len };

	/* A lone ! stays as it is: no dimension has such a value, and errors then quote it. */
	if (len > 1 && text[0] == '!') {
		word.excluded = true;
		word.text++;
		word.len--;
	}
	switch (reading->dimension) {
	case FILTER_PID:
		return add_pid(reading, &word);
	case FILTER_UID:
		return add_user(reading, &word);
	case FILTER_PORT:
		return add_ports(reading, &word);
	case FILTER_ADDR:
		return word_add_addr(reading, &word);
	case FILTER_COMM:
		return word_add_comm(reading, &word);
	default:
		return add_family(reading, &word);
	}
}

/* Whether descendants are followed is said of all PIDs, and stays. */
static void clear_dimension(struct filterspec *spec, enum filter_dimension dimension)
{
	struct filter *filter = &spec->filter;

	memset(spec->text[dimension], 0, sizeof(spec->text[dimension]));
	if (dimension == FILTER_PID)
		memset(&filter->pid, 0, sizeof(filter->pid));
	else if (dimension == FILTER_UID)
		memset(&filter->uid, 0, sizeof(filter->uid));
	else if (dimension == FILTER_PORT)
		memset(&filter->port, 0, sizeof(filter->port));
	else if (dimension == FILTER_ADDR)
		memset(&filter->addr, 0, sizeof(filter->addr));
	else if (dimension == FILTER_COMM)
		memset(&filter->comm, 0, sizeof(filter->comm));
	else
		filter->families = 0;
}

/* How long the value at the front is. In commands a backslash takes what parts values, too. */
static size_t word_len(const char *text, enum filter_dimension dimension)
{
	size_t len = strcspn(text, BLANKS ",\\");

	while (text[len] == '\\') {
		len += 1 + (dimension == FILTER_COMM && text[len + 1]);
		len += strcspn(text + len, BLANKS ",\\");
	}
	return len;
}

int filterspec_set(struct filterspec *spec, enum filter_dimension dimension, const char *text,
		   char *error, size_t error_cap)
{
	struct filterspec next = *spec;
	const struct reading reading = { dimension, &next, error, error_cap };
	bool more;

	clear_dimension(&next, dimension);
	text += strspn(text, BLANKS);
	for (more = *text; more;) {
		size_t len = word_len(text, dimension);
		int err = add_word(&reading, text, len);

		if (err)
			return err;
		text += len;
		text += strspn(text, BLANKS);
		more = *text; /* a comma promises a value: 1,,2 and 1, have an empty one */
		if (*text == ',') {
			text++;
			text += strspn(text, BLANKS);
		}
	}
	*spec = next;
	return 0;
}

void filterspec_clear(struct filterspec *spec)
{
	memset(spec, 0, sizeof(*spec));
}

bool filterspec_on(const struct filterspec *spec)
{
	for (size_t i = 0; i < FILTER_DIMENSIONS; i++)
		if (*spec->text[i])
			return true;
	return false;
}

void filterspec_format(const struct filterspec *spec, char *out, size_t cap)
{
	bool follows = spec->filter.follow && spec->filter.pid.only.n;
	size_t len = 0;

	if (cap)
		out[0] = '\0';
	for (int i = 0; i < FILTER_DIMENSIONS && len < cap; i++) {
		if (spec->text[i][0])
			len += (size_t)snprintf(out + len, cap - len, "%s%s=%s%s", len ? " " : "",
						filter_dimensions[i].name, spec->text[i],
						follows && i == FILTER_PID ? "+" : "");
	}
}

struct source_asked filterspec_asked(const struct filterspec *spec, bool failed)
{
	struct source_asked asked = { .follow = spec->filter.follow, .failed = failed };

	for (size_t i = 0; i < FILTER_DIMENSIONS; i++)
		asked.filters[i] = spec->text[i];
	return asked;
}

void filterspec_inherit(struct filterspec *spec, const struct source_asked *asked)
{
	char ignored[256];

	filterspec_clear(spec);
	for (size_t i = 0; i < FILTER_DIMENSIONS; i++) {
		const char *text = asked->filters[i];

		/* Names of users may mean nobody here: then the events alone obey it. */
		if (filterspec_set(spec, i, text, ignored, sizeof(ignored)))
			snprintf(spec->text[i], sizeof(spec->text[i]), "%s", text);
	}
	spec->filter.follow = asked->follow;
}
