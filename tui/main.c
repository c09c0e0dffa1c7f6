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
#include <string.h>
#include <unistd.h>
#include "config.h"
#include "help.h"
#include "keys.h"
#include "options.h"
#include "privileges.h"
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

static int run(const struct options *options)
{
	char error[ERROR_MAX] = "";
	struct source *source;
	int err = 0;

	/* Found out before BPF is loaded, which needs rights that may be missing as well. */
	if (options->mode == MODE_SCREEN && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
		return complain("not a terminal: use --once or --stream to write to a file or pipe",
				EXIT_FAILED, NULL);
	source = source_live_open(&options->filterspec.filter,
				  options->mode == MODE_STREAM ? stream_needs(options->stream_kinds)
							       : ~0U,
				  error, sizeof(error));
	if (!source)
		return complain(error, EXIT_FAILED, NULL);
	if (options->failed)
		err = watch_failed(source, error, sizeof(error));
	if (!err)
		err = privileges_drop(source->host.release, error, sizeof(error));
	if (!err && options->mode == MODE_ONCE)
		err = run_once(source, options, error, sizeof(error));
	else if (!err && options->mode == MODE_STREAM)
		err = run_stream(source, options, error, sizeof(error));
	else if (!err)
		err = run_screen(source, options, error, sizeof(error));
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
	struct config config;
	struct keymap keymap;
	struct themes themes;
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
