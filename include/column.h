/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_COLUMN_H
#define CONNTOP_COLUMN_H

/*
 * Columns. One table entry is all there is of a column: the screen, sorting, --columns, CSV, JSON,
 * --help and the manual page read it. A getter gives a typed value, `format` how people see it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "model.h"
#include "sanitize.h"
#include "source.h"

enum value_type {
	VALUE_NULL, /* absent or unknown: null in JSON, empty in CSV, - on screen */
	VALUE_BOOL,
	VALUE_NUMBER,
	VALUE_TEXT, /* untrusted bytes */
	VALUE_LIST, /* untrusted strings, a NUL after each */
	VALUE_TIME, /* nanoseconds since the Epoch */
	VALUE_ADDR, /* an IP address */
};

struct value {
	enum value_type type;
	union {
		bool yes;
		int64_t number;
		int64_t wall_ns;
		struct {
			const char *bytes; /* the row's, or static: lives as long as the row */
			size_t len;
		} text; /* VALUE_TEXT, VALUE_LIST */
		struct {
			const uint8_t *bytes; /* 16, network order; the row's */
			uint8_t ip;	      /* 4 or 6 */
		} addr;
	};
};

enum format {
	FORMAT_PLAIN,
	FORMAT_USER,	  /* a UID, shown as a name unless numeric */
	FORMAT_PORT,	  /* a port, shown as a service name unless numeric */
	FORMAT_CLOCK,	  /* local time of day, milliseconds */
	FORMAT_SPAN,	  /* microseconds, shown as 12ms, 3.4s, 2h05m */
	FORMAT_BYTES,	  /* shown as 812, 1.2K, 3.4M */
	FORMAT_DIRECTION, /* out and in, shown as arrows */
};

/* What a getter and a formatter may need beyond the row. */
struct names;
struct view_context {
	uint64_t now_ns;	 /* CLOCK_BOOTTIME */
	int64_t boot_to_wall_ns; /* to nanoseconds since the Epoch */
	bool numeric;
	enum charset charset;
	struct names *names; /* NULL: none are known */
};

/* A CLOCK_BOOTTIME instant as nanoseconds since the Epoch; wraps: a recording may say anything. */
static inline int64_t wall_time_ns(uint64_t boot_ns, const struct view_context *ctx)
{
	return (int64_t)(boot_ns + (uint64_t)ctx->boot_to_wall_ns);
}

enum column_align { ALIGN_LEFT, ALIGN_RIGHT };

#define COLUMN_HIDDEN 0x1  /* not shown on screen unless asked for */
#define COLUMN_STREAM 0x2  /* of the event, not of the row: in streams only */
#define COLUMN_DOWN   0x4  /* sorts descending at first: the biggest or newest on top */
#define COLUMN_HOLD   0x8  /* says whose row it is: stays when the others scroll sideways */
#define COLUMN_LIVE   0x10 /* changes by itself as long as the row lives */
#define COLUMN_NAMED  0x20 /* may be known later, without a change of the row */
#define COLUMN_HEAD   0x40 /* needs what a row begins with, besides where its value is */
/* Optional: where in the row most of it is read, so that who walks through a million asks ahead. */
#define COLUMN_AT(offset) ((unsigned)(offset) << 8)

struct column {
	const char *key;   /* --columns, --sort, JSON field, CSV header */
	const char *title; /* on screen and in text */
	const char *help;  /* a phrase for --help and the manual */
	uint8_t width;	   /* on screen, at least */
	uint8_t grow;	   /* the rows may widen it to this; 0: never, 255: it takes what is left */
	uint8_t rank;	   /* when the screen is narrow, the highest goes first; 0 stays */
	enum column_align align;
	enum format format;
	unsigned flags; /* COLUMN_* */
	struct value (*get)(const void *row, const struct view_context *ctx);
	/* Optional: text for people where it is more than the value; as value_text(). */
	size_t (*show)(const void *row, const struct view_context *ctx, char *out, size_t cap);
	/* Optional: what to sort by where it is not get()'s value, as what is shown suggests. */
	struct value (*order)(const void *row, const struct view_context *ctx);
};

/* What COLUMN_AT() said, else 0. */
static inline size_t column_offset(const struct column *column)
{
	return column->flags >> 8;
}

#define VALUE_TEXT_MAX 12352 /* the longest text of a cell: file name, arguments and blanks */

/*
 * A value as people read it: units, names, local time; raw bytes, not yet sanitised, terminated.
 * Returns its length (cut at `cap`).
 */
size_t value_text(struct value value, enum format format, const struct view_context *ctx, char *out,
		  size_t cap);

/* What a column shows of a row, as value_text(). */
size_t column_text(const struct column *column, const void *row, const struct view_context *ctx,
		   char *out, size_t cap);

/*
 * A value as scripts read it: numbers plain, addresses as inet_ntop(3), times RFC 3339 in UTC with
 * nanoseconds, lists joined by blanks, absent as "". Raw bytes, terminated. Returns the length.
 */
size_t value_raw(struct value value, char *out, size_t cap);

/* The same of a number alone. */
size_t value_decimal(int64_t number, char *out, size_t cap);

/* Orders two values of one column: absent first, numbers by size, text by bytes. <0, 0, >0. */
int value_compare(struct value a, struct value b);

/* Caches the names of users, services, cgroups and processes: each is looked up once. */
/* `source`: one that brings its own names has those told; else they are this host's; or NULL. */
struct names *names_new(const struct source *source);
/* The same with another procfs than /proc: for tests. `proc` must outlive the names. */
struct names *names_new_at(const char *proc);
void names_free(struct names *names);
/* The user's name, or NULL when there is none (show the number). Lives as long as `names`. */
const char *names_user(struct names *names, uint32_t uid);
const char *names_service(struct names *names, uint16_t port);
/* The path of a cgroup by its id; the tree is walked at most once a second by `now_ns`. */
const char *names_cgroup(struct names *names, uint64_t id, uint64_t now_ns);

/*
 * Those of a process that was never seen to execute, from /proc; NULL when they are not to be had,
 * as those of a kernel thread. Live until the names are asked at another `now_ns`.
 */
const struct cmdline *names_cmdline(struct names *names, uint32_t pid, uint64_t start_ns,
				    uint64_t now_ns);

/*
 * Who has that PID: of ancestors that did nothing since conntop runs. Asked of /proc at most once a
 * second by `now_ns`; one that has ended since is remembered as it was. Whoever started after its
 * child is not its parent, but has the PID of one that is gone. False: not known.
 */
bool names_process(struct names *names, uint32_t pid, uint64_t now_ns, struct names_process *out);

#endif
