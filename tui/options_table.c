/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of options, and what each of them does.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "option_words.h"
#include "options.h"
#include "sanitize.h"

#define DELAY_MIN_S    0.1
#define DELAY_MAX_S    60.0
#define DURATION_MIN_S 0.001
#define DURATION_MAX_S 1e9 /* as nanoseconds, in 64 bits with room to add to */
#define SPEED_MAX      1000000.0
#define MAX_ROWS_MAX   10000000U

/* Of the numbers that people type: exact in a double, and so is the power of ten they are over. */
#define DIGITS_MAX 15

struct quote quote_part(const char *text, size_t len)
{
	/* UTF-8 holds bytes that are controls to a terminal of another charset. */
	enum charset charset = MB_CUR_MAX > 1 ? CHARSET_UTF8 : CHARSET_ASCII;
	struct quote out = { "" };

	sanitize_text(out.text, sizeof(out.text), text, len, charset);
	return out;
}

struct quote quote(const char *text)
{
	return quote_part(text, strlen(text));
}

int option_fail(char *error, size_t error_cap, const char *format, ...)
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
		return option_fail(error, error_cap, "bad %s '%s': seconds, from %g to %.0f", what,
				   quote(arg).text, min, max);
	*out = seconds;
	return 0;
}

/* --- one function an option ------------------------------------------------------------------- */

/* An option given again adds its values; what the file says gives way to the command line. */
static int add_filter(struct options *options, enum filter_dimension dimension, const char *arg,
		      char *error, size_t error_cap)
{
	struct filterspec *spec = &options->filterspec;
	char *joined;
	int err;

	if (options->inherited & 1U << dimension)
		filterspec_set(spec, dimension, "", error, error_cap);
	options->inherited &= ~(1U << dimension);
	if (asprintf(&joined, "%s %s", spec->text[dimension], arg) < 0)
		return option_fail(error, error_cap, "out of memory");
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

/* What a flag says: yes when it stands alone. */
static int parse_flag(const char *arg, bool *out, char *error, size_t error_cap)
{
	if (arg && strcmp(arg, "yes") && strcmp(arg, "no"))
		return option_fail(error, error_cap, "bad value '%s': yes or no", quote(arg).text);
	*out = !arg || !strcmp(arg, "yes");
	return 0;
}

static int parse_family(struct options *options, const char *family, const char *arg, char *error,
			size_t error_cap)
{
	bool on = true;
	int err = parse_flag(arg, &on, error, error_cap);

	if (!err)
		err = add_filter(options, FILTER_IP, on ? family : "", error, error_cap);
	return err;
}

static int parse_ipv4(struct options *options, const char *arg, char *error, size_t error_cap)
{
	return parse_family(options, "4", arg, error, error_cap);
}

static int parse_ipv6(struct options *options, const char *arg, char *error, size_t error_cap)
{
	return parse_family(options, "6", arg, error, error_cap);
}

static int parse_follow(struct options *options, const char *arg, char *error, size_t error_cap)
{
	bool on = true;
	int err = parse_flag(arg, &on, error, error_cap);

	if (!err)
		options->filterspec.filter.follow = on;
	return err;
}

static int parse_failed(struct options *options, const char *arg, char *error, size_t error_cap)
{
	return parse_flag(arg, &options->failed, error, error_cap);
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
		return option_fail(error, error_cap, "unknown format '%s': text, json or csv",
				   quote(arg).text);
	return 0;
}

static int parse_output(struct options *options, const char *arg, char *error, size_t error_cap)
{
	if (!*arg)
		return option_fail(error, error_cap,
				   "bad output file '': a name, or - for standard output");
	options->output = arg;
	return 0;
}

static int parse_force(struct options *options, const char *arg, char *error, size_t error_cap)
{
	return parse_flag(arg, &options->force, error, error_cap);
}

static int parse_record(struct options *options, const char *arg, char *error, size_t error_cap)
{
	if (!*arg)
		return option_fail(error, error_cap, "bad recording '': the name of a file");
	options->record = arg;
	return 0;
}

static int parse_replay(struct options *options, const char *arg, char *error, size_t error_cap)
{
	if (!*arg)
		return option_fail(error, error_cap, "bad recording '': the name of a file");
	options->replay = arg;
	return 0;
}

static int parse_speed(struct options *options, const char *arg, char *error, size_t error_cap)
{
	double speed;

	if (!decimal_parse(arg, &speed) || speed > SPEED_MAX)
		return option_fail(error, error_cap, "bad speed '%s': a number from 0 to %.0f",
				   quote(arg).text, SPEED_MAX);
	options->speed = speed;
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
		return option_fail(error, error_cap,
				   "bad sort '%s': one column, + or - before it for the direction",
				   quote(arg).text);
	options->sort = arg;
	return columns_check(name, error, error_cap);
}

static int parse_pane(struct options *options, const char *arg, char *error, size_t error_cap)
{
	const struct pane *pane = pane_find(arg);
	char names[QUOTE_MAX] = "";

	options->has_pane = pane;
	if (pane)
		options->pane = (enum pane_id)(pane - panes);
	if (pane || !strcmp(arg, "split"))
		return 0;
	for (int i = 0; i < PANE_COUNT; i++) {
		size_t len = strlen(names);

		snprintf(names + len, sizeof(names) - len, "%s%s", i ? ", " : "", panes[i].name);
	}
	return option_fail(error, error_cap, "unknown pane '%s': one of %s, split", quote(arg).text,
			   names);
}

static int parse_columns(struct options *options, const char *arg, char *error, size_t error_cap)
{
	options->columns = arg;
	return columns_check(arg, error, error_cap);
}

static int parse_numeric(struct options *options, const char *arg, char *error, size_t error_cap)
{
	return parse_flag(arg, &options->numeric, error, error_cap);
}

/* Whether there is one of that name is found out with the rights to read it. */
static int parse_theme(struct options *options, const char *arg, char *error, size_t error_cap)
{
	if (!*arg)
		return option_fail(error, error_cap, "bad theme '': a name or a file");
	options->theme = arg;
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
		return option_fail(error, error_cap, "unknown color '%s': auto, always or never",
				   quote(arg).text);
	return 0;
}

static int parse_ascii(struct options *options, const char *arg, char *error, size_t error_cap)
{
	return parse_flag(arg, &options->ascii, error, error_cap);
}

static int parse_max_rows(struct options *options, const char *arg, char *error, size_t error_cap)
{
	double rows;

	if (strchr(arg, '.') || !decimal_parse(arg, &rows) || rows < 1 || rows > MAX_ROWS_MAX)
		return option_fail(error, error_cap,
				   "bad number of rows '%s': a number from 1 to %u",
				   quote(arg).text, MAX_ROWS_MAX);
	options->max_rows = (size_t)rows;
	return 0;
}

static int parse_config(struct options *options, const char *arg, char *error, size_t error_cap)
{
	if (!*arg)
		return option_fail(error, error_cap, "bad configuration file '': a name");
	options->config_file = arg;
	options->no_config = false;
	return 0;
}

static int parse_no_config(struct options *options, const char *arg, char *error, size_t error_cap)
{
	(void)arg, (void)error, (void)error_cap;
	options->no_config = true;
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
	{ 'p', "pid", "LIST", "Filters", "only these PIDs (1200,1300), or not (!1200)", parse_pid,
	  IN_FILE },
	{ 'u', "uid", "LIST", NULL, "only these users, names or UIDs, or not (!root)", parse_uid,
	  IN_FILE },
	{ 'u', "user", "LIST", NULL, NULL, parse_uid, IN_FILE },
	{ 'P', "port", "LIST", NULL,
	  "only these ports, local or remote (443,8000-8010), or not (!22)", parse_port, IN_FILE },
	{ 'a', "addr", "LIST", NULL,
	  "only these addresses, local or remote (10.0.0.0/8,::1), or not (!127.0.0.1)", parse_addr,
	  IN_FILE },
	{ 'c', "comm", "LIST", NULL, "only these commands (nginx,python*), or not (!ssh)",
	  parse_comm, IN_FILE },
	{ '4', "ipv4", NULL, NULL, "only IPv4 connections", parse_ipv4, IN_FILE },
	{ '6', "ipv6", NULL, NULL, "only IPv6 connections", parse_ipv6, IN_FILE },
	{ 'f', "follow", NULL, NULL, "with --pid: the descendants of those PIDs, too", parse_follow,
	  IN_FILE },
	{ 'x', "failed", NULL, NULL,
	  "failed execs, and connects that failed before a packet left, too", parse_failed,
	  IN_FILE },

	{ 0, "once", NULL, "Modes", "watch for the duration (1 s), print one snapshot, end",
	  parse_once, NOT_IN_FILE },
	{ 0, "stream", "KINDS", NULL,
	  "print one line an event: exec, exit, connect, accept, close, or all", parse_stream,
	  NOT_IN_FILE },
	{ 0, "duration", "S", NULL, "end after so many seconds", parse_duration, NOT_IN_FILE },
	{ 0, "format", "FORMAT", NULL, "of --once and --stream: text (the default), json or csv",
	  parse_format, IN_FILE },
	{ 'o', "output", "FILE", NULL, "write to a new file, not to standard output", parse_output,
	  NOT_IN_FILE },
	{ 0, "force", NULL, NULL, "an output or a recording replaces a file that is there",
	  parse_force, NOT_IN_FILE },
	{ 0, "record", "FILE", NULL, "keep all that is seen in a new file, too", parse_record,
	  NOT_IN_FILE },
	{ 0, "replay", "FILE", NULL, "show a recording in place of this host", parse_replay,
	  NOT_IN_FILE },
	{ 0, "speed", "N", NULL, "times the recording's pace (1), 0 as fast as can be (--once: 0)",
	  parse_speed, NOT_IN_FILE },

	{ 'd', "delay", "S", "Looks", "seconds between refreshes, 0.1 to 60 (1)", parse_delay,
	  IN_FILE_SCREEN },
	{ 's', "sort", "[+|-]COLUMN", NULL, "sort rows by it, + ascending, - descending",
	  parse_sort, IN_FILE_SCREEN },
	{ 0, "pane", "NAME", NULL,
	  "start with it alone: execs, connections, processes, remotes or listeners; or split",
	  parse_pane, IN_FILE_SCREEN },
	{ 0, "columns", "LIST", NULL, "the columns to show, in this order", parse_columns,
	  IN_FILE_SCREEN },
	{ 'n', "numeric", NULL, NULL, "numbers, no names of users and services", parse_numeric,
	  IN_FILE_SCREEN },
	{ 0, "theme", "NAME|FILE", NULL, "how the screen looks; the key T goes through all themes",
	  parse_theme, IN_FILE_SCREEN },
	{ 0, "color", "WHEN", NULL, "auto (the default), always or never", parse_color,
	  IN_FILE_SCREEN },
	{ 0, "ascii", NULL, NULL, "no character beyond ASCII", parse_ascii, IN_FILE_SCREEN },
	{ 0, "max-rows", "N", NULL, "rows kept in each table (50000)", parse_max_rows, IN_FILE },

	{ 0, "config", "FILE", "Other", "read it in place of conntop.conf", parse_config,
	  NOT_IN_FILE },
	{ 0, "no-config", NULL, NULL, "read no configuration", parse_no_config, NOT_IN_FILE },
	{ 'h', "help", NULL, NULL, "print this and end", parse_help, NOT_IN_FILE },
	{ 'V', "version", NULL, NULL, "print the version and end", parse_version, NOT_IN_FILE },
};

#define N_OPTIONS (sizeof(option_specs) / sizeof(option_specs[0]))

_Static_assert(N_OPTIONS <= OPTIONS_MAX, "tables of what is made of options have room for them");

const size_t n_option_specs = N_OPTIONS;
