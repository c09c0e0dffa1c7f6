/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts that are looked for, and filters of rows: what matches, what is refused, what it shows. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "events.h"
#include "pane.h"
#include "search.h"

static struct model *model;
static struct list conns;
static struct filter any;

static struct view_context ctx = {
	.now_ns = T0_NS,
	.boot_to_wall_ns = T0_BOOT_TO_WALL_NS,
	.charset = CHARSET_UTF8,
};

static int set_up(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	model = model_new(100);
	list_init(&conns, &panes[PANE_CONNECTIONS]);
	return model ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	list_fini(&conns);
	model_free(model);
	return 0;
}

/* --- search_span ------------------------------------------------------------------------------ */

static void expect_span(const char *wanted, const char *text, size_t from, size_t at)
{
	struct search search;
	size_t len = 0;

	search_set(&search, wanted);
	assert_int_equal(search_span(&search, text, strlen(text), from, &len), at);
	if (at != SIZE_MAX)
		assert_int_equal(len, strlen(wanted));
}

static void search_span__small_letters__in_any_case(void **state)
{
	(void)state;
	expect_span("curl", "/usr/bin/CURL", 0, 9);
	expect_span("curl", "curl", 0, 0);
	expect_span("curl", "cur", 0, SIZE_MAX);
	expect_span("", "curl", 0, SIZE_MAX);
	expect_span("x", "", 0, SIZE_MAX);
}

static void search_span__capital__only_as_it_is(void **state)
{
	(void)state;
	expect_span("Curl", "curl Curl", 0, 5);
	expect_span("Curl", "curl CURL", 0, SIZE_MAX);
}

static void search_span__from__finds_the_next_ones(void **state)
{
	(void)state;
	expect_span("aa", "aaaa", 0, 0);
	expect_span("aa", "aaaa", 2, 2);
	expect_span("aa", "aaaa", 3, SIZE_MAX);
	expect_span("aa", "aaaa", 9, SIZE_MAX);
	expect_span("AA", "AAAA", 2, 2);
}

static void search_span__utf8__whole_characters(void **state)
{
	(void)state;
	expect_span("\u00fc", "M\u00fcller", 0, 1);
	expect_span("\u00e4", "\u00fc", 0, SIZE_MAX);
}

static void search_set__too_long__is_cut(void **state)
{
	char text[2 * SEARCH_TEXT_MAX];
	struct search search;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	search_set(&search, text);
	assert_int_equal(search.len, SEARCH_TEXT_MAX - 1);
	assert_true(search_on(&search));
	search_set(&search, "");
	assert_false(search_on(&search));
}

/* --- row_filter_new --------------------------------------------------------------------------- */

static void expect_match(const char *filter_text, const char *cell, bool match)
{
	struct row_filter *filter;
	char error[128] = "";

	assert_int_equal(row_filter_new(filter_text, &filter, error, sizeof(error)), 0);
	assert_string_equal(error, "");
	assert_string_equal(row_filter_text(filter), filter_text);
	if (row_filter_match(filter, cell, strlen(cell)) != match)
		fail_msg("'%s' %s '%s'", filter_text, match ? "misses" : "matches", cell);
	row_filter_free(filter);
}

static void expect_refused(const char *text, const char *why)
{
	struct row_filter *filter = (void *)1;
	char error[128] = "";

	assert_int_equal(row_filter_new(text, &filter, error, sizeof(error)), -EINVAL);
	assert_null(filter);
	assert_string_equal(error, why);
}

static void row_filter_match__text__anywhere_in_a_cell(void **state)
{
	(void)state;
	expect_match("estab", "ESTAB", true);
	expect_match("ESTAb", "ESTAB", false);
	expect_match("a.c", "abc", false);
	expect_match("(", "f(x)", true);
	expect_match("/usr", "/usr/bin", true);
	expect_match("/", "/usr/bin", true);
}

static void row_filter_match__regex__is_posix_extended(void **state)
{
	(void)state;
	expect_match("/^10\\./", "10.0.2.15", true);
	expect_match("/^10\\./", "110.0.2.15", false);
	expect_match("/^(443|8[0-9]+)$/", "8080", true);
	expect_match("/^(443|8[0-9]+)$/", "18080", false);
	expect_match("/curl/", "CURL", true);
	expect_match("/Curl/", "CURL", false);
	expect_match("/\\Wcurl/", "/CURL", true); /* the W is no letter to be found */
	expect_match("/a{2,3}b/", "aab", true);
}

static void row_filter_match__nul_in_a_cell__is_seen_past(void **state)
{
	struct row_filter *filter;
	char error[128];

	(void)state;
	assert_int_equal(row_filter_new("/b$/", &filter, error, sizeof(error)), 0);
	assert_true(row_filter_match(filter, "a\0b", 3));
	assert_false(row_filter_match(filter, "a\0bc", 4));
	row_filter_free(filter);
	assert_int_equal(row_filter_new("b", &filter, error, sizeof(error)), 0);
	assert_true(row_filter_match(filter, "a\0b", 3));
	row_filter_free(filter);
}

static void row_filter_new__empty__is_none(void **state)
{
	struct row_filter *filter = (void *)1;
	char error[8];

	(void)state;
	assert_int_equal(row_filter_new("", &filter, error, sizeof(error)), 0);
	assert_null(filter);
	assert_string_equal(row_filter_text(filter), "");
}

static void row_filter_new__bad_expression__says_why(void **state)
{
	char text[SEARCH_TEXT_MAX + 1];

	(void)state;
	expect_refused("/(/", "Unmatched ( or \\(");
	expect_refused("/[a/", "Unmatched [, [^, [:, [., or [=");
	expect_refused("//", "the expression is empty");
	memset(text, 'x', sizeof(text));
	text[SEARCH_TEXT_MAX] = '\0';
	expect_refused(text, "too long: at most 255 bytes");
}

/* Each of these would hold the screen for minutes, or fill the memory. */
static void row_filter_new__costly_expression__is_refused(void **state)
{
	(void)state;
	expect_refused("/(.*)(.*)\\1\\2x/", "back-references are not supported");
	expect_refused("/((a{200}){200}){200}/", "too many repeats");
	expect_refused("/(a{,200}){,200}/", "too many repeats");
	expect_refused("/a{30000}/", "too many repeats");
	expect_match("/\\\\1{3}/", "\\111", true); /* a backslash, not a reference */
}

/* --- lists ------------------------------------------------------------------------------------ */

static void add_conn(uint64_t id, const char *comm, uint16_t rport, uint64_t rx_bytes)
{
	struct conn_event conn = conn_figures(EVENT_SAMPLE, id, T0_NS, 0, rx_bytes);

	memset(conn.head.comm, 0, sizeof(conn.head.comm));
	strcpy(conn.head.comm, comm);
	conn.rport = rport;
	assert_int_equal(model_apply(model, &conn.head, sizeof(conn)), 0);
}

static void filter_rows(const char *text)
{
	char error[128];

	assert_int_equal(list_filter_rows(&conns, text, error, sizeof(error)), 0);
	assert_int_equal(list_fill(&conns, model, &any, &ctx), 0);
}

static void expect_ids(const char *ids)
{
	char all[128] = "";

	for (size_t i = 0; i < conns.n; i++)
		sprintf(all + strlen(all), "%s%llu", i ? " " : "",
			(unsigned long long)table_id(list_row(&conns, i)));
	assert_string_equal(all, ids);
	assert_int_equal(conns.found, conns.n);
}

static void list_fill__row_filter__lists_rows_with_a_cell_as_shown(void **state)
{
	(void)state;
	add_conn(1, "curl", 443, 5 * 1024);
	add_conn(2, "ssh", 22, 100);
	add_conn(3, "sshd", 443, 100);
	list_choose_columns(&conns, "comm,rport,rx_bytes");
	filter_rows("ssh");
	expect_ids("3 2");
	assert_int_equal(conns.total, 3);
	filter_rows("/^5\\.0K$/"); /* with its unit */
	expect_ids("1");
	filter_rows("10.0.2.15"); /* not shown */
	expect_ids("");
	filter_rows("");
	expect_ids("3 2 1");
	assert_int_equal(conns.total, 3);
}

static void list_fill__row_filter__is_judged_anew(void **state)
{
	(void)state;
	add_conn(1, "curl", 443, 100);
	list_choose_columns(&conns, "comm,rx_bytes");
	filter_rows("/^7[0-9]$/");
	expect_ids("");
	add_conn(1, "curl", 443, 70);
	assert_int_equal(list_fill(&conns, model, &any, &ctx), 0);
	expect_ids("1");
}

static void list_fill__names__are_what_matches(void **state)
{
	(void)state;
	add_conn(1, "curl", 443, 0);
	list_choose_columns(&conns, "rport");
	ctx.names = names_new(NULL);
	assert_non_null(ctx.names);
	filter_rows("https");
	expect_ids("1");
	ctx.numeric = true;
	filter_rows("https");
	expect_ids("");
	filter_rows("443");
	expect_ids("1");
	names_free(ctx.names);
	ctx.names = NULL;
	ctx.numeric = false;
}

static void list_filter_rows__refused__the_old_one_stays(void **state)
{
	char error[128];

	(void)state;
	add_conn(1, "curl", 443, 0);
	add_conn(2, "ssh", 22, 0);
	filter_rows("ssh");
	assert_int_equal(list_filter_rows(&conns, "/(/", error, sizeof(error)), -EINVAL);
	assert_string_equal(row_filter_text(conns.row_filter), "ssh");
	assert_int_equal(list_fill(&conns, model, &any, &ctx), 0);
	expect_ids("2");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(search_span__small_letters__in_any_case),
		TEST(search_span__capital__only_as_it_is),
		TEST(search_span__from__finds_the_next_ones),
		TEST(search_span__utf8__whole_characters),
		TEST(search_set__too_long__is_cut),
		TEST(row_filter_match__text__anywhere_in_a_cell),
		TEST(row_filter_match__regex__is_posix_extended),
		TEST(row_filter_match__nul_in_a_cell__is_seen_past),
		TEST(row_filter_new__empty__is_none),
		TEST(row_filter_new__bad_expression__says_why),
		TEST(row_filter_new__costly_expression__is_refused),
		TEST(list_fill__row_filter__lists_rows_with_a_cell_as_shown),
		TEST(list_fill__row_filter__is_judged_anew),
		TEST(list_fill__names__are_what_matches),
		TEST(list_filter_rows__refused__the_old_one_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
