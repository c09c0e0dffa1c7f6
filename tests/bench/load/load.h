/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every load generator does alike: reads its limits, counts, times, prints one line.
 *
 *	load_init(&load, "conns", "2", argc, argv);
 *	load_start(&load);
 *	while (load_goes_on(&load))
 *		...once;
 *	return load_print(&load);
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

/* The longest that any of them runs, so that none is left behind. */
#define LOAD_MAX_SECONDS 600

struct load {
	const char *name;
	uint64_t limit;	   /* how many; 0: by time */
	uint64_t limit_ns; /* how long */
	uint64_t step;	   /* how many are done between two calls of load_goes_on() */
	uint64_t bytes;	   /* moved by each; 0: not a matter of bytes */
	uint64_t count;
	int cpu;	   /* to be pinned to, -1: not pinned */
	bool host;	   /* stay in this network namespace */
	bool options[128]; /* those of its own that were given, by letter */

	uint64_t begin_ns, end_ns, begin_cpu_ns;
	/* When the slice under way began, after how much processor time and at which count. */
	uint64_t slice_ns, slice_cpu_ns, slice_count;
	double *slices, *cpu_slices; /* nanoseconds each, of every slice */
	size_t n_slices;
};

/*
 * Reads the command line: -n COUNT, -s SECONDS (1 without both), -c CPU, -H (stay in this network
 * namespace), and the letters in `own`. Ends the process when it is wrong.
 */
void load_init(struct load *load, const char *name, const char *own, int argc, char **argv);

/*
 * A network namespace of its own with a loopback interface that is up, unless -H was given or the
 * right is missing. Returns whether it is there.
 */
bool load_isolate(const struct load *load);

/* Pins the calling thread to a processor; -1: does nothing. */
void load_pin(int cpu);

/* Begins to time. */
void load_start(struct load *load);

/* Whether to go on; to be called before each step. */
bool load_goes_on(struct load *load);

/*
 * Prints "name=N count=N seconds=N each_ns=N median_ns=N cpu_ns=N": time for each on the clock, as
 * the mean of all and as the median of slices of 10 ms, and processor time of the process and its
 * children, as the median of the slices: what else runs on the machine moves the first much, the
 * last hardly. Frees what the load holds. Returns the exit status.
 */
int load_print(struct load *load);

/* A listening socket on a loopback address, on any free port. Ends the process on an error. */
int load_listen(uint32_t address);

/* A client that is connected to a listening socket. Ends the process on an error. */
int load_connect(int listener);

/* Ends the process with what failed and errno's word. */
_Noreturn void load_fail(const struct load *load, const char *what);

#endif
