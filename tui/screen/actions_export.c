/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The key that exports what is on the screen. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "actions.h"
#include "export.h"

static int accept_export(void *ctx, int what, const char *path, char *error, size_t error_cap)
{
	struct ui *ui = ctx;
	struct list lists[PANE_COUNT];
	struct source_counts counts = ui->counts;
	struct snapshot snapshot = {
		.host = &ui->source->host,
		.counts = &counts,
		.evicted = ui_shown(ui)->evicted,
		.filterspec = &ui->filterspec,
		.ctx = &ui->ctx,
		.lists = lists,
		.pane = ui->view.focus,
		.one_pane = view_alone(&ui->view),
	};
	enum export_format format;
	int err;

	(void)what;
	if (export_format_of_path(path, &format)) {
		snprintf(error, error_cap, "the name must end in .json, .csv or .txt");
		return -EINVAL;
	}
	ui_update_all(ui); /* keys typed just before count, too */
	if (!ui->frozen)
		ui->source->ops->counts(ui->source, &counts);
	for (size_t i = 0; i < PANE_COUNT; i++)
		lists[i] = ui->view.panes[i].list;
	err = snapshot_save(&snapshot, format, path);
	if (err == -EEXIST)
		snprintf(error, error_cap, "it exists already");
	else if (err)
		snprintf(error, error_cap, "%s", strerror(-err));
	else
		ui_say(ui, ROLE_GOOD, "written to %s", path);
	return err;
}

static void complete_path(void *ctx, int what, const char *text, size_t cursor,
			  struct candidates *out)
{
	(void)ctx, (void)what;
	complete_files(text, cursor, out);
}

static const struct prompt_kind export_prompt = {
	.label = "Export to file",
	.hint = ".json, .csv or .txt",
	.accept = accept_export,
	.complete = complete_path,
};

void action_export(struct ui *ui, int arg)
{
	(void)arg;
	prompt_open(&ui->prompt, &export_prompt, "", 0);
}
