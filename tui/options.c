/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line: getopt_long(3), driven by the table of options, with our own sentences.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include "config.h"
#include "option_words.h"
#include "options.h"

#define CODE_LONG 0x100 /* what getopt_long() calls a row that has no letter: this plus its index */

struct getopt_tables {
	struct option longs[OPTIONS_MAX + 1];
	char shorts[2 + 2 * OPTIONS_MAX + 1];
};

static int row_code(size_t row)
{
	return option_specs[row].letter ? option_specs[row].letter : CODE_LONG + (int)row;
}

/* The first row with that code; n_option_specs when there is none. */
static size_t row_find(int code)
{
	size_t row = 0;

	while (row < n_option_specs && row_code(row) != code)
		row++;
	return row;
}

/* Fills zeroed tables. */
static void tables_init(struct getopt_tables *tables)
{
	char *shorts = tables->shorts;

	*shorts++ = '-'; /* arguments that are no options come in their turn, as code 1 */
	*shorts++ = ':'; /* a missing value has a code of its own */
	for (size_t row = 0; row < n_option_specs; row++) {
		const struct option_spec *spec = &option_specs[row];

		/* Two names with one code are no ambiguity to getopt_long(). */
		tables->longs[row].name = spec->name;
		tables->longs[row].has_arg = spec->arg	     ? required_argument
					     : spec->in_file ? optional_argument
							     : no_argument;
		tables->longs[row].val = row_code(row);
		if (!spec->letter || row_find(spec->letter) != row)
			continue;
		*shorts++ = spec->letter;
		if (spec->arg)
			*shorts++ = ':';
	}
}

/* Why getopt_long() did not take `typed`, a long option: it is none, or may be several. */
static int refuse_long(const char *typed, char *error, size_t error_cap)
{
	size_t len = strcspn(typed, "=");
	struct quote quoted = quote_part(typed, len);
	char names[QUOTE_MAX] = "";
	size_t n = 0;

	for (size_t row = 0; row < n_option_specs; row++) {
		const struct option_spec *spec = &option_specs[row];
		size_t used = strlen(names);

		if (!spec->help || strncmp(spec->name, typed + 2, len - 2))
			continue;
		snprintf(names + used, sizeof(names) - used, "%s--%s", n++ ? ", " : "", spec->name);
	}
	if (n < 2)
		return option_fail(error, error_cap, "unknown option '%s'", quoted.text);
	return option_fail(error, error_cap, "option '%s' is ambiguous: %s", quoted.text, names);
}

/* Says what is wrong with what getopt_long() has stopped at with `code`, ? or : */
static int refuse_option(int code, const char *typed, char *error, size_t error_cap)
{
	const char letter[] = { (char)optopt, '\0' };
	size_t row = row_find(optopt);

	if (row == n_option_specs && optopt)
		return option_fail(error, error_cap, "unknown option '-%s'", quote(letter).text);
	if (row == n_option_specs)
		return refuse_long(typed, error, error_cap);
	if (code == '?')
		return option_fail(error, error_cap, "option '--%s' takes no value",
				   option_specs[row].name);
	if (strncmp(typed, "--", 2))
		return option_fail(error, error_cap, "option '-%s' needs a value", letter);
	return option_fail(error, error_cap, "option '--%s' needs a value", option_specs[row].name);
}

/* Takes the options in turn, up to one that ends it all: --help, --version. */
static int read_arguments(struct options *options, int argc, char **argv, bool *given, char *error,
			  size_t error_cap)
{
	struct getopt_tables tables = { .shorts = "" };
	int err = 0;

	tables_init(&tables);
	opterr = 0;
	optind = 0; /* glibc: start afresh */
	while (!err && options->mode != MODE_HELP && options->mode != MODE_VERSION) {
		int code = getopt_long(argc, argv, tables.shorts, tables.longs, NULL);

		if (code == -1 && optind >= argc)
			return 0;
		if (code == -1) /* what follows "--" */
			optarg = argv[optind];
		if (code == -1 || code == 1)
			return option_fail(error, error_cap, "unexpected argument '%s'",
					   quote(optarg).text);
		if (code == '?' || code == ':')
			return refuse_option(code, argv[optind - 1], error, error_cap);
		given[row_find(code)] = true;
		err = option_specs[row_find(code)].parse(options, optarg, error, error_cap);
	}
	return err;
}

static bool is_given(const bool *given, const char *name)
{
	for (size_t row = 0; row < n_option_specs; row++) {
		if (given[row] && !strcmp(option_specs[row].name, name))
			return true;
	}
	return false;
}

/* What options of recordings mean with the others. */
static int settle_recording(struct options *options, const bool *given, char *error,
			    size_t error_cap)
{
	if (options->record && options->replay)
		return option_fail(error, error_cap, "--record and --replay exclude each other");
	if (is_given(given, "speed") && !options->replay)
		return option_fail(error, error_cap, "--speed needs --replay");
	if (is_given(given, "force") && !options->record && !is_given(given, "output"))
		return option_fail(error, error_cap, "--force needs --output or --record");
	if (!options->replay)
		return 0;
	if (!is_given(given, "speed"))
		options->speed = options->mode == MODE_ONCE ? 0 : 1;
	options->filters_recorded = !filterspec_on(&options->filterspec);
	return 0;
}

/* What options mean together. */
static int settle_mode(struct options *options, const bool *given, char *error, size_t error_cap)
{
	if (options->mode == MODE_HELP || options->mode == MODE_VERSION)
		return 0;
	if (is_given(given, "stream")) {
		if (options->mode == MODE_ONCE)
			return option_fail(error, error_cap,
					   "--once and --stream exclude each other");
		options->mode = MODE_STREAM;
	}
	if (options->mode == MODE_ONCE && !is_given(given, "duration") && !options->replay)
		options->duration_s = 1;
	if (options->mode == MODE_SCREEN && is_given(given, "format"))
		return option_fail(error, error_cap, "--format needs --once or --stream");
	if (options->mode == MODE_SCREEN && is_given(given, "output"))
		return option_fail(error, error_cap, "--output needs --once or --stream");
	return settle_recording(options, given, error, error_cap);
}

static void defaults_set(struct options *options, enum mode mode)
{
	memset(options, 0, sizeof(*options));
	options->mode = mode;
	options->format = EXPORT_TEXT;
	options->delay_s = 1;
	options->max_rows = 50000;
}

/* Begins anew over what the file says; which one, for what mode, the first reading has told. */
static int read_configured(struct options *options, struct config *config, int argc, char **argv,
			   bool *given, char *error, size_t error_cap)
{
	const char *file = options->config_file;
	int err = config_find(config, file);

	if (err)
		return option_fail(error, error_cap, "out of memory");
	defaults_set(options, options->mode);
	if (config_read(config, options, file, error, error_cap))
		return -EBADMSG;
	options->config = config;
	options->inherited = ~0U;
	config->columns_for_all = options->columns;
	config->sort_for_all = options->sort;
	/* What is asked for all panes goes before what the file says for one. */
	if (is_given(given, "columns"))
		memset(config->columns, 0, sizeof(config->columns));
	if (is_given(given, "sort"))
		memset(config->sort, 0, sizeof(config->sort));
	return read_arguments(options, argc, argv, given, error, error_cap);
}

int options_parse(struct options *options, struct config *config, int argc, char **argv,
		  char *error, size_t error_cap)
{
	bool given[OPTIONS_MAX] = { false };
	int err;

	defaults_set(options, MODE_SCREEN);
	err = read_arguments(options, argc, argv, given, error, error_cap);
	if (!err)
		err = settle_mode(options, given, error, error_cap);
	if (err || !config || options->no_config || options->mode == MODE_HELP ||
	    options->mode == MODE_VERSION)
		return err;
	err = read_configured(options, config, argc, argv, given, error, error_cap);
	return err ? err : settle_mode(options, given, error, error_cap);
}
