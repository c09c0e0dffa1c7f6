/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fakes.h"

/* DESIGN.md, section 6: every key there, and what it is called. */
static const struct {
	int key;
	const char *name;
} contract[] = {
	{ 'p', "filter-pid" },
	{ 'u', "filter-user" },
	{ 'P', "filter-port" },
	{ 'a', "filter-address" },
	{ 'c', "filter-command" },
	{ 'f', "follow" },
	{ 'x', "failed" },
	{ '<', "sort-previous" },
	{ '>', "sort-next" },
	{ 'I', "invert" },
	{ 'R', "invert" },
	{ ' ', "pause" },
	{ 'Z', "pause" },
	{ 'j', "down" },
	{ 'k', "up" },
	{ KEYCODE_DOWN, "down" },
	{ KEYCODE_UP, "up" },
	{ 'g', "first" },
	{ 'G', "last" },
	{ KEYCODE_HOME, "first" },
	{ KEYCODE_END, "last" },
	{ CTRL('f'), "page-down" },
	{ KEYCODE_PAGE_DOWN, "page-down" },
	{ CTRL('b'), "page-up" },
	{ KEYCODE_PAGE_UP, "page-up" },
	{ CTRL('d'), "half-down" },
	{ CTRL('u'), "half-up" },
	{ '\t', "next-pane" },
	{ '0', "split" },
	{ '1', "pane-execs" },
	{ '2', "pane-connections" },
	{ '3', "pane-processes" },
	{ '4', "pane-remotes" },
	{ '5', "pane-listeners" },
	{ 'z', "zoom" },
	{ 'e', "export" },
	{ 'D', "names" },
	{ 'h', "help" },
	{ '?', "help" },
	{ KEYCODE_F1, "help" },
	{ CTRL('l'), "redraw" },
	{ 'q', "quit" },
	{ KEYCODE_F10, "quit" },
	{ CTRL('c'), "quit" },
	{ KEYCODE_RIGHT, "right" },
	{ KEYCODE_LEFT, "left" },
	{ '=', "lift" },
	{ '/', "search" },
	{ 'n', "search-next" },
	{ 'N', "search-previous" },
	{ '\\', "filter-rows" },
	{ KEYCODE_F4, "filter-rows" },
	{ 's', "sort-menu" },
	{ KEYCODE_F6, "sort-menu" },
	{ 'S', "columns-menu" },
	{ KEYCODE_F2, "columns-menu" },
	{ 'T', "theme" },
	{ 'd', "delay" },
	{ 'W', "save" },
	{ 'F', "filter-sets" },
	{ 't', "tree" },
	{ '-', "fold" },
	{ '+', "unfold" },
	{ '\r', "enter" },
	{ ESCAPE, "back" },
	{ KEYCODE_BACKSPACE, "back" },
	{ CTRL('z'), "suspend" },
};

static struct keymap keymap;

static int set_up(void **state)
{
	keymap_init(&keymap);
	return ui_set_up(state);
}

static void actions__keys__are_of_one_action_each(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_actions; i++) {
		assert_true(actions[i].keys[0]);
		for (size_t k = 0; k < ACTION_KEYS_MAX && actions[i].keys[k]; k++) {
			assert_ptr_equal(keymap_find(&keymap, actions[i].keys[k]), &actions[i]);
			for (size_t l = 0; l < k; l++)
				assert_int_not_equal(actions[i].keys[k], actions[i].keys[l]);
		}
	}
}

static void actions__each__is_complete(void **state)
{
	(void)state;
	assert_non_null(actions[0].group);
	assert_in_range(n_actions, 1, ACTIONS_MAX);
	for (size_t i = 0; i < n_actions; i++) {
		assert_non_null(actions[i].run);
		assert_true(strlen(actions[i].help) > 3);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(actions[i].name, actions[k].name);
	}
}

/* The key line has what helps a newcomer first, in the table's order. */
static void actions__labels__the_most_useful_first(void **state)
{
	static const char *const first[] = { "pid",    "user",	"port",	   "search", "rows", "sort",
					     "export", "pause", "details", "help",   "quit" };
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < n_actions && n < sizeof(first) / sizeof(first[0]); i++)
		if (actions[i].label)
			assert_string_equal(actions[i].label, first[n++]);
	assert_int_equal(n, sizeof(first) / sizeof(first[0]));
}

static void keymap_find__contract__each_key_does_what_it_must(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(contract) / sizeof(contract[0]); i++) {
		const struct action *action = keymap_find(&keymap, contract[i].key);

		assert_non_null(action);
		assert_string_equal(action->name, contract[i].name);
	}
	assert_null(keymap_find(&keymap, KEYCODE_UNKNOWN));
	assert_null(keymap_find(&keymap, 0));
	assert_null(keymap_find(&keymap, 0xe9));
}

static void keycode_name__key__is_as_people_write_it(void **state)
{
	static const struct {
		int key;
		const char *name;
	} keys[] = {
		{ 'p', "p" },
		{ ' ', "Space" },
		{ '\t', "Tab" },
		{ '\r', "Enter" },
		{ ESCAPE, "Esc" },
		{ CTRL('c'), "^C" },
		{ CTRL('l'), "^L" },
		{ KEYCODE_PAGE_UP, "PgUp" },
		{ KEYCODE_F1, "F1" },
		{ KEYCODE_F10, "F10" },
		{ KEYCODE_END, "End" },
		{ '?', "?" },
		{ KEYCODE_BACKSPACE, "Backspace" },
	};
	char name[16];

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		keycode_name(keys[i].key, name, sizeof(name));
		assert_string_equal(name, keys[i].name);
	}
	keycode_name(KEYCODE_BACKSPACE, name, 5);
	assert_string_equal(name, "Back");
}

static void action_keys__all__with_blanks_between(void **state)
{
	char keys[32];

	(void)state;
	action_keys(keymap_find(&keymap, 'q'), keys, sizeof(keys));
	assert_string_equal(keys, "q F10 ^C");
	action_keys(keymap_find(&keymap, ' '), keys, sizeof(keys));
	assert_string_equal(keys, "Space Z");
	action_keys(keymap_find(&keymap, 'q'), keys, 4);
	assert_string_equal(keys, "q F");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, ui_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(actions__keys__are_of_one_action_each),
		TEST(actions__each__is_complete),
		TEST(actions__labels__the_most_useful_first),
		TEST(keymap_find__contract__each_key_does_what_it_must),
		TEST(keycode_name__key__is_as_people_write_it),
		TEST(action_keys__all__with_blanks_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
