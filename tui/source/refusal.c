/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "refusal.h"

/* The first with atomic operations that return a value, and that counts the runs it left out. */
#define KERNEL_MAJOR 5
#define KERNEL_MINOR 12

int refusal_release(const char *release, char *error, size_t cap)
{
	int major, minor;

	if (sscanf(release, "%d.%d", &major, &minor) != 2)
		return 0;
	if (major > KERNEL_MAJOR || (major == KERNEL_MAJOR && minor >= KERNEL_MINOR))
		return 0;
	snprintf(error, cap, "kernel %s is too old: conntop needs Linux %d.%d or newer", release,
		 KERNEL_MAJOR, KERNEL_MINOR);
	return -ENOTSUP;
}

void refusal_btf(int err, const char *path, bool sysfs, char *error, size_t cap)
{
	if (!sysfs)
		snprintf(error, cap,
			 "there is no sysfs: conntop needs it (mount -t sysfs sysfs /sys)");
	else if (err == -ENOENT)
		snprintf(error, cap,
			 "this kernel has no BTF (%s: %s): conntop needs one built with "
			 "CONFIG_DEBUG_INFO_BTF=y",
			 path, strerror(-err));
	else
		snprintf(error, cap, "cannot read the kernel's BTF (%s: %s): conntop needs it",
			 path, strerror(-err));
}

static bool is_denial(int err)
{
	return err == -EPERM || err == -EACCES;
}

/* The capabilities that are not there; both, when none is. */
static const char *missing(const struct rights *rights)
{
	if (!rights->bpf && !rights->perfmon)
		return "CAP_BPF and CAP_PERFMON";
	return rights->bpf ? "CAP_PERFMON" : "CAP_BPF";
}

static void explain_denial(const struct rights *rights, char *error, size_t cap)
{
	bool complete = rights->bpf && rights->perfmon;

	if (rights->namespaced)
		snprintf(error, cap,
			 "not allowed to load BPF programs: no right of this user namespace (a "
			 "rootless container?) reaches the kernel: run conntop outside, as root");
	else if (!complete && !rights->root)
		snprintf(error, cap,
			 "not allowed to load BPF programs: run it as root (sudo conntop), or with "
			 "CAP_BPF and CAP_PERFMON");
	else if (!complete)
		snprintf(error, cap,
			 "root without %s (in a container?) is not allowed to load BPF programs: "
			 "run conntop outside, or add %s",
			 missing(rights), rights->bpf || rights->perfmon ? "it" : "them");
	else
		snprintf(error, cap,
			 "the kernel refuses BPF programs even to those with CAP_BPF and "
			 "CAP_PERFMON: a seccomp filter (of a container?) or a security module "
			 "forbids bpf(2)");
}

void refusal_explain(int err, const char *what, const struct rights *rights, char *error,
		     size_t cap)
{
	if (rights->confidential)
		snprintf(error, cap,
			 "the kernel is locked down to confidentiality, where BPF programs may not "
			 "read: boot it with lockdown=integrity, or without");
	else if (is_denial(err))
		explain_denial(rights, error, cap);
	else if (err == -ENOSYS)
		snprintf(error, cap,
			 "there is no bpf(2): this kernel was built without CONFIG_BPF_SYSCALL=y, "
			 "or a seccomp filter (of a container?) hides it");
	else
		snprintf(error, cap, "cannot %s: %s (CONNTOP_DEBUG=1 shows more)", what,
			 strerror(-err));
}
