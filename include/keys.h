/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_KEYS_H
#define CONNTOP_KEYS_H

/*
 * Keys. One table row is all there is of an action: dispatch, the help screen, the key line,
 * --help and the manual page read it.
 */
#include <stddef.h>

/* Keys beyond characters; a character key is its Unicode code point, a control key its code. */
enum key {
	KEYCODE_FIRST = 0x200000, /* above Unicode */
	KEYCODE_UP = KEYCODE_FIRST,
	KEYCODE_DOWN,
	KEYCODE_LEFT,
	KEYCODE_RIGHT,
	KEYCODE_PAGE_UP,
	KEYCODE_PAGE_DOWN,
	KEYCODE_HOME,
	KEYCODE_END,
	KEYCODE_DELETE,
	KEYCODE_BACKSPACE,
	KEYCODE_F1,
	KEYCODE_F2,
	KEYCODE_F3,
	KEYCODE_F4,
	KEYCODE_F5,
	KEYCODE_F6,
	KEYCODE_F7,
	KEYCODE_F8,
	KEYCODE_F9,
	KEYCODE_F10,
	KEYCODE_UNKNOWN, /* an escape sequence that means nothing here */
};

struct ui;

#define ACTION_KEYS_MAX 6

struct action {
	const char *name;	   /* "filter-pid" */
	int keys[ACTION_KEYS_MAX]; /* 0 ends */
	const char *group;	   /* heading; NULL: as the row before */
	const char *help;	   /* a phrase */
	const char *label;	   /* on the key line; NULL: not there */
	void (*run)(struct ui *ui, int arg);
	int arg; /* given to run */
};

extern const struct action actions[];
extern const size_t n_actions;

/* The action that a key stands for, or NULL. */
const struct action *action_find(int key);

/* A key as people write it: "p", "Space", "^C", "PgUp", "F1". Terminated. */
void keycode_name(int key, char *out, size_t cap);

/* All keys of an action, blanks between. Terminated. */
void action_keys(const struct action *action, char *out, size_t cap);

#endif
