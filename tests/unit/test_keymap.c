/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other keys for actions: their names, what may be bound, and which bindings clash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include "config.h"
#include "fakes.h"

static struct keymap keymap;
static struct config config;
static char error[256];

static int set_up(void **state)
{
	keymap_init(&keymap);
	config_init(&config);
	return ui_set_up(state);
}

static int tear_down(void **state)
{
	config_fini(&config);
	return ui_tear_down(state);
}

static const struct action *action_of(const char *name)
{
	for (size_t i = 0; i < n_actions; i++)
		if (!strcmp(actions[i].name, name))
			return &actions[i];
	fail_msg("no action %s", name);
	return NULL;
}

static void expect_keys(const char *action, const char *wanted)
{
	char written[128];

	keymap_names(&keymap, action_of(action), written, sizeof(written));
	assert_string_equal(written, wanted);
}

static int configure(const char *text)
{
	config_fini(&config);
	config_init(&config);
	config.path = strdup("f.conf");
	assert_int_equal(config_parse(&config, &options, "f.conf", text, error, sizeof(error)), 0);
	return keymap_configure(&keymap, &config, error, sizeof(error));
}

static void assert_refused(const char *text, const char *sentence)
{
	assert_int_equal(configure(text), -EINVAL);
	assert_string_equal(error, sentence);
}

static void key__name_of_each__is_read_back(void **state)
{
	char name[24];

	(void)state;
	for (int key = 1; key < KEYCODE_UNKNOWN; key == 0x17f ? key = KEYCODE_FIRST : key++) {
		keycode_name(key, name, sizeof(name));
		/* DEL and C1 are no keys, and no character is called a blank of another kind. */
		if ((key >= 0x7f && key <= 0xa0) || !strcmp(name, "?"))
			continue;
		assert_int_equal(keycode_parse(name), key);
	}
	keycode_name(KEYCODE_ALT + 'x', name, sizeof(name));
	assert_string_equal(name, "Alt-x");
	assert_int_equal(keycode_parse(name), KEYCODE_ALT + 'x');
}

static void key__other_spellings__are_understood(void **state)
{
	(void)state;
	assert_int_equal(keycode_parse("space"), ' ');
	assert_int_equal(keycode_parse("PAGEUP"), KEYCODE_PAGE_UP);
	assert_int_equal(keycode_parse("^l"), CTRL('l'));
	assert_int_equal(keycode_parse("^I"), '\t');
	assert_int_equal(keycode_parse("^"), '^');
	assert_int_equal(keycode_parse("Semicolon"), ';');
	assert_int_equal(keycode_parse("f4"), KEYCODE_F4);
	assert_int_equal(keycode_parse("f"), 'f');
	assert_int_equal(keycode_parse("\xc3\xa9"), 0xe9);
}

static void key__no_such_name__is_none(void **state)
{
	static const char *const bad[] = { "",	   "F0",   "F99",	"xx",	"^^^", "^1",
					   "Alt-", "\xc3", "Alt-Alt-x", "\x7f", "\001" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(keycode_parse(bad[i]), 0);
}

static void bind__other_keys__are_the_actions_own(void **state)
{
	(void)state;
	assert_int_equal(configure("[keys]\npause = w  Alt-p\nexport =\n"), 0);
	expect_keys("pause", "w Alt-p");
	expect_keys("export", "");
	assert_ptr_equal(keymap_find(&keymap, 'w'), action_of("pause"));
	assert_null(keymap_find(&keymap, ' '));
	assert_null(keymap_find(&keymap, 'e'));
	expect_keys("filter-pid", "p");
}

static void bind__keys_exchanged__is_no_clash(void **state)
{
	(void)state;
	assert_int_equal(configure("[keys]\nfilter-pid = u\nfilter-user = p\n"), 0);
	assert_ptr_equal(keymap_find(&keymap, 'u'), action_of("filter-pid"));
	assert_ptr_equal(keymap_find(&keymap, 'p'), action_of("filter-user"));
}

static void bind__ways_out__stay(void **state)
{
	(void)state;
	assert_int_equal(configure("[keys]\nquit = Q\nback =\nenter = o\n"), 0);
	expect_keys("quit", "Q ^C");
	expect_keys("back", "Esc");
	expect_keys("enter", "o Enter");
	assert_refused("[keys]\nexport = ^C\n", "f.conf:2: [keys] export: '^C' always is quit");
	assert_refused("[keys]\nexport = Escape\n",
		       "f.conf:2: [keys] export: 'Esc' always is back");
	assert_refused("[keys]\nexport = ^M\n", "f.conf:2: [keys] export: 'Enter' always is enter");
}

static void bind__clash__is_told_at_the_line_at_fault(void **state)
{
	(void)state;
	assert_refused("[keys]\n\nquit = x\n", "f.conf:3: [keys] quit: 'x' is taken by failed");
	assert_refused("[keys]\nfailed = q\n", "f.conf:2: [keys] failed: 'q' is taken by quit");
	assert_refused("[keys]\nquit = w\nfilter-pid = w\n",
		       "f.conf:3: [keys] filter-pid: 'w' is taken by quit");
	assert_refused("[keys]\nfilter-pid = w\nquit = w\n",
		       "f.conf:3: [keys] quit: 'w' is taken by filter-pid");
}

static void bind__what_is_unknown__is_told_without_it(void **state)
{
	(void)state;
	assert_refused("[keys]\nquiet = x\n", "f.conf:2: [keys]: unknown action");
	assert_refused("[keys]\nquit = Super-x\n", "f.conf:2: [keys] quit: unknown key");
	assert_refused("[keys]\nquit = w\nquit = y\n", "f.conf:3: [keys] quit: given twice");
	assert_refused("[keys]\nlift = 6 7 8 9 ! @ %\n", "f.conf:2: [keys] lift: more than 6 keys");
	/* And the same key again is no more than one. */
	assert_int_equal(configure("[keys]\nlift = w w w w w w w\n"), 0);
	expect_keys("lift", "w");
}

#define keymap_test(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		keymap_test(key__name_of_each__is_read_back),
		keymap_test(key__other_spellings__are_understood),
		keymap_test(key__no_such_name__is_none),
		keymap_test(bind__other_keys__are_the_actions_own),
		keymap_test(bind__keys_exchanged__is_no_clash),
		keymap_test(bind__ways_out__stay),
		keymap_test(bind__clash__is_told_at_the_line_at_fault),
		keymap_test(bind__what_is_unknown__is_told_without_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
