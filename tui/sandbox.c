/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <asm/termbits.h>
#include <errno.h>
#include <linux/bpf.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include "sandbox.h"

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Which argument of clone(2) it is. */
#ifdef __s390__
#define CLONE_FLAGS 1
#else
#define CLONE_FLAGS 0
#endif

/*
 * Whatever their arguments. Found with strace(1) in every mode, on what keys do and in the names of
 * users by sockets; beside each call stand those that other C libraries and machines of 32 bits
 * make in its place. libseccomp passes over what this machine does not have.
 */
static const int calls[] = {
	/* memory; NSS modules and character sets are still loaded, so mmap(2) may map code */
	SCMP_SYS(brk),
	SCMP_SYS(madvise),
	SCMP_SYS(mmap),
	SCMP_SYS(mmap2),
	SCMP_SYS(mprotect),
	SCMP_SYS(mremap),
	SCMP_SYS(munmap),
	/* descriptors */
	SCMP_SYS(_llseek),
	SCMP_SYS(close),
	SCMP_SYS(close_range),
	SCMP_SYS(dup),
	SCMP_SYS(dup2),
	SCMP_SYS(dup3),
	SCMP_SYS(fadvise64),
	SCMP_SYS(fadvise64_64),
	SCMP_SYS(fcntl),
	SCMP_SYS(fcntl64),
	SCMP_SYS(fdatasync),
	SCMP_SYS(fsync),
	SCMP_SYS(ftruncate),
	SCMP_SYS(ftruncate64),
	SCMP_SYS(lseek),
	SCMP_SYS(memfd_create),
	SCMP_SYS(pread64),
	SCMP_SYS(pwrite64),
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	/* waiting */
	SCMP_SYS(_newselect),
	SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_pwait2),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(ppoll_time64),
	SCMP_SYS(pselect6),
	SCMP_SYS(pselect6_time64),
	SCMP_SYS(select),
	SCMP_SYS(signalfd4),
	SCMP_SYS(timerfd_create),
	SCMP_SYS(timerfd_settime),
	SCMP_SYS(timerfd_settime64),
	/* files: with the rights of the user, which are all that is left */
	SCMP_SYS(access),
	SCMP_SYS(chdir),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(fchdir),
	SCMP_SYS(fchmod),
	SCMP_SYS(fstat),
	SCMP_SYS(fstat64),
	SCMP_SYS(fstatat64),
	SCMP_SYS(fstatfs),
	SCMP_SYS(fstatfs64),
	SCMP_SYS(getcwd),
	SCMP_SYS(getdents64),
	SCMP_SYS(linkat),
	SCMP_SYS(lstat),
	SCMP_SYS(lstat64),
	SCMP_SYS(mkdir),
	SCMP_SYS(mkdirat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(open),
	SCMP_SYS(openat),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(rename),
	SCMP_SYS(renameat),
	SCMP_SYS(renameat2),
	SCMP_SYS(stat),
	SCMP_SYS(stat64),
	SCMP_SYS(statfs),
	SCMP_SYS(statfs64),
	SCMP_SYS(statx),
	SCMP_SYS(umask),
	SCMP_SYS(unlink),
	SCMP_SYS(unlinkat),
	/* signals; restart_syscall(2) goes on where SIGSTOP broke in */
	SCMP_SYS(restart_syscall),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigpending),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigtimedwait),
	SCMP_SYS(rt_sigtimedwait_time64),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(sigreturn),
	/* time, where it is not read without a call */
	SCMP_SYS(clock_getres),
	SCMP_SYS(clock_getres_time64),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_gettime64),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(clock_nanosleep_time64),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(nanosleep),
	SCMP_SYS(time),
	/* this process */
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	SCMP_SYS(futex),
	SCMP_SYS(futex_time64),
	SCMP_SYS(getegid),
	SCMP_SYS(getegid32),
	SCMP_SYS(geteuid),
	SCMP_SYS(geteuid32),
	SCMP_SYS(getgid),
	SCMP_SYS(getgid32),
	SCMP_SYS(getpgrp),
	SCMP_SYS(getpid),
	SCMP_SYS(getppid),
	SCMP_SYS(gettid),
	SCMP_SYS(getuid),
	SCMP_SYS(getuid32),
	SCMP_SYS(membarrier),
	SCMP_SYS(rseq),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sched_yield),
	/* this machine */
	SCMP_SYS(getcpu),
	SCMP_SYS(getrandom),
	SCMP_SYS(sysinfo),
	SCMP_SYS(uname),
	/* sockets, which socket(2) below makes of one kind only */
	SCMP_SYS(connect),
	SCMP_SYS(getpeername),
	SCMP_SYS(getsockname),
	SCMP_SYS(getsockopt),
	SCMP_SYS(recv),
	SCMP_SYS(recvfrom),
	SCMP_SYS(recvmsg),
	SCMP_SYS(send),
	SCMP_SYS(sendmsg),
	SCMP_SYS(sendto),
	SCMP_SYS(setsockopt),
	SCMP_SYS(shutdown),
#ifdef SANDBOX_LEAKS_SOUGHT
	/* the search for leaks, at the end, by a thread that traces this one */
	SCMP_SYS(clone),
	SCMP_SYS(getdents),
	SCMP_SYS(pipe),
	SCMP_SYS(pipe2),
	SCMP_SYS(prctl),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(ptrace),
	SCMP_SYS(tkill),
	SCMP_SYS(wait4),
#endif
};

/* Those that are allowed with one value of an argument, of which the kernel reads 32 bits. */
static const struct {
	int call;
	unsigned argument;
	uint32_t value;
} choices[] = {
	/* maps, iterators and links that are there; nothing new is loaded, pinned or looked up */
	{ SCMP_SYS(bpf), 0, BPF_MAP_LOOKUP_ELEM },
	{ SCMP_SYS(bpf), 0, BPF_MAP_UPDATE_ELEM },
	{ SCMP_SYS(bpf), 0, BPF_MAP_DELETE_ELEM },
	{ SCMP_SYS(bpf), 0, BPF_MAP_GET_NEXT_KEY },
	{ SCMP_SYS(bpf), 0, BPF_OBJ_GET_INFO_BY_FD },
	{ SCMP_SYS(bpf), 0, BPF_ITER_CREATE },
	{ SCMP_SYS(bpf), 0, BPF_LINK_CREATE },
	{ SCMP_SYS(bpf), 0, BPF_RAW_TRACEPOINT_OPEN }, /* in place of a link, before 5.15 */
	/* TIOCSTI would type into the terminal, for the shell that comes back to it */
	{ SCMP_SYS(ioctl), 1, FIONREAD },
	{ SCMP_SYS(ioctl), 1, TCFLSH },
	{ SCMP_SYS(ioctl), 1, TCGETS },
	{ SCMP_SYS(ioctl), 1, TCSETS },
	{ SCMP_SYS(ioctl), 1, TCSETSF },
	{ SCMP_SYS(ioctl), 1, TCSETSW },
#ifdef TCGETS2
	{ SCMP_SYS(ioctl), 1, TCGETS2 },
	{ SCMP_SYS(ioctl), 1, TCSETS2 },
	{ SCMP_SYS(ioctl), 1, TCSETSF2 },
	{ SCMP_SYS(ioctl), 1, TCSETSW2 },
#endif
	{ SCMP_SYS(ioctl), 1, TIOCGDEV },
	{ SCMP_SYS(ioctl), 1, TIOCGPGRP },
	{ SCMP_SYS(ioctl), 1, TIOCGWINSZ },
	/* for the key that suspends: our own process group */
	{ SCMP_SYS(kill), 0, 0 },
	/* as NSS modules look around when they are loaded */
	{ SCMP_SYS(prctl), 0, PR_CAPBSET_READ },
	{ SCMP_SYS(socket), 0, AF_UNIX },
};

static int allow_calls(scmp_filter_ctx filter)
{
	int err = 0;

	for (size_t i = 0; i < N_OF(calls) && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	return err;
}

static int allow_choice(scmp_filter_ctx filter, int call, unsigned argument, uint32_t value)
{
	const struct scmp_arg_cmp is = { argument, SCMP_CMP_MASKED_EQ, UINT32_MAX, value };

	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &is);
}

/*
 * Its threads share all with us, and are under the same filter; clone3(2) cannot be looked into.
 * They may give up precedence, and only their own.
 */
static int allow_threads(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp thread = { CLONE_FLAGS, SCMP_CMP_MASKED_EQ, CLONE_THREAD,
					     CLONE_THREAD };
	const struct scmp_arg_cmp own[] = { { 0, SCMP_CMP_MASKED_EQ, UINT32_MAX, PRIO_PROCESS },
					    { 1, SCMP_CMP_MASKED_EQ, UINT32_MAX, 0 } };
	int err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &thread);

	if (!err)
		err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(getpriority), 2, own);
	if (!err)
		err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(setpriority), 2, own);
	return err ? err : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(set_robust_list), 0);
}

static int allow_choices(scmp_filter_ctx filter)
{
	/* Limits are read, of memory and files, and not set. */
	const struct scmp_arg_cmp nothing = { 2, SCMP_CMP_EQ, 0, 0 };
	int err = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, &nothing);

	for (size_t i = 0; i < N_OF(choices) && !err; i++)
		err = allow_choice(filter, choices[i].call, choices[i].argument, choices[i].value);
	/* raise(3), by which a signal ends us once the terminal is as it was. */
	return err ? err : allow_choice(filter, SCMP_SYS(tgkill), 0, getpid());
}

int sandbox_enter(bool threads)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int err;

	if (!filter)
		return -ENOMEM;
	/* Left to privileges_drop(), so that one place has it; it holds without a filter, too. */
	err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0);
	if (!err)
		err = allow_calls(filter);
	if (!err)
		err = allow_choices(filter);
	if (!err && threads)
		err = allow_threads(filter);
	/* It has many reasons for it, and none of them is ours. */
	if (!err && seccomp_load(filter))
		err = -ENOSYS;
	seccomp_release(filter);
	return err;
}
