/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_KEYS_H
#define CONNTOP_KEYS_H

/*
 * Keys. One table row is all there is of an action: dispatch, the help screen, the key line,
 * --help and the manual page read it.
 */
#include <stdbool.h>
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
	KEYCODE_MOUSE,	 /* screen_mouse() tells what it did */
	KEYCODE_PASTE,	 /* screen_paste() has the text */
	KEYCODE_UNKNOWN, /* an escape sequence that means nothing here */
	/* Added to a character's or another key's code: Alt was held, or Escape came before. */
	KEYCODE_ALT = 0x400000,
};

struct config;
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

#define ACTIONS_MAX 80 /* at least n_actions */

/* Which keys stand for which action now: a row for each of `actions`, 0 ends. */
struct keymap {
	int keys[ACTIONS_MAX][ACTION_KEYS_MAX];
};

/* The table's own keys. */
void keymap_init(struct keymap *keymap);

/* The action that a key stands for, or NULL. */
const struct action *keymap_find(const struct keymap *keymap, int key);

/* All keys of an action as people write them, blanks between: "" when it has none. Terminated. */
void keymap_names(const struct keymap *keymap, const struct action *action, char *out, size_t cap);

/*
 * Gives an action other keys: `names` as people write them, blanks between; "" for none. What leads
 * out stays: Enter enters, Esc goes back and ^C quits. 0; -EINVAL for an unknown name, -E2BIG for
 * too many, -EBUSY for a key that stays another's; a sentence in `error` then, and nothing changed.
 */
int keymap_bind(struct keymap *keymap, const struct action *action, const char *names, char *error,
		size_t error_cap);

/*
 * The table's keys, changed as the configuration says. 0, or -EINVAL with a sentence that names the
 * file, the line and, if it is known, the action: for an unknown action or key, an action given
 * twice, a key that two actions have.
 */
int keymap_configure(struct keymap *keymap, const struct config *config, char *error,
		     size_t error_cap);

/* A key as people write it: "p", "Space", "^C", "PgUp", "F1", "Alt-x". Terminated. */
void keycode_name(int key, char *out, size_t cap);

/* The key of that name, without regard to case but of characters; 0 when there is none. */
int keycode_parse(const char *name);

/* The same for its keys of the table. */
void action_keys(const struct action *action, char *out, size_t cap);

#endif
