/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_CONFIG_TEXT_H
#define CONNTOP_CONFIG_TEXT_H

/* What the files that read and write conntop.conf share. Private to tui/config*.c. */
#include <stdbool.h>
#include <stddef.h>
#include "config.h"

#define CONFIG_FILTERS "filters "     /* begins the section of a filter set: [filters NAME] */
#define CONFIG_BOM     "\xef\xbb\xbf" /* may begin a text */
#define CONFIG_BLANKS  " \t\r\v\f"

/*
 * Whether a line goes on with the value of the key before it in its section, if there is one: it is
 * set in, and no key itself.
 */
bool config_continues(const char *line, size_t len);

/* Whether a section can be called so. */
bool config_name_fits(const char *name);

/* A copy of the text that lives as long as `config`; NULL without memory. */
const char *config_keep(struct config *config, const char *text);

/* The set of that name; NULL when there is none. */
struct filter_set *config_find_set(struct config *config, const char *name);

/* The same; added when it is not there. NULL without memory. */
struct filter_set *config_add_set(struct config *config, const char *name);

/* Takes config->sets[at] out. */
void config_remove_set(struct config *config, size_t at);

/* Puts the text in place of the file. 0 or -errno. */
int config_write(const char *path, const char *text);

#endif
