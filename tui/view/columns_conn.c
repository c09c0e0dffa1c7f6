/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Columns of the Connections pane. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include "columns.h"

static const struct conn_row *conn_of(const void *row)
{
	return row;
}

static struct value get_event(const void *row, const struct view_context *ctx)
{
	static const char *const names[EVENT_KINDS] = {
		[EVENT_OPEN] = "open",
		[EVENT_CONNECT] = "connect",
		[EVENT_ACCEPT] = "accept",
		[EVENT_CLOSE] = "close",
	};

	(void)ctx;
	return value_string(names[conn_of(row)->kind]);
}

static struct value get_time(const void *row, const struct view_context *ctx)
{
	return value_time(conn_of(row)->ts_ns, ctx);
}

static struct value get_direction(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_string(conn_of(row)->direction == CONN_OUT ? "out" : "in");
}

static struct value get_ip(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(conn_of(row)->ip);
}

static struct value get_proto(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return conn_of(row)->proto == IPPROTO_TCP ? value_string("tcp")
						  : value_number(conn_of(row)->proto);
}

static struct value get_laddr(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_addr(conn_of(row)->laddr, conn_of(row)->ip);
}

static struct value get_raddr(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_addr(conn_of(row)->raddr, conn_of(row)->ip);
}

static struct value get_lport(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return conn_of(row)->lport ? value_number(conn_of(row)->lport) : value_null();
}

static struct value get_rport(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(conn_of(row)->rport);
}

static struct value get_netns(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_number(conn_of(row)->netns);
}

/* As ss(8) writes them, by the kernel's numbers. */
static struct value get_state(const void *row, const struct view_context *ctx)
{
	static const char *const names[] = {
		[TCP_ESTABLISHED] = "ESTAB",	[TCP_SYN_SENT] = "SYN-SENT",
		[TCP_SYN_RECV] = "SYN-RECV",	[TCP_FIN_WAIT1] = "FIN-WAIT-1",
		[TCP_FIN_WAIT2] = "FIN-WAIT-2", [TCP_TIME_WAIT] = "TIME-WAIT",
		[TCP_CLOSE] = "CLOSED",		[TCP_CLOSE_WAIT] = "CLOSE-WAIT",
		[TCP_LAST_ACK] = "LAST-ACK",	[TCP_LISTEN] = "LISTEN",
		[TCP_CLOSING] = "CLOSING",
	};
	const struct conn_row *conn = conn_of(row);

	(void)ctx;
	if (conn->closed_ns)
		return value_string(names[TCP_CLOSE]);
	if (conn->state >= sizeof(names) / sizeof(names[0]))
		return value_null();
	return value_string(names[conn->state]);
}

/* A connect that failed says why. */
static struct value get_shown_state(const void *row, const struct view_context *ctx)
{
	struct value error = value_error(conn_of(row)->ret);

	return error.type == VALUE_NULL ? get_state(row, ctx) : error;
}

static size_t show_state(const void *row, const struct view_context *ctx, char *out, size_t cap)
{
	return value_text(get_shown_state(row, ctx), FORMAT_PLAIN, ctx, out, cap);
}

/* Of a connect: a failure took its time, too. What comes in was another's connect. */
static struct value get_latency(const void *row, const struct view_context *ctx)
{
	const struct conn_row *conn = conn_of(row);
	uint64_t end_ns = conn->established_ns;

	(void)ctx;
	if (!end_ns && conn->ret)
		end_ns = conn->closed_ns;
	if (conn->direction != CONN_OUT || end_ns < conn->opened_ns)
		return value_null();
	return value_span(conn->opened_ns, end_ns);
}

/* A connect that is under way has returned nothing yet. */
static struct value get_ret(const void *row, const struct view_context *ctx)
{
	const struct conn_row *conn = conn_of(row);

	(void)ctx;
	return conn->ret || conn->established_ns ? value_number(conn->ret) : value_null();
}

static struct value get_error(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return value_error(conn_of(row)->ret);
}

static struct value figure(const struct conn_row *conn, uint64_t value)
{
	return conn->sampled_ns ? value_number(value) : value_null();
}

static struct value get_tx_bytes(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return figure(conn_of(row), conn_of(row)->tx_bytes);
}

static struct value get_rx_bytes(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return figure(conn_of(row), conn_of(row)->rx_bytes);
}

static struct value get_tx_rate(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return figure(conn_of(row), conn_of(row)->tx_rate);
}

static struct value get_rx_rate(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return figure(conn_of(row), conn_of(row)->rx_rate);
}

static struct value get_rtt(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return conn_of(row)->rtt_us ? value_number(conn_of(row)->rtt_us) : value_null();
}

static struct value get_retrans(const void *row, const struct view_context *ctx)
{
	(void)ctx;
	return figure(conn_of(row), conn_of(row)->retrans);
}

static struct value get_duration(const void *row, const struct view_context *ctx)
{
	const struct conn_row *conn = conn_of(row);

	return value_span(conn->opened_ns, conn->closed_ns ? conn->closed_ns : ctx->now_ns);
}

static struct value get_opened(const void *row, const struct view_context *ctx)
{
	return value_time(conn_of(row)->opened_ns, ctx);
}

static struct value get_closed(const void *row, const struct view_context *ctx)
{
	return value_time(conn_of(row)->closed_ns, ctx);
}

#define AT(field) COLUMN_AT(offsetof(struct conn_row, field))

const struct column conn_columns[] = {
	{ "event", "EVENT", "kind of the event", 7, 0, 0, ALIGN_LEFT, FORMAT_PLAIN,
	  COLUMN_STREAM | COLUMN_HIDDEN, get_event, NULL, NULL },
	{ "time", "TIME", "when it last opened, connected, was accepted or closed", 12, 0, 9,
	  ALIGN_LEFT, FORMAT_CLOCK, COLUMN_DOWN | COLUMN_HIDDEN | AT(ts_ns), get_time, NULL, NULL },
	{ "opened", "OPENED", "when it was opened", 12, 0, 6, ALIGN_LEFT, FORMAT_CLOCK,
	  COLUMN_DOWN | AT(opened_ns), get_opened, NULL, NULL },
	{ "pid", "PID", "process ID of the owner", 7, 0, 0, ALIGN_RIGHT, FORMAT_PLAIN,
	  COLUMN_HOLD | AT(owner), conn_pid, NULL, NULL },
	OWNER_PPID(conn, COLUMN_HIDDEN),
	{ "uid", "USER", "real user", 8, 20, 5, ALIGN_LEFT, FORMAT_USER, AT(owner), conn_uid, NULL,
	  NULL },
	OWNER_GID(conn),
	OWNER_LOGINUID(conn),
	OWNER_CGROUP(conn, COLUMN_HIDDEN),
	{ "comm", "COMM", "command name of the owner", 12, 15, 2, ALIGN_LEFT, FORMAT_PLAIN,
	  COLUMN_HOLD | AT(owner), conn_comm, NULL, NULL },
	{ "direction", "D", "who opened it: out is this side", 1, 0, 7, ALIGN_LEFT,
	  FORMAT_DIRECTION, AT(direction), get_direction, NULL, NULL },
	{ "ip", "IP", "address family: 4 or 6", 2, 0, 9, ALIGN_LEFT, FORMAT_PLAIN,
	  COLUMN_HIDDEN | AT(ip), get_ip, NULL, NULL },
	{ "proto", "PROTO", "protocol", 5, 0, 9, ALIGN_LEFT, FORMAT_PLAIN,
	  COLUMN_HIDDEN | AT(proto), get_proto, NULL, NULL },
	{ "laddr", "LADDR", "local address", 15, 39, 8, ALIGN_LEFT, FORMAT_PLAIN, AT(laddr),
	  get_laddr, NULL, NULL },
	{ "lport", "LPORT", "local port", 5, 0, 5, ALIGN_RIGHT, FORMAT_PLAIN, AT(lport), get_lport,
	  NULL, NULL },
	{ "raddr", "RADDR", "remote address", 15, 39, 0, ALIGN_LEFT, FORMAT_PLAIN, AT(raddr),
	  get_raddr, NULL, NULL },
	{ "rport", "RPORT", "remote port", 8, 16, 0, ALIGN_RIGHT, FORMAT_PORT, AT(rport), get_rport,
	  NULL, NULL },
	{ "netns", "NETNS", "inode of the network namespace", 10, 0, 9, ALIGN_RIGHT, FORMAT_PLAIN,
	  COLUMN_HIDDEN | AT(netns), get_netns, NULL, NULL },
	{ "state", "STATE", "TCP state; on screen, why a connect failed", 12, 16, 1, ALIGN_LEFT,
	  FORMAT_PLAIN, AT(state), get_state, show_state, get_shown_state },
	{ "latency_us", "CONN", "how long the connect took", 6, 0, 4, ALIGN_RIGHT, FORMAT_SPAN,
	  COLUMN_DOWN | COLUMN_HEAD | AT(established_ns), get_latency, NULL, NULL },
	{ "ret", "RET", "what the connect came to: 0, or a negative errno", 4, 0, 9, ALIGN_RIGHT,
	  FORMAT_PLAIN, COLUMN_HIDDEN | COLUMN_HEAD | AT(established_ns), get_ret, NULL, NULL },
	{ "rtt_us", "RTT", "smoothed round-trip time", 6, 0, 6, ALIGN_RIGHT, FORMAT_SPAN,
	  COLUMN_DOWN | AT(rtt_us), get_rtt, NULL, NULL },
	{ "retrans", "RETR", "segments sent again", 4, 0, 9, ALIGN_RIGHT, FORMAT_PLAIN,
	  COLUMN_DOWN | COLUMN_HIDDEN | AT(retrans), get_retrans, NULL, NULL },
	{ "tx_bytes", "TX", "payload bytes sent", 6, 0, 3, ALIGN_RIGHT, FORMAT_BYTES,
	  COLUMN_DOWN | AT(tx_bytes), get_tx_bytes, NULL, NULL },
	{ "rx_bytes", "RX", "payload bytes received", 6, 0, 3, ALIGN_RIGHT, FORMAT_BYTES,
	  COLUMN_DOWN | AT(rx_bytes), get_rx_bytes, NULL, NULL },
	{ "tx_rate", "TX/s", "payload bytes sent a second", 6, 0, 8, ALIGN_RIGHT, FORMAT_BYTES,
	  COLUMN_DOWN | AT(tx_rate), get_tx_rate, NULL, NULL },
	{ "rx_rate", "RX/s", "payload bytes received a second", 6, 0, 8, ALIGN_RIGHT, FORMAT_BYTES,
	  COLUMN_DOWN | AT(rx_rate), get_rx_rate, NULL, NULL },
	{ "duration_us", "AGE", "how long it has lasted, or did", 6, 0, 2, ALIGN_RIGHT, FORMAT_SPAN,
	  COLUMN_DOWN | COLUMN_LIVE | AT(closed_ns), get_duration, NULL, NULL },
	{ "closed", "CLOSED", "when it ended", 12, 0, 9, ALIGN_LEFT, FORMAT_CLOCK,
	  COLUMN_DOWN | COLUMN_HIDDEN | AT(closed_ns), get_closed, NULL, NULL },
	{ "error", "ERROR", "why a connect failed", 12, 16, 9, ALIGN_LEFT, FORMAT_PLAIN,
	  COLUMN_HIDDEN | AT(ret), get_error, NULL, NULL },
};

const size_t n_conn_columns = sizeof(conn_columns) / sizeof(conn_columns[0]);
