/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_FILTER_H
#define CONNTOP_FILTER_H

/*
 * The filter as both sides see it, and the one predicate that judges by it: compiled into the BPF
 * programs, which turn events away before the ring buffer, and into the reader, which hides rows
 * that it already has. Nothing here may call a function or loop without a constant bound.
 *
 * Within a dimension the values are OR-ed and excluded values win; the dimensions are AND-ed.
 */
#include <linux/types.h>

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

/*
 * How the costly parts of the predicate are made. In BPF each becomes a function of its own, which
 * the verifier looks at once instead of at each call; it then takes pointers for what may be NULL.
 */
#ifndef FILTER_PART
#define FILTER_PART static __always_inline int
#endif

#define FILTER_NUMBERS_MAX 512 /* values of a kind in one dimension; a power of two */
#define FILTER_NUMBERS_END 0xffffffffU
#define FILTER_PORT_WORDS  (65536 / 64)
#define FILTER_NETS_MAX	   32 /* address prefixes of a kind */
#define FILTER_COMM_WORDS  2  /* of automaton for globs of a kind */
#define FILTER_COMM_LEN	   16 /* TASK_COMM_LEN */

/* A set of numbers, PIDs or UIDs: sorted, the places after the last FILTER_NUMBERS_END. */
struct filter_numbers {
	__u32 n;
	__u32 pad;
	__u32 values[FILTER_NUMBERS_MAX];
};

/* A dimension of numbers: only these (any, when empty), but not those. */
struct filter_dim {
	struct filter_numbers only;
	struct filter_numbers not ;
};

struct filter_ports {
	__u32 has_only;
	__u32 has_not;
	__u64 only[FILTER_PORT_WORDS];
	__u64 not [FILTER_PORT_WORDS];
};

/* An address prefix: words in network order, bits beyond the mask clear. */
struct filter_net {
	__u32 addr[4]; /* IPv4 in the first word */
	__u32 mask[4];
	__u32 ip; /* 4 or 6 */
};

struct filter_nets {
	__u32 n;
	struct filter_net nets[FILTER_NETS_MAX];
};

struct filter_addrs {
	struct filter_nets only;
	struct filter_nets not ;
};

/*
 * Globs, as a non-deterministic automaton whose states are bits. A glob of k characters, classes
 * or question marks takes k + 1 neighbouring bits of one word; bit i means that i were matched.
 */
struct filter_globs {
	__u32 n; /* words in use */
	__u32 pad;
	__u64 start[FILTER_COMM_WORDS];	    /* the first bit of each glob */
	__u64 loop[FILTER_COMM_WORDS];	    /* bits that stay, whatever comes: a star stands here */
	__u64 final[FILTER_COMM_WORDS];	    /* the last bit of each glob */
	__u64 step[256][FILTER_COMM_WORDS]; /* bits that move one up when this byte comes */
};

struct filter_comms {
	struct filter_globs only;
	struct filter_globs not ;
};

struct filter {
	struct filter_dim pid;
	struct filter_dim uid;
	struct filter_ports port;
	struct filter_addrs addr;
	struct filter_comms comm;
	__u32 follow;	/* not 0: `pid.only` and all that descend from those */
	__u32 families; /* bits 1 << 4 and 1 << 6; 0: any */
};

_Static_assert(sizeof(struct filter) == 4 * 2056 + 16392 + 2 * 1156 + 2 * 4152 + 8,
	       "struct filter is ABI");

/* How the kernel is told which of its two filters is in force. */
#define FILTER_INDEX 0x1
#define FILTER_ASKS  0x2 /* filter_asks() of it; without, nothing need be judged */

/* What is judged. Execs have no connection: its dimensions do not apply to them. */
struct filter_subject {
	__u32 pid;
	__u32 uid;
	__u32 followed; /* descends from one of the filter's PIDs */
	__u32 has_conn;
	__u32 ip; /* 4 or 6 */
	__u16 lport;
	__u16 rport;
	__u32 laddr[4]; /* words in network order, IPv4 in the first */
	__u32 raddr[4];
	char comm[FILTER_COMM_LEN];
};

/*
 * Binary search without a branch: the kernel's verifier follows both ways of each branch, and nine
 * of them in each of four searches take it seconds. The empty asm keeps the compiler from making
 * one of the sign bit.
 */
FILTER_PART filter_numbers_has(const struct filter_numbers *set, __u32 value)
{
	__u32 at = 0;

	if (!set)
		return 0;
#ifdef __clang__
#pragma clang loop unroll(full)
#endif
	for (__u32 step = FILTER_NUMBERS_MAX / 2; step; step /= 2) {
		__s64 less = (__s64)set->values[at + step - 1] - (__s64)value;

		__asm__("" : "+r"(less));
		at += step & (__u32)(less >> 63);
		__asm__("" : "+r"(at)); /* as |= Linux 6.1 loses its bounds */
	}
	return set->values[at & (FILTER_NUMBERS_MAX - 1)] == value;
}

static __always_inline int filter_pid_allows(const struct filter *filter,
					     const struct filter_subject *subject)
{
	if (filter->pid.not .n && filter_numbers_has(&filter->pid.not, subject->pid))
		return 0;
	return !filter->pid.only.n || (filter->follow && subject->followed) ||
	       filter_numbers_has(&filter->pid.only, subject->pid);
}

static __always_inline int filter_dim_allows(const struct filter_dim *dim, __u32 value)
{
	if (dim->not .n && filter_numbers_has(&dim->not, value))
		return 0;
	return !dim->only.n || filter_numbers_has(&dim->only, value);
}

static __always_inline int filter_port_bit(const __u64 *words, __u16 port)
{
	return words[port / 64] >> (port % 64) & 1;
}

static __always_inline int filter_ports_allow(const struct filter_ports *ports, __u16 lport,
					      __u16 rport)
{
	if (ports->has_not &&
	    (filter_port_bit(ports->not, lport) || filter_port_bit(ports->not, rport)))
		return 0;
	return !ports->has_only || filter_port_bit(ports->only, lport) ||
	       filter_port_bit(ports->only, rport);
}

/* 1 when a word is 0, else 0: without a branch, for the verifier's sake. */
static __always_inline __u64 filter_is_zero(__u32 word)
{
	return ((__u64)word - 1) >> 63;
}

/* Whether the prefix holds the local or the remote address. */
FILTER_PART filter_net_has(const struct filter_net *net, const struct filter_subject *subject)
{
	__u32 local, remote;

	if (!net || !subject)
		return 0;
	local = remote = subject->ip ^ net->ip;
	for (int word = 0; word < 4; word++) {
		local |= (subject->laddr[word] & net->mask[word]) ^ net->addr[word];
		remote |= (subject->raddr[word] & net->mask[word]) ^ net->addr[word];
	}
	return filter_is_zero(local) | filter_is_zero(remote);
}

FILTER_PART filter_nets_have(const struct filter_nets *nets, const struct filter_subject *subject)
{
	int has = 0;

	if (!nets || !subject)
		return 0;
#ifdef __clang__
#pragma clang loop unroll(disable)
#endif
	for (__u32 i = 0; i < FILTER_NETS_MAX; i++) {
		if (i >= nets->n)
			break;
		has |= filter_net_has(&nets->nets[i], subject);
	}
	return has;
}

static __always_inline int filter_addrs_allow(const struct filter_addrs *addrs,
					      const struct filter_subject *subject)
{
	if (addrs->not .n && filter_nets_have(&addrs->not, subject))
		return 0;
	return !addrs->only.n || filter_nets_have(&addrs->only, subject);
}

/* The states after one more byte; a NUL, of which all that follow are, changes nothing. */
static __always_inline __u64 filter_globs_step(const struct filter_globs *globs, __u32 word,
					       __u64 states, __u8 byte)
{
	__u64 moved = (states & globs->step[byte][word]) << 1 | (states & globs->loop[word]);
	__u64 over = -filter_is_zero(byte);

	return (moved & ~over) | (states & over);
}

/* Whether a glob of this word matches the whole name, which is padded with NULs. */
FILTER_PART filter_globs_word(const struct filter_globs *globs,
			      const struct filter_subject *subject, __u32 word)
{
	__u64 states;

	if (!globs || !subject || word >= FILTER_COMM_WORDS)
		return 0;
	states = globs->start[word];
#ifdef __clang__
#pragma clang loop unroll(full)
#endif
	for (int i = 0; i < FILTER_COMM_LEN; i++)
		states = filter_globs_step(globs, word, states, subject->comm[i]);
	return (states & globs->final[word]) != 0;
}

static __always_inline int filter_globs_match(const struct filter_globs *globs,
					      const struct filter_subject *subject)
{
	int matched = 0;

	for (__u32 word = 0; word < FILTER_COMM_WORDS; word++)
		if (word < globs->n)
			matched |= filter_globs_word(globs, subject, word);
	return matched;
}

static __always_inline int filter_comms_allow(const struct filter_comms *comms,
					      const struct filter_subject *subject)
{
	if (comms->not .n && filter_globs_match(&comms->not, subject))
		return 0;
	return !comms->only.n || filter_globs_match(&comms->only, subject);
}

static __always_inline int filter_conn_allows(const struct filter *filter,
					      const struct filter_subject *subject)
{
	if (filter->families && !(filter->families >> subject->ip & 1))
		return 0;
	return filter_ports_allow(&filter->port, subject->lport, subject->rport) &&
	       filter_addrs_allow(&filter->addr, subject);
}

/* Whether it matters whose an event is. */
static __always_inline int filter_asks_owner(const struct filter *filter)
{
	return filter->pid.only.n | filter->pid.not .n | filter->uid.only.n | filter->uid.not .n |
	       filter->comm.only.n | filter->comm.not .n;
}

/* Whether there is anything that the filter does not let through. */
static __always_inline int filter_asks(const struct filter *filter)
{
	return filter_asks_owner(filter) | filter->port.has_only | filter->port.has_not |
	       filter->addr.only.n | filter->addr.not .n | filter->families;
}

/* Whether the filter lets the subject through. */
static __always_inline int filter_match(const struct filter *filter,
					const struct filter_subject *subject)
{
	return filter_pid_allows(filter, subject) &&
	       filter_dim_allows(&filter->uid, subject->uid) &&
	       filter_comms_allow(&filter->comm, subject) &&
	       (!subject->has_conn || filter_conn_allows(filter, subject));
}

#endif
