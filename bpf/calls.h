/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_CALLS_H
#define CONNTOP_CALLS_H

/* The system call that a task is in, as its registers tell on each architecture. */
#include "kernel.h"

enum call { CALL_NONE, CALL_READ, CALL_EXECVE, CALL_EXECVEAT, CALL_CONNECT };

/* A system call: which, and its first three arguments. */
struct call_regs {
	enum call call;
	__u32 pointer_size; /* 4 in a 32-bit program */
	__u64 args[3];
};

#if defined(__TARGET_ARCH_x86)

#define TS_COMPAT 0x2 /* arch/x86/include/asm/thread_info.h */

static __always_inline void read_call(struct call_regs *call, const struct pt_regs *regs,
				      const struct task_struct *task)
{
	__u32 nr = regs->orig_ax;

	if (task->thread_info.status & TS_COMPAT) {
		call->call = nr == 3	 ? CALL_READ
			     : nr == 11	 ? CALL_EXECVE
			     : nr == 358 ? CALL_EXECVEAT
			     : nr == 362 ? CALL_CONNECT
					 : CALL_NONE;
		call->pointer_size = 4;
		call->args[0] = (__u32)regs->bx;
		call->args[1] = (__u32)regs->cx;
		call->args[2] = (__u32)regs->dx;
		return;
	}
	call->call = nr == 0	 ? CALL_READ
		     : nr == 59	 ? CALL_EXECVE
		     : nr == 322 ? CALL_EXECVEAT
		     : nr == 42	 ? CALL_CONNECT
				 : CALL_NONE;
	call->pointer_size = 8;
	call->args[0] = regs->di;
	call->args[1] = regs->si;
	call->args[2] = regs->dx;
}

#elif defined(__TARGET_ARCH_arm64)

static __always_inline void read_call(struct call_regs *call, const struct pt_regs *regs,
				      const struct task_struct *task)
{
	__u32 nr = regs->syscallno;

	call->call = nr == 63	 ? CALL_READ
		     : nr == 221 ? CALL_EXECVE
		     : nr == 281 ? CALL_EXECVEAT
		     : nr == 203 ? CALL_CONNECT
				 : CALL_NONE;
	call->pointer_size = 8;
	call->args[0] = regs->orig_x0;
	call->args[1] = regs->regs[1];
	call->args[2] = regs->regs[2];
}

#else

static __always_inline void read_call(struct call_regs *call, const struct pt_regs *regs,
				      const struct task_struct *task)
{
	call->call = CALL_NONE;
}

#endif

/* The call that the current task is in. */
static __always_inline enum call current_call(struct task_struct *task)
{
	struct call_regs call = {};

	if (!bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
		return CALL_NONE; /* before Linux 5.15 */
	read_call(&call, (struct pt_regs *)bpf_task_pt_regs(task), task);
	return call.call;
}

#endif
