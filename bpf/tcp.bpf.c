// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The life of TCP connections. The record of each is kept on its socket; an accepted one begins
 * with a copy of its listener's. Who is current when the state changes is the owner only inside a
 * call on this very socket (sk_lock.owned); in softirq it is a stranger, and the record tells.
 */
#include "calls.h"
#include "conn.h"

__noinline int conn_wanted(struct conn_event *conn)
{
	struct filter_subject subject = { .has_conn = 1 };
	const struct filter *filter;
	__u16 follow;
	int wanted;

	if (!conn)
		return 1;
	if (!filter_judges()) {
		conn->head.followed = 0;
		return 1;
	}
	filter = filter_now();
	if (!filter)
		return 1;
	if (!conn->head.pid && filter_asks_owner(filter))
		return 0;
	follow = filter->follow;
	subject_of_task(&subject, &conn->head);
	subject.followed = follow && conn->followed_by == follow;
	subject.ip = conn->ip;
	subject.lport = conn->lport;
	subject.rport = conn->rport;
	__builtin_memcpy(subject.laddr, conn->laddr, sizeof(subject.laddr));
	__builtin_memcpy(subject.raddr, conn->raddr, sizeof(subject.raddr));
	wanted = filter_wants(&subject);
	conn->head.followed = subject.followed;
	if (subject.followed)
		conn->followed_by = follow;
	return wanted;
}

__noinline int conn_send(struct conn_event *conn, __u32 kind, __u64 now_ns)
{
	struct conn_event *event;

	if (!conn || !kind_wanted(kind))
		return 0;
	if (!conn_wanted(conn)) {
		count_filtered(kind);
		return 0;
	}
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		count_lost(kind);
		return 0;
	}
	/* Not in the record: a pass over open files may tell of it while it closes elsewhere. */
	*event = *conn;
	event->head.kind = kind;
	event->head.ts_ns = now_ns;
	bpf_ringbuf_submit(event, wake_flags());
	count_seen(kind);
	return 0;
}

/* A transition, and what is known of it. */
struct change {
	struct sock *sk;
	const struct tcp_sock *tcp;
	__u64 now_ns; /* see change_ns() */
	int oldstate;
	int newstate;
	bool inside; /* current is a process in a call on this socket */
};

/* When it happens. To read the clock is dear: only where somebody wants to know. */
static __always_inline __u64 change_ns(struct change *change)
{
	if (!change->now_ns)
		change->now_ns = bpf_ktime_get_boot_ns();
	return change->now_ns;
}

static __always_inline const struct sock *sock_of(const struct change *change)
{
	return &change->tcp->inet_conn.icsk_inet.sk;
}

static __always_inline struct conn_event *conn_create(struct sock *sk)
{
	return bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
}

/* Multipath TCP: the kernel's own by the look of it, but of the process that has its front. */
static __always_inline bool is_subflow(const struct change *change)
{
	const struct tcp_ulp_ops *ops = change->tcp->inet_conn.icsk_ulp_ops;
	char name[8] = "";

	bpf_probe_read_kernel(name, sizeof(name), ops->name);
	return name[0] == 'm' && name[1] == 'p'; /* the one ULP so named: mptcp */
}

/* The kernel's own sockets are nobody's. */
static __always_inline bool kernel_socket(const struct change *change)
{
	return BPF_CORE_READ_BITFIELD(sock_of(change), sk_kern_sock) && !is_subflow(change);
}

static __always_inline void mark_connecting(const struct change *change)
{
	__u32 thread = bpf_get_current_pid_tgid();
	__u64 sk = (__u64)change->sk;

	if (failures_watched)
		bpf_map_update_elem(&connecting, &thread, &sk, BPF_ANY);
}

/* A socket sets out, to connect or to listen. It may have had an earlier life. */
static __always_inline void conn_begin(struct change *change)
{
	struct conn_event *conn = conn_create(change->sk);
	bool listens = change->newstate == BPF_TCP_LISTEN;
	__u64 now_ns = change_ns(change);

	if (!conn) {
		if (!listens)
			count_lost(EVENT_OPEN);
		return;
	}
	conn_adopt(conn, change->tcp, now_ns);
	conn->opened_ns = now_ns;
	conn->flags = 0;
	conn->state = change->newstate;
	conn->direction = listens ? CONN_IN : CONN_OUT;
	if (change->inside)
		describe_current(&conn->head);
	if (kernel_socket(change))
		conn->head.pid = 0;
	if (listens) {
		listener_add(conn, 0);
		return;
	}
	conn_send(conn, EVENT_OPEN, now_ns);
	mark_connecting(change);
}

static __always_inline bool has_forked(__u32 pid)
{
	const __u32 *yes = bpf_map_lookup_elem(&forked, &pid);

	return yes && *yes;
}

/* The child of a listener: 0, or of that id, and its record begins as a copy of the listener's. */
static __always_inline void conn_arrive(struct conn_event *conn, __u64 listener, __u64 now_ns)
{
	__u8 flags = CONN_INHERITED;

	if (listener && (conn->flags & CONN_SHARED || has_forked(conn->head.pid))) {
		flags |= CONN_SHARED; /* any of several may accept it */
		conn->head.pid = 0;
	}
	conn->listener = listener;
	conn->id = conn_id(now_ns);
	conn->opened_ns = now_ns;
	conn->state = BPF_TCP_SYN_RECV;
	conn->direction = CONN_IN;
	conn->flags = flags;
	conn->followed_by = 0;
}

static __always_inline void listener_count(__u64 id)
{
	__s64 *established = bpf_map_lookup_elem(&listeners, &id);

	if (established)
		__sync_fetch_and_add(established, 1);
}

static __always_inline void conn_establish(struct conn_event *conn, struct change *change)
{
	if (conn->established_ns)
		return;
	conn->established_ns = change_ns(change);
	conn_read_ends(conn, change->tcp);
	conn->rtt_us = change->tcp->srtt_us >> 3;
	if (conn->direction == CONN_OUT) {
		conn_send(conn, EVENT_CONNECT, change_ns(change));
		return;
	}
	listener_count(conn->listener);
	if (conn->flags & CONN_TOLD) /* with TCP_FASTOPEN accept(2) may come first */
		return;
	if (accepts_told)
		return;
	owners_wanted = 1;
	conn_send(conn, EVENT_OPEN, change_ns(change));
}

/*
 * Whoever lets go of an open file last closes it. Besides those who used it that may be a kernel
 * thread, who reads a BPF iterator over open files (ours or another's) just then, or who got it by
 * fork(2) and executes something else.
 */
static __always_inline bool happens_to_close(struct task_struct *task)
{
	enum call call;

	if (task->flags & PF_KTHREAD)
		return true;
	if (task->flags & PF_EXITING)
		return false;
	call = current_call(task);
	return call == CALL_READ || call == CALL_EXECVE || call == CALL_EXECVEAT;
}

/* A child that has not executed anything has its parent's files: the connection is the parent's. */
static __always_inline bool is_bare_child(const struct conn_event *conn,
					  const struct task_struct *task)
{
	return task->flags & PF_FORKNOEXEC &&
	       BPF_CORE_READ(task, real_parent, tgid) == (pid_t)conn->head.pid;
}

/* So it is when the child is younger than a connection of which nobody knows who accepted it. */
static __always_inline bool got_by_fork(const struct conn_event *conn,
					const struct task_struct *task)
{
	return conn->flags & CONN_INHERITED && task->flags & PF_FORKNOEXEC &&
	       conn->established_ns && task_start(task) > conn->established_ns;
}

/*
 * Who is inside a call on the socket owns it, if nobody is known to, or another had it before. A
 * function of its own for the verifier, as those in maps.bpf.c. Without now_ns the clock is read.
 */
__noinline int conn_settle(struct conn_event *conn, __u64 now_ns)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (!conn)
		return 0;
	if (!(conn->flags & CONN_INHERITED) &&
	    (!conn->head.pid || conn_owned_by(conn, task) || is_bare_child(conn, task)))
		goto told;
	if (!happens_to_close(task)) {
		if (got_by_fork(conn, task))
			describe_task(&conn->head, (__u64)BPF_CORE_READ(task, real_parent));
		else
			describe_current(&conn->head);
		conn_owned(conn);
	}
told:
	if (conn->established_ns)
		conn_accepted(conn, now_ns);
	return 0;
}

/* ss -K and the like end connections of others. */
static __always_inline bool has_owner_inside(const struct change *change)
{
	return change->inside && sock_of(change)->sk_err != ECONNABORTED;
}

/* Why a connect failed, as its caller is told. */
static __always_inline int connect_error(const struct change *change)
{
	const struct socket *socket = sock_of(change)->sk_socket;

	if (sock_of(change)->sk_err)
		return -sock_of(change)->sk_err;
	/* Inside connect(2), before SYN: of what fails there, no free port is what happens. */
	if (change->inside && socket && socket->state == SS_UNCONNECTED)
		return -EADDRNOTAVAIL;
	/* A call that waits does not return before its time, but for a signal. */
	if (socket && socket->file && !(socket->file->f_flags & O_NONBLOCK))
		return -EINTR;
	return -ECANCELED;
}

static __always_inline bool was_established(int state)
{
	return state != BPF_TCP_SYN_SENT && state != BPF_TCP_SYN_RECV && state != BPF_TCP_LISTEN &&
	       state != BPF_TCP_CLOSE;
}

static __always_inline void conn_close(struct conn_event *conn, struct change *change)
{
	__u64 id = conn->id;

	if (change->oldstate == BPF_TCP_LISTEN) {
		bpf_map_delete_elem(&listeners, &id);
		return;
	}
	if (!conn->lport)
		conn->lport = bpf_ntohs(change->tcp->inet_conn.icsk_inet.inet_sport);
	conn_read_figures(conn, change->tcp);
	if (has_owner_inside(change))
		conn_settle(conn, change_ns(change));
	if (was_established(change->oldstate)) {
		/* Somebody has it open: it was accepted, though nobody saw by whom. */
		if (sock_of(change)->sk_socket)
			conn_accepted(conn, change_ns(change));
		conn_send(conn, EVENT_CLOSE, change_ns(change));
	} else if (conn->direction == CONN_OUT) {
		conn->ret = connect_error(change);
		conn_send(conn, EVENT_CONNECT, change_ns(change));
	}
}

/* Of a socket that the first pass has not come to yet. */
static __always_inline struct conn_event *conn_late(struct change *change)
{
	struct conn_event *conn = conn_create(change->sk);

	if (conn && !conn->id) {
		conn_adopt(conn, change->tcp, change_ns(change));
		conn->state = change->oldstate;
		conn->flags |= CONN_INHERITED | CONN_TOLD;
	}
	return conn;
}

#define STATES                                                                      \
	(1 << BPF_TCP_ESTABLISHED | 1 << BPF_TCP_SYN_SENT | 1 << BPF_TCP_SYN_RECV | \
	 1 << BPF_TCP_FIN_WAIT1 | 1 << BPF_TCP_CLOSE | 1 << BPF_TCP_LAST_ACK |      \
	 1 << BPF_TCP_LISTEN)

/* Whether that state of that socket is one of which there is anything to tell. */
static __always_inline bool tells(const struct sock *sk, int newstate)
{
	return STATES >> newstate & 1 && sk->sk_protocol == IPPROTO_TCP;
}

/* Whether a connection comes in by a listener. Its record, if it has one, is still a copy. */
static __always_inline bool arrives(const struct conn_event *conn, const struct change *change)
{
	if (change->newstate == BPF_TCP_CLOSE)
		return false;
	return conn ? conn->state == BPF_TCP_LISTEN
		    : change->newstate == BPF_TCP_SYN_RECV || change->oldstate == BPF_TCP_SYN_RECV;
}

/* The record of a socket that goes on. */
static __always_inline struct conn_event *conn_now(struct change *change)
{
	struct conn_event *conn = bpf_sk_storage_get(&sockets, change->sk, 0, 0);
	bool arrived = arrives(conn, change);
	__u64 listener = conn ? conn->id : 0;
	int old = change->oldstate;

	if (!conn && (arrived || was_established(old) || old == BPF_TCP_SYN_SENT))
		conn = conn_late(change);
	if (conn && arrived)
		conn_arrive(conn, listener, change_ns(change));
	return conn;
}

static __always_inline void conn_change(struct change *change)
{
	struct conn_event *conn = conn_now(change);

	if (!conn || conn->state == change->newstate)
		return;
	conn->state = change->newstate;
	if (change->newstate == BPF_TCP_ESTABLISHED)
		conn_establish(conn, change);
	else if (change->newstate == BPF_TCP_CLOSE)
		conn_close(conn, change);
	else if (has_owner_inside(change))
		conn_settle(conn, 0);
}

static __always_inline void tcp_change(struct sock *sk, int oldstate, int newstate)
{
	struct change change = { .sk = sk, .oldstate = oldstate, .newstate = newstate };

	change.tcp = bpf_skc_to_tcp_sock(sk);
	if (!change.tcp)
		return;
	change.inside = sk->sk_lock.owned;
	if (newstate == BPF_TCP_SYN_SENT || newstate == BPF_TCP_LISTEN)
		conn_begin(&change);
	else
		conn_change(&change);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(tcp_state, struct sock *sk, int oldstate, int newstate)
{
	if (tells(sk, newstate))
		tcp_change(sk, oldstate, newstate);
	return 0;
}

/* Whether the program that runs first has dealt with the change: then the record says so. */
static __always_inline bool dealt_with(struct sock *sk, int newstate)
{
	const struct conn_event *conn = bpf_sk_storage_get(&sockets, sk, 0, 0);

	return conn && conn->state == newstate;
}

/*
 * The kernel does not run a program inside itself: a packet that comes in while the one above looks
 * at another socket, on the same CPU, goes past it. This one catches what it missed. It is a copy:
 * with a tail call to the one above both would use its one stack (since 6.13 a CPU has one for it).
 */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(tcp_state_again, struct sock *sk, int oldstate, int newstate)
{
	if (tells(sk, newstate) && !dealt_with(sk, newstate))
		tcp_change(sk, oldstate, newstate);
	return 0;
}
