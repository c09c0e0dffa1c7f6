/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TABLES_H
#define CONNTOP_TABLES_H

/* What the files of the model share: finding, making and letting go of rows. */
#define HASH_NONFATAL_OOM 1
#include "model.h"
#include <utlist.h>

/* From the head of a record. */
void owner_fill(struct owner *owner, const struct event *event);

/* A count's growth, per second; the old rate when no time has passed. */
uint64_t rate_between(uint64_t count, uint64_t old_count, uint64_t span_ns, uint64_t old_rate);

/* --- execs ------------------------------------------------------------------------------------ */

struct exec_row *exec_find(const struct model *model, uint64_t id);
int exec_apply(struct model *model, const struct exec_event *event);
int exit_apply(struct model *model, const struct exit_event *event);

/* Takes the row over; -ENOMEM frees it. */
int exec_insert(struct model *model, struct exec_row *row);

/* --- connections ------------------------------------------------------------------------------ */

struct conn_row *conn_find(const struct model *model, uint64_t id);
int conn_apply(struct model *model, const struct conn_event *event);
void conns_expire(struct model *model, uint64_t pass_ns);

/* The pointers of both sides. The row counts nothing, or what it counts is to stay. */
void conn_attach_process(struct conn_row *row, struct process_row *process);
void conn_detach_process(struct conn_row *row);
void conn_attach_remote(struct conn_row *row, struct remote_row *remote);
void conn_detach_remote(struct conn_row *row);

/* --- listeners -------------------------------------------------------------------------------- */

struct listener_row *listener_find(const struct model *model, uint64_t id);
int listener_apply(struct model *model, const struct listen_event *event);
void listeners_expire(struct model *model, uint64_t pass_ns);
void listener_attach(struct listener_row *row, struct process_row *process);

/* --- processes -------------------------------------------------------------------------------- */

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
void process_free(struct process_row *row);

/* --- remotes ---------------------------------------------------------------------------------- */

/* Of a connection; NULL when there is none, and for one that came in. */
struct remote_row *remote_find(const struct model *model, const struct conn_row *conn);
struct remote_row *remote_get(struct model *model, const struct conn_row *conn);
bool remote_is(const struct remote_row *row, const struct conn_row *conn);

/* The row of the same address in another model. */
struct remote_row *remote_same(const struct model *model, const struct remote_row *other);

/* Puts a row with its address into the table. 0 or -ENOMEM, the row is the caller's. */
int remote_hash(struct model *model, struct remote_row *row);

/* As of processes; `conn` tells when. */
void remote_touch(struct model *model, struct remote_row *row, const struct conn_row *conn);
void remote_place(struct model *model, struct remote_row *row);

/* --- traffic ---------------------------------------------------------------------------------- */

/*
 * What a connection adds to its process and its remote, and takes back before any of it changes.
 * Neither moves them from list to list: they are placed by who calls.
 */
void traffic_add(struct model *model, struct conn_row *row);
void traffic_take_back(struct conn_row *row);

/* Finds out who descends from the processes that the filter names. */
void follow_all(struct model *model);

#endif
