// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The life of TCP connections that a process of this host opened. The record of each is kept on
 * its socket from SYN_SENT on, where current is the process that connects; later transitions may
 * run in softirq, where current is a stranger, and send what the record says.
 */
#include <stdbool.h>
#include "conn.h"

/* A function of its own in BPF, too, so that the verifier sees the filter once. */
static __noinline void conn_send(struct conn_event *conn, __u32 kind, __u64 now_ns)
{
	conn->head.kind = kind;
	conn->head.ts_ns = now_ns;
	if (conn_wanted(conn))
		send_event(&conn->head, sizeof(*conn));
	else
		count_filtered(kind);
}

/* Names a connection: no CPU opens two in the same nanosecond. */
static __always_inline __u64 conn_id(__u64 now_ns)
{
	return now_ns << 13 | (bpf_get_smp_processor_id() & 0x1fff);
}

static __always_inline void conn_open(struct sock *sk, const struct tcp_sock *tcp)
{
	struct conn_event *conn = bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	__u64 now_ns = bpf_ktime_get_boot_ns();

	if (!conn) {
		count_lost(EVENT_OPEN);
		return;
	}
	/* The socket may have carried an earlier connection. */
	__builtin_memset(conn, 0, sizeof(*conn));
	describe_current(&conn->head, bpf_get_current_task_btf());
	conn->id = conn_id(now_ns);
	conn->opened_ns = now_ns;
	conn->proto = IPPROTO_TCP;
	conn->direction = CONN_OUT;
	conn->state = BPF_TCP_SYN_SENT;
	conn->netns = sk->__sk_common.skc_net.net->ns.inum;
	conn_read_ends(conn, sk, tcp);
	conn_send(conn, EVENT_OPEN, now_ns);
}

static __always_inline void conn_establish(struct sock *sk, const struct tcp_sock *tcp)
{
	struct conn_event *conn = bpf_sk_storage_get(&sockets, sk, 0, 0);

	if (!conn || conn->established_ns)
		return;
	conn->established_ns = bpf_ktime_get_boot_ns();
	conn->state = BPF_TCP_ESTABLISHED;
	conn_read_ends(conn, sk, tcp);
	conn->rtt_us = tcp->srtt_us >> 3;
	conn_send(conn, EVENT_CONNECT, conn->established_ns);
}

static __always_inline void conn_close(struct sock *sk, const struct tcp_sock *tcp)
{
	struct conn_event *conn = bpf_sk_storage_get(&sockets, sk, 0, 0);

	if (!conn || conn->state == BPF_TCP_CLOSE)
		return;
	conn->state = BPF_TCP_CLOSE;
	if (!conn->lport)
		conn->lport = bpf_ntohs(tcp->inet_conn.icsk_inet.inet_sport);
	conn_read_figures(conn, sk, tcp);
	if (conn->established_ns) {
		conn_send(conn, EVENT_CLOSE, bpf_ktime_get_boot_ns());
		return;
	}
	/* It never was: without an error on the socket, its owner gave up. */
	conn->ret = sk->sk_err ? -sk->sk_err : -ECANCELED;
	conn_send(conn, EVENT_CONNECT, bpf_ktime_get_boot_ns());
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(tcp_state, struct sock *sk, int oldstate, int newstate)
{
	struct tcp_sock *tcp;

	if (sk->sk_protocol != IPPROTO_TCP)
		return 0;
	if (newstate != BPF_TCP_SYN_SENT && newstate != BPF_TCP_ESTABLISHED &&
	    newstate != BPF_TCP_CLOSE)
		return 0;
	tcp = bpf_skc_to_tcp_sock(sk);
	if (!tcp)
		return 0;
	if (newstate == BPF_TCP_SYN_SENT)
		conn_open(sk, tcp);
	else if (newstate == BPF_TCP_ESTABLISHED)
		conn_establish(sk, tcp);
	else
		conn_close(sk, tcp);
	return 0;
}
