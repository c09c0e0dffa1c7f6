/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_EXPORT_H
#define CONNTOP_EXPORT_H

/*
 * What leaves the program other than by the screen: snapshots of the panes and streams of events,
 * as text, CSV or JSON.
 */
#include <stdio.h>
#include "filterspec.h"
#include "pane.h"
#include "source.h"

enum export_format { EXPORT_TEXT, EXPORT_CSV, EXPORT_JSON };

/* By name (text, csv, json). 0 or -EINVAL. */
int export_format_parse(const char *name, enum export_format *out);

/* By the ending of a file name: .json, .csv, .txt. 0 or -EINVAL. */
int export_format_of_path(const char *path, enum export_format *out);

struct snapshot {
	const struct source_host *host;
	const struct source_counts *counts;
	const uint64_t *evicted; /* EVENT_KINDS, as the model counts them; NULL: none were */
	const struct filterspec *filterspec;
	const struct view_context *ctx;
	const struct list *lists; /* PANE_COUNT, filled and sorted */
	enum pane_id pane;	  /* the one that CSV holds */
	bool one_pane;		  /* text holds `pane` alone */
};

/*
 * Writes a snapshot: text, all panes (or one) with the columns shown; CSV (RFC 4180), one pane, all
 * its columns or those chosen; JSON, one object (DESIGN, section 5). 0 or -errno.
 */
int snapshot_write(const struct snapshot *snapshot, enum export_format format, FILE *out);

/*
 * Writes it to a new file, mode 0600: complete or not at all. Never follows a symbolic link, and
 * replaces a regular file only with `force`: -EEXIST. CSV to a path that ends in / is a new folder
 * with a file for each pane. 0 or -errno.
 */
int snapshot_save(const struct snapshot *snapshot, enum export_format format, const char *path,
		  bool force);

/* Whether that makes a folder. */
bool snapshot_is_folder(enum export_format format, const char *path);

/* The event kinds that a stream can carry, as people name them. */
struct stream_kind {
	const char *name; /* "exec" */
	enum event_kind kind;
	enum pane_id pane;  /* whose columns its lines have */
	const char *fields; /* of those, what JSON and CSV have unless told: keys, with commas */
	const char *help;
};

extern const struct stream_kind stream_kinds[];
extern const size_t n_stream_kinds;

/*
 * "exec,connect", or "all", as a set of bits 1 << EVENT_*. 0, or -EINVAL with a sentence naming
 * what is unknown.
 */
int stream_kinds_parse(const char *names, unsigned *kinds, char *error, size_t error_cap);

/* The kinds of events that a stream of `kinds` has to be given. */
unsigned stream_needs(unsigned kinds);

/* The name of a kind that is counted and exported; NULL for others. */
const char *event_kind_name(enum event_kind kind);

struct stream;

/* `columns`: comma-separated names, NULL for the usual ones. NULL without memory. */
struct stream *stream_new(unsigned kinds, enum export_format format, const char *columns,
			  FILE *out);
void stream_free(struct stream *stream);

/* The header line, where the format has one. 0 or -errno. */
int stream_start(struct stream *stream, const struct view_context *ctx);

/*
 * Writes one event's line when its kind is asked for. Keeps connects that have begun, so that
 * stream_finish() can tell those that never ended. 0 or -errno of the output.
 */
int stream_event(struct stream *stream, const struct event *event, size_t size,
		 const struct view_context *ctx);

/* A line (EINPROGRESS) for each connect that has begun and not ended. 0 or -errno. */
int stream_finish(struct stream *stream, const struct view_context *ctx);

#endif
