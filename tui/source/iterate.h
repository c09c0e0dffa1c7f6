/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SOURCE_ITERATE_H
#define CONNTOP_SOURCE_ITERATE_H

/* BPF iterators: reading one runs its program for one object of the kernel after the other. */
struct bpf_link;

/* Runs one from end to end. 0 or -errno. */
int iterate(const struct bpf_link *link);

/*
 * The same in two steps: the first belongs to the network namespace that the caller is in, and the
 * second needs no rights. The descriptor or -errno; 0 or -errno, and it is closed.
 */
int iterate_begin(const struct bpf_link *link);
int iterate_end(int fd);

/*
 * Goes on. 0 at the end; -EAGAIN when the program would not take an object yet: the next read comes
 * to it again. Or another -errno.
 */
int iterate_read(int fd);

#endif
