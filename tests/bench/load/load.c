// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <err.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

#define SLICE_NS   (10 * 1000 * 1000ull)
#define MAX_SLICES (LOAD_MAX_SECONDS * 100)
#define SECOND_NS  1000000000ull

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * SECOND_NS + ts.tv_nsec;
}

static uint64_t timeval_ns(struct timeval tv)
{
	return tv.tv_sec * SECOND_NS + tv.tv_usec * 1000ull;
}

static uint64_t cpu_ns(void)
{
	struct rusage children;
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	getrusage(RUSAGE_CHILDREN, &children);
	return ts.tv_sec * SECOND_NS + ts.tv_nsec + timeval_ns(children.ru_utime) +
	       timeval_ns(children.ru_stime);
}

void load_init(struct load *load, const char *name, const char *own, int argc, char **argv)
{
	double seconds = 0;
	char letters[64];
	int c;

	*load = (struct load){ .name = name, .step = 1, .cpu = -1 };
	snprintf(letters, sizeof(letters), "n:s:c:H%s", own);
	while ((c = getopt(argc, argv, letters)) != -1) {
		if (c == 'n')
			load->limit = strtoull(optarg, NULL, 10);
		else if (c == 's')
			seconds = strtod(optarg, NULL);
		else if (c == 'c')
			load->cpu = atoi(optarg);
		else if (c == 'H')
			load->host = true;
		else if (c == '?')
			errx(2, "usage: %s [-n COUNT] [-s SECONDS] [-c CPU] [-H] [-%s]", name, own);
		else
			load->options[c] = true;
	}
	if (!load->limit && seconds <= 0)
		seconds = 1;
	if (seconds <= 0 || seconds > LOAD_MAX_SECONDS)
		seconds = LOAD_MAX_SECONDS;
	load->limit_ns = seconds * SECOND_NS;
	load_pin(load->cpu);
}

bool load_isolate(const struct load *load)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	bool up;
	int fd;

	if (load->host || unshare(CLONE_NEWNET))
		return false;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	up = fd >= 0 && !ioctl(fd, SIOCSIFFLAGS, &lo);
	if (!up)
		load_fail(load, "lo");
	close(fd);
	return true;
}

void load_pin(int cpu)
{
	cpu_set_t set;

	if (cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

void load_start(struct load *load)
{
	load->slices = malloc(MAX_SLICES * sizeof(*load->slices));
	load->cpu_slices = malloc(MAX_SLICES * sizeof(*load->cpu_slices));
	if (!load->slices || !load->cpu_slices)
		load_fail(load, "memory");
	load->begin_cpu_ns = load->slice_cpu_ns = cpu_ns();
	load->begin_ns = load->slice_ns = now_ns();
}

static void end_slice(struct load *load, uint64_t now)
{
	uint64_t done = load->count - load->slice_count, cpu = cpu_ns();

	if (done && load->n_slices < MAX_SLICES) {
		load->slices[load->n_slices] = (double)(now - load->slice_ns) / done;
		load->cpu_slices[load->n_slices++] = (double)(cpu - load->slice_cpu_ns) / done;
	}
	load->slice_ns = now;
	load->slice_cpu_ns = cpu;
	load->slice_count = load->count;
}

bool load_goes_on(struct load *load)
{
	uint64_t now = now_ns();
	bool first = !load->end_ns;

	if (!first)
		load->count += load->step;
	load->end_ns = now;
	if (now - load->slice_ns >= SLICE_NS)
		end_slice(load, now);
	if (load->limit && load->count >= load->limit)
		return false;
	return now - load->begin_ns < load->limit_ns;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* `otherwise`: of a run that was shorter than a slice. */
static double median(double *slices, size_t n, double otherwise)
{
	if (!n)
		return otherwise;
	qsort(slices, n, sizeof(*slices), compare);
	return slices[n / 2];
}

int load_print(struct load *load)
{
	double ns = load->end_ns - load->begin_ns, count = load->count ? load->count : 1;
	double cpu = (cpu_ns() - load->begin_cpu_ns) / count;

	printf("name=%s count=%llu seconds=%.6f each_ns=%.1f median_ns=%.1f cpu_ns=%.1f",
	       load->name, (unsigned long long)load->count, ns / SECOND_NS, ns / count,
	       median(load->slices, load->n_slices, ns / count),
	       median(load->cpu_slices, load->n_slices, cpu));
	if (load->bytes)
		printf(" bytes_per_s=%.0f", load->bytes * count / ns * SECOND_NS);
	putchar('\n');
	free(load->slices);
	free(load->cpu_slices);
	return 0;
}

int load_listen(uint32_t address)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(address) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, 4096))
		err(1, "listen");
	return fd;
}

int load_connect(int listener)
{
	struct sockaddr_in at;
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || getsockname(listener, (struct sockaddr *)&at, &len) ||
	    connect(fd, (struct sockaddr *)&at, len))
		err(1, "connect");
	return fd;
}

void load_fail(const struct load *load, const char *what)
{
	err(1, "%s: %s", load->name, what);
}
