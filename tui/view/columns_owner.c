/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The owner's columns, shared by all panes. */
#include "columns.h"

_Static_assert(offsetof(struct exec_row, owner) == 0, "owner comes first");
_Static_assert(offsetof(struct conn_row, owner) == 0, "owner comes first");

static const struct owner *owner_of(const void *row)
{
	return row;
}

struct value owner_pid(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(owner_of(row)->pid);
}

struct value owner_ppid(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(owner_of(row)->ppid);
}

struct value owner_uid(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(owner_of(row)->uid);
}

struct value owner_gid(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(owner_of(row)->gid);
}

struct value owner_loginuid(const void *row, const struct view_context *ctx)
{
	uint32_t loginuid = owner_of(row)->loginuid;

	(void)ctx;
	return loginuid == EVENT_NO_UID ? value_null() : value_number(loginuid);
}

struct value owner_comm(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_comm(owner_of(row)->comm);
}

struct value owner_cgroup(const void *row, const struct view_context *ctx)
{
	if (!ctx->names)
		return value_null();
	return value_string(names_cgroup(ctx->names, owner_of(row)->cgroup, ctx->now_ns));
}
