/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of keys, and how they are written. What each does is in actions_*.c. */
#include <stdio.h>
#include "actions.h"

/* Rows with a label stand on the key line in this order: the most useful first. */
const struct action actions[] = {
	{ "filter-pid",
	  { 'p' },
	  "Filters, judged in the kernel",
	  "show only these PIDs: 1,2 or !3; empty lifts",
	  "pid",
	  action_filter,
	  FILTER_PID },
	{ "filter-user",
	  { 'u' },
	  NULL,
	  "show only these users: names or UIDs",
	  "user",
	  action_filter,
	  FILTER_UID },
	{ "filter-port",
	  { 'P' },
	  NULL,
	  "show only these ports: 443,8000-8010 or !22",
	  "port",
	  action_filter,
	  FILTER_PORT },
	{ "filter-address",
	  { 'a' },
	  NULL,
	  "show only these addresses: 10.0.0.0/8,::1 or !127.0.0.1",
	  NULL,
	  action_filter,
	  FILTER_ADDR },
	{ "filter-command",
	  { 'c' },
	  NULL,
	  "show only these commands: nginx,python* or !ssh",
	  NULL,
	  action_filter,
	  FILTER_COMM },
	{ "follow",
	  { 'f' },
	  NULL,
	  "descendants of the filtered PIDs, too",
	  NULL,
	  action_follow,
	  0 },
	{ "failed",
	  { 'x' },
	  NULL,
	  "failed execs and connects, too; slows the host a little",
	  NULL,
	  action_failed,
	  0 },
	{ "lift", { '=' }, NULL, "lift all filters", "all", action_lift, 0 },
	{ "pause",
	  { ' ', 'Z' },
	  "Screen",
	  "hold the screen still; capture goes on",
	  "pause",
	  action_pause,
	  0 },
	{ "export",
	  { 'e' },
	  NULL,
	  "export what is shown: .json .csv .txt by the ending",
	  "export",
	  action_export,
	  0 },
	{ "help", { '?', 'h', KEYCODE_F1 }, NULL, "this help", "help", action_help, 0 },
	{ "quit", { 'q', KEYCODE_F10, CONTROL('c') }, NULL, "quit", "quit", action_quit, 0 },
	{ "names", { 'D' }, NULL, "names or numbers of users and ports", NULL, action_names, 0 },
	{ "redraw", { CONTROL('l') }, NULL, "draw the screen anew", NULL, action_redraw, 0 },
	{ "suspend", { CONTROL('z') }, NULL, "suspend; fg comes back", NULL, action_suspend, 0 },
	{ "escape", { ESCAPE }, NULL, "close the help screen or a prompt", NULL, action_escape, 0 },
	{ "sort-next", { '>' }, "Order", "sort by the next column", "sort", action_sort, 1 },
	{ "sort-previous", { '<' }, NULL, "sort by the previous column", NULL, action_sort, -1 },
	{ "invert", { 'I', 'R' }, NULL, "turn the order round", "invert", action_invert, 0 },
	{ "next-pane",
	  { '\t' },
	  "Panes",
	  "the other pane, or the next one",
	  "pane",
	  action_tab,
	  0 },
	{ "split", { '0' }, NULL, "Execs and Connections", NULL, action_split, 0 },
	{ "pane-execs", { '1' }, NULL, "Execs alone", NULL, action_pane, PANE_EXECS },
	{ "pane-connections",
	  { '2' },
	  NULL,
	  "Connections alone",
	  NULL,
	  action_pane,
	  PANE_CONNECTIONS },
	{ "pane-processes", { '3' }, NULL, "Processes alone", NULL, action_pane, PANE_PROCESSES },
	{ "pane-remotes", { '4' }, NULL, "Remotes alone", NULL, action_pane, PANE_REMOTES },
	{ "pane-listeners", { '5' }, NULL, "Listeners alone", NULL, action_pane, PANE_LISTENERS },
	{ "zoom", { 'z' }, NULL, "this pane alone, and back", NULL, action_zoom, 0 },
	{ "down", { 'j', KEYCODE_DOWN }, "Moving", "next row", NULL, action_move, 1 },
	{ "up", { 'k', KEYCODE_UP }, NULL, "previous row", NULL, action_move, -1 },
	{ "page-down",
	  { KEYCODE_PAGE_DOWN, CONTROL('f') },
	  NULL,
	  "next page",
	  NULL,
	  action_page,
	  2 },
	{ "page-up",
	  { KEYCODE_PAGE_UP, CONTROL('b') },
	  NULL,
	  "previous page",
	  NULL,
	  action_page,
	  -2 },
	{ "half-down", { CONTROL('d') }, NULL, "half a page down", NULL, action_page, 1 },
	{ "half-up", { CONTROL('u') }, NULL, "half a page up", NULL, action_page, -1 },
	{ "first", { 'g', KEYCODE_HOME }, NULL, "first row, and stay on it", NULL, action_end, -1 },
	{ "last", { 'G', KEYCODE_END }, NULL, "last row", NULL, action_end, 1 },
	{ "right",
	  { 'l', KEYCODE_RIGHT },
	  NULL,
	  "scroll the last column to the right",
	  NULL,
	  action_scroll,
	  8 },
	{ "left", { KEYCODE_LEFT }, NULL, "and back", NULL, action_scroll, -8 },
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
