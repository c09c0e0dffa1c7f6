/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SOURCE_REFUSAL_H
#define CONNTOP_SOURCE_REFUSAL_H

/*
 * Why conntop does not run on a kernel: one sentence that says what is missing, and what to do.
 * Asks nobody: what is known of kernel and process comes in as arguments.
 */
#include <stdbool.h>
#include <stddef.h>

/* What a process may do, as far as loading BPF programs goes. */
struct rights {
	bool root;	   /* effective uid 0, of whatever user namespace */
	bool bpf;	   /* CAP_BPF, or CAP_SYS_ADMIN, which includes it */
	bool perfmon;	   /* CAP_PERFMON, or CAP_SYS_ADMIN */
	bool namespaced;   /* in a user namespace that is not the first: rights do not reach out */
	bool confidential; /* lockdown=confidentiality, kernel_lockdown(7): no program may read */
};

/*
 * `release` is that of uname(2). 0 when it is new enough, or no version can be read in it;
 * -ENOTSUP with a sentence in `error`.
 */
int refusal_release(const char *release, char *error, size_t cap);

/*
 * A sentence on why there is no BTF. `err` (-errno) is what opening `path`, its file, gave; `sysfs`
 * whether there is a sysfs at all.
 */
void refusal_btf(int err, const char *path, bool sysfs, char *error, size_t cap);

/* A sentence on why `what` ("load the BPF programs") failed with `err` (-errno). */
void refusal_explain(int err, const char *what, const struct rights *rights, char *error,
		     size_t cap);

#endif
