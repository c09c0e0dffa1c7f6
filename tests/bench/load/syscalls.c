// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * syscalls: the cheapest system call there is, in a loop: what entering the kernel costs.
 *
 *	syscalls [-n COUNT] [-s SECONDS] [-c CPU]
 *
 * COUNT is rounded up to thousands.
 */
#include <sys/syscall.h>
#include <unistd.h>

#include "load.h"

int main(int argc, char **argv)
{
	struct load load;

	load_init(&load, "syscalls", "", argc, argv);
	load.step = 1000;
	load_start(&load);
	while (load_goes_on(&load))
		for (uint64_t i = 0; i < load.step; i++)
			syscall(SYS_getppid);
	return load_print(&load);
}
