/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_KERNEL_H
#define CONNTOP_KERNEL_H

/*
 * The kernel's types, as far as they are read. Offsets are relocated at load (CO-RE) by the names
 * below, so only names and types of fields matter, not their order; anonymous structs and unions
 * of the kernel are seen through.
 */
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

struct task_struct {
	pid_t pid;
	pid_t tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct mm_struct *mm;
	__u64 start_boottime;
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

struct sock {
	struct sock_common __sk_common;
	__u16 sk_protocol;
	int sk_err;
};

struct inet_sock {
	struct sock sk;
	__be16 inet_sport;
};

struct inet_connection_sock {
	struct inet_sock icsk_inet;
};

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u64 bytes_sent;
	__u64 bytes_retrans;
	__u64 bytes_received;
	__u32 srtt_us; /* eight times the smoothed round trip */
	__u32 total_retrans;
};

enum sock_flags { SOCK_DONE = 1 }; /* FIN was received */

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

#pragma clang attribute pop

/* <linux/socket.h> and <linux/in.h> drag in the C library here. */
#define AF_INET	    2
#define AF_INET6    10
#define IPPROTO_TCP 6

/* <linux/errno.h> of the BPF side. */
#define ECANCELED 125

#endif
