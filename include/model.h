/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_MODEL_H
#define CONNTOP_MODEL_H

/*
 * Rolling tables of what happened: the only memory of events. Bounded: when a table is full its
 * oldest row goes, living connections and what they stand on last, and what went is counted. Never
 * reads a clock.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "event.h"
#include "filter.h"
#include "table.h"

/*
 * Whose row it is. It follows the head of a row, but of a connection: those share their owners.
 * With pid 0 nobody is known: nothing else counts.
 */
struct owner {
	uint64_t start_ns;
	uint64_t cgroup; /* id */
	uint32_t pid;
	uint32_t ppid; /* 0: not known */
	uint32_t uid;
	uint32_t gid;
	uint32_t loginuid; /* EVENT_NO_UID: none */
	bool followed;	   /* descends from one that the filter names */
	char comm[EVENT_COMM_LEN];
};

/* How a process ended. */
struct ending {
	uint64_t ended_ns; /* 0: it runs, as far as is known */
	int32_t code;
	int32_t signal; /* 0: none */
};

struct exec_row {
	union {
		struct table_row head;
		uint64_t id; /* counts execs from 1 */
	};
	struct owner owner;
	uint64_t ts_ns;
	char pcomm[EVENT_COMM_LEN];
	struct ending ending; /* of the process, in its last successful exec's row */
	uint64_t replaced_ns; /* when the process executed something else; 0: it did not */
	int32_t ret;
	uint32_t flags;	     /* EXEC_* */
	uint32_t args_total; /* bytes; more than args_len: cut */
	uint16_t filename_len;
	uint16_t args_len;
	char *data; /* file name with its NUL, then arguments with theirs */
};

/* Names a process for good: its number is used again after its end. */
struct process_key {
	uint64_t start_ns;
	uint32_t pid;
	uint32_t pad; /* 0 */
};

/* Which rows of processes and remotes have to go first when there are too many. */
enum row_rank {
	RANK_ENDED,
	RANK_IDLE,
	RANK_BUSY, /* has living connections, or listeners */
	RANK_COUNT
};

/* What connections amount to, of a process or of a remote end. */
struct traffic {
	uint64_t total; /* connections, failed ones too */
	uint64_t live;
	uint64_t failed;
	uint64_t tx_bytes;
	uint64_t rx_bytes;
	uint64_t tx_rate; /* bytes/s, of the living */
	uint64_t rx_rate;
};

/* A process that did anything: executed, connected, accepted, listened. */
struct process_row {
	union {
		struct table_row head;
		uint64_t id; /* counts processes from 1 */
	};
	struct owner owner;
	uint64_t ts_ns; /* when it last did something; 0: before conntop */
	struct ending ending;
	struct traffic traffic;
	uint64_t execs;	   /* successful ones, by its children */
	uint64_t exec_id;  /* row of its last successful exec; 0: none, or gone */
	uint32_t args_len; /* as in struct exec_row, a copy: 0 and no file name before any exec */
	uint32_t args_total;
	uint32_t exec_flags;
	uint32_t filename_len;
	char *data; /* NULL: never seen to execute */
	struct process_key key;
	uint32_t pid_next;	 /* slot of the next with the same hash of its PID; 0: none */
	struct table_list conns; /* those whose `process` this is, by their of_process */
	struct table_list listeners;
	uint64_t living;	  /* connections and listeners among those */
	enum row_rank rank;	  /* the list that it is in */
	struct table_link ranked; /* there */
};

/* A remote address and port that processes of this host connected to. */
struct remote_row {
	union {
		struct table_row head;
		uint64_t id; /* counts remotes from 1 */
	};
	struct owner owner; /* of the last connection: shown nowhere */
	uint64_t ts_ns;	    /* of the last connect; 0: before conntop */
	struct traffic traffic;
	uint64_t latency_sum_us; /* of the connects that succeeded: `latencies` of them */
	uint64_t latencies;
	uint8_t raddr[16];
	uint16_t rport;
	uint8_t ip;
	struct table_list conns; /* those whose `remote` this is, by their of_remote */
	uint64_t living;	 /* among those */
	enum row_rank rank;	 /* the list that it is in */
	struct table_link ranked;
};

struct listener_row {
	union {
		struct table_row head;
		uint64_t id; /* the kernel's name for the socket */
	};
	struct owner owner;
	uint64_t opened_ns; /* 0: before conntop */
	uint64_t sampled_ns;
	uint64_t accepts;
	uint64_t accept_rate; /* a second, between the last two samples */
	uint32_t backlog;
	uint32_t backlog_max;
	uint32_t netns;
	uint16_t lport;
	uint8_t laddr[16];
	uint8_t ip;
	uint8_t flags;	  /* CONN_OLDER, CONN_SHARED */
	bool missed;	  /* as a connection's */
	uint32_t process; /* its slot in `processes`; 0: none */
	struct table_link of_process;
	struct table_link sampled; /* in the list of all, in order of their last samples */
};

/*
 * There may be a million. Each paragraph comes from memory at once: what is asked of all of them,
 * what changes, the rest.
 */
struct conn_row {
	union {
		struct table_row head;
		uint64_t id; /* the kernel's name for the connection */
	};
	const struct owner *owner; /* shared; NULL before the row is filled */
	uint64_t opened_ns;	   /* 0: before conntop */
	uint64_t closed_ns;	   /* 0: lives */
	uint64_t ts_ns;		   /* of the last event; before any, of the connect; 0: not known */
	uint16_t lport;		   /* 0: not chosen yet */
	uint16_t rport;
	int32_t ret;
	uint16_t proto;
	uint8_t direction;   /* enum conn_direction */
	uint8_t state;	     /* TCP_ESTABLISHED (1) .. */
	uint8_t kind;	     /* enum event_kind of the last event; EVENT_SAMPLE: none */
	uint8_t flags;	     /* CONN_* */
	bool lost_close : 1; /* it is gone, and its close was never told */
	bool passes : 1;     /* the model's filter lets it through: it is counted */
	bool missed : 1;     /* a pass did not show it; if it was shown since, that is newer */

	uint64_t established_ns; /* 0: not (yet), or before conntop */
	uint64_t tx_bytes;
	uint64_t rx_bytes;
	uint64_t tx_rate; /* bytes/s between the last two figures */
	uint64_t rx_rate;
	uint64_t sampled_ns; /* of the last figures: tx_bytes to retrans; 0: none are known */
	uint32_t rtt_us;
	uint32_t retrans;
	uint32_t process; /* slot in `processes`, whose traffic it is part of; 0: none */
	uint32_t remote;  /* slot in `remotes`; 0: it came in, or none */

	uint8_t laddr[16];
	uint8_t raddr[16];
	uint8_t ip;
	struct table_link of_process, of_remote;
	struct table_link order; /* among the living, or the closed */
	uint32_t netns;
};

_Static_assert(sizeof(struct conn_row) == 192 && offsetof(struct conn_row, established_ns) == 64 &&
		       offsetof(struct conn_row, laddr) == 128,
	       "what a connection takes is minded");

/* An owner that connections share. */
struct shared_owner;

struct model {
	struct table execs;
	struct table conns;
	struct table processes;
	struct table remotes;
	struct table listeners;
	struct table owners;		 /* of connections: struct shared_owner */
	struct index owners_index;	 /* by all that an owner is */
	struct index remotes_index;	 /* by raddr, rport and ip */
	struct shared_owner *owner_last; /* that a connection got; NULL: it is gone */
	uint32_t *pids;		/* by the lowest bits of the PID: the first slot of a process */
	uint32_t pids_mask;	/* of those bits */
	struct table_list live; /* connections, oldest first */
	struct table_list closed;
	/* The same, those that did nothing for longest first. */
	struct table_list process_ranks[RANK_COUNT];
	struct table_list remote_ranks[RANK_COUNT];
	struct table_list sampled; /* listeners */
	size_t n_live;
	/* The living connections that the filter lets through, and their bytes a second. */
	struct model_living {
		uint64_t n;
		uint64_t rate;
	} living;
	size_t max_rows; /* of each table */
	uint64_t execs_made;
	uint64_t processes_made;
	uint64_t remotes_made;
	uint64_t owners_made;
	uint64_t evicted[EVENT_KINDS]; /* rows that had to go, by the kind of their last event */
	uint64_t evicted_rows; /* processes, remotes and listeners that there was no room for */
	uint64_t missed;       /* living rows that the last pass did not show, for the first time */
	uint64_t pass_ns;      /* of that pass */
	uint64_t
		dropped; /* what records told that no memory was found for, or that was malformed */
	struct filter filter; /* what processes and remotes count is what this lets through */
	uint64_t filters;     /* times that it was put in force */
};

/* `max_rows`: at least 1. NULL without memory. */
struct model *model_new(size_t max_rows);
void model_free(struct model *model);

/* A copy that later events do not change, or NULL without memory. */
struct model *model_clone(const struct model *model);

/*
 * Takes one record of `size` bytes. Returns 0, -EINVAL for a record that does not hold together,
 * -ENOMEM; a record not taken is counted in `dropped`.
 */
int model_apply(struct model *model, const struct event *event, size_t size);

/* The record will be applied soon: one of EXPECT_STEPS (prefetch.h). Changes nothing. */
void model_expect(const struct model *model, const struct event *event, size_t size, unsigned step);

/*
 * The filter changed: finds out which of the known processes descend from those it names, and
 * counts the traffic of processes and remotes anew from the connections that it lets through.
 */
void model_set_filter(struct model *model, const struct filter *filter);

/*
 * After a pass of samples that began at `pass_ns`: a living connection or listener which the filter
 * lets through, and which neither that pass nor the one before nor an event since has shown, is
 * gone without a word (its close was filtered or lost). A connection is closed here, its last
 * figures kept. One pass is not enough: where sockets come and go while they are walked, a walk
 * that is taken up again may pass over some. Those missed once are counted in `missed`.
 */
void model_expire(struct model *model, uint64_t pass_ns);

/*
 * Rows of events by themselves, for streams: what a table would hold of this one event. An exec's
 * row is freed by free(), NULL without memory. Where a connection has another owner than before,
 * that is put into `owner`, and the row points there.
 */
struct exec_row *exec_row_new(const struct exec_event *event);
void conn_row_fill(struct conn_row *row, const struct conn_event *event, struct owner *owner);
void process_row_end(struct process_row *row, const struct exit_event *event);

/* Whether a record of `size` bytes is whole and what it says it is. */
bool event_valid(const struct event *event, size_t size);

/*
 * Whether the filter lets a row through; of a process, only what applies to it. A remote is let
 * through when it counts a connection: they were counted under the filter.
 */
bool exec_row_match(const struct exec_row *row, const struct filter *filter);
bool conn_row_match(const struct conn_row *row, const struct filter *filter);
bool process_row_match(const struct process_row *row, const struct filter *filter);
bool remote_row_match(const struct remote_row *row, const struct filter *filter);
bool listener_row_match(const struct listener_row *row, const struct filter *filter);

/* The argument bytes of a row, a NUL after each. */
const char *exec_row_args(const struct exec_row *row);

/* --- finding rows: NULL, there is none, or no more -------------------------------------------- */

/* A process's connections, the last one found first; `conn` NULL: the first of them. */
static inline const struct conn_row *process_conn(const struct model *model,
						  const struct process_row *process,
						  const struct conn_row *conn)
{
	return (const struct conn_row *)table_at(&model->conns, conn ? conn->of_process.next
								     : process->conns.first);
}

static inline const struct conn_row *remote_conn(const struct model *model,
						 const struct remote_row *remote,
						 const struct conn_row *conn)
{
	return (const struct conn_row *)table_at(&model->conns,
						 conn ? conn->of_remote.next : remote->conns.first);
}

static inline const struct listener_row *process_listener(const struct model *model,
							  const struct process_row *process,
							  const struct listener_row *one)
{
	return (const struct listener_row *)table_at(&model->listeners,
						     one ? one->of_process.next
							 : process->listeners.first);
}

/* The process with that key. */
const struct process_row *model_process(const struct model *model, struct process_key key);

/* Those that have, or had, that number; `process` NULL: the first of them. */
const struct process_row *model_pid(const struct model *model, uint32_t pid,
				    const struct process_row *process);

#endif
