/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_MAPS_H
#define CONNTOP_MAPS_H

/* The maps and variables that the programs share, and the few lines that each of them needs. */
#include "kernel.h"
#include "event.h"
#include "filter.h"

#define RING_BYTES (4 * 1024 * 1024)

#define FOLLOWED_MAX  65536
#define SAMPLES_MAX   4096
#define LISTENERS_MAX 16384

struct events_map {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES);
};

struct counters_map {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, EVENT_KINDS);
	__type(key, __u32);
	__type(value, struct event_counts);
};

/* The filter in force and the idle one, which the reader writes before it flips filter_active. */
struct filters_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct filter);
};

/* On each TCP socket: the record that its next event will send. A child gets its listener's. */
struct sockets_map {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct conn_event);
};

/* By the listener's id: connections that completed their handshake. */
struct listeners_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, LISTENERS_MAX);
	__type(key, __u64);
	__type(value, __s64);
};

/* By PID, of processes that listen: whether they have forked since. */
struct forked_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, LISTENERS_MAX);
	__type(key, __u32);
	__type(value, __u32);
};

/* PIDs of processes that descend from those that a filter names; above them the filter's follow. */
struct followed_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, FOLLOWED_MAX);
	__type(key, __u64);
	__type(value, __u8);
};

/* By thread: the socket that its connect(2) has just put on its way. */
struct connecting_map {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u64);
};

/*
 * What a read of the sockets finds, from the first on. The reader has it in its memory, all of it:
 * what there is no room for it gets in another read.
 */
struct samples_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, SAMPLES_MAX);
	__type(key, __u32);
	__type(value, union sample_event);
};

extern struct events_map events SEC(".maps");
extern struct counters_map counters SEC(".maps");
extern struct filters_map filters SEC(".maps");
extern struct sockets_map sockets SEC(".maps");
extern struct listeners_map listeners SEC(".maps");
extern struct forked_map forked SEC(".maps");
extern struct followed_map followed SEC(".maps");
extern struct connecting_map connecting SEC(".maps");
extern struct samples_map samples SEC(".maps");

/* Which filter is in force: FILTER_*; read once per event. Written by the reader. */
extern volatile __u32 filter_active;

/*
 * The reader is woken once so many bytes wait: 0, by the next event; EVENT_WAKE_NEVER, not at all.
 * Set by the reader before it sleeps; who wakes it says never, as it takes time to come.
 */
extern volatile __u32 wake_at;

/* Bits 1 << EVENT_*: others are neither sent nor counted. Written by the reader. */
extern volatile __u32 kinds_wanted;

/* Who accepts is told by a program of its own: nobody need look for owners. Set by the reader. */
extern volatile __u32 accepts_told;

/* Connections wait for a pass over the open files to find their process. Cleared by the reader. */
extern volatile __u32 owners_wanted;

/* Counts passes over the open files. Written by the reader. */
extern volatile __u32 owners_pass;

/* Failed calls are watched: calls that put a socket on its way are marked. Set by the reader. */
extern volatile __u32 failures_watched;

/* Index of the filter whose descendants are looked for. Written by the reader. */
extern volatile __u32 follow_set;

/* Descendants that the last pass found. Cleared by the reader. */
extern volatile __u32 followed_found;

/* The pass over the sockets that goes on, and what it found since the last read. */
extern volatile struct sampling sampling;

/* Descendants that `followed` had no room for. */
extern volatile __u32 followed_lost;

static __always_inline void count_seen(__u32 kind)
{
	struct event_counts *counts = bpf_map_lookup_elem(&counters, &kind);

	if (counts) /* atomic: an interrupt may count on this CPU meanwhile */
		__sync_fetch_and_add(&counts->seen, 1);
}

static __always_inline void count_lost(__u32 kind)
{
	struct event_counts *counts = bpf_map_lookup_elem(&counters, &kind);

	if (counts)
		__sync_fetch_and_add(&counts->lost, 1);
}

static __always_inline void count_filtered(__u32 kind)
{
	struct event_counts *counts = bpf_map_lookup_elem(&counters, &kind);

	if (counts)
		__sync_fetch_and_add(&counts->filtered, 1);
}

/* The reader is woken only when it wants to be: a wake-up an event is what makes tracing dear. */
static __always_inline __u64 wake_flags(void)
{
	__u32 at = wake_at;

	if (at == EVENT_WAKE_NEVER || (at && bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) < at))
		return BPF_RB_NO_WAKEUP;
	wake_at = EVENT_WAKE_NEVER;
	return BPF_RB_FORCE_WAKEUP;
}

/* Sends a record and counts it. */
static __always_inline void send_event(struct event *event, __u64 size)
{
	__u32 kind = event->kind;

	if (bpf_ringbuf_output(&events, event, size, wake_flags()))
		count_lost(kind);
	else
		count_seen(kind);
}

static __always_inline bool kind_wanted(__u32 kind)
{
	return kinds_wanted >> (kind & 31) & 1;
}

/* Whether the filter in force wants what is described; also fills in whether it is followed. */
__noinline int filter_wants(struct filter_subject *subject);

static __always_inline const struct filter *filter_now(void)
{
	__u32 index = filter_active & FILTER_INDEX;

	return bpf_map_lookup_elem(&filters, &index);
}

/* Whether the filter in force may turn anything away. By default it does not. */
static __always_inline bool filter_judges(void)
{
	return filter_active & FILTER_ASKS;
}

static __always_inline __u64 follow_key(const struct filter *filter, __u32 pid)
{
	return (__u64)filter->follow << 32 | pid;
}

/* Names of processes lie in one piece, and are padded with zeroes. */
static __always_inline void copy_comm(char *to, const char *from)
{
	__builtin_memcpy(to, from, EVENT_COMM_LEN);
}

/*
 * Fill the owner's part of a record; kernel threads own nothing: pid 0. Of the current task helpers
 * tell what another, by its address, needs many reads for. Nothing goes through a pointer that the
 * verifier trusts: since 6.4 each such hop costs it a search through all types by name.
 */
__noinline int describe_current(struct event *event);
__noinline int describe_task(struct event *event, __u64 address);

static __always_inline __u64 task_start(const struct task_struct *task)
{
	return BPF_CORE_READ(task, group_leader, start_boottime);
}

static __always_inline void subject_of_task(struct filter_subject *subject,
					    const struct event *event)
{
	subject->pid = event->pid;
	subject->uid = event->uid;
	copy_comm(subject->comm, event->comm);
}

#endif
