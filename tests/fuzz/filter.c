/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Filter expressions, and the predicate that they become against one that reads their text.
 *
 * Input: a text for each dimension, a NUL after each, then what is judged.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fnmatch.h>
#include <pwd.h>
#include "filterspec.h"
#include "fuzz.h"

static locale_t c_locale;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	c_locale = newlocale(LC_ALL_MASK, "C", NULL);
	fuzz_require(c_locale && setlocale(LC_ALL, FUZZ_LOCALE));
	return 0;
}

/* --- what the text says ----------------------------------------------------------------------- */

static bool says_pid(const char *value, const struct filter_subject *subject)
{
	return strtoul(value, NULL, 10) == subject->pid;
}

static bool says_user(const char *value, const struct filter_subject *subject)
{
	const struct passwd *user;

	if (strspn(value, "0123456789") == strlen(value))
		return strtoul(value, NULL, 10) == subject->uid;
	user = getpwnam(value);
	return user && user->pw_uid == subject->uid;
}

static bool says_port(const char *value, const struct filter_subject *subject)
{
	unsigned low = 0, high = 0;

	if (sscanf(value, "%u-%u", &low, &high) < 2)
		high = low;
	return (subject->lport >= low && subject->lport <= high) ||
	       (subject->rport >= low && subject->rport <= high);
}

static bool has_prefix(const void *address, const void *prefix, unsigned bits)
{
	const unsigned char *a = address, *b = prefix;

	for (unsigned i = 0; i < bits; i++) {
		if ((a[i / 8] ^ b[i / 8]) >> (7 - i % 8) & 1)
			return false;
	}
	return true;
}

static bool says_address(const char *value, const struct filter_subject *subject)
{
	unsigned bits = strchr(value, ':') ? 128 : 32;
	unsigned char prefix[16];
	char address[64];
	const char *slash = strchr(value, '/');

	snprintf(address, sizeof(address), "%.*s", (int)strcspn(value, "/"), value);
	fuzz_require(inet_pton(bits == 32 ? AF_INET : AF_INET6, address, prefix) == 1);
	if (subject->ip != (bits == 32 ? 4 : 6))
		return false;
	if (slash)
		bits = (unsigned)strtoul(slash + 1, NULL, 10);
	return has_prefix(subject->laddr, prefix, bits) || has_prefix(subject->raddr, prefix, bits);
}

static bool says_command(const char *value, const struct filter_subject *subject)
{
	char comm[FILTER_COMM_LEN + 1] = "";
	locale_t before = uselocale(c_locale);
	bool matches;

	memcpy(comm, subject->comm, FILTER_COMM_LEN);
	matches = !fnmatch(value, comm, 0);
	uselocale(before);
	return matches;
}

static bool says_family(const char *value, const struct filter_subject *subject)
{
	return strtoul(value, NULL, 10) == subject->ip;
}

/* What is to be shown of the text, taken apart at commas but those behind a backslash. */
static bool says(const char *text, const struct filter_subject *subject,
		 bool (*one)(const char *, const struct filter_subject *))
{
	bool any = false, has_only = false, excluded = false;
	char *value = malloc(strlen(text) + 1);

	fuzz_require(value);
	while (*text) {
		bool not = *text == '!';
		size_t n = 0;

		for (text += not ; *text && *text != ','; text++) {
			value[n++] = *text;
			if (*text == '\\' && text[1])
				value[n++] = *++text;
		}
		value[n] = '\0';
		text += *text == ',';
		has_only |= !not ;
		if (one(value, subject))
			*(not ? &excluded : &any) = true;
	}
	free(value);
	return !excluded && (any || !has_only);
}

static bool says_all(const struct filterspec *spec, const struct filter_subject *subject)
{
	const char *pids = spec->text[FILTER_PID];
	bool pid = says(pids, subject, says_pid);

	/* Who descends is let through as if named; but one that is excluded is not. */
	if (!pid && spec->filter.follow && subject->followed)
		pid = !filter_numbers_has(&spec->filter.pid.not, subject->pid) ||
		      !spec->filter.pid.not .n;
	if (!pid || !says(spec->text[FILTER_UID], subject, says_user) ||
	    !says(spec->text[FILTER_COMM], subject, says_command))
		return false;
	return !subject->has_conn || (says(spec->text[FILTER_PORT], subject, says_port) &&
				      says(spec->text[FILTER_ADDR], subject, says_address) &&
				      says(spec->text[FILTER_IP], subject, says_family));
}

/* --- the run ---------------------------------------------------------------------------------- */

static void take_subject(struct fuzz *fuzz, struct filter_subject *subject)
{
	uint8_t how = fuzz_byte(fuzz);

	fuzz_bytes(fuzz, subject->comm, sizeof(subject->comm));
	for (size_t i = strnlen(subject->comm, FILTER_COMM_LEN); i < FILTER_COMM_LEN; i++)
		subject->comm[i] = '\0';
	subject->pid = 1 + fuzz_byte(fuzz);
	subject->uid = fuzz_byte(fuzz);
	subject->lport = (__u16)fuzz_short(fuzz);
	subject->rport = (__u16)fuzz_short(fuzz);
	subject->followed = how & 0x1;
	subject->has_conn = how >> 1 & 0x1;
	subject->ip = how & 0x4 ? 6 : 4;
	fuzz_bytes(fuzz, subject->laddr, subject->ip == 4 ? 4 : 16);
	fuzz_bytes(fuzz, subject->raddr, subject->ip == 4 ? 4 : 16);
}

/* A text that is refused changes nothing; one that is taken means the same, read again. */
static void set(struct filterspec *spec, enum filter_dimension dimension, const char *text)
{
	static struct filterspec before, again;
	char error[256] = "";
	int err;

	before = *spec;
	err = filterspec_set(spec, dimension, text, error, sizeof(error));
	if (err) {
		fuzz_require(err == -EINVAL || err == -ENOENT || err == -E2BIG);
		fuzz_require(fuzz_is_sentence(error));
		fuzz_require(!memcmp(&before, spec, sizeof(before)));
		return;
	}
	fuzz_require((strspn(text, " \t\n") == strlen(text)) == !*spec->text[dimension]);
	again = before;
	fuzz_require(!filterspec_set(&again, dimension, spec->text[dimension], error, 256));
	fuzz_require(!memcmp(&again, spec, sizeof(again)));
}

/* The pattern made of a name matches it. */
static void check_escape(const struct filter_subject *subject)
{
	static struct filterspec spec;
	char glob[256], error[256];
	size_t len = strnlen(subject->comm, FILTER_COMM_LEN - 1);

	filterspec_escape_comm(subject->comm, len, glob, sizeof(glob));
	filterspec_clear(&spec);
	fuzz_require(!filterspec_set(&spec, FILTER_COMM, glob, error, sizeof(error)));
	if (!subject->comm[FILTER_COMM_LEN - 1])
		fuzz_require(filter_comms_allow(&spec.filter.comm, subject));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct filterspec spec;
	struct fuzz fuzz = { data, size };
	struct filter_subject subject = { 0 };
	char shown[1024];

	filterspec_clear(&spec);
	for (int i = 0; i < FILTER_DIMENSIONS; i++) {
		const uint8_t *end = fuzz.left ? memchr(fuzz.at, '\0', fuzz.left) : NULL;
		char *text = fuzz_text(&fuzz, end ? (size_t)(end - fuzz.at) : fuzz.left);

		fuzz_byte(&fuzz);
		set(&spec, i, text);
		free(text);
	}
	take_subject(&fuzz, &subject);
	spec.filter.follow = subject.uid % 2;
	fuzz_require(!filter_match(&spec.filter, &subject) == !says_all(&spec, &subject));
	check_escape(&subject);
	filterspec_format(&spec, shown, sizeof(shown));
	fuzz_require(memchr(shown, '\0', sizeof(shown)));
	return 0;
}
