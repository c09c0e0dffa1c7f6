/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_PREFETCH_H
#define CONNTOP_PREFETCH_H

/* Asks for memory that will be needed soon: what is in no cache takes longer than an event does. */
#include <stddef.h>

#define PREFETCH_LINE 64 /* bytes that come at once */

/*
 * What a record will need is asked for in so many steps, the first, 0, longest before: a step finds
 * in what the one before asked for where the rest is.
 */
#define EXPECT_STEPS 2

/*
 * GCC takes a function that does no more than this for one without any effect, and leaves calls of
 * it out (12.2): of what the asm does it knows nothing.
 */
static inline void prefetch(const void *at)
{
	__asm__ volatile("" : : "r"(at));
	__builtin_prefetch(at);
}

static inline void prefetch_all(const void *at, size_t size)
{
	for (size_t i = 0; i < size; i += PREFETCH_LINE)
		prefetch((const char *)at + i);
}

#endif
