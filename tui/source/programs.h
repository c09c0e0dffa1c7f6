/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SOURCE_PROGRAMS_H
#define CONNTOP_SOURCE_PROGRAMS_H

/* The BPF programs: loading and attaching them. With live.c, all that sees the skeleton. */
struct conntop_bpf;
struct bpf_link;
struct bpf_program;

/*
 * Loads what this kernel can run. 0, and *bpf is the caller's to destroy; or -errno, then too
 * unless it is NULL.
 */
int programs_load(struct conntop_bpf **bpf);

/* Attaches all but what is watched on demand. 0 or -errno. */
int programs_attach(struct conntop_bpf *bpf);

/* One of them. 0 or -errno. */
int programs_attach_one(const struct bpf_program *program, struct bpf_link **link);

#endif
