/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_OPTIONS_H
#define CONNTOP_OPTIONS_H

/*
 * The command line, and the options in conntop.conf. One table row is all there is of an option:
 * parsing, --help and the manual page read it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "export.h"
#include "filterspec.h"
#include "pane.h"

enum mode { MODE_SCREEN, MODE_ONCE, MODE_STREAM, MODE_HELP, MODE_VERSION };

struct config;
struct keymap;
struct themes;

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct options {
	enum mode mode;
	struct filterspec filterspec;
	bool failed; /* failed execs, and connects that failed before a packet left, too */
	unsigned stream_kinds; /* bits 1 << EVENT_* */
	enum export_format format;
	const char *output;    /* NULL or "-": standard output */
	bool force;	       /* an output or recording replaces a file that is there */
	const char *record;    /* the file to record to; NULL: none */
	const char *replay;    /* the recording to show; NULL: this host */
	double speed;	       /* times its pace; 0: as fast as it can be */
	bool filters_recorded; /* of the replay, none are given: those it was made under hold */
	double delay_s;	       /* 0.1 to 60 */
	double duration_s;     /* 0: no end (MODE_ONCE: 1) */
	const char *sort;      /* NULL: the panes' own */
	const char *columns;   /* NULL: the panes' own */
	enum pane_id pane;     /* focused, and alone on screen, when has_pane */
	bool has_pane;
	bool numeric;
	bool ascii;
	enum color_choice color;
	const char *theme; /* name or file; NULL: the default */
	size_t max_rows;
	const char *config_file; /* NULL: the user's own */
	bool no_config;
	unsigned inherited;    /* filters of the file, bits 1 << FILTER_*: given anew they go */
	struct config *config; /* what else the file says; the caller's; NULL: there is none */
	const struct keymap *keymap; /* the configuration's; NULL: the table's own keys */
	struct themes *themes;	     /* open, for the screen; the caller's */
};

/*
 * Fills `options`: defaults, over them the configuration, over that the command line. `config`
 * (config.h, initialised) takes the rest of the configuration; NULL: none is read. 0, -EINVAL, or
 * -EBADMSG where it is the file that is wrong, with one sentence in `error`. `options` points into
 * `argv` and `config`.
 */
int options_parse(struct options *options, struct config *config, int argc, char **argv,
		  char *error, size_t error_cap);

/* Whether an option may stand in the file, and what it holds for there. */
enum option_in_file {
	NOT_IN_FILE,	/* what is asked for once */
	IN_FILE,	/* every mode */
	IN_FILE_SCREEN, /* looks: scripts get the same whoever runs them */
};

#define OPTIONS_MAX 64 /* at least n_option_specs */

/* One row of the table, for the manual page. */
struct option_spec {
	char letter;	   /* 0: none */
	const char *name;  /* without -- */
	const char *arg;   /* "LIST", NULL when it takes none */
	const char *group; /* heading in --help; NULL: as the row before */
	const char *help;  /* NULL: another name of the row before, not shown */
	/* Of a flag, `arg` is NULL, "yes" or "no". */
	int (*parse)(struct options *options, const char *arg, char *error, size_t error_cap);
	enum option_in_file in_file;
};

extern const struct option_spec option_specs[];
extern const size_t n_option_specs;

#endif
