/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_OPTIONS_H
#define CONNTOP_OPTIONS_H

/*
 * The command line. One table row is all there is of an option: parsing, --help and the manual
 * page read it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "export.h"
#include "filterspec.h"
#include "pane.h"

enum mode { MODE_SCREEN, MODE_ONCE, MODE_STREAM, MODE_HELP, MODE_VERSION };

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct options {
	enum mode mode;
	struct filterspec filterspec;
	bool failed; /* failed execs, and connects that failed before a packet left, too */
	unsigned stream_kinds; /* bits 1 << EVENT_* */
	enum export_format format;
	const char *output;  /* NULL or "-": standard output */
	double delay_s;	     /* 0.1 to 60 */
	double duration_s;   /* 0: no end (MODE_ONCE: 1) */
	const char *sort;    /* NULL: the panes' own */
	const char *columns; /* NULL: the panes' own */
	enum pane_id pane;   /* focused, and alone on screen, when has_pane */
	bool has_pane;
	bool numeric;
	bool ascii;
	enum color_choice color;
	size_t max_rows;
};

/*
 * Fills `options` from the command line. 0, or -EINVAL with one sentence in `error`, naming what is
 * wrong. `options` points into `argv`.
 */
int options_parse(struct options *options, int argc, char **argv, char *error, size_t error_cap);

/* One row of the table, for the manual page. */
struct option_spec {
	char letter;	   /* 0: none */
	const char *name;  /* without -- */
	const char *arg;   /* "LIST", NULL when it takes none */
	const char *group; /* heading in --help; NULL: as the row before */
	const char *help;  /* NULL: another name of the row before, not shown */
	int (*parse)(struct options *options, const char *arg, char *error, size_t error_cap);
};

extern const struct option_spec option_specs[];
extern const size_t n_option_specs;

#endif
