/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Tab finds: users, columns, files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "complete.h"

static struct candidates found;
static char folder[64];

/* What the test makes in its folder; a / makes a folder. */
static const char *const files[] = { "first.json", "first.csv", ".hidden", "sub/", "sub/deep.txt" };
#define N_FILES (sizeof(files) / sizeof(files[0]))

static int tear_down(void **state)
{
	(void)state;
	candidates_fini(&found);
	return 0;
}

static void path_of(const char *name, char *out, size_t cap)
{
	snprintf(out, cap, "%s/%s", folder, name);
}

static int make_files(void **state)
{
	char path[128];

	(void)state;
	strcpy(folder, "/tmp/conntop-test-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	for (size_t i = 0; i < N_FILES; i++) {
		bool is_folder = files[i][strlen(files[i]) - 1] == '/';

		path_of(files[i], path, sizeof(path));
		if (is_folder ? mkdir(path, 0700) : mknod(path, S_IFREG | 0600, 0))
			return -1;
	}
	return 0;
}

static int remove_files(void **state)
{
	char path[128];

	for (size_t i = N_FILES; i-- > 0;) {
		path_of(files[i], path, sizeof(path));
		remove(path);
	}
	rmdir(folder);
	return tear_down(state);
}

/* All of them in order, blanks between. */
static void expect_found(const char *words)
{
	char all[1024] = "";

	candidates_sort(&found);
	for (size_t i = 0; i < found.n; i++)
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i ? " " : "",
			 found.words[i]);
	assert_string_equal(all, words);
	candidates_fini(&found);
}

static void expect_files(const char *typed, const char *words)
{
	char path[128];

	path_of(typed, path, sizeof(path));
	complete_files(path, strlen(path), &found);
	expect_found(words);
}

static void candidates_add__same_word__is_there_once(void **state)
{
	(void)state;
	candidates_add(&found, "b");
	candidates_add(&found, "a");
	candidates_add(&found, "b");
	expect_found("a b");
}

static void candidates_add__too_many__are_left_out(void **state)
{
	char word[16];

	(void)state;
	for (int i = 0; i < CANDIDATES_MAX + 5; i++) {
		snprintf(word, sizeof(word), "%d", i);
		candidates_add(&found, word);
	}
	assert_int_equal(found.n, CANDIDATES_MAX);
}

static void candidates_common__words__whole_characters_they_share(void **state)
{
	(void)state;
	assert_int_equal(candidates_common(&found), 0);
	candidates_add(&found, "al\xc3\xa9");
	assert_int_equal(candidates_common(&found), 4);
	candidates_add(&found, "al\xc3\xa8x");
	assert_int_equal(candidates_common(&found), 2);
	candidates_add(&found, "bob");
	assert_int_equal(candidates_common(&found), 0);
}

static void complete_value__list__begins_behind_comma_blank_and_not(void **state)
{
	(void)state;
	assert_int_equal(complete_value("root", 4), 0);
	assert_int_equal(complete_value("root,al", 7), 5);
	assert_int_equal(complete_value("root !al", 8), 6);
	assert_int_equal(complete_value("a,b", 1), 0);
	assert_int_equal(complete_value("", 0), 0);
}

static void complete_users__root__is_found(void **state)
{
	bool has_root = false;

	(void)state;
	complete_users("alice,!roo", 10, &found);
	assert_int_equal(found.from, 7);
	for (size_t i = 0; i < found.n; i++) {
		assert_int_equal(strncmp(found.words[i], "roo", 3), 0);
		has_root |= !strcmp(found.words[i], "root");
	}
	assert_true(has_root);
	candidates_fini(&found);
	complete_users("no such user", 12, &found);
	assert_int_equal(found.n, 0);
}

static void complete_columns__prefix__keys_of_the_pane(void **state)
{
	(void)state;
	complete_columns(&panes[PANE_CONNECTIONS], "pid,RPO", 7, &found);
	assert_int_equal(found.from, 4);
	expect_found("rport");
	complete_columns(&panes[PANE_CONNECTIONS], "event", 5, &found); /* of streams only */
	expect_found("");
	complete_columns(&panes[PANE_CONNECTIONS], "filename", 8, &found);
	expect_found("");
}

static void complete_files__prefix__files_and_folders(void **state)
{
	(void)state;
	expect_files("", "first.csv first.json sub/");
	expect_files("first.j", "first.json");
	expect_files("s", "sub/");
	expect_files("sub/", "deep.txt");
	expect_files(".", ".hidden");
	expect_files("none", "");
	expect_files("first.json/", "");
	expect_files("none/", "");
}

static void complete_files__cursor_within__looks_at_what_is_before(void **state)
{
	char path[128];

	(void)state;
	path_of("first.json", path, sizeof(path));
	complete_files(path, strlen(path) - 4, &found);
	assert_int_equal(found.from, strlen(folder) + 1);
	expect_found("first.csv first.json");
}

int main(void)
{
#define TEST(name)  cmocka_unit_test_teardown(name, tear_down)
#define FILES(name) cmocka_unit_test_setup_teardown(name, make_files, remove_files)
	const struct CMUnitTest tests[] = {
		TEST(candidates_add__same_word__is_there_once),
		TEST(candidates_add__too_many__are_left_out),
		TEST(candidates_common__words__whole_characters_they_share),
		TEST(complete_value__list__begins_behind_comma_blank_and_not),
		TEST(complete_users__root__is_found),
		TEST(complete_columns__prefix__keys_of_the_pane),
		FILES(complete_files__prefix__files_and_folders),
		FILES(complete_files__cursor_within__looks_at_what_is_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
