/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a filter says of rows. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "rows.h"

static struct filter filter;

static int clear_filter(void **state)
{
	(void)state;
	memset(&filter, 0, sizeof(filter));
	return 0;
}

/* An IPv4 prefix of 24 bits, or one address of IPv6. */
static void only_net(int ip, const char *addr)
{
	struct filter_net *net = &filter.addr.only.nets[filter.addr.only.n++];

	net->ip = ip;
	memset(net->mask, 0xff, ip == 6 ? 16 : 3);
	assert_int_equal(inet_pton(ip == 6 ? AF_INET6 : AF_INET, addr, net->addr), 1);
}

/* Names of just this. */
static void only_comm(const char *comm)
{
	struct filter_globs *globs = &filter.comm.only;

	globs->n = 1;
	globs->start[0] = 1;
	globs->final[0] = 1ULL << strlen(comm);
	for (size_t i = 0; comm[i]; i++)
		globs->step[(unsigned char)comm[i]][0] |= 1ULL << i;
}

static struct owner owner; /* of the connection */

static struct conn_row conn_row(struct conn_event event)
{
	struct conn_row row = { 0 };

	conn_row_fill(&row, &event, &owner);
	return row;
}

static struct conn_row usual(void)
{
	return conn_row(conn_record(EVENT_CONNECT, 7, T0_NS));
}

static struct exec_row *exec_row(void)
{
	struct exec_record exec = EXEC(T0_NS, 41213, "/bin/ls", "ls\0-l");
	struct exec_row *row = exec_row_new(&exec.event);

	assert_non_null(row);
	return row;
}

static void exec_row_match__each_dimension__is_judged_by_its_own(void **state)
{
	struct exec_row *row = exec_row();

	(void)state;
	assert_true(exec_row_match(row, &filter));
	only(&filter.pid, 41213);
	only(&filter.uid, 1000);
	only_comm("ls");
	filter.port.has_only = 1; /* no port at all: execs have none */
	filter.families = 1 << 6;
	only_net(4, "192.0.2.0");
	assert_true(exec_row_match(row, &filter));
	only(&filter.pid, 41200); /* its parent's */
	assert_false(exec_row_match(row, &filter));
	only(&filter.pid, 41213);
	only(&filter.uid, 1001); /* its gid */
	assert_false(exec_row_match(row, &filter));
	only(&filter.uid, 1000);
	row->owner.comm[1] = '\0';
	assert_false(exec_row_match(row, &filter));
	free(row);
}

static void exec_row_match__followed__is_let_through_for_its_ancestor(void **state)
{
	struct exec_row *row = exec_row();

	(void)state;
	only(&filter.pid, 1);
	row->owner.followed = true;
	assert_false(exec_row_match(row, &filter));
	filter.follow = 1;
	assert_true(exec_row_match(row, &filter));
	row->owner.followed = false;
	assert_false(exec_row_match(row, &filter));
	free(row);
}

static void conn_row_match__ports__are_local_or_remote(void **state)
{
	struct conn_row row = usual();

	(void)state;
	filter.port.has_only = 1;
	assert_false(conn_row_match(&row, &filter));
	only_port(&filter, 443);
	assert_true(conn_row_match(&row, &filter));
	filter.port.only[443 / 64] = 0;
	only_port(&filter, 49340);
	assert_true(conn_row_match(&row, &filter));
	filter.port.has_not = 1;
	filter.port.not [443 / 64] = 1ULL << 443 % 64;
	assert_false(conn_row_match(&row, &filter));
}

static void conn_row_match__addresses__are_local_or_remote(void **state)
{
	struct conn_row row = usual();
	struct conn_event event = conn_record(EVENT_CONNECT, 8, T0_NS);

	(void)state;
	only_net(4, "203.0.113.0");
	assert_false(conn_row_match(&row, &filter));
	only_net(4, "192.0.2.0");
	assert_true(conn_row_match(&row, &filter));
	filter.addr.only.n = 0;
	only_net(4, "10.0.2.0");
	assert_true(conn_row_match(&row, &filter));

	conn_set_ends(&event, 6, "fe80::1", 50000, "2001:db8::2", 8443);
	row = conn_row(event);
	assert_false(conn_row_match(&row, &filter));
	only_net(6, "2001:db8::2");
	assert_true(conn_row_match(&row, &filter));
}

static void conn_row_match__family__is_judged(void **state)
{
	struct conn_row row = usual();

	(void)state;
	filter.families = 1 << 6;
	assert_false(conn_row_match(&row, &filter));
	row.ip = 6;
	assert_true(conn_row_match(&row, &filter));
}

static void conn_row_match__owner__is_judged(void **state)
{
	struct conn_row row = usual();

	(void)state;
	only(&filter.pid, 41213);
	only(&filter.uid, 1000);
	assert_true(conn_row_match(&row, &filter));
	only(&filter.pid, 41214);
	assert_false(conn_row_match(&row, &filter));
	only(&filter.pid, 41213);
	only(&filter.uid, 0);
	assert_false(conn_row_match(&row, &filter));
}

static void conn_row_match__nobody_known__no_filter_on_owners_lets_it_through(void **state)
{
	struct conn_row row = usual();

	(void)state;
	memset(&owner, 0, sizeof(owner));
	only_port(&filter, 443); /* asks for no owner */
	assert_true(conn_row_match(&row, &filter));
	only(&filter.uid, 0); /* root's, by accident */
	assert_false(conn_row_match(&row, &filter));
	filter.uid.only.n = 0;
	filter.pid.not .n = 1; /* anybody but 41213 */
	memset(filter.pid.not .values, 0xff, sizeof(filter.pid.not .values));
	filter.pid.not .values[0] = 41213;
	assert_false(conn_row_match(&row, &filter));
}

static void conn_row_match__owner_is_a_guess__waits_until_it_is_known(void **state)
{
	struct conn_row row = usual();

	(void)state;
	row.flags = CONN_INHERITED | CONN_SHARED;
	assert_true(conn_row_match(&row, &filter));
	only(&filter.pid, 41213);
	assert_false(conn_row_match(&row, &filter));
	row.flags = CONN_INHERITED; /* only one process can accept it */
	assert_true(conn_row_match(&row, &filter));
	row.flags = CONN_INHERITED | CONN_SHARED;
	row.closed_ns = T0_NS; /* nobody ever did */
	assert_true(conn_row_match(&row, &filter));
}

static void process_row_match__filter_on_connections__does_not_apply(void **state)
{
	struct exit_event event = exit_record(T0_NS, 41213, "ls", 0, 0);
	struct process_row row = { 0 };

	(void)state;
	process_row_end(&row, &event);
	filter.port.has_only = 1;
	only(&filter.pid, 41213);
	only_comm("ls");
	assert_true(process_row_match(&row, &filter));
	only(&filter.pid, 1);
	assert_false(process_row_match(&row, &filter));
	filter.follow = 1;
	row.owner.followed = true;
	assert_true(process_row_match(&row, &filter));
}

static void listener_row_match__ends__are_the_local_one(void **state)
{
	struct listener_row row = { .owner = { .pid = 10, .uid = 33 }, .lport = 443, .ip = 4 };

	(void)state;
	inet_pton(AF_INET, "192.0.2.1", row.laddr);
	only_port(&filter, 443);
	only_net(4, "192.0.2.0");
	only(&filter.uid, 33);
	assert_true(listener_row_match(&row, &filter));
	row.lport = 80;
	assert_false(listener_row_match(&row, &filter));
	only_port(&filter, 0); /* the port of no remote end */
	assert_false(listener_row_match(&row, &filter));
	row.lport = 443;
	row.laddr[0] = 10;
	assert_false(listener_row_match(&row, &filter));
	only_net(4, "0.0.0.0"); /* its address */
	assert_false(listener_row_match(&row, &filter));
	row.laddr[0] = 192;
	row.owner.pid = 0;
	assert_false(listener_row_match(&row, &filter));
}

static void remote_row_match__nothing_counted__is_hidden(void **state)
{
	struct remote_row row = { .ip = 4, .rport = 443 };

	(void)state;
	assert_false(remote_row_match(&row, &filter));
	row.traffic.total = 1;
	assert_true(remote_row_match(&row, &filter));
	/* What was counted may have matched by its local end. */
	only_port(&filter, 49340);
	assert_true(remote_row_match(&row, &filter));
}

int main(void)
{
#define MATCH(name) cmocka_unit_test_setup(name, clear_filter)
	const struct CMUnitTest tests[] = {
		MATCH(exec_row_match__each_dimension__is_judged_by_its_own),
		MATCH(exec_row_match__followed__is_let_through_for_its_ancestor),
		MATCH(conn_row_match__ports__are_local_or_remote),
		MATCH(conn_row_match__addresses__are_local_or_remote),
		MATCH(conn_row_match__family__is_judged),
		MATCH(conn_row_match__owner__is_judged),
		MATCH(conn_row_match__nobody_known__no_filter_on_owners_lets_it_through),
		MATCH(conn_row_match__owner_is_a_guess__waits_until_it_is_known),
		MATCH(process_row_match__filter_on_connections__does_not_apply),
		MATCH(listener_row_match__ends__are_the_local_one),
		MATCH(remote_row_match__nothing_counted__is_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
