/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses and prefixes in filter expressions: what they become, what is refused. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "specs.h"

#define HINT ": an IPv4 or IPv6 address, alone or with /PREFIX"

/* Whether a connection between these ends gets through. */
static bool allows(const char *laddr, const char *raddr)
{
	struct filter_subject subject = { .has_conn = 1 };
	int family = strchr(laddr, ':') ? AF_INET6 : AF_INET;

	subject.ip = family == AF_INET ? 4 : 6;
	assert_int_equal(inet_pton(family, laddr, subject.laddr), 1);
	assert_int_equal(inet_pton(family, raddr, subject.raddr), 1);
	return filter_match(&spec.filter, &subject);
}

static void check_net(const struct filter_net *net, uint32_t ip, const char *addr, const char *mask)
{
	struct filter_net wanted = { .ip = ip };
	int family = ip == 4 ? AF_INET : AF_INET6;

	assert_int_equal(inet_pton(family, addr, wanted.addr), 1);
	assert_int_equal(inet_pton(family, mask, wanted.mask), 1);
	assert_memory_equal(net, &wanted, sizeof(wanted));
}

static void set__addresses__are_prefixes_of_all_their_bits(void **state)
{
	const struct filter_addrs *addrs = &spec.filter.addr;

	(void)state;
	assert_set(FILTER_ADDR, "10.1.2.3 !2001:DB8::0:1", "10.1.2.3,!2001:db8::1");
	assert_int_equal(addrs->only.n, 1);
	check_net(&addrs->only.nets[0], 4, "10.1.2.3", "255.255.255.255");
	assert_int_equal(addrs->not .n, 1);
	check_net(&addrs->not .nets[0], 6, "2001:db8::1",
		  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	assert_set(FILTER_ADDR, "10.1.2.3/32,::1/128", "10.1.2.3,::1");
}

static void set__bits_beyond_the_prefix__are_cleared(void **state)
{
	const struct filter_nets *nets = &spec.filter.addr.only;

	(void)state;
	assert_set(FILTER_ADDR, "10.255.2.3/9,fe80::1:2/10,2001:db8:ffff::/33,1.2.3.4/0,::5/0",
		   "10.128.0.0/9,fe80::/10,2001:db8:8000::/33,0.0.0.0/0,::/0");
	check_net(&nets->nets[0], 4, "10.128.0.0", "255.128.0.0");
	check_net(&nets->nets[1], 6, "fe80::", "ffc0::");
	check_net(&nets->nets[2], 6, "2001:db8:8000::", "ffff:ffff:8000::");
	check_net(&nets->nets[3], 4, "0.0.0.0", "0.0.0.0");
	check_net(&nets->nets[4], 6, "::", "::");
}

/* Every prefix length: the last bit that it holds counts, and the next does not. */
static void set__every_prefix__judges_by_its_bits(void **state)
{
	(void)state;
	for (unsigned prefix = 1; prefix <= 128; prefix++) {
		struct filter_subject subject = { .has_conn = 1, .ip = 6 };
		uint8_t addr[16] = { 0 };
		char text[16];

		snprintf(text, sizeof(text), "::/%u", prefix);
		assert_int_equal(filterspec_set(&spec, FILTER_ADDR, text, NULL, 0), 0);
		memset(subject.laddr, 0xff, sizeof(subject.laddr));
		if (prefix < 128)
			addr[prefix / 8] = 0x80 >> prefix % 8;
		memcpy(subject.raddr, addr, sizeof(addr));
		assert_true(filter_match(&spec.filter, &subject));
		addr[(prefix - 1) / 8] |= 0x80 >> (prefix - 1) % 8;
		memcpy(subject.raddr, addr, sizeof(addr));
		assert_false(filter_match(&spec.filter, &subject));
	}
}

static void set__mapped_ipv4__is_ipv4(void **state)
{
	(void)state;
	assert_set(FILTER_ADDR, "::ffff:10.1.2.3,::FFFF:a01:0/112", "10.1.2.3,10.1.0.0/16");
	check_net(&spec.filter.addr.only.nets[1], 4, "10.1.0.0", "255.255.0.0");
	assert_set(FILTER_ADDR, "::ffff:0:0/96", "0.0.0.0/0");
	assert_true(allows("127.0.0.1", "127.0.0.1"));
	assert_false(allows("::1", "::1"));
	/* Wider than IPv4, and what only looks alike, is IPv6. */
	assert_set(FILTER_ADDR, "::ffff:1.2.3.4/95", "::fffe:0:0/95");
	assert_set(FILTER_ADDR, "::fffe:1.2.3.4,1::ffff:102:304", "::fffe:102:304,1::ffff:102:304");
	assert_int_equal(spec.filter.addr.only.nets[0].ip, 6);
}

static void set__expressions__judge_either_end(void **state)
{
	(void)state;
	assert_set(FILTER_ADDR, "10.0.0.0/8,192.0.2.80,2001:db8::/32,!10.9.0.0/16",
		   "10.0.0.0/8,192.0.2.80,2001:db8::/32,!10.9.0.0/16");
	assert_true(allows("10.1.1.1", "8.8.8.8"));
	assert_true(allows("127.0.0.1", "192.0.2.80"));
	assert_true(allows("fd00::1", "2001:db8::5"));
	assert_false(allows("127.0.0.1", "192.0.2.81"));
	assert_false(allows("10.1.1.1", "10.9.1.1"));
	assert_false(allows("fd00::1", "2001:db9::5"));
}

static void set__duplicates__are_one_prefix(void **state)
{
	(void)state;
	assert_set(FILTER_ADDR, "10.0.0.0/8 10.1.0.0/8", "10.0.0.0/8,10.0.0.0/8");
	assert_int_equal(spec.filter.addr.only.n, 1);
}

static void set__bad_addresses__are_refused(void **state)
{
	static const char *const bad[] = {
		"",	     "10",	    "10.0.0",	   "10.0.0.0/33",
		"10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.256",
		"::1/129",   "::g",	    "1:2:3",	   "::1%lo",
		"[::1]",     "localhost",   "/8",	   "10.0.0.0/8/8",
		"010.0.0.1", "!::1",	    "10.0.0.1-5",  "0x0a.0.0.1",
	};
	char sentence[ERROR_CAP], text[64];

	(void)state;
	assert_set(FILTER_ADDR, "::1,!10.0.0.0/8", "::1,!10.0.0.0/8");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "1.2.3.4,%s%s", bad[i][0] == '!' ? "!" : "", bad[i]);
		snprintf(sentence, sizeof(sentence), "bad address '%s'" HINT, bad[i]);
		assert_refused(FILTER_ADDR, text, -EINVAL, sentence);
	}
	assert_refused(FILTER_ADDR, "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb",
		       -EINVAL,
		       "bad address '1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb'" HINT);
}

static void set__more_prefixes_than_fit__is_refused(void **state)
{
	char text[16 * (FILTER_NETS_MAX + 1)], sentence[ERROR_CAP], last[16];
	size_t len = 0;

	(void)state;
	for (int i = 0; i < FILTER_NETS_MAX; i++)
		len += (size_t)sprintf(text + len, "%s10.0.0.%d", len ? "," : "", i);
	assert_set(FILTER_ADDR, text, text);
	assert_int_equal(spec.filter.addr.only.n, FILTER_NETS_MAX);
	snprintf(last, sizeof(last), "10.0.0.%d", FILTER_NETS_MAX - 1);
	assert_true(allows("127.0.0.1", last));
	strcpy(text + len, ",10.1.1.1");
	snprintf(sentence, sizeof(sentence),
		 "no room for address '10.1.1.1': a filter has at most %d addresses of a kind",
		 FILTER_NETS_MAX);
	assert_refused(FILTER_ADDR, text, -E2BIG, sentence);
	strcpy(text + len, ",!10.1.1.1"); /* has room of its own */
	assert_set(FILTER_ADDR, text, text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		TEST(set__addresses__are_prefixes_of_all_their_bits),
		TEST(set__bits_beyond_the_prefix__are_cleared),
		TEST(set__every_prefix__judges_by_its_bits),
		TEST(set__mapped_ipv4__is_ipv4),
		TEST(set__expressions__judge_either_end),
		TEST(set__duplicates__are_one_prefix),
		TEST(set__bad_addresses__are_refused),
		TEST(set__more_prefixes_than_fit__is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
