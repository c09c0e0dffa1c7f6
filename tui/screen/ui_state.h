/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_UI_STATE_H
#define CONNTOP_UI_STATE_H

/* What ui.c and the actions behind keys share. */
#include "keys.h"
#include "prompt.h"
#include "ui.h"
#include "view.h"

#define HELP_LINES_MAX 96
#define HELP_KEYS_MAX  32

struct ui {
	struct screen *screen;
	struct source *source;
	struct model *model;
	struct model *frozen; /* while paused: what is shown instead of model */
	struct names *names;
	const struct options *options;

	struct filterspec filterspec; /* in force */
	struct view view;
	struct view_context ctx;
	struct view_summary summary;
	struct source_counts counts; /* of the last refresh */
	struct source_counts rated;  /* what the rates count from */
	uint64_t rated_ns;	     /* CLOCK_BOOTTIME of those; 0: not yet */
	struct grid grid;
	struct prompt prompt;
	char message[PROMPT_TEXT_MAX + 64]; /* on the bottom line until the next key */
	enum role message_role;
	struct view_line help[HELP_LINES_MAX];
	char help_keys[HELP_LINES_MAX][HELP_KEYS_MAX];
	bool done;
};

/* The model that is shown. */
static inline const struct model *ui_shown(const struct ui *ui)
{
	return ui->frozen ? ui->frozen : ui->model;
}

/* Says something on the bottom line. */
void ui_say(struct ui *ui, enum role role, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Takes the rows of every pane anew, those that are not shown, too: for exports. */
void ui_update_all(struct ui *ui);

/* Puts the filter in force; on failure the old one stays and a message says why. 0 or -errno. */
int ui_set_filter(struct ui *ui, const struct filterspec *filterspec);

#endif
