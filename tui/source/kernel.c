/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <bpf/bpf.h>
#include "kernel.h"
#include "refusal.h"

#define SYSFS	 "/sys/kernel"
#define LOCKDOWN "/sys/kernel/security/lockdown"
#define UID_MAP	 "/proc/self/uid_map"

static const struct bpf_insn nothing[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
	{ .code = BPF_JMP | BPF_EXIT },
};

int kernel_check(struct source_host *host, char *error, size_t cap)
{
	struct utsname uts;
	int err;

	uname(&uts);
	snprintf(host->name, sizeof(host->name), "%s", uts.nodename);
	snprintf(host->release, sizeof(host->release), "%s", uts.release);
	err = refusal_release(uts.release, error, cap);
	if (err)
		return err;
	if (access(KERNEL_BTF, R_OK)) {
		refusal_btf(-errno, KERNEL_BTF, !access(SYSFS, F_OK), error, cap);
		return -ENOTSUP;
	}
	return 0;
}

/* --- what this process may do ----------------------------------------------------------------- */

/* The first line of a file; "" when it cannot be read. */
static void first_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");

	line[0] = '\0';
	if (!file)
		return;
	if (!fgets(line, size, file))
		line[0] = '\0';
	fclose(file);
}

static uint64_t effective_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};

	if (syscall(SYS_capget, &header, data))
		return 0;
	return (uint64_t)data[1].effective << 32 | data[0].effective;
}

/* user_namespaces(7): the first maps all IDs to themselves. */
static bool in_user_namespace(void)
{
	unsigned long inside, outside, length;
	char line[64];

	first_line(UID_MAP, line, sizeof(line));
	return sscanf(line, "%lu %lu %lu", &inside, &outside, &length) == 3 &&
	       (inside || outside || length != UINT32_MAX);
}

static bool loads(const struct bpf_insn *insns, size_t n)
{
	int fd = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "probe", "GPL", insns, n, NULL);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Whether a program that reads is refused, and one that does not is not. */
static bool reading_refused(void)
{
	const struct bpf_insn reads[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 1, .src_reg = BPF_REG_10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 1, .imm = -8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2, .imm = 8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_probe_read_kernel },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return loads(nothing, 2) && !loads(reads, sizeof(reads) / sizeof(reads[0]));
}

/* kernel_lockdown(7): the mode in force stands in brackets, where securityfs is mounted. */
static bool confidential(void)
{
	char modes[64];

	first_line(LOCKDOWN, modes, sizeof(modes));
	if (*modes)
		return strstr(modes, "[confidentiality]");
	return reading_refused();
}

void kernel_explain(int err, const char *what, char *error, size_t cap)
{
	const uint64_t caps = effective_capabilities();
	const bool admin = caps & 1ULL << CAP_SYS_ADMIN;
	const struct rights rights = {
		.root = geteuid() == 0,
		.bpf = admin || caps & 1ULL << CAP_BPF,
		.perfmon = admin || caps & 1ULL << CAP_PERFMON,
		.namespaced = in_user_namespace(),
		.confidential = confidential(),
	};

	refusal_explain(err, what, &rights, error, cap);
}

/* A kernel that forbids them says so before it looks which function is meant: type 1 is none. */
bool kernel_allows_trampolines(void)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FEXIT,
		    .attach_btf_id = 1);
	int fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "probe", "GPL", nothing, 2, &opts);

	if (fd >= 0)
		close(fd);
	return fd != -EPERM && fd != -EACCES;
}
