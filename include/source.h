/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SOURCE_H
#define CONNTOP_SOURCE_H

/*
 * Where events come from. A source hands over records (event.h) in order of time; who reads them
 * cannot tell what kind of source it is. Its life: open, then drain, sample and filter as often as
 * wanted, then close. Errors are told as one sentence in the buffer given to open.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "event.h"
#include "filter.h"

/* One record; `event` is valid during the call only. */
typedef void (*source_event_fn)(void *ctx, const struct event *event, size_t size);

/*
 * A record will be handed over, after some others, at one of EXPECT_STEPS (prefetch.h). Not each
 * record comes by, nor at each step.
 */
struct expecter {
	void (*fn)(void *ctx, const struct event *event, size_t size, unsigned step); /* or NULL */
	void *ctx;
};

/* What is known of the host that the events come from. */
struct source_host {
	char name[65];	  /* nodename of uname(2) */
	char release[65]; /* its release */
};

struct source_counts {
	struct event_counts kinds[EVENT_KINDS];
	/*
	 * The kernel ran no program, as it was interrupted by itself (recursion); or there were
	 * more descendants than it can follow: each of these counts once.
	 */
	uint64_t missed;
};

/* Events that were wanted and never came. */
static inline uint64_t source_counts_lost(const struct source_counts *counts)
{
	uint64_t lost = counts->missed;

	for (int kind = 0; kind < EVENT_KINDS; kind++)
		lost += counts->kinds[kind].lost;
	return lost;
}

/* The arguments of a process that is running, a NUL after each. */
struct cmdline {
	char *bytes;
	size_t len;
	bool cut; /* there are more */
};

/* A process as proc(5) tells of it. */
struct names_process {
	char comm[EVENT_COMM_LEN];
	uint32_t ppid;
	uint64_t start_ns; /* CLOCK_BOOTTIME, rounded down to a clock tick: 10 ms */
};

#define SOURCE_FILTERS_MAX 8

/* What is asked of the kernel, as people write it (filterspec.h); a recording keeps it. */
struct source_asked {
	const char *filters[SOURCE_FILTERS_MAX]; /* by dimension; "": any; NULL: no more of them */
	bool follow;
	bool failed;	 /* failed execs and connects, too */
	unsigned serial; /* counts the changes */
};

struct source {
	const struct source_ops *ops;
	const struct recorded_ops *recorded; /* NULL: not a recording */
	struct source_host host;
	struct expecter expecter; /* set by who drains; of samples, too */
	/* What this kernel does not allow and what is therefore less good, or "". */
	char limits[128];
};

struct source_ops {
	/* A descriptor that polls readable when there is something to drain. */
	int (*fd)(const struct source *source);
	/* CLOCK_BOOTTIME in ns, and what to add to it for nanoseconds since the Epoch. */
	void (*clock)(struct source *source, uint64_t *now_ns, int64_t *boot_to_wall_ns);
	/*
	 * Hands over what has settled: records are held back for SOURCE_SETTLE_NS, so that they
	 * leave in order of time whichever CPU they came from; `all` hands over the held ones too.
	 * Returns how many it handed over, or -errno.
	 */
	int (*drain)(struct source *source, bool all, source_event_fn fn, void *ctx);
	/* Records are held back: drain again soon. */
	bool (*holding)(const struct source *source);
	/* Asks the kernel to make fd readable at the next event; without, only when much waits. */
	void (*arm)(struct source *source);
	/*
	 * One EVENT_SAMPLE for each living connection and one EVENT_LISTENER for each listening
	 * socket that the filter lets through, their owners looked after before; then, when that
	 * were all, an EVENT_PASS. 0 or -errno.
	 */
	int (*sample)(struct source *source, source_event_fn fn, void *ctx);
	/*
	 * Looks for processes that accepted connections, where the kernel does not tell at once:
	 * EVENT_ACCEPT follows. Does nothing, for the most part, when none is waited for, and never
	 * takes more than a small share of the time. 0 or -errno.
	 */
	int (*find_owners)(struct source *source);
	/*
	 * Finds what was left for later, however long it takes: after opening, sockets that no
	 * process has open; at the end, processes that accepted. NULL: nothing is ever left. Called
	 * by source_find_rest().
	 */
	int (*find_rest)(struct source *source);
	/* Puts a filter in force, at once and as a whole. 0; or -errno, and the old one stays. */
	int (*set_filter)(struct source *source, const struct filter *filter);
	/*
	 * Failed execs, and connects that fail before a packet leaves, too; or no longer. Costs
	 * each system call of the host a little. 0 or -errno; -EOPNOTSUPP where the kernel cannot.
	 */
	int (*watch_failed)(struct source *source, bool on);
	/* 0 or -errno. */
	int (*counts)(struct source *source, struct source_counts *counts);
	void (*close)(struct source *source);

	/* Told what is asked of it from now on: source_note(). NULL where nobody wants to know. */
	void (*note)(struct source *source, const struct source_asked *asked);
};

/* What only a recording can do. */
struct recorded_ops {
	/* It has all been handed over; more of it is due at once. */
	bool (*ended)(const struct source *source);
	bool (*due)(const struct source *source);
	/* 0; -errno: it ended before it should have, and `limits` says why. */
	int (*problem)(const struct source *source);
	/* It is held still or goes on; it goes on for one refresh. */
	void (*hold)(struct source *source, bool on);
	void (*step)(struct source *source);
	/* What was asked of the kernel where it has got to. */
	const struct source_asked *(*asked)(const struct source *source);
	/*
	 * The names that came with the events, NULL where none did: instead of this host's. Live
	 * until more is handed over.
	 */
	const char *(*user)(const struct source *source, uint32_t uid);
	const char *(*cgroup)(const struct source *source, uint64_t id);
	const struct cmdline *(*cmdline)(const struct source *source, uint32_t pid,
					 uint64_t start_ns);
	bool (*process)(const struct source *source, uint32_t pid, struct names_process *out);
};

/* Once, before or soon after the first sample. 0 or -errno. */
static inline int source_find_rest(struct source *source)
{
	return source->ops->find_rest ? source->ops->find_rest(source) : 0;
}

static inline bool source_ended(const struct source *source)
{
	return source->recorded && source->recorded->ended(source);
}

static inline bool source_due(const struct source *source)
{
	return source->recorded && source->recorded->due(source);
}

static inline int source_problem(const struct source *source)
{
	return source->recorded ? source->recorded->problem(source) : 0;
}

static inline void source_note(struct source *source, const struct source_asked *asked)
{
	if (source->ops->note)
		source->ops->note(source, asked);
}

#define SOURCE_SETTLE_NS 20000000ULL

/*
 * Events of this host, from its kernel, under `filter` from the first; of `kinds` only (bits
 * 1 << EVENT_*): others are neither sent nor counted. NULL: `error` says why.
 */
struct source *source_live_open(const struct filter *filter, unsigned kinds, char *error,
				size_t error_cap);

struct source_replay {
	double speed;	   /* times the recorded pace; 0: all at once */
	double duration_s; /* of it; 0: all */
};

/*
 * Events of a recording. What it was recorded under holds until set_filter() is called, which then
 * applies as it does live. Where the recording ends before it should,
 * `limits` says so once that is known. NULL: `error` says why.
 */
struct source *source_replay_open(const char *path, const struct source_replay *how, char *error,
				  size_t error_cap);

#endif
