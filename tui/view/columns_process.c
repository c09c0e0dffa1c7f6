/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Columns of the Processes pane, and of exit events. */
#include "columns.h"

static const struct process_row *process_of(const void *row)
{
	return row;
}

static const struct traffic *traffic_of(const void *row)
{
	return &process_of(row)->traffic;
}

TRAFFIC_GETTER(total)
TRAFFIC_GETTER(live)
TRAFFIC_GETTER(failed)
TRAFFIC_GETTER(tx_bytes)
TRAFFIC_GETTER(rx_bytes)
TRAFFIC_GETTER(tx_rate)
TRAFFIC_GETTER(rx_rate)

/* A row of a stream is of an exit. */
static struct value get_event(const void *row, const struct view_context *ctx)
{
	(void)row;
	(void)ctx;
	return value_string("exit");
}

static struct value get_time(const void *row, const struct view_context *ctx)
{
	return value_time(process_of(row)->ts_ns, ctx);
}

static struct value get_execs(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(process_of(row)->execs);
}

static struct value get_started(const void *row, const struct view_context *ctx)
{
	return value_time(process_of(row)->owner.start_ns, ctx);
}

static struct value get_ended(const void *row, const struct view_context *ctx)
{
	return value_time(process_of(row)->ending.ended_ns, ctx);
}

static struct value get_duration(const void *row, const struct view_context *ctx)
{
	const struct process_row *process = process_of(row);
	uint64_t end_ns = process->ending.ended_ns;

	return value_span(process->owner.start_ns, end_ns ? end_ns : ctx->now_ns);
}

static struct value get_exit_code(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return ending_code(&process_of(row)->ending);
}

static struct value get_signal(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return ending_signal(&process_of(row)->ending);
}

static struct value get_shown_exit(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return ending_shown(&process_of(row)->ending);
}

static size_t show_exit(const void *row, const struct view_context *ctx, char *out, size_t cap)
{
	return ending_text(&process_of(row)->ending, ctx, out, cap);
}

/* What it executed last. When nobody saw that, and it runs: its arguments as they are now. */
static struct command command_of(const void *row, const struct view_context *ctx)
{
	const struct process_row *process = process_of(row);

	if (process->data)
		return (struct command){
			.filename = process->data,
			.filename_len = process->filename_len - 1,
			.args = process->exec_flags & EXEC_ARGS_UNREAD
					? NULL
					: process->data + process->filename_len,
			.args_len = process->args_len,
			.script = process->exec_flags & EXEC_SCRIPT,
			.cut = process->args_total > process->args_len,
		};
	return command_now(&process->owner, &process->ending, ctx);
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

static struct value get_args_order(const void *row, const struct view_context *ctx)
{
	struct command command = command_of(row, ctx);

	return command_order(&command);
}

static size_t show_args(const void *row, const struct view_context *ctx, char *out, size_t cap)
{
	struct command command = command_of(row, ctx);

	return command_text(&command, ctx, out, cap);
}

static struct value get_truncated(const void *row, const struct view_context *ctx)
{
	struct command command = command_of(row, ctx);

	return command_cut(&command);
}

const struct column process_columns[] = {
	{ "event", "EVENT", "kind of the event", 7, 0, 0, ALIGN_LEFT, FORMAT_PLAIN,
	  COLUMN_STREAM | COLUMN_HIDDEN, get_event, NULL, NULL },
	{ "time", "TIME", "when it last did something", 12, 0, 9, ALIGN_LEFT, FORMAT_CLOCK,
	  COLUMN_DOWN | COLUMN_HIDDEN, get_time, NULL, NULL },
	{ "started", "STARTED", "when it started", 12, 0, 9, ALIGN_LEFT, FORMAT_CLOCK,
	  COLUMN_DOWN | COLUMN_HIDDEN, get_started, NULL, NULL },
	{ "ended", "ENDED", "when it ended", 12, 0, 9, ALIGN_LEFT, FORMAT_CLOCK,
	  COLUMN_DOWN | COLUMN_HIDDEN, get_ended, NULL, NULL },
	{ "pid", "PID", "process ID", 7, 0, 0, ALIGN_RIGHT, FORMAT_PLAIN, COLUMN_HOLD, owner_pid,
	  NULL, NULL },
	OWNER_PPID(owner, COLUMN_HIDDEN),
	{ "uid", "USER", "real user", 8, 20, 3, ALIGN_LEFT, FORMAT_USER, 0, owner_uid, NULL, NULL },
	OWNER_GID(owner),
	OWNER_LOGINUID(owner),
	{ "comm", "COMM", "command name", 12, 15, 4, ALIGN_LEFT, FORMAT_PLAIN, 0, owner_comm, NULL,
	  NULL },
	{ "execs", "EXECS", "programs that its children executed", 5, 0, 7, ALIGN_RIGHT,
	  FORMAT_PLAIN, COLUMN_DOWN, get_execs, NULL, NULL },
	{ "live", "LIVE", "connections that live", 5, 0, 3, ALIGN_RIGHT, FORMAT_PLAIN, COLUMN_DOWN,
	  get_live, NULL, NULL },
	{ "conns", "CONNS", "connections in all", 5, 0, 5, ALIGN_RIGHT, FORMAT_PLAIN, COLUMN_DOWN,
	  get_total, NULL, NULL },
	{ "failed", "FAILED", "connects that failed", 6, 0, 8, ALIGN_RIGHT, FORMAT_PLAIN,
	  COLUMN_DOWN, get_failed, NULL, NULL },
	{ "tx_bytes", "TX", "payload bytes sent", 6, 0, 8, ALIGN_RIGHT, FORMAT_BYTES, COLUMN_DOWN,
	  get_tx_bytes, NULL, NULL },
	{ "rx_bytes", "RX", "payload bytes received", 6, 0, 8, ALIGN_RIGHT, FORMAT_BYTES,
	  COLUMN_DOWN, get_rx_bytes, NULL, NULL },
	{ "tx_rate", "TX/s", "payload bytes sent a second", 6, 0, 2, ALIGN_RIGHT, FORMAT_BYTES,
	  COLUMN_DOWN, get_tx_rate, NULL, NULL },
	{ "rx_rate", "RX/s", "payload bytes received a second", 6, 0, 1, ALIGN_RIGHT, FORMAT_BYTES,
	  COLUMN_DOWN, get_rx_rate, NULL, NULL },
	{ "duration_us", "LIFE", "how long it has run, or did", 6, 0, 6, ALIGN_RIGHT, FORMAT_SPAN,
	  COLUMN_DOWN | COLUMN_LIVE, get_duration, NULL, NULL },
	{ "exit_code", "EXIT", "exit code; on screen also the signal that ended it", 6, 0, 6,
	  ALIGN_RIGHT, FORMAT_PLAIN, 0, get_exit_code, show_exit, get_shown_exit },
	{ "signal", "SIGNAL", "number of the signal that ended it", 6, 0, 9, ALIGN_RIGHT,
	  FORMAT_PLAIN, COLUMN_HIDDEN, get_signal, NULL, NULL },
	OWNER_CGROUP(owner, 0),
	{ "filename", "FILENAME", "file executed", 24, 64, 9, ALIGN_LEFT, FORMAT_PLAIN,
	  COLUMN_HIDDEN, get_filename, NULL, NULL },
	{ "args_truncated", "CUT", "whether there were more arguments than are kept", 3, 0, 9,
	  ALIGN_LEFT, FORMAT_PLAIN, COLUMN_HIDDEN | COLUMN_LIVE, get_truncated, NULL, NULL },
	{ "args", "ARGS", "file executed and arguments", 20, 255, 0, ALIGN_LEFT, FORMAT_PLAIN,
	  COLUMN_LIVE, get_args, show_args, get_args_order },
};

const size_t n_process_columns = sizeof(process_columns) / sizeof(process_columns[0]);
