// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * execs: executes a program that does nothing, one after the other.
 *
 *	execs [-n COUNT] [-s SECONDS] [-c CPU]
 *
 * The program is `nothing`, linked statically, beside this one. posix_spawn() shares the memory
 * until the exec, so that the exec is most of what a cycle takes.
 */
#include <err.h>
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "load.h"

static void find_nothing(const struct load *load, char *path, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", path, size - sizeof("nothing"));
	char *slash;

	if (n < 0)
		load_fail(load, "/proc/self/exe");
	path[n] = '\0';
	slash = strrchr(path, '/');
	strcpy(slash + 1, "nothing");
	if (access(path, X_OK))
		load_fail(load, path);
}

static void cycle(const char *path)
{
	char *argv[] = { "nothing", "but", "an", "argument", NULL }, *env[] = { NULL };
	int status;
	pid_t pid;

	errno = posix_spawn(&pid, path, NULL, NULL, argv, env);
	if (errno)
		err(1, "%s", path);
	if (waitpid(pid, &status, 0) < 0 || status)
		errx(1, "%s: status %d", path, status);
}

int main(int argc, char **argv)
{
	struct load load;
	char path[4096];

	load_init(&load, "execs", "", argc, argv);
	find_nothing(&load, path, sizeof(path));
	load_start(&load);
	while (load_goes_on(&load))
		cycle(path);
	return load_print(&load);
}
