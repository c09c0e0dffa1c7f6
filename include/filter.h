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

#define FILTER_NUMBERS_MAX 512 /* values of a kind in one dimension; a power of two */
#define FILTER_NUMBERS_END 0xffffffffU
#define FILTER_PORT_WORDS  (65536 / 64)

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

struct filter {
	struct filter_dim pid;
	struct filter_dim uid;
	struct filter_ports port;
};

_Static_assert(sizeof(struct filter) == 4 * 2056 + 16392, "struct filter is ABI");

/* What is judged. Execs have no ports: the port dimension does not apply to them. */
struct filter_subject {
	__u32 pid;
	__u32 uid;
	__u16 lport;
	__u16 rport;
	__u32 has_ports;
};

/*
 * Binary search without a branch: the kernel's verifier follows both ways of each branch, and nine
 * of them in each of four searches take it seconds. The empty asm keeps the compiler from making
 * one of the sign bit.
 */
static __always_inline int filter_numbers_has(const struct filter_numbers *set, __u32 value)
{
	__u32 at = 0;

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

/* Whether the filter lets the subject through. */
static __always_inline int filter_match(const struct filter *filter,
					const struct filter_subject *subject)
{
	return filter_dim_allows(&filter->pid, subject->pid) &&
	       filter_dim_allows(&filter->uid, subject->uid) &&
	       (!subject->has_ports ||
		filter_ports_allow(&filter->port, subject->lport, subject->rport));
}

#endif
