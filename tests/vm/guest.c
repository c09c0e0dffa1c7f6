/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest does for conntop to see, and how conntop is started there: one static program with
 * a verb. What a verb did, as the kernel told it, goes to standard output as "key value" lines.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#define UNAME26	  0x0020000 /* <linux/personality.h>: uname(2) says 2.6.x */
#define WAIT_S	  60
#define STORM_ARG 4000

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void must(int ok, const char *what)
{
	if (!ok)
		die(what);
}

/* Until a file is there. */
static void wait_for(const char *path)
{
	for (int i = 0; access(path, F_OK); i++) {
		must(i < WAIT_S * 100, path);
		usleep(10000);
	}
}

static void say_who(void)
{
	printf("pid %d\nppid %d\n", getpid(), getppid());
	fflush(stdout);
}

/* record ARGS...: an exec with these arguments. */
static int record(char **args)
{
	(void)args;
	say_who();
	return 0;
}

/* --- connections ------------------------------------------------------------------------------ */

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} at;
	socklen_t len;
};

static struct address address_of(const char *ip, int port)
{
	struct address address = { .len = sizeof(struct sockaddr_in) };

	if (inet_pton(AF_INET, ip, &address.at.v4.sin_addr) == 1) {
		address.at.v4.sin_family = AF_INET;
		address.at.v4.sin_port = htons(port);
		return address;
	}
	must(inet_pton(AF_INET6, ip, &address.at.v6.sin6_addr) == 1, ip);
	address.at.v6.sin6_family = AF_INET6;
	address.at.v6.sin6_port = htons(port);
	address.len = sizeof(address.at.v6);
	return address;
}

static int new_socket(const struct address *address)
{
	int fd = socket(address->at.any.sa_family, SOCK_STREAM, 0);

	must(fd >= 0, "socket");
	return fd;
}

/* Takes `n` bytes, or what there is until the end. */
static void take(int fd, long n)
{
	char bytes[4096];
	ssize_t got = 1;

	for (; n > 0 && got > 0; n -= got)
		got = read(fd, bytes, n < (long)sizeof(bytes) ? n : (long)sizeof(bytes));
	must(n == 0, "bytes missing");
}

static void give(int fd, long n)
{
	static const char bytes[4096];

	while (n > 0) {
		ssize_t put = write(fd, bytes, n < (long)sizeof(bytes) ? n : (long)sizeof(bytes));

		must(put > 0, "write");
		n -= put;
	}
}

static void await_end(int fd)
{
	char byte;

	must(read(fd, &byte, 1) == 0, "more bytes than expected");
}

/* The other side, in a process of its own. */
static void serve(int listener, long tx, long rx, int closes_first)
{
	int fd = accept(listener, NULL, NULL);

	must(fd >= 0, "accept");
	take(fd, tx);
	give(fd, rx);
	if (!closes_first)
		await_end(fd);
	close(fd);
	_exit(0);
}

static void say_port(int fd)
{
	struct address local = { .len = sizeof(local.at) };

	must(!getsockname(fd, &local.at.any, &local.len), "getsockname");
	/* Both families have the port at the same place. */
	printf("lport %d\n", ntohs(local.at.v4.sin_port));
	fflush(stdout);
}

/*
 * talk IP PORT TX RX client|server [start|end FILE]: sends TX bytes, receives RX; that side closes
 * first. With start it connects, with end it closes when the file is there.
 */
static int talk(char **args)
{
	struct address address = address_of(args[0], atoi(args[1]));
	long tx = atol(args[2]), rx = atol(args[3]);
	int server_closes = !strcmp(args[4], "server"), one = 1;
	int listener = new_socket(&address), fd, status;

	say_who();
	if (args[5] && !strcmp(args[5], "start"))
		wait_for(args[6]);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	must(!bind(listener, &address.at.any, address.len), "bind");
	must(!listen(listener, 1), "listen");
	if (!fork())
		serve(listener, tx, rx, server_closes);
	close(listener);
	fd = new_socket(&address);
	must(!connect(fd, &address.at.any, address.len), "connect");
	say_port(fd);
	give(fd, tx);
	take(fd, rx);
	puts("talked 1");
	fflush(stdout);
	if (args[5] && !strcmp(args[5], "end"))
		wait_for(args[6]);
	if (server_closes)
		await_end(fd);
	close(fd);
	must(wait(&status) > 0 && status == 0, "the server");
	return 0;
}

/* refused IP PORT [ERRNO]: a connect that fails; where nobody listens, if not told. */
static int refused(char **args)
{
	struct address address = address_of(args[0], atoi(args[1]));
	int fd = new_socket(&address);

	say_who();
	must(connect(fd, &address.at.any, address.len), "not refused");
	must(errno == (args[2] ? atoi(args[2]) : ECONNREFUSED), "refused");
	return 0;
}

/* The processor of a process that is one of several. */
static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	must(!sched_setaffinity(0, sizeof(set), &set), "sched_setaffinity");
}

static void connect_often(long n)
{
	struct address address = address_of("127.0.0.1", 0);
	int listener = new_socket(&address);

	must(!listen(listener, 1), "listen");
	must(!getsockname(listener, &address.at.any, &address.len), "getsockname");
	while (n--) {
		int client = new_socket(&address), server;

		must(!connect(client, &address.at.any, address.len), "connect");
		server = accept(listener, NULL, NULL);
		must(server >= 0, "accept");
		close(client);
		close(server);
	}
	_exit(0);
}

/* cycles CLIENTS N: each connects N times, accepts and closes; they share the processors. */
static int cycles(char **args)
{
	int clients = atoi(args[0]), status;

	for (int i = 0; i < clients; i++) {
		pid_t pid = fork();

		must(pid >= 0, "fork");
		if (!pid) {
			stay_on(i % sysconf(_SC_NPROCESSORS_ONLN));
			connect_often(atol(args[1]));
		}
	}
	while (clients--)
		must(wait(&status) > 0 && status == 0, "a client");
	return 0;
}

/* --- executions ------------------------------------------------------------------------------- */

/* storm N: as many executions with long arguments, one after the other. */
static int storm(char **args)
{
	static char text[STORM_ARG];
	char *argv[] = { "guest", "record", text, NULL };

	memset(text, 'x', sizeof(text) - 1);
	say_who();
	fflush(stdout);
	for (int i = 0; i < atoi(args[0]); i++) {
		int status;
		pid_t pid = vfork();

		if (!pid) {
			dup2(STDERR_FILENO, STDOUT_FILENO);
			execv("/proc/self/exe", argv);
			_exit(127);
		}
		must(pid > 0 && waitpid(pid, &status, 0) == pid && !status, "storm");
	}
	return 0;
}

/* --- ways to start a program ------------------------------------------------------------------ */

static int run(char **args)
{
	execvp(args[0], args);
	die(args[0]);
	return 1;
}

/* as UID COMMAND... */
static int as(char **args)
{
	int uid = atoi(args[0]);

	must(!setgroups(0, NULL) && !setgid(uid) && !setuid(uid), "setuid");
	return run(args + 1);
}

/* old COMMAND...: on a kernel that calls itself 2.6. */
static int old(char **args)
{
	must(personality(UNAME26) >= 0, "personality");
	return run(args);
}

/* caged CAPS COMMAND...: as root with no more than these capabilities, as in a container. */
static int caged(char **args)
{
	unsigned long long keep = 0;
	char *rest = args[0];

	for (char *cap; (cap = strsep(&rest, ","));)
		keep |= *cap ? 1ULL << atoi(cap) : 0;
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; cap++) {
		if (!(keep >> cap & 1))
			must(!prctl(PR_CAPBSET_DROP, cap), "PR_CAPBSET_DROP");
	}
	return run(args + 1);
}

/* sealed ERRNO COMMAND...: bpf(2) fails so, by seccomp. */
static int sealed(char **args)
{
	struct sock_filter steps[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | atoi(args[0])),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = sizeof(steps) / sizeof(steps[0]), .filter = steps };

	must(!prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), "PR_SET_SECCOMP");
	return run(args + 1);
}

static ssize_t copy(int from, int to)
{
	char bytes[4096];
	ssize_t n = read(from, bytes, sizeof(bytes));

	if (n > 0)
		must(write(to, bytes, n) == n, "write");
	return n;
}

/* pty LOG KEYS COMMAND...: on a terminal; keys are read from a FIFO, what it shows is logged. */
static int on_terminal(char **args)
{
	struct winsize size = { .ws_row = 30, .ws_col = 120 };
	int log = open(args[0], O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
	int keys = open(args[1], O_RDWR);
	struct pollfd fds[] = { { .events = POLLIN }, { .fd = keys, .events = POLLIN } };
	int status;
	pid_t pid;

	must(log >= 0 && keys >= 0, "pty");
	pid = forkpty(&fds[0].fd, NULL, NULL, &size);
	must(pid >= 0, "forkpty");
	if (!pid)
		run(args + 2);
	printf("pid %d\n", pid);
	fflush(stdout);
	while (poll(fds, 2, -1) > 0 && !(fds[0].revents & (POLLHUP | POLLERR))) {
		if (fds[0].revents & POLLIN)
			copy(fds[0].fd, log);
		if (fds[1].revents & POLLIN)
			copy(keys, fds[0].fd);
	}
	while (copy(fds[0].fd, log) > 0)
		;
	must(waitpid(pid, &status, 0) == pid, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* --- BPF programs ----------------------------------------------------------------------------- */

static int bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static struct bpf_prog_info program_info(__u32 id)
{
	struct bpf_prog_info info = { 0 };
	union bpf_attr by_id = { .prog_id = id };
	int fd = bpf(BPF_PROG_GET_FD_BY_ID, &by_id);
	union bpf_attr by_fd = {
		.info = { .bpf_fd = fd, .info_len = sizeof(info), .info = (unsigned long)&info }
	};

	must(fd >= 0 && !bpf(BPF_OBJ_GET_INFO_BY_FD, &by_fd), "a program");
	close(fd);
	return info;
}

/* misses NAMES...: how often the kernel did not run a program since it ran already, of each. */
static int misses(char **names)
{
	for (__u32 id = 0;;) {
		union bpf_attr next = { .start_id = id };
		struct bpf_prog_info info;

		if (bpf(BPF_PROG_GET_NEXT_ID, &next))
			return 0;
		id = next.next_id;
		info = program_info(id);
		for (char **name = names; *name; name++) {
			if (!strcmp(info.name, *name))
				printf("%s %llu\n", *name, info.recursion_misses);
		}
	}
}

static const struct verb {
	const char *name;
	int n_args; /* at least */
	int (*run)(char **args);
} verbs[] = {
	{ "record", 0, record }, { "talk", 5, talk },	  { "refused", 2, refused },
	{ "as", 2, as },	 { "old", 1, old },	  { "pty", 3, on_terminal },
	{ "storm", 1, storm },	 { "caged", 2, caged },	  { "sealed", 2, sealed },
	{ "cycles", 2, cycles }, { "misses", 1, misses },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!strcmp(argv[1], verbs[i].name) && argc - 2 >= verbs[i].n_args)
			return verbs[i].run(argv + 2);
	}
	fputs("usage: guest VERB ARGUMENTS\n", stderr);
	return 2;
}
