/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SCENE_H
#define CONNTOP_SCENE_H

/*
 * A host that exists nowhere: its processes, connections and listeners as tables, and a source that
 * tells of them as the kernel would. It is the same on every machine and at every time, so that
 * whole screens can be compared with files.
 *
 * All times are milliseconds before (negative) or after the moment at which the scene's clock comes
 * to a stand, SCENE_END_NS.
 */
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "event.h"
#include "filter.h"
#include "source.h"

#define SCENE_END_NS   (40 * 86400000000000ULL + 250000000ULL) /* CLOCK_BOOTTIME */
#define SCENE_BEGIN_MS (-90000)				       /* conntop was started */

/* --- the tables ------------------------------------------------------------------------------- */

struct scene_user {
	const char *name;
	uint32_t uid;
	uint32_t gid;
};

/* One image that a process executes; a process may have several, in order of time. */
struct scene_process {
	uint32_t pid;
	uint32_t ppid;
	const struct scene_user *user;
	const char *cgroup; /* path */
	int64_t at_ms;	    /* of the exec; before SCENE_BEGIN_MS nobody saw it */
	int64_t life_ms;  /* until the process ends; 0: it does not, or goes on as its next image */
	int code, signal; /* how it ends */
	int error;	  /* errno of an exec that failed: told only where failures are watched */
	const char *comm; /* NULL: as the file is called */
	const char *file;
	const char *args; /* a NUL after each */
	size_t args_len;
};

struct scene_conn {
	uint32_t pid; /* 0: nobody is known */
	bool in;      /* a remote end connected to this host */
	const char *laddr;
	uint16_t lport;
	const char *raddr;
	uint16_t rport;
	int64_t at_ms;
	int64_t latency_us;	   /* until it is established, or fails */
	int64_t life_ms;	   /* until it ends; 0: it lives on */
	int error;		   /* errno of a connect that failed */
	bool unsent;		   /* before a packet left: told only where failures are watched */
	uint64_t tx, rx;	   /* bytes at once */
	uint64_t tx_rate, rx_rate; /* bytes/s from then on, more or less */
	uint32_t rtt_us;
	uint32_t retrans;
	uint8_t state; /* of a living one; 0: established */
	/* Again and again, each from the next local port but one; 0: once. */
	int times;
	int64_t every_ms;
};

struct scene_listener {
	uint32_t pid;
	const char *laddr;
	uint16_t lport;
	int64_t at_ms;
	uint64_t accepts;
	uint64_t accept_rate; /* a second */
	uint32_t backlog, backlog_max;
	uint32_t netns; /* 0: the host's */
};

extern const struct scene_user scene_users[];
extern const size_t n_scene_users;
extern const struct scene_process scene_processes[];
extern const size_t n_scene_processes;
extern const struct scene_conn scene_conns[];
extern const size_t n_scene_conns;
extern const struct scene_listener scene_listeners[];
extern const size_t n_scene_listeners;

/* What `pid` runs at a moment, or NULL when there is no such process. */
const struct scene_process *scene_process_at(uint32_t pid, int64_t at_ms);
/* Its first image: what it started as. */
const struct scene_process *scene_process_first(uint32_t pid);
/* Whether it has begun and not ended; not asked of what executes another image later. */
bool scene_runs(const struct scene_process *process, int64_t at_ms);
/* CLOCK_BOOTTIME of its fork. */
uint64_t scene_start_ns(const struct scene_process *process);
const char *scene_comm(const struct scene_process *process);
/* 0: no such path. */
uint64_t scene_cgroup_id(const char *path);
const char *scene_cgroup_path(uint64_t id); /* or NULL */

/* --- records ---------------------------------------------------------------------------------- */

uint64_t scene_ns(int64_t at_ms);
int64_t scene_ms(uint64_t ts_ns);

/* The head of a record on behalf of what `pid` runs at that moment. */
void scene_head(struct event *head, enum event_kind kind, uint64_t ts_ns, uint32_t pid);

/* The `n`th connection of a row as it is at `ts_ns`. */
struct conn_event scene_conn_event(enum event_kind kind, const struct scene_conn *row, int n,
				   uint64_t ts_ns);
/* When it is opened, settled (established, or failed) and ends (INT64_MAX: not); microseconds. */
int64_t scene_conn_opened_us(const struct scene_conn *row, int n);
int64_t scene_conn_settled_us(const struct scene_conn *row, int n);
int64_t scene_conn_ended_us(const struct scene_conn *row, int n);

struct listen_event scene_listen_event(const struct scene_listener *row, uint64_t ts_ns);

/* Whether the kernel would let a record through; marks those of descendants (--follow). */
bool scene_judge(struct event *event, const struct filter *filter);

/* --- the source ------------------------------------------------------------------------------- */

struct scene_settings {
	int steps;	    /* seconds that pass, one each refresh, before the clock stands still */
	uint64_t lost;	    /* events that the ring buffer had no room for */
	const char *ticks;  /* a file that grows with each refresh at the end; NULL: none */
	const char *limits; /* what this kernel cannot tell; NULL: nothing */
};

/*
 * SIGUSR1 lets one more second pass. NULL without memory.
 */
struct source *scene_open(const struct filter *filter, const struct scene_settings *settings);

#endif
