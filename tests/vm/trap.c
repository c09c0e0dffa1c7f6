/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A library that must not be loaded: nsswitch.conf of the guest names it, and a static program that
 * loads its host's libraries would crash on most hosts. It leaves a file behind and needs no libc.
 */
#include <fcntl.h>
#include <sys/syscall.h>

static __attribute__((constructor)) void sprung(void)
{
	static const char path[] = "/out/trap";
	long result;

	/* open(path, O_CREAT | O_WRONLY, 0644) */
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(SYS_open), "D"(path), "S"(O_CREAT | O_WRONLY), "d"(0644)
			 : "rcx", "r11", "memory");
}
