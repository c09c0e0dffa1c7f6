/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The key that exports what is on the screen. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include "actions.h"
#include "export.h"

/* What it is called by its ending; a name that ends in / is a folder of CSV. */
static int format_of(const char *path, enum export_format *format)
{
	if (snapshot_is_folder(EXPORT_CSV, path)) {
		*format = EXPORT_CSV;
		return 0;
	}
	return export_format_of_path(path, format);
}

/* Writes what is on the screen. 0 or -errno with the reason in `error`. */
static int export_to(struct ui *ui, const char *path, bool force, char *error, size_t error_cap)
{
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

	if (format_of(path, &format)) {
		snprintf(error, error_cap, "the name must end in .json, .csv, .txt or /");
		return -EINVAL;
	}
	ui_update_all(ui); /* keys typed just before count, too */
	if (!ui->frozen)
		ui->source->ops->counts(ui->source, &counts);
	for (size_t i = 0; i < PANE_COUNT; i++)
		lists[i] = ui->view.panes[i].list;
	err = snapshot_save(&snapshot, format, path, force);
	if (err)
		snprintf(error, error_cap, "%s",
			 err == -EEXIST ? "it exists already" : strerror(-err));
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

static const struct prompt_kind export_prompt;

/* Whether to replace the file that is there. */
static int accept_replace(void *ctx, int what, const char *answer, char *error, size_t error_cap)
{
	struct ui *ui = ctx;

	(void)what;
	if (!strcasecmp(answer, "y") || !strcasecmp(answer, "yes"))
		return export_to(ui, ui->export_path, true, error, error_cap);
	if (*answer && strcasecmp(answer, "n") && strcasecmp(answer, "no")) {
		snprintf(error, error_cap, "yes or no");
		return -EINVAL;
	}
	prompt_open(&ui->prompt, &export_prompt, ui->export_path, 0);
	return 0;
}

static const struct prompt_kind replace_prompt = {
	.label = "It exists already: replace it",
	.hint = "yes or no",
	.accept = accept_replace,
};

/* Only a regular file can be replaced: of others, and of folders, the reason is told. */
static bool may_replace(const char *path)
{
	struct stat there;

	return !snapshot_is_folder(EXPORT_CSV, path) && !lstat(path, &there) &&
	       S_ISREG(there.st_mode);
}

static int accept_export(void *ctx, int what, const char *path, char *error, size_t error_cap)
{
	struct ui *ui = ctx;
	int err = export_to(ui, path, false, error, error_cap);

	(void)what;
	if (err != -EEXIST || !may_replace(path))
		return err;
	snprintf(ui->export_path, sizeof(ui->export_path), "%s", path);
	prompt_open(&ui->prompt, &replace_prompt, "", 0);
	return 0;
}

static const struct prompt_kind export_prompt = {
	.label = "Export to file",
	.hint = ".json .csv .txt, or DIR/ for CSV of all",
	.accept = accept_export,
	.complete = complete_path,
};

void action_export(struct ui *ui, int arg)
{
	(void)arg;
	prompt_open(&ui->prompt, &export_prompt, "", 0);
}
