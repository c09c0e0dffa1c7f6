/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The owner's columns, shared by all panes. Of an unknown owner all are absent. */
#include "cgroups.h"
#include "columns.h"

/* Of a process that procfs alone knows, the IDs are not known. */
static struct value number_of(const struct owner *owner, uint32_t number)
{
	return owner->pid && number != EVENT_NO_UID ? value_number(number) : value_null();
}

static struct value pid_of(const struct owner *owner, const struct view_context *ctx)
{
	(void)ctx;
	return number_of(owner, owner->pid);
}

static struct value ppid_of(const struct owner *owner, const struct view_context *ctx)
{
	(void)ctx;
	return owner->ppid ? number_of(owner, owner->ppid) : value_null();
}

static struct value uid_of(const struct owner *owner, const struct view_context *ctx)
{
	(void)ctx;
	return number_of(owner, owner->uid);
}

static struct value gid_of(const struct owner *owner, const struct view_context *ctx)
{
	(void)ctx;
	return number_of(owner, owner->gid);
}

static struct value loginuid_of(const struct owner *owner, const struct view_context *ctx)
{
	(void)ctx;
	return number_of(owner, owner->loginuid);
}

static struct value comm_of(const struct owner *owner, const struct view_context *ctx)
{
	(void)ctx;
	return owner->pid ? value_comm(owner->comm) : value_null();
}

static struct value cgroup_of(const struct owner *owner, const struct view_context *ctx)
{
	if (!ctx->names || !owner->pid)
		return value_null();
	return value_string(names_cgroup(ctx->names, owner->cgroup, ctx->now_ns));
}

static struct value cgroup_short_of(const struct owner *owner, const struct view_context *ctx)
{
	struct value path = cgroup_of(owner, ctx);

	if (path.type == VALUE_TEXT)
		path.text.bytes = cgroup_short(path.text.bytes, &path.text.len);
	return path;
}

/* --- of a row --------------------------------------------------------------------------------- */

#define OWNER_OFFSET offsetof(struct process_row, owner)

_Static_assert(offsetof(struct exec_row, owner) == OWNER_OFFSET, "owners are at one place");
_Static_assert(offsetof(struct listener_row, owner) == OWNER_OFFSET, "owners are at one place");

static const struct owner *own(const void *row)
{
	return (const struct owner *)((const char *)row + OWNER_OFFSET);
}

static const struct owner *shared(const void *row)
{
	return ((const struct conn_row *)row)->owner;
}

#define GETTERS(what)                                                              \
	struct value owner_##what(const void *row, const struct view_context *ctx) \
	{                                                                          \
		return what##_of(own(row), ctx);                                   \
	}                                                                          \
	struct value conn_##what(const void *row, const struct view_context *ctx)  \
	{                                                                          \
		return what##_of(shared(row), ctx);                                \
	}

GETTERS(pid)
GETTERS(ppid)
GETTERS(uid)
GETTERS(gid)
GETTERS(loginuid)
GETTERS(comm)
GETTERS(cgroup)
GETTERS(cgroup_short)

size_t owner_show_cgroup(const void *row, const struct view_context *ctx, char *out, size_t cap)
{
	return value_text(owner_cgroup_short(row, ctx), FORMAT_PLAIN, ctx, out, cap);
}

size_t conn_show_cgroup(const void *row, const struct view_context *ctx, char *out, size_t cap)
{
	return value_text(conn_cgroup_short(row, ctx), FORMAT_PLAIN, ctx, out, cap);
}
