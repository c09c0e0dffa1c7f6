/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Columns of the Listeners pane. */
#include "columns.h"

static const struct listener_row *listener_of(const void *row)
{
	return row;
}

static struct value get_laddr(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_addr(listener_of(row)->laddr, listener_of(row)->ip);
}

static struct value get_lport(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(listener_of(row)->lport);
}

static struct value get_ip(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(listener_of(row)->ip);
}

static struct value get_netns(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(listener_of(row)->netns);
}

static struct value get_backlog(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(listener_of(row)->backlog);
}

static struct value get_backlog_max(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(listener_of(row)->backlog_max);
}

static struct value get_accepts(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(listener_of(row)->accepts);
}

static struct value get_accept_rate(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(listener_of(row)->accept_rate);
}

static struct value get_opened(const void *row, const struct view_context *ctx)
{
	return value_time(listener_of(row)->opened_ns, ctx);
}

static struct value get_duration(const void *row, const struct view_context *ctx)
{
	return value_span(listener_of(row)->opened_ns, ctx->now_ns);
}

const struct column listener_columns[] = {
	{ "pid", "PID", "process ID of the owner", 7, 0, 0, ALIGN_RIGHT, FORMAT_PLAIN, COLUMN_HOLD,
	  owner_pid, NULL, NULL },
	OWNER_PPID(owner, COLUMN_HIDDEN),
	{ "uid", "USER", "real user", 8, 20, 5, ALIGN_LEFT, FORMAT_USER, 0, owner_uid, NULL, NULL },
	OWNER_GID(owner),
	OWNER_LOGINUID(owner),
	{ "comm", "COMM", "command name of the owner", 12, 15, 1, ALIGN_LEFT, FORMAT_PLAIN, 0,
	  owner_comm, NULL, NULL },
	{ "ip", "IP", "address family: 4 or 6", 2, 0, 9, ALIGN_LEFT, FORMAT_PLAIN, COLUMN_HIDDEN,
	  get_ip, NULL, NULL },
	{ "laddr", "LADDR", "local address", 15, 39, 0, ALIGN_LEFT, FORMAT_PLAIN, 0, get_laddr,
	  NULL, NULL },
	{ "lport", "LPORT", "local port", 8, 16, 0, ALIGN_RIGHT, FORMAT_PORT, 0, get_lport, NULL,
	  NULL },
	{ "netns", "NETNS", "inode of the network namespace", 10, 0, 9, ALIGN_RIGHT, FORMAT_PLAIN,
	  COLUMN_HIDDEN, get_netns, NULL, NULL },
	{ "backlog", "BACKLOG", "connections that wait for accept", 7, 0, 3, ALIGN_RIGHT,
	  FORMAT_PLAIN, COLUMN_DOWN, get_backlog, NULL, NULL },
	{ "backlog_max", "MAX", "how many may wait", 6, 0, 3, ALIGN_RIGHT, FORMAT_PLAIN,
	  COLUMN_DOWN, get_backlog_max, NULL, NULL },
	{ "accepts", "ACCEPTS", "connections accepted since conntop knows it", 8, 0, 2, ALIGN_RIGHT,
	  FORMAT_PLAIN, COLUMN_DOWN, get_accepts, NULL, NULL },
	{ "accept_rate", "ACC/s", "connections accepted a second", 6, 0, 4, ALIGN_RIGHT,
	  FORMAT_PLAIN, COLUMN_DOWN, get_accept_rate, NULL, NULL },
	{ "opened", "OPENED", "when it began to listen", 12, 0, 8, ALIGN_LEFT, FORMAT_CLOCK,
	  COLUMN_DOWN, get_opened, NULL, NULL },
	{ "duration_us", "AGE", "how long it has listened", 6, 0, 6, ALIGN_RIGHT, FORMAT_SPAN,
	  COLUMN_DOWN | COLUMN_LIVE, get_duration, NULL, NULL },
	OWNER_CGROUP(owner, 0),
};

const size_t n_listener_columns = sizeof(listener_columns) / sizeof(listener_columns[0]);
