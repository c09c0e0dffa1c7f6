/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections of a process, of a remote end, of a listener. */
#include <string.h>
#include "detail_parts.h"

struct conns {
	struct detail_rows rows;
	size_t n_live;
};

static void conns_take(struct conns *conns, const struct detail_from *from,
		       const struct conn_row *conn)
{
	if (!conn_row_match(conn, from->filter))
		return;
	detail_rows_add(&conns->rows, conn, DETAIL_CONN);
	conns->n_live += !conn->closed_ns;
}

static int compare(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

/* The living first, the busiest of them on top; then the newest. */
static int compare_conns(const void *a, const void *b)
{
	const struct conn_row *left = ((const struct detail_row *)a)->row;
	const struct conn_row *right = ((const struct detail_row *)b)->row;
	int order = compare(!left->closed_ns, !right->closed_ns);

	if (!order && !left->closed_ns)
		order = compare(left->tx_rate + left->rx_rate, right->tx_rate + right->rx_rate);
	if (!order)
		order = compare(left->ts_ns, right->ts_ns);
	return order ? order : compare(left->id, right->id);
}

static void conns_show(struct conns *conns, const struct detail_from *from, struct page *page,
		       const struct detail_columns *columns)
{
	detail_say(page, NULL, ROLE_HEADER, "Connections: %zu live, %zu closed", conns->n_live,
		   conns->rows.n - conns->n_live);
	detail_rows_show(page, from, &panes[PANE_CONNECTIONS], columns, &conns->rows,
			 compare_conns);
}

void detail_process_conns(struct page *page, const struct detail_from *from,
			  const struct process_row *process)
{
	static const struct detail_columns columns = {
		.keys = { "direction", "laddr", "lport", "raddr", "rport", "state", "rtt_us",
			  "tx_bytes", "rx_bytes", "tx_rate", "rx_rate", "duration_us" },
		.spare = { "laddr", "lport", "rtt_us", "direction", "tx_bytes", "rx_bytes",
			   "tx_rate" },
	};
	const struct conn_row *conn = NULL;
	struct conns conns = { .n_live = 0 };

	while ((conn = process_conn(from->model, process, conn)))
		conns_take(&conns, from, conn);
	conns_show(&conns, from, page, &columns);
}

void detail_remote_conns(struct page *page, const struct detail_from *from,
			 const struct remote_row *remote)
{
	static const struct detail_columns columns = {
		.keys = { "pid", "uid", "comm", "laddr", "lport", "state", "rtt_us", "tx_bytes",
			  "rx_bytes", "tx_rate", "rx_rate", "duration_us" },
		.spare = { "laddr", "lport", "rtt_us", "uid", "tx_bytes", "rx_bytes", "tx_rate" },
	};
	const struct conn_row *conn = NULL;
	struct conns conns = { .n_live = 0 };

	while ((conn = remote_conn(from->model, remote, conn)))
		conns_take(&conns, from, conn);
	conns_show(&conns, from, page, &columns);
}

/* --- listeners -------------------------------------------------------------------------------- */

static bool is_any(const struct listener_row *listener)
{
	static const uint8_t any[16];

	return !memcmp(listener->laddr, any, listener->ip == 6 ? 16 : 4);
}

/* Whether the connection may have come in there: one for any IPv6 address takes IPv4, too. */
static bool may_have_taken(const struct listener_row *listener, const struct conn_row *conn)
{
	if (conn->direction != CONN_IN || conn->lport != listener->lport ||
	    conn->netns != listener->netns)
		return false;
	if (is_any(listener))
		return listener->ip == conn->ip || listener->ip == 6;
	return listener->ip == conn->ip &&
	       !memcmp(listener->laddr, conn->laddr, conn->ip == 6 ? 16 : 4);
}

void detail_listener_conns(struct page *page, const struct detail_from *from,
			   const struct listener_row *listener)
{
	static const struct detail_columns columns = {
		.keys = { "pid", "uid", "comm", "raddr", "rport", "state", "rtt_us", "tx_bytes",
			  "rx_bytes", "tx_rate", "rx_rate", "duration_us" },
		.spare = { "uid", "rtt_us", "comm", "tx_bytes", "rx_bytes", "tx_rate" },
	};
	const struct conn_row *conn;
	struct conns conns = { .n_live = 0 };

	TABLE_FOREACH(&from->model->conns, conn)
		if (may_have_taken(listener, conn))
			conns_take(&conns, from, conn);
	conns_show(&conns, from, page, &columns);
}

/* How well a listener that may have taken it fits: the address itself, the connection's family. */
static int fitness(const struct listener_row *listener, const struct conn_row *conn)
{
	return 4 * !is_any(listener) + 2 * (listener->ip == conn->ip) +
	       (listener->process && listener->process == conn->process);
}

const struct listener_row *detail_listener_of(const struct detail_from *from,
					      const struct conn_row *conn)
{
	const struct listener_row *row, *best = NULL;

	TABLE_FOREACH(&from->model->listeners, row) {
		if (!may_have_taken(row, conn))
			continue;
		if (!best || fitness(row, conn) > fitness(best, conn))
			best = row;
	}
	return best;
}
