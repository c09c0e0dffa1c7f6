/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The key line: what stands on it at which width, and while what is going on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "../../tui/screen/keyline.h"
#include "fakes.h"

static struct keymap keymap;
static struct keyline keyline;
static struct grid grid;

static int set_up(void **state)
{
	keymap_init(&keymap);
	memset(&grid, 0, sizeof(grid));
	return ui_set_up(state);
}

static int tear_down(void **state)
{
	grid_fini(&grid);
	return ui_tear_down(state);
}

static void draw(struct keyline_state state, int cols)
{
	assert_int_equal(grid_init(&grid, 1, cols, CHARSET_ASCII), 0);
	keyline_fit(&keyline, &keymap, &state, &grid);
	keyline_draw(&keyline, &grid, 0);
}

static void rebind(const char *name, int key)
{
	for (size_t i = 0; i < n_actions; i++)
		if (!strcmp(actions[i].name, name))
			keymap.keys[i][0] = key;
}

static void expect_ends_with(const char *end)
{
	char shown[ROW_TEXT_MAX];
	size_t len = grid_row_text(&grid, 0, shown, sizeof(shown));

	assert_true(len >= strlen(end));
	assert_string_equal(shown + len - strlen(end), end);
}

static void keyline_draw__any_width__ends_with_help_and_quit(void **state)
{
	static const struct keyline_state states[] = {
		{ 0 },
		{ .covered = true },
		{ .covered = true, .choosing = true },
		{ .searching = true, .paused = true, .filtered = true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		for (int cols = 40; cols < 300; cols++) {
			draw(states[i], cols);
			expect_ends_with("? help  q quit");
		}
	}
}

static void keyline_draw__wide__has_every_label_once(void **state)
{
	(void)state;
	draw((struct keyline_state){ .paused = true }, 500);
	for (size_t i = 0; i < n_actions; i++) {
		size_t found = 0;

		for (size_t at = 0; at < keyline.n; at++)
			found += keyline.items[at].action == &actions[i];
		assert_int_equal(found, actions[i].label != NULL);
	}
}

static void keyline_draw__80_columns__most_useful_first(void **state)
{
	(void)state;
	draw((struct keyline_state){ 0 }, 80);
	assert_int_equal(find_in_row(&grid, 0, "p pid  "), 0);
	assert_int_equal(role_at(&grid, 0, 0), ROLE_KEY);
	assert_int_equal(role_at(&grid, 0, 2), ROLE_LABEL);
	draw((struct keyline_state){ 0 }, 40);
	assert_int_equal(find_in_row(&grid, 0, "p pid  "), 0);
}

static void keyline_draw__page__tells_how_to_leave_it(void **state)
{
	(void)state;
	draw((struct keyline_state){ .covered = true }, 80);
	expect_row(&grid, 0,
		   "Esc back  j down  k up  PgDn page down  PgUp page up  ? help  q quit");
	draw((struct keyline_state){ .covered = true, .choosing = true }, 40);
	expect_row(&grid, 0, "Enter choose  Esc back  ? help  q quit");
}

static void keyline_draw__state__puts_its_keys_first(void **state)
{
	(void)state;
	draw((struct keyline_state){ .paused = true }, 80);
	assert_int_equal(find_in_row(&grid, 0, "Space go on  p pid"), 0);
	draw((struct keyline_state){ .searching = true }, 80);
	assert_int_equal(find_in_row(&grid, 0, "n next  N previous  p pid"), 0);
	draw((struct keyline_state){ .filtered = true }, 80);
	assert_int_equal(find_in_row(&grid, 0, "= all  p pid"), 0);
}

static void keyline_draw__keys_remapped__shows_what_they_are_now(void **state)
{
	(void)state;
	rebind("filter-pid", 'X');
	rebind("quit", KEYCODE_F10);
	draw((struct keyline_state){ 0 }, 80);
	assert_int_equal(find_in_row(&grid, 0, "X pid  "), 0);
	expect_ends_with("? help  F10 quit");
	rebind("filter-pid", 0); /* no key */
	draw((struct keyline_state){ 0 }, 80);
	assert_false(row_has(&grid, 0, "pid"));
}

static void keyline_at__columns__are_of_the_action_there(void **state)
{
	(void)state;
	draw((struct keyline_state){ 0 }, 80);
	assert_string_equal(keyline_at(&keyline, 0)->name, "filter-pid");
	assert_string_equal(keyline_at(&keyline, 4)->name, "filter-pid");
	assert_null(keyline_at(&keyline, 5));
	assert_string_equal(keyline_at(&keyline, find_in_row(&grid, 0, "quit") + 3)->name, "quit");
	assert_null(keyline_at(&keyline, 79));
	assert_null(keyline_at(&keyline, -1));
}

static void ui_draw__screens__have_their_keys(void **state)
{
	(void)state;
	start();
	assert_true(row_has(&screen.shown, screen.rows - 1, "p pid  "));
	press('?');
	assert_true(row_has(&screen.shown, screen.rows - 1, "Esc back  "));
	press(ESCAPE);
	press(' ');
	assert_true(row_has(&screen.shown, screen.rows - 1, "Space go on  p pid"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(keyline_draw__any_width__ends_with_help_and_quit),
		TEST(keyline_draw__wide__has_every_label_once),
		TEST(keyline_draw__80_columns__most_useful_first),
		TEST(keyline_draw__page__tells_how_to_leave_it),
		TEST(keyline_draw__state__puts_its_keys_first),
		TEST(keyline_draw__keys_remapped__shows_what_they_are_now),
		TEST(keyline_at__columns__are_of_the_action_there),
		TEST(ui_draw__screens__have_their_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
