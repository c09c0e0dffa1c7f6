// SPDX-License-Identifier: GPL-2.0-or-later
/* What the programs share; see maps.h. */
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

volatile __u32 filter_active = 0;
volatile __u32 reader_waits = 0;
volatile __u32 kinds_wanted = ~0U;
volatile __u32 ring_full = RING_BYTES / 4;
volatile __u32 accepts_told = 0;
volatile __u32 owners_wanted = 0;
volatile __u32 owners_pass = 0;
volatile __u32 failures_watched = 0;
volatile __u32 follow_set = 0;
volatile __u32 followed_found = 0;
volatile __u32 followed_lost = 0;

/* Global in BPF's sense: the verifier looks at them once in each program, not at each call. */
__noinline int filter_wants(struct filter_subject *subject)
{
	const struct filter *filter = filter_now();

	if (!filter || !subject)
		return 1;
	if (filter->follow && !subject->followed) {
		__u64 key = follow_key(filter, subject->pid);

		subject->followed = bpf_map_lookup_elem(&followed, &key) != NULL;
	}
	return filter_match(filter, subject);
}

__noinline int describe_current(struct event *event)
{
	const struct task_struct *task = bpf_get_current_task_btf();
	const struct task_struct *leader = task->group_leader;
	__u64 uid_gid = bpf_get_current_uid_gid();

	if (!event)
		return 0;
	event->start_ns = leader->start_boottime;
	event->cgroup = bpf_get_current_cgroup_id();
	event->pid = task->flags & PF_KTHREAD ? 0 : task->tgid;
	event->ppid = task->real_parent->tgid;
	event->uid = uid_gid;
	event->gid = uid_gid >> 32;
	event->loginuid = task_loginuid(task);
	copy_comm(event->comm, leader->comm);
	return 0;
}
