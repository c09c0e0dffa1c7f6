/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Columns of the Remotes pane. */
#include "columns.h"

static const struct remote_row *remote_of(const void *row)
{
	return row;
}

static const struct traffic *traffic_of(const void *row)
{
	return &remote_of(row)->traffic;
}

TRAFFIC_GETTER(total)
TRAFFIC_GETTER(live)
TRAFFIC_GETTER(failed)
TRAFFIC_GETTER(tx_bytes)
TRAFFIC_GETTER(rx_bytes)
TRAFFIC_GETTER(tx_rate)
TRAFFIC_GETTER(rx_rate)

static struct value get_raddr(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_addr(remote_of(row)->raddr, remote_of(row)->ip);
}

static struct value get_rport(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(remote_of(row)->rport);
}

static struct value get_ip(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(remote_of(row)->ip);
}

static struct value get_latency(const void *row, const struct view_context *ctx)
{
	const struct remote_row *remote = remote_of(row);

	(void)ctx;
	if (!remote->latencies)
		return value_null();
	return value_number(remote->latency_sum_us / remote->latencies);
}

static struct value get_time(const void *row, const struct view_context *ctx)
{
	return value_time(remote_of(row)->ts_ns, ctx);
}

const struct column remote_columns[] = {
	{ "raddr", "RADDR", "remote address", 15, 39, 0, ALIGN_LEFT, FORMAT_PLAIN, COLUMN_HOLD,
	  get_raddr, NULL, NULL },
	{ "rport", "RPORT", "remote port", 8, 16, 0, ALIGN_RIGHT, FORMAT_PORT, COLUMN_HOLD,
	  get_rport, NULL, NULL },
	{ "ip", "IP", "address family: 4 or 6", 2, 0, 9, ALIGN_LEFT, FORMAT_PLAIN, COLUMN_HIDDEN,
	  get_ip, NULL, NULL },
	{ "conns", "CONNS", "connects in all", 6, 0, 1, ALIGN_RIGHT, FORMAT_PLAIN, COLUMN_DOWN,
	  get_total, NULL, NULL },
	{ "live", "LIVE", "connections that live", 5, 0, 2, ALIGN_RIGHT, FORMAT_PLAIN, COLUMN_DOWN,
	  get_live, NULL, NULL },
	{ "failed", "FAILED", "connects that failed", 6, 0, 3, ALIGN_RIGHT, FORMAT_PLAIN,
	  COLUMN_DOWN, get_failed, NULL, NULL },
	{ "latency_us", "LATENCY", "how long a connect took, the mean", 6, 0, 4, ALIGN_RIGHT,
	  FORMAT_SPAN, COLUMN_DOWN, get_latency, NULL, NULL },
	{ "tx_bytes", "TX", "payload bytes sent", 6, 0, 6, ALIGN_RIGHT, FORMAT_BYTES, COLUMN_DOWN,
	  get_tx_bytes, NULL, NULL },
	{ "rx_bytes", "RX", "payload bytes received", 6, 0, 6, ALIGN_RIGHT, FORMAT_BYTES,
	  COLUMN_DOWN, get_rx_bytes, NULL, NULL },
	{ "tx_rate", "TX/s", "payload bytes sent a second", 6, 0, 5, ALIGN_RIGHT, FORMAT_BYTES,
	  COLUMN_DOWN, get_tx_rate, NULL, NULL },
	{ "rx_rate", "RX/s", "payload bytes received a second", 6, 0, 5, ALIGN_RIGHT, FORMAT_BYTES,
	  COLUMN_DOWN, get_rx_rate, NULL, NULL },
	{ "time", "TIME", "when the last connect began", 12, 0, 9, ALIGN_LEFT, FORMAT_CLOCK,
	  COLUMN_DOWN, get_time, NULL, NULL },
};

const size_t n_remote_columns = sizeof(remote_columns) / sizeof(remote_columns[0]);
