// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bulk: large writes through one connection over loopback, in a network namespace of its own.
 *
 *	bulk [-n COUNT] [-s SECONDS] [-c CPU] [-H]
 *
 * Counts writes of 128 KiB. The reader is a thread, on the next processor when pinned.
 */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

#define LOOPBACK   0x7f000001
#define WRITE_SIZE (128 * 1024)

struct reader {
	int fd;
	int cpu;
	uint64_t bytes;
};

static void *read_all(void *data)
{
	struct reader *reader = data;
	char *buffer = malloc(WRITE_SIZE);
	ssize_t n;

	load_pin(reader->cpu);
	if (!buffer)
		err(1, "memory");
	while ((n = recv(reader->fd, buffer, WRITE_SIZE, 0)) > 0)
		reader->bytes += n;
	free(buffer);
	return NULL;
}

static void write_all(int fd, const char *buffer)
{
	size_t done = 0;
	ssize_t n;

	while (done < WRITE_SIZE) {
		n = send(fd, buffer + done, WRITE_SIZE - done, 0);
		if (n < 0)
			err(1, "send");
		done += n;
	}
}

static void run(struct load *load, int listener)
{
	int client = load_connect(listener), fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	long n_cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct reader reader = { fd, load->cpu < 0 ? -1 : (load->cpu + 1) % n_cpus, 0 };
	char *buffer = calloc(1, WRITE_SIZE);
	pthread_t thread;

	errno = fd < 0 || !buffer ? errno : pthread_create(&thread, NULL, read_all, &reader);
	if (errno)
		load_fail(load, "reader");
	load_start(load);
	while (load_goes_on(load))
		write_all(client, buffer);
	close(client);
	pthread_join(thread, NULL);
	if (reader.bytes != load->count * WRITE_SIZE)
		errx(1, "%llu bytes arrived", (unsigned long long)reader.bytes);
	close(fd);
	free(buffer);
}

int main(int argc, char **argv)
{
	struct load load;
	int listener;

	load_init(&load, "bulk", "", argc, argv);
	load_isolate(&load);
	listener = load_listen(LOOPBACK);
	load.bytes = WRITE_SIZE;
	run(&load, listener);
	close(listener);
	return load_print(&load);
}
