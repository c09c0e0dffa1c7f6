/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_EVENT_H
#define CONNTOP_EVENT_H

/*
 * The kernel/user ABI: the records that bpf/ writes and tui/source/ reads, from the ring buffer and
 * from the sampling iterator alike. Fixed-width types, explicit padding, sizes asserted. Integers
 * are in host byte order, ports too; addresses are in network order, IPv4 in the first four bytes.
 */
#include <linux/types.h>

enum event_kind {
	EVENT_EXEC,    /* a process image was replaced: struct exec_event */
	EVENT_OPEN,    /* a connect began, SYN is about to leave: struct conn_event */
	EVENT_CONNECT, /* a connect ended, ret tells how */
	EVENT_CLOSE,   /* an established connection ended; the final figures */
	EVENT_SAMPLE,  /* not an event: the figures of a living connection, from the iterator */
	EVENT_KINDS
};

#define EVENT_COMM_LEN 16 /* TASK_COMM_LEN */
#define EVENT_NO_UID   0xffffffffU

/* What every record starts with: what, when, and on whose behalf. */
struct event {
	__u64 ts_ns;	/* CLOCK_BOOTTIME */
	__u64 start_ns; /* CLOCK_BOOTTIME when the process started: with pid, names it for good */
	__u64 cgroup;	/* cgroup v2 id */
	__u32 kind;	/* enum event_kind */
	__u32 pid;	/* thread group id, as all pids here, in the initial pid namespace */
	__u32 ppid;
	__u32 uid; /* real ids, in the initial user namespace */
	__u32 gid;
	__u32 loginuid; /* EVENT_NO_UID: not set, or a kernel without audit */
	char comm[EVENT_COMM_LEN];
};

_Static_assert(sizeof(struct event) == 64, "struct event is ABI");

#define EXEC_FILENAME_MAX 4096 /* PATH_MAX, the NUL included */
#define EXEC_ARGS_MAX	  8192

#define EXEC_SCRIPT	 0x1 /* an interpreter was put in front of the arguments */
#define EXEC_ARGS_UNREAD 0x2 /* the new image's arguments were not in memory */

struct exec_event {
	struct event head;
	char pcomm[EVENT_COMM_LEN]; /* comm of the parent */
	__s32 ret;		    /* 0, or -errno */
	__u32 flags;		    /* EXEC_* */
	__u32 args_total;   /* bytes of arguments that the image has; more than args_len: cut */
	__u16 filename_len; /* bytes at data, the NUL included */
	__u16 args_len;	    /* bytes after those: the arguments, a NUL after each */
	char data[];
};

_Static_assert(sizeof(struct exec_event) == 96, "struct exec_event is ABI");

enum conn_direction { CONN_OUT, CONN_IN };

struct conn_event {
	struct event head;    /* the owner; head.ts_ns is the time of this record */
	__u64 id;	      /* names the connection, unique while the host is up */
	__u64 opened_ns;      /* CLOCK_BOOTTIME when SYN left */
	__u64 established_ns; /* 0: not (yet) */
	__u64 tx_bytes;	      /* payload, retransmissions not counted twice */
	__u64 rx_bytes;	      /* payload */
	__u8 laddr[16];
	__u8 raddr[16];
	__u16 lport; /* 0: not chosen yet */
	__u16 rport;
	__u16 proto;	/* IPPROTO_TCP */
	__u8 ip;	/* 4 or 6; IPv4 on an IPv6 socket is 4 */
	__u8 direction; /* enum conn_direction */
	__u8 state;	/* kernel's TCP_ESTABLISHED (1) .. */
	__u8 pad[3];
	__u32 netns;   /* inode of the network namespace */
	__s32 ret;     /* EVENT_CONNECT: 0, or -errno */
	__u32 rtt_us;  /* smoothed; 0: never measured */
	__u32 retrans; /* segments sent again, in all */
	__u32 pad2;
};

_Static_assert(sizeof(struct conn_event) == 168, "struct conn_event is ABI");

/* Per kind, exact: happened = seen + filtered + lost. One per CPU in the kernel's map. */
struct event_counts {
	__u64 seen;	/* reached the ring buffer */
	__u64 filtered; /* turned away by the filter in force */
	__u64 lost;	/* wanted, but the ring buffer was full */
};

#endif
