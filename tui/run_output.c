/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "run_output.h"

bool output_is_file(const struct options *options)
{
	return options->output && strcmp(options->output, "-");
}

const char *output_name(const struct options *options)
{
	return output_is_file(options) ? options->output : "standard output";
}

enum charset output_charset(const struct options *options)
{
	bool foreign = !output_is_file(options) && isatty(STDOUT_FILENO) &&
		       strcmp(nl_langinfo(CODESET), "UTF-8");

	return options->ascii || foreign ? CHARSET_ASCII : CHARSET_UTF8;
}

int output_fail(int err, const struct options *options, char *error, size_t error_cap)
{
	/* Who reads a pipe may leave: that is an end like any other. */
	if (err == -EPIPE) {
		*error = '\0';
		return 0;
	}
	if (err == -EEXIST)
		snprintf(error, error_cap, "%s: it exists already; --force replaces it",
			 output_name(options));
	else if (err == -EINTR)
		snprintf(error, error_cap, "%s: its reader stalled: the rest was not written",
			 output_name(options));
	else
		snprintf(error, error_cap, "%s: %s", output_name(options), strerror(-err));
	return err;
}
