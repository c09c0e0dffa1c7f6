/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys that change what is captured: filters, descendants, failures. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "actions.h"

static int accept_filter(void *ctx, int dimension, const char *text, char *error, size_t error_cap)
{
	struct ui *ui = ctx;
	struct filterspec changed = ui->filterspec;
	int err = filterspec_set(&changed, dimension, text, error, error_cap);

	if (err)
		return err;
	err = ui_set_filter(ui, &changed);
	if (err)
		snprintf(error, error_cap, "%s", ui->message);
	return err;
}

#define SOURCES_MAX 2

/* Where each dimension's value stands in a row: the columns looked for, the first that has one. */
static const char *const value_columns[FILTER_DIMENSIONS][SOURCES_MAX] = {
	[FILTER_PID] = { "pid" },
	[FILTER_UID] = { "uid" },
	[FILTER_PORT] = { "rport", "lport" },
	[FILTER_ADDR] = { "raddr", "laddr" },
	[FILTER_COMM] = { "comm" },
};

/* A column's value of a row, as the filter's text would have it; "" when there is none. */
static void filter_value(const struct ui *ui, int dimension, const char *key, const void *row,
			 char *out, size_t cap)
{
	const struct pane *pane = ui->view.panes[ui->view.focus].list.pane;
	const struct column *column = pane_column(pane, key);
	struct view_context ctx = ui->ctx;
	struct value value;

	out[0] = '\0';
	if (!column)
		return;
	value = column->get(row, &ctx);
	/* Users are offered by name, ports by number: that is how each is typed. */
	ctx.numeric = ui->ctx.numeric || dimension != FILTER_UID;
	if (value.type == VALUE_TEXT)
		filterspec_escape_comm(value.text.bytes, value.text.len, out, cap);
	else if (value.type != VALUE_NULL)
		value_text(value, column->format, &ctx, out, cap);
}

/* The value of the selected row; "" without one. */
static void selected_value(const struct ui *ui, int dimension, char *out, size_t cap)
{
	const void *row = view_selected(&ui->view);

	out[0] = '\0';
	for (int i = 0; i < SOURCES_MAX && row && value_columns[dimension][i] && !*out; i++)
		filter_value(ui, dimension, value_columns[dimension][i], row, out, cap);
}

/* Whether the value typed last is no error yet: more of it may make it a good one. */
static bool may_become_good(int dimension, const char *value)
{
	size_t len = strlen(value);

	switch (dimension) {
	case FILTER_UID:
		return true; /* nor is half a name looked up in a directory far away */
	case FILTER_PORT:
		return len > 1 && strspn(value, "0123456789") == len - 1 && value[len - 1] == '-';
	case FILTER_ADDR:
		return strspn(value, "0123456789abcdefABCDEF:./") == len;
	case FILTER_COMM:
		return len && value[len - 1] == '\\';
	default:
		return false;
	}
}

/* How much of a text is to be judged while it is typed: all but what is only begun. */
static size_t judged_len(int dimension, const char *text)
{
	size_t len = strlen(text), from = complete_value(text, len);

	if (from < len && !may_become_good(dimension, text + from))
		return len;
	len = from;
	while (len > 0 && strchr(", !", text[len - 1]) && (len < 2 || text[len - 2] != '\\'))
		len--;
	return len;
}

/* Whether the text would do, told while it is typed; Enter judges all of it. */
static int check_filter(void *ctx, int dimension, const char *text, char *error, size_t error_cap)
{
	const struct ui *ui = ctx;
	struct filterspec copy = ui->filterspec;
	char judged[PROMPT_TEXT_MAX];

	snprintf(judged, sizeof(judged), "%.*s", (int)judged_len(dimension, text), text);
	return filterspec_set(&copy, dimension, judged, error, error_cap);
}

static void complete_user(void *ctx, int dimension, const char *text, size_t cursor,
			  struct candidates *out)
{
	(void)ctx, (void)dimension;
	complete_users(text, cursor, out);
}

/* Commands of the processes that are known. */
static void complete_command(void *ctx, int dimension, const char *text, size_t cursor,
			     struct candidates *out)
{
	const struct pane *processes = &panes[PANE_PROCESSES];
	const struct column *comm = pane_column(processes, "comm");
	const struct ui *ui = ctx;
	const struct process_row *row;
	char word[FILTER_TEXT_MAX];

	(void)dimension;
	out->from = complete_value(text, cursor);
	TABLE_FOREACH(&ui_shown(ui)->processes, row) {
		struct value value = comm->get(row, &ui->ctx);

		if (value.type != VALUE_TEXT)
			continue;
		filterspec_escape_comm(value.text.bytes, value.text.len, word, sizeof(word));
		if (!strncmp(word, text + out->from, cursor - out->from))
			candidates_add(out, word);
	}
}

static const struct prompt_kind filter_prompts[FILTER_DIMENSIONS] = {
	[FILTER_PID] = { .label = "Filter by PID",
			 .hint = "such as 1,812 or !812; empty lifts it",
			 .accept = accept_filter,
			 .check = check_filter },
	[FILTER_UID] = { .label = "Filter by user",
			 .hint = "such as alice,0 or !root; empty lifts it",
			 .accept = accept_filter,
			 .check = check_filter,
			 .complete = complete_user },
	[FILTER_PORT] = { .label = "Filter by port",
			  .hint = "such as 443,8000-8010 or !22; empty lifts it",
			  .accept = accept_filter,
			  .check = check_filter },
	[FILTER_ADDR] = { .label = "Filter by address",
			  .hint = "such as 10.0.0.0/8,::1; empty lifts it",
			  .accept = accept_filter,
			  .check = check_filter },
	[FILTER_COMM] = { .label = "Filter by command",
			  .hint = "such as nginx,python*; empty lifts it",
			  .accept = accept_filter,
			  .check = check_filter,
			  .complete = complete_command },
};

void action_filter(struct ui *ui, int dimension)
{
	char text[FILTER_TEXT_MAX];

	selected_value(ui, dimension, text, sizeof(text));
	if (!*text)
		snprintf(text, sizeof(text), "%s", ui->filterspec.text[dimension]);
	prompt_open(&ui->prompt, &filter_prompts[dimension], text, dimension);
	/* To add to it, wherever it came from. */
	prompt_remember(&ui->prompt, ui->filterspec.text[dimension]);
}

void action_follow(struct ui *ui, int arg)
{
	struct filterspec changed = ui->filterspec;

	(void)arg;
	changed.filter.follow = !changed.filter.follow;
	if (ui_set_filter(ui, &changed))
		return;
	if (!changed.filter.follow)
		ui_say(ui, ROLE_GOOD, "descendants are followed no longer");
	else if (changed.filter.pid.only.n)
		ui_say(ui, ROLE_GOOD, "descendants of the filtered PIDs are followed");
	else
		ui_say(ui, ROLE_WARNING, "follow: no PID filter is set yet");
}

void action_failed(struct ui *ui, int arg)
{
	bool on = !ui->summary.failed;
	int err = ui->source->ops->watch_failed(ui->source, on);

	(void)arg;
	if (err) {
		ui_say(ui, ROLE_WARNING, "failed execs and connects: %s",
		       err == -EOPNOTSUPP ? "this kernel cannot tell of them" : strerror(-err));
		return;
	}
	ui->summary.failed = on;
	ui_note_asked(ui);
	ui_say(ui, ROLE_GOOD,
	       on ? "failed execs and connects are watched, too"
		  : "failed execs and connects are watched no longer");
}

void action_lift(struct ui *ui, int arg)
{
	struct filterspec none;

	(void)arg;
	view_lift_row_filters(&ui->view);
	filterspec_clear(&none);
	if (!ui_set_filter(ui, &none))
		ui_say(ui, ROLE_GOOD, "all filters lifted");
}
