/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_SPECS_H
#define CONNTOP_TEST_SPECS_H

/* One filter of the test's own, set and refused. After cmocka.h. */
#include <string.h>
#include "filterspec.h"

#define ERROR_CAP 256

static struct filterspec spec; /* zeroed before each test */

static int setup(void **state)
{
	(void)state;
	memset(&spec, 0, sizeof(spec));
	return 0;
}

static inline void assert_set(enum filter_dimension dimension, const char *text,
			      const char *canonical)
{
	char error[ERROR_CAP] = "untouched";

	assert_int_equal(filterspec_set(&spec, dimension, text, error, sizeof(error)), 0);
	assert_string_equal(spec.text[dimension], canonical);
	assert_string_equal(error, "untouched");
}

/* Refused, with that sentence, and not a byte of the spec is another one. */
static inline void assert_refused(enum filter_dimension dimension, const char *text, int err,
				  const char *sentence)
{
	static struct filterspec before;
	char error[ERROR_CAP] = "";

	memcpy(&before, &spec, sizeof(spec));
	assert_int_equal(filterspec_set(&spec, dimension, text, error, sizeof(error)), err);
	assert_string_equal(error, sentence);
	assert_memory_equal(&before, &spec, sizeof(spec));
}

#endif
