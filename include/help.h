/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_HELP_H
#define CONNTOP_HELP_H

/*
 * What the tables of options, keys and columns say, for people: --help, and the same tables as
 * mdoc(7) for the manual page and as Markdown for the README.
 */
#include <stdio.h>

/* What --help prints. */
void help_write(FILE *out);

/* Copies `in` to `out`, each line "@options@", "@keys@" and "@columns@" replaced by that table. */
int help_fill_manual(FILE *in, FILE *out);

#endif
