/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys that change conntop.conf: looks saved as defaults, filters by name. And what it starts. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "actions.h"
#include "config.h"
#include "sanitize.h"

void ui_configure(struct ui *ui)
{
	const struct config *config = ui->options->config;

	if (ui->options->keymap)
		ui->keymap = *ui->options->keymap;
	if (!config)
		return;
	for (size_t i = 0; i < PANE_COUNT; i++) {
		if (config->columns[i])
			list_choose_columns(&ui->view.panes[i].list, config->columns[i]);
		if (config->sort[i])
			list_choose_sort(&ui->view.panes[i].list, config->sort[i]);
	}
	if (*config->warning)
		ui_say(ui, ROLE_WARNING, "%s", config->warning);
}

/* The configuration; NULL, and said so, when none is in use. */
static struct config *config_of(struct ui *ui)
{
	if (!ui->options->config)
		ui_say(ui, ROLE_WARNING, "--no-config: nothing is read, and nothing saved");
	return ui->options->config;
}

/* Says what was done to the file, which is named as far as there is room. */
static void say_saved(struct ui *ui, const char *what, const char *name)
{
	const char *path = ui->options->config->path;
	char safe[512];

	sanitize_text(safe, sizeof(safe), path, strlen(path), ui->ctx.charset);
	ui_say(ui, ROLE_GOOD, "%s%s %s", name, what, safe);
}

/* --- looks as defaults ------------------------------------------------------------------------ */

#define COLUMNS_TEXT_MAX (LIST_COLUMNS_MAX * 32)

/* What is to be saved, and the texts that it points to. */
struct looks {
	struct config_change changes[4 + 2 * PANE_COUNT];
	size_t n;
	char delay[32];
	char sort[PANE_COUNT][40];
	char columns[PANE_COUNT][COLUMNS_TEXT_MAX];
};

static void add(struct looks *looks, const char *section, const char *key, const char *value,
		bool usual)
{
	looks->changes[looks->n++] = (struct config_change){ section, key, value, usual };
}

static void columns_text(const struct list *list, char *out, size_t cap)
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < list->n_columns && at < cap; i++)
		at += snprintf(out + at, cap - at, "%s%s", i ? "," : "", list->columns[i]->key);
}

/* What is usual for a pane need not be said, unless the file says something for all panes. */
static void add_pane(struct looks *looks, const struct ui *ui, enum pane_id id)
{
	const struct list *list = &ui->view.panes[id].list;
	char *sort = looks->sort[id], *columns = looks->columns[id];
	char usual_columns[COLUMNS_TEXT_MAX];
	struct list usual;

	list_init(&usual, &panes[id]);
	snprintf(sort, sizeof(looks->sort[id]), "%c%s", list->descending ? '-' : '+',
		 list->sort->key);
	add(looks, "sort", panes[id].name, sort,
	    list->sort == usual.sort && list->descending == usual.descending &&
		    !ui->options->config->sort_for_all);
	columns_text(list, columns, sizeof(looks->columns[id]));
	columns_text(&usual, usual_columns, sizeof(usual_columns));
	add(looks, "columns", panes[id].name, columns,
	    !strcmp(columns, usual_columns) && !ui->options->config->columns_for_all);
	list_fini(&usual);
}

static void looks_take(struct looks *looks, const struct ui *ui)
{
	bool alone = view_alone(&ui->view);
	const char *theme = ui_theme_name(ui);

	looks->n = 0;
	snprintf(looks->delay, sizeof(looks->delay), "%g", ui->delay_s);
	add(looks, "options", "delay", looks->delay, ui->delay_s == 1);
	add(looks, "options", "numeric", ui->ctx.numeric ? "yes" : "no", !ui->ctx.numeric);
	add(looks, "options", "theme", theme, !strcmp(theme, "default"));
	add(looks, "options", "pane", alone ? panes[ui->view.focus].name : "split", !alone);
	for (int i = 0; i < PANE_COUNT; i++)
		add_pane(looks, ui, i);
}

void action_save(struct ui *ui, int arg)
{
	struct config *config = config_of(ui);
	char error[CONFIG_ERROR_MAX];
	struct looks looks;

	(void)arg;
	if (!config)
		return;
	looks_take(&looks, ui);
	if (config_save(config, looks.changes, looks.n, error, sizeof(error)))
		ui_say(ui, ROLE_WARNING, "not saved: %s", error);
	else
		say_saved(ui, "saved as defaults in", "");
}

/* --- filters by name -------------------------------------------------------------------------- */

enum { CHOICE_SET = 1, CHOICE_NEW };

static bool any_filter(const struct filterspec *spec)
{
	char text[2];

	filterspec_format(spec, text, sizeof(text));
	return *text;
}

static int check_name(void *ctx, int what, const char *text, char *error, size_t error_cap)
{
	(void)ctx, (void)what;
	return *text ? config_check_name(text, error, error_cap) : 0;
}

static int accept_name(void *ctx, int what, const char *name, char *error, size_t error_cap)
{
	struct ui *ui = ctx;
	int err = config_save_set(ui->options->config, name, &ui->filterspec, error, error_cap);

	(void)what;
	if (!err)
		say_saved(ui, ": these filters are saved in", name);
	return err;
}

static const struct prompt_kind name_prompt = {
	.label = "Name for the filters in force",
	.hint = "web",
	.check = check_name,
	.accept = accept_name,
};

static int accept_delete(void *ctx, int at, const char *text, char *error, size_t error_cap)
{
	struct ui *ui = ctx;
	struct config *config = ui->options->config;
	char name[CONFIG_NAME_MAX];
	int err;

	if (strcmp(text, "y") && strcmp(text, "yes")) {
		snprintf(error, error_cap, "y deletes them, Esc keeps them");
		return -EINVAL;
	}
	memcpy(name, config->sets[at].name, sizeof(name));
	err = config_delete_set(config, at, error, error_cap);
	if (!err)
		say_saved(ui, ": deleted from", name);
	return err;
}

static const struct prompt_kind delete_prompt = {
	.label = "Delete the selected filters?",
	.hint = "y deletes them, Esc keeps them",
	.accept = accept_delete,
};

/* A set as people read it: as the summary line would show it. */
static void set_text(const struct filter_set *set, char *out, size_t cap)
{
	size_t at = 0;

	out[0] = '\0';
	for (int i = 0; i < FILTER_DIMENSIONS && at < cap; i++) {
		if (set->text[i] && *set->text[i])
			at += snprintf(out + at, cap - at, "%s%s=%s%s", at ? " " : "",
				       filter_dimensions[i].name, set->text[i],
				       i == FILTER_PID && set->follow ? "+" : "");
	}
}

static void fill_sets(struct ui *ui, struct page *page)
{
	const struct config *config = ui->options->config;
	char text[1024], name[4 * CONFIG_NAME_MAX];

	for (size_t i = 0; i < config->n_sets; i++) {
		const struct filter_set *set = &config->sets[i];

		sanitize_text(name, sizeof(name), set->name, strlen(set->name), ui->ctx.charset);
		set_text(set, text, sizeof(text));
		page_add(page, name, text, strlen(text), ROLE_TEXT);
		page_choice(page, CHOICE_SET, i);
	}
	if (any_filter(&ui->filterspec)) {
		filterspec_format(&ui->filterspec, text, sizeof(text));
		page_add(page, "name these ...", text, strlen(text), ROLE_FILTER);
		page_choice(page, CHOICE_NEW, 0);
	} else if (!config->n_sets) {
		snprintf(text, sizeof(text),
			 "No filters are saved. Set some first (p u P a c): then name them here.");
		page_add(page, NULL, text, strlen(text), ROLE_TEXT);
	}
}

static void enter_set(struct ui *ui, const struct page_line *line)
{
	struct config *config = ui->options->config;
	const struct filter_set *set = &config->sets[line->id];
	struct filterspec spec;
	char error[CONFIG_ERROR_MAX];

	if (line->what == CHOICE_NEW) {
		prompt_open(&ui->prompt, &name_prompt, "", 0);
		return;
	}
	if (config_set_filters(set, &spec, error, sizeof(error))) {
		ui_say(ui, ROLE_WARNING, "%s: %s", set->name, error);
		return;
	}
	if (ui_set_filter(ui, &spec))
		return;
	cover_close(ui);
	ui_say(ui, ROLE_GOOD, "%s: these filters are in force", set->name);
}

static bool key_sets(struct ui *ui, int key)
{
	const struct page_line *line = page_selected(&ui->page);

	if (key != 'd' && key != KEYCODE_DELETE)
		return false;
	if (line && line->what == CHOICE_SET)
		prompt_open(&ui->prompt, &delete_prompt, "", line->id);
	return true;
}

static const struct cover_kind sets_cover = {
	.fill = fill_sets,
	.enter = enter_set,
	.key = key_sets,
};

void action_filter_sets(struct ui *ui, int arg)
{
	(void)arg;
	if (ui->cover == &sets_cover)
		cover_close(ui);
	else if (config_of(ui))
		cover_open(ui, &sets_cover, "Saved filters (Enter takes, d deletes, Esc closes)");
}
