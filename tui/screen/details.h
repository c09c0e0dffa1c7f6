/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_DETAILS_H
#define CONNTOP_DETAILS_H

/* The details that were drilled through, for the way back. Private to tui/screen/. */
#include "detail.h"

#define DETAILS_MAX 16 /* then the first one is forgotten */

struct details_level {
	struct detail detail;
	char title[sizeof(((struct page *)0)->title)];
	int what; /* the choice that was taken there */
	uint64_t id;
};

struct details {
	struct details_level levels[DETAILS_MAX];
	size_t n; /* the last one is shown */
};

#endif
