/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events of this host, from its kernel.
 */
#include <errno.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "iterate.h"
#include "kernel.h"
#include "netns.h"
#include "programs.h"
#include "ring.h"
#include "samples.h"
#include "settle.h"
#include "conntop.skel.h"

/* Passes over open files: a pass that took one millisecond is not repeated for so many. */
#define OWNERS_SHARE	100	      /* while somebody waits to be found */
#define OWNERS_REST	1000	      /* to find what was handed on */
#define OWNERS_EVERY_NS 5000000000ULL /* and at most so often */
#define STEP_NS		1000000LL     /* a wall clock that steps farther was set, not read late */
#define NAMESPACES_MAX	128	      /* to be looked into later, of a soft limit of 1,024 files */
#define FOLLOW_DEPTH	64 /* passes to find descendants: each finds a generation or more */

struct live {
	struct source source;
	struct conntop_bpf *bpf;
	struct ring ring;
	struct samples samples;
	struct settle settle;
	struct event_counts *cpu_counts; /* one for each possible CPU, as the map returns them */
	int n_cpus;
	bool flipped;		       /* the filter changed since the start */
	uint16_t follows;	       /* counts filters that follow; never 0 in the kernel */
	uint64_t owners_ns;	       /* of the last pass over open files */
	uint64_t owners_took_ns;       /* of CPU time */
	int64_t boot_to_wall_ns;       /* as told last */
	int ownerless[NAMESPACES_MAX]; /* iterators for a pass through namespaces, to be read */
	size_t n_ownerless;
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
	return bpf_map__fd(live_of(source)->bpf->maps.events);
}

static void live_clock(struct source *source, uint64_t *now_ns, int64_t *boot_to_wall_ns)
{
	struct live *live = live_of(source);
	int64_t boot_to_wall_ns_now;

	*now_ns = clock_ns(CLOCK_BOOTTIME);
	boot_to_wall_ns_now = (int64_t)(clock_ns(CLOCK_REALTIME) - *now_ns);
	/* Two clocks are never read at once; an event's time must not waver by that. */
	if (llabs(boot_to_wall_ns_now - live->boot_to_wall_ns) > STEP_NS)
		live->boot_to_wall_ns = boot_to_wall_ns_now;
	*boot_to_wall_ns = live->boot_to_wall_ns;
}

static void take_record(void *ctx, const void *record, size_t size)
{
	struct live *live = ctx;

	settle_push(&live->settle, record, size);
}

/* While the reader sleeps for a time the ring must not fill. One that waits for any event does. */
static void want_wake(struct live *live)
{
	__u32 never = EVENT_WAKE_NEVER;

	__atomic_compare_exchange_n(&live->bpf->data->wake_at, &never, live->ring.size / 4, false,
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static int live_drain(struct source *source, bool all, source_event_fn fn, void *ctx)
{
	struct live *live = live_of(source);
	uint64_t until_ns = all ? UINT64_MAX : clock_ns(CLOCK_BOOTTIME) - SOURCE_SETTLE_NS;

	ring_take(&live->ring, take_record, live);
	want_wake(live);
	return settle_release(&live->settle, until_ns, fn, &source->expecter, ctx);
}

static bool live_holding(const struct source *source)
{
	return settle_holds(&live_of(source)->settle);
}

static void live_arm(struct source *source)
{
	__atomic_store_n(&live_of(source)->bpf->data->wake_at, 0, __ATOMIC_SEQ_CST);
}

static int pass_owners(struct live *live)
{
	uint64_t begin_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	int err;

	__atomic_store_n(&live->bpf->bss->owners_wanted, 0, __ATOMIC_SEQ_CST);
	live->bpf->bss->owners_pass++;
	err = iterate(live->bpf->links.find_owners);
	live->owners_ns = clock_ns(CLOCK_BOOTTIME);
	live->owners_took_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - begin_ns;
	return err;
}

/* When somebody waits for it, and else now and then, for what was handed on. */
static int live_find_owners(struct source *source)
{
	struct live *live = live_of(source);
	uint64_t rested_ns = clock_ns(CLOCK_BOOTTIME) - live->owners_ns;
	bool wanted = __atomic_load_n(&live->bpf->bss->owners_wanted, __ATOMIC_SEQ_CST);

	if (rested_ns < live->owners_took_ns * (wanted ? OWNERS_SHARE : OWNERS_REST) ||
	    (!wanted && rested_ns < OWNERS_EVERY_NS))
		return 0;
	return pass_owners(live);
}

/*
 * Those sockets that a pass over open files does not come to, in the namespaces so far. Each has a
 * table of its own, or goes through the whole of one that they share: milliseconds either way.
 */
static int pass_ownerless(struct live *live)
{
	int err = 0, pass_err;

	while (live->n_ownerless) {
		pass_err = iterate_end(live->ownerless[--live->n_ownerless]);
		err = err ? err : pass_err;
	}
	return err;
}

static int live_find_rest(struct source *source)
{
	struct live *live = live_of(source);
	bool wanted = __atomic_load_n(&live->bpf->bss->owners_wanted, __ATOMIC_SEQ_CST);
	int err = 0;

	/* One that was accepted since is not to be taken for one that nobody will accept. */
	if (wanted || (live->n_ownerless && !live->bpf->bss->accepts_told))
		err = pass_owners(live);
	return err ? err : pass_ownerless(live);
}

static int live_sample(struct source *source, source_event_fn fn, void *ctx)
{
	struct live *live = live_of(source);
	struct event pass = { .kind = EVENT_PASS, .ts_ns = clock_ns(CLOCK_BOOTTIME) };
	int err = live_find_owners(source);

	if (!err)
		err = samples_pass(&live->samples, live->bpf->links.sample_sockets, pass.ts_ns, fn,
				   &source->expecter, ctx);
	if (!err)
		fn(ctx, &pass, sizeof(pass));
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

/* Descendants of filters that are no longer in force. */
static void forget_followed(struct live *live)
{
	int fd = bpf_map__fd(live->bpf->maps.followed);
	__u64 key, next;
	bool more = !bpf_map_get_next_key(fd, NULL, &next);

	while (more) {
		key = next;
		more = !bpf_map_get_next_key(fd, &key, &next);
		if (key >> 32 != live->follows)
			bpf_map_delete_elem(fd, &key);
	}
}

/* Those that run already, of the filter at `set`. New ones follow as they are forked. */
static int find_descendants(struct live *live, __u32 set)
{
	int err = 0;

	live->bpf->bss->follow_set = set;
	for (int depth = 0; depth < FOLLOW_DEPTH && !err; depth++) {
		__atomic_store_n(&live->bpf->bss->followed_found, 0, __ATOMIC_SEQ_CST);
		err = iterate(live->bpf->links.find_descendants);
		if (!__atomic_load_n(&live->bpf->bss->followed_found, __ATOMIC_SEQ_CST))
			break;
	}
	return err;
}

/* The filter as the kernel needs it: each that follows is told from those before. */
static int write_filter(struct live *live, __u32 set, const struct filter *filter)
{
	int fd = bpf_map__fd(live->bpf->maps.filters);
	struct filter numbered;
	int err;

	if (!filter->follow)
		return bpf_map_update_elem(fd, &set, filter, BPF_ANY);
	if (!++live->follows)
		live->follows = 1;
	numbered = *filter;
	numbered.follow = live->follows;
	err = bpf_map_update_elem(fd, &set, &numbered, BPF_ANY);
	if (!err && live->bpf->links.find_descendants)
		err = find_descendants(live, set);
	return err;
}

static int live_set_filter(struct source *source, const struct filter *filter)
{
	struct live *live = live_of(source);
	__u32 idle = !(live->bpf->bss->filter_active & FILTER_INDEX);
	__u32 active = idle | (filter_asks(filter) ? FILTER_ASKS : 0);
	int err;

	if (live->flipped)
		wait_for_programs();
	err = write_filter(live, idle, filter);
	if (err)
		return err;
	__atomic_store_n(&live->bpf->bss->filter_active, active, __ATOMIC_SEQ_CST);
	live->flipped = true;
	forget_followed(live);
	return 0;
}

static int live_watch_failed(struct source *source, bool on)
{
	struct live *live = live_of(source);
	struct bpf_link **link = &live->bpf->links.call_failed;

	if (on == (*link != NULL))
		return 0;
	live->bpf->bss->failures_watched = on;
	if (on)
		return programs_attach_one(live->bpf->progs.call_failed, link);
	bpf_link__destroy(*link);
	*link = NULL;
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
	for (__u32 kind = 0; kind < EVENT_SAMPLE; kind++) { /* the rest are no events */
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
	/* What tcp_state misses, tcp_state_again sees: it is never inside itself just then. */
	counts->missed = program_misses(live->bpf->progs.exec_done) +
			 program_misses(live->bpf->progs.process_exit) + live->settle.dropped +
			 live->bpf->bss->followed_lost;
	if (live->bpf->bss->followed_lost)
		snprintf(source->limits, sizeof(source->limits),
			 "not all descendants are followed: there are more than there is room for");
	return 0;
}

static void live_close(struct source *source)
{
	struct live *live = live_of(source);

	if (!source)
		return;
	while (live->n_ownerless)
		close(live->ownerless[--live->n_ownerless]);
	ring_close(&live->ring);
	samples_close(&live->samples);
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
	.find_owners = live_find_owners,
	.find_rest = live_find_rest,
	.set_filter = live_set_filter,
	.watch_failed = live_watch_failed,
	.counts = live_counts,
	.close = live_close,
};

/* --- opening ---------------------------------------------------------------------------------- */

/* Without it, who accepts is found a little later, among the open files. */
static void note_accept(struct live *live)
{
	live->bpf->bss->accepts_told = live->bpf->links.accept_done != NULL;
	if (!live->bpf->links.accept_done)
		snprintf(live->source.limits, sizeof(live->source.limits),
			 "no fexit in this kernel: who accepts is known a moment late");
}

/* While there is the right to enter namespaces. */
static int prepare_ownerless(void *ctx)
{
	struct live *live = ctx;
	int err = live->n_ownerless == NAMESPACES_MAX ? pass_ownerless(live) : 0;
	int fd = err ? err : iterate_begin(live->bpf->links.find_ownerless);

	if (fd < 0)
		return fd;
	live->ownerless[live->n_ownerless++] = fd;
	return 0;
}

/* The sockets that were there before; in namespaces that are closed to us, those in open files. */
static int look_around(struct live *live)
{
	int err = pass_owners(live);

	return err ? err : netns_each(prepare_ownerless, live);
}

static int map_records(struct live *live)
{
	const struct bpf_map *events = live->bpf->maps.events;
	const struct bpf_map *samples = live->bpf->maps.samples;
	int err = ring_open(&live->ring, bpf_map__fd(events), bpf_map__max_entries(events));

	return err ? err
		   : samples_open(&live->samples, bpf_map__fd(samples),
				  bpf_map__max_entries(samples), &live->bpf->bss->sampling);
}

/* Loads, puts the filter in force, and only then attaches: no event is judged by another. */
static int start(struct live *live, const struct filter *filter, unsigned kinds, char *error,
		 size_t cap)
{
	const char *what = "load the BPF programs";
	int err = programs_load(&live->bpf);

	if (err)
		goto out;
	live->bpf->data->kinds_wanted = kinds;
	what = "map what the BPF programs write";
	err = map_records(live);
	if (err)
		goto out;
	err = live_set_filter(&live->source, filter);
	if (err)
		goto out;

	what = "attach the BPF programs";
	err = programs_attach(live->bpf);
	if (err)
		goto out;
	note_accept(live);
	what = "look at the sockets that are open";
	err = look_around(live);
	if (!err && filter->follow)
		err = find_descendants(live, live->bpf->bss->filter_active & FILTER_INDEX);
out:
	if (err)
		kernel_explain(err, what, error, cap);
	return err;
}

struct source *source_live_open(const struct filter *filter, unsigned kinds, char *error,
				size_t error_cap)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live) {
		snprintf(error, error_cap, "out of memory");
		return NULL;
	}
	live->source.ops = &live_ops;
	if (kernel_check(&live->source.host, error, error_cap))
		goto fail;
	live->n_cpus = libbpf_num_possible_cpus();
	live->cpu_counts = calloc(live->n_cpus > 0 ? live->n_cpus : 1, sizeof(*live->cpu_counts));
	if (!live->cpu_counts || live->n_cpus < 0) {
		snprintf(error, error_cap, "cannot count the CPUs: %s",
			 strerror(live->n_cpus < 0 ? -live->n_cpus : ENOMEM));
		goto fail;
	}
	if (start(live, filter, kinds, error, error_cap))
		goto fail;
	return &live->source;
fail:
	live_close(&live->source);
	return NULL;
}
