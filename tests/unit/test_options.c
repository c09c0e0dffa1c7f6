/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options: what each does, which values are refused, and in which words. */
#include <errno.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "parse.h"

static void parse__no_arguments__gives_the_defaults(void **state)
{
	static const struct filterspec empty;

	(void)state;
	assert_ok(NULL);
	assert_int_equal(options.mode, MODE_SCREEN);
	assert_memory_equal(&options.filterspec, &empty, sizeof(empty));
	assert_false(options.failed);
	assert_int_equal(options.stream_kinds, 0);
	assert_int_equal(options.format, EXPORT_TEXT);
	assert_null(options.output);
	assert_true(options.delay_s == 1);
	assert_true(options.duration_s == 0);
	assert_null(options.sort);
	assert_null(options.columns);
	assert_false(options.has_pane);
	assert_false(options.numeric);
	assert_false(options.ascii);
	assert_int_equal(options.color, COLOR_AUTO);
	assert_int_equal(options.max_rows, 50000);
	assert_string_equal(error, "");
}

static void parse__no_argv_at_all__gives_the_defaults(void **state)
{
	char *argv[] = { NULL };

	(void)state;
	assert_int_equal(options_parse(&options, NULL, 0, argv, error, sizeof(error)), 0);
	assert_int_equal(options.mode, MODE_SCREEN);
}

static void filters__short_long_and_alias__are_set(void **state)
{
	(void)state;
	assert_ok("-p", "41200,!7", "-u", "root", "-P443,8000-8010");
	assert_string_equal(options.filterspec.text[FILTER_PID], "41200,!7");
	assert_string_equal(options.filterspec.text[FILTER_UID], "root");
	assert_string_equal(options.filterspec.text[FILTER_PORT], "443,8000-8010");
	assert_int_equal(options.filterspec.filter.pid.only.values[0], 41200);
	assert_ok("--pid=1", "--user=1000", "--port", "22");
	assert_string_equal(options.filterspec.text[FILTER_PID], "1");
	assert_string_equal(options.filterspec.text[FILTER_UID], "1000");
	assert_string_equal(options.filterspec.text[FILTER_PORT], "22");
	assert_ok("--uid", "1001");
	assert_string_equal(options.filterspec.text[FILTER_UID], "1001");
}

static void filters__address_and_command__are_set(void **state)
{
	(void)state;
	assert_ok("-a", "10.0.0.0/8,!::1", "-c", "ssh*");
	assert_string_equal(options.filterspec.text[FILTER_ADDR], "10.0.0.0/8,!::1");
	assert_string_equal(options.filterspec.text[FILTER_COMM], "ssh*");
	assert_int_equal(options.filterspec.filter.addr.only.n, 1);
	assert_int_equal(options.filterspec.filter.comm.only.n, 1);
	assert_ok("--addr=::1", "--comm", "a\\,b", "-a", "::2", "--comm=c");
	assert_string_equal(options.filterspec.text[FILTER_ADDR], "::1,::2");
	assert_string_equal(options.filterspec.text[FILTER_COMM], "a\\,b,c");
	assert_refused("bad command 'x\\': a name; * ? [a-z] [!a-z] match, \\ before others", "-c",
		       "x\\");
}

static void families__alone_or_both__are_set(void **state)
{
	(void)state;
	assert_ok("-4");
	assert_int_equal(options.filterspec.filter.families, 1 << 4);
	assert_ok("--ipv6");
	assert_int_equal(options.filterspec.filter.families, 1 << 6);
	assert_ok("-46", "--ipv4");
	assert_int_equal(options.filterspec.filter.families, 1 << 4 | 1 << 6);
	assert_string_equal(options.filterspec.text[FILTER_IP], "4,6");
}

static void follow_and_failed__are_set_in_any_mode(void **state)
{
	(void)state;
	assert_ok("-f", "-p", "5");
	assert_int_equal(options.filterspec.filter.follow, 1);
	assert_false(options.failed);
	assert_ok("--once", "-p5", "--follow", "--failed");
	assert_int_equal(options.filterspec.filter.follow, 1);
	assert_true(options.failed);
	assert_ok("-x", "--stream=exec");
	assert_int_equal(options.filterspec.filter.follow, 0);
	assert_true(options.failed);
	/* Without PIDs it waits for some to be set. */
	assert_ok("-f");
	assert_int_equal(options.filterspec.filter.follow, 1);
}

static void filters__given_again__are_joined(void **state)
{
	(void)state;
	assert_ok("-p", "5", "-P", "80", "-p", "3, 4", "--pid=!9", "--uid", "0", "-u", "1");
	assert_string_equal(options.filterspec.text[FILTER_PID], "5,3,4,!9");
	assert_int_equal(options.filterspec.filter.pid.only.n, 3);
	assert_int_equal(options.filterspec.filter.pid.not .n, 1);
	assert_string_equal(options.filterspec.text[FILTER_PORT], "80");
	assert_string_equal(options.filterspec.text[FILTER_UID], "0,1");
}

static void filters__blank__is_no_filter(void **state)
{
	(void)state;
	assert_ok("-p", "", "-u", " ");
	assert_string_equal(options.filterspec.text[FILTER_PID], "");
	assert_ok("-p", "7", "-p", "");
	assert_string_equal(options.filterspec.text[FILTER_PID], "7");
}

static void filters__bad_values__are_refused(void **state)
{
	(void)state;
	assert_refused("bad PID '12x': a number from 1 to 4194304", "-p", "12x");
	assert_refused("bad PID '12x': a number from 1 to 4194304", "-p", "1", "-p", "12x");
	assert_refused("unknown user 'no-such-user'", "-u", "no-such-user");
	assert_refused("bad port '70000': a number from 0 to 65535, or a range LOW-HIGH", "--port",
		       "70000");
}

static void once__alone__watches_one_second(void **state)
{
	(void)state;
	assert_ok("--once");
	assert_int_equal(options.mode, MODE_ONCE);
	assert_true(options.duration_s == 1);
	assert_ok("--duration", "0.5", "--once");
	assert_int_equal(options.mode, MODE_ONCE);
	assert_true(options.duration_s == 0.5);
}

static void stream__kinds__are_a_set(void **state)
{
	(void)state;
	assert_ok("--stream", "exec");
	assert_int_equal(options.mode, MODE_STREAM);
	assert_int_equal(options.stream_kinds, 1U << EVENT_EXEC);
	assert_true(options.duration_s == 0);
	assert_ok("--stream=accept,exit");
	assert_int_equal(options.stream_kinds, 1U << EVENT_ACCEPT | 1U << EVENT_EXIT);
	assert_ok("--stream=exec,close");
	assert_int_equal(options.stream_kinds, 1U << EVENT_EXEC | 1U << EVENT_CLOSE);
	assert_ok("--stream", "exec", "--stream", "close");
	assert_int_equal(options.stream_kinds, 1U << EVENT_EXEC | 1U << EVENT_CLOSE);
	assert_refused_naming("nonsense", "--stream", "exec,nonsense");
	assert_refused_naming("", "--stream", "");
}

static void once_and_stream__together__are_refused_in_any_order(void **state)
{
	(void)state;
	assert_refused("--once and --stream exclude each other", "--once", "--stream", "exec");
	assert_refused("--once and --stream exclude each other", "--stream", "exec", "--once");
}

static void duration__in_any_mode__is_taken_when_in_range(void **state)
{
	(void)state;
	assert_ok("--duration=2.5");
	assert_int_equal(options.mode, MODE_SCREEN);
	assert_true(options.duration_s == 2.5);
	assert_ok("--stream", "all", "--duration", "3600");
	assert_true(options.duration_s == 3600);
	assert_ok("--duration", "1000000000");
	assert_true(options.duration_s == 1e9);
	assert_ok("--duration", ".001");
	assert_true(options.duration_s == 0.001);
	assert_refused("bad duration '0': seconds, from 0.001 to 1000000000", "--duration", "0");
	assert_refused("bad duration '1000000001': seconds, from 0.001 to 1000000000",
		       "--duration=1000000001");
}

static void format__with_once_or_stream__is_taken(void **state)
{
	(void)state;
	assert_ok("--once", "--format", "json", "-o", "out.json");
	assert_int_equal(options.format, EXPORT_JSON);
	assert_string_equal(options.output, "out.json");
	assert_ok("--format=csv", "--output", "-", "--stream=all");
	assert_int_equal(options.format, EXPORT_CSV);
	assert_string_equal(options.output, "-");
	assert_ok("--once", "--format", "text");
	assert_int_equal(options.format, EXPORT_TEXT);
	assert_refused("unknown format 'xml': text, json or csv", "--once", "--format", "xml");
	assert_refused("bad output file '': a name, or - for standard output", "--once", "-o", "");
}

static void format_and_output__on_screen__are_refused(void **state)
{
	(void)state;
	assert_refused("--format needs --once or --stream", "--format", "json");
	assert_refused("--format needs --once or --stream", "--format", "text");
	assert_refused("--output needs --once or --stream", "-o", "file");
	assert_refused("--output needs --once or --stream", "-o", "-", "--duration", "1");
}

static void delay__in_range__is_exact(void **state)
{
	(void)state;
	assert_ok("-d", "0.1");
	assert_true(options.delay_s == 0.1);
	assert_ok("--delay", "60");
	assert_true(options.delay_s == 60);
	assert_ok("-d2.75");
	assert_true(options.delay_s == 2.75);
	assert_ok("-d", "60.0000");
	assert_true(options.delay_s == 60);
	assert_ok("-d", "5.");
	assert_true(options.delay_s == 5);
}

static void delay__not_such_a_number__is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"0",
		"0.09",
		"60.01",
		"-1",
		"+1",
		" 1",
		"1 ",
		"1s",
		"0x1",
		"nan",
		"inf",
		"1e1",
		"1,5",
		"1.2.3",
		".",
		"NAN",
		"0x1p1",
		"99999999999999999999999999999999",
		"00000000000000001",
	};
	char sentence[ERROR_CAP];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(sentence, sizeof(sentence), "bad delay '%s': seconds, from 0.1 to 60",
			 bad[i]);
		assert_refused(sentence, "--delay", bad[i]);
	}
	assert_refused("bad delay '--once': seconds, from 0.1 to 60", "-d", "--once");
}

/* Where the decimal separator is a comma, options are still what they are in scripts. */
static void delay__locale_with_a_decimal_comma__still_takes_a_point(void **state)
{
	int err;

	(void)state;
	if (!setlocale(LC_NUMERIC, "de_DE.UTF-8") && !setlocale(LC_NUMERIC, "fr_FR.UTF-8")) {
		print_message("skipped: no locale with a decimal comma is installed\n");
		skip();
	}
	err = parse("-d", "0.5");
	setlocale(LC_NUMERIC, "C");
	assert_int_equal(err, 0);
	assert_true(options.delay_s == 0.5);
}

static void sort__column_with_or_without_sign__is_kept_as_given(void **state)
{
	(void)state;
	assert_ok("-s", "pid");
	assert_string_equal(options.sort, "pid");
	assert_ok("-s", "-pid");
	assert_string_equal(options.sort, "-pid");
	assert_ok("--sort=+rport");
	assert_string_equal(options.sort, "+rport");
}

static void sort__not_one_known_column__is_refused(void **state)
{
	(void)state;
	assert_refused_naming("nonsense", "-s", "nonsense");
	assert_refused_naming("nonsense", "-s", "-nonsense");
	assert_refused_naming("-pid", "-s", "--pid");
	assert_refused("bad sort '': one column, + or - before it for the direction", "-s", "");
	assert_refused("bad sort '-': one column, + or - before it for the direction", "-s", "-");
	assert_refused("bad sort 'pid,comm': one column, + or - before it for the direction",
		       "--sort", "pid,comm");
}

static void pane__by_name__is_focused(void **state)
{
	(void)state;
	assert_ok("--pane", "connections");
	assert_true(options.has_pane);
	assert_int_equal(options.pane, PANE_CONNECTIONS);
	assert_ok("--pane=execs");
	assert_true(options.has_pane);
	assert_int_equal(options.pane, PANE_EXECS);
	for (int i = 0; i < PANE_COUNT; i++) {
		assert_ok("--pane", panes[i].name);
		assert_int_equal(options.pane, i);
	}
	assert_ok("--pane", "execs", "--pane", "split");
	assert_false(options.has_pane);
	assert_refused("unknown pane 'sockets': one of execs, connections, processes, remotes, "
		       "listeners, split",
		       "--pane", "sockets");
	assert_refused(
		"unknown pane '': one of execs, connections, processes, remotes, listeners, split",
		"--pane", "");
}

static void columns__known_names__are_kept_as_given(void **state)
{
	(void)state;
	assert_ok("--columns", "pid,comm,rport");
	assert_string_equal(options.columns, "pid,comm,rport");
	assert_refused_naming("nonsense", "--columns", "pid,nonsense,rport");
	assert_int_equal(parse("--columns", ""), -EINVAL);
}

static void flags__short_together__are_set(void **state)
{
	(void)state;
	assert_ok("-n", "--ascii");
	assert_true(options.numeric);
	assert_true(options.ascii);
	assert_ok("-nd2", "--numeric");
	assert_true(options.numeric);
	assert_false(options.ascii);
	assert_true(options.delay_s == 2);
}

static void flags__yes_or_no__are_as_told(void **state)
{
	(void)state;
	assert_ok("--numeric", "--numeric=no", "--ascii=yes", "--failed=no", "-fp1", "--follow=no",
		  "--ipv4=no");
	assert_false(options.numeric);
	assert_true(options.ascii);
	assert_false(options.failed);
	assert_int_equal(options.filterspec.filter.follow, 0);
	assert_string_equal(options.filterspec.text[FILTER_IP], "");
	assert_refused("bad value '': yes or no", "--numeric=");
	assert_refused("bad value 'YES': yes or no", "--ipv6=YES");
}

static void color__three_words__are_taken(void **state)
{
	(void)state;
	assert_ok("--color", "always");
	assert_int_equal(options.color, COLOR_ALWAYS);
	assert_ok("--color=never");
	assert_int_equal(options.color, COLOR_NEVER);
	assert_ok("--color=never", "--color=auto");
	assert_int_equal(options.color, COLOR_AUTO);
	assert_refused("unknown color 'Red\\n': auto, always or never", "--color", "Red\n");
}

static void max_rows__in_range__is_taken(void **state)
{
	static const char *const bad[] = { "", "0", "10000001", "-1", "1.0", "1e3", "0x10", "5k" };
	char sentence[ERROR_CAP];

	(void)state;
	assert_ok("--max-rows", "1");
	assert_int_equal(options.max_rows, 1);
	assert_ok("--max-rows=10000000");
	assert_int_equal(options.max_rows, 10000000);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(sentence, sizeof(sentence),
			 "bad number of rows '%s': a number from 1 to 10000000", bad[i]);
		assert_refused(sentence, "--max-rows", bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse__no_arguments__gives_the_defaults),
		cmocka_unit_test(parse__no_argv_at_all__gives_the_defaults),
		cmocka_unit_test(filters__short_long_and_alias__are_set),
		cmocka_unit_test(filters__address_and_command__are_set),
		cmocka_unit_test(families__alone_or_both__are_set),
		cmocka_unit_test(follow_and_failed__are_set_in_any_mode),
		cmocka_unit_test(filters__given_again__are_joined),
		cmocka_unit_test(filters__blank__is_no_filter),
		cmocka_unit_test(filters__bad_values__are_refused),
		cmocka_unit_test(once__alone__watches_one_second),
		cmocka_unit_test(stream__kinds__are_a_set),
		cmocka_unit_test(once_and_stream__together__are_refused_in_any_order),
		cmocka_unit_test(duration__in_any_mode__is_taken_when_in_range),
		cmocka_unit_test(format__with_once_or_stream__is_taken),
		cmocka_unit_test(format_and_output__on_screen__are_refused),
		cmocka_unit_test(delay__in_range__is_exact),
		cmocka_unit_test(delay__not_such_a_number__is_refused),
		cmocka_unit_test(delay__locale_with_a_decimal_comma__still_takes_a_point),
		cmocka_unit_test(sort__column_with_or_without_sign__is_kept_as_given),
		cmocka_unit_test(sort__not_one_known_column__is_refused),
		cmocka_unit_test(pane__by_name__is_focused),
		cmocka_unit_test(columns__known_names__are_kept_as_given),
		cmocka_unit_test(flags__short_together__are_set),
		cmocka_unit_test(flags__yes_or_no__are_as_told),
		cmocka_unit_test(color__three_words__are_taken),
		cmocka_unit_test(max_rows__in_range__is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
