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

void action_filter(struct ui *ui, int dimension)
{
	static const char *const labels[FILTER_DIMENSIONS] = {
		[FILTER_PID] = "Filter by PID",	     [FILTER_UID] = "Filter by user",
		[FILTER_PORT] = "Filter by port",    [FILTER_ADDR] = "Filter by address",
		[FILTER_COMM] = "Filter by command",
	};
	char text[FILTER_TEXT_MAX];

	selected_value(ui, dimension, text, sizeof(text));
	if (!*text)
		snprintf(text, sizeof(text), "%s", ui->filterspec.text[dimension]);
	prompt_open(&ui->prompt, labels[dimension], text, accept_filter, dimension);
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
	ui_say(ui, ROLE_GOOD,
	       on ? "failed execs and connects are watched, too"
		  : "failed execs and connects are watched no longer");
}

void action_lift(struct ui *ui, int arg)
{
	struct filterspec none;

	(void)arg;
	filterspec_clear(&none);
	if (!ui_set_filter(ui, &none))
		ui_say(ui, ROLE_GOOD, "all filters lifted");
}
