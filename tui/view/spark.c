/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>
#include "spark.h"

void spark_push(struct spark *spark, uint64_t value)
{
	if (spark->n == SPARK_MAX) {
		spark->n--;
		memmove(spark->values, spark->values + 1, spark->n * sizeof(spark->values[0]));
	}
	spark->values[spark->n++] = value;
}

/* From 0 to `top`; a value that is little beside the highest is still seen to be something. */
static int level(uint64_t value, uint64_t highest, int top)
{
	double part = highest ? (double)value / (double)highest : 0;
	int whole = (int)(part * top + 0.5);

	return value && !whole ? 1 : whole;
}

void spark_text(const struct spark *spark, size_t width, enum charset charset, char *out)
{
	static const char *const bars[] = { "\u2581", "\u2582", "\u2583", "\u2584",
					    "\u2585", "\u2586", "\u2587", "\u2588" };
	size_t first = spark->n > width ? spark->n - width : 0;
	uint64_t highest = 0;

	for (size_t i = first; i < spark->n; i++)
		if (spark->values[i] > highest)
			highest = spark->values[i];
	for (size_t i = spark->n; i < width; i++)
		*out++ = ' ';
	for (size_t i = first; i < spark->n; i++) {
		if (charset == CHARSET_ASCII)
			*out++ = (char)('0' + level(spark->values[i], highest, 9));
		else
			out = stpcpy(out, bars[level(spark->values[i], highest, 7)]);
	}
	*out = '\0';
}
