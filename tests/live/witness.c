// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * witness: looks on, until something comes from standard input, while TCP sockets change their
 * state, and says how often the kernel did, how often a BPF program on that tracepoint ran, and how
 * often the kernel says that it did not, since it ran already:
 *
 *	watching
 *	happened N ran N missed N
 *
 * What the last two leave of the first was kept from BPF programs without a word. With an argument
 * all is: the program is not attached.
 */
#include <bpf/bpf.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define TRACEPOINT "inet_sock_set_state"
#define READINGS   5000 /* at most */
#define QUIET	   50	/* of them, during which nothing happened */

struct witness {
	int *counters; /* of perf, one a processor */
	long n_counters;
	int map; /* how often the program ran, in its one element */
	int program;
};

/* What is counted since the kernel began to; `before`: what had happened as the reading began. */
struct reading {
	uint64_t before, ran, missed, happened;
};

/* By a tracefs of its own, as the host may have mounted none. */
static uint64_t tracepoint_id(void)
{
	int fs = fsopen("tracefs", FSOPEN_CLOEXEC), root, file;
	char text[24] = "";

	if (fs < 0 || fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		err(1, "tracefs");
	root = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	file = openat(root, "events/sock/" TRACEPOINT "/id", O_RDONLY | O_CLOEXEC);
	if (root < 0 || file < 0 || read(file, text, sizeof(text) - 1) <= 0)
		err(1, "events/sock/" TRACEPOINT "/id");
	close(file);
	close(root);
	close(fs);
	return strtoull(text, NULL, 10);
}

static void count_events(struct witness *witness)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = tracepoint_id(),
	};
	long cpus = sysconf(_SC_NPROCESSORS_CONF);

	witness->counters = calloc(cpus, sizeof(*witness->counters));
	if (!witness->counters)
		err(1, "memory");
	for (long cpu = 0; cpu < cpus; cpu++) {
		int fd = syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);

		if (fd >= 0)
			witness->counters[witness->n_counters++] = fd;
		else if (errno != ENODEV) /* it is offline */
			err(1, "perf_event_open");
	}
}

/* A program that adds one to the element of a map. */
static void load(struct witness *witness)
{
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "witness", 4, 8, 1, NULL);
	struct bpf_insn steps[] = {
		{ .code = BPF_LD | BPF_DW | BPF_IMM,
		  .dst_reg = BPF_REG_1,
		  .src_reg = BPF_PSEUDO_MAP_VALUE,
		  .imm = map },
		{ 0 }, /* the other half of the address */
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2, .imm = 1 },
		{ .code = BPF_STX | BPF_ATOMIC | BPF_DW,
		  .dst_reg = BPF_REG_1,
		  .src_reg = BPF_REG_2,
		  .imm = BPF_ADD },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	witness->map = map;
	witness->program = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "witness", "GPL", steps,
					 sizeof(steps) / sizeof(steps[0]), NULL);
	if (map < 0 || witness->program < 0)
		err(1, "BPF");
}

static uint64_t events_so_far(const struct witness *witness)
{
	uint64_t sum = 0;

	for (long i = 0; i < witness->n_counters; i++) {
		uint64_t n;

		if (read(witness->counters[i], &n, sizeof(n)) != sizeof(n))
			err(1, "perf");
		sum += n;
	}
	return sum;
}

static struct reading look(const struct witness *witness)
{
	struct reading reading = { .before = events_so_far(witness) };
	struct bpf_prog_info info = { 0 };
	__u32 key = 0, len = sizeof(info);

	if (bpf_map_lookup_elem(witness->map, &key, &reading.ran) ||
	    bpf_obj_get_info_by_fd(witness->program, &info, &len))
		err(1, "BPF");
	reading.missed = info.recursion_misses;
	reading.happened = events_so_far(witness);
	return reading;
}

static uint64_t gap(const struct reading *reading)
{
	return reading->happened - reading->ran - reading->missed;
}

/*
 * perf counts an event before the program runs, since it came first, and is read after it: what is
 * under way makes the gap larger, never smaller. So the least of many readings is right, of some
 * during which nothing happened: on a busy host they are rare.
 */
static struct reading look_well(const struct witness *witness)
{
	static const struct timespec pause = { .tv_nsec = 100000 };
	struct reading best = look(witness);
	int quiet = 0;

	for (int i = 0; i < READINGS && quiet < QUIET; i++) {
		struct reading reading = look(witness);

		if (gap(&reading) < gap(&best))
			best = reading;
		if (reading.before == reading.happened)
			quiet++;
		else
			nanosleep(&pause, NULL);
	}
	return best;
}

int main(int argc, char **argv)
{
	struct witness witness = { 0 };
	struct reading begin, end;

	(void)argv;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	count_events(&witness);
	load(&witness);
	if (argc == 1 && bpf_raw_tracepoint_open(TRACEPOINT, witness.program) < 0)
		err(1, TRACEPOINT);
	begin = look_well(&witness);
	puts("watching");
	fflush(stdout);
	getchar();
	end = look_well(&witness);
	printf("happened %" PRIu64 " ran %" PRIu64 " missed %" PRIu64 "\n",
	       end.happened - begin.happened, end.ran - begin.ran, end.missed - begin.missed);
	free(witness.counters);
	return 0;
}
