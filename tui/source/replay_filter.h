/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_REPLAY_FILTER_H
#define CONNTOP_REPLAY_FILTER_H

/* What a replay shows of a recording. Private to replay.c. */
#include <stdbool.h>
#include "filter.h"
#include "replay_names.h"

struct replay_filter {
	struct filter filter; /* what is asked for here, on top of what was then.. */
	bool set;	      /* ..once something is */
	bool failed;	      /* failed execs, too */
};

/* Whether it lets a whole record through; notes in it whether it does as a descendant's. */
bool replay_filter_wants(struct replay_filter *filter, struct event *event,
			 const struct replay_names *names);

#endif
