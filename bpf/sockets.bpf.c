// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The figures of sockets, in every network namespace, each time the reader asks. A socket that was
 * told of in this pass has the pass's time in its record, and is not told of again.
 */
#include "conn.h"

/* What such a program returns: after AGAIN the next read begins with the same socket. */
enum { GO_ON, AGAIN };

static __always_inline union sample_event *sample_room(const struct conn_event *kept)
{
	__u32 n = sampling.n;
	union sample_event *room = bpf_map_lookup_elem(&samples, &n);

	if (!room)
		sampling.next = kept->id;
	return room;
}

static __always_inline int sample_done(struct conn_event *kept)
{
	kept->head.ts_ns = sampling.pass_ns;
	sampling.n++;
	return GO_ON;
}

static __always_inline int sample_listener(struct conn_event *kept, const struct sock *sk)
{
	struct listen_event event = {};
	__u64 id = kept->id;
	__s64 *established = bpf_map_lookup_elem(&listeners, &id);
	union sample_event *room;
	__s64 accepts;

	if (!conn_wanted(kept))
		return GO_ON;
	room = sample_room(kept);
	if (!room)
		return AGAIN;
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
	room->listener = event;
	return sample_done(kept);
}

/*
 * As conn_read_figures(). A socket is in no cache: what is read by way of bpf_skc_to_tcp_sock()
 * waits until that has seen what the socket is, while these reads are all under way at once. Here
 * it is known: no other has a record.
 */
static __always_inline void read_figures(struct conn_event *conn, const struct sock *sk)
{
	const struct tcp_sock *tcp = (const struct tcp_sock *)sk;

	conn->tx_bytes = BPF_CORE_READ(tcp, bytes_sent) - BPF_CORE_READ(tcp, bytes_retrans);
	conn_received(conn, sk, BPF_CORE_READ(tcp, bytes_received));
	conn->rtt_us = BPF_CORE_READ(tcp, srtt_us) >> 3;
	conn->retrans = BPF_CORE_READ(tcp, total_retrans);
}

/* Before a connection is established, its port is chosen and its address may change. */
static __always_inline bool ends_settled(const struct conn_event *kept)
{
	return kept->lport && (kept->established_ns || kept->flags & CONN_OLDER);
}

static __always_inline void read_ends(struct conn_event *kept, struct sock *sk)
{
	const struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);

	if (tcp)
		conn_read_ends(kept, tcp);
}

static __always_inline int sample_conn(struct conn_event *kept, struct sock *sk)
{
	__u8 state = sk->__sk_common.skc_state;
	union sample_event *room;

	/* Accepted, and nobody knows by whom. */
	if (kept->flags & CONN_INHERITED && sk->sk_socket)
		owners_wanted = 1;
	if (!ends_settled(kept))
		read_ends(kept, sk);
	if (state == BPF_TCP_CLOSE || state == BPF_TCP_SYN_RECV || !conn_wanted(kept))
		return GO_ON;
	room = sample_room(kept);
	if (!room)
		return AGAIN;
	room->conn = *kept;
	read_figures(&room->conn, sk);
	room->conn.state = state;
	room->conn.head.kind = EVENT_SAMPLE;
	room->conn.head.ts_ns = bpf_ktime_get_boot_ns();
	return sample_done(kept);
}

SEC("iter/bpf_sk_storage_map")
int sample_sockets(struct bpf_iter__bpf_sk_storage_map *ctx)
{
	struct conn_event *kept = ctx->value;
	struct sock *sk = ctx->sk;

	if (!sk || !kept || kept->state == BPF_TCP_CLOSE || !kept->id)
		return GO_ON;
	if (kept->head.ts_ns == sampling.pass_ns)
		return GO_ON;
	return kept->state == BPF_TCP_LISTEN ? sample_listener(kept, sk) : sample_conn(kept, sk);
}
