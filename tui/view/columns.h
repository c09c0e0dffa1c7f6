/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_COLUMNS_H
#define CONNTOP_COLUMNS_H

/* What the column tables of the panes share: values from the fields that rows have in common. */
#include <string.h>
#include "column.h"

extern const struct column exec_columns[];
extern const size_t n_exec_columns;
extern const struct column conn_columns[];
extern const size_t n_conn_columns;
extern const struct column process_columns[];
extern const size_t n_process_columns;
extern const struct column remote_columns[];
extern const size_t n_remote_columns;
extern const struct column listener_columns[];
extern const size_t n_listener_columns;

static inline struct value value_null(void)
{
	return (struct value){ .type = VALUE_NULL };
}

static inline struct value value_bool(bool yes)
{
	return (struct value){ .type = VALUE_BOOL, .yes = yes };
}

static inline struct value value_number(int64_t number)
{
	return (struct value){ .type = VALUE_NUMBER, .number = number };
}

static inline struct value value_bytes(const char *bytes, size_t len)
{
	return (struct value){ .type = VALUE_TEXT, .text = { bytes, len } };
}

static inline struct value value_string(const char *string)
{
	return string ? value_bytes(string, strlen(string)) : value_null();
}

static inline struct value value_comm(const char *comm)
{
	return value_bytes(comm, strnlen(comm, EVENT_COMM_LEN));
}

/* A CLOCK_BOOTTIME instant; 0 is absent. */
static inline struct value value_time(uint64_t boot_ns, const struct view_context *ctx)
{
	if (!boot_ns)
		return value_null();
	return (struct value){ .type = VALUE_TIME, .wall_ns = wall_time_ns(boot_ns, ctx) };
}

static inline struct value value_addr(const uint8_t *bytes, uint8_t ip)
{
	return (struct value){ .type = VALUE_ADDR, .addr = { bytes, ip } };
}

/* errno name of a -errno, or absent. */
static inline struct value value_error(int ret)
{
	return ret < 0 ? value_string(strerrorname_np((int)-(unsigned)ret)) : value_null();
}

/* Microseconds from one CLOCK_BOOTTIME instant to another; absent when the first is not known. */
static inline struct value value_span(uint64_t from_ns, uint64_t to_ns)
{
	if (!from_ns)
		return value_null();
	return value_number(to_ns > from_ns ? (to_ns - from_ns) / 1000 : 0);
}

/* --- the owner -------------------------------------------------------------------------------- */

/* Getters of a row with an owner of its own, owner_pid(), and of a connection, conn_pid(). */
#define OWNER_GETTER(what)                                                          \
	struct value owner_##what(const void *row, const struct view_context *ctx); \
	struct value conn_##what(const void *row, const struct view_context *ctx)

OWNER_GETTER(pid);
OWNER_GETTER(ppid);
OWNER_GETTER(uid);
OWNER_GETTER(gid);
OWNER_GETTER(loginuid);
OWNER_GETTER(comm);
OWNER_GETTER(cgroup);

/* The short name of the cgroup: what the column shows, and sorts by. */
OWNER_GETTER(cgroup_short);
size_t owner_show_cgroup(const void *row, const struct view_context *ctx, char *out, size_t cap);
size_t conn_show_cgroup(const void *row, const struct view_context *ctx, char *out, size_t cap);

/* Columns of the owner that are the same in every pane; `whose`: owner or conn. */
#define OWNER_PPID(whose, flags)                                                                \
	{                                                                                       \
		"ppid", "PPID", "process ID of the parent", 7, 0, 6, ALIGN_RIGHT, FORMAT_PLAIN, \
			flags, whose##_ppid, NULL, NULL                                         \
	}
#define OWNER_GID(whose)                                                                          \
	{                                                                                         \
		"gid", "GID", "real group ID", 7, 0, 9, ALIGN_RIGHT, FORMAT_PLAIN, COLUMN_HIDDEN, \
			whose##_gid, NULL, NULL                                                   \
	}
#define OWNER_LOGINUID(whose)                                                                    \
	{                                                                                        \
		"loginuid", "LOGINUID", "user who logged in, kept across su and sudo", 8, 20, 9, \
			ALIGN_LEFT, FORMAT_USER, COLUMN_HIDDEN, whose##_loginuid, NULL, NULL     \
	}
#define OWNER_CGROUP(whose, flags)                                                               \
	{                                                                                        \
		"cgroup", "CGROUP", "control group: its path; on screen, its container or unit", \
			14, 32, 9, ALIGN_LEFT, FORMAT_PLAIN, (flags) | COLUMN_NAMED,             \
			whose##_cgroup, whose##_show_cgroup, whose##_cgroup_short                \
	}

/* --- how a process ended ---------------------------------------------------------------------- */

/* The code; absent while it runs, and when a signal ended it. */
struct value ending_code(const struct ending *ending);
/* The number of the signal; absent when none ended it. */
struct value ending_signal(const struct ending *ending);
/* Either one as people read it: a code, or the signal's name. */
struct value ending_shown(const struct ending *ending);
size_t ending_text(const struct ending *ending, const struct view_context *ctx, char *out,
		   size_t cap);

/* --- what was executed ------------------------------------------------------------------------ */

struct command {
	const char *filename; /* NULL: not known */
	size_t filename_len;
	const char *args; /* a NUL after each, but perhaps the last; NULL: not known */
	size_t args_len;
	bool script; /* an interpreter was put in front of the arguments */
	bool cut;    /* there are more arguments */
};

/* Of a process that was not seen to execute: its arguments as they are, if it still runs. */
struct command command_now(const struct owner *owner, const struct ending *ending,
			   const struct view_context *ctx);
struct value command_filename(const struct command *command);
struct value command_args(const struct command *command);
struct value command_cut(const struct command *command);
/* What to sort by: the beginning of what is shown. */
struct value command_order(const struct command *command);
/* The command as it was typed: the file executed, then what follows argv[0]. As value_text(). */
size_t command_text(const struct command *command, const struct view_context *ctx, char *out,
		    size_t cap);

/* --- traffic ---------------------------------------------------------------------------------- */

/* A getter of one figure, for rows whose struct traffic `traffic_of(row)` gives. */
#define TRAFFIC_GETTER(field)                                                            \
	static struct value get_##field(const void *row, const struct view_context *ctx) \
	{                                                                                \
		(void)ctx;                                                               \
		return value_number(traffic_of(row)->field);                             \
	}

#endif
