/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conntop: what this host runs and who it talks to.
 *
 * Data flows one way, and each folder includes only what lies before it:
 *
 *   bpf/          the programs in the kernel; event.h is what they send
 *   tui/source/   takes their records in, in order of time
 *   tui/model/    rolling tables of execs, connections, processes, remotes, listeners
 *   tui/view/     columns, panes, sorting, filters as text; draws a frame into a grid of cells
 *   tui/screen/   shows frames on a terminal, turns keys into actions
 *   tui/export/   snapshots and streams as text, CSV, JSON
 *
 * Here they are wired: options.c reads the command line, loop.c waits for what happens, run.c and
 * run_screen.c say what is done about it.
 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "config.h"
#include "help.h"
#include "keys.h"
#include "options.h"
#include "privileges.h"
#include "record.h"
#include "run.h"
#include "themes.h"
#include "version.h"

#define EXIT_FAILED 1
#define EXIT_USAGE  2

#define ERROR_MAX 512

#define HINT_USAGE  "Try 'conntop --help'."
#define HINT_CONFIG "Mend it, or start with --no-config."

/* Says what is wrong and, unless `hint` is NULL, what to do. Returns `status`. */
static int complain(const char *error, int status, const char *hint)
{
	if (*error)
		fprintf(stderr, "conntop: %s\n", error);
	if (hint)
		fprintf(stderr, "%s\n", hint);
	return status;
}

/* Flushes what --help or --version printed; who reads a pipe may leave early. */
static int finish_stdout(void)
{
	if ((fflush(stdout) || ferror(stdout)) && errno != EPIPE)
		return complain("cannot write to standard output", EXIT_FAILED, NULL);
	return 0;
}

/* While the rights to attach more are still there. */
static int watch_failed(struct source *source, char *error, size_t error_cap)
{
	int err = source->ops->watch_failed(source, true);

	if (err == -EOPNOTSUPP)
		snprintf(error, error_cap, "--failed: this kernel cannot tell of them");
	else if (err)
		snprintf(error, error_cap, "--failed: %s", strerror(-err));
	return err;
}

/* Whether a thread of its own writes events down: a stream, a recording. */
static bool writes_events(const struct options *options)
{
	return options->mode == MODE_STREAM || options->record;
}

static int give_up_rights(const struct options *options, const char *kernel_release, char *error,
			  size_t error_cap)
{
	int err;

	*error = '\0';
	err = privileges_drop(kernel_release, writes_events(options), error, error_cap);
	/* What this kernel does not have is no reason to stay away. */
	if (!err && *error && getenv("CONNTOP_DEBUG"))
		complain(error, 0, NULL);
	return err;
}

/* This host; the rights that it takes are given up. */
static struct source *open_live(const struct options *options, char *error, size_t error_cap)
{
	bool some = options->mode == MODE_STREAM && !options->record;
	unsigned kinds = some ? stream_needs(options->stream_kinds) : ~0U;
	struct source *source = source_live_open(&options->filterspec.filter, kinds, error,
						 error_cap);
	int err = 0;

	if (!source)
		return NULL;
	if (writes_events(options)) /* then what is lost is lost for good */
		privileges_take_precedence();
	if (options->failed)
		err = watch_failed(source, error, error_cap);
	if (!err)
		err = give_up_rights(options, source->host.release, error, error_cap);
	if (!err)
		return source;
	source->ops->close(source);
	return NULL;
}

/* A recording, which needs no rights at all. */
static struct source *open_replay(struct options *options, char *error, size_t error_cap)
{
	struct source_replay how = { options->speed, options->duration_s };
	struct source *source;

	if (give_up_rights(options, NULL, error, error_cap))
		return NULL;
	source = source_replay_open(options->replay, &how, error, error_cap);
	if (!source)
		return NULL;
	if (options->filters_recorded)
		filterspec_inherit(&options->filterspec, source->recorded->asked(source));
	else
		source->ops->set_filter(source, &options->filterspec.filter);
	options->failed |= source->recorded->asked(source)->failed;
	source->ops->watch_failed(source, options->failed);
	return source;
}

static int run_mode(struct source *source, const struct options *options, struct names *names,
		    char *error, size_t error_cap)
{
	switch (options->mode) {
	case MODE_ONCE:
		return run_once(source, options, names, error, error_cap);
	case MODE_STREAM:
		return run_stream(source, options, names, error, error_cap);
	default:
		return run_screen(source, options, names, error, error_cap);
	}
}

/* The same while all is recorded. */
static int run_recorded(struct source **source, const struct options *options, struct names *names,
			char *error, size_t error_cap)
{
	struct source_asked asked = filterspec_asked(&options->filterspec, options->failed);
	struct source *record = record_open(*source, options->record, options->force, &asked, names,
					    error, error_cap);
	int err, record_err;

	if (!record)
		return -EINVAL;
	*source = record;
	err = run_mode(record, options, names, error, error_cap);
	record_err = record_finish(record);
	if (!err && record_err) {
		snprintf(error, error_cap, "%s: %s", options->record, strerror(-record_err));
		err = record_err;
	}
	return err;
}

/* A replay that had to end early. */
static int check_end(const struct source *source, const struct options *options, char *error,
		     size_t error_cap)
{
	int err = source_problem(source);

	if (err)
		snprintf(error, error_cap, "%s: %s", options->replay, source->limits);
	return err;
}

static int run(struct options *options)
{
	char error[ERROR_MAX] = "";
	struct source *source;
	struct names *names;
	int err = -ENOMEM;

	/* Found out before BPF is loaded, which needs rights that may be missing as well. */
	if (options->mode == MODE_SCREEN && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
		return complain("not a terminal: use --once or --stream to write to a file or pipe",
				EXIT_FAILED, NULL);
	source = options->replay ? open_replay(options, error, sizeof(error))
				 : open_live(options, error, sizeof(error));
	if (!source)
		return complain(error, EXIT_FAILED, NULL);
	names = names_new(source);
	if (!names)
		snprintf(error, sizeof(error), "out of memory");
	else if (options->record)
		err = run_recorded(&source, options, names, error, sizeof(error));
	else
		err = run_mode(source, options, names, error, sizeof(error));
	if (!err)
		err = check_end(source, options, error, sizeof(error));
	names_free(names);
	source->ops->close(source);
	return err ? complain(error, EXIT_FAILED, NULL) : 0;
}

/* A theme that is wrong is told of before anything else is begun. */
static int run_in_theme(struct options *options)
{
	char error[ERROR_MAX] = "";
	int status;

	if (themes_open(options->themes, options->theme, error, sizeof(error)))
		status = complain(error, EXIT_USAGE, HINT_USAGE);
	else
		status = run(options);
	themes_close(options->themes);
	return status;
}

/* What the command line asks for. */
static int act(struct options *options)
{
	switch (options->mode) {
	case MODE_HELP:
		help_write(stdout);
		return finish_stdout();
	case MODE_VERSION:
		printf("conntop %s\n", CONNTOP_VERSION);
		return finish_stdout();
	case MODE_SCREEN:
		return run_in_theme(options);
	default:
		/* On the screen it stands there. */
		if (options->config && *options->config->warning)
			fprintf(stderr, "conntop: %s\n", options->config->warning);
		return run(options);
	}
}

int main(int argc, char **argv)
{
	static struct options options;
	static struct keymap keymap;
	static struct themes themes;
	struct config config;
	char error[ERROR_MAX];
	int err, status;

	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C"); /* numbers are written as options take them */
	signal(SIGPIPE, SIG_IGN);
	config_init(&config);
	err = options_parse(&options, &config, argc, argv, error, sizeof(error));
	if (!err && keymap_configure(&keymap, &config, error, sizeof(error)))
		err = -EBADMSG;
	options.keymap = &keymap;
	options.themes = &themes;
	if (!err)
		status = act(&options);
	else
		status = complain(error, EXIT_USAGE, err == -EBADMSG ? HINT_CONFIG : HINT_USAGE);
	config_fini(&config);
	return status;
}
