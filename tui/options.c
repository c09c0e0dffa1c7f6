/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line: getopt_long(3), driven by the table below, with our own sentences.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "options.h"
#include "sanitize.h"

#define QUOTE_MAX 128

#define DELAY_MIN_S    0.1
#define DELAY_MAX_S    60.0
#define DURATION_MIN_S 0.001
#define DURATION_MAX_S 1e9 /* as nanoseconds, in 64 bits with room to add to */
#define MAX_ROWS_MAX   10000000U

/* Of the numbers that people type: exact in a double, and so is the power of ten they are over. */
#define DIGITS_MAX 15

struct quote {
	char text[QUOTE_MAX];
};

/* What was typed, safe to print: `len` bytes of it. */
static struct quote quote_part(const char *text, size_t len)
{
	/* UTF-8 holds bytes that are controls to a terminal of another charset. */
	enum charset charset = MB_CUR_MAX > 1 ? CHARSET_UTF8 : CHARSET_ASCII;
	struct quote out = { "" };

	sanitize_text(out.text, sizeof(out.text), text, len, charset);
	return out;
}

static struct quote quote(const char *text)
{
	return quote_part(text, strlen(text));
}

/* Writes the sentence. Returns -EINVAL. */
__attribute__((format(printf, 3, 4))) static int fail(char *error, size_t error_cap,
						      const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error, error_cap, format, args);
	va_end(args);
	return -EINVAL;
}

/*
 * A plain decimal number. Not strtod(3): that wants a comma for the point in some locales, and
 * takes nan, inf and hexadecimal.
 */
static bool decimal_parse(const char *text, double *out)
{
	double digits = 0, scale = 1;
	bool point = false;
	int n = 0;

	for (; *text; text++) {
		if (*text == '.' && !point) {
			point = true;
			continue;
		}
		if (*text < '0' || *text > '9' || ++n > DIGITS_MAX)
			return false;
		digits = digits * 10 + (*text - '0');
		if (point)
			scale *= 10;
	}
	*out = digits / scale;
	return n > 0;
}

static int seconds_parse(const char *arg, const char *what, double min, double max, double *out,
			 char *error, size_t error_cap)
{
	double seconds;

	if (!decimal_parse(arg, &seconds) || seconds < min || seconds > max)
		return fail(error, error_cap, "bad %s '%s': seconds, from %g to %.0f", what,
			    quote(arg).text, min, max);
	*out = seconds;
	return 0;
}

/* --- one function an option ------------------------------------------------------------------- */

/* An option given again adds its values. */
static int add_filter(struct options *options, enum filter_dimension dimension, const char *arg,
		      char *error, size_t error_cap)
{
	struct filterspec *spec = &options->filterspec;
	char *joined;
	int err;

	if (asprintf(&joined, "%s %s", spec->text[dimension], arg) < 0)
		return fail(error, error_cap, "out of memory");
	err = filterspec_set(spec, dimension, joined, error, error_cap);
	free(joined);
	return err ? -EINVAL : 0;
}

static int parse_pid(struct options *options, const char *arg, char *error, size_t error_cap)
{
	return add_filter(options, FILTER_PID, arg, error, error_cap);
}

static int parse_uid(struct options *options, const char *arg, char *error, size_t error_cap)
{
	return add_filter(options, FILTER_UID, arg, error, error_cap);
}

static int parse_port(struct options *options, const char *arg, char *error, size_t error_cap)
{
	return add_filter(options, FILTER_PORT, arg, error, error_cap);
}

static int parse_addr(struct options *options, const char *arg, char *error, size_t error_cap)
{
	return add_filter(options, FILTER_ADDR, arg, error, error_cap);
}

static int parse_comm(struct options *options, const char *arg, char *error, size_t error_cap)
{
	return add_filter(options, FILTER_COMM, arg, error, error_cap);
}

static int parse_ipv4(struct options *options, const char *arg, char *error, size_t error_cap)
{
	(void)arg;
	return add_filter(options, FILTER_IP, "4", error, error_cap);
}

static int parse_ipv6(struct options *options, const char *arg, char *error, size_t error_cap)
{
	(void)arg;
	return add_filter(options, FILTER_IP, "6", error, error_cap);
}

static int parse_follow(struct options *options, const char *arg, char *error, size_t error_cap)
{
	(void)arg, (void)error, (void)error_cap;
	options->filterspec.filter.follow = 1;
	return 0;
}

static int parse_failed(struct options *options, const char *arg, char *error, size_t error_cap)
{
	(void)arg, (void)error, (void)error_cap;
	options->failed = true;
	return 0;
}

/* Whether --once and --stream are both there is judged at the end: settle_mode(). */
static int parse_once(struct options *options, const char *arg, char *error, size_t error_cap)
{
	(void)arg, (void)error, (void)error_cap;
	options->mode = MODE_ONCE;
	return 0;
}

static int parse_stream(struct options *options, const char *arg, char *error, size_t error_cap)
{
	unsigned kinds = 0;
	int err = stream_kinds_parse(arg, &kinds, error, error_cap);

	options->stream_kinds |= kinds;
	return err;
}

static int parse_duration(struct options *options, const char *arg, char *error, size_t error_cap)
{
	return seconds_parse(arg, "duration", DURATION_MIN_S, DURATION_MAX_S, &options->duration_s,
			     error, error_cap);
}

static int parse_format(struct options *options, const char *arg, char *error, size_t error_cap)
{
	if (export_format_parse(arg, &options->format))
		return fail(error, error_cap, "unknown format '%s': text, json or csv",
			    quote(arg).text);
	return 0;
}

static int parse_output(struct options *options, const char *arg, char *error, size_t error_cap)
{
	if (!*arg)
		return fail(error, error_cap,
			    "bad output file '': a name, or - for standard output");
	options->output = arg;
	return 0;
}

static int parse_delay(struct options *options, const char *arg, char *error, size_t error_cap)
{
	return seconds_parse(arg, "delay", DELAY_MIN_S, DELAY_MAX_S, &options->delay_s, error,
			     error_cap);
}

static int parse_sort(struct options *options, const char *arg, char *error, size_t error_cap)
{
	const char *name = arg + (*arg == '+' || *arg == '-');

	if (!*name || strchr(name, ','))
		return fail(error, error_cap,
			    "bad sort '%s': one column, + or - before it for the direction",
			    quote(arg).text);
	options->sort = arg;
	return columns_check(name, error, error_cap);
}

static int parse_pane(struct options *options, const char *arg, char *error, size_t error_cap)
{
	const struct pane *pane = pane_find(arg);
	char names[QUOTE_MAX] = "";

	if (pane) {
		options->pane = (enum pane_id)(pane - panes);
		options->has_pane = true;
		return 0;
	}
	for (int i = 0; i < PANE_COUNT; i++) {
		size_t len = strlen(names);

		snprintf(names + len, sizeof(names) - len, "%s%s", i ? ", " : "", panes[i].name);
	}
	return fail(error, error_cap, "unknown pane '%s': one of %s", quote(arg).text, names);
}

static int parse_columns(struct options *options, const char *arg, char *error, size_t error_cap)
{
	options->columns = arg;
	return columns_check(arg, error, error_cap);
}

static int parse_numeric(struct options *options, const char *arg, char *error, size_t error_cap)
{
	(void)arg, (void)error, (void)error_cap;
	options->numeric = true;
	return 0;
}

static int parse_color(struct options *options, const char *arg, char *error, size_t error_cap)
{
	if (!strcmp(arg, "auto"))
		options->color = COLOR_AUTO;
	else if (!strcmp(arg, "always"))
		options->color = COLOR_ALWAYS;
	else if (!strcmp(arg, "never"))
		options->color = COLOR_NEVER;
	else
		return fail(error, error_cap, "unknown color '%s': auto, always or never",
			    quote(arg).text);
	return 0;
}

static int parse_ascii(struct options *options, const char *arg, char *error, size_t error_cap)
{
	(void)arg, (void)error, (void)error_cap;
	options->ascii = true;
	return 0;
}

static int parse_max_rows(struct options *options, const char *arg, char *error, size_t error_cap)
{
	double rows;

	if (strchr(arg, '.') || !decimal_parse(arg, &rows) || rows < 1 || rows > MAX_ROWS_MAX)
		return fail(error, error_cap, "bad number of rows '%s': a number from 1 to %u",
			    quote(arg).text, MAX_ROWS_MAX);
	options->max_rows = (size_t)rows;
	return 0;
}

static int parse_help(struct options *options, const char *arg, char *error, size_t error_cap)
{
	(void)arg, (void)error, (void)error_cap;
	options->mode = MODE_HELP;
	return 0;
}

static int parse_version(struct options *options, const char *arg, char *error, size_t error_cap)
{
	(void)arg, (void)error, (void)error_cap;
	options->mode = MODE_VERSION;
	return 0;
}

/* --- the table -------------------------------------------------------------------------------- */

/* A row without help is another name of the row before: understood, not shown. */
const struct option_spec option_specs[] = {
	{ 'p', "pid", "LIST", "Filters", "only these PIDs (1200,1300), or not (!1200)", parse_pid },
	{ 'u', "uid", "LIST", NULL, "only these users, names or UIDs, or not (!root)", parse_uid },
	{ 'u', "user", "LIST", NULL, NULL, parse_uid },
	{ 'P', "port", "LIST", NULL,
	  "only these ports, local or remote (443,8000-8010), or not (!22)", parse_port },
	{ 'a', "addr", "LIST", NULL,
	  "only these addresses, local or remote (10.0.0.0/8,::1), or not (!127.0.0.1)",
	  parse_addr },
	{ 'c', "comm", "LIST", NULL, "only these commands (nginx,python*), or not (!ssh)",
	  parse_comm },
	{ '4', "ipv4", NULL, NULL, "only IPv4 connections", parse_ipv4 },
	{ '6', "ipv6", NULL, NULL, "only IPv6 connections", parse_ipv6 },
	{ 'f', "follow", NULL, NULL, "with --pid: the descendants of those PIDs, too",
	  parse_follow },
	{ 'x', "failed", NULL, NULL,
	  "failed execs, and connects that failed before a packet left, too", parse_failed },

	{ 0, "once", NULL, "Modes", "watch for the duration (1 s), print one snapshot, end",
	  parse_once },
	{ 0, "stream", "KINDS", NULL,
	  "print one line an event: exec, exit, connect, accept, close, or all", parse_stream },
	{ 0, "duration", "S", NULL, "end after so many seconds", parse_duration },
	{ 0, "format", "FORMAT", NULL, "of --once and --stream: text (the default), json or csv",
	  parse_format },
	{ 'o', "output", "FILE", NULL, "write to a new file, not to standard output",
	  parse_output },

	{ 'd', "delay", "S", "Looks", "seconds between refreshes, 0.1 to 60 (1)", parse_delay },
	{ 's', "sort", "[+|-]COLUMN", NULL, "sort rows by it, + ascending, - descending",
	  parse_sort },
	{ 0, "pane", "NAME", NULL,
	  "start with it alone: execs, connections, processes, remotes or listeners", parse_pane },
	{ 0, "columns", "LIST", NULL, "the columns to show, in this order", parse_columns },
	{ 'n', "numeric", NULL, NULL, "numbers, no names of users and services", parse_numeric },
	{ 0, "color", "WHEN", NULL, "auto (the default), always or never", parse_color },
	{ 0, "ascii", NULL, NULL, "no character beyond ASCII", parse_ascii },
	{ 0, "max-rows", "N", NULL, "rows kept in each table (50000)", parse_max_rows },

	{ 'h', "help", NULL, "Other", "print this and end", parse_help },
	{ 'V', "version", NULL, NULL, "print the version and end", parse_version },
};

#define N_OPTIONS (sizeof(option_specs) / sizeof(option_specs[0]))

const size_t n_option_specs = N_OPTIONS;

/* --- reading it ------------------------------------------------------------------------------- */

#define CODE_LONG 0x100 /* what getopt_long() calls a row that has no letter: this plus its index */

struct getopt_tables {
	struct option longs[N_OPTIONS + 1];
	char shorts[2 + 2 * N_OPTIONS + 1];
};

static int row_code(size_t row)
{
	return option_specs[row].letter ? option_specs[row].letter : CODE_LONG + (int)row;
}

/* The first row with that code; N_OPTIONS when there is none. */
static size_t row_find(int code)
{
	size_t row = 0;

	while (row < N_OPTIONS && row_code(row) != code)
		row++;
	return row;
}

/* Fills zeroed tables. */
static void tables_init(struct getopt_tables *tables)
{
	char *shorts = tables->shorts;

	*shorts++ = '-'; /* arguments that are no options come in their turn, as code 1 */
	*shorts++ = ':'; /* a missing value has a code of its own */
	for (size_t row = 0; row < N_OPTIONS; row++) {
		const struct option_spec *spec = &option_specs[row];

		/* Two names with one code are no ambiguity to getopt_long(). */
		tables->longs[row].name = spec->name;
		tables->longs[row].has_arg = spec->arg ? required_argument : no_argument;
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

	for (size_t row = 0; row < N_OPTIONS; row++) {
		const struct option_spec *spec = &option_specs[row];
		size_t used = strlen(names);

		if (!spec->help || strncmp(spec->name, typed + 2, len - 2))
			continue;
		snprintf(names + used, sizeof(names) - used, "%s--%s", n++ ? ", " : "", spec->name);
	}
	if (n < 2)
		return fail(error, error_cap, "unknown option '%s'", quoted.text);
	return fail(error, error_cap, "option '%s' is ambiguous: %s", quoted.text, names);
}

/* Says what is wrong with what getopt_long() has stopped at with `code`, ? or : */
static int refuse_option(int code, const char *typed, char *error, size_t error_cap)
{
	const char letter[] = { (char)optopt, '\0' };
	size_t row = row_find(optopt);

	if (row == N_OPTIONS && optopt)
		return fail(error, error_cap, "unknown option '-%s'", quote(letter).text);
	if (row == N_OPTIONS)
		return refuse_long(typed, error, error_cap);
	if (code == '?')
		return fail(error, error_cap, "option '--%s' takes no value",
			    option_specs[row].name);
	if (strncmp(typed, "--", 2))
		return fail(error, error_cap, "option '-%s' needs a value", letter);
	return fail(error, error_cap, "option '--%s' needs a value", option_specs[row].name);
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
			return fail(error, error_cap, "unexpected argument '%s'",
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
	for (size_t row = 0; row < N_OPTIONS; row++) {
		if (given[row] && !strcmp(option_specs[row].name, name))
			return true;
	}
	return false;
}

/* What options mean together. */
static int settle_mode(struct options *options, const bool *given, char *error, size_t error_cap)
{
	if (options->mode == MODE_HELP || options->mode == MODE_VERSION)
		return 0;
	if (is_given(given, "stream")) {
		if (options->mode == MODE_ONCE)
			return fail(error, error_cap, "--once and --stream exclude each other");
		options->mode = MODE_STREAM;
	}
	if (options->mode == MODE_ONCE && !is_given(given, "duration"))
		options->duration_s = 1;
	if (options->mode == MODE_SCREEN && is_given(given, "format"))
		return fail(error, error_cap, "--format needs --once or --stream");
	if (options->mode == MODE_SCREEN && is_given(given, "output"))
		return fail(error, error_cap, "--output needs --once or --stream");
	return 0;
}

int options_parse(struct options *options, int argc, char **argv, char *error, size_t error_cap)
{
	bool given[N_OPTIONS] = { false };
	int err;

	memset(options, 0, sizeof(*options));
	options->mode = MODE_SCREEN;
	options->format = EXPORT_TEXT;
	options->delay_s = 1;
	options->max_rows = 50000;
	err = read_arguments(options, argc, argv, given, error, error_cap);
	return err ? err : settle_mode(options, given, error, error_cap);
}
