/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_PARSE_H
#define CONNTOP_TEST_PARSE_H

/* The command line as the test gives it. For one test program each; after cmocka.h. */
#include <errno.h>
#include <string.h>
#include "options.h"

#define ARGS_MAX  24
#define ERROR_CAP 256

static struct options options; /* of the last parse() */
static char error[ERROR_CAP];

/* Parses those arguments, NULL at their end. */
static inline int parse_list(const char *const *args)
{
	char *argv[ARGS_MAX + 2] = { (char *)"conntop" };
	int argc = 1;

	memset(&options, 0xa5, sizeof(options));
	error[0] = '\0';
	for (; args[argc - 1]; argc++) {
		assert_true(argc <= ARGS_MAX);
		argv[argc] = (char *)args[argc - 1];
	}
	return options_parse(&options, NULL, argc, argv, error, sizeof(error));
}

#define parse(...)     parse_list((const char *const[]){ __VA_ARGS__, NULL })
#define assert_ok(...) assert_int_equal(parse(__VA_ARGS__), 0)
#define assert_refused(sentence, ...)                          \
	do {                                                   \
		assert_int_equal(parse(__VA_ARGS__), -EINVAL); \
		assert_string_equal(error, sentence);          \
	} while (0)
/* Where the sentence is another module's: it names the value. */
#define assert_refused_naming(value, ...)                      \
	do {                                                   \
		assert_int_equal(parse(__VA_ARGS__), -EINVAL); \
		assert_non_null(strstr(error, value));         \
	} while (0)

#endif
