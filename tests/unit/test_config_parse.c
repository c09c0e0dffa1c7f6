/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of conntop.conf: what it sets, and how mistakes are told. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "config.h"
#include "options.h"

static struct config config;
static struct options options;
static char error[CONFIG_ERROR_MAX];

static int set_up(void **state)
{
	(void)state;
	config_init(&config);
	memset(&options, 0, sizeof(options));
	error[0] = '\0';
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	config_fini(&config);
	return 0;
}

static int parse(const char *text)
{
	config_fini(&config);
	config_init(&config);
	memset(&options, 0, sizeof(options));
	return config_parse(&config, &options, "f.conf", text, error, sizeof(error));
}

static void assert_refused(const char *text, const char *sentence)
{
	assert_int_not_equal(parse(text), 0);
	assert_string_equal(error, sentence);
}

static void options__of_the_file__are_set(void **state)
{
	(void)state;
	assert_int_equal(parse("# mine\n[options]\ndelay = 2.5\nnumeric=yes\nascii: no\n"
			       "port = 443, 8000-8010 ; web\n; more\ntheme = dark\n"
			       "pane = remotes\nfollow = yes\nmax-rows = 10\n"),
			 0);
	assert_true(options.delay_s == 2.5);
	assert_true(options.numeric);
	assert_false(options.ascii);
	assert_string_equal(options.filterspec.text[FILTER_PORT], "443,8000-8010");
	assert_string_equal(options.theme, "dark");
	assert_int_equal(options.pane, PANE_REMOTES);
	assert_int_equal(options.filterspec.filter.follow, 1);
	assert_int_equal(options.max_rows, 10);
	assert_string_equal(config.warning, "");
}

static void options__not_on_the_screen__leave_looks_alone(void **state)
{
	static const char text[] = "[options]\nnumeric = yes\npane = remotes\nport = 443\n";

	(void)state;
	options.mode = MODE_STREAM;
	assert_int_equal(config_parse(&config, &options, "f", text, error, sizeof(error)), 0);
	assert_false(options.numeric);
	assert_false(options.has_pane);
	assert_string_equal(options.filterspec.text[FILTER_PORT], "443");
	/* But what is wrong is wrong in every mode. */
	assert_int_not_equal(config_parse(&config, &options, "f", "[options]\nnumeric = 1\n", error,
					  sizeof(error)),
			     0);
	assert_string_equal(error, "f:2: [options] numeric: bad value: yes or no");
}

static void panes__columns_and_sort__are_each_their_own(void **state)
{
	(void)state;
	assert_int_equal(parse("[columns]\nexecs = pid, comm\nremotes = raddr\n"
			       "[sort]\nexecs = -pid\n"),
			 0);
	assert_string_equal(config.columns[PANE_EXECS], "pid, comm");
	assert_string_equal(config.columns[PANE_REMOTES], "raddr");
	assert_null(config.columns[PANE_CONNECTIONS]);
	assert_string_equal(config.sort[PANE_EXECS], "-pid");
	assert_null(config.sort[PANE_REMOTES]);
}

static void value__over_several_lines__is_one(void **state)
{
	(void)state;
	assert_int_equal(parse("[options]\npid = 1,2,\n\t3,4\n  # between\n  5\n  delay = 3\n"
			       "[columns]\nexecs =\n  pid,\n  comm\n"),
			 0);
	assert_string_equal(options.filterspec.text[FILTER_PID], "1,2,3,4,5");
	assert_true(options.delay_s == 3);
	assert_string_equal(config.columns[PANE_EXECS], " pid, comm");
	/* Of nothing before it in its section, a line cannot go on. */
	assert_int_equal(parse("[options]\n delay: 3\n[sort]\n  execs: pid\n"), 0);
	assert_true(options.delay_s == 3);
	assert_string_equal(config.sort[PANE_EXECS], "pid");
}

static void text__of_other_systems__is_read(void **state)
{
	(void)state;
	assert_int_equal(parse(""), 0);
	assert_int_equal(parse("\n\n"), 0);
	assert_int_equal(parse("\xef\xbb\xbf[options]\r\ndelay = 4\r\n\r\nnumeric = yes"), 0);
	assert_true(options.delay_s == 4);
	assert_true(options.numeric);
}

static void sets__by_name__are_kept_as_text(void **state)
{
	(void)state;
	assert_int_equal(parse("[filters web]\nport = 443,8080\nuid = no-such-user\n"
			       "[filters a b]\npid = 7\nfollow = yes\n[filters web]\nip = 4\n"),
			 0);
	assert_int_equal(config.n_sets, 2);
	assert_string_equal(config.sets[0].name, "web");
	assert_string_equal(config.sets[0].text[FILTER_PORT], "443,8080");
	assert_string_equal(config.sets[0].text[FILTER_UID], "no-such-user");
	assert_string_equal(config.sets[0].text[FILTER_IP], "4");
	assert_false(config.sets[0].follow);
	assert_string_equal(config.sets[1].name, "a b");
	assert_true(config.sets[1].follow);
	assert_null(config.sets[1].text[FILTER_PORT]);
}

static void set__put_in_force__is_judged_then(void **state)
{
	static struct filterspec spec;

	(void)state;
	assert_int_equal(parse("[filters web]\nport = 443\nfollow = yes\n"
			       "[filters x]\nuid = no-such-user\n"),
			 0);
	assert_int_equal(config_set_filters(&config.sets[0], &spec, error, sizeof(error)), 0);
	assert_string_equal(spec.text[FILTER_PORT], "443");
	assert_int_equal(spec.filter.follow, 1);
	assert_int_equal(config_set_filters(&config.sets[1], &spec, error, sizeof(error)), -ENOENT);
	assert_string_equal(error, "unknown user 'no-such-user'");
}

static void bindings__of_the_file__keep_their_lines(void **state)
{
	(void)state;
	assert_int_equal(parse("[keys]\n\nquit = Q F10\nlift = =\nfold =\n"), 0);
	assert_int_equal(config.n_bindings, 3);
	assert_string_equal(config.bindings[0].action, "quit");
	assert_string_equal(config.bindings[0].keys, "Q F10");
	assert_int_equal(config.bindings[0].line, 3);
	assert_string_equal(config.bindings[1].keys, "=");
	assert_string_equal(config.bindings[2].keys, "");
}

static void unknown__key_or_section__is_told_and_passed_over(void **state)
{
	(void)state;
	assert_int_equal(parse("[options]\ndealy = secret\ndelay = 2\n"), 0);
	assert_string_equal(config.warning, "f.conf:2: [options]: unknown key, ignored");
	assert_true(options.delay_s == 2);
	assert_int_equal(parse("[future]\nkey = secret\n"), 0);
	assert_string_equal(config.warning, "f.conf:2: unknown section, ignored");
	assert_int_equal(parse("[columns]\nsockets = pid\n"), 0);
	assert_string_equal(config.warning, "f.conf:2: [columns]: unknown pane, ignored");
	assert_int_equal(parse("[filters web]\nporte = 5\n"), 0);
	assert_string_equal(config.warning, "f.conf:2: [filters]: unknown key, ignored");
	/* What is asked for once is no default. */
	assert_int_equal(parse("[options]\nonce = yes\n"), 0);
	assert_string_equal(config.warning, "f.conf:2: [options]: unknown key, ignored");
	assert_int_equal(options.mode, MODE_SCREEN);
}

static void mistake__any__names_file_line_and_key(void **state)
{
	(void)state;
	assert_refused("[options]\n\ndelay = 0\n",
		       "f.conf:3: [options] delay: bad delay: seconds, from 0.1 to 60");
	assert_refused("[options]\nuid = no-such-user\n", "f.conf:2: [options] uid: unknown user");
	assert_refused("[options]\npane = sockets\n",
		       "f.conf:2: [options] pane: unknown pane: one of execs, connections, "
		       "processes, remotes, listeners, split");
	assert_refused("[options]\nport = 1\n\n port = 2\n",
		       "f.conf:4: [options] port: given twice");
	assert_refused("[columns]\nexecs = pid, rport\n",
		       "f.conf:2: [columns] execs: names of its columns, separated by commas");
	assert_refused("[columns]\nexecs =\n",
		       "f.conf:2: [columns] execs: names of its columns, separated by commas");
	assert_refused("[sort]\nexecs = --pid\n",
		       "f.conf:2: [sort] execs: one of its columns, + or - before it");
	assert_refused("[sort]\nexecs = pid\nexecs = pid\n", "f.conf:3: [sort] execs: given twice");
	assert_refused("[filters web]\nport = secret\n",
		       "f.conf:2: [filters] port: bad port: a number from 0 to 65535, or a range "
		       "LOW-HIGH");
	assert_refused("[filters web]\nfollow = 1\n", "f.conf:2: [filters] follow: yes or no");
	assert_refused("[filters 123456789012345678901234567890123]\npid = 1\n",
		       "f.conf:2: [filters]: a name has 1 to 32 bytes, no ] and no ;");
}

static void mistake__of_several__is_the_first(void **state)
{
	(void)state;
	assert_refused("[options]\ndelay = 0\nno value\n",
		       "f.conf:2: [options] delay: bad delay: seconds, from 0.1 to 60");
	assert_refused("[options]\nno value\ndelay = 0\n",
		       "f.conf:2: neither [SECTION] nor KEY = VALUE");
	assert_refused("[options\ndelay = 0\n", "f.conf:1: neither [SECTION] nor KEY = VALUE");
}

static void line__too_long__is_refused(void **state)
{
	char text[600] = "[options]\ntheme = ";

	(void)state;
	memset(text + strlen(text), 'x', 300);
	strcat(text, "\nno value\n");
	assert_refused(text, "f.conf:2: the line is too long");
}

/* The file is the user's: no part of it goes to a terminal or a log. */
static void mistake__in_any_value__is_told_without_it(void **state)
{
	static const char *const values[] = { "s3cret", "'s3cret", "s3'cret'", "!s3cret,x y" };

	(void)state;
	for (size_t i = 0; i < n_option_specs; i++) {
		for (size_t k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
			char text[128];

			snprintf(text, sizeof(text), "[options]\n%s = %s\n", option_specs[i].name,
				 values[k]);
			error[0] = '\0';
			parse(text);
			assert_null(strstr(error, "cret"));
			assert_null(strstr(config.warning, "cret"));
		}
	}
	parse("[s3cret]\nkey = 1\n");
	assert_null(strstr(config.warning, "s3cret"));
}

static void name__of_the_file__is_made_safe(void **state)
{
	(void)state;
	assert_int_not_equal(config_parse(&config, &options, "a\033[2Jb", "x\n", error,
					  sizeof(error)),
			     0);
	assert_string_equal(error, "a\\e[2Jb:1: neither [SECTION] nor KEY = VALUE");
}

#define config_test(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		config_test(options__of_the_file__are_set),
		config_test(options__not_on_the_screen__leave_looks_alone),
		config_test(panes__columns_and_sort__are_each_their_own),
		config_test(value__over_several_lines__is_one),
		config_test(text__of_other_systems__is_read),
		config_test(sets__by_name__are_kept_as_text),
		config_test(set__put_in_force__is_judged_then),
		config_test(bindings__of_the_file__keep_their_lines),
		config_test(unknown__key_or_section__is_told_and_passed_over),
		config_test(mistake__any__names_file_line_and_key),
		config_test(mistake__of_several__is_the_first),
		config_test(line__too_long__is_refused),
		config_test(mistake__in_any_value__is_told_without_it),
		config_test(name__of_the_file__is_made_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
