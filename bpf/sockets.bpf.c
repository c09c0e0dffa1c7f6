// SPDX-License-Identifier: GPL-2.0-or-later
/* The figures of sockets, in every network namespace, each time the reader asks. */
#include "conn.h"

static __always_inline void sample_listener(struct seq_file *seq, struct conn_event *kept,
					    const struct tcp_sock *tcp)
{
	const struct sock *sk = &tcp->inet_conn.icsk_inet.sk;
	struct listen_event event = {};
	__u64 id = kept->id;
	__s64 *established = bpf_map_lookup_elem(&listeners, &id);
	__s64 accepts;

	if (!conn_wanted(kept))
		return;
	event.head = kept->head;
	event.head.kind = EVENT_LISTENER;
	event.head.ts_ns = bpf_ktime_get_boot_ns();
	event.id = id;
	event.opened_ns = kept->opened_ns;
	event.backlog = sk->sk_ack_backlog;
	event.backlog_max = sk->sk_max_ack_backlog;
	accepts = established ? *established - event.backlog : 0;
	event.accepts = accepts > 0 ? accepts : 0;
	event.lport = kept->lport;
	event.ip = kept->ip;
	event.flags = kept->flags;
	event.netns = kept->netns;
	__builtin_memcpy(event.laddr, kept->laddr, sizeof(event.laddr));
	bpf_seq_write(seq, &event, sizeof(event));
}

static __always_inline void sample_conn(struct seq_file *seq, struct conn_event *kept,
					const struct tcp_sock *tcp)
{
	const struct sock *sk = &tcp->inet_conn.icsk_inet.sk;
	struct conn_event conn;

	/* Accepted, and nobody knows by whom. */
	if (kept->flags & CONN_INHERITED && sk->sk_socket)
		owners_wanted = 1;
	if (!kept->lport) /* chosen since SYN was about to leave */
		conn_read_ends(kept, tcp);
	if (!conn_wanted(kept))
		return;
	conn = *kept;
	conn.head.kind = EVENT_SAMPLE;
	conn.head.ts_ns = bpf_ktime_get_boot_ns();
	conn.state = sk->__sk_common.skc_state;
	if (conn.state == BPF_TCP_CLOSE || conn.state == BPF_TCP_SYN_RECV)
		return;
	conn_read_ends(&conn, tcp);
	conn_read_figures(&conn, tcp);
	bpf_seq_write(seq, &conn, sizeof(conn));
}

SEC("iter/bpf_sk_storage_map")
int sample_sockets(struct bpf_iter__bpf_sk_storage_map *ctx)
{
	struct conn_event *kept = ctx->value;
	struct sock *sk = ctx->sk;
	struct tcp_sock *tcp;

	if (!sk || !kept || kept->state == BPF_TCP_CLOSE || !kept->id)
		return 0;
	tcp = bpf_skc_to_tcp_sock(sk);
	if (!tcp)
		return 0;
	if (kept->state == BPF_TCP_LISTEN)
		sample_listener(ctx->meta->seq, kept, tcp);
	else
		sample_conn(ctx->meta->seq, kept, tcp);
	return 0;
}
