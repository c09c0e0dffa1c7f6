/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tables say, for people. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "help.h"
#include "keys.h"
#include "options.h"
#include "pane.h"
#include "themes.h"

/* "  -p, --pid LIST" */
static int option_usage(const struct option_spec *option, char *out, size_t cap)
{
	char letter[8] = "    ";

	if (option->letter)
		snprintf(letter, sizeof(letter), "-%c, ", option->letter);
	return snprintf(out, cap, "%s--%s%s%s", letter, option->name, option->arg ? " " : "",
			option->arg ? option->arg : "");
}

static void write_options(FILE *out)
{
	char usage[64];

	for (size_t i = 0; i < n_option_specs; i++) {
		const struct option_spec *option = &option_specs[i];

		if (!option->help)
			continue;
		if (option->group)
			fprintf(out, "\n%s:\n", option->group);
		option_usage(option, usage, sizeof(usage));
		fprintf(out, "  %-28s %s\n", usage, option->help);
	}
}

static void write_keys(FILE *out)
{
	char keys[64];

	fprintf(out, "\nKeys:\n");
	for (size_t i = 0; i < n_actions; i++) {
		action_keys(&actions[i], keys, sizeof(keys));
		fprintf(out, "  %-28s %s\n", keys, actions[i].help);
	}
}

static void write_columns(FILE *out)
{
	for (size_t i = 0; i < PANE_COUNT; i++) {
		fprintf(out, "\nColumns of %s (* shown by default):\n", panes[i].name);
		for (size_t c = 0; c < *panes[i].n_columns; c++) {
			const struct column *column = &panes[i].columns[c];

			fprintf(out, "  %-15s%c %-11s %s\n", column->key,
				column->flags & COLUMN_HIDDEN ? ' ' : '*', column->title,
				column->help);
		}
	}
}

void help_write(FILE *out)
{
	fputs("Usage: conntop [FILTERS] [OPTIONS]\n"
	      "       conntop --once [--duration SECONDS] [FILTERS] [OPTIONS]\n"
	      "       conntop --stream KIND[,KIND] [FILTERS] [OPTIONS]\n"
	      "\n"
	      "Shows what this host runs and who it talks to: process executions and TCP\n"
	      "connections, live.\n",
	      out);
	write_options(out);
	fputs("\nLIST is values separated by commas, !VALUE to exclude one.\n", out);
	write_keys(out);
	write_columns(out);
	fputs("\nMore in conntop(1).\n", out);
}

/* --- the manual page -------------------------------------------------------------------------- */

/* Text that roff takes literally. */
static void write_roff(FILE *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", out);
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else if (*text == '^')
			fputs("\\(ha", out);
		else
			fputc(*text, out);
	}
}

static void write_item(FILE *out, const char *tag, const char *text)
{
	fputs(".It Li \"", out);
	write_roff(out, tag);
	fputs("\"\n", out);
	write_roff(out, text);
	fputc('\n', out);
}

static void write_heading(FILE *out, const char *heading, const char *widest)
{
	fprintf(out, ".Ss %s\n.Bl -tag -width \"%s\"\n", heading, widest);
}

static void manual_options(FILE *out)
{
	char usage[64];

	for (size_t i = 0; i < n_option_specs; i++) {
		const struct option_spec *option = &option_specs[i];

		if (!option->help)
			continue;
		if (option->group && i)
			fputs(".El\n", out);
		if (option->group)
			write_heading(out, option->group, "-p, --pid LIST");
		option_usage(option, usage, sizeof(usage));
		write_item(out, usage + strspn(usage, " "), option->help);
	}
	fputs(".El\n", out);
}

static void manual_keys(FILE *out)
{
	char keys[64], text[256];

	for (size_t i = 0; i < n_actions; i++) {
		if (actions[i].group && i)
			fputs(".El\n", out);
		if (actions[i].group)
			write_heading(out, actions[i].group, "PgDn ^F");
		action_keys(&actions[i], keys, sizeof(keys));
		snprintf(text, sizeof(text), "%s: %s", actions[i].name, actions[i].help);
		write_item(out, keys, text);
	}
	fputs(".El\n", out);
}

static void manual_columns(FILE *out)
{
	for (size_t i = 0; i < PANE_COUNT; i++) {
		write_heading(out, panes[i].title, "args_truncated");
		for (size_t c = 0; c < *panes[i].n_columns; c++) {
			const struct column *column = &panes[i].columns[c];
			char text[256];

			snprintf(text, sizeof(text), "%s: %s%s.", column->title, column->help,
				 column->flags & COLUMN_HIDDEN ? " (not shown by default)" : "");
			write_item(out, column->key, text);
		}
		fputs(".El\n", out);
	}
}

/* As they are chosen from. */
static void manual_themes(FILE *out)
{
	fputs(".Bl -tag -compact -width \"solarized-light\"\n", out);
	for (size_t i = 0; i < n_embedded_themes; i++) {
		struct theme theme;
		char error[256];

		if (theme_parse(&theme, embedded_themes[i].name, embedded_themes[i].text, error,
				sizeof(error)) == 0)
			write_item(out, embedded_themes[i].name, theme.description);
	}
	fputs(".El\n", out);
}

int help_fill_manual(FILE *in, FILE *out)
{
	static const struct {
		const char *mark;
		void (*write)(FILE *);
	} tables[] = {
		{ "@options@\n", manual_options },
		{ "@keys@\n", manual_keys },
		{ "@columns@\n", manual_columns },
		{ "@themes@\n", manual_themes },
	};
	char line[1024];

	while (fgets(line, sizeof(line), in)) {
		size_t i = 0;

		while (i < sizeof(tables) / sizeof(tables[0]) && strcmp(line, tables[i].mark))
			i++;
		if (i < sizeof(tables) / sizeof(tables[0]))
			tables[i].write(out);
		else
			fputs(line, out);
	}
	return ferror(in) || fflush(out) || ferror(out) ? -EIO : 0;
}
