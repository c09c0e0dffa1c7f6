/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is left of the kernel to a process that has entered the sandbox: tried in children. */
#include <errno.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <pwd.h>
#include <seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <cmocka.h>
#include "folder.h"
#include "sandbox.h"

#define NO_SANDBOX 201 /* exit status; errnos are smaller */
#define CALLED	   0

/* Runs it in the sandbox: the status of wait(2), or skips where the kernel has no such thing. */
static int status_in(bool threads, int (*func)(const void *), const void *arg)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		int err = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? -errno : sandbox_enter(threads);

		_exit(err == -ENOSYS ? NO_SANDBOX : err ? -err : func(arg));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NO_SANDBOX) {
		print_message("skipped: this kernel does not filter system calls\n");
		skip();
	}
	return status;
}

static int status_of(int (*func)(const void *), const void *arg)
{
	return status_in(false, func, arg);
}

static int exit_status_of(int (*func)(const void *), const void *arg)
{
	int status = status_of(func, arg);

	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* --- refused ---------------------------------------------------------------------------------- */

struct call {
	const char *name;
	long number;
	long args[6];
};

#define CALL(name, ...)             \
	{                           \
#name, SYS_##name,  \
		{                   \
			__VA_ARGS__ \
		}                   \
	}

static int make_call(const void *arg)
{
	const struct call *call = arg;
	const long *args = call->args;

	if (syscall(call->number, args[0], args[1], args[2], args[3], args[4], args[5]) < 0)
		return errno;
	return CALLED;
}

static void refused(const struct call *calls, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int err = exit_status_of(make_call, &calls[i]);

		if (err != ENOSYS)
			fail_msg("%s(%ld, %ld): %s", calls[i].name, calls[i].args[0],
				 calls[i].args[1], strerror(err));
	}
}

#define REFUSED(...)                                              \
	do {                                                      \
		const struct call calls[] = { __VA_ARGS__ };      \
		refused(calls, sizeof(calls) / sizeof(calls[0])); \
	} while (0)

static void sandbox__programs_and_processes__are_none_of_ours(void **state)
{
	char *argv[] = { "/bin/true", NULL };

	(void)state;
	REFUSED(CALL(execve, (long)argv[0], (long)argv), CALL(execveat, -1, (long)argv[0]),
		CALL(clone3, 0, 0), CALL(kill, getpid(), 0), CALL(kill, -1, 0), CALL(kill, 1, 0),
		CALL(tgkill, getpid(), getpid(), 0), CALL(pidfd_open, getpid()),
		CALL(process_vm_writev, getpid()), CALL(rt_sigqueueinfo, getpid()));
#ifndef SANDBOX_LEAKS_SOUGHT
	REFUSED(CALL(clone, SIGCHLD), CALL(ptrace, 0), CALL(process_vm_readv, getpid()));
#endif
}

static void sandbox__network__is_out_of_reach(void **state)
{
	(void)state;
	REFUSED(CALL(socket, AF_INET, SOCK_STREAM), CALL(socket, AF_INET6, SOCK_DGRAM),
		CALL(socket, AF_NETLINK, SOCK_RAW), CALL(socket, AF_PACKET, SOCK_RAW),
		CALL(socket, AF_VSOCK, SOCK_STREAM), CALL(socketpair, AF_UNIX, SOCK_STREAM),
		CALL(bind, 0), CALL(listen, 0), CALL(accept4, 0), CALL(io_uring_setup, 1),
		CALL(io_uring_enter, 0));
}

static void sandbox__the_system__cannot_be_changed(void **state)
{
	(void)state;
	REFUSED(CALL(mount, 0), CALL(umount2, 0), CALL(move_mount, -1), CALL(fsopen, 0),
		CALL(chroot, 0), CALL(pivot_root, 0), CALL(unshare, 0), CALL(setns, -1),
		CALL(reboot, 0), CALL(init_module, 0), CALL(finit_module, -1), CALL(delete_module),
		CALL(kexec_load), CALL(settimeofday), CALL(clock_settime), CALL(sethostname, 0, -1),
		CALL(swapon), CALL(keyctl, 0), CALL(add_key), CALL(perf_event_open),
		CALL(userfaultfd), CALL(syslog), CALL(open_by_handle_at), CALL(quotactl));
}

static void sandbox__rights__cannot_be_changed(void **state)
{
	const struct rlimit more = { RLIM_INFINITY, RLIM_INFINITY };

	(void)state;
	REFUSED(CALL(setresuid, -1, -1, -1), CALL(setresgid, -1, -1, -1), CALL(setgroups, 0),
		CALL(setfsuid, -1), CALL(capset), CALL(seccomp, 1),
		CALL(prlimit64, 0, RLIMIT_CORE, (long)&more), CALL(setrlimit, RLIMIT_CORE));
#ifndef SANDBOX_LEAKS_SOUGHT
	REFUSED(CALL(prctl, PR_SET_DUMPABLE, 1), CALL(prctl, PR_SET_SECCOMP, 1));
#endif
}

static void sandbox__files__are_made_in_no_other_way_than_ours(void **state)
{
	(void)state;
	REFUSED(CALL(fchown, 0), CALL(fchownat, -1), CALL(fchmodat, -1), CALL(mknodat, -1),
		CALL(symlinkat, 0), CALL(setxattr, 0), CALL(utimensat, -1), CALL(memfd_secret, 0));
}

/* With bits above those that the kernel reads as well. */
static void sandbox__terminal__cannot_be_typed_into(void **state)
{
	(void)state;
	REFUSED(CALL(ioctl, 0, TIOCSTI, (long)"x"),
		CALL(ioctl, 0, (long)TIOCSTI | 1L << 32, (long)"x"), CALL(ioctl, 0, TIOCSCTTY),
		CALL(ioctl, 0, TIOCLINUX, (long)"\2"));
}

static void sandbox__bpf__only_what_is_there_is_used(void **state)
{
	static const char needed[] = {
		[BPF_MAP_LOOKUP_ELEM] = 1,     [BPF_MAP_UPDATE_ELEM] = 1,
		[BPF_MAP_DELETE_ELEM] = 1,     [BPF_MAP_GET_NEXT_KEY] = 1,
		[BPF_OBJ_GET_INFO_BY_FD] = 1,  [BPF_ITER_CREATE] = 1,
		[BPF_RAW_TRACEPOINT_OPEN] = 1, [BPF_LINK_CREATE] = 1,
	};
	const char nothing[128] = { 0 };

	(void)state;
	for (long cmd = 0; cmd < 64; cmd++) {
		const struct call call = CALL(bpf, cmd, (long)nothing, sizeof(nothing));
		bool wanted = cmd < (long)sizeof(needed) && needed[cmd];
		int err = exit_status_of(make_call, &call);

		if (wanted == (err == ENOSYS))
			fail_msg("bpf(%ld): %s", cmd, strerror(err));
	}
}

/* --- allowed ---------------------------------------------------------------------------------- */

/* As a file is saved: a new one beside it, complete, then in its place. The line that failed. */
static int save_file(const void *arg)
{
	int fd = open(in_folder("new"), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct stat found;

	(void)arg;
	if (fd < 0 || write(fd, "text", 4) != 4 || fchmod(fd, 0644) || fsync(fd) || close(fd))
		return __LINE__;
	if (mkdir(in_folder("sub"), 0700) || rename(in_folder("new"), in_folder("sub/saved")))
		return __LINE__;
	if (stat(in_folder("sub/saved"), &found) || found.st_size != 4)
		return __LINE__;
	return unlink(in_folder("sub/saved")) ? __LINE__ : 0;
}

/* As the loop waits. */
static int wait_for_events(const void *arg)
{
	const struct itimerspec soon = { .it_value = { .tv_nsec = 1000000 } };
	struct epoll_event event = { .events = EPOLLIN };
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	sigset_t set;

	(void)arg;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (epoll < 0 || timer < 0 || sigprocmask(SIG_BLOCK, &set, NULL))
		return __LINE__;
	if (signalfd(-1, &set, SFD_CLOEXEC) < 0 || timerfd_settime(timer, 0, &soon, NULL))
		return __LINE__;
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &event))
		return __LINE__;
	return epoll_wait(epoll, &event, 1, 5000) == 1 ? 0 : __LINE__;
}

/* As names are asked for: of a daemon, by a socket of the host; or in files. */
static int ask_for_names(const void *arg)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (fd < 0 || connect(fd, arg, sizeof(struct sockaddr_un)))
		return __LINE__;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len))
		return __LINE__;
	if (send(fd, "who", 3, MSG_NOSIGNAL) != 3 || close(fd))
		return __LINE__;
	return getpwuid(0) && !strcmp(getpwuid(0)->pw_name, "root") ? 0 : __LINE__;
}

static int use_memory(const void *arg)
{
	char *bytes = malloc(1 << 20);
	struct rlimit limit;

	(void)arg;
	bytes = bytes ? realloc(bytes, 64 << 20) : NULL;
	if (!bytes || memfd_create("frame", MFD_CLOEXEC) < 0)
		return __LINE__;
	free(bytes);
	return getrlimit(RLIMIT_NOFILE, &limit) || sysconf(_SC_PHYS_PAGES) <= 0 ? __LINE__ : 0;
}

#define assert_works(func, arg)                                           \
	do {                                                              \
		int line = exit_status_of(func, arg);                     \
		if (line)                                                 \
			fail_msg("%s: line %d, modulo 256", #func, line); \
	} while (0)

static void sandbox__files_memory_and_waiting__work(void **state)
{
	(void)state;
	assert_works(save_file, NULL);
	assert_works(wait_for_events, NULL);
	assert_works(use_memory, NULL);
}

static void sandbox__names__are_found(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)state;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", in_folder("daemon"));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_works(ask_for_names, &address);
	close(fd);
}

/* As a kernel built without CONFIG_SECCOMP_FILTER answers, or a container that allows none. */
static int enter_where_there_is_none(void)
{
	const struct scmp_arg_cmp filter = { 0, SCMP_CMP_EQ, PR_SET_SECCOMP, 0 };
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

	if (seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(seccomp), 0) ||
	    seccomp_rule_add_array(ctx, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1, &filter) ||
	    seccomp_load(ctx))
		return 0;
	return -sandbox_enter(false);
}

static void sandbox__kernel_without_it__says_so_and_goes_on(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (!pid)
		_exit(enter_where_there_is_none());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), ENOSYS);
}

static int raise_it(const void *arg)
{
	raise(*(const int *)arg);
	return 0;
}

static void sandbox__own_signal__ends_it(void **state)
{
	int signal = SIGTERM, status;

	(void)state;
	status = status_of(raise_it, &signal);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
}

static void *be_nice(void *arg)
{
	*(bool *)arg = !setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0));
	return NULL;
}

/* One that starts and ends, and sees to its own precedence. */
static int start_thread(const void *arg)
{
	pthread_t thread;
	bool was_nice = false;

	(void)arg;
	if (pthread_create(&thread, NULL, be_nice, &was_nice) || pthread_join(thread, NULL))
		return __LINE__;
	return was_nice ? 0 : __LINE__;
}

/* No process, and nobody else's precedence. */
static int reach_out(const void *arg)
{
	(void)arg;
#ifndef SANDBOX_LEAKS_SOUGHT
	if (syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) != -1 || errno != ENOSYS)
		return __LINE__;
#endif
	if (setpriority(PRIO_PROCESS, getppid(), 1) != -1 || errno != ENOSYS)
		return __LINE__;
	return setpriority(PRIO_USER, 0, 1) != -1 || errno != ENOSYS ? __LINE__ : 0;
}

static void sandbox__threads__are_started_where_they_may(void **state)
{
	int status = status_in(true, start_thread, NULL);

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	status = status_in(true, reach_out, NULL);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
#ifndef SANDBOX_LEAKS_SOUGHT
	assert_int_not_equal(exit_status_of(start_thread, NULL), 0);
#endif
}

#define file_test(test) cmocka_unit_test_setup_teardown(test, folder_set_up, folder_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sandbox__programs_and_processes__are_none_of_ours),
		cmocka_unit_test(sandbox__network__is_out_of_reach),
		cmocka_unit_test(sandbox__the_system__cannot_be_changed),
		cmocka_unit_test(sandbox__rights__cannot_be_changed),
		cmocka_unit_test(sandbox__files__are_made_in_no_other_way_than_ours),
		cmocka_unit_test(sandbox__terminal__cannot_be_typed_into),
		cmocka_unit_test(sandbox__bpf__only_what_is_there_is_used),
		file_test(sandbox__files_memory_and_waiting__work),
		file_test(sandbox__names__are_found),
		cmocka_unit_test(sandbox__own_signal__ends_it),
		cmocka_unit_test(sandbox__threads__are_started_where_they_may),
		cmocka_unit_test(sandbox__kernel_without_it__says_so_and_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
