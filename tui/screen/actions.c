/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of keys, and what each does. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "export.h"
#include "ui_state.h"

#define CONTROL(letter) ((letter)&0x1f)
#define ESCAPE		0x1b

/* --- filters ---------------------------------------------------------------------------------- */

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

/* The value of the selected row, as the filter's text would have it; "" without one. */
static void selected_value(const struct ui *ui, int dimension, char *out, size_t cap)
{
	static const char *const keys[FILTER_DIMENSIONS] = {
		[FILTER_PID] = "pid",
		[FILTER_UID] = "uid",
		[FILTER_PORT] = "rport",
	};
	const struct pane *pane = ui->view.panes[ui->view.focus].list.pane;
	const struct column *column = pane_column(pane, keys[dimension]);
	const void *row = view_selected(&ui->view);
	struct view_context ctx = ui->ctx;

	out[0] = '\0';
	if (!row || !column)
		return;
	/* Users are offered by name, ports by number: that is how each is typed. */
	ctx.numeric = ui->ctx.numeric || dimension != FILTER_UID;
	column_text(column, row, &ctx, out, cap);
}

static void run_filter(struct ui *ui, int dimension)
{
	static const char *const labels[FILTER_DIMENSIONS] = {
		[FILTER_PID] = "Filter by PID",
		[FILTER_UID] = "Filter by user",
		[FILTER_PORT] = "Filter by port",
	};
	char text[FILTER_TEXT_MAX];

	selected_value(ui, dimension, text, sizeof(text));
	if (!*text)
		snprintf(text, sizeof(text), "%s", ui->filterspec.text[dimension]);
	prompt_open(&ui->prompt, labels[dimension], text, accept_filter, dimension);
}

static void run_lift(struct ui *ui, int arg)
{
	struct filterspec none;

	(void)arg;
	filterspec_clear(&none);
	if (!ui_set_filter(ui, &none))
		ui_say(ui, ROLE_GOOD, "all filters lifted");
}

/* --- moving ----------------------------------------------------------------------------------- */

static void run_move(struct ui *ui, int step)
{
	view_move(&ui->view, step);
}

/* In halves of a page. */
static void run_page(struct ui *ui, int halves)
{
	int body = ui->view.n_overlay ? ui->grid.rows - 3 : ui->view.panes[ui->view.focus].body;
	int step = body * halves / 2;

	view_move(&ui->view, step ? step : (halves > 0 ? 1 : -1));
}

static void run_end(struct ui *ui, int direction)
{
	view_move(&ui->view, direction * (1 << 30));
}

static void run_scroll(struct ui *ui, int step)
{
	view_scroll(&ui->view, step);
}

/* --- panes and order -------------------------------------------------------------------------- */

static void run_tab(struct ui *ui, int arg)
{
	(void)arg;
	ui->view.focus = (ui->view.focus + 1) % PANE_COUNT;
}

static void run_split(struct ui *ui, int arg)
{
	(void)arg;
	ui->view.layout = LAYOUT_SPLIT;
}

static void run_pane(struct ui *ui, int pane)
{
	ui->view.layout = LAYOUT_ONE;
	ui->view.focus = pane;
}

static void run_zoom(struct ui *ui, int arg)
{
	(void)arg;
	ui->view.layout = ui->view.layout == LAYOUT_ONE ? LAYOUT_SPLIT : LAYOUT_ONE;
}

static void run_sort(struct ui *ui, int step)
{
	list_move_sort(&ui->view.panes[ui->view.focus].list, step);
}

static void run_invert(struct ui *ui, int arg)
{
	struct list *list = &ui->view.panes[ui->view.focus].list;

	(void)arg;
	list->descending = !list->descending;
}

/* --- the screen ------------------------------------------------------------------------------- */

static void run_pause(struct ui *ui, int arg)
{
	struct model *frozen = ui->frozen;

	(void)arg;
	if (frozen) {
		ui->frozen = NULL;
		ui_update(ui); /* the lists point into what is freed now */
		model_free(frozen);
		return;
	}
	ui_refresh(ui);
	ui->frozen = model_clone(ui->model);
	if (!ui->frozen)
		ui_say(ui, ROLE_WARNING, "out of memory: not paused");
}

static void run_names(struct ui *ui, int arg)
{
	(void)arg;
	ui->ctx.numeric = !ui->ctx.numeric;
	ui_say(ui, ROLE_GOOD, ui->ctx.numeric ? "numbers are shown" : "names are shown");
}

static void run_redraw(struct ui *ui, int arg)
{
	(void)arg;
	screen_redraw(ui->screen);
}

static void run_suspend(struct ui *ui, int arg)
{
	(void)arg;
	screen_suspend(ui->screen);
	ui_resize(ui);
}

static void run_quit(struct ui *ui, int arg)
{
	(void)arg;
	ui->done = true;
}

/* Closes the help screen; otherwise there is nothing to leave. */
static void run_escape(struct ui *ui, int arg)
{
	(void)arg;
	ui->view.n_overlay = 0;
}

static void run_help(struct ui *ui, int arg)
{
	size_t n = 0;

	(void)arg;
	if (ui->view.n_overlay) {
		ui->view.n_overlay = 0;
		return;
	}
	for (size_t i = 0; i < n_actions && n + 2 < HELP_LINES_MAX; i++) {
		if (actions[i].group)
			ui->help[n++] = (struct view_line){ NULL, actions[i].group };
		action_keys(&actions[i], ui->help_keys[n], sizeof(ui->help_keys[n]));
		ui->help[n] = (struct view_line){ ui->help_keys[n], actions[i].help };
		n++;
	}
	ui->view.overlay = ui->help;
	ui->view.overlay_top = 0;
	ui->view.overlay_title = "Help (j k scroll, Esc closes)";
	ui->view.n_overlay = n;
}

/* --- export ----------------------------------------------------------------------------------- */

static int accept_export(void *ctx, int what, const char *path, char *error, size_t error_cap)
{
	struct ui *ui = ctx;
	struct list lists[PANE_COUNT];
	struct source_counts counts = ui->counts;
	struct snapshot snapshot = {
		.host = &ui->source->host,
		.counts = &counts,
		.filterspec = &ui->filterspec,
		.ctx = &ui->ctx,
		.lists = lists,
		.pane = ui->view.focus,
		.one_pane = ui->view.layout == LAYOUT_ONE,
	};
	enum export_format format;
	int err;

	(void)what;
	if (export_format_of_path(path, &format)) {
		snprintf(error, error_cap, "the name must end in .json, .csv or .txt");
		return -EINVAL;
	}
	ui_update(ui); /* keys typed just before count, too */
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

static void run_export(struct ui *ui, int arg)
{
	(void)arg;
	prompt_open(&ui->prompt, "Export to (.json .csv .txt)", "", accept_export, 0);
}

/* --- the table -------------------------------------------------------------------------------- */

/* Rows with a label stand on the key line in this order: the most useful first. */
const struct action actions[] = {
	{ "filter-pid",
	  { 'p' },
	  "Filters, judged in the kernel",
	  "show only these PIDs: 1,2 or !3; empty lifts",
	  "pid",
	  run_filter,
	  FILTER_PID },
	{ "filter-user",
	  { 'u' },
	  NULL,
	  "show only these users: names or UIDs",
	  "user",
	  run_filter,
	  FILTER_UID },
	{ "filter-port",
	  { 'P' },
	  NULL,
	  "show only these ports: 443,8000-8010 or !22",
	  "port",
	  run_filter,
	  FILTER_PORT },
	{ "lift", { '=' }, NULL, "lift all filters", "all", run_lift, 0 },
	{ "pause",
	  { ' ', 'Z' },
	  "Screen",
	  "hold the screen still; capture goes on",
	  "pause",
	  run_pause,
	  0 },
	{ "export",
	  { 'e' },
	  NULL,
	  "export what is shown: .json .csv .txt by the ending",
	  "export",
	  run_export,
	  0 },
	{ "help", { '?', 'h', KEYCODE_F1 }, NULL, "this help", "help", run_help, 0 },
	{ "quit", { 'q', KEYCODE_F10, CONTROL('c') }, NULL, "quit", "quit", run_quit, 0 },
	{ "names", { 'D' }, NULL, "names or numbers of users and ports", NULL, run_names, 0 },
	{ "redraw", { CONTROL('l') }, NULL, "draw the screen anew", NULL, run_redraw, 0 },
	{ "suspend", { CONTROL('z') }, NULL, "suspend; fg comes back", NULL, run_suspend, 0 },
	{ "escape", { ESCAPE }, NULL, "close the help screen or a prompt", NULL, run_escape, 0 },
	{ "sort-next", { '>' }, "Order", "sort by the next column", "sort", run_sort, 1 },
	{ "sort-previous", { '<' }, NULL, "sort by the previous column", NULL, run_sort, -1 },
	{ "invert", { 'I', 'R' }, NULL, "turn the order round", "invert", run_invert, 0 },
	{ "next-pane", { '\t' }, "Panes", "the other pane", "pane", run_tab, 0 },
	{ "split", { '0' }, NULL, "both panes", NULL, run_split, 0 },
	{ "pane-execs", { '1' }, NULL, "Execs alone", NULL, run_pane, PANE_EXECS },
	{ "pane-connections",
	  { '2' },
	  NULL,
	  "Connections alone",
	  NULL,
	  run_pane,
	  PANE_CONNECTIONS },
	{ "zoom", { 'z' }, NULL, "this pane alone, and back", NULL, run_zoom, 0 },
	{ "down", { 'j', KEYCODE_DOWN }, "Moving", "next row", NULL, run_move, 1 },
	{ "up", { 'k', KEYCODE_UP }, NULL, "previous row", NULL, run_move, -1 },
	{ "page-down", { KEYCODE_PAGE_DOWN, CONTROL('f') }, NULL, "next page", NULL, run_page, 2 },
	{ "page-up", { KEYCODE_PAGE_UP, CONTROL('b') }, NULL, "previous page", NULL, run_page, -2 },
	{ "half-down", { CONTROL('d') }, NULL, "half a page down", NULL, run_page, 1 },
	{ "half-up", { CONTROL('u') }, NULL, "half a page up", NULL, run_page, -1 },
	{ "first", { 'g', KEYCODE_HOME }, NULL, "first row, and stay on it", NULL, run_end, -1 },
	{ "last", { 'G', KEYCODE_END }, NULL, "last row", NULL, run_end, 1 },
	{ "right",
	  { 'l', KEYCODE_RIGHT },
	  NULL,
	  "scroll the last column to the right",
	  NULL,
	  run_scroll,
	  8 },
	{ "left", { KEYCODE_LEFT }, NULL, "and back", NULL, run_scroll, -8 },
};

const size_t n_actions = sizeof(actions) / sizeof(actions[0]);

const struct action *action_find(int key)
{
	for (size_t i = 0; i < n_actions; i++)
		for (size_t k = 0; k < ACTION_KEYS_MAX && actions[i].keys[k]; k++)
			if (actions[i].keys[k] == key)
				return &actions[i];
	return NULL;
}

void keycode_name(int key, char *out, size_t cap)
{
	static const struct {
		int key;
		const char *name;
	} names[] = {
		{ ' ', "Space" },
		{ '\t', "Tab" },
		{ '\r', "Enter" },
		{ ESCAPE, "Esc" },
		{ KEYCODE_UP, "Up" },
		{ KEYCODE_DOWN, "Down" },
		{ KEYCODE_LEFT, "Left" },
		{ KEYCODE_RIGHT, "Right" },
		{ KEYCODE_PAGE_UP, "PgUp" },
		{ KEYCODE_PAGE_DOWN, "PgDn" },
		{ KEYCODE_HOME, "Home" },
		{ KEYCODE_END, "End" },
		{ KEYCODE_DELETE, "Del" },
		{ KEYCODE_BACKSPACE, "Backspace" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].key == key) {
			snprintf(out, cap, "%s", names[i].name);
			return;
		}
	}
	if (key >= KEYCODE_F1 && key <= KEYCODE_F10)
		snprintf(out, cap, "F%d", key - KEYCODE_F1 + 1);
	else if (key < ' ')
		snprintf(out, cap, "^%c", key | 0x40);
	else
		snprintf(out, cap, "%c", key);
}

void action_keys(const struct action *action, char *out, size_t cap)
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < ACTION_KEYS_MAX && action->keys[i] && at < cap; i++) {
		char name[16];

		keycode_name(action->keys[i], name, sizeof(name));
		at += snprintf(out + at, cap - at, "%s%s", i ? " " : "", name);
	}
}
