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
	EVENT_EXEC,    /* a process image was replaced, or could not be: struct exec_event */
	EVENT_EXIT,    /* the last thread of a process ended: struct exit_event */
	EVENT_OPEN,    /* SYN is about to leave, or a peer's handshake is over: struct conn_event */
	EVENT_CONNECT, /* a connect ended, ret tells how */
	EVENT_ACCEPT,  /* an incoming connection has its process */
	EVENT_CLOSE,   /* an established connection ended; the final figures */
	EVENT_SAMPLE,  /* not an event: the figures of a living connection, from the iterator */
	EVENT_LISTENER, /* not an event: a listening socket, from the iterator: listen_event */
	EVENT_PASS,	/* not an event: the samples of a pass begun at ts_ns are complete: event */
	EVENT_KINDS
};

#define EVENT_COMM_LEN 16 /* TASK_COMM_LEN */
#define EVENT_NO_UID   0xffffffffU

/*
 * What every record starts with: what, when, and on whose behalf. With pid 0 nobody is known, or
 * the kernel itself, and only ts_ns and kind count.
 */
struct event {
	__u64 ts_ns;	/* CLOCK_BOOTTIME */
	__u64 start_ns; /* CLOCK_BOOTTIME when the process started: with pid, names it for good */
	__u64 cgroup;	/* cgroup v2 id */
	__u8 kind;	/* enum event_kind */
	__u8 followed;	/* the process descends from one that the filter names (--follow) */
	__u16 pad;
	__u32 pid; /* thread group id, as all pids here, in the initial pid namespace */
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
#define EXEC_ARGS_UNREAD 0x2 /* the arguments were not in memory */
#define EXEC_ARGS_MORE	 0x4 /* failed: there were more arguments, args_total does not count them */

struct exec_event {
	struct event head;
	struct {
		__u64 start_ns;
		__u64 cgroup;
		__u32 ppid;
		__u32 uid;
		__u32 gid;
		__u32 loginuid;
		char comm[EVENT_COMM_LEN];
	} parent;	    /* as in head; its pid is head.ppid */
	__s32 ret;	    /* 0, or -errno */
	__u32 flags;	    /* EXEC_* */
	__u32 args_total;   /* bytes of arguments that the image has; more than args_len: cut */
	__u16 filename_len; /* bytes at data, the NUL included */
	__u16 args_len;	    /* bytes after those: the arguments, a NUL after each */
	char data[];
};

_Static_assert(sizeof(struct exec_event) == 128, "struct exec_event is ABI");

struct exit_event {
	struct event head;
	__s32 code;   /* exit_group(2)'s, 0 to 255 */
	__s32 signal; /* that ended it; 0: none did */
};

_Static_assert(sizeof(struct exit_event) == 72, "struct exit_event is ABI");

enum conn_direction { CONN_OUT, CONN_IN };

#define CONN_OLDER     0x1 /* was there before conntop: opened_ns is not known */
#define CONN_INHERITED 0x2 /* the owner is the listener's; who accepts it is not known yet */
#define CONN_SHARED    0x4 /* more than one process holds the listener: inherited is a guess */
#define CONN_TOLD      0x8 /* EVENT_ACCEPT was sent */

struct conn_event {
	struct event head;    /* the owner; head.ts_ns is the time of this record */
	__u64 id;	      /* names the connection, unique while the host is up */
	__u64 listener;	      /* id of the socket that it came in by; 0: went out, or not known */
	__u64 opened_ns;      /* CLOCK_BOOTTIME when SYN left or came; 0: not known */
	__u64 established_ns; /* 0: not (yet), or not known */
	__u64 tx_bytes;	      /* payload, retransmissions not counted twice */
	__u64 rx_bytes;	      /* payload */
	__u8 laddr[16];
	__u8 raddr[16];
	__u16 lport; /* 0: not chosen yet */
	__u16 rport;
	__u16 proto;	   /* IPPROTO_TCP */
	__u8 ip;	   /* 4 or 6; IPv4 on an IPv6 socket is 4 */
	__u8 direction;	   /* enum conn_direction */
	__u8 state;	   /* kernel's TCP_ESTABLISHED (1) .. */
	__u8 flags;	   /* CONN_* */
	__u16 followed_by; /* the kernel's own: the filter.follow that head.followed is of */
	__u32 netns;	   /* inode of the network namespace */
	__s32 ret;	   /* EVENT_CONNECT: 0, or -errno */
	__u32 rtt_us;	   /* smoothed; 0: never measured */
	__u32 retrans;	   /* segments sent again, in all */
	__u32 pass;	   /* the kernel's own: of open files, that last saw the owner hold it */
};

_Static_assert(sizeof(struct conn_event) == 176, "struct conn_event is ABI");

struct listen_event {
	struct event head; /* the owner: who called listen(2) */
	__u64 id;	   /* names the socket, as a connection's */
	__u64 opened_ns;   /* CLOCK_BOOTTIME of listen(2); 0: before conntop */
	__u64 accepts;	   /* connections taken off the queue since conntop knows the socket */
	__u8 laddr[16];
	__u16 lport;
	__u8 ip;    /* 4 or 6 */
	__u8 flags; /* CONN_OLDER, CONN_SHARED */
	__u32 netns;
	__u32 backlog;	   /* established, waiting for accept(2) */
	__u32 backlog_max; /* of those */
};

_Static_assert(sizeof(struct listen_event) == 120, "struct listen_event is ABI");

#define EVENT_WAKE_NEVER 0xffffffffU /* of the kernel's wake_at */

/* What lives, by its kind. */
union sample_event {
	struct event head;
	struct conn_event conn;
	struct listen_event listener;
};

_Static_assert(sizeof(union sample_event) == 176, "union sample_event is ABI");

/* A pass over all sockets, in reads of as many samples as there is room for. */
struct sampling {
	__u64 pass_ns; /* when it began; written by the reader */
	__u64 next;    /* id of the socket that there was no room for; 0: there was for all */
	__u32 n;       /* samples; the reader starts each read with 0 */
	__u32 pad;
};

_Static_assert(sizeof(struct sampling) == 24, "struct sampling is ABI");

/* Per kind, exact: happened = seen + filtered + lost. One per CPU in the kernel's map. */
struct event_counts {
	__u64 seen;	/* reached the ring buffer */
	__u64 filtered; /* turned away by the filter in force */
	__u64 lost;	/* wanted, but the ring buffer was full */
};

#endif
