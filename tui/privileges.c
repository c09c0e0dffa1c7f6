/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <cap-ng.h>
#include "invoker.h"
#include "privileges.h"
#include "sandbox.h"

/*
 * Among many short processes Linux 6.18 lets one at -4 wait for 50 ms (each new one goes before
 * those that have run for a while); at -10 for 6.
 */
#define PRECEDENCE 10

void privileges_take_precedence(void)
{
	errno = 0;
	if (getpriority(PRIO_PROCESS, 0) == 0 && !errno)
		setpriority(PRIO_PROCESS, 0, -PRECEDENCE);
}

static bool needs_cap_bpf(const char *release)
{
	int major = 0, minor = 0;

	if (!release)
		return false;
	sscanf(release, "%d.%d", &major, &minor);
	return major < 5 || (major == 5 && minor < 19);
}

/* The invoking user's groups, or none but the primary when the name is unknown. */
static int become(uid_t uid, gid_t gid)
{
	const struct passwd *user = getpwuid(uid);
	int err = user ? initgroups(user->pw_name, gid) : setgroups(1, &gid);

	if (err || setresgid(gid, gid, gid))
		return -errno;
	/* Capabilities outlive the change of user, until they are chosen below. */
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) || setresuid(uid, uid, uid))
		return -errno;
	return prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) ? -errno : 0;
}

/* The bounding set, while CAP_SETPCAP is there; a process without it has nothing to bound. */
static int drop_bounds(void)
{
	if (capng_get_caps_process())
		return -EPERM;
	if (!capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP))
		return 0;
	capng_clear(CAPNG_SELECT_BOUNDS);
	return capng_apply(CAPNG_SELECT_BOUNDS) ? -EPERM : 0;
}

/* The ambient set too: started by a service manager, it is where they come from. */
static int drop_capabilities(bool keep_bpf)
{
	keep_bpf = keep_bpf && capng_have_capability(CAPNG_PERMITTED, CAP_BPF);
	capng_clear(CAPNG_SELECT_ALL);
	if (keep_bpf)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_BPF);
	return capng_apply(CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT) ? -EPERM : 0;
}

/*
 * Arguments of programs may hold secrets: no core dump, and nobody else of this user traces us. Of
 * the two a core_pattern(5) that is a pipe heeds the first alone. After the change of user, which
 * sets it to fs.suid_dumpable.
 */
static int keep_memory_private(void)
{
	const struct rlimit none = { 0, 0 };

	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) || setrlimit(RLIMIT_CORE, &none) ? -errno : 0;
}

static int drop(bool keep_bpf)
{
	struct invoker invoker;
	int err;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	err = drop_bounds();
	invoker_find(&invoker);
	if (!err && invoker.sudo)
		err = become(invoker.uid, invoker.gid);
	if (!err)
		err = drop_capabilities(keep_bpf);
	if (!err)
		err = keep_memory_private();
	return err;
}

int privileges_drop(const char *kernel_release, bool threads, char *error, size_t error_cap)
{
	int err = drop(needs_cap_bpf(kernel_release));

	if (err) {
		snprintf(error, error_cap, "cannot give up privileges: %s", strerror(-err));
		return err;
	}
	err = sandbox_enter(threads);
	if (err == -ENOSYS) {
		snprintf(error, error_cap, "no system calls are given up: no seccomp filters here");
		return 0;
	}
	if (err)
		snprintf(error, error_cap, "cannot give up system calls: %s", strerror(-err));
	return err;
}
