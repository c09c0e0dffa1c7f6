/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding themes: the program's, the user's own, files; and going from one to the next. */
#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "themes.h"

static struct themes themes;
static char error[1024];
static char home[64];	/* the test's own */
static char folder[96]; /* of its user's themes */

static int set_up(void **state)
{
	char path[80];

	(void)state;
	strcpy(home, "/tmp/conntop-test-XXXXXX");
	if (!mkdtemp(home))
		return -1;
	snprintf(path, sizeof(path), "%s/conntop", home);
	snprintf(folder, sizeof(folder), "%s/themes", path);
	setenv("XDG_CONFIG_HOME", home, 1);
	setenv("HOME", home, 1);
	unsetenv("SUDO_UID");
	memset(&themes, 0, sizeof(themes));
	memset(error, 0, sizeof(error));
	return mkdir(path, 0700) || mkdir(folder, 0700) ? -1 : 0;
}

static int remove_entry(const char *path, const struct stat *stat, int flag, struct FTW *ftw)
{
	(void)stat, (void)flag, (void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	themes_close(&themes);
	return nftw(home, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* A path in the test's folder of themes; good until the next. */
static const char *path_of(const char *file)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	return path;
}

static void write_file(const char *file, const char *text, size_t len)
{
	FILE *out = fopen(path_of(file), "w");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, len, out), len);
	assert_int_equal(fclose(out), 0);
}

/* All roles in one colour. */
static void write_theme(const char *file, const char *color)
{
	char text[2048] = "[roles]\n";
	size_t at = strlen(text);

	for (int i = 0; i < ROLE_COUNT; i++)
		at += sprintf(text + at, "%s = %s\n", role_name(i), color);
	write_file(file, text, at);
}

static int open_themes(const char *name)
{
	return themes_open(&themes, name, error, sizeof(error));
}

static void expect_in_use(const char *name, int color)
{
	assert_string_equal(error, "");
	assert_string_equal(themes_name(&themes), name);
	assert_int_equal(themes.theme.roles[ROLE_TEXT].fg, color);
}

static void expect_refused(const char *name, int err, const char *sentence)
{
	assert_int_equal(open_themes(name), err);
	assert_string_equal(error, sentence);
	themes_close(&themes);
}

static void themes_open__no_name__is_the_default(void **state)
{
	(void)state;
	assert_int_equal(open_themes(NULL), 0);
	expect_in_use("default", COLOR_TERMINAL);
	assert_int_equal(themes.theme.roles[ROLE_TITLE].fg, 6);
}

static void themes_open__name__is_of_the_program_or_the_users_own(void **state)
{
	(void)state;
	write_theme("mine.theme", "3");
	write_theme("nord.theme", "5");
	assert_int_equal(open_themes("dracula"), 0);
	expect_in_use("dracula", COLOR_RGB + 0xf8f8f2);
	themes_close(&themes);
	assert_int_equal(open_themes("mine"), 0);
	expect_in_use("mine", 3);
	themes_close(&themes);
	assert_int_equal(open_themes("nord"), 0);
	expect_in_use("nord", 5);
}

static void themes_open__without_a_folder__knows_its_own(void **state)
{
	(void)state;
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(open_themes("light"), 0);
	assert_string_equal(themes_name(&themes), "light");
}

/* basedir specification: a folder that is not absolute is none. */
static void themes_open__config_home__else_home(void **state)
{
	char path[128];

	(void)state;
	setenv("XDG_CONFIG_HOME", "relative", 1);
	assert_int_equal(open_themes(NULL), 0);
	snprintf(path, sizeof(path), "%s/.config/conntop/themes", home);
	assert_string_equal(themes.folder, path);
}

static void themes_open__file__by_slash_or_ending(void **state)
{
	char *path;

	(void)state;
	write_theme("other", "4");
	path = realpath(path_of("other"), NULL);
	assert_int_equal(open_themes(path_of("../themes/other")), 0);
	expect_in_use(path, 4);
	free(path);
	themes_close(&themes);
	assert_int_equal(open_themes("nowhere.theme"), -ENOENT);
	assert_string_equal(error, "theme nowhere.theme: No such file or directory");
}

static void themes_open__unknown_name__names_those_there_are(void **state)
{
	(void)state;
	assert_int_equal(open_themes("nrod"), -ENOENT);
	assert_non_null(strstr(error, "unknown theme 'nrod': default, "));
	assert_non_null(strstr(error, ", nord, "));
	assert_non_null(strstr(error, folder));
}

static void themes_open__hostile_name__is_shown_escaped(void **state)
{
	(void)state;
	assert_int_equal(open_themes("\x1b[2J"), -ENOENT);
	assert_non_null(strstr(error, "unknown theme '\\e[2J'"));
	themes_close(&themes);
	assert_int_equal(open_themes("/\x1b]0;x\a"), -ENOENT);
	assert_non_null(strstr(error, "theme /\\e]0;x\\x07: "));
}

static void themes_open__what_is_no_theme__is_refused(void **state)
{
	static char large[THEMES_FILE_MAX + 1];
	char sentence[512];

	(void)state;
	assert_int_equal(mkdir(path_of("folder.theme"), 0700), 0);
	assert_int_equal(mkfifo(path_of("fifo.theme"), 0600), 0);
	write_file("nul.theme", "[roles]\0text = red\n", 19);
	memset(large, '\n', sizeof(large));
	write_file("large.theme", large, sizeof(large));
	write_file("bad.theme", "[roles]\ntext = mud\n", 19);
#define REFUSED(file, err, why)                                                          \
	snprintf(sentence, sizeof(sentence), "theme %s%s", path_of(file ".theme"), why); \
	expect_refused(file, err, sentence)
	REFUSED("folder", -EISDIR, ": Is a directory");
	REFUSED("fifo", -EINVAL, ": not a regular file");
	REFUSED("nul", -EILSEQ, ": not a text");
	REFUSED("large", -EFBIG, ": larger than 64 KiB");
	REFUSED("bad", -EINVAL, ", line 2: bad colours for 'text'");
}

/* --- one after the other ---------------------------------------------------------------------- */

static void step(int by, const char *name)
{
	assert_int_equal(themes_next(&themes, by, error, sizeof(error)), 0);
	assert_string_equal(error, "");
	assert_string_equal(themes_name(&themes), name);
}

static void themes_next__around__is_the_program_then_the_user_then_the_file(void **state)
{
	char *path;

	(void)state;
	write_theme("zebra.theme", "1");
	write_theme("ant.theme", "2");
	write_theme("nord.theme", "3");
	write_theme(".hidden.theme", "4");
	write_theme("theme", "5");
	write_theme("file", "6");
	path = realpath(path_of("file"), NULL);
	assert_int_equal(open_themes(path), 0);
	step(1, "default");
	for (size_t i = 1; i < n_embedded_themes; i++)
		step(1, embedded_themes[i].name);
	step(1, "ant");
	step(1, "zebra");
	assert_int_equal(themes.theme.roles[ROLE_TEXT].fg, 1);
	step(1, path);
	step(1, "default");
	step(-1, path);
	step(-1, "zebra");
	free(path);
}

static void themes_next__zeroed__begins_at_the_default(void **state)
{
	(void)state;
	assert_string_equal(themes_name(&themes), "default");
	step(1, embedded_themes[1].name);
	step(-1, "default");
}

static void themes_next__broken_one__is_told_and_skipped(void **state)
{
	char sentence[512];

	(void)state;
	write_file("broken.theme", "[roles]\ntext = mud\n", 19);
	write_theme("fine.theme", "2");
	assert_int_equal(open_themes(embedded_themes[n_embedded_themes - 1].name), 0);
	assert_int_equal(themes_next(&themes, 1, error, sizeof(error)), 0);
	snprintf(sentence, sizeof(sentence), "theme %s, line 2: bad colours for 'text'",
		 path_of("broken.theme"));
	assert_string_equal(error, sentence);
	assert_string_equal(themes_name(&themes), "fine");
}

/* Between two presses of a key. */
static void themes_next__one_in_use_deleted__goes_on(void **state)
{
	(void)state;
	write_theme("mine.theme", "2");
	assert_int_equal(open_themes("mine"), 0);
	assert_int_equal(unlink(path_of("mine.theme")), 0);
	step(1, embedded_themes[1].name);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(themes_open__no_name__is_the_default),
		TEST(themes_open__name__is_of_the_program_or_the_users_own),
		TEST(themes_open__without_a_folder__knows_its_own),
		TEST(themes_open__config_home__else_home),
		TEST(themes_open__file__by_slash_or_ending),
		TEST(themes_open__unknown_name__names_those_there_are),
		TEST(themes_open__hostile_name__is_shown_escaped),
		TEST(themes_open__what_is_no_theme__is_refused),
		TEST(themes_next__around__is_the_program_then_the_user_then_the_file),
		TEST(themes_next__zeroed__begins_at_the_default),
		TEST(themes_next__broken_one__is_told_and_skipped),
		TEST(themes_next__one_in_use_deleted__goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
