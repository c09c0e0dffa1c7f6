// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * conns: cycles of connect, accept and close over loopback, in a network namespace of its own.
 *
 *	conns [-n COUNT] [-s SECONDS] [-c CPU] [-H] [-2 | -o]
 *
 * The client resets, so that no TIME-WAIT is left, which would make each cycle dearer than the one
 * before. -o closes in order (FIN both ways), in a namespace that keeps no TIME-WAIT; with -H, who
 * calls has seen to that. -2 has the server in a thread of its own, on the next processor; without,
 * one thread is both ends, and what a cycle takes does not depend on the scheduler.
 */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

#define LOOPBACK 0x7f000001

static void reset_at_close(int fd)
{
	struct linger linger = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

static void keep_no_time_wait(void)
{
	FILE *file = fopen("/proc/sys/net/ipv4/tcp_max_tw_buckets", "w");

	if (!file || fputs("0\n", file) < 0 || fclose(file))
		err(1, "tcp_max_tw_buckets");
}

static void cycle(int listener, bool in_order)
{
	int client = load_connect(listener);
	int server = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (server < 0)
		err(1, "accept");
	if (!in_order)
		reset_at_close(client);
	close(client);
	close(server);
}

struct server {
	int listener;
	int cpu;
};

/* Closes what it accepts, until the listening socket is shut down. */
static void *serve(void *data)
{
	const struct server *server = data;
	int fd;

	load_pin(server->cpu);
	while ((fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
		close(fd);
	if (errno != EINVAL)
		err(1, "accept");
	return NULL;
}

/* The client waits for the server's end, so that they go in step. */
static void cycle_with_server(int listener)
{
	int client = load_connect(listener);
	char byte;

	reset_at_close(client);
	if (recv(client, &byte, 1, 0) != 0)
		err(1, "recv");
	close(client);
}

static void run_threads(struct load *load, int listener)
{
	long n_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct server server = { listener, load->cpu < 0 ? -1 : (load->cpu + 1) % n_cpus };
	pthread_t thread;

	errno = pthread_create(&thread, NULL, serve, &server);
	if (errno)
		load_fail(load, "thread");
	load_start(load);
	while (load_goes_on(load))
		cycle_with_server(listener);
	shutdown(listener, SHUT_RD);
	pthread_join(thread, NULL);
}

int main(int argc, char **argv)
{
	struct load load;
	bool own, in_order;
	int listener;

	load_init(&load, "conns", "2o", argc, argv);
	own = load_isolate(&load);
	in_order = load.options['o'];
	if (in_order && !own && !load.host)
		errx(1, "-o leaves TIME-WAIT behind: it wants a network namespace of its own");
	if (in_order && own)
		keep_no_time_wait();
	listener = load_listen(LOOPBACK);
	if (load.options['2']) {
		run_threads(&load, listener);
	} else {
		load_start(&load);
		while (load_goes_on(&load))
			cycle(listener, in_order);
	}
	close(listener);
	return load_print(&load);
}
