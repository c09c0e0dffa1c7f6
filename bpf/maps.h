/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_MAPS_H
#define CONNTOP_MAPS_H

/* The maps and variables that the programs share, and the few lines that each of them needs. */
#include "kernel.h"
#include "event.h"
#include "filter.h"

#define RING_BYTES (4 * 1024 * 1024)
#define RING_FULL  (RING_BYTES / 4) /* the reader is woken when this much waits */

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

/* On each socket that connected: the record that its next event will send. */
struct sockets_map {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct conn_event);
};

extern struct events_map events SEC(".maps");
extern struct counters_map counters SEC(".maps");
extern struct filters_map filters SEC(".maps");
extern struct sockets_map sockets SEC(".maps");

/* Index of the filter in force; read once per event. Written by the reader. */
extern volatile __u32 filter_active;

/* The reader sleeps and wants to be woken by the next event. Set by the reader. */
extern volatile __u32 reader_waits;

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

/*
 * Sends a record and counts it. The reader is woken only when it waits, or when the ring is
 * filling: a wake-up an event is what makes tracing dear.
 */
static __always_inline void send_event(struct event *event, __u64 size)
{
	__u64 flags = BPF_RB_NO_WAKEUP;

	if (reader_waits) {
		reader_waits = 0;
		flags = BPF_RB_FORCE_WAKEUP;
	} else if (bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) >= RING_FULL) {
		flags = BPF_RB_FORCE_WAKEUP;
	}
	if (bpf_ringbuf_output(&events, event, size, flags))
		count_lost(event->kind);
	else
		count_seen(event->kind);
}

static __always_inline bool filter_wants(const struct filter_subject *subject)
{
	__u32 active = filter_active;
	const struct filter *filter = bpf_map_lookup_elem(&filters, &active);

	return !filter || filter_match(filter, subject);
}

/* Fills the owner's part of a record from a task, which must be current for uid, gid, cgroup. */
static __always_inline void describe_current(struct event *event, struct task_struct *task)
{
	__u64 uid_gid = bpf_get_current_uid_gid();
	struct task_struct *leader = task->group_leader;

	event->start_ns = leader->start_boottime;
	event->cgroup = bpf_get_current_cgroup_id();
	event->pid = task->tgid;
	event->ppid = task->real_parent->tgid;
	event->uid = uid_gid;
	event->gid = uid_gid >> 32;
	event->loginuid = EVENT_NO_UID;
	if (bpf_core_field_exists(task->loginuid))
		event->loginuid = task->loginuid.val;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
}

#endif
