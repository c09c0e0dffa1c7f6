/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Columns of the Execs pane. */
#include <stdio.h>
#include "columns.h"

static const struct exec_row *exec_of(const void *row)
{
	return row;
}

static struct value get_event(const void *row, const struct view_context *ctx)
{
	(void)row;
	(void)ctx;
	return value_string("exec");
}

static struct value get_time(const void *row, const struct view_context *ctx)
{
	return value_time(exec_of(row)->ts_ns, ctx);
}

static struct value get_pcomm(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_comm(exec_of(row)->pcomm);
}

static struct value get_ret(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(exec_of(row)->ret);
}

static struct value get_error(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_error(exec_of(row)->ret);
}

static struct value get_filename(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_bytes(exec_of(row)->data, exec_of(row)->filename_len - 1);
}

static struct value get_args(const void *row, const struct view_context *ctx)
{
	const struct exec_row *exec = exec_of(row);
	struct value value = { .type = VALUE_LIST };

	(void)ctx;
	if (exec->flags & EXEC_ARGS_UNREAD)
		return value_null();
	value.text.bytes = exec_row_args(exec);
	value.text.len = exec->args_len;
	return value;
}

/* The command as it was typed: the file executed, then what follows argv[0]. */
static size_t show_args(const void *row, const struct view_context *ctx, char *out, size_t cap)
{
	const struct exec_row *exec = exec_of(row);
	size_t at = exec_row_operands(exec);
	struct value rest = { .type = VALUE_LIST };
	size_t len = value_text(get_filename(row, ctx), FORMAT_PLAIN, ctx, out, cap);

	if (at < exec->args_len && len + 2 < cap) {
		out[len++] = ' ';
		rest.text.bytes = exec_row_args(exec) + at;
		rest.text.len = exec->args_len - at;
		len += value_text(rest, FORMAT_PLAIN, ctx, out + len, cap - len);
	}
	if (exec->args_total > exec->args_len && len + 4 < cap)
		len += snprintf(out + len, cap - len, " ...");
	return len;
}

static struct value get_truncated(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_bool(exec_of(row)->args_total > exec_of(row)->args_len);
}

const struct column exec_columns[] = {
	{ "event", "EVENT", "kind of the event", 7, 0, 0, ALIGN_LEFT, FORMAT_PLAIN,
	  COLUMN_STREAM | COLUMN_HIDDEN, get_event, NULL, NULL },
	{ "time", "TIME", "when it happened", 12, 0, 4, ALIGN_LEFT, FORMAT_CLOCK, COLUMN_DOWN,
	  get_time, NULL, NULL },
	{ "pid", "PID", "process ID", 7, 0, 0, ALIGN_RIGHT, FORMAT_PLAIN, 0, owner_pid, NULL,
	  NULL },
	{ "ppid", "PPID", "process ID of the parent", 7, 0, 3, ALIGN_RIGHT, FORMAT_PLAIN, 0,
	  owner_ppid, NULL, NULL },
	{ "uid", "USER", "real user", 8, 0, 1, ALIGN_LEFT, FORMAT_USER, 0, owner_uid, NULL, NULL },
	{ "gid", "GID", "real group ID", 7, 0, 9, ALIGN_RIGHT, FORMAT_PLAIN, COLUMN_HIDDEN,
	  owner_gid, NULL, NULL },
	{ "loginuid", "LOGINUID", "user who logged in, kept across su and sudo", 8, 0, 9,
	  ALIGN_LEFT, FORMAT_USER, COLUMN_HIDDEN, owner_loginuid, NULL, NULL },
	{ "pcomm", "PCOMM", "command name of the parent", 12, 15, 5, ALIGN_LEFT, FORMAT_PLAIN, 0,
	  get_pcomm, NULL, NULL },
	{ "ret", "RET", "what exec returned: 0, or a negative errno", 3, 0, 6, ALIGN_RIGHT,
	  FORMAT_PLAIN, 0, get_ret, NULL, NULL },
	{ "error", "ERROR", "name of the errno", 12, 0, 9, ALIGN_LEFT, FORMAT_PLAIN, COLUMN_HIDDEN,
	  get_error, NULL, NULL },
	{ "cgroup", "CGROUP", "path of its control group", 20, 64, 9, ALIGN_LEFT, FORMAT_PLAIN,
	  COLUMN_HIDDEN, owner_cgroup, NULL, NULL },
	{ "comm", "COMM", "command name", 12, 15, 2, ALIGN_LEFT, FORMAT_PLAIN, 0, owner_comm, NULL,
	  NULL },
	{ "filename", "FILENAME", "file executed", 24, 64, 9, ALIGN_LEFT, FORMAT_PLAIN,
	  COLUMN_HIDDEN, get_filename, NULL, NULL },
	{ "args_truncated", "CUT", "whether there were more arguments than are kept", 3, 0, 9,
	  ALIGN_LEFT, FORMAT_PLAIN, COLUMN_HIDDEN, get_truncated, NULL, NULL },
	{ "args", "ARGS", "file executed and arguments", 20, 255, 0, ALIGN_LEFT, FORMAT_PLAIN, 0,
	  get_args, show_args, get_filename },
};

const size_t n_exec_columns = sizeof(exec_columns) / sizeof(exec_columns[0]);
