/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events of this host, from its kernel. The only file that sees the BPF skeleton.
 */
#include <errno.h>
#include <linux/membarrier.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "settle.h"
#include "conntop.skel.h"

#define KERNEL_BTF   "/sys/kernel/btf/vmlinux"
#define KERNEL_MAJOR 5
#define KERNEL_MINOR 11

struct live {
	struct source source;
	struct conntop_bpf *bpf;
	struct ring_buffer *ring;
	struct settle settle;
	struct event_counts *cpu_counts; /* one for each possible CPU, as the map returns them */
	int n_cpus;
	bool flipped; /* the filter changed since the start */
};

static struct live *live_of(const struct source *source)
{
	return (struct live *)source;
}

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static int live_fd(const struct source *source)
{
	return ring_buffer__epoll_fd(live_of(source)->ring);
}

static void live_clock(struct source *source, uint64_t *now_ns, int64_t *boot_to_wall_ns)
{
	(void)source;
	*now_ns = clock_ns(CLOCK_BOOTTIME);
	*boot_to_wall_ns = (int64_t)(clock_ns(CLOCK_REALTIME) - *now_ns);
}

static int take_record(void *ctx, void *data, size_t size)
{
	struct live *live = ctx;

	settle_push(&live->settle, data, size);
	return 0;
}

static int live_drain(struct source *source, bool all, source_event_fn fn, void *ctx)
{
	struct live *live = live_of(source);
	uint64_t until_ns = all ? UINT64_MAX : clock_ns(CLOCK_BOOTTIME) - SOURCE_SETTLE_NS;
	int n = ring_buffer__consume(live->ring);

	if (n < 0)
		return n;
	return settle_release(&live->settle, until_ns, fn, ctx);
}

static bool live_holding(const struct source *source)
{
	return settle_holds(&live_of(source)->settle);
}

static void live_arm(struct source *source)
{
	__atomic_store_n(&live_of(source)->bpf->bss->reader_waits, 1, __ATOMIC_SEQ_CST);
}

/* Reads whole records off the iterator, which may cut one at the end of a read. */
static int read_samples(int fd, source_event_fn fn, void *ctx)
{
	struct conn_event samples[128];
	size_t held = 0, at;
	ssize_t got;

	for (;;) {
		got = read(fd, (char *)samples + held, sizeof(samples) - held);
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			return 0;
		held += got;
		for (at = 0; at + sizeof(samples[0]) <= held; at += sizeof(samples[0]))
			fn(ctx, &samples[at / sizeof(samples[0])].head, sizeof(samples[0]));
		memmove(samples, (char *)samples + at, held - at);
		held -= at;
	}
}

static int live_sample(struct source *source, source_event_fn fn, void *ctx)
{
	int fd = bpf_iter_create(bpf_link__fd(live_of(source)->bpf->links.sample_sockets));
	int err;

	if (fd < 0)
		return fd;
	err = read_samples(fd, fn, ctx);
	close(fd);
	return err;
}

/*
 * Waits until no program still judges by the set that was in force before the last flip: they run
 * in RCU read-side sections, and this system call waits for a grace period.
 */
static void wait_for_programs(void)
{
	const struct timespec pause = { .tv_nsec = 20000000 };

	if (syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) < 0)
		nanosleep(&pause, NULL); /* not offered with nohz_full */
}

static int live_set_filter(struct source *source, const struct filter *filter)
{
	struct live *live = live_of(source);
	__u32 idle = !live->bpf->bss->filter_active;
	int err;

	if (live->flipped)
		wait_for_programs();
	err = bpf_map_update_elem(bpf_map__fd(live->bpf->maps.filters), &idle, filter, BPF_ANY);
	if (err)
		return err;
	__atomic_store_n(&live->bpf->bss->filter_active, idle, __ATOMIC_SEQ_CST);
	live->flipped = true;
	return 0;
}

static uint64_t program_misses(const struct bpf_program *program)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &len))
		return 0;
	return info.recursion_misses; /* zero before 5.12 */
}

static int live_counts(struct source *source, struct source_counts *counts)
{
	struct live *live = live_of(source);
	int fd = bpf_map__fd(live->bpf->maps.counters);

	memset(counts, 0, sizeof(*counts));
	for (__u32 kind = 0; kind < EVENT_KINDS; kind++) {
		struct event_counts *sum = &counts->kinds[kind];
		int err = bpf_map_lookup_elem(fd, &kind, live->cpu_counts);

		if (err)
			return err;
		for (int cpu = 0; cpu < live->n_cpus; cpu++) {
			sum->seen += live->cpu_counts[cpu].seen;
			sum->filtered += live->cpu_counts[cpu].filtered;
			sum->lost += live->cpu_counts[cpu].lost;
		}
	}
	counts->missed = program_misses(live->bpf->progs.exec_done) +
			 program_misses(live->bpf->progs.tcp_state) + live->settle.dropped;
	return 0;
}

static void live_close(struct source *source)
{
	struct live *live = live_of(source);

	if (!source)
		return;
	ring_buffer__free(live->ring);
	conntop_bpf__destroy(live->bpf);
	settle_fini(&live->settle);
	free(live->cpu_counts);
	free(live);
}

static const struct source_ops live_ops = {
	.fd = live_fd,
	.clock = live_clock,
	.drain = live_drain,
	.holding = live_holding,
	.arm = live_arm,
	.sample = live_sample,
	.set_filter = live_set_filter,
	.counts = live_counts,
	.close = live_close,
};

/* --- opening ---------------------------------------------------------------------------------- */

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	/* libbpf explains itself in many lines; we say one sentence. This shows the rest. */
	if (level == LIBBPF_WARN && getenv("CONNTOP_DEBUG"))
		return vfprintf(stderr, format, args);
	return 0;
}

/* What must be true of the kernel before anything is tried. */
static int check_kernel(struct live *live, char *error, size_t cap)
{
	int major = 0, minor = 0;
	struct utsname uts;

	uname(&uts);
	snprintf(live->source.host.name, sizeof(live->source.host.name), "%s", uts.nodename);
	snprintf(live->source.host.release, sizeof(live->source.host.release), "%s", uts.release);
	sscanf(uts.release, "%d.%d", &major, &minor);
	if (major < KERNEL_MAJOR || (major == KERNEL_MAJOR && minor < KERNEL_MINOR)) {
		snprintf(error, cap, "kernel %s is too old: conntop needs Linux %d.%d or newer",
			 uts.release, KERNEL_MAJOR, KERNEL_MINOR);
		return -ENOTSUP;
	}
	if (access(KERNEL_BTF, R_OK)) {
		snprintf(error, cap,
			 "this kernel has no BTF (%s: %s): conntop needs one built with "
			 "CONFIG_DEBUG_INFO_BTF=y",
			 KERNEL_BTF, strerror(errno));
		return -ENOTSUP;
	}
	return 0;
}

/* kernel_lockdown(7): the mode in force stands in brackets. */
static bool confidential(void)
{
	FILE *file = fopen("/sys/kernel/security/lockdown", "re");
	char modes[64] = "";

	if (!file)
		return false;
	if (!fgets(modes, sizeof(modes), file))
		modes[0] = '\0';
	fclose(file);
	return strstr(modes, "[confidentiality]");
}

static void explain(int err, const char *what, char *error, size_t cap)
{
	if (confidential())
		snprintf(error, cap,
			 "the kernel is locked down to confidentiality: BPF programs may not read "
			 "there");
	else if ((err == -EPERM || err == -EACCES) && geteuid() != 0)
		snprintf(error, cap,
			 "not allowed to load BPF programs: run it as root (sudo conntop), or with "
			 "CAP_BPF and CAP_PERFMON");
	else if (err == -EPERM)
		snprintf(error, cap,
			 "the kernel refuses BPF programs even to root: a container without "
			 "CAP_BPF and CAP_PERFMON, or lockdown");
	else
		snprintf(error, cap, "cannot %s: %s (CONNTOP_DEBUG=1 shows more)", what,
			 strerror(-err));
}

static int attach_sampler(struct live *live)
{
	union bpf_iter_link_info info = {};
	LIBBPF_OPTS(bpf_iter_attach_opts, opts, .link_info = &info, .link_info_len = sizeof(info));
	struct bpf_link *link;

	info.map.map_fd = bpf_map__fd(live->bpf->maps.sockets);
	link = bpf_program__attach_iter(live->bpf->progs.sample_sockets, &opts);
	if (!link)
		return -errno;
	live->bpf->links.sample_sockets = link;
	return 0;
}

static int attach_tracepoint(const struct bpf_program *program, struct bpf_link **link)
{
	*link = bpf_program__attach(program);
	return *link ? 0 : -errno;
}

/* Loads, puts the filter in force, and only then attaches: no event is judged by another. */
static int start(struct live *live, const struct filter *filter, char *error, size_t cap)
{
	const char *what = "load the BPF programs";
	int err;

	live->bpf = conntop_bpf__open();
	if (!live->bpf) {
		err = -errno;
		goto out;
	}
	err = conntop_bpf__load(live->bpf);
	if (err)
		goto out;

	what = "start the ring buffer";
	live->ring = ring_buffer__new(bpf_map__fd(live->bpf->maps.events), take_record, live, NULL);
	if (!live->ring) {
		err = -errno;
		goto out;
	}
	err = live_set_filter(&live->source, filter);
	if (err)
		goto out;

	what = "attach the BPF programs";
	err = attach_sampler(live);
	if (!err)
		err = attach_tracepoint(live->bpf->progs.exec_done, &live->bpf->links.exec_done);
	if (!err)
		err = attach_tracepoint(live->bpf->progs.tcp_state, &live->bpf->links.tcp_state);
out:
	if (err)
		explain(err, what, error, cap);
	return err;
}

struct source *source_live_open(const struct filter *filter, char *error, size_t error_cap)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live) {
		snprintf(error, error_cap, "out of memory");
		return NULL;
	}
	live->source.ops = &live_ops;
	libbpf_set_print(quiet);
	live->n_cpus = libbpf_num_possible_cpus();
	live->cpu_counts = calloc(live->n_cpus > 0 ? live->n_cpus : 1, sizeof(*live->cpu_counts));
	if (!live->cpu_counts || live->n_cpus < 0) {
		snprintf(error, error_cap, "cannot count the CPUs: %s",
			 strerror(live->n_cpus < 0 ? -live->n_cpus : ENOMEM));
		goto fail;
	}
	if (check_kernel(live, error, error_cap) || start(live, filter, error, error_cap))
		goto fail;
	return &live->source;
fail:
	live_close(&live->source);
	return NULL;
}
