// SPDX-License-Identifier: GPL-2.0-or-later
/* Who owns the sockets that were there before, and those that came in through a listener. */
#include "conn.h"

static __always_inline void describe_holder(struct event *event, const struct task_struct *task)
{
	describe_task(event, (__u64)BPF_CORE_READ(task, group_leader));
}

/*
 * A socket older than conntop gets its record; what happens to it meanwhile may be first. After the
 * first pass such a socket has come out of a listener's queue.
 */
static __always_inline void adopt(struct sock *sk, struct tcp_sock *tcp, struct task_struct *task)
{
	struct conn_event conn, *kept;
	__s64 waiting;

	conn_adopt(&conn, tcp, bpf_ktime_get_boot_ns());
	describe_holder(&conn.head, task);
	if (owners_pass == 1)
		conn.flags |= CONN_TOLD;
	if (conn.state == BPF_TCP_LISTEN) {
		conn.direction = CONN_IN;
		waiting = sk->sk_ack_backlog; /* as if they had come since */
	}
	kept = bpf_sk_storage_get(&sockets, sk, &conn, BPF_SK_STORAGE_GET_F_CREATE);
	if (!kept || kept->id != conn.id)
		return;
	if (conn.state == BPF_TCP_LISTEN)
		listener_add(&conn, waiting);
	else
		conn_accepted(kept, 0);
}

static __always_inline void meet(struct conn_event *conn, struct task_struct *task)
{
	__u32 pass = owners_pass;

	if (conn_owned_by(conn, task) && !(conn->flags & CONN_INHERITED)) {
		conn->pass = pass;
		return;
	}
	if (conn->state == BPF_TCP_LISTEN && conn->head.pid)
		conn_flag(conn, CONN_SHARED);
	if (conn->flags & CONN_INHERITED) {
		describe_holder(&conn->head, task);
		conn_owned(conn);
		if (conn->established_ns || conn->flags & CONN_OLDER)
			conn_accepted(conn, 0);
	} else if (conn->pass + 1 < pass) {
		/* Its owner did not hold it in the whole of the last pass: it was handed on. */
		describe_holder(&conn->head, task);
		conn_owned(conn);
	}
}

/* A pass over all open files, in order of PID: of several holders the oldest is met first. */
SEC("iter/task_file")
int find_owners(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct conn_event *conn;
	struct socket *socket;
	struct tcp_sock *tcp;
	struct sock *sk;

	if (!task || !file || task->flags & PF_KTHREAD)
		return 0;
	socket = bpf_sock_from_file(file);
	if (!socket || !socket->sk)
		return 0;
	sk = socket->sk;
	if (sk->sk_protocol != IPPROTO_TCP)
		return 0;
	tcp = bpf_skc_to_tcp_sock(sk);
	if (!tcp || sk->__sk_common.skc_state == BPF_TCP_CLOSE)
		return 0;
	conn = bpf_sk_storage_get(&sockets, sk, 0, 0);
	if (conn)
		meet(conn, task);
	else
		adopt(sk, tcp, task);
	return 0;
}

/*
 * After the first pass: sockets of one network namespace that no process has open. They wait in a
 * listener's queue, or are what a process has left behind, or the kernel's own.
 */
SEC("iter/tcp")
int find_ownerless(struct bpf_iter__tcp *ctx)
{
	struct sock_common *common = ctx->sk_common;
	struct conn_event conn;
	struct tcp_sock *tcp;
	bool waits;

	if (!common || common->skc_state == BPF_TCP_CLOSE || common->skc_state == BPF_TCP_SYN_RECV)
		return 0;
	tcp = bpf_skc_to_tcp_sock(common); /* NULL for those that are not yet, or no longer, one */
	if (!tcp)
		return 0;
	conn_adopt(&conn, tcp, bpf_ktime_get_boot_ns());
	waits = !tcp->inet_conn.icsk_inet.sk.sk_socket && !(common->skc_flags & 1UL << SOCK_DEAD);
	conn.flags |= waits ? CONN_INHERITED : CONN_TOLD;
	bpf_sk_storage_get(&sockets, tcp, &conn, BPF_SK_STORAGE_GET_F_CREATE);
	return 0;
}

/*
 * At once, where the kernel allows trampolines. What accept(2) returned comes after its arguments,
 * of which there were four before Linux 6.10.
 */
SEC("?fexit/inet_csk_accept")
int accept_done(unsigned long long *ctx)
{
	struct conn_event *conn;
	struct tcp_sock *tcp;
	struct sock *sk;
	__u64 now_ns;

	/* The empty asm keeps the compiler from reckoning the place first: it must be constant. */
	if (bpf_core_type_exists(struct proto_accept_arg)) {
		sk = (struct sock *)ctx[2];
		__asm__ volatile("" : "+r"(sk));
	} else {
		sk = (struct sock *)ctx[4];
		__asm__ volatile("" : "+r"(sk));
	}
	if (!sk)
		return 0;
	tcp = bpf_skc_to_tcp_sock(sk);
	if (!tcp)
		return 0;
	conn = bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!conn)
		return 0;
	now_ns = bpf_ktime_get_boot_ns();
	if (!conn->id) /* it has waited since before conntop */
		conn_adopt(conn, tcp, now_ns);
	describe_current(&conn->head);
	conn_owned(conn);
	conn_accepted(conn, now_ns);
	return 0;
}
