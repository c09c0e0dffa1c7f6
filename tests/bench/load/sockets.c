// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sockets: holds COUNT idle connections over loopback (twice as many sockets), in a network
 * namespace of its own.
 *
 *	sockets [-n COUNT] [-s SECONDS] [-H]
 *
 * Prints its line as soon as all are there; ends when its input does, or after SECONDS.
 */
#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

#define LOOPBACK     0x7f000001
#define PER_LISTENER 20000 /* an address and a port have fewer clients than there are free ports */

static void allow_descriptors(rlim_t n)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur >= n)
		return;
	limit.rlim_cur = n;
	if (limit.rlim_max < n)
		limit.rlim_max = n;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		err(1, "%llu descriptors", (unsigned long long)n);
}

/* Closing is left to the end of the process: resets, so that no TIME-WAIT is left. */
static void open_pair(int listener)
{
	struct linger linger = { .l_onoff = 1 };
	int client = load_connect(listener);

	setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	if (accept4(listener, NULL, NULL, SOCK_CLOEXEC) < 0)
		err(1, "accept");
}

int main(int argc, char **argv)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	struct load load;
	uint64_t hold_ns;
	int listener = -1;

	load_init(&load, "sockets", "", argc, argv);
	if (!load.limit)
		load.limit = 1000;
	hold_ns = load.limit_ns;
	load.limit_ns = LOAD_MAX_SECONDS * 1000000000ull;
	allow_descriptors(2 * load.limit + 64);
	load_isolate(&load);
	load_start(&load);
	for (uint64_t n = 0; load_goes_on(&load); n++) {
		if (n % PER_LISTENER == 0)
			listener = load_listen(LOOPBACK + n / PER_LISTENER);
		open_pair(listener);
	}
	load_print(&load);
	fflush(stdout);
	poll(&input, 1, hold_ns / 1000000);
	return 0;
}
