/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The owner's columns, shared by all panes. Of an unknown owner all are absent. */
#include "cgroups.h"
#include "columns.h"

_Static_assert(offsetof(struct exec_row, owner) == 0, "owner comes first");
_Static_assert(offsetof(struct conn_row, owner) == 0, "owner comes first");
_Static_assert(offsetof(struct process_row, owner) == 0, "owner comes first");
_Static_assert(offsetof(struct listener_row, owner) == 0, "owner comes first");

static const struct owner *owner_of(const void *row)
{
	return row;
}

static struct value owner_number(const void *row, uint32_t number)
{
	/* Of a process that procfs alone knows, the IDs are not known. */
	return owner_of(row)->pid && number != EVENT_NO_UID ? value_number(number) : value_null();
}

struct value owner_pid(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return owner_number(row, owner_of(row)->pid);
}

struct value owner_ppid(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return owner_of(row)->ppid ? owner_number(row, owner_of(row)->ppid) : value_null();
}

struct value owner_uid(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return owner_number(row, owner_of(row)->uid);
}

struct value owner_gid(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return owner_number(row, owner_of(row)->gid);
}

struct value owner_loginuid(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return owner_number(row, owner_of(row)->loginuid);
}

struct value owner_comm(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return owner_of(row)->pid ? value_comm(owner_of(row)->comm) : value_null();
}

struct value owner_cgroup(const void *row, const struct view_context *ctx)
{
	if (!ctx->names || !owner_of(row)->pid)
		return value_null();
	return value_string(names_cgroup(ctx->names, owner_of(row)->cgroup, ctx->now_ns));
}

struct value owner_cgroup_short(const void *row, const struct view_context *ctx)
{
	struct value path = owner_cgroup(row, ctx);

	if (path.type == VALUE_TEXT)
		path.text.bytes = cgroup_short(path.text.bytes, &path.text.len);
	return path;
}

size_t owner_show_cgroup(const void *row, const struct view_context *ctx, char *out, size_t cap)
{
	return value_text(owner_cgroup_short(row, ctx), FORMAT_PLAIN, ctx, out, cap);
}
