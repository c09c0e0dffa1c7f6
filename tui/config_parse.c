/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of conntop.conf: inih finds sections, keys and values, and here they are taken. Lines
 * are handed to inih one at a time, so that it is known which of them each key came from.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ini.h>
#include "config.h"
#include "config_text.h"
#include "options.h"
#include "sanitize.h"

struct parse {
	struct config *config;
	struct options *options;
	/* The text, and the line that inih has. */
	const char *rest;
	int line;
	bool within;	/* a key came before it in its section */
	bool continues; /* it belongs to that */
	int too_long;	/* the first line that inih has no room for; 0: none */
	/* The key whose value may go on in the next line. */
	char section[64], key[64];
	char value[FILTER_TEXT_MAX];
	int key_line; /* 0: none */
	/* What was there already. */
	bool options_seen[OPTIONS_MAX];
	/* The first mistake; and the first thing that is not known here. */
	char reason[256];
	int reason_line;
	char unknown[64];
	int unknown_line;
	struct options ignored; /* options that do not hold in this mode: only checked */
};

/* --- what is wrong ---------------------------------------------------------------------------- */

/* Notes why the key is refused, the first time. Returns -EINVAL. */
__attribute__((format(printf, 2, 3))) static int refuse(struct parse *parse, const char *format,
							...)
{
	va_list args;

	if (parse->reason_line)
		return -EINVAL;
	parse->reason_line = parse->key_line;
	va_start(args, format);
	vsnprintf(parse->reason, sizeof(parse->reason), format, args);
	va_end(args);
	return -EINVAL;
}

/* Refuses a key of this section that is known, with a sentence that may quote its value: not so. */
static int refuse_value(struct parse *parse, const char *key, char *sentence)
{
	char *open = strchr(sentence, '\''), *close = strrchr(sentence, '\'');

	if (open && open > sentence && open[-1] == ' ')
		open--;
	if (open)
		memmove(open, close + 1, strlen(close + 1) + 1);
	return refuse(parse, "[%s] %s: %s", parse->section, key, sentence);
}

/* Newer versions may know it: it is told, and left alone. */
static int pass_over(struct parse *parse, const char *what)
{
	if (parse->unknown_line)
		return 0;
	parse->unknown_line = parse->key_line;
	snprintf(parse->unknown, sizeof(parse->unknown), "%s", what);
	return 0;
}

/* Keeps the value for as long as the configuration is there. */
static const char *keep(struct parse *parse)
{
	const char *kept = config_keep(parse->config, parse->value);

	if (!kept)
		refuse(parse, "out of memory");
	return kept;
}

/* --- the sections ----------------------------------------------------------------------------- */

static int take_option(struct parse *parse)
{
	const struct option_spec *spec = option_specs;
	struct options *options = parse->options;
	const char *value;
	char sentence[512] = "";

	while (spec < option_specs + n_option_specs &&
	       (strcmp(spec->name, parse->key) || !spec->in_file))
		spec++;
	if (spec == option_specs + n_option_specs)
		return pass_over(parse, "[options]: unknown key");
	if (parse->options_seen[spec - option_specs])
		return refuse(parse, "[options] %s: given twice", spec->name);
	parse->options_seen[spec - option_specs] = true;
	if (spec->in_file == IN_FILE_SCREEN && options->mode != MODE_SCREEN)
		options = &parse->ignored;
	value = keep(parse);
	if (value && spec->parse(options, value, sentence, sizeof(sentence)))
		return refuse_value(parse, spec->name, sentence);
	return value ? 0 : -ENOMEM;
}

/* The pane that the key names, or NULL. */
static const struct pane *take_pane(struct parse *parse)
{
	const struct pane *pane = pane_find(parse->key);

	if (!pane)
		pass_over(parse, parse->section[0] == 's' ? "[sort]: unknown pane"
							  : "[columns]: unknown pane");
	return pane;
}

/* Whether the pane has each of the comma-separated names. */
static bool has_columns(const struct pane *pane, const char *names)
{
	char name[32];
	size_t len;
	bool any = false;

	for (names += strspn(names, ", "); *names; names += strspn(names, ", ")) {
		len = strcspn(names, ", ");
		snprintf(name, sizeof(name), "%.*s", (int)len, names);
		if (len >= sizeof(name) || !pane_column(pane, name))
			return false;
		names += len;
		any = true;
	}
	return any;
}

static int take_columns(struct parse *parse)
{
	const struct pane *pane = take_pane(parse);
	const char **columns = pane ? &parse->config->columns[pane - panes] : NULL;

	if (!pane)
		return 0;
	if (*columns)
		return refuse(parse, "[columns] %s: given twice", pane->name);
	if (!has_columns(pane, parse->value))
		return refuse(parse, "[columns] %s: names of its columns, separated by commas",
			      pane->name);
	*columns = keep(parse);
	return *columns ? 0 : -ENOMEM;
}

static int take_sort(struct parse *parse)
{
	const struct pane *pane = take_pane(parse);
	const char **sort = pane ? &parse->config->sort[pane - panes] : NULL;
	const char *name = parse->value + strspn(parse->value, "+-");

	if (!pane)
		return 0;
	if (*sort)
		return refuse(parse, "[sort] %s: given twice", pane->name);
	if (name > parse->value + 1 || !pane_column(pane, name))
		return refuse(parse, "[sort] %s: one of its columns, + or - before it", pane->name);
	*sort = keep(parse);
	return *sort ? 0 : -ENOMEM;
}

/* What they mean is known where keys are. */
static int take_keys(struct parse *parse)
{
	struct config *config = parse->config;
	struct config_binding *bindings = reallocarray(config->bindings, config->n_bindings + 1,
						       sizeof(*bindings));

	if (!bindings)
		return refuse(parse, "out of memory");
	config->bindings = bindings;
	bindings += config->n_bindings;
	bindings->action = config_keep(config, parse->key);
	bindings->keys = config_keep(config, parse->value);
	bindings->line = parse->key_line;
	if (!bindings->action || !bindings->keys)
		return refuse(parse, "out of memory");
	config->n_bindings++;
	return 0;
}

/* The set of that name, made when it is not there. NULL: out of memory, noted. */
static struct filter_set *take_set(struct parse *parse, const char *name)
{
	struct filter_set *set = config_add_set(parse->config, name);

	if (!set)
		refuse(parse, "out of memory");
	return set;
}

/* "follow", after the dimensions */
static int filter_key(const char *key)
{
	for (int i = 0; i < FILTER_DIMENSIONS; i++)
		if (!strcmp(key, filter_dimensions[i].name))
			return i;
	return strcmp(key, "follow") ? -1 : FILTER_DIMENSIONS;
}

static int take_filter_text(struct parse *parse, struct filter_set *set, int dimension)
{
	struct filterspec *spec = &parse->ignored.filterspec;
	char sentence[512] = "";
	int err = filterspec_set(spec, dimension, parse->value, sentence, sizeof(sentence));

	if (err && err != -ENOENT) /* a user of another host */
		return refuse_value(parse, filter_dimensions[dimension].name, sentence);
	set->text[dimension] = strdup(parse->value);
	return set->text[dimension] ? 0 : refuse(parse, "out of memory");
}

static int take_filter(struct parse *parse, const char *name)
{
	int key = filter_key(parse->key);
	struct filter_set *set;
	char sentence[128];

	/* Names are the user's text: what is wrong is told without. */
	snprintf(parse->section, sizeof(parse->section), "filters");
	if (config_check_name(name, sentence, sizeof(sentence)))
		return refuse(parse, "[filters]: %s", sentence);
	if (key < 0)
		return pass_over(parse, "[filters]: unknown key");
	set = take_set(parse, name);
	if (!set)
		return -ENOMEM;
	if (set->seen & 1U << key)
		return refuse(parse, "[filters] %s: given twice", parse->key);
	set->seen |= 1U << key;
	if (key < FILTER_DIMENSIONS)
		return take_filter_text(parse, set, key);
	if (strcmp(parse->value, "yes") && strcmp(parse->value, "no"))
		return refuse(parse, "[filters] follow: yes or no");
	set->follow = !strcmp(parse->value, "yes");
	return 0;
}

/* --- line by line ----------------------------------------------------------------------------- */

static void take_key(struct parse *parse)
{
	static const struct {
		const char *section;
		int (*take)(struct parse *parse);
	} sections[] = {
		{ "options", take_option },
		{ "columns", take_columns },
		{ "sort", take_sort },
		{ "keys", take_keys },
	};

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		if (!strcmp(parse->section, sections[i].section)) {
			sections[i].take(parse);
			return;
		}
	}
	if (!strncmp(parse->section, CONFIG_FILTERS, strlen(CONFIG_FILTERS)))
		take_filter(parse, parse->section + strlen(CONFIG_FILTERS));
	else
		pass_over(parse, "unknown section");
}

/* The key before is complete. */
static void finish_key(struct parse *parse)
{
	if (parse->key_line)
		take_key(parse);
	parse->key_line = 0;
}

static int take_line(void *ctx, const char *section, const char *name, const char *value)
{
	struct parse *parse = ctx;
	size_t len = strlen(parse->value);

	if (parse->continues) {
		if (snprintf(parse->value + len, sizeof(parse->value) - len, " %s", value) >=
		    (int)(sizeof(parse->value) - len))
			refuse(parse, "the value is too long");
		return 1;
	}
	finish_key(parse);
	parse->key_line = parse->line;
	snprintf(parse->section, sizeof(parse->section), "%s", section);
	snprintf(parse->key, sizeof(parse->key), "%s", name);
	snprintf(parse->value, sizeof(parse->value), "%s", value);
	return 1;
}

/* As fgets(3), for inih. Blanks before a key mean nothing; a line without = goes on from it. */
static char *next_line(char *out, int cap, void *ctx)
{
	struct parse *parse = ctx;
	const char *at = parse->rest;
	size_t len = strcspn(at, "\n"), blanks = strspn(at, CONFIG_BLANKS);

	if (!*at)
		return NULL;
	parse->line++;
	parse->continues = parse->within && config_continues(at, len);
	if (at[blanks] == '[')
		parse->within = false;
	else if (blanks < len && !strchr(";#", at[blanks]))
		parse->within = true;
	if (parse->continues)
		blanks = 0;
	if (len - blanks + 2 > (size_t)cap && !parse->too_long)
		parse->too_long = parse->line;
	snprintf(out, cap, "%.*s", (int)(len - blanks), at + blanks);
	parse->rest += len + (at[len] == '\n');
	return out;
}

/* The mistake that comes first in the text; `wrong` is the first line that inih could not read. */
static int tell(struct parse *parse, int wrong, const char *name, char *error, size_t error_cap)
{
	if (parse->too_long && (!wrong || parse->too_long < wrong))
		wrong = parse->too_long;
	if (wrong && (!parse->reason_line || wrong < parse->reason_line)) {
		snprintf(error, error_cap, "%s:%d: %s", name, wrong,
			 wrong == parse->too_long ? "the line is too long"
						  : "neither [SECTION] nor KEY = VALUE");
		return -EINVAL;
	}
	if (!parse->reason_line)
		return 0;
	snprintf(error, error_cap, "%s:%d: %s", name, parse->reason_line, parse->reason);
	return -EINVAL;
}

int config_parse(struct config *config, struct options *options, const char *name, const char *text,
		 char *error, size_t error_cap)
{
	struct parse *parse = calloc(1, sizeof(*parse)); /* large */
	char safe[256];
	int wrong, err;

	if (!parse) {
		snprintf(error, error_cap, "out of memory");
		return -ENOMEM;
	}
	sanitize_text(safe, sizeof(safe), name, strlen(name), CHARSET_ASCII);
	parse->config = config;
	parse->options = options;
	parse->rest = text +
		      (strncmp(text, CONFIG_BOM, strlen(CONFIG_BOM)) ? 0 : strlen(CONFIG_BOM));
	wrong = ini_parse_stream(next_line, parse, take_line, parse);
	finish_key(parse);
	err = tell(parse, wrong, safe, error, error_cap);
	if (!err && parse->unknown_line)
		snprintf(config->warning, sizeof(config->warning), "%s:%d: %s, ignored", safe,
			 parse->unknown_line, parse->unknown);
	free(parse);
	return err;
}
