/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TABLES_H
#define CONNTOP_TABLES_H

/* What the files of the model share: finding, making and letting go of rows. */
#include <string.h>
#include "model.h"

/* Of 16 bytes, an address or a name: without a call. */
static inline bool same_16(const void *a, const void *b)
{
	uint64_t x[2], y[2];

	memcpy(x, a, sizeof(x));
	memcpy(y, b, sizeof(y));
	return x[0] == y[0] && x[1] == y[1];
}

/* From the head of a record; and whether it is the one that the head tells of. */
void owner_fill(struct owner *owner, const struct event *event);
bool owner_is(const struct owner *owner, const struct event *event);

/* The bytes of an owner that tell one from another: no padding is among them. */
#define OWNER_LEN (offsetof(struct owner, comm) + EVENT_COMM_LEN)

/* A count's growth, per second; the old rate when no time has passed. */
uint64_t rate_between(uint64_t count, uint64_t old_count, uint64_t span_ns, uint64_t old_rate);

/* --- execs ------------------------------------------------------------------------------------ */

struct exec_row *exec_find(const struct model *model, uint64_t id);
int exec_apply(struct model *model, const struct exec_event *event);
int exit_apply(struct model *model, const struct exit_event *event);

static inline size_t exec_data_len(const struct exec_event *event)
{
	return (size_t)event->filename_len + event->args_len;
}

/* `data`: exec_data_len() bytes, the row's from now on. */
void exec_row_fill(struct exec_row *row, const struct exec_event *event, char *data);

/* --- connections ------------------------------------------------------------------------------ */

struct conn_row *conn_find(const struct model *model, uint64_t id);
int conn_apply(struct model *model, const struct conn_event *event);
void conns_expire(struct model *model, uint64_t pass_ns);

/* Both sides; NULL: none. */
static inline struct process_row *conn_process(const struct model *model,
					       const struct conn_row *row)
{
	return (struct process_row *)table_at(&model->processes, row->process);
}

static inline struct remote_row *conn_remote(const struct model *model, const struct conn_row *row)
{
	return (struct remote_row *)table_at(&model->remotes, row->remote);
}

/* They are told of each other, for a row that has none yet; NULL: still none. */
void conn_attach_process(struct model *model, struct conn_row *row, struct process_row *process);
void conn_attach_remote(struct model *model, struct conn_row *row, struct remote_row *remote);

/* As conn_row_match(), where it is known what the filter says of the owner. */
bool conn_row_passes(const struct conn_row *row, bool owner_passes, const struct filter *filter);

/* --- owners of connections -------------------------------------------------------------------- */

struct shared_owner {
	union {
		struct table_row head;
		uint64_t id; /* counts owners from 1 */
	};
	struct owner owner;
	bool passes; /* what the model's filter says of it */
	uint32_t refs;
};

/* What a filter says of an owner, without a connection. */
bool owner_match(const struct owner *owner, const struct filter *filter);

/* The shared owner that is like this one, with one more reference; NULL without memory. */
const struct owner *owner_share(struct model *model, const struct owner *owner);

/* Gives a reference back; NULL: none. */
void owner_release(struct model *model, const struct owner *owner);

static inline struct shared_owner *shared_owner(const struct owner *owner)
{
	return (struct shared_owner *)((char *)owner - offsetof(struct shared_owner, owner));
}

/* It follows from now on, or not any more: then it is another value. */
void owner_set_followed(struct model *model, struct shared_owner *shared, bool followed);

/* --- listeners -------------------------------------------------------------------------------- */

struct listener_row *listener_find(const struct model *model, uint64_t id);
int listener_apply(struct model *model, const struct listen_event *event);
void listeners_expire(struct model *model, uint64_t pass_ns);

/* --- processes -------------------------------------------------------------------------------- */

/* Memory to find them by PID. 0 or -ENOMEM. */
int pids_init(struct model *model);
size_t pids_size(const struct model *model); /* in bytes */

/* The slot of the one that it may be, or of another; no row is read. 0: there is none. */
uint32_t pid_likely(const struct model *model, uint32_t pid);

/* NULL when there is none, and for nobody. */
struct process_row *process_find(const struct model *model, const struct owner *owner);

/*
 * Finds the row or makes one. NULL for nobody, without memory, and when all rows stand for living
 * things and the new one would not (`living`): then it is the one that has to go.
 */
struct process_row *process_get(struct model *model, const struct owner *owner, bool living);

/* What it is now. Once followed, it stays so until the filter changes. */
void process_tell(struct process_row *row, const struct owner *owner);

/* It did something then: of its list, it is now the last to go. */
void process_touch(struct model *model, struct process_row *row, uint64_t ts_ns);

/* Puts it into the list that it belongs to, if it is not there. */
void process_place(struct model *model, struct process_row *row);

/* What it runs from now on. 0; or -ENOMEM, and that is not known. */
int process_set_image(struct process_row *row, const struct exec_row *exec);

/* --- remotes ---------------------------------------------------------------------------------- */

/* For a connection that went out: asks for where its remote is found; and as of processes. */
void remote_expect(const struct model *model, const struct conn_event *event);
uint32_t remote_likely(const struct model *model, const struct conn_event *event);

/* Of a connection; NULL when there is none, and for one that came in. */
struct remote_row *remote_find(const struct model *model, const struct conn_row *conn);
struct remote_row *remote_get(struct model *model, const struct conn_row *conn);
bool remote_is(const struct remote_row *row, const struct conn_row *conn);

/* As of processes; `conn` tells when. */
void remote_touch(struct model *model, struct remote_row *row, const struct conn_row *conn);
void remote_place(struct model *model, struct remote_row *row);

/* --- traffic ---------------------------------------------------------------------------------- */

/*
 * What a connection adds to its process and its remote, and takes back before any of it changes.
 * Neither moves them from list to list: they are placed by who calls. That they changed is noted
 * when something is added; by who calls, where nothing is.
 */
void traffic_add(struct model *model, struct conn_row *row);
void traffic_take_back(struct model *model, struct conn_row *row);

/* All of it anew under the model's filter; what rows counted that are gone is forgotten. */
void traffic_recount(struct model *model);

/* Finds out who descends from the processes that the filter names. */
void follow_all(struct model *model);

#endif
