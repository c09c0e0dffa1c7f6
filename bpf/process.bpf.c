// SPDX-License-Identifier: GPL-2.0-or-later
/* How processes end, and which of them descend from those that the filter names. */
#include "maps.h"

/*
 * Whether this is the last thread of its process. Two that end at the same moment may both find
 * that no other is left: the first one to write its name here is it.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64); /* when the process started, which no two of a PID share */
	__type(value, __u32);
} exiting SEC(".maps");

static __always_inline bool ends_process(const struct task_struct *task)
{
	const struct signal_struct *signal = BPF_CORE_READ(task, signal);
	__u64 start_ns = task_start(task) ^ (__u64)task->tgid << 40;
	__u32 pid = task->tgid;

	if (BPF_CORE_READ(signal, live.counter))
		return false;
	if (BPF_CORE_READ(signal, nr_threads) == 1)
		return true;
	return !bpf_map_update_elem(&exiting, &start_ns, &pid, BPF_NOEXIST);
}

/* The status that wait(2) gives. */
static __always_inline int exit_status(const struct task_struct *task)
{
	if (BPF_CORE_READ(task, signal, flags) & SIGNAL_GROUP_EXIT)
		return BPF_CORE_READ(task, signal, group_exit_code);
	return BPF_CORE_READ(task, group_leader, exit_code);
}

static __always_inline const struct filter *filter_at(__u32 set)
{
	return bpf_map_lookup_elem(&filters, &set);
}

#define FOLLOW_TRIES 8

/* A child of what the filter in that place names, or of a descendant, descends too. */
static __always_inline void follow(__u32 set, __u32 ppid, __u32 pid)
{
	const struct filter *filter = filter_at(set);
	__u8 yes = 1;
	__u64 key;
	int err = 0; /* not long: 6.1 leaves the upper half of a map's return value clear */

	if (!filter || !filter->follow)
		return;
	key = follow_key(filter, ppid);
	if (!bpf_map_lookup_elem(&followed, &key) && !filter_numbers_has(&filter->pid.only, ppid))
		return;
	key = follow_key(filter, pid);
	/* Since 6.1 there may be no element at hand until the kernel has made more. */
	for (int tries = 0; tries < FOLLOW_TRIES; tries++) {
		err = bpf_map_update_elem(&followed, &key, &yes, BPF_NOEXIST);
		if (err != -ENOMEM)
			break;
	}
	if (!err)
		__sync_fetch_and_add(&followed_found, 1);
	else if (err != -EEXIST)
		__sync_fetch_and_add(&followed_lost, 1);
}

static __always_inline void unfollow(__u32 set, __u32 pid)
{
	const struct filter *filter = filter_at(set);
	__u64 key;

	if (!filter || !filter->follow)
		return;
	key = follow_key(filter, pid);
	bpf_map_delete_elem(&followed, &key);
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(process_exit, struct task_struct *task)
{
	struct filter_subject subject = {};
	struct exit_event event = {};
	__u32 pid = task->tgid;
	int status;

	if (!ends_process(task))
		return 0;
	bpf_map_delete_elem(&forked, &pid);
	if (!kind_wanted(EVENT_EXIT))
		goto over;
	event.head.ts_ns = bpf_ktime_get_boot_ns();
	event.head.kind = EVENT_EXIT;
	describe_current(&event.head);
	subject_of_task(&subject, &event.head);
	if (filter_wants(&subject)) {
		status = exit_status(task);
		event.head.followed = subject.followed;
		event.code = status >> 8 & 0xff;
		event.signal = status & 0x7f;
		send_event(&event.head, sizeof(event));
	} else {
		count_filtered(EVENT_EXIT);
	}
over:
	for (__u32 set = 0; set < 2; set++)
		unfollow(set, pid);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(process_fork, struct task_struct *parent, struct task_struct *child)
{
	__u32 ppid = parent->tgid;
	__u32 *has_forked;

	if (child->tgid == parent->tgid)
		return 0;
	has_forked = bpf_map_lookup_elem(&forked, &ppid);
	if (has_forked)
		*has_forked = 1;
	/* Of both filters: the idle one may be about to come into force. */
	for (__u32 set = 0; set < 2; set++)
		follow(set, ppid, child->tgid);
	return 0;
}

/* One generation, or more, of those that run already; again until nobody new is found. */
SEC("iter/task")
int find_descendants(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (task && task->pid == task->tgid)
		follow(follow_set, BPF_CORE_READ(task, real_parent, tgid), task->tgid);
	return 0;
}
