/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_REPLAY_PACE_H
#define CONNTOP_REPLAY_PACE_H

/* The recorded host's time by our own. Private to replay.c. */
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct pace {
	double speed;	  /* times the recorded one; 0: all at once */
	uint64_t from_ns; /* it was this time there.. */
	uint64_t real_ns; /* ..at this CLOCK_MONOTONIC of ours */
	bool held;	  /* it stands still */
};

static inline uint64_t pace_real_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* What time it is there. */
static inline uint64_t pace_now_ns(const struct pace *pace)
{
	if (pace->held)
		return pace->from_ns;
	return pace->from_ns + (uint64_t)((pace_real_ns() - pace->real_ns) * pace->speed);
}

/* From now on it is `from_ns` there and goes on at its pace. */
static inline void pace_set(struct pace *pace, uint64_t from_ns)
{
	pace->from_ns = from_ns;
	pace->real_ns = pace_real_ns();
}

#endif
