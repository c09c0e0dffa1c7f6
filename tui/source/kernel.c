/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include "kernel.h"

#define KERNEL_BTF   "/sys/kernel/btf/vmlinux"
#define KERNEL_MAJOR 5
#define KERNEL_MINOR 12

int kernel_check(struct source_host *host, char *error, size_t cap)
{
	int major = 0, minor = 0;
	struct utsname uts;

	uname(&uts);
	snprintf(host->name, sizeof(host->name), "%s", uts.nodename);
	snprintf(host->release, sizeof(host->release), "%s", uts.release);
	sscanf(uts.release, "%d.%d", &major, &minor);
	if (major < KERNEL_MAJOR || (major == KERNEL_MAJOR && minor < KERNEL_MINOR)) {
		snprintf(error, cap, "kernel %s is too old: conntop needs Linux %d.%d or newer",
			 uts.release, KERNEL_MAJOR, KERNEL_MINOR);
		return -ENOTSUP;
	}
	if (access(KERNEL_BTF, R_OK)) {
		snprintf(error, cap,
			 "this kernel has no BTF (%s: %s): conntop needs one built with "
			 "CONFIG_DEBUG_INFO_BTF=y",
			 KERNEL_BTF, strerror(errno));
		return -ENOTSUP;
	}
	return 0;
}

/* kernel_lockdown(7): the mode in force stands in brackets. */
static bool confidential(void)
{
	FILE *file = fopen("/sys/kernel/security/lockdown", "re");
	char modes[64] = "";

	if (!file)
		return false;
	if (!fgets(modes, sizeof(modes), file))
		modes[0] = '\0';
	fclose(file);
	return strstr(modes, "[confidentiality]");
}

void kernel_explain(int err, const char *what, char *error, size_t cap)
{
	if (confidential())
		snprintf(error, cap,
			 "the kernel is locked down to confidentiality: BPF programs may not read "
			 "there");
	else if ((err == -EPERM || err == -EACCES) && geteuid() != 0)
		snprintf(error, cap,
			 "not allowed to load BPF programs: run it as root (sudo conntop), or with "
			 "CAP_BPF and CAP_PERFMON");
	else if (err == -EPERM)
		snprintf(error, cap,
			 "the kernel refuses BPF programs even to root: a container without "
			 "CAP_BPF and CAP_PERFMON, or lockdown");
	else
		snprintf(error, cap, "cannot %s: %s (CONNTOP_DEBUG=1 shows more)", what,
			 strerror(-err));
}

/* A kernel that forbids them says so before it looks which function is meant: type 1 is none. */
bool kernel_allows_trampolines(void)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FEXIT,
		    .attach_btf_id = 1);
	const struct bpf_insn nothing[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "probe", "GPL", nothing, 2, &opts);

	if (fd >= 0)
		close(fd);
	return fd != -EPERM && fd != -EACCES;
}
