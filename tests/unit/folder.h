/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_FOLDER_H
#define CONNTOP_TEST_FOLDER_H

/*
 * A folder of the test's own, that HOME and XDG_CONFIG_HOME are set to, and files in it. For one
 * test program each; after cmocka.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static int folder_set_up(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/conntop-test-XXXXXX");
	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
	if (!mkdtemp(folder) || setenv("HOME", folder, 1) || setenv("XDG_CONFIG_HOME", folder, 1))
		return -1;
	return 0;
}

static int folder_remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
	(void)stat, (void)type, (void)ftw;
	return remove(path);
}

static int folder_tear_down(void **state)
{
	(void)state;
	return nftw(folder, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* The path of a file in the folder; good until the fourth call from here. */
static inline const char *in_folder(const char *name)
{
	static char paths[4][256];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static inline void put_file(const char *name, const char *text, mode_t mode)
{
	FILE *file = fopen(in_folder(name), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(in_folder(name), mode), 0);
}

static inline void expect_file(const char *name, const char *wanted)
{
	char text[8192];
	FILE *file = fopen(in_folder(name), "r");
	size_t len;

	assert_non_null(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = '\0';
	assert_string_equal(text, wanted);
}

static inline mode_t file_mode(const char *name)
{
	struct stat stat;

	assert_int_equal(lstat(in_folder(name), &stat), 0);
	return stat.st_mode;
}

#endif
