/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <cap-ng.h>
#include "invoker.h"
#include "privileges.h"

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

int privileges_drop(const char *kernel_release, char *error, size_t error_cap)
{
	bool keep_bpf = needs_cap_bpf(kernel_release);
	struct invoker invoker;
	int err = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) {
		err = -errno;
		goto out;
	}
	if (capng_get_caps_process()) {
		err = -EPERM;
		goto out;
	}
	/* While CAP_SETPCAP is still there; a process without it has nothing to bound. */
	if (capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP)) {
		capng_clear(CAPNG_SELECT_BOUNDS);
		if (capng_apply(CAPNG_SELECT_BOUNDS)) {
			err = -EPERM;
			goto out;
		}
	}
	invoker_find(&invoker);
	if (invoker.sudo)
		err = become(invoker.uid, invoker.gid);
	if (err)
		goto out;
	keep_bpf = keep_bpf && capng_have_capability(CAPNG_PERMITTED, CAP_BPF);
	/* The ambient set too: started by a service manager, it is where they come from. */
	capng_clear(CAPNG_SELECT_ALL);
	if (keep_bpf)
		capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_BPF);
	if (capng_apply(CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT))
		err = -EPERM;
out:
	if (err)
		snprintf(error, error_cap, "cannot give up privileges: %s", strerror(-err));
	return err;
}
