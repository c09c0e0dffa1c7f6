/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys that save: W the looks, F the filters by name. And what a start makes of the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include "config.h"
#include "fakes.h"
#include "folder.h"

static struct config config;
static struct keymap keymap;

static int set_up(void **state)
{
	config_init(&config);
	keymap_init(&keymap);
	return ui_set_up(state) || folder_set_up(state);
}

static int tear_down(void **state)
{
	int err = ui_tear_down(state);

	config_fini(&config);
	return folder_tear_down(state) || err;
}

/* As after a command line without options, the file being `text`. */
static void start_with(const char *text)
{
	char *argv[] = { (char *)"conntop", NULL };
	char error[CONFIG_ERROR_MAX] = "";

	assert_true(!mkdir(in_folder("conntop"), 0700) || errno == EEXIST);
	if (text)
		put_file("conntop/conntop.conf", text, 0600);
	assert_int_equal(options_parse(&options, &config, 1, argv, error, sizeof(error)), 0);
	assert_int_equal(keymap_configure(&keymap, &config, error, sizeof(error)), 0);
	options.keymap = &keymap;
	options.themes = &themes;
	start();
}

static void expect_config(const char *text)
{
	expect_file("conntop/conntop.conf", text);
}

static void expect_message(const char *part)
{
	find_in_row(&screen.shown, screen.rows - 1, part);
}

static void start__keys_and_panes_of_the_file__are_in_use(void **state)
{
	(void)state;
	start_with("[keys]\npause = w\nfilter-sets = Space\n[columns]\nexecs = comm,pid\n"
		   "[sort]\nexecs = -pid\n");
	assert_true(find_in_row(&screen.shown, 2, "COMM") < find_in_row(&screen.shown, 2, "PID"));
	assert_false(row_has(&screen.shown, 2, "ARGS"));
	press('w');
	assert_true(row_has(&screen.shown, 0, "PAUSED"));
	press(' ');
	find_in_row(&screen.shown, 1, "Saved filters");
}

static void start__something_unknown__is_told_on_the_bottom_line(void **state)
{
	(void)state;
	start_with("[future]\nx = 1\n");
	expect_message("/conntop.conf:2: unknown section, ignored");
	press('j');
	expect_message("quit");
}

static void W__nothing_changed__writes_nothing_usual(void **state)
{
	(void)state;
	start_with("# mine\n");
	press('W');
	expect_message("saved as defaults in");
	expect_config("# mine\n");
}

static void W__looks_changed__are_there_after_a_restart(void **state)
{
	(void)state;
	start_with("# mine\n[options]\ndelay = 5 ; slow\nnumeric = no\n");
	press_all("D");
	press_all("3I");
	press('W');
	expect_config("# mine\n[options]\ndelay = 5 ; slow\nnumeric = yes\npane = processes\n\n"
		      "[sort]\nprocesses = +rx_rate\n");
	ui_free(ui);
	ui = NULL;
	config_fini(&config);
	config_init(&config);
	start_with(NULL);
	assert_true(options.numeric);
	find_in_row(&screen.shown, 1, "> Processes");
	find_in_row(&screen.shown, 1, "sort RX/s");
	/* And back to what is usual: said, where the file had said something else. */
	press_all("D0");
	press('W');
	expect_config("# mine\n[options]\ndelay = 5 ; slow\nnumeric = no\npane = split\n\n"
		      "[sort]\nprocesses = +rx_rate\n");
}

static void W__usual_where_the_file_says_else_for_all__is_said(void **state)
{
	(void)state;
	start_with("[options]\nsort = pid\n");
	press('1');
	find_in_row(&screen.shown, 1, "sort PID");
	for (int i = 0; i < LIST_COLUMNS_MAX && !row_has(&screen.shown, 1, "sort TIME"); i++)
		press('<');
	press('W');
	ui_free(ui);
	ui = NULL;
	config_fini(&config);
	config_init(&config);
	start_with(NULL);
	find_in_row(&screen.shown, 1, "sort TIME");
}

static void W__without_a_file_or_a_place__says_so(void **state)
{
	(void)state;
	start_with(NULL);
	assert_int_equal(rmdir(in_folder("conntop")), 0);
	put_file("conntop", "in the way", 0600);
	press('W');
	expect_message("not saved: ");
	expect_file("conntop", "in the way");
	options.config = NULL;
	press('W');
	expect_message("--no-config: nothing is read, and nothing saved");
	press('F');
	expect_message("--no-config: nothing is read, and nothing saved");
}

static void F__no_filters_and_no_sets__says_what_to_do(void **state)
{
	(void)state;
	start_with("");
	press('F');
	find_in_row(&screen.shown, 2, "No filters are saved.");
	press('F');
	find_in_row(&screen.shown, 1, "Execs");
}

static void F__filters_in_force__are_named_saved_and_come_back(void **state)
{
	(void)state;
	start_with("");
	press('P');
	press_all("443\r");
	press('F');
	find_in_row(&screen.shown, 2, "port=443");
	press('\r');
	press_all("web\r");
	expect_config("[filters web]\nport = 443\n");
	find_in_row(&screen.shown, 2, "web");
	press(ESCAPE);
	press('=');
	assert_false(row_has(&screen.shown, 0, "port=443"));
	press('F');
	press('\r');
	find_in_row(&screen.shown, 0, "port=443");
	expect_message("web: these filters are in force");
	find_in_row(&screen.shown, 1, "Execs");
}

static void F__name_that_cannot_be__is_refused_in_place(void **state)
{
	(void)state;
	start_with("[filters web]\npid = 1\n");
	press('P');
	press_all("443\r");
	press('F');
	press('G');
	press('\r');
	press_all("a]\r");
	expect_message("a name has 1 to 32 bytes, no ] and no ;");
	press(CTRL('u'));
	press_all("web\r");
	expect_message("there is one of that name");
	press(ESCAPE);
	expect_config("[filters web]\npid = 1\n");
}

static void F__user_unknown_here__leaves_the_filters_in_force(void **state)
{
	(void)state;
	start_with("[filters web]\nuid = no-such-user\n");
	press('P');
	press_all("443\r");
	press('F');
	press('g');
	press('\r');
	expect_message("web: unknown user 'no-such-user'");
	find_in_row(&screen.shown, 0, "port=443");
}

static void F__d_and_y__deletes_the_set(void **state)
{
	(void)state;
	start_with("[options]\n\n[filters a]\npid = 1\n\n[filters b]\npid = 2\n");
	press('P');
	press_all("443\r");
	press('F');
	press('d');
	press_all("n\r");
	expect_message("y deletes them, Esc keeps them");
	press(ESCAPE);
	find_in_row(&screen.shown, 2, "a ");
	press('d');
	press_all("y\r");
	expect_config("[options]\n\n[filters b]\npid = 2\n");
	find_in_row(&screen.shown, 2, "b ");
	press(KEYCODE_DELETE);
	press_all("y\r");
	expect_config("[options]\n\n");
	/* What is left is to name those in force. */
	find_in_row(&screen.shown, 2, "port=443");
	press('d');
	assert_false(row_has(&screen.shown, screen.rows - 1, "Delete"));
}

#define config_test(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		config_test(start__keys_and_panes_of_the_file__are_in_use),
		config_test(start__something_unknown__is_told_on_the_bottom_line),
		config_test(W__nothing_changed__writes_nothing_usual),
		config_test(W__looks_changed__are_there_after_a_restart),
		config_test(W__usual_where_the_file_says_else_for_all__is_said),
		config_test(W__without_a_file_or_a_place__says_so),
		config_test(F__no_filters_and_no_sets__says_what_to_do),
		config_test(F__filters_in_force__are_named_saved_and_come_back),
		config_test(F__name_that_cannot_be__is_refused_in_place),
		config_test(F__user_unknown_here__leaves_the_filters_in_force),
		config_test(F__d_and_y__deletes_the_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
