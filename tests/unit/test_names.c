/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of services and users are the C library's own. */
#include <arpa/inet.h>
#include <netdb.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "column.h"

static struct names *names;

static int set_up(void **state)
{
	(void)state;
	names = names_new(NULL);
	return names ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	names_free(names);
	return 0;
}

static void expect_service(uint16_t port)
{
	const struct servent *entry = getservbyport(htons(port), "tcp");
	const char *name = names_service(names, port);

	if (entry)
		assert_string_equal(name, entry->s_name);
	else
		assert_null(name);
}

/* All that are read at once are those that would be found one by one, and no others. */
static void names_service__any_port__is_as_getservbyport(void **state)
{
	(void)state;
	for (unsigned port = 0; port < 1100; port++)
		expect_service(port);
	for (unsigned port = 1100; port <= UINT16_MAX; port += 251)
		expect_service(port);
	expect_service(5432); /* in Debian's file */
	expect_service(UINT16_MAX);
}

static void names_service__asked_again__is_the_same(void **state)
{
	(void)state;
	assert_ptr_equal(names_service(names, 22), names_service(names, 22));
	assert_null(names_service(names, 0));
}

static void names_user__known_and_unknown__as_getpwuid(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		if (getpwuid(0))
			assert_string_equal(names_user(names, 0), getpwuid(0)->pw_name);
		if (!getpwuid(1234567))
			assert_null(names_user(names, 1234567));
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(names_service__any_port__is_as_getservbyport),
		TEST(names_service__asked_again__is_the_same),
		TEST(names_user__known_and_unknown__as_getpwuid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
