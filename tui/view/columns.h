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
	return (struct value){ .type = VALUE_TIME,
			       .wall_ns = (int64_t)boot_ns + ctx->boot_to_wall_ns };
}

static inline struct value value_addr(const uint8_t *bytes, uint8_t ip)
{
	return (struct value){ .type = VALUE_ADDR, .addr = { bytes, ip } };
}

/* errno name of a -errno, or absent. */
static inline struct value value_error(int ret)
{
	return ret < 0 ? value_string(strerrorname_np(-ret)) : value_null();
}

/* Getters for any row: its owner is its first member. */
struct value owner_pid(const void *row, const struct view_context *ctx);
struct value owner_ppid(const void *row, const struct view_context *ctx);
struct value owner_uid(const void *row, const struct view_context *ctx);
struct value owner_gid(const void *row, const struct view_context *ctx);
struct value owner_loginuid(const void *row, const struct view_context *ctx);
struct value owner_comm(const void *row, const struct view_context *ctx);
struct value owner_cgroup(const void *row, const struct view_context *ctx);

#endif
