/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SOURCE_KERNEL_H
#define CONNTOP_SOURCE_KERNEL_H

/* What the running kernel can do, and why it would not. Knows no skeleton. */
#include <stdbool.h>
#include <stddef.h>
#include "source.h"

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"

/*
 * Fills in the host's names and sees whether the kernel is one that conntop runs on. 0; -ENOTSUP
 * with one sentence in `error`.
 */
int kernel_check(struct source_host *host, char *error, size_t cap);

/* Writes one sentence on why `what` failed with `err` (-errno). */
void kernel_explain(int err, const char *what, char *error, size_t cap);

/* Whether programs may be put behind kernel functions (fexit). */
bool kernel_allows_trampolines(void);

#endif
