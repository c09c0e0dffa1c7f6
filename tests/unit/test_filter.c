/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The predicate that the kernel and the reader share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "filter.h"

static struct filter filter; /* too big for comfort on the stack; zeroed before each test */

static int setup(void **state)
{
	(void)state;
	memset(&filter, 0, sizeof(filter));
	return 0;
}

static bool match(uint32_t pid, uint32_t uid, uint16_t lport, uint16_t rport)
{
	const struct filter_subject subject = { pid, uid, lport, rport, 1 };

	return filter_match(&filter, &subject);
}

static bool match_exec(uint32_t pid, uint32_t uid)
{
	const struct filter_subject subject = { .pid = pid, .uid = uid };

	return filter_match(&filter, &subject);
}

static void set_port(__u64 *words, uint16_t port)
{
	words[port / 64] |= (__u64)1 << (port % 64);
}

/* The set of the n numbers 10, 20, 30 .. */
static void fill_tens(struct filter_numbers *set, uint32_t n)
{
	memset(set, 0xff, sizeof(*set)); /* FILTER_NUMBERS_END everywhere */
	set->n = n;
	for (uint32_t i = 0; i < n; i++)
		set->values[i] = 10 * (i + 1);
}

static void numbers_has__every_size__finds_exactly_its_values(void **state)
{
	struct filter_numbers set;

	(void)state;
	for (uint32_t n = 0; n <= FILTER_NUMBERS_MAX; n++) {
		fill_tens(&set, n);
		for (uint32_t i = 1; i <= n; i++) {
			assert_true(filter_numbers_has(&set, 10 * i));
			assert_false(filter_numbers_has(&set, 10 * i - 1));
			assert_false(filter_numbers_has(&set, 10 * i + 1));
		}
		assert_false(filter_numbers_has(&set, 0));
		assert_false(filter_numbers_has(&set, 10 * (n + 1)));
	}
}

static void numbers_has__extreme_values__are_found(void **state)
{
	struct filter_numbers set;

	(void)state;
	memset(&set, 0xff, sizeof(set));
	set.n = 2;
	set.values[0] = 0;
	set.values[1] = FILTER_NUMBERS_END - 1;
	assert_true(filter_numbers_has(&set, 0));
	assert_true(filter_numbers_has(&set, FILTER_NUMBERS_END - 1));
	assert_false(filter_numbers_has(&set, 1));
	assert_false(filter_numbers_has(&set, FILTER_NUMBERS_END - 2));
}

static void match__zeroed_filter__lets_all_through(void **state)
{
	(void)state;
	assert_true(match(0, 0, 0, 0));
	assert_true(match(UINT32_MAX, UINT32_MAX, 65535, 65535));
	assert_true(match_exec(1, 0));
}

static void match__pid_set__lets_only_those_through(void **state)
{
	(void)state;
	fill_tens(&filter.pid.only, 3);
	assert_true(match_exec(10, 0));
	assert_true(match_exec(30, 0));
	assert_false(match_exec(11, 0));
	assert_false(match_exec(40, 0));
}

static void match__only_excluded__lets_the_others_through(void **state)
{
	(void)state;
	fill_tens(&filter.uid.not, 2);
	assert_false(match_exec(1, 10));
	assert_false(match_exec(1, 20));
	assert_true(match_exec(1, 0));
	assert_true(match_exec(10, 15));
}

static void match__wanted_and_excluded__exclusion_wins(void **state)
{
	(void)state;
	fill_tens(&filter.pid.only, 2);
	fill_tens(&filter.pid.not, 1);
	assert_false(match_exec(10, 0));
	assert_true(match_exec(20, 0));
	set_port(filter.port.only, 80);
	set_port(filter.port.only, 443);
	set_port(filter.port.not, 443);
	filter.port.has_only = 1;
	filter.port.has_not = 1;
	assert_true(match(20, 0, 1, 80));
	assert_false(match(20, 0, 1, 443));
	assert_false(match(20, 0, 80, 443));
	assert_false(match(20, 0, 443, 80));
}

/* All eight combinations of three dimensions: one that fails is enough. */
static void match__three_dimensions__all_must_agree(void **state)
{
	(void)state;
	fill_tens(&filter.pid.only, 1);
	fill_tens(&filter.uid.only, 1);
	set_port(filter.port.only, 443);
	filter.port.has_only = 1;
	for (unsigned bits = 0; bits < 8; bits++)
		assert_int_equal(match(bits & 1 ? 10 : 11, bits & 2 ? 10 : 11, 5000,
				       bits & 4 ? 443 : 444),
				 bits == 7);
}

static void match__pid_filter__does_not_judge_the_uid(void **state)
{
	(void)state;
	fill_tens(&filter.pid.only, 1);
	assert_true(match_exec(10, 4000));
	assert_false(match_exec(4000, 10));
}

static void match__exec__ignores_ports(void **state)
{
	(void)state;
	set_port(filter.port.only, 443);
	filter.port.has_only = 1;
	assert_true(match_exec(1, 0));
	assert_false(match(1, 0, 0, 0));
	set_port(filter.port.not, 0);
	filter.port.has_not = 1;
	assert_true(match_exec(1, 0));
}

/* Each port alone, wanted and then excluded, against itself and its neighbours, on either end. */
static void match__every_port__is_judged_on_either_end(void **state)
{
	struct filter_ports *ports = &filter.port;

	(void)state;
	for (uint32_t port = 0; port <= 65535; port++) {
		uint16_t next = (uint16_t)(port + 1), before = (uint16_t)(port - 1);

		set_port(ports->only, (uint16_t)port);
		ports->has_only = 1;
		assert_true(filter_ports_allow(ports, (uint16_t)port, next));
		assert_true(filter_ports_allow(ports, before, (uint16_t)port));
		assert_false(filter_ports_allow(ports, before, next));
		ports->only[port / 64] = 0;
		ports->has_only = 0;

		set_port(ports->not, (uint16_t)port);
		ports->has_not = 1;
		assert_false(filter_ports_allow(ports, (uint16_t)port, next));
		assert_false(filter_ports_allow(ports, before, (uint16_t)port));
		assert_true(filter_ports_allow(ports, before, next));
		ports->not [port / 64] = 0;
		ports->has_not = 0;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(numbers_has__every_size__finds_exactly_its_values, setup),
		cmocka_unit_test_setup(numbers_has__extreme_values__are_found, setup),
		cmocka_unit_test_setup(match__zeroed_filter__lets_all_through, setup),
		cmocka_unit_test_setup(match__pid_set__lets_only_those_through, setup),
		cmocka_unit_test_setup(match__only_excluded__lets_the_others_through, setup),
		cmocka_unit_test_setup(match__wanted_and_excluded__exclusion_wins, setup),
		cmocka_unit_test_setup(match__three_dimensions__all_must_agree, setup),
		cmocka_unit_test_setup(match__pid_filter__does_not_judge_the_uid, setup),
		cmocka_unit_test_setup(match__exec__ignores_ports, setup),
		cmocka_unit_test_setup(match__every_port__is_judged_on_either_end, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
