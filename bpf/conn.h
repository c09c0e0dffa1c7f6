/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_CONN_H
#define CONNTOP_CONN_H

/* What is read off a socket, for events and samples alike. */
#include "maps.h"

static __always_inline bool conn_wanted(const struct conn_event *conn)
{
	struct filter_subject subject = {
		.pid = conn->head.pid,
		.uid = conn->head.uid,
		.lport = conn->lport,
		.rport = conn->rport,
		.has_ports = 1,
	};

	return filter_wants(&subject);
}

/* Addresses and ports; at CLOSE the local port may already be gone from skc_num. */
static __always_inline void conn_read_ends(struct conn_event *conn, const struct sock *sk,
					   const struct tcp_sock *tcp)
{
	const struct sock_common *common = &sk->__sk_common;
	__u16 lport = common->skc_num;

	if (!lport && tcp)
		lport = bpf_ntohs(tcp->inet_conn.icsk_inet.inet_sport);
	if (lport)
		conn->lport = lport;
	if (common->skc_dport)
		conn->rport = bpf_ntohs(common->skc_dport);

	if (common->skc_family == AF_INET6 &&
	    (common->skc_v6_daddr.in6_u.u6_addr32[0] | common->skc_v6_daddr.in6_u.u6_addr32[1] |
	     (common->skc_v6_daddr.in6_u.u6_addr32[2] ^ bpf_htonl(0xffff)))) {
		conn->ip = 6;
		__builtin_memcpy(conn->laddr, common->skc_v6_rcv_saddr.in6_u.u6_addr8, 16);
		__builtin_memcpy(conn->raddr, common->skc_v6_daddr.in6_u.u6_addr8, 16);
	} else {
		conn->ip = 4;
		*(__be32 *)conn->laddr = common->skc_rcv_saddr;
		*(__be32 *)conn->raddr = common->skc_daddr;
	}
}

/* The figures so far. The kernel counts a received FIN as a byte of payload. */
static __always_inline void conn_read_figures(struct conn_event *conn, const struct sock *sk,
					      const struct tcp_sock *tcp)
{
	conn->tx_bytes = tcp->bytes_sent - tcp->bytes_retrans;
	conn->rx_bytes = tcp->bytes_received;
	if (conn->rx_bytes && (sk->__sk_common.skc_flags & (1UL << SOCK_DONE)))
		conn->rx_bytes--;
	conn->rtt_us = tcp->srtt_us >> 3;
	conn->retrans = tcp->total_retrans;
}

#endif
