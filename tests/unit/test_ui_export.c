/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interactive screen: exports of what is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>
#include "uirows.h"

static char folder[64];

static int export_set_up(void **state)
{
	strcpy(folder, "/tmp/conntop-ui-XXXXXX");
	return mkdtemp(folder) ? ui_set_up(state) : -1;
}

static int export_tear_down(void **state)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[512];

	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		unlink(path);
	}
	if (dir)
		closedir(dir);
	rmdir(folder);
	return ui_tear_down(state);
}

static void type_path(const char *name)
{
	type_text(folder);
	type_text("/");
	type_text(name);
}

/* The file as one string. */
static const char *content(const char *name)
{
	static char text[16384];
	char path[128];
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	assert_non_null(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = '\0';
	return text;
}

static void ui_input__e__writes_what_is_shown(void **state)
{
	const char *text;

	(void)state;
	start_with_rows();
	press('e');
	assert_int_equal(find_in_row(&screen.shown, 15, "Export to file: "), 0);
	type_path("a.csv");
	press('\r');
	assert_int_equal(find_in_row(&screen.shown, 15, "written to /tmp/conntop-ui-"), 0);
	text = content("a.csv");
	/* The focused pane in its order: the newest first. */
	assert_non_null(strstr(text, "/bin/c"));
	assert_true(strstr(text, "/bin/c") < strstr(text, "/bin/a"));
	press_all("je"); /* and after the next key, keys again */
	type_path("a.json");
	press('\r');
	assert_non_null(strstr(content("a.json"), "\"host\""));
	assert_non_null(strstr(content("a.json"), "\"connections\""));
}

/* JSON holds every pane, also those that are not on screen. */
static void ui_input__e_one_pane_alone__writes_the_others_to_json(void **state)
{
	(void)state;
	start_with_rows();
	model->evicted[EVENT_EXEC] = 3;
	press_all("4e");
	type_path("a.json");
	press('\r');
	assert_non_null(strstr(content("a.json"), "\"/bin/c\""));
	assert_non_null(strstr(content("a.json"), "\"192.0.2.80\""));
	assert_non_null(strstr(content("a.json"), "\"evicted\":{\"exec\":3"));
	find_in_row(&screen.shown, 1, "> Remotes 1 ");
}

static void ui_input__e_filtered__writes_no_other_row(void **state)
{
	(void)state;
	start_with_rows();
	press_all("p\re");
	type_path("a.txt");
	press('\r');
	assert_non_null(strstr(content("a.txt"), "/bin/c"));
	assert_null(strstr(content("a.txt"), "/bin/a"));
}

/* Typed ahead: what is written is in the order just asked for. */
static void ui_input__sort_and_export_at_once__writes_the_new_order(void **state)
{
	const char *text;

	(void)state;
	start_with_rows();
	type_text("Ie");
	type_path("a.csv");
	press('\r');
	text = content("a.csv");
	assert_true(strstr(text, "/bin/a") < strstr(text, "/bin/c"));
}

static void ui_input__e_refused__keeps_the_path_and_says_why(void **state)
{
	(void)state;
	/* Wide enough for a path and a reason. */
	screen.cols = 160;
	start_with_rows();
	press('e');
	type_path("a.xml");
	press('\r');
	find_in_row(&screen.shown, 15, "/a.xml  the name must end in .json, .csv, .txt or /");
	for (int i = 0; i < 3; i++)
		press(KEYCODE_BACKSPACE);
	press_all("csv\r");
	assert_int_equal(find_in_row(&screen.shown, 15, "written to "), 0);
	press('e');
	type_path("a.csv");
	press('\r');
	find_in_row(&screen.shown, 15, "It exists already: replace it: ");
	press_all("maybe\r");
	find_in_row(&screen.shown, 15, "maybe  yes or no");
	press(CTRL('u'));
	press_all("n\r");
	find_in_row(&screen.shown, 15, "Export to file: ");
	find_in_row(&screen.shown, 15, "/a.csv");
	press(CTRL('u'));
	type_path("no/such/a.csv");
	press('\r');
	find_in_row(&screen.shown, 15, "/no/such/a.csv  No such file or directory");
	press(ESCAPE);
	assert_int_equal(screen.cursor_row, -1);
}

static void ui_input__e_existing_file__is_replaced_when_told(void **state)
{
	char name[128];
	struct stat before, after;

	(void)state;
	start_with_rows();
	press('e');
	type_path("a.txt");
	press('\r');
	snprintf(name, sizeof(name), "%s/a.txt", folder);
	assert_int_equal(stat(name, &before), 0);
	press('e');
	type_path("a.txt");
	press('\r');
	press_all("yes\r");
	assert_int_equal(find_in_row(&screen.shown, 15, "written to "), 0);
	assert_int_equal(stat(name, &after), 0);
	assert_int_not_equal(before.st_ino, after.st_ino);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, export_set_up, export_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(ui_input__e__writes_what_is_shown),
		TEST(ui_input__e_one_pane_alone__writes_the_others_to_json),
		TEST(ui_input__e_filtered__writes_no_other_row),
		TEST(ui_input__sort_and_export_at_once__writes_the_new_order),
		TEST(ui_input__e_refused__keeps_the_path_and_says_why),
		TEST(ui_input__e_existing_file__is_replaced_when_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
