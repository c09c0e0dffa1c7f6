// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What fails before it becomes an event: executions, and connects refused before a packet leaves.
 * Attached only while asked for, as any tracepoint of system calls makes each of them slower. One
 * at their end is enough: the arguments are still in the registers, and what they point at is still
 * in memory.
 */
#include "calls.h"
#include "conn.h"
#include "exec.h"

#define ARGS_MAX 64   /* pointers of argv that are followed */
#define ARG_MAX	 4096 /* bytes of one */

/* Where the record of a connect is built: on the stack there is no room for it. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct conn_event);
} connect_scratch SEC(".maps");

/* --- executions ------------------------------------------------------------------------------- */

/*
 * Reads the argument that a pointer at `from` points at behind those read before: its bytes; 0 when
 * it was the last, ARG_MAX when there is no room for more. A function of its own for the verifier.
 */
__noinline int read_arg(__u64 from, __u32 pointer_size)
{
	__u32 zero = 0, at;
	struct exec_event *event = bpf_map_lookup_elem(&exec_scratch, &zero);
	__u64 arg = 0;
	int len;

	if (!event)
		return 0;
	if (bpf_probe_read_user(&arg, pointer_size == 4 ? 4 : 8, (void *)from))
		goto unread;
	if (!arg)
		return 0;
	at = event->filename_len + event->args_len;
	if (event->args_len > EXEC_ARGS_MAX - ARG_MAX ||
	    at > EXEC_FILENAME_MAX + EXEC_ARGS_MAX - ARG_MAX)
		return ARG_MAX;
	len = bpf_probe_read_user_str(event->data + at, ARG_MAX, (void *)arg);
	if (len < 0)
		goto unread;
	event->args_len += len;
	return len;
unread:
	event->flags |= EXEC_ARGS_UNREAD;
	return ARG_MAX;
}

/* Of a call that failed there is no image yet, only the pointers that were given. */
static __always_inline void read_argv(struct exec_event *event, __u64 argv, __u32 pointer_size)
{
	int len = 1;

	for (__u32 i = 0; i < ARGS_MAX && len > 0 && len < ARG_MAX; i++)
		len = read_arg(argv + i * pointer_size, pointer_size);
	if (len)
		event->flags |= EXEC_ARGS_MORE;
	event->args_total = event->args_len;
}

static __always_inline void exec_failed(const char *path, __u64 argv, __u32 pointer_size, int ret)
{
	struct exec_event *event = exec_begin();
	__u64 size;
	long len;

	if (!event)
		return;
	event->ret = ret;
	event->flags = 0;
	len = bpf_probe_read_user_str(event->data, EXEC_FILENAME_MAX, path);
	if (len < 1 || len > EXEC_FILENAME_MAX) {
		event->data[0] = '\0';
		len = 1;
	}
	event->filename_len = len;
	if (argv)
		read_argv(event, argv, pointer_size);
	size = sizeof(*event) + event->filename_len + event->args_len;
	if (size <= EXEC_EVENT_MAX)
		send_event(&event->head, size);
}

/* --- connects --------------------------------------------------------------------------------- */

/* The TCP socket behind a descriptor of `task`, by its address only; NULL for other files. */
static __always_inline struct sock *tcp_of_fd(struct task_struct *task, __u32 fd)
{
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd);
	struct file *file = NULL;
	struct socket *socket;
	struct sock *sk;

	if (fd >= BPF_CORE_READ(table, max_fds) ||
	    bpf_probe_read_kernel(&file, sizeof(file), files + fd) || !file)
		return NULL;
	if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	socket = BPF_CORE_READ(file, private_data);
	sk = BPF_CORE_READ(socket, sk);
	return BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP ? sk : NULL;
}

/* As in <linux/in6.h>, whose first two members <linux/in.h> shares. */
struct address {
	__u16 family;
	__be16 port;
	__be32 v4; /* flow label in IPv6 */
	__be32 v6[4];
};

/* Where it was meant to go. False when that is nowhere that TCP goes. */
static __always_inline bool read_target(struct conn_event *conn, __u64 pointer)
{
	struct address address = {};

	/* The longer one may not all be there; then it is the shorter one. */
	if (bpf_probe_read_user(&address, sizeof(address), (void *)pointer) &&
	    bpf_probe_read_user(&address, 8, (void *)pointer))
		return false;
	conn->rport = bpf_ntohs(address.port);
	if (address.family == AF_INET) {
		conn->ip = 4;
		*(__be32 *)conn->raddr = address.v4;
	} else if (address.family != AF_INET6) {
		return false;
	} else if (!(address.v6[0] | address.v6[1] | (address.v6[2] ^ bpf_htonl(0xffff)))) {
		conn->ip = 4;
		*(__be32 *)conn->raddr = address.v6[3];
	} else {
		conn->ip = 6;
		__builtin_memcpy(conn->raddr, address.v6, sizeof(conn->raddr));
	}
	return true;
}

/* What is no failure of a connect, or one that had its transitions. */
static __always_inline bool goes_on(int ret)
{
	return ret >= 0 || ret == -EINPROGRESS || ret == -EALREADY || ret == -EISCONN ||
	       ret == -EINTR || ret <= -ERESTARTSYS;
}

static __always_inline void connect_done(struct task_struct *task, const struct call_regs *call,
					 int ret)
{
	__u32 zero = 0, thread = task->pid;
	struct conn_event *conn = bpf_map_lookup_elem(&connect_scratch, &zero);
	__u64 *marked = bpf_map_lookup_elem(&connecting, &thread);
	__u64 marked_sk = marked ? *marked : 0;
	struct sock *sk;

	if (marked)
		bpf_map_delete_elem(&connecting, &thread);
	if (goes_on(ret))
		return;
	sk = tcp_of_fd(task, call->args[0]);
	if (!conn || !sk || (__u64)sk == marked_sk)
		return;
	__builtin_memset(conn, 0, sizeof(*conn));
	if (!read_target(conn, call->args[1]))
		return;
	describe_current(&conn->head);
	conn->opened_ns = bpf_ktime_get_boot_ns();
	conn->id = conn_id(conn->opened_ns);
	conn->proto = IPPROTO_TCP;
	conn->state = BPF_TCP_CLOSE;
	conn->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	conn->lport = BPF_CORE_READ(sk, __sk_common.skc_num);
	conn->ret = ret;
	conn_send(conn, EVENT_CONNECT, conn->opened_ns);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(call_failed, struct pt_regs *regs, long ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct call_regs call = {};

	read_call(&call, regs, task);
	if (call.call == CALL_NONE)
		return 0;
	if (call.call == CALL_CONNECT)
		connect_done(task, &call, ret);
	else if (ret < 0 && call.call == CALL_EXECVE)
		exec_failed((void *)call.args[0], call.args[1], call.pointer_size, ret);
	else if (ret < 0 && call.call == CALL_EXECVEAT)
		exec_failed((void *)call.args[1], call.args[2], call.pointer_size, ret);
	return 0;
}
