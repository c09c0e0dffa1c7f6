/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_MODEL_H
#define CONNTOP_MODEL_H

/*
 * Rolling tables of what happened: the only memory of events. Bounded: when a table is full its
 * oldest row goes, living connections last, and what went is counted. Never reads a clock.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uthash.h>
#include "event.h"
#include "filter.h"

/* Whose row it is; the first member of a row in every table, so that columns can share getters. */
struct owner {
	uint64_t start_ns;
	uint64_t cgroup; /* id */
	uint32_t pid;
	uint32_t ppid;
	uint32_t uid;
	uint32_t gid;
	uint32_t loginuid; /* EVENT_NO_UID: none */
	char comm[EVENT_COMM_LEN];
};

struct exec_row {
	struct owner owner;
	uint64_t id; /* counts execs from 1; the hash key */
	uint64_t ts_ns;
	char pcomm[EVENT_COMM_LEN];
	int32_t ret;
	uint32_t flags;	     /* EXEC_* */
	uint32_t args_total; /* bytes; more than args_len: cut */
	uint16_t filename_len;
	uint16_t args_len;
	UT_hash_handle hh; /* in order of arrival */
	char data[];	   /* file name with its NUL, then arguments with theirs */
};

struct conn_row {
	struct owner owner;
	uint64_t id;	/* the kernel's name for the connection; the hash key */
	uint64_t ts_ns; /* of the last event */
	uint64_t opened_ns;
	uint64_t established_ns; /* 0: not (yet) */
	uint64_t closed_ns;	 /* 0: lives */
	uint64_t sampled_ns;	 /* of the last figures */
	uint64_t tx_bytes;
	uint64_t rx_bytes;
	uint64_t tx_rate; /* bytes/s between the last two figures */
	uint64_t rx_rate;
	uint8_t laddr[16];
	uint8_t raddr[16];
	uint16_t lport; /* 0: not chosen yet */
	uint16_t rport;
	uint16_t proto;
	uint8_t ip;
	uint8_t direction; /* enum conn_direction */
	uint8_t state;	   /* TCP_ESTABLISHED (1) .. */
	uint8_t kind;	   /* enum event_kind of the last event */
	bool figures;	   /* tx_bytes to retrans are known */
	bool lost_close;   /* it is gone, and its close was never told */
	uint32_t netns;
	int32_t ret;
	uint32_t rtt_us;
	uint32_t retrans;
	struct conn_row *prev, *next; /* in the list of the living, or of the closed */
	UT_hash_handle hh;
};

struct model {
	struct exec_row *execs; /* uthash heads, in order of arrival */
	struct conn_row *conns;
	struct conn_row *live; /* utlist heads over the same rows: oldest first */
	struct conn_row *closed;
	size_t n_live;
	size_t max_rows; /* of each table */
	uint64_t execs_made;
	uint64_t evicted; /* rows that had to go */
	uint64_t dropped; /* records that no memory was found for, or that were malformed */
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

/*
 * After a pass of samples that began at `pass_ns` under `filter`: a living connection which the
 * filter lets through, and which neither that pass nor an event since has shown, is gone without a
 * word (its close was filtered or lost). It is closed here, its last figures kept.
 */
void model_expire(struct model *model, const struct filter *filter, uint64_t pass_ns);

/* Rows of events by themselves, for streams: what a table would hold of this one event. */
struct exec_row *exec_row_new(const struct exec_event *event); /* NULL: no memory */
void conn_row_fill(struct conn_row *row, const struct conn_event *event);

/* Whether a record of `size` bytes is whole and what it says it is. */
bool event_valid(const struct event *event, size_t size);

bool exec_row_match(const struct exec_row *row, const struct filter *filter);
bool conn_row_match(const struct conn_row *row, const struct filter *filter);

/* The argument bytes of a row (NUL after each), and the part of them that follows the command. */
const char *exec_row_args(const struct exec_row *row);
size_t exec_row_operands(const struct exec_row *row);

#endif
