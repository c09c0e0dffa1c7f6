/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "iterate.h"

int iterate_begin(const struct bpf_link *link)
{
	return bpf_iter_create(bpf_link__fd(link));
}

int iterate_read(int fd)
{
	char text[64]; /* there is none: the programs write nothing */
	ssize_t got;

	do
		got = read(fd, text, sizeof(text));
	while (got > 0 || (got < 0 && errno == EINTR));
	return got < 0 ? -errno : 0;
}

int iterate_end(int fd)
{
	int err;

	do
		err = iterate_read(fd);
	while (err == -EAGAIN);
	close(fd);
	return err;
}

int iterate(const struct bpf_link *link)
{
	int fd = iterate_begin(link);

	return fd < 0 ? fd : iterate_end(fd);
}
