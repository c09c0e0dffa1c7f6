/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_REPLAY_NAMES_H
#define CONNTOP_REPLAY_NAMES_H

/* What a recording tells beside events: names, and who descends from whom. Private to replay.c. */
#include "filter.h"
#include "recording.h"

struct replay_names;

/* NULL without memory. */
struct replay_names *replay_names_new(void);
void replay_names_free(struct replay_names *names);

/*
 * Takes an entry that tells a name; others are left alone. 0; 1 when others, told longest ago, had
 * to go for it: a recording may tell any number of them; or -ENOMEM, and it is not known.
 */
int replay_names_take(struct replay_names *names, const struct recording_entry *entry);

/* As in struct recorded_ops. */
const char *replay_names_user(const struct replay_names *names, uint32_t uid);
const char *replay_names_cgroup(const struct replay_names *names, uint64_t id);
const struct cmdline *replay_names_cmdline(const struct replay_names *names, uint32_t pid,
					   uint64_t start_ns);

bool replay_names_process(const struct replay_names *names, uint32_t pid,
			  struct names_process *out);

/* Takes note whose child the event's process is. */
void replay_names_saw(struct replay_names *names, const struct event *event);

/* Whether its process descends from one that the filter names, as far as the events tell. */
bool replay_names_descends(const struct replay_names *names, const struct event *event,
			   const struct filter *filter);

#endif
