/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_CONN_H
#define CONNTOP_CONN_H

/* What is read off a socket, for events and samples alike, and what is done with a record. */
#include "maps.h"

/* Judges a connection, and notes in its record that the filter's processes led to its owner. */
__noinline int conn_wanted(struct conn_event *conn);

/* Sends the record as an event of that kind, if the filter wants it. Always 0. */
__noinline int conn_send(struct conn_event *conn, __u32 kind, __u64 now_ns);

/* Names a connection: no CPU opens two in the same nanosecond. */
static __always_inline __u64 conn_id(__u64 now_ns)
{
	return now_ns << 13 | (bpf_get_smp_processor_id() & 0x1fff);
}

/* An IPv4 address in IPv6's clothes. */
static __always_inline bool v4_mapped(const struct in6_addr *addr)
{
	return !(addr->in6_u.u6_addr32[0] | addr->in6_u.u6_addr32[1] |
		 (addr->in6_u.u6_addr32[2] ^ bpf_htonl(0xffff)));
}

/* Addresses and ports; at CLOSE the local port may already be gone from skc_num. */
static __always_inline void conn_read_ends(struct conn_event *conn, const struct tcp_sock *tcp)
{
	const struct sock_common *common = &tcp->inet_conn.icsk_inet.sk.__sk_common;
	__u16 lport = common->skc_num;
	bool listens = common->skc_state == BPF_TCP_LISTEN;

	if (!lport)
		lport = bpf_ntohs(tcp->inet_conn.icsk_inet.inet_sport);
	if (lport)
		conn->lport = lport;
	if (common->skc_dport)
		conn->rport = bpf_ntohs(common->skc_dport);

	if (common->skc_family == AF_INET6 &&
	    !v4_mapped(listens ? &common->skc_v6_rcv_saddr : &common->skc_v6_daddr)) {
		conn->ip = 6;
		__builtin_memcpy(conn->laddr, common->skc_v6_rcv_saddr.in6_u.u6_addr8, 16);
		__builtin_memcpy(conn->raddr, common->skc_v6_daddr.in6_u.u6_addr8, 16);
	} else {
		conn->ip = 4;
		*(__be32 *)conn->laddr = common->skc_rcv_saddr;
		*(__be32 *)conn->raddr = common->skc_daddr;
	}
}

/* The kernel counts a received FIN as a byte of payload. */
static __always_inline void conn_received(struct conn_event *conn, const struct sock *sk,
					  __u64 bytes)
{
	conn->rx_bytes = bytes;
	if (bytes && (sk->__sk_common.skc_flags & (1UL << SOCK_DONE)))
		conn->rx_bytes--;
}

/* The figures so far. */
static __always_inline void conn_read_figures(struct conn_event *conn, const struct tcp_sock *tcp)
{
	conn->tx_bytes = tcp->bytes_sent - tcp->bytes_retrans;
	conn_received(conn, &tcp->inet_conn.icsk_inet.sk, tcp->bytes_received);
	conn->rtt_us = tcp->srtt_us >> 3;
	conn->retrans = tcp->total_retrans;
}

/* A record for a socket whose beginnings nobody saw, but for its owner. */
static __always_inline void conn_adopt(struct conn_event *conn, const struct tcp_sock *tcp,
				       __u64 now_ns)
{
	const struct sock *sk = &tcp->inet_conn.icsk_inet.sk;

	__builtin_memset(conn, 0, sizeof(*conn));
	conn->id = conn_id(now_ns);
	conn->head.loginuid = EVENT_NO_UID;
	conn->proto = IPPROTO_TCP;
	conn->flags = CONN_OLDER;
	conn->state = sk->__sk_common.skc_state;
	/* An accepted socket still has the length of its listener's queue; others never had one. */
	conn->direction = sk->sk_max_ack_backlog ? CONN_IN : CONN_OUT;
	conn->netns = sk->__sk_common.skc_net.net->ns.inum;
	conn->pass = owners_pass;
	conn_read_ends(conn, tcp);
}

/* A listener: counts who come in by it, and watches whether others may accept for its owner. */
static __always_inline void listener_add(const struct conn_event *conn, __s64 waiting)
{
	__u32 pid = conn->head.pid, no = 0;
	__u64 id = conn->id;

	bpf_map_update_elem(&listeners, &id, &waiting, BPF_ANY);
	bpf_map_update_elem(&forked, &pid, &no, BPF_NOEXIST);
}

/*
 * The word that has the flags: a pass over open files and what happens to the socket on another CPU
 * change them at the same time, and there are atomic instructions for words alone.
 */
#define FLAGS_SHIFT (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 8 : 16)

_Static_assert(__builtin_offsetof(struct conn_event, state) % 4 == 0 &&
		       __builtin_offsetof(struct conn_event, flags) % 4 == 1,
	       "flags are the second byte of a word");

/* Sets flags of a record on a socket; which there were. */
static __always_inline __u8 conn_flag(struct conn_event *conn, __u32 flags)
{
	return __sync_fetch_and_or((__u32 *)&conn->state, flags << FLAGS_SHIFT) >> FLAGS_SHIFT;
}

static __always_inline __u8 conn_unflag(struct conn_event *conn, __u32 flags)
{
	return __sync_fetch_and_and((__u32 *)&conn->state, ~(flags << FLAGS_SHIFT)) >> FLAGS_SHIFT;
}

/* From now on the connection is the described task's. */
static __always_inline void conn_owned(struct conn_event *conn)
{
	conn_unflag(conn, CONN_INHERITED);
	conn->pass = owners_pass;
	conn->followed_by = 0;
}

static __always_inline bool conn_owned_by(const struct conn_event *conn,
					  const struct task_struct *task)
{
	return conn->head.pid == (__u32)task->tgid && conn->head.start_ns == task_start(task);
}

/* Tells, once, that a connection was accepted: now, or when now_ns says. */
static __always_inline void conn_accepted(struct conn_event *conn, __u64 now_ns)
{
	if (conn->direction != CONN_IN || conn->flags & CONN_TOLD)
		return;
	if (conn_flag(conn, CONN_TOLD) & CONN_TOLD)
		return;
	conn_send(conn, EVENT_ACCEPT, now_ns ? now_ns : bpf_ktime_get_boot_ns());
}

#endif
