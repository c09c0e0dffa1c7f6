/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_FILTERSPEC_H
#define CONNTOP_FILTERSPEC_H

/*
 * Filters as people write them: one expression a dimension, values separated by commas or blanks,
 * `!` before a value to exclude it. An option and a prompt mean the same text.
 */
#include <stdbool.h>
#include <stddef.h>
#include "filter.h"
#include "source.h"

enum filter_dimension {
	FILTER_PID,
	FILTER_UID,
	FILTER_PORT,
	FILTER_ADDR,
	FILTER_COMM,
	FILTER_IP, /* family: "4", "6" or, the same as none, "4,6" */
	FILTER_DIMENSIONS
};

#define FILTER_TEXT_MAX 8192 /* of one expression, the NUL included */

/* The filter in force: what was asked, as text, and what the predicate needs. */
struct filterspec {
	/* filter.follow is set by whoever changes it; no text of its own. */
	char text[FILTER_DIMENSIONS][FILTER_TEXT_MAX]; /* canonical: "1,2,!3"; "" is no filter */
	struct filter filter;
};

struct filter_dimension_info {
	const char *name; /* "pid", as in the summary line's pid=41200 */
	const char *noun; /* "PID", for prompts and errors */
	const char *hint; /* what values look like */
};

extern const struct filter_dimension_info filter_dimensions[FILTER_DIMENSIONS];

/*
 * Replaces one dimension of `spec` by the expression `text`; blank lifts it.
 *
 * PIDs are 1 to 4194304. Users are names (getpwnam(3)) or UIDs, 0 to 4294967294. Ports are 0 to
 * 65535, or ranges LOW-HIGH. Addresses are IPv4 or IPv6, alone or with /PREFIX (bits beyond the
 * prefix are cleared in the canonical text; IPv4 in IPv6's clothes, ::ffff:1.2.3.4, is IPv4).
 * Commands are globs as glob(7) has them, byte by byte: * ? [a-z] [!a-z] and \ before what shall be
 * itself; a blank, a comma or a leading ! of a name is written with a \ too.
 *
 * Returns 0; -EINVAL for a value that is none of these, or a command longer than names can be;
 * -ENOENT for an unknown user; -E2BIG for more values than struct filter has room for, or more text
 * than FILTER_TEXT_MAX.
 * On failure `spec` is as it was, and `error` (of `error_cap` bytes) holds one sentence without a
 * full stop that quotes the value at fault, control characters made visible.
 */
int filterspec_set(struct filterspec *spec, enum filter_dimension dimension, const char *text,
		   char *error, size_t error_cap);

/*
 * The glob for a command by its name, of `len` bytes: what cannot be typed, control characters and
 * bytes that are not UTF-8, is matched by ?. Terminated; cut when `cap`, at least 1, is short.
 */
void filterspec_escape_comm(const char *comm, size_t len, char *out, size_t cap);

/* Lifts every dimension. A zeroed spec is the same. */
void filterspec_clear(struct filterspec *spec);

/* Whether any dimension is in force. */
bool filterspec_on(const struct filterspec *spec);

/*
 * Writes the dimensions in force to `out`, as "pid=41200+ port=443,8000-8010" (the + for
 * descendants), or "" when there is none. Always terminated; cut when `cap` is short.
 */
void filterspec_format(const struct filterspec *spec, char *out, size_t cap);

/* What is asked of a source by this and `failed`; points into `spec`. */
struct source_asked filterspec_asked(const struct filterspec *spec, bool failed);

/* Takes over what a recording was made under. */
void filterspec_inherit(struct filterspec *spec, const struct source_asked *asked);

#endif
