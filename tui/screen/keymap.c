/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which keys mean which actions, the table's own or the configuration's; how keys are written. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>
#include "actions.h"
#include "config.h"
#include "sanitize.h"

#define NAME_MAX_LEN 24 /* of a key, the NUL included */
#define ALT	     "Alt-"

/* --- the names of keys ------------------------------------------------------------------------ */

static const struct {
	int key;
	const char *name;
} key_names[] = {
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
	{ KEYCODE_F1, "F1" },
	{ KEYCODE_F2, "F2" },
	{ KEYCODE_F3, "F3" },
	{ KEYCODE_F4, "F4" },
	{ KEYCODE_F5, "F5" },
	{ KEYCODE_F6, "F6" },
	{ KEYCODE_F7, "F7" },
	{ KEYCODE_F8, "F8" },
	{ KEYCODE_F9, "F9" },
	{ KEYCODE_F10, "F10" },
	/* Names for what is written in other ways above. */
	{ ESCAPE, "Escape" },
	{ '\r', "Return" },
	{ KEYCODE_PAGE_UP, "PageUp" },
	{ KEYCODE_PAGE_DOWN, "PageDown" },
	{ KEYCODE_DELETE, "Delete" },
	{ ';', "Semicolon" }, /* begins a comment in conntop.conf */
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void keycode_name(int key, char *out, size_t cap)
{
	if (key >= KEYCODE_ALT) {
		snprintf(out, cap, ALT);
		if (strlen(out) + 1 < cap)
			keycode_name(key - KEYCODE_ALT, out + strlen(out), cap - strlen(out));
		return;
	}
	for (size_t i = 0; key != ';' && i < COUNT(key_names); i++) {
		if (key_names[i].key == key) {
			snprintf(out, cap, "%s", key_names[i].name);
			return;
		}
	}
	if (key < ' ')
		snprintf(out, cap, "^%c", key | 0x40);
	else if (key >= KEYCODE_FIRST || snprintf(out, cap, "%lc", (wint_t)key) < 0)
		snprintf(out, cap, "?"); /* no key, or no character of this locale */
}

/* The character that the name is, or 0. */
static int character_parse(const char *name)
{
	size_t len = strlen(name);
	uint32_t code;

	if (utf8_decode(name, len, &code) != len || code <= ' ' || code == 0x7f)
		return 0;
	return (int)code;
}

int keycode_parse(const char *name)
{
	int key;

	if (!strncasecmp(name, ALT, strlen(ALT)) && name[strlen(ALT)]) {
		key = keycode_parse(name + strlen(ALT));
		return key && key < KEYCODE_ALT ? KEYCODE_ALT + key : 0;
	}
	if (name[0] == '^' && name[1] > '?' && name[1] < 0x7f && !name[2])
		return CONTROL(name[1]);
	for (size_t i = 0; i < COUNT(key_names); i++)
		if (!strcasecmp(name, key_names[i].name))
			return key_names[i].key;
	return *name ? character_parse(name) : 0;
}

static void names_of(const int *keys, char *out, size_t cap)
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < ACTION_KEYS_MAX && keys[i] && at < cap; i++) {
		char name[NAME_MAX_LEN];

		keycode_name(keys[i], name, sizeof(name));
		at += snprintf(out + at, cap - at, "%s%s", i ? " " : "", name);
	}
}

void action_keys(const struct action *action, char *out, size_t cap)
{
	names_of(action->keys, out, cap);
}

/* --- which key does what ---------------------------------------------------------------------- */

void keymap_init(struct keymap *keymap)
{
	memset(keymap, 0, sizeof(*keymap));
	for (size_t i = 0; i < n_actions; i++)
		memcpy(keymap->keys[i], actions[i].keys, sizeof(keymap->keys[i]));
}

static bool has_key(const int *keys, int key)
{
	for (size_t i = 0; i < ACTION_KEYS_MAX && keys[i]; i++)
		if (keys[i] == key)
			return true;
	return false;
}

const struct action *keymap_find(const struct keymap *keymap, int key)
{
	for (size_t i = 0; i < n_actions; i++)
		if (has_key(keymap->keys[i], key))
			return &actions[i];
	return NULL;
}

void keymap_names(const struct keymap *keymap, const struct action *action, char *out, size_t cap)
{
	names_of(keymap->keys[action - actions], out, cap);
}

/* --- other keys for an action ----------------------------------------------------------------- */

/* What nobody shall be locked in or out by. */
static const struct {
	const char *action;
	int key;
} kept_keys[] = {
	{ "enter", '\r' },
	{ "back", ESCAPE },
	{ "quit", CONTROL('c') },
};

/* The action whose key it has to stay; NULL when it may be anyone's. */
static const char *kept_for(int key)
{
	for (size_t i = 0; i < COUNT(kept_keys); i++)
		if (kept_keys[i].key == key)
			return kept_keys[i].action;
	return NULL;
}

/* Adds a key to those of an action, of which there are *n. */
static int add_key(const struct action *action, int *keys, size_t *n, int key, char *error,
		   size_t error_cap)
{
	const char *owner = kept_for(key);
	char name[NAME_MAX_LEN];

	if (owner && strcmp(owner, action->name)) {
		keycode_name(key, name, sizeof(name));
		snprintf(error, error_cap, "'%s' always is %s", name, owner);
		return -EBUSY;
	}
	if (has_key(keys, key))
		return 0;
	if (*n == ACTION_KEYS_MAX) {
		snprintf(error, error_cap, "more than %d keys", ACTION_KEYS_MAX);
		return -E2BIG;
	}
	keys[(*n)++] = key;
	return 0;
}

int keymap_bind(struct keymap *keymap, const struct action *action, const char *names, char *error,
		size_t error_cap)
{
	int keys[ACTION_KEYS_MAX] = { 0 };
	char name[NAME_MAX_LEN];
	size_t n = 0;
	int err = 0;

	for (names += strspn(names, " \t"); *names && !err; names += strspn(names, " \t")) {
		size_t len = strcspn(names, " \t");
		int key;

		snprintf(name, sizeof(name), "%.*s", (int)len, names);
		names += len;
		key = len < sizeof(name) ? keycode_parse(name) : 0;
		if (!key) {
			snprintf(error, error_cap, "unknown key");
			return -EINVAL;
		}
		err = add_key(action, keys, &n, key, error, error_cap);
	}
	for (size_t i = 0; i < COUNT(kept_keys) && !err; i++)
		if (!strcmp(kept_keys[i].action, action->name))
			err = add_key(action, keys, &n, kept_keys[i].key, error, error_cap);
	if (!err)
		memcpy(keymap->keys[action - actions], keys, sizeof(keys));
	return err;
}

/* --- the configuration's keys ----------------------------------------------------------------- */

static const struct action *action_named(const char *name)
{
	for (size_t i = 0; i < n_actions; i++)
		if (!strcmp(actions[i].name, name))
			return &actions[i];
	return NULL;
}

/* Writes where and what. Returns -EINVAL. */
static int refuse(const struct config *config, int line, const char *what, char *error,
		  size_t error_cap)
{
	char path[256];

	sanitize_text(path, sizeof(path), config->path, strlen(config->path), CHARSET_ASCII);
	snprintf(error, error_cap, "%s:%d: [keys]%s", path, line, what);
	return -EINVAL;
}

/* Takes one line; `lines` has those of the actions that were met. */
static int take(struct keymap *keymap, const struct config *config,
		const struct config_binding *binding, int *lines, char *error, size_t error_cap)
{
	const struct action *action = action_named(binding->action);
	char why[64] = "given twice", what[160];

	if (!action)
		return refuse(config, binding->line, ": unknown action", error, error_cap);
	if (!lines[action - actions] &&
	    !keymap_bind(keymap, action, binding->keys, why, sizeof(why))) {
		lines[action - actions] = binding->line;
		return 0;
	}
	snprintf(what, sizeof(what), " %s: %s", action->name, why);
	return refuse(config, binding->line, what, error, error_cap);
}

/* Whose key is another's as well: the lower of their lines, which one of them has, is at fault. */
static int check(const struct keymap *keymap, const struct config *config, const int *lines,
		 const struct action *action, char *error, size_t error_cap)
{
	const int *keys = keymap->keys[action - actions];
	char name[NAME_MAX_LEN], what[160];

	for (size_t k = 0; k < ACTION_KEYS_MAX && keys[k]; k++) {
		const struct action *other = keymap_find(keymap, keys[k]), *late = action;

		if (other == action)
			continue;
		if (lines[other - actions] > lines[action - actions]) {
			late = other;
			other = action;
		}
		keycode_name(keys[k], name, sizeof(name));
		snprintf(what, sizeof(what), " %s: '%s' is taken by %s", late->name, name,
			 other->name);
		return refuse(config, lines[late - actions], what, error, error_cap);
	}
	return 0;
}

int keymap_configure(struct keymap *keymap, const struct config *config, char *error,
		     size_t error_cap)
{
	int lines[ACTIONS_MAX] = { 0 };
	int err = 0;

	keymap_init(keymap);
	for (size_t i = 0; i < config->n_bindings && !err; i++)
		err = take(keymap, config, &config->bindings[i], lines, error, error_cap);
	for (size_t i = 0; i < n_actions && !err; i++)
		err = check(keymap, config, lines, &actions[i], error, error_cap);
	return err;
}
