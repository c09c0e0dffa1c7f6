/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_EXEC_H
#define CONNTOP_EXEC_H

/* What successful and failed executions have in common. */
#include "maps.h"

/* A record is built here, because a ring buffer reservation must have a constant size. */
#define EXEC_EVENT_MAX (sizeof(struct exec_event) + EXEC_FILENAME_MAX + EXEC_ARGS_MAX)

struct exec_scratch_map {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, EXEC_EVENT_MAX);
};

extern struct exec_scratch_map exec_scratch SEC(".maps");

static __always_inline void describe_parent(struct exec_event *event)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct event parent = {};

	describe_task(&parent, (__u64)BPF_CORE_READ(task, real_parent));
	event->parent.start_ns = parent.start_ns;
	event->parent.cgroup = parent.cgroup;
	event->parent.ppid = parent.ppid;
	event->parent.uid = parent.uid;
	event->parent.gid = parent.gid;
	event->parent.loginuid = parent.loginuid;
	copy_comm(event->parent.comm, parent.comm);
}

/* Begins the record of what is executed, or tried; NULL, and counted, when it is unwanted. */
static __always_inline struct exec_event *exec_begin(void)
{
	__u32 zero = 0;
	struct exec_event *event = bpf_map_lookup_elem(&exec_scratch, &zero);
	struct filter_subject subject = {};

	if (!event || !kind_wanted(EVENT_EXEC))
		return NULL;
	event->head.ts_ns = bpf_ktime_get_boot_ns();
	event->head.kind = EVENT_EXEC;
	describe_current(&event->head);
	subject_of_task(&subject, &event->head);
	if (!filter_wants(&subject)) {
		count_filtered(EVENT_EXEC);
		return NULL;
	}
	event->head.followed = subject.followed;
	describe_parent(event);
	event->ret = 0;
	event->args_total = 0;
	event->args_len = 0;
	return event;
}

#endif
