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

static __always_inline void describe_parent(struct exec_event *event,
					    const struct task_struct *parent)
{
	event->parent.start_ns = task_start(parent);
	event->parent.cgroup = task_cgroup(parent);
	event->parent.ppid = BPF_CORE_READ(parent, real_parent, tgid);
	event->parent.uid = BPF_CORE_READ(parent, cred, uid.val);
	event->parent.gid = BPF_CORE_READ(parent, cred, gid.val);
	event->parent.loginuid = EVENT_NO_UID;
	if (bpf_core_field_exists(parent->loginuid))
		event->parent.loginuid = BPF_CORE_READ(parent, loginuid.val);
	task_comm(event->parent.comm, parent);
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
	describe_parent(event, BPF_CORE_READ(bpf_get_current_task_btf(), real_parent));
	event->ret = 0;
	event->args_total = 0;
	event->args_len = 0;
	return event;
}

#endif
