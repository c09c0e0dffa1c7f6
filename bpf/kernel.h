/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_KERNEL_H
#define CONNTOP_KERNEL_H

/*
 * The kernel's types, as far as they are read. Offsets are relocated at load (CO-RE) by the names
 * below, so only names and types of fields matter, not their order; anonymous structs and unions
 * of the kernel are seen through.
 */
#include <stdbool.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

typedef int pid_t;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* --- processes --- */

struct mm_struct {
	unsigned long arg_start;
	unsigned long arg_end;
};

typedef struct {
	__u32 val;
} kuid_t;

typedef struct {
	__u32 val;
} kgid_t;

struct cred {
	kuid_t uid;
	kgid_t gid;
};

struct kernfs_node {
	__u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct css_set {
	struct cgroup *dfl_cgrp; /* cgroup v2 */
};

typedef struct {
	int counter;
} atomic_t;

struct signal_struct {
	atomic_t live; /* threads that have not begun to exit */
	int nr_threads;
	int group_exit_code;
	unsigned int flags;
};

struct file;

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct thread_info {
	__u32 status; /* x86 */
};

struct task_struct {
	struct thread_info thread_info;
	unsigned int flags;
	int exit_code;
	pid_t pid;
	pid_t tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct mm_struct *mm;
	__u64 start_boottime;
	const struct cred *cred;
	struct css_set *cgroups;
	struct signal_struct *signal;
	struct files_struct *files;
	kuid_t loginuid; /* with CONFIG_AUDIT */
	char comm[16];
};

struct linux_binprm {
	const char *filename; /* as given to execve(2) */
	const char *interp;   /* the binary that runs: differs for scripts */
};

/* --- sockets --- */

struct in6_addr {
	union {
		__u8 u6_addr8[16];
		__be32 u6_addr32[4];
	} in6_u;
};

struct ns_common {
	unsigned int inum;
};

struct net {
	struct ns_common ns;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	unsigned long skc_flags;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

typedef struct {
	int owned; /* by a system call; clear in softirq */
} socket_lock_t;

struct socket;

struct sock {
	struct sock_common __sk_common;
	socket_lock_t sk_lock;
	__u16 sk_protocol;
	__u8 sk_kern_sock : 1;
	int sk_err;
	struct socket *sk_socket;
	__u32 sk_ack_backlog;
	__u32 sk_max_ack_backlog;
};

struct inode {
	unsigned short i_mode;
};

struct file {
	unsigned int f_flags;
	struct inode *f_inode;
	void *private_data;
};

typedef enum {
	SS_FREE,
	SS_UNCONNECTED,
} socket_state;

struct socket {
	socket_state state;
	struct file *file;
	struct sock *sk;
};

/* Linux 6.10 and later; before, inet_csk_accept() had four arguments. */
struct proto_accept_arg {
	int flags;
};

struct inet_sock {
	struct sock sk;
	__be16 inet_sport;
};

struct tcp_ulp_ops {
	char name[16];
};

struct inet_connection_sock {
	struct inet_sock icsk_inet;
	const struct tcp_ulp_ops *icsk_ulp_ops;
};

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u64 bytes_sent;
	__u64 bytes_retrans;
	__u64 bytes_received;
	__u32 srtt_us; /* eight times the smoothed round trip */
	__u32 total_retrans;
};

enum sock_flags {
	SOCK_DEAD, /* no process has it open any more */
	SOCK_DONE, /* FIN was received */
};

/* --- iterators --- */

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_map;

struct bpf_iter__bpf_sk_storage_map {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	struct sock *sk;
	void *value;
};

struct bpf_iter__tcp {
	struct bpf_iter_meta *meta;
	struct sock_common *sk_common;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
};

/* --- system calls --- */

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long bx;
	unsigned long cx;
	unsigned long dx;
	unsigned long si;
	unsigned long di;
	unsigned long r10;
	unsigned long orig_ax;
};
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs {
	__u64 regs[31];
	__u64 orig_x0;
	int syscallno;
};
#endif

#pragma clang attribute pop

/* <linux/socket.h> and <linux/in.h> drag in the C library here. */
#define AF_INET	    2
#define AF_INET6    10
#define IPPROTO_TCP 6

/* <linux/errno.h>, <linux/sched.h>, <linux/net.h>, <linux/fs.h>, <linux/sched/signal.h> */
#define EINTR	      4
#define ENOMEM	      12
#define EEXIST	      17
#define EADDRNOTAVAIL 99
#define ECONNABORTED  103
#define EISCONN	      106
#define EALREADY      114
#define EINPROGRESS   115
#define ECANCELED     125
#define ERESTARTSYS   512

#define PF_EXITING    0x4
#define PF_FORKNOEXEC 0x40
#define PF_KTHREAD    0x200000

#define O_NONBLOCK 04000
#define S_IFMT	   0170000
#define S_IFSOCK   0140000

#define SIGNAL_GROUP_EXIT 0x4

#endif
