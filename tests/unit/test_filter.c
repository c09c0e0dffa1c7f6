/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The predicate that the kernel and the reader share. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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
	const struct filter_subject subject = {
		.pid = pid, .uid = uid, .has_conn = 1, .ip = 4, .lport = lport, .rport = rport
	};

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

/* --- descendants ------------------------------------------------------------------------------ */

static bool match_followed(uint32_t pid, uint32_t followed)
{
	const struct filter_subject subject = { .pid = pid, .followed = followed };

	return filter_match(&filter, &subject);
}

static void match__follow__lets_descendants_through_too(void **state)
{
	(void)state;
	fill_tens(&filter.pid.only, 1);
	assert_false(match_followed(11, 1)); /* nobody asked for them */
	filter.follow = 1;
	assert_true(match_followed(10, 0));
	assert_true(match_followed(11, 1));
	assert_false(match_followed(11, 0));
	filter.uid.only = filter.pid.only; /* not theirs */
	assert_false(match_followed(11, 1));
}

static void match__follow__exclusion_wins(void **state)
{
	(void)state;
	filter.follow = 1;
	fill_tens(&filter.pid.only, 1);
	fill_tens(&filter.pid.not, 2);
	assert_false(match_followed(20, 1));
	assert_true(match_followed(21, 1));
}

static void match__follow_without_pids__lets_all_through(void **state)
{
	(void)state;
	filter.follow = 1;
	assert_true(match_followed(1, 0));
	fill_tens(&filter.pid.not, 1);
	assert_true(match_followed(1, 0));
	assert_false(match_followed(10, 0));
}

/* --- addresses -------------------------------------------------------------------------------- */

static void add_net(struct filter_nets *nets, uint32_t ip, const char *addr, const char *mask)
{
	struct filter_net *net = &nets->nets[nets->n++];
	int family = ip == 4 ? AF_INET : AF_INET6;

	net->ip = ip;
	assert_int_equal(inet_pton(family, addr, net->addr), 1);
	assert_int_equal(inet_pton(family, mask, net->mask), 1);
}

static bool match_ends(uint32_t ip, const char *laddr, const char *raddr)
{
	struct filter_subject subject = { .has_conn = 1, .ip = ip };
	int family = ip == 4 ? AF_INET : AF_INET6;

	assert_int_equal(inet_pton(family, laddr, subject.laddr), 1);
	assert_int_equal(inet_pton(family, raddr, subject.raddr), 1);
	return filter_match(&filter, &subject);
}

static void match__prefix__is_judged_on_either_end(void **state)
{
	(void)state;
	add_net(&filter.addr.only, 4, "10.0.0.0", "255.0.0.0");
	assert_true(match_ends(4, "10.255.255.255", "192.0.2.1"));
	assert_true(match_ends(4, "192.0.2.1", "10.0.0.0"));
	assert_false(match_ends(4, "11.0.0.0", "9.255.255.255"));
}

/* The first word is the same: IPv4 is not IPv6 all the same. */
static void match__prefix__is_of_one_family(void **state)
{
	(void)state;
	add_net(&filter.addr.only, 4, "10.0.0.0", "255.0.0.0");
	assert_false(match_ends(6, "a00::1", "a00::2"));
	add_net(&filter.addr.only, 6, "::", "::");
	assert_true(match_ends(6, "a00::1", "a00::2"));
	assert_false(match_ends(4, "11.0.0.0", "12.0.0.0"));
}

static void match__ipv6_prefix__is_judged_in_every_word(void **state)
{
	(void)state;
	add_net(&filter.addr.only, 6, "2001:db8:1:2:3:4:5:0",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:0");
	assert_true(match_ends(6, "::1", "2001:db8:1:2:3:4:5:6"));
	assert_false(match_ends(6, "::1", "2001:db9:1:2:3:4:5:6"));
	assert_false(match_ends(6, "::1", "2001:db8:1:1:3:4:5:6"));
	assert_false(match_ends(6, "::1", "2001:db8:1:2:3:5:5:6"));
	assert_false(match_ends(6, "::1", "2001:db8:1:2:3:4:4:6"));
}

static void match__prefixes__exclusion_wins_and_execs_pass(void **state)
{
	(void)state;
	add_net(&filter.addr.only, 4, "10.0.0.0", "255.0.0.0");
	add_net(&filter.addr.not, 4, "10.1.0.0", "255.255.0.0");
	assert_true(match_ends(4, "10.2.0.1", "192.0.2.1"));
	assert_false(match_ends(4, "10.2.0.1", "10.1.0.1"));
	assert_false(match_ends(4, "192.0.2.1", "192.0.2.1"));
	assert_true(match_exec(1, 0));
	filter.addr.only.n = 0;
	assert_true(match_ends(4, "192.0.2.1", "192.0.2.1"));
	assert_false(match_ends(4, "10.1.0.1", "192.0.2.1"));
}

static void match__as_many_prefixes_as_fit__the_last_counts(void **state)
{
	(void)state;
	for (int i = 0; i < FILTER_NETS_MAX; i++) {
		char addr[32];

		snprintf(addr, sizeof(addr), "10.0.0.%d", i);
		add_net(&filter.addr.only, 4, addr, "255.255.255.255");
	}
	assert_true(match_ends(4, "10.0.0.0", "192.0.2.1"));
	filter.addr.only.nets[FILTER_NETS_MAX - 1].addr[0] = inet_addr("192.0.2.1");
	assert_true(match_ends(4, "10.9.9.9", "192.0.2.1"));
	assert_false(match_ends(4, "10.9.9.9", "192.0.2.2"));
}

static void match__family__is_judged_of_connections_only(void **state)
{
	(void)state;
	filter.families = 1 << 4;
	assert_true(match_ends(4, "10.0.0.1", "10.0.0.2"));
	assert_false(match_ends(6, "::1", "::1"));
	assert_true(match_exec(1, 0));
	filter.families = 1 << 6;
	assert_false(match_ends(4, "10.0.0.1", "10.0.0.2"));
	assert_true(match_ends(6, "::1", "::1"));
	filter.families = 1 << 4 | 1 << 6;
	assert_true(match_ends(4, "10.0.0.1", "10.0.0.2"));
	assert_true(match_ends(6, "::1", "::1"));
}

/* --- commands --------------------------------------------------------------------------------- */

/* "a*b" in the bits from `bit` on. */
static void write_a_star_b(struct filter_globs *globs, uint32_t word, int bit)
{
	globs->start[word] |= (__u64)1 << bit;
	globs->step['a'][word] |= (__u64)1 << bit;
	globs->loop[word] |= (__u64)1 << (bit + 1);
	globs->step['b'][word] |= (__u64)1 << (bit + 1);
	globs->final[word] |= (__u64)1 << (bit + 2);
	globs->n = word + 1;
}

static bool match_comm(const char *comm)
{
	struct filter_subject subject = { .pid = 1 };

	memcpy(subject.comm, comm, strlen(comm));
	return filter_match(&filter, &subject);
}

static void expect_a_star_b(void)
{
	assert_true(match_comm("ab"));
	assert_true(match_comm("axxb"));
	assert_true(match_comm("abab"));
	assert_true(match_comm("a12345678901234b")); /* without a NUL */
	assert_false(match_comm("a12345678901234c"));
	assert_false(match_comm("aba"));
	assert_false(match_comm("bab"));
	assert_false(match_comm("a"));
	assert_false(match_comm(""));
}

static void match__glob__judges_whole_names_wherever_its_bits_are(void **state)
{
	(void)state;
	for (uint32_t word = 0; word < FILTER_COMM_WORDS; word++) {
		for (int bit = 0; bit <= 61; bit += 61) {
			memset(&filter, 0, sizeof(filter));
			write_a_star_b(&filter.comm.only, word, bit);
			expect_a_star_b();
		}
	}
}

static void match__excluded_glob__wins(void **state)
{
	(void)state;
	write_a_star_b(&filter.comm.not, 0, 0);
	assert_false(match_comm("ab"));
	assert_true(match_comm("ac"));
	write_a_star_b(&filter.comm.only, 0, 0);
	assert_false(match_comm("ab"));
	assert_false(match_comm("ac"));
}

static void asks_owner__only_what_is_of_processes(void **state)
{
	(void)state;
	filter.port.has_only = 1;
	filter.families = 1 << 4;
	filter.addr.only.n = 1;
	assert_false(filter_asks_owner(&filter));
	filter.comm.not .n = 1;
	assert_true(filter_asks_owner(&filter));
	filter.comm.not .n = 0;
	filter.uid.only.n = 1;
	assert_true(filter_asks_owner(&filter));
}

/* Sets one thing after the other that a filter can ask, each alone. */
static void asks__any_one_thing__is_enough(void **state)
{
	__u32 *things[] = {
		&filter.pid.only.n,  &filter.pid.not .n,    &filter.uid.only.n,
		&filter.uid.not .n,  &filter.port.has_only, &filter.port.has_not,
		&filter.addr.only.n, &filter.addr.not .n,   &filter.comm.only.n,
		&filter.comm.not .n, &filter.families,
	};

	(void)state;
	assert_false(filter_asks(&filter));
	for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++) {
		*things[i] = 1 << 4;
		assert_true(filter_asks(&filter));
		*things[i] = 0;
	}
	filter.follow = 1; /* nobody is named whose descendants would follow */
	assert_false(filter_asks(&filter));
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
		cmocka_unit_test_setup(match__follow__lets_descendants_through_too, setup),
		cmocka_unit_test_setup(match__follow__exclusion_wins, setup),
		cmocka_unit_test_setup(match__follow_without_pids__lets_all_through, setup),
		cmocka_unit_test_setup(match__prefix__is_judged_on_either_end, setup),
		cmocka_unit_test_setup(match__prefix__is_of_one_family, setup),
		cmocka_unit_test_setup(match__ipv6_prefix__is_judged_in_every_word, setup),
		cmocka_unit_test_setup(match__prefixes__exclusion_wins_and_execs_pass, setup),
		cmocka_unit_test_setup(match__as_many_prefixes_as_fit__the_last_counts, setup),
		cmocka_unit_test_setup(match__family__is_judged_of_connections_only, setup),
		cmocka_unit_test_setup(match__glob__judges_whole_names_wherever_its_bits_are,
				       setup),
		cmocka_unit_test_setup(match__excluded_glob__wins, setup),
		cmocka_unit_test_setup(asks_owner__only_what_is_of_processes, setup),
		cmocka_unit_test_setup(asks__any_one_thing__is_enough, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
