/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What formats and kinds of events are called. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "export.h"

static void format_parse__known_names__are_taken(void **state)
{
	enum export_format format = EXPORT_TEXT;

	(void)state;
	assert_int_equal(export_format_parse("json", &format), 0);
	assert_int_equal(format, EXPORT_JSON);
	assert_int_equal(export_format_parse("csv", &format), 0);
	assert_int_equal(format, EXPORT_CSV);
	assert_int_equal(export_format_parse("text", &format), 0);
	assert_int_equal(format, EXPORT_TEXT);
}

static void format_parse__unknown_name__is_refused(void **state)
{
	enum export_format format = EXPORT_CSV;

	(void)state;
	assert_int_equal(export_format_parse("xml", &format), -EINVAL);
	assert_int_equal(export_format_parse("", &format), -EINVAL);
	assert_int_equal(export_format_parse("jso", &format), -EINVAL);
	assert_int_equal(format, EXPORT_CSV);
}

static void format_of_path__ending__decides(void **state)
{
	enum export_format format = EXPORT_TEXT;

	(void)state;
	assert_int_equal(export_format_of_path("/a.csv/b.json", &format), 0);
	assert_int_equal(format, EXPORT_JSON);
	assert_int_equal(export_format_of_path("x.CSV", &format), 0);
	assert_int_equal(format, EXPORT_CSV);
	assert_int_equal(export_format_of_path("a.json.txt", &format), 0);
	assert_int_equal(format, EXPORT_TEXT);
}

static void format_of_path__no_known_ending__is_refused(void **state)
{
	enum export_format format;

	(void)state;
	assert_int_equal(export_format_of_path("json", &format), -EINVAL);
	assert_int_equal(export_format_of_path("a.json/b", &format), -EINVAL);
	assert_int_equal(export_format_of_path("a.", &format), -EINVAL);
	assert_int_equal(export_format_of_path("", &format), -EINVAL);
}

static void kinds__names__are_bits(void **state)
{
	unsigned exec = 1U << EVENT_EXEC, exit = 1U << EVENT_EXIT, connect = 1U << EVENT_CONNECT;
	unsigned accept = 1U << EVENT_ACCEPT, close = 1U << EVENT_CLOSE;
	char error[128];
	unsigned kinds = 0;

	(void)state;
	assert_int_equal(stream_kinds_parse("exec", &kinds, error, sizeof(error)), 0);
	assert_int_equal(kinds, exec);
	assert_int_equal(stream_kinds_parse("close,connect", &kinds, error, sizeof(error)), 0);
	assert_int_equal(kinds, connect | close);
	assert_int_equal(stream_kinds_parse("all", &kinds, error, sizeof(error)), 0);
	assert_int_equal(kinds, exec | exit | connect | accept | close);
	assert_int_equal(stream_kinds_parse("exit,accept", &kinds, error, sizeof(error)), 0);
	assert_int_equal(kinds, exit | accept);
	assert_int_equal(stream_kinds_parse("exec,exec", &kinds, error, sizeof(error)), 0);
	assert_int_equal(kinds, exec);
}

static void kinds__unknown_name__is_named(void **state)
{
	char error[128], small[10];
	unsigned kinds = 77;

	(void)state;
	assert_int_equal(stream_kinds_parse("exec,op\ten", &kinds, error, sizeof(error)), -EINVAL);
	assert_string_equal(error,
			    "unknown event kind 'op\\ten': known are exec, exit, connect, accept, "
			    "close and all");
	assert_int_equal(stream_kinds_parse("open", &kinds, error, sizeof(error)), -EINVAL);
	assert_int_equal(stream_kinds_parse("sample", &kinds, error, sizeof(error)), -EINVAL);
	assert_int_equal(stream_kinds_parse("", &kinds, error, sizeof(error)), -EINVAL);
	assert_int_equal(stream_kinds_parse("exec,", &kinds, error, sizeof(error)), -EINVAL);
	assert_int_equal(stream_kinds_parse("exe", &kinds, small, sizeof(small)), -EINVAL);
	assert_string_equal(small, "unknown e");
	assert_int_equal(kinds, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(format_parse__known_names__are_taken),
		cmocka_unit_test(format_parse__unknown_name__is_refused),
		cmocka_unit_test(format_of_path__ending__decides),
		cmocka_unit_test(format_of_path__no_known_ending__is_refused),
		cmocka_unit_test(kinds__names__are_bits),
		cmocka_unit_test(kinds__unknown_name__is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
