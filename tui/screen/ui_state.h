/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_UI_STATE_H
#define CONNTOP_UI_STATE_H

/* What ui.c and the actions behind keys share. */
#include "cover.h"
#include "details.h"
#include "keyline.h"
#include "keys.h"
#include "prompt.h"
#include "themes.h"
#include "ui.h"
#include "view.h"

/* Where a search began: Escape goes back there. */
struct search_start {
	struct search search; /* the one before */
	ptrdiff_t selected;
	uint64_t selected_id;
	uint64_t wanted_id;
	bool following;
};

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
	struct keymap keymap;
	struct grid grid;
	struct keyline keyline; /* as drawn last: empty where something else is on the line */
	struct prompt prompt;
	struct search_start search_start;
	char export_path[PROMPT_TEXT_MAX];  /* what may be replaced, while that is asked */
	char message[PROMPT_TEXT_MAX + 64]; /* on the bottom line until the next key */
	enum role message_role;
	const struct cover_kind *cover; /* what covers the panes; NULL: nothing */
	struct page page;		/* of the cover */
	struct details details;		/* while it is a detail */
	double delay_s;			/* between refreshes */
	bool held;			/* a recording: it stands still */
	bool own_filter;		/* of a recording's, another was chosen */
	unsigned asked_serial;		/* of the filters that it was made under, as shown */
	bool stale;			/* the rows are not yet what the keys so far ask for */
	bool done;
};

/* The model that is shown. */
static inline const struct model *ui_shown(const struct ui *ui)
{
	return ui->frozen ? ui->frozen : ui->model;
}

/* Whether the screen stands still. */
static inline bool ui_paused(const struct ui *ui)
{
	return ui->frozen || ui->held;
}

/* The theme in use, as --theme takes it. */
static inline const char *ui_theme_name(const struct ui *ui)
{
	return themes_name(ui->options->themes);
}

/* Says something on the bottom line. */
void ui_say(struct ui *ui, enum role role, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Takes keys, and the panes' columns and orders, from the configuration. */
void ui_configure(struct ui *ui);

/* Takes the rows of every pane anew, those that are not shown, too: for exports. */
void ui_update_all(struct ui *ui);

/* Takes over the filters that a recording was made under where they change in it. */
void ui_follow_recording(struct ui *ui);

/* Tells the source what is asked of it now. */
void ui_note_asked(struct ui *ui);

/* Puts the filter in force; on failure the old one stays and a message says why. 0 or -errno. */
int ui_set_filter(struct ui *ui, const struct filterspec *filterspec);

#endif
