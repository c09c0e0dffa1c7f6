// SPDX-License-Identifier: GPL-2.0-or-later
/* The figures of living connections, in every network namespace, each time the reader asks. */
#include <stdbool.h>
#include "conn.h"

SEC("iter/bpf_sk_storage_map")
int sample_sockets(struct bpf_iter__bpf_sk_storage_map *ctx)
{
	struct conn_event *kept = ctx->value;
	struct sock *sk = ctx->sk;
	struct conn_event conn;
	struct tcp_sock *tcp;

	if (!sk || !kept || kept->state == BPF_TCP_CLOSE || !kept->id)
		return 0;
	tcp = bpf_skc_to_tcp_sock(sk);
	if (!tcp)
		return 0;
	conn = *kept;
	conn.head.kind = EVENT_SAMPLE;
	conn.head.ts_ns = bpf_ktime_get_boot_ns();
	conn.state = sk->__sk_common.skc_state;
	conn_read_ends(&conn, sk, tcp);
	if (conn.state == BPF_TCP_CLOSE || !conn_wanted(&conn))
		return 0;
	conn_read_figures(&conn, sk, tcp);
	bpf_seq_write(ctx->meta->seq, &conn, sizeof(conn));
	return 0;
}
