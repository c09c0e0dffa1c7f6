/* SPDX-License-Identifier: GPL-2.0-or-later */
/* T: the next theme on the screen, and its name on the bottom line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "../../tui/screen/ui_state.h" /* first: it names things as the fakes do */
#include "fakes.h"

static void t__pressed__puts_the_next_in_use_and_names_it(void **state)
{
	char bottom[160];

	(void)state;
	start();
	assert_null(screen.theme);
	assert_string_equal(ui_theme_name(ui), "default");
	press('T');
	assert_ptr_equal(screen.theme, &themes.theme);
	assert_string_equal(ui_theme_name(ui), embedded_themes[1].name);
	snprintf(bottom, sizeof(bottom), "theme %s: %s", embedded_themes[1].name,
		 themes.theme.description);
	expect_bottom(bottom);
}

static void t__each__comes_round_to_the_default(void **state)
{
	(void)state;
	start();
	for (size_t i = 1; i < n_embedded_themes; i++) {
		press('T');
		assert_string_equal(ui_theme_name(ui), embedded_themes[i].name);
	}
	press('T');
	expect_bottom("theme default: the terminal's own colours, with a few accents");
}

/* A name is whatever the folder's owner calls a file: it reaches the terminal escaped. */
static void t__hostile_file_name__is_told_escaped(void **state)
{
	char folder[] = "/tmp/conntop-test-XXXXXX", path[64];
	FILE *out;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/\x1b[2J.theme", folder);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fclose(out), 0);
	themes.folder = strdup(folder);
	screen.cols = 140;
	start();
	for (size_t i = 0; i < n_embedded_themes; i++)
		press('T');
	snprintf(path, sizeof(path), "theme %s/\\e[2J.theme: no line for 'text'", folder);
	expect_bottom(path);
	assert_string_equal(ui_theme_name(ui), "default");
	snprintf(path, sizeof(path), "%s/\x1b[2J.theme", folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, ui_set_up, ui_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(t__pressed__puts_the_next_in_use_and_names_it),
		TEST(t__each__comes_round_to_the_default),
		TEST(t__hostile_file_name__is_told_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
