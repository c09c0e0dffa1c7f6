// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Process executions. The tracepoint fires in the new image: its arguments are one contiguous
 * stretch of memory that the kernel has just written, so that one read takes them all.
 */
#include "exec.h"

struct exec_scratch_map exec_scratch SEC(".maps");

/* Returns the bytes of the file name at data, its NUL included: 1 to EXEC_FILENAME_MAX. */
static __always_inline __u32 read_filename(struct exec_event *event, struct linux_binprm *bprm)
{
	long len = bpf_probe_read_kernel_str(event->data, EXEC_FILENAME_MAX, bprm->filename);

	if (len < 1 || len > EXEC_FILENAME_MAX) {
		event->data[0] = '\0';
		len = 1;
	}
	return len;
}

static __always_inline void read_args(struct exec_event *event, struct task_struct *task, __u32 at)
{
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	__u64 start = BPF_CORE_READ(mm, arg_start);
	__u64 len = BPF_CORE_READ(mm, arg_end) - start;

	event->args_total = len;
	if (len > EXEC_ARGS_MAX)
		len = EXEC_ARGS_MAX;
	if (at > EXEC_FILENAME_MAX)
		return;
	if (bpf_probe_read_user(event->data + at, len, (void *)start)) {
		event->flags |= EXEC_ARGS_UNREAD;
		len = 0;
	}
	event->args_len = len;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(exec_done, struct task_struct *task, pid_t old_pid, struct linux_binprm *bprm)
{
	struct exec_event *event = exec_begin();
	__u64 size;

	if (!event)
		return 0;
	event->flags = bprm->interp != bprm->filename ? EXEC_SCRIPT : 0;
	event->filename_len = read_filename(event, bprm);
	read_args(event, task, event->filename_len);

	size = sizeof(*event) + event->filename_len + event->args_len;
	if (size <= EXEC_EVENT_MAX)
		send_event(&event->head, size);
	return 0;
}
