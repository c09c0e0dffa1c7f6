/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the panes of execs and of processes share: what was executed, and how it ended. */
#include <signal.h>
#include <stdio.h>
#include "columns.h"

/* --- what was executed ------------------------------------------------------------------------ */

struct command command_now(const struct owner *owner, const struct ending *ending,
			   const struct view_context *ctx)
{
	struct command command = { .filename = NULL };
	const struct cmdline *cmdline;

	if (!ctx->names || ending->ended_ns)
		return command;
	cmdline = names_cmdline(ctx->names, owner->pid, owner->start_ns, ctx->now_ns);
	if (!cmdline)
		return command;
	command.args = cmdline->bytes;
	command.args_len = cmdline->len;
	command.cut = cmdline->cut;
	return command;
}

struct value command_filename(const struct command *command)
{
	if (!command->filename)
		return value_null();
	return value_bytes(command->filename, command->filename_len);
}

struct value command_args(const struct command *command)
{
	struct value value = { .type = VALUE_LIST };

	if (!command->args)
		return value_null();
	value.text.bytes = command->args;
	value.text.len = command->args_len;
	return value;
}

struct value command_cut(const struct command *command)
{
	return command->args || command->filename ? value_bool(command->cut) : value_null();
}

struct value command_order(const struct command *command)
{
	if (command->filename || !command->args)
		return command_filename(command);
	return value_bytes(command->args, strnlen(command->args, command->args_len));
}

/* Bytes up to and with the next NUL. */
static size_t arg_len(const char *args, size_t len)
{
	const char *end = memchr(args, '\0', len);

	return end ? (size_t)(end - args) + 1 : len;
}

/* Where the arguments begin that follow the command. */
static size_t operands(const struct command *command)
{
	const char *args = command->args, *name = command->filename;
	size_t at = arg_len(args, command->args_len);

	if (!command->script)
		return at;
	/* The kernel put the interpreter, perhaps an option, and the script in front. */
	for (size_t next = at; next < command->args_len;) {
		size_t len = arg_len(args + next, command->args_len - next);

		if (len == command->filename_len + 1 && !memcmp(args + next, name, len - 1))
			return next + len;
		next += len;
	}
	return at;
}

size_t command_text(const struct command *command, const struct view_context *ctx, char *out,
		    size_t cap)
{
	struct value rest = command_args(command);
	size_t len = 0, at = 0;

	if (command->filename || !command->args)
		len = value_text(command_filename(command), FORMAT_PLAIN, ctx, out, cap);
	if (command->filename && command->args)
		at = operands(command);
	if (command->args && at < command->args_len && len + 2 < cap) {
		if (len)
			out[len++] = ' ';
		rest.text.bytes += at;
		rest.text.len -= at;
		len += value_text(rest, FORMAT_PLAIN, ctx, out + len, cap - len);
	}
	if (command->cut && len + 4 < cap)
		len += snprintf(out + len, cap - len, " ...");
	return len;
}

/* --- how it ended ----------------------------------------------------------------------------- */

struct value ending_code(const struct ending *ending)
{
	return ending->ended_ns && !ending->signal ? value_number(ending->code) : value_null();
}

struct value ending_signal(const struct ending *ending)
{
	return ending->ended_ns && ending->signal ? value_number(ending->signal) : value_null();
}

struct value ending_shown(const struct ending *ending)
{
	const char *name;

	if (!ending->ended_ns || !ending->signal)
		return ending_code(ending);
	name = sigabbrev_np(ending->signal);
	return value_string(name ? name : "SIG"); /* real-time signals have no names */
}

size_t ending_text(const struct ending *ending, const struct view_context *ctx, char *out,
		   size_t cap)
{
	if (ending->ended_ns && ending->signal && !sigabbrev_np(ending->signal)) {
		snprintf(out, cap, "SIG%d", ending->signal);
		return strlen(out);
	}
	return value_text(ending_shown(ending), FORMAT_PLAIN, ctx, out, cap);
}
