/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Saving a snapshot: a new file, whole or not at all. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>
#include "export.h"

/* Calls that the test makes fail, in place of the C library's. */
static int renameat2_errno, linkat_errno;

/* Somebody else takes the name, just before the call. */
static bool rival;

static void rival_comes(int dir, const char *name)
{
	int fd = rival ? openat(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0600) : -1;

	if (fd >= 0)
		close(fd);
}

int renameat2(int olddir, const char *old, int newdir, const char *new, unsigned flags)
{
	rival_comes(newdir, new);
	if (renameat2_errno) {
		errno = renameat2_errno;
		return -1;
	}
	return (int)syscall(SYS_renameat2, olddir, old, newdir, new, flags);
}

int linkat(int olddir, const char *old, int newdir, const char *new, int flags)
{
	rival_comes(newdir, new);
	if (linkat_errno) {
		errno = linkat_errno;
		return -1;
	}
	return (int)syscall(SYS_linkat, olddir, old, newdir, new, flags);
}

static char folder[64];
static char path[128];
static struct list lists[PANE_COUNT];
static struct snapshot snapshot;

static int set_up(void **state)
{
	static const struct column name = { .key = "name", .title = "NAME" };
	static const size_t one = 1;
	static const struct pane pane = {
		.name = "p", .title = "P", .columns = &name, .n_columns = &one
	};
	static const struct view_context ctx;

	(void)state;
	for (size_t i = 0; i < PANE_COUNT; i++)
		lists[i].pane = &pane;
	snapshot = (struct snapshot){ .ctx = &ctx, .lists = lists };
	strcpy(folder, "/tmp/conntop-test-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/out.csv", folder);
	renameat2_errno = 0;
	linkat_errno = 0;
	rival = false;
	return 0;
}

/* Empties and removes the folder. */
static int tear_down(void **state)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	(void)state;
	while ((entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	rmdir(folder);
	return 0;
}

static int files(void)
{
	DIR *dir = opendir(folder);
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2;
}

static void assert_file(const char *name, const char *content)
{
	char bytes[256] = "";
	FILE *in = fopen(name, "r");

	assert_non_null(in);
	bytes[fread(bytes, 1, sizeof(bytes) - 1, in)] = '\0';
	fclose(in);
	assert_string_equal(bytes, content);
}

static void assert_saved(void)
{
	struct stat st;

	assert_file(path, "name\r\n");
	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(st.st_nlink, 1);
	assert_int_equal(files(), 1);
}

static void save__new_file__is_private_and_complete(void **state)
{
	(void)state;
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, path, false), 0);
	assert_saved();
}

static void save__no_rename_noreplace__links(void **state)
{
	(void)state;
	renameat2_errno = EINVAL;
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, path, false), 0);
	assert_saved();
}

static void save__neither_rename_nor_link__claims_the_name(void **state)
{
	(void)state;
	renameat2_errno = EINVAL;
	linkat_errno = EPERM;
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, path, false), 0);
	assert_saved();
}

static void save__rename_fails__leaves_nothing(void **state)
{
	(void)state;
	renameat2_errno = EDQUOT;
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, path, false), -EDQUOT);
	assert_int_equal(files(), 0);
}

static void save__name_taken_meanwhile__keeps_the_other(void **state)
{
	(void)state;
	rival = true;
	for (int way = 0; way < 3; way++) {
		renameat2_errno = way > 0 ? ENOSYS : 0;
		linkat_errno = way > 1 ? EOPNOTSUPP : 0;
		assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, path, false), -EEXIST);
		assert_file(path, "");
		assert_int_equal(files(), 1);
		unlink(path);
	}
}

static void save__existing_file__is_left_alone(void **state)
{
	FILE *old = fopen(path, "w");

	(void)state;
	assert_non_null(old);
	fputs("mine", old);
	fclose(old);
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, path, false), -EEXIST);
	assert_file(path, "mine");
	assert_int_equal(files(), 1);
}

static void save__symbolic_link__is_not_followed(void **state)
{
	char target[128];
	FILE *old;

	(void)state;
	snprintf(target, sizeof(target), "%s/target", folder);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, path, false), -EEXIST);
	assert_int_equal(access(target, F_OK), -1);
	old = fopen(target, "w");
	assert_non_null(old);
	fclose(old);
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, path, false), -EEXIST);
	assert_file(target, "");
	assert_int_equal(files(), 2);
}

static void save__file_cannot_grow__leaves_nothing(void **state)
{
	struct rlimit old, small;
	int err;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 5;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	err = snapshot_save(&snapshot, EXPORT_CSV, path, false);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(err, -EFBIG);
	assert_int_equal(files(), 0);
}

static void save__longest_name__fits(void **state)
{
	char other[64 + 256 + 2];
	int len = snprintf(other, sizeof(other), "%s/", folder);

	(void)state;
	memset(other + len, 'n', 255);
	other[len + 255] = '\0';
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, other, false), 0);
	assert_int_equal(files(), 1);
	other[len + 255] = 'n';
	other[len + 256] = '\0';
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, other, false), -ENAMETOOLONG);
	assert_int_equal(files(), 1);
}

static void save__no_file_name__is_refused(void **state)
{
	char other[80];

	(void)state;
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, "", false), -ENOENT);
	snprintf(other, sizeof(other), "%s/", folder);
	assert_int_equal(snapshot_save(&snapshot, EXPORT_TEXT, other, false), -EISDIR);
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, "/", false), -EISDIR);
	snprintf(other, sizeof(other), "%s/none/a.csv", folder);
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, other, false), -ENOENT);
	assert_int_equal(files(), 0);
}

static void save__folder_not_writable__is_refused(void **state)
{
	(void)state;
	if (!geteuid()) {
		print_message("skipped: root may write to every folder\n");
		skip();
	}
	assert_int_equal(chmod(folder, 0500), 0);
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, path, false), -EACCES);
	assert_int_equal(files(), 0);
	chmod(folder, 0700);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void save__force__replaces_a_file(void **state)
{
	FILE *old = fopen(path, "w");

	(void)state;
	assert_non_null(old);
	fputs("a longer content than the new one", old);
	fclose(old);
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, path, true), 0);
	assert_saved();
}

static void save__force__replaces_nothing_but_files(void **state)
{
	char target[128];

	(void)state;
	snprintf(target, sizeof(target), "%s/target", folder);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, path, true), -ELOOP);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, path, true), -EISDIR);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, path, true), -EINVAL);
	assert_int_equal(files(), 1);
}

/* A snapshot whose panes have their own names, as their files need. */
static void name_panes(void)
{
	for (size_t i = 0; i < PANE_COUNT; i++)
		lists[i].pane = &panes[i];
}

static void save__csv_folder__has_a_file_a_pane(void **state)
{
	char name[256];
	struct stat st;

	(void)state;
	name_panes();
	strcat(path, "//");
	assert_true(snapshot_is_folder(EXPORT_CSV, path));
	assert_false(snapshot_is_folder(EXPORT_JSON, path));
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, path, false), 0);
	assert_int_equal(files(), 1);
	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0700);
	for (size_t i = 0; i < PANE_COUNT; i++) {
		snprintf(name, sizeof(name), "%s%s.csv", path, panes[i].name);
		assert_int_equal(lstat(name, &st), 0);
		assert_int_equal(st.st_mode, S_IFREG | 0600);
		assert_true(st.st_size > 20);
	}
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, path, true), -EEXIST);
	for (size_t i = 0; i < PANE_COUNT; i++) {
		snprintf(name, sizeof(name), "%s%s.csv", path, panes[i].name);
		assert_int_equal(unlink(name), 0);
	}
	assert_int_equal(rmdir(path), 0);
}

static void save__csv_folder_fails__leaves_nothing(void **state)
{
	(void)state;
	name_panes();
	strcat(path, "/");
	renameat2_errno = EDQUOT;
	assert_int_equal(snapshot_save(&snapshot, EXPORT_CSV, path, false), -EDQUOT);
	assert_int_equal(files(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(save__new_file__is_private_and_complete),
		test(save__no_rename_noreplace__links),
		test(save__neither_rename_nor_link__claims_the_name),
		test(save__rename_fails__leaves_nothing),
		test(save__name_taken_meanwhile__keeps_the_other),
		test(save__existing_file__is_left_alone),
		test(save__symbolic_link__is_not_followed),
		test(save__file_cannot_grow__leaves_nothing),
		test(save__longest_name__fits),
		test(save__force__replaces_a_file),
		test(save__force__replaces_nothing_but_files),
		test(save__csv_folder__has_a_file_a_pane),
		test(save__csv_folder_fails__leaves_nothing),
		test(save__no_file_name__is_refused),
		test(save__folder_not_writable__is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
