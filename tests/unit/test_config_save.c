/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conntop.conf on the disk: which file it is, how it is read, and how it is replaced. */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/resource.h>
#include <cmocka.h>
#include "config.h"
#include "folder.h"
#include "options.h"

static struct config config;
static struct options options;
static char error[CONFIG_ERROR_MAX];
static const struct config_change delay = { "options", "delay", "2", false };

static int set_up(void **state)
{
	config_init(&config);
	memset(&options, 0, sizeof(options));
	error[0] = '\0';
	return folder_set_up(state);
}

static int tear_down(void **state)
{
	config_fini(&config);
	return folder_tear_down(state);
}

/* Parses those arguments, NULL at their end, over what the file says. */
static int start(const char *const *args)
{
	char *argv[16] = { (char *)"conntop" };
	int argc = 1;

	config_fini(&config);
	config_init(&config);
	for (; args[argc - 1]; argc++)
		argv[argc] = (char *)args[argc - 1];
	return options_parse(&options, &config, argc, argv, error, sizeof(error));
}

#define start_with(...) start((const char *const[]){ __VA_ARGS__, NULL })

/* How many files are in a folder within ours. */
static int count_files(const char *name)
{
	DIR *dir = opendir(in_folder(name));
	int n = 0;

	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));)
		n += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
	closedir(dir);
	return n;
}

static void save_delay(int err)
{
	assert_int_equal(config_save(&config, &delay, 1, error, sizeof(error)), err);
}

/* --- where it is ------------------------------------------------------------------------------ */

static void find__xdg_or_home__names_the_file(void **state)
{
	(void)state;
	assert_int_equal(config_find(&config, NULL), 0);
	assert_string_equal(config.path, in_folder("conntop/conntop.conf"));
	setenv("XDG_CONFIG_HOME", "relative", 1);
	assert_int_equal(config_find(&config, NULL), 0);
	assert_string_equal(config.path, in_folder(".config/conntop/conntop.conf"));
	unsetenv("XDG_CONFIG_HOME");
	assert_int_equal(config_find(&config, NULL), 0);
	assert_string_equal(config.path, in_folder(".config/conntop/conntop.conf"));
	assert_int_equal(config_find(&config, "other"), 0);
	assert_string_equal(config.path, "other");
}

static void command_line__over_the_file__wins(void **state)
{
	(void)state;
	mkdir(in_folder("conntop"), 0700);
	put_file("conntop/conntop.conf",
		 "[options]\ndelay = 5\nport = 1,2\nipv6 = yes\nuid = 0\nnumeric = yes\n"
		 "sort = pid\n[sort]\nexecs = comm\n[columns]\nexecs = comm\n",
		 0600);
	assert_int_equal(start_with(NULL), 0);
	assert_true(options.delay_s == 5);
	assert_true(options.numeric);
	assert_string_equal(options.filterspec.text[FILTER_PORT], "1,2");
	assert_string_equal(config.sort[PANE_EXECS], "comm");
	assert_int_equal(start_with("-P", "3", "-P", "4", "-4", "--numeric=no", "--sort", "uid"),
			 0);
	assert_true(options.delay_s == 5);
	assert_false(options.numeric);
	assert_string_equal(options.filterspec.text[FILTER_PORT], "3,4");
	assert_string_equal(options.filterspec.text[FILTER_IP], "4");
	assert_string_equal(options.filterspec.text[FILTER_UID], "0");
	assert_string_equal(options.sort, "uid");
	assert_null(config.sort[PANE_EXECS]);
	assert_string_equal(config.columns[PANE_EXECS], "comm");
	assert_int_equal(start_with("--once", "-P="), -EINVAL);
	/* The looks are the screen's. */
	assert_int_equal(start_with("--once"), 0);
	assert_int_equal(options.mode, MODE_ONCE);
	assert_true(options.delay_s == 1);
	assert_true(options.duration_s == 1);
	assert_string_equal(options.filterspec.text[FILTER_PORT], "1,2");
}

static void command_line__other_file_or_none__is_obeyed(void **state)
{
	(void)state;
	mkdir(in_folder("conntop"), 0700);
	put_file("conntop/conntop.conf", "[options]\ndelay = broken\n", 0600);
	put_file("other", "[options]\ndelay = 7\n", 0600);
	assert_int_equal(start_with(NULL), -EBADMSG);
	assert_int_equal(start_with("--config", in_folder("other")), 0);
	assert_true(options.delay_s == 7);
	assert_int_equal(start_with("--no-config"), 0);
	assert_true(options.delay_s == 1);
	assert_null(options.config);
	/* Nor is it read where it is of no use, or what is typed is wrong itself. */
	assert_int_equal(start_with("--version"), 0);
	assert_int_equal(start_with("--delay", "0"), -EINVAL);
	assert_int_equal(start_with("--config", in_folder("missing")), -EBADMSG);
	assert_non_null(strstr(error, "/missing: No such file or directory"));
}

/* --- what is no file to read ------------------------------------------------------------------ */

static void read__what_is_no_text_file__is_refused(void **state)
{
	FILE *file;

	(void)state;
	assert_int_equal(mkfifo(in_folder("fifo"), 0600), 0);
	assert_int_equal(start_with("--config", in_folder("fifo")), -EBADMSG);
	assert_non_null(strstr(error, "/fifo: not a file"));
	assert_int_equal(start_with("--config", folder), -EBADMSG);
	assert_non_null(strstr(error, ": Is a directory"));
	file = fopen(in_folder("nul"), "w");
	assert_non_null(file);
	assert_int_equal(fwrite("[options]\0", 1, 10, file), 10);
	fclose(file);
	assert_int_equal(start_with("--config", in_folder("nul")), -EBADMSG);
	assert_non_null(strstr(error, "/nul: not a text"));
	put_file("large", "#", 0600);
	assert_int_equal(truncate(in_folder("large"), CONFIG_SIZE_MAX + 1), 0);
	assert_int_equal(start_with("--config", in_folder("large")), -EBADMSG);
	assert_non_null(strstr(error, "/large: larger than 1 MiB"));
}

/* --- saving ----------------------------------------------------------------------------------- */

static void save__no_file_yet__makes_it_and_its_folders(void **state)
{
	(void)state;
	setenv("XDG_CONFIG_HOME", in_folder("a/b"), 1);
	assert_int_equal(start_with(NULL), 0);
	assert_false(config.exists);
	save_delay(0);
	assert_true(config.exists);
	expect_file("a/b/conntop/conntop.conf", "[options]\ndelay = 2\n");
	assert_int_equal(file_mode("a/b/conntop/conntop.conf"), S_IFREG | 0600);
	assert_int_equal(file_mode("a"), S_IFDIR | 0700);
	assert_int_equal(count_files("a/b/conntop"), 1);
}

static void save__file_that_is_there__keeps_mode_and_all_else(void **state)
{
	(void)state;
	put_file("mine", "# mine\n[options]\nnew-in-2.0 = x\ndelay = 9 ; s\n", 0644);
	assert_int_equal(start_with("--config", in_folder("mine")), 0);
	/* Edited meanwhile: that stays, too. */
	put_file("mine", "# mine, edited\n[options]\nnew-in-2.0 = x\ndelay = 9 ; s\n", 0644);
	save_delay(0);
	expect_file("mine", "# mine, edited\n[options]\nnew-in-2.0 = x\ndelay = 2 ; s\n");
	assert_int_equal(file_mode("mine"), S_IFREG | 0644);
	assert_int_equal(count_files(""), 1);
}

static void save__broken_meanwhile__leaves_it_alone(void **state)
{
	(void)state;
	put_file("mine", "[options]\n", 0644);
	assert_int_equal(start_with("--config", in_folder("mine")), 0);
	put_file("mine", "[options]\ndelay\n", 0644);
	save_delay(-EINVAL);
	assert_non_null(strstr(error, "/mine:2: neither [SECTION] nor KEY = VALUE"));
	expect_file("mine", "[options]\ndelay\n");
}

static void save__symbolic_link__stays_one(void **state)
{
	(void)state;
	mkdir(in_folder("dotfiles"), 0700);
	put_file("dotfiles/real", "[options]\n", 0600);
	assert_int_equal(symlink("dotfiles/real", in_folder("link")), 0);
	assert_int_equal(start_with("--config", in_folder("link")), 0);
	save_delay(0);
	assert_int_equal(file_mode("link") & S_IFMT, S_IFLNK);
	expect_file("dotfiles/real", "[options]\ndelay = 2\n");
	assert_int_equal(count_files("dotfiles"), 1);
}

static void save__link_to_nowhere__is_refused(void **state)
{
	(void)state;
	assert_int_equal(symlink("gone", in_folder("link")), 0);
	assert_int_equal(config_find(&config, in_folder("link")), 0);
	save_delay(-ENOENT);
	assert_int_equal(file_mode("link") & S_IFMT, S_IFLNK);
	assert_int_equal(count_files(""), 1);
}

static void save__no_place_for_it__says_so_and_loses_nothing(void **state)
{
	(void)state;
	put_file("file", "x", 0600);
	assert_int_equal(config_find(&config, in_folder("file/conntop.conf")), 0);
	save_delay(-ENOTDIR);
	assert_non_null(strstr(error, "/file/conntop.conf: Not a directory"));
	expect_file("file", "x");
	assert_int_equal(count_files(""), 1);
	/* No home at all. */
	free(config.path);
	config.path = NULL;
	save_delay(-ENOENT);
	assert_string_equal(error, "there is no configuration to save to");
}

static void save__disk_full__keeps_the_old_file(void **state)
{
	struct rlimit limit, none = { 0, RLIM_INFINITY };

	(void)state;
	put_file("c", "[options]\n", 0600);
	assert_int_equal(config_find(&config, in_folder("c")), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	none.rlim_max = limit.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	save_delay(-EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	expect_file("c", "[options]\n");
	assert_int_equal(count_files(""), 1);
}

static void save__file_kept_from_writing__is_refused(void **state)
{
	bool root = !geteuid();

	(void)state;
	put_file("c", "[options]\n", 0400);
	assert_int_equal(config_find(&config, in_folder("c")), 0);
	/* root may write any file: as somebody else, whose file and folder these are. */
	assert_true(!root || (!chown(folder, 65534, 65534) && !chown(config.path, 65534, 65534)));
	assert_true(!root || !seteuid(65534));
	save_delay(-EACCES);
	assert_true(!root || !seteuid(0));
	expect_file("c", "[options]\n");
}

/* --- filter sets ------------------------------------------------------------------------------ */

static void sets__saved_and_deleted__come_and_go_in_the_file(void **state)
{
	static struct filterspec spec;

	(void)state;
	put_file("c", "# top\n[options]\n", 0600);
	assert_int_equal(start_with("--config", in_folder("c"), "-P", "443", "-p", "5", "-f"), 0);
	spec = options.filterspec;
	assert_int_equal(config_save_set(&config, "web", &spec, error, sizeof(error)), 0);
	expect_file("c", "# top\n[options]\n\n[filters web]\npid = 5\nport = 443\nfollow = yes\n");
	assert_int_equal(config.n_sets, 1);
	assert_int_equal(config_save_set(&config, "web", &spec, error, sizeof(error)), -EEXIST);
	assert_int_equal(config_save_set(&config, "a]b", &spec, error, sizeof(error)), -EINVAL);
	assert_string_equal(error, "a name has 1 to 32 bytes, no ] and no ;");
	assert_int_equal(config_save_set(&config, "ssh", &spec, error, sizeof(error)), 0);
	/* As another start reads them. */
	assert_int_equal(start_with("--config", in_folder("c")), 0);
	assert_int_equal(config.n_sets, 2);
	assert_int_equal(config_set_filters(&config.sets[1], &spec, error, sizeof(error)), 0);
	assert_string_equal(spec.text[FILTER_PORT], "443");
	assert_int_equal(spec.filter.follow, 1);
	assert_int_equal(config_delete_set(&config, 0, error, sizeof(error)), 0);
	assert_int_equal(config.n_sets, 1);
	assert_string_equal(config.sets[0].name, "ssh");
	assert_int_equal(config_delete_set(&config, 0, error, sizeof(error)), 0);
	expect_file("c", "# top\n[options]\n\n");
}

static void sets__what_a_file_cannot_hold__is_refused(void **state)
{
	static struct filterspec spec;

	(void)state;
	put_file("c", "[options]\n", 0600);
	assert_int_equal(start_with("--config", in_folder("c"), "-c", "a\\ ;b"), 0);
	spec = options.filterspec;
	assert_int_equal(config_save_set(&config, "x", &spec, error, sizeof(error)), -EINVAL);
	assert_string_equal(error, "a file cannot hold these filters");
	expect_file("c", "[options]\n");
	assert_int_equal(config.n_sets, 0);
	/* A file that was broken meanwhile is not what is wrong with the filters. */
	put_file("c", "[options]\nx\n", 0600);
	assert_int_equal(config_save_set(&config, "x", &spec, error, sizeof(error)), -EINVAL);
	assert_non_null(strstr(error, "/c:2: neither [SECTION] nor KEY = VALUE"));
}

static void sets__hundreds_of_values__are_read_back(void **state)
{
	static struct filterspec spec, again;
	char text[4096] = "1000";

	(void)state;
	put_file("c", "", 0600);
	for (int pid = 1001; pid < 1500; pid++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), ",%d", pid);
	assert_int_equal(filterspec_set(&spec, FILTER_PID, text, error, sizeof(error)), 0);
	assert_int_equal(config_find(&config, in_folder("c")), 0);
	assert_int_equal(config_save_set(&config, "many", &spec, error, sizeof(error)), 0);
	assert_int_equal(start_with("--config", in_folder("c")), 0);
	assert_int_equal(config_set_filters(&config.sets[0], &again, error, sizeof(error)), 0);
	assert_string_equal(again.text[FILTER_PID], text);
}

#define file_test(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		file_test(find__xdg_or_home__names_the_file),
		file_test(command_line__over_the_file__wins),
		file_test(command_line__other_file_or_none__is_obeyed),
		file_test(read__what_is_no_text_file__is_refused),
		file_test(save__no_file_yet__makes_it_and_its_folders),
		file_test(save__file_that_is_there__keeps_mode_and_all_else),
		file_test(save__broken_meanwhile__leaves_it_alone),
		file_test(save__symbolic_link__stays_one),
		file_test(save__link_to_nowhere__is_refused),
		file_test(save__no_place_for_it__says_so_and_loses_nothing),
		file_test(save__disk_full__keeps_the_old_file),
		file_test(save__file_kept_from_writing__is_refused),
		file_test(sets__saved_and_deleted__come_and_go_in_the_file),
		file_test(sets__what_a_file_cannot_hold__is_refused),
		file_test(sets__hundreds_of_values__are_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
