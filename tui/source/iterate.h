/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SOURCE_ITERATE_H
#define CONNTOP_SOURCE_ITERATE_H

/* BPF iterators, and the records that they write. */
#include <bpf/libbpf.h>
#include "source.h"

/* Runs one from end to end; hands each record to `fn` when there is one. 0 or -errno. */
int iterate(const struct bpf_link *link, source_event_fn fn, void *ctx);

#endif
