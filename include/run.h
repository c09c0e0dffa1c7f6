/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_RUN_H
#define CONNTOP_RUN_H

/* The three ways to run on an open source, each until its end. */
#include "options.h"
#include "source.h"

/*
 * 0, or -errno with a sentence in `error` ("" when there is nothing to say: a closed pipe). `names`
 * are those of the source.
 */
int run_screen(struct source *source, const struct options *options, struct names *names,
	       char *error, size_t error_cap);
int run_once(struct source *source, const struct options *options, struct names *names, char *error,
	     size_t error_cap);
int run_stream(struct source *source, const struct options *options, struct names *names,
	       char *error, size_t error_cap);

#endif
