/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line as a whole: what is an option, what is not, and what is said of it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "parse.h"

static void help_and_version__in_any_mode__win(void **state)
{
	(void)state;
	assert_ok("-h");
	assert_int_equal(options.mode, MODE_HELP);
	assert_ok("--version");
	assert_int_equal(options.mode, MODE_VERSION);
	assert_ok("--once", "--stream=exec", "-nV");
	assert_int_equal(options.mode, MODE_VERSION);
	assert_ok("--format", "json", "--help", "--once");
	assert_int_equal(options.mode, MODE_HELP);
	assert_ok("-V", "-h");
	assert_int_equal(options.mode, MODE_VERSION);
}

static void help__wrong_option_before_it__is_refused(void **state)
{
	(void)state;
	assert_refused("unknown option '--foo'", "--foo", "--help");
	assert_refused("unexpected argument 'x'", "x", "--help");
	assert_refused("bad delay '0': seconds, from 0.1 to 60", "-d0", "-V");
	assert_ok("--help", "--foo", "x");
	assert_int_equal(options.mode, MODE_HELP);
}

static void option__unknown__is_named(void **state)
{
	(void)state;
	assert_refused("unknown option '--foo'", "--foo");
	assert_refused("unknown option '--foo'", "--foo=bar");
	assert_refused("unknown option '-z'", "-z");
	assert_refused("unknown option '-z'", "--once", "-nz5");
	assert_refused("unknown option '-z'", "--once", "-zn");
	assert_refused("unknown option '-:'", "-:");
	assert_refused("unknown option '-?'", "-?");
	assert_refused("unknown option '-\\xc3'", "-\303\244");
	assert_refused("unknown option '--f\\e[1m'", "--f\033[1m");
	assert_refused("unknown option '--oncee'", "--oncee");
}

static void option__without_its_value__is_named(void **state)
{
	(void)state;
	assert_refused("option '--delay' needs a value", "--delay");
	assert_refused("option '--delay' needs a value", "--once", "--del");
	assert_refused("option '-d' needs a value", "-d");
	assert_refused("option '-P' needs a value", "--once", "-nP");
	assert_refused("option '--max-rows' needs a value", "--max-rows");
}

static void option__with_a_value_it_does_not_take__is_named(void **state)
{
	(void)state;
	assert_refused("option '--once' takes no value", "--once=5");
	assert_refused("option '--no-config' takes no value", "--no-c=yes");
	assert_refused("option '--help' takes no value", "--help=x");
}

static void abbreviation__of_one_option__is_taken(void **state)
{
	(void)state;
	assert_ok("--num", "--del", "3", "--max=7", "--u=5");
	assert_true(options.numeric);
	assert_true(options.delay_s == 3);
	assert_int_equal(options.max_rows, 7);
	assert_string_equal(options.filterspec.text[FILTER_UID], "5");
}

static void abbreviation__of_several__is_refused_with_their_names(void **state)
{
	(void)state;
	assert_refused("option '--p' is ambiguous: --pid, --port, --pane", "--p", "5");
	assert_refused("option '--p' is ambiguous: --pid, --port, --pane", "--p=5");
	assert_refused("option '--d' is ambiguous: --duration, --delay", "--d");
	assert_refused("option '--co' is ambiguous: --comm, --columns, --color, --config", "--co",
		       "x");
}

static void argument__that_is_no_option__is_refused(void **state)
{
	(void)state;
	assert_refused("unexpected argument 'x'", "x");
	assert_refused("unexpected argument 'x'", "--once", "x", "-n");
	assert_refused("unexpected argument '-'", "-");
	assert_refused("unexpected argument ''", "");
	assert_refused("unexpected argument '--once'", "-n", "--", "--once");
	assert_refused("unexpected argument 'a\\eb'", "a\033b");
	assert_ok("-n", "--");
	assert_true(options.numeric);
}

static void table__rows__are_complete_and_unique(void **state)
{
	(void)state;
	assert_non_null(option_specs[0].group);
	for (size_t i = 0; i < n_option_specs; i++) {
		const struct option_spec *spec = &option_specs[i];

		assert_non_null(spec->name);
		assert_non_null(spec->parse);
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(spec->name, option_specs[k].name);
			/* Another name of a row shares its letter. */
			if (spec->help && spec->letter)
				assert_int_not_equal(spec->letter, option_specs[k].letter);
		}
		if (!spec->help)
			assert_ptr_equal(spec->parse, option_specs[i - 1].parse);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help_and_version__in_any_mode__win),
		cmocka_unit_test(help__wrong_option_before_it__is_refused),
		cmocka_unit_test(option__unknown__is_named),
		cmocka_unit_test(option__without_its_value__is_named),
		cmocka_unit_test(option__with_a_value_it_does_not_take__is_named),
		cmocka_unit_test(abbreviation__of_one_option__is_taken),
		cmocka_unit_test(abbreviation__of_several__is_refused_with_their_names),
		cmocka_unit_test(argument__that_is_no_option__is_refused),
		cmocka_unit_test(table__rows__are_complete_and_unique),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
