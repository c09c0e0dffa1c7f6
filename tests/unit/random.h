/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_RANDOM_H
#define CONNTOP_TEST_RANDOM_H

/* Numbers that look like any: of a seed the same ones on every machine and each time. */
#include <stdint.h>

static uint64_t seed;

static inline uint32_t any(uint32_t below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (seed >> 33) % below;
}

#endif
