// SPDX-License-Identifier: GPL-2.0-or-later
/* What the programs share; see maps.h. */
#define FILTER_PART __noinline int
#include "maps.h"

char LICENSE[] SEC("license") = "GPL";

struct events_map events SEC(".maps");
struct counters_map counters SEC(".maps");
struct filters_map filters SEC(".maps");
struct sockets_map sockets SEC(".maps");
struct listeners_map listeners SEC(".maps");
struct forked_map forked SEC(".maps");
struct followed_map followed SEC(".maps");
struct connecting_map connecting SEC(".maps");
struct samples_map samples SEC(".maps");

volatile __u32 filter_active = 0;
volatile __u32 wake_at = EVENT_WAKE_NEVER;
volatile __u32 kinds_wanted = ~0U;
volatile __u32 accepts_told = 0;
volatile __u32 owners_wanted = 0;
volatile __u32 owners_pass = 0;
volatile __u32 failures_watched = 0;
volatile __u32 follow_set = 0;
volatile struct sampling sampling = {};
volatile __u32 followed_found = 0;
volatile __u32 followed_lost = 0;

/* Global in BPF's sense: the verifier looks at them once in each program, not at each call. */
__noinline int filter_wants(struct filter_subject *subject)
{
	const struct filter *filter;

	if (!subject || !filter_judges())
		return 1;
	filter = filter_now();
	if (!filter)
		return 1;
	if (filter->follow && !subject->followed) {
		__u64 key = follow_key(filter, subject->pid);

		subject->followed = bpf_map_lookup_elem(&followed, &key) != NULL;
	}
	return filter_match(filter, subject);
}

/* What the first thread of a process tells. */
static __always_inline void describe_leader(struct event *event, const struct task_struct *leader)
{
	event->start_ns = BPF_CORE_READ(leader, start_boottime);
	event->ppid = BPF_CORE_READ(leader, real_parent, tgid);
	event->loginuid = EVENT_NO_UID;
	if (bpf_core_field_exists(leader->loginuid))
		event->loginuid = BPF_CORE_READ(leader, loginuid.val);
	bpf_probe_read_kernel(event->comm, EVENT_COMM_LEN, leader->comm);
}

__noinline int describe_current(struct event *event)
{
	const struct task_struct *task = bpf_get_current_task_btf();
	__u64 uid_gid = bpf_get_current_uid_gid();

	if (!event)
		return 0;
	event->pid = task->flags & PF_KTHREAD ? 0 : task->tgid;
	event->uid = uid_gid;
	event->gid = uid_gid >> 32;
	event->cgroup = bpf_get_current_cgroup_id();
	describe_leader(event, BPF_CORE_READ(task, group_leader));
	return 0;
}

__noinline int describe_task(struct event *event, __u64 address)
{
	const struct task_struct *task = (void *)address;

	if (!event)
		return 0;
	event->pid = BPF_CORE_READ(task, flags) & PF_KTHREAD ? 0 : BPF_CORE_READ(task, tgid);
	event->uid = BPF_CORE_READ(task, cred, uid.val);
	event->gid = BPF_CORE_READ(task, cred, gid.val);
	/* A v2 hierarchy is there since Linux 4.5, mounted or not. */
	event->cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
	describe_leader(event, BPF_CORE_READ(task, group_leader));
	return 0;
}
