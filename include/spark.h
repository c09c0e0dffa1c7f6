/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_SPARK_H
#define CONNTOP_SPARK_H

/* The last values of a rate, shown as a row of small bars. */
#include <stddef.h>
#include <stdint.h>
#include "sanitize.h"

#define SPARK_MAX      16		   /* values kept */
#define SPARK_TEXT_MAX (3 * SPARK_MAX + 1) /* bytes of the longest text, the NUL included */

/* Zeroed before the first value. */
struct spark {
	uint64_t values[SPARK_MAX]; /* the oldest first */
	size_t n;
};

/* Adds the newest value; the oldest goes when there are too many. */
void spark_push(struct spark *spark, uint64_t value);

/*
 * The last `width` values, at most SPARK_MAX, a bar each, as high as they are beside the highest of
 * them: eighths of a block, or in ASCII the digits 0 to 9. Only zero has the lowest. Values that
 * are not there yet are blanks. `out` has SPARK_TEXT_MAX bytes; terminated.
 */
void spark_text(const struct spark *spark, size_t width, enum charset charset, char *out);

#endif
