/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SOURCE_ITERATE_H
#define CONNTOP_SOURCE_ITERATE_H

/* BPF iterators, and the records that they write. */
#include <bpf/libbpf.h>
#include "source.h"

/* Runs one from end to end; hands each record to `fn` when there is one. 0 or -errno. */
int iterate(const struct bpf_link *link, source_event_fn fn, void *ctx);

/*
 * The same in two steps: the first belongs to the network namespace that the caller is in, and the
 * second needs no rights. The descriptor or -errno; 0 or -errno, and it is closed.
 */
int iterate_begin(const struct bpf_link *link);
int iterate_end(int fd, source_event_fn fn, void *ctx);

#endif
