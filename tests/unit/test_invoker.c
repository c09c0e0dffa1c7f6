/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who started conntop, and what that user may read. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "folder.h"
#include "invoker.h"

#define NOBODY "65534"

static void sudo(const char *uid, const char *gid)
{
	setenv("SUDO_UID", uid, 1);
	setenv("SUDO_GID", gid, 1);
}

static void needs_root(void)
{
	if (geteuid()) {
		print_message("skipped: only root can act as somebody else\n");
		skip();
	}
}

/* What reading it returns; the text is as wanted where that is 0. */
static int read_file(const char *name, const char *wanted)
{
	char *text = NULL;
	int err = invoker_read(in_folder(name), 16, &text);

	if (err)
		return err;
	assert_string_equal(text, wanted);
	free(text);
	return 0;
}

static void find__without_sudo__is_this_user(void **state)
{
	struct invoker invoker;
	char *home;

	(void)state;
	invoker_find(&invoker);
	assert_int_equal(invoker.uid, geteuid());
	assert_int_equal(invoker.gid, getegid());
	assert_false(invoker.sudo);
	home = invoker_home(&invoker);
	assert_string_equal(home, folder);
	free(home);
}

static void find__under_sudo__is_who_typed_it(void **state)
{
	struct invoker invoker;
	char *home;

	(void)state;
	needs_root();
	sudo(NOBODY, NOBODY);
	invoker_find(&invoker);
	assert_int_equal(invoker.uid, 65534);
	assert_int_equal(invoker.gid, 65534);
	assert_true(invoker.sudo);
	/* HOME is root's: the user database has the user's. */
	home = invoker_home(&invoker);
	assert_true(!home || strcmp(home, folder));
	free(home);
	/* root by sudo is root, and what is no number is nobody. */
	sudo("0", "0");
	invoker_find(&invoker);
	assert_false(invoker.sudo);
	sudo("12x", "12");
	invoker_find(&invoker);
	assert_false(invoker.sudo);
	sudo("4294967295", "12");
	invoker_find(&invoker);
	assert_false(invoker.sudo);
	sudo("-1", "12");
	invoker_find(&invoker);
	assert_false(invoker.sudo);
}

static void read__under_sudo__has_the_users_rights_and_no_more(void **state)
{
	uid_t uid;
	gid_t gid;
	gid_t groups[64], after[64];
	int n_groups = getgroups(64, groups);

	(void)state;
	needs_root();
	assert_int_equal(chmod(folder, 0755), 0);
	put_file("root", "secret", 0600);
	put_file("group", "secret", 0640);
	put_file("all", "open", 0644);
	put_file("own", "mine", 0400);
	assert_int_equal(chown(in_folder("own"), 65534, 65534), 0);
	sudo(NOBODY, NOBODY);
	assert_int_equal(read_file("root", NULL), -EACCES);
	assert_int_equal(read_file("group", NULL), -EACCES);
	assert_int_equal(read_file("all", "open"), 0);
	assert_int_equal(read_file("own", "mine"), 0);
	assert_int_equal(chmod(folder, 0700), 0);
	assert_int_equal(read_file("all", NULL), -EACCES);
	/* And is root again afterwards. */
	uid = geteuid();
	gid = getegid();
	assert_int_equal(uid, 0);
	assert_int_equal(gid, 0);
	assert_int_equal(getgroups(64, after), n_groups);
	assert_memory_equal(groups, after, n_groups * sizeof(groups[0]));
	unsetenv("SUDO_UID");
	assert_int_equal(read_file("root", "secret"), 0);
}

static void read__what_is_no_text_file__is_refused(void **state)
{
	char *text;

	(void)state;
	assert_int_equal(read_file("missing", NULL), -ENOENT);
	assert_int_equal(invoker_read(folder, 16, &text), -EISDIR);
	assert_int_equal(mkfifo(in_folder("fifo"), 0600), 0);
	assert_int_equal(read_file("fifo", NULL), -EINVAL);
	put_file("sixteen", "0123456789abcdef", 0600);
	assert_int_equal(read_file("sixteen", "0123456789abcdef"), 0);
	put_file("more", "0123456789abcdefg", 0600);
	assert_int_equal(read_file("more", NULL), -EFBIG);
	put_file("empty", "", 0600);
	assert_int_equal(read_file("empty", ""), 0);
	put_file("nul", "ab", 0600);
	assert_int_equal(truncate(in_folder("nul"), 3), 0);
	assert_int_equal(read_file("nul", NULL), -EILSEQ);
	assert_int_equal(symlink("sixteen", in_folder("link")), 0);
	assert_int_equal(read_file("link", "0123456789abcdef"), 0);
}

#define file_test(test) cmocka_unit_test_setup_teardown(test, folder_set_up, folder_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		file_test(find__without_sudo__is_this_user),
		file_test(find__under_sudo__is_who_typed_it),
		file_test(read__under_sudo__has_the_users_rights_and_no_more),
		file_test(read__what_is_no_text_file__is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
