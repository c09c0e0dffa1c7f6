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
 * Here they are wired: options.c reads the command line, loop.c waits for what happens, run.c says
 * what is done about it.
 */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "help.h"
#include "options.h"
#include "privileges.h"
#include "run.h"
#include "version.h"

#define EXIT_FAILED 1
#define EXIT_USAGE  2

#define ERROR_MAX 512

static int complain(const char *error, int status)
{
	if (*error)
		fprintf(stderr, "conntop: %s\n", error);
	if (status == EXIT_USAGE)
		fputs("Try 'conntop --help'.\n", stderr);
	return status;
}

/* Flushes what --help or --version printed; who reads a pipe may leave early. */
static int finish_stdout(void)
{
	if ((fflush(stdout) || ferror(stdout)) && errno != EPIPE)
		return complain("cannot write to standard output", EXIT_FAILED);
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
				EXIT_FAILED);
	source = source_live_open(&options->filterspec.filter,
				  options->mode == MODE_STREAM ? stream_needs(options->stream_kinds)
							       : ~0U,
				  error, sizeof(error));
	if (!source)
		return complain(error, EXIT_FAILED);
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
	return err ? complain(error, EXIT_FAILED) : 0;
}

int main(int argc, char **argv)
{
	static struct options options;
	char error[ERROR_MAX];

	setlocale(LC_ALL, "");
	signal(SIGPIPE, SIG_IGN);
	if (options_parse(&options, argc, argv, error, sizeof(error)))
		return complain(error, EXIT_USAGE);
	switch (options.mode) {
	case MODE_HELP:
		help_write(stdout);
		return finish_stdout();
	case MODE_VERSION:
		printf("conntop %s\n", CONNTOP_VERSION);
		return finish_stdout();
	default:
		return run(&options);
	}
}
