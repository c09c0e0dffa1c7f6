/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_EXPORTS_H
#define CONNTOP_TEST_EXPORTS_H

/* What the key `e` writes. After fakes.h. */
#include <stdio.h>
#include <unistd.h>

/* Whole, in the format of that ending; freed by the caller. The file is gone again. */
static inline char *exported(const char *ending)
{
	char folder[] = "/tmp/conntop-test-XXXXXX", path[64], *text = NULL;
	size_t cap = 0;
	FILE *file;

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/x.%s", folder, ending);
	press('e');
	press(CTRL('u'));
	press_all(path);
	press('\r');
	file = fopen(path, "r");
	assert_non_null(file);
	assert_true(getdelim(&text, &cap, '\0', file) > 0);
	fclose(file);
	unlink(path);
	rmdir(folder);
	return text;
}

#endif
