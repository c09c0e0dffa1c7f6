/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Columns of the Execs pane. */
#include "columns.h"
#include "pane.h"

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
	if (exec_row_is_ancestor(row) && !*exec_of(row)->pcomm)
		return value_null();
	return value_comm(exec_of(row)->pcomm);
}

static struct value get_ret(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return exec_row_is_ancestor(row) ? value_null() : value_number(exec_of(row)->ret);
}

static struct value get_error(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_error(exec_of(row)->ret);
}

/* Of the process: until it ended, or executed something else. */
static struct value get_duration(const void *row, const struct view_context *ctx)
{
	const struct exec_row *exec = exec_of(row);
	uint64_t end_ns = exec->replaced_ns ? exec->replaced_ns : exec->ending.ended_ns;

	if (exec->ret)
		return value_null();
	return value_span(exec->owner.start_ns, end_ns ? end_ns : ctx->now_ns);
}

static struct value get_exit_code(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return ending_code(&exec_of(row)->ending);
}

static struct value get_signal(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return ending_signal(&exec_of(row)->ending);
}

static struct value get_shown_exit(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	if (exec_of(row)->replaced_ns)
		return value_string("exec");
	return ending_shown(&exec_of(row)->ending);
}

static size_t show_exit(const void *row, const struct view_context *ctx, char *out, size_t cap)
{
	if (exec_of(row)->replaced_ns)
		return value_text(get_shown_exit(row, ctx), FORMAT_PLAIN, ctx, out, cap);
	return ending_text(&exec_of(row)->ending, ctx, out, cap);
}

static struct command command_of(const void *row, const struct view_context *ctx)
{
	const struct exec_row *exec = exec_of(row);

	if (exec_row_is_ancestor(exec))
		return command_now(&exec->owner, &exec->ending, ctx);
	return (struct command){
		.filename = exec->data,
		.filename_len = exec->filename_len - 1,
		.args = exec->flags & EXEC_ARGS_UNREAD ? NULL : exec_row_args(exec),
		.args_len = exec->args_len,
		.script = exec->flags & EXEC_SCRIPT,
		.cut = exec->args_total > exec->args_len || exec->flags & EXEC_ARGS_MORE,
	};
}

static struct value get_filename(const void *row, const struct view_context *ctx)
{
	struct command command = command_of(row, ctx);

	return command_filename(&command);
}

static struct value get_args(const void *row, const struct view_context *ctx)
{
	struct command command = command_of(row, ctx);

	return command_args(&command);
}

static size_t show_args(const void *row, const struct view_context *ctx, char *out, size_t cap)
{
	struct command command = command_of(row, ctx);

	/* Of an ancestor that has ended, or is a kernel thread. */
	if (!command.filename && !command.args)
		return value_text(owner_comm(row, ctx), FORMAT_PLAIN, ctx, out, cap);
	return command_text(&command, ctx, out, cap);
}

static struct value get_truncated(const void *row, const struct view_context *ctx)
{
	struct command command = command_of(row, ctx);

	return command_cut(&command);
}

const struct column exec_columns[] = {
	{ "event", "EVENT", "kind of the event", 7, 0, 0, ALIGN_LEFT, FORMAT_PLAIN,
	  COLUMN_STREAM | COLUMN_HIDDEN, get_event, NULL, NULL },
	{ "time", "TIME", "when it happened", 12, 0, 5, ALIGN_LEFT, FORMAT_CLOCK, COLUMN_DOWN,
	  get_time, NULL, NULL },
	{ "pid", "PID", "process ID", 7, 0, 0, ALIGN_RIGHT, FORMAT_PLAIN, COLUMN_HOLD, owner_pid,
	  NULL, NULL },
	OWNER_PPID(owner, 0),
	{ "uid", "USER", "real user", 8, 20, 1, ALIGN_LEFT, FORMAT_USER, 0, owner_uid, NULL, NULL },
	OWNER_GID(owner),
	OWNER_LOGINUID(owner),
	{ "pcomm", "PCOMM", "command name of the parent", 12, 15, 7, ALIGN_LEFT, FORMAT_PLAIN, 0,
	  get_pcomm, NULL, NULL },
	{ "ret", "RET", "what exec returned: 0, or a negative errno", 3, 0, 8, ALIGN_RIGHT,
	  FORMAT_PLAIN, 0, get_ret, NULL, NULL },
	{ "error", "ERROR", "name of the errno", 12, 16, 9, ALIGN_LEFT, FORMAT_PLAIN, COLUMN_HIDDEN,
	  get_error, NULL, NULL },
	{ "duration_us", "LIFE", "how long the process has run, or did", 6, 0, 4, ALIGN_RIGHT,
	  FORMAT_SPAN, COLUMN_DOWN | COLUMN_LIVE, get_duration, NULL, NULL },
	{ "exit_code", "EXIT", "exit code; on screen, what ended it: also a signal, or exec", 6, 0,
	  3, ALIGN_RIGHT, FORMAT_PLAIN, 0, get_exit_code, show_exit, get_shown_exit },
	{ "signal", "SIGNAL", "number of the signal that ended it", 6, 0, 9, ALIGN_RIGHT,
	  FORMAT_PLAIN, COLUMN_HIDDEN, get_signal, NULL, NULL },
	OWNER_CGROUP(owner, COLUMN_HIDDEN),
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
