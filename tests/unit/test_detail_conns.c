/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pages of connections, remote ends and listeners, and tables of connections. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "pages.h"

static void take_many(size_t n)
{
	model_free(model);
	from.model = model = model_new(30000);
	for (size_t i = 1; i <= n; i++)
		take_conn(conn_record(EVENT_CONNECT, i, T0_NS));
}

/* How many lines can be chosen. */
static size_t count_choices(int what)
{
	size_t n = 0;

	for (size_t i = 0; i < page.n; i++)
		n += page.lines[i].choice && page.lines[i].what == what;
	return n;
}

/* --- connections ------------------------------------------------------------------------------ */

static void page__of_a_connection__has_all_that_is_known(void **state)
{
	(void)state;
	take_exec(EXEC(T0_NS - SECOND_NS, 41213, "/usr/bin/curl", "curl\0-s"));
	take_conn(conn_figures(EVENT_SAMPLE, 1, T0_NS, 2048, 500));
	open_row(PANE_CONNECTIONS, conn(1));
	expect_page("10.0.2.15:49340 -> 192.0.2.80:443",
		    "STATE: ESTAB\n"
		    "DIRECTION: out: opened by this side\n"
		    "LADDR: 10.0.2.15\n"
		    "LPORT: 49340\n"
		    "RADDR: 192.0.2.80\n"
		    "RPORT: 443\n"
		    "OPENED: 2026-11-21 14:02:11.150\n"
		    "TIME: 2026-11-21 14:02:11.168\n"
		    "IP: 4\n"
		    "PROTO: tcp\n"
		    "NETNS: 4026531840\n"
		    "  CONN    RTT RETR     TX     RX   TX/s   RX/s    AGE\n"
		    "  18ms   17ms    0   2.0K    500  24.4K   6.0K  100ms\n"
		    "Process\n"
		    "    PID USER     COMM         ARGS\n"
		    ">   41213 1000     curl         /usr/bin/curl -s\n"
		    "Remote\n"
		    "RADDR              RPORT  LIVE  CONNS FAILED\n"
		    "> 192.0.2.80           443     1      1      0\n");
}

static void page__of_a_failed_connection__says_why(void **state)
{
	(void)state;
	take_conn(conn_failure(1, T0_NS, -ECONNREFUSED));
	open_row(PANE_CONNECTIONS, conn(1));
	expect_line("STATE: CLOSED");
	expect_line("ERROR: ECONNREFUSED: Connection refused");
	assert_int_equal(page.lines[1].role, ROLE_WARNING);
	expect_line("CLOSED: 2026-11-21 14:02:11.250");
}

static void page__of_a_connection_that_came_in__leads_to_its_listener(void **state)
{
	(void)state;
	take_listener(listen_record(5, T0_NS, 1));
	take_conn(conn_incoming(EVENT_ACCEPT, 1, T0_NS));
	open_row(PANE_CONNECTIONS, conn(1));
	assert_string_equal(page.title, "10.0.2.15:443 <- 192.0.2.80:49340");
	expect_line("DIRECTION: in: opened by the other side");
	assert_false(page_has("Remote"));
	follow("0.0.0.0");
	assert_string_equal(page.title, "Listener 0.0.0.0:443");
}

static void page__of_a_connection__follows_it(void **state)
{
	const struct detail detail = { .kind = DETAIL_CONN, .id = 1 };

	(void)state;
	take_conn(conn_record(EVENT_CONNECT, 1, T0_NS));
	open_page(detail);
	expect_line("STATE: ESTAB");
	take_conn(conn_figures(EVENT_CLOSE, 1, T0_NS + SECOND_NS, 10, 3 << 20));
	page_clear(&page);
	detail_fill(&from, &detail, &page);
	expect_line("STATE: CLOSED");
	expect_line("  18ms   17ms    0     10   3.0M      0      0   1.1s");
}

static void page__of_an_ipv6_connection__has_its_ends_in_brackets(void **state)
{
	struct conn_event event = conn_record(EVENT_CONNECT, 1, T0_NS);

	(void)state;
	conn_set_ends(&event, 6, "2001:db8::1", 1000, "2001:db8:1:2:3:4:5:6", 443);
	take_conn(event);
	open_row(PANE_CONNECTIONS, conn(1));
	assert_string_equal(page.title, "[2001:db8::1]:1000 -> [2001:db8:1:2:3:4:5:6]:443");
	ctx.charset = CHARSET_UTF8;
	open_row(PANE_CONNECTIONS, conn(1));
	assert_string_equal(page.title, "[2001:db8::1]:1000 \u2192 [2001:db8:1:2:3:4:5:6]:443");
}

static void page__of_nobodys_connection__has_no_process(void **state)
{
	(void)state;
	take_conn(owned_by(0, conn_record(EVENT_CONNECT, 1, T0_NS)));
	open_row(PANE_CONNECTIONS, conn(1));
	assert_false(page_has("Process"));
	expect_line("Remote");
}

/* Only then its own row tells who that was. */
static void page__process_evicted__has_the_owner_as_fields(void **state)
{
	(void)state;
	model_free(model);
	from.model = model = model_new(1);
	take_conn(conn_record(EVENT_CLOSE, 1, T0_NS));
	take_exec(child_of(0, EXEC(T0_NS, 7, "/bin/a", "a")));
	open_row(PANE_CONNECTIONS, conn(1));
	expect_line("PID: 41213");
	expect_line("COMM: curl");
	assert_false(page_has("Process"));
}

/* --- remote ends ------------------------------------------------------------------------------ */

static void page__of_a_remote__has_its_connections(void **state)
{
	struct conn_event other = conn_record(EVENT_CONNECT, 3, T0_NS);

	(void)state;
	other.rport = 80;
	take_conn(conn_record(EVENT_CONNECT, 1, T0_NS));
	take_conn(owned_by(7, conn_figures(EVENT_CLOSE, 2, T0_NS, 1, 2)));
	take_conn(other);
	open_row(PANE_REMOTES, remote(443));
	expect_page(
		"Remote 192.0.2.80:443",
		"RADDR: 192.0.2.80\n"
		"RPORT: 443\n"
		"IP: 4\n"
		"TIME: 2026-11-21 14:02:11.150\n"
		" CONNS  LIVE FAILED LATENCY     TX     RX   TX/s   RX/s\n"
		"     2     1      0    18ms      1      2      0      0\n"
		"Connections: 1 live, 1 closed\n"
		"    PID USER     COMM         LPORT STATE           RTT     TX     RX   TX/s   "
		"RX/s    AGE\n"
		">   41213 1000     curl         49340 ESTAB             -      -      -      -    "
		"  "
		"-  100ms\n"
		">       7 1000     curl         49340 CLOSED         17ms      1      2      0    "
		"  "
		"0  100ms\n");
	follow("    7 1000");
	expect_line("STATE: CLOSED");
}

/* --- listeners -------------------------------------------------------------------------------- */

static struct listen_event listener_at(uint64_t id, int ip, const char *addr, uint16_t lport)
{
	struct listen_event listener = listen_record(id, T0_NS, 0);
	int parsed = inet_pton(ip == 6 ? AF_INET6 : AF_INET, addr, listener.laddr);

	assert_int_equal(parsed, 1);
	listener.ip = ip;
	listener.lport = lport;
	return listener;
}

static void page__of_a_listener__has_what_came_in(void **state)
{
	struct conn_event elsewhere = conn_incoming(EVENT_ACCEPT, 3, T0_NS);
	struct conn_event other = conn_incoming(EVENT_ACCEPT, 4, T0_NS);

	(void)state;
	elsewhere.netns++;
	other.lport = 80;
	take_listener(listen_record(5, T0_NS, 3));
	take_conn(owned_by(7, conn_incoming(EVENT_ACCEPT, 1, T0_NS)));
	take_conn(conn_record(EVENT_CONNECT, 2, T0_NS));
	take_conn(elsewhere);
	take_conn(other);
	open_row(PANE_LISTENERS, listener(5));
	assert_string_equal(page.title, "Listener 0.0.0.0:443");
	expect_line("OPENED: 2026-11-21 14:02:01.250");
	expect_line("      0    128        3      0  10.0s");
	expect_line("Connections: 1 live, 0 closed");
	assert_int_equal(count_choices(DETAIL_CONN), 1);
	follow("41213");
	assert_string_equal(page.title, "PID 41213 curl");
}

static void listener__of_one_address__takes_what_came_to_that(void **state)
{
	(void)state;
	take_listener(listener_at(5, 4, "10.0.2.15", 443));
	take_listener(listener_at(6, 4, "127.0.0.1", 443));
	take_listener(listener_at(7, 4, "0.0.0.0", 443));
	take_conn(conn_incoming(EVENT_ACCEPT, 1, T0_NS));
	open_row(PANE_LISTENERS, listener(5));
	assert_int_equal(count_choices(DETAIL_CONN), 1);
	open_row(PANE_LISTENERS, listener(6));
	assert_int_equal(count_choices(DETAIL_CONN), 0);
	open_row(PANE_CONNECTIONS, conn(1));
	assert_non_null(choice_with("10.0.2.15"));
}

static void listener__of_any_ipv6_address__takes_ipv4_too(void **state)
{
	(void)state;
	take_listener(listener_at(5, 6, "::", 443));
	take_listener(listener_at(6, 6, "2001:db8::1", 443));
	take_conn(conn_incoming(EVENT_ACCEPT, 1, T0_NS));
	open_row(PANE_LISTENERS, listener(5));
	assert_string_equal(page.title, "Listener [::]:443");
	assert_int_equal(count_choices(DETAIL_CONN), 1);
	open_row(PANE_LISTENERS, listener(6));
	assert_int_equal(count_choices(DETAIL_CONN), 0);
}

/* --- tables of connections -------------------------------------------------------------------- */

/* Choices of connections stand in this order. */
static void expect_order(const uint64_t *ids, size_t n)
{
	size_t at = 0;

	for (size_t i = 0; i < page.n; i++) {
		if (page.lines[i].what != DETAIL_CONN)
			continue;
		assert_true(at < n);
		assert_int_equal(page.lines[i].id, ids[at++]);
	}
	assert_int_equal(at, n);
}

static void table__of_connections__has_the_living_first_then_the_busy_then_the_new(void **state)
{
	static const uint64_t order[] = { 3, 4, 1, 5, 2 };

	(void)state;
	take_conn(conn_record(EVENT_CONNECT, 1, T0_NS - 2 * MS_NS));
	take_conn(conn_record(EVENT_CLOSE, 2, T0_NS - 2 * MS_NS));
	take_conn(conn_figures(EVENT_SAMPLE, 3, T0_NS, 0, 5000));
	take_conn(conn_record(EVENT_CONNECT, 4, T0_NS - MS_NS));
	take_conn(conn_record(EVENT_CLOSE, 5, T0_NS));
	open_row(PANE_PROCESSES, process(41213));
	expect_order(order, 5);
}

static void table__filter__leaves_out_what_it_turns_away(void **state)
{
	struct conn_event other = conn_record(EVENT_CONNECT, 2, T0_NS);

	(void)state;
	other.ip = 6;
	take_conn(conn_record(EVENT_CONNECT, 1, T0_NS));
	take_conn(other);
	filter.families = 1 << 4;
	open_row(PANE_PROCESSES, process(41213));
	expect_line("Connections: 1 live, 0 closed");
	assert_int_equal(count_choices(DETAIL_CONN), 1);
}

static void table__very_many__shows_some_and_counts_the_rest(void **state)
{
	(void)state;
	take_many(20000);
	open_row(PANE_PROCESSES, process(41213));
	expect_line("Connections: 20000 live, 0 closed");
	assert_int_equal(count_choices(DETAIL_CONN), 1000);
	expect_line("and 19000 more");
}

static void table__narrow__keeps_what_identifies(void **state)
{
	struct conn_event event = conn_record(EVENT_CONNECT, 1, T0_NS);

	(void)state;
	conn_set_ends(&event, 6, "2001:db8::1", 1000, "2001:db8:1111:2222:3333:4444:5555:6666",
		      443);
	take_conn(event);
	from.cols = 80;
	open_row(PANE_PROCESSES, process(41213));
	expect_line("RADDR                                     RPORT STATE          RX/s    AGE");
	expect_line("> 2001:db8:1111:2222:3333:4444:5555:6666      443 ESTAB             -  100ms");
	from.cols = 40;
	open_row(PANE_PROCESSES, process(41213));
	expect_line("RADDR              RPORT STATE");
	expect_line("> 2001:db8:1111:~      443 ESTAB");
}

static void table__no_room__is_harmless(void **state)
{
	(void)state;
	take_conn(conn_record(EVENT_CONNECT, 1, T0_NS));
	for (from.cols = -1; from.cols < 20; from.cols++) {
		open_row(PANE_PROCESSES, process(41213));
		assert_int_equal(count_choices(DETAIL_CONN), 1);
	}
}

/* --- what is gone ----------------------------------------------------------------------------- */

static void choice__of_a_row_that_was_evicted__is_none(void **state)
{
	struct page_line line = { .choice = true, .id = 99 };

	(void)state;
	for (line.what = DETAIL_NONE; line.what < DETAIL_KINDS; line.what++)
		assert_int_equal(detail_of_choice(&from, &line).kind, DETAIL_NONE);
}

static void page__of_what_is_gone__stays_empty(void **state)
{
	struct detail detail = { .id = 99 };

	(void)state;
	for (detail.kind = DETAIL_NONE; detail.kind < DETAIL_KINDS; detail.kind++) {
		open_page(detail);
		assert_false(detail_is_kept(&from, &detail));
		assert_int_equal(page.n, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PAGE_TEST(page__of_a_connection__has_all_that_is_known),
		PAGE_TEST(page__of_a_failed_connection__says_why),
		PAGE_TEST(page__of_a_connection_that_came_in__leads_to_its_listener),
		PAGE_TEST(page__of_a_connection__follows_it),
		PAGE_TEST(page__of_an_ipv6_connection__has_its_ends_in_brackets),
		PAGE_TEST(page__of_nobodys_connection__has_no_process),
		PAGE_TEST(page__process_evicted__has_the_owner_as_fields),
		PAGE_TEST(page__of_a_remote__has_its_connections),
		PAGE_TEST(page__of_a_listener__has_what_came_in),
		PAGE_TEST(listener__of_one_address__takes_what_came_to_that),
		PAGE_TEST(listener__of_any_ipv6_address__takes_ipv4_too),
		PAGE_TEST(table__of_connections__has_the_living_first_then_the_busy_then_the_new),
		PAGE_TEST(table__filter__leaves_out_what_it_turns_away),
		PAGE_TEST(table__very_many__shows_some_and_counts_the_rest),
		PAGE_TEST(table__narrow__keeps_what_identifies),
		PAGE_TEST(table__no_room__is_harmless),
		PAGE_TEST(choice__of_a_row_that_was_evicted__is_none),
		PAGE_TEST(page__of_what_is_gone__stays_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
