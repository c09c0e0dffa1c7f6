/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_RECORD_H
#define CONNTOP_RECORD_H

/* Keeps all that a source tells, in a recording (recording.h), while others use the source. */
#include "column.h"
#include "source.h"

/*
 * A source that tells what `inner` tells, and writes it to a new file: mode 0600, never through a
 * symbolic link, and in place of one that is there only with `force`. Closing it closes `inner`.
 * `asked` is what was asked of `inner` so far. What cannot be written is left out, and
 * record_finish() says so. `names` are those that the views use; they outlive this. NULL: `error`
 * says why, and `inner` is still the caller's.
 */
struct source *record_open(struct source *inner, const char *path, bool force,
			   const struct source_asked *asked, struct names *names, char *error,
			   size_t error_cap);

/* Writes the end, and all of it down to the disk; nothing is recorded after. 0 or -errno: the
 * first error of the file. */
int record_finish(struct source *source);

#endif
