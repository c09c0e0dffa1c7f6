/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_RUN_OUTPUT_H
#define CONNTOP_RUN_OUTPUT_H

/* What --once and --stream share: where their output goes. Private to run_*.c. */
#include "options.h"
#include "sanitize.h"

/* Whether it goes to a file of that name, not to standard output. */
bool output_is_file(const struct options *options);

/* What people know it by. */
const char *output_name(const struct options *options);

/* A terminal of another charset is not sent UTF-8; files and pipes always are, unless told. */
enum charset output_charset(const struct options *options);

/* Explains -errno of the output in `error`, and returns it; of a reader who left, 0 and "". */
int output_fail(int err, const struct options *options, char *error, size_t error_cap);

#endif
