/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conntop.conf: where it is, and what becomes of a text that was read. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "config.h"
#include "config_text.h"
#include "invoker.h"
#include "options.h"
#include "sanitize.h"

void config_init(struct config *config)
{
	memset(config, 0, sizeof(*config));
}

/* --- what it holds ---------------------------------------------------------------------------- */

struct config_string {
	struct config_string *next;
	char text[];
};

const char *config_keep(struct config *config, const char *text)
{
	size_t size = strlen(text) + 1;
	struct config_string *string = malloc(sizeof(*string) + size);

	if (!string)
		return NULL;
	string->next = config->strings;
	config->strings = string;
	return memcpy(string->text, text, size);
}

struct filter_set *config_find_set(struct config *config, const char *name)
{
	for (size_t i = 0; i < config->n_sets; i++)
		if (!strcmp(config->sets[i].name, name))
			return &config->sets[i];
	return NULL;
}

struct filter_set *config_add_set(struct config *config, const char *name)
{
	struct filter_set *set = config_find_set(config, name), *sets;

	if (set)
		return set;
	sets = reallocarray(config->sets, config->n_sets + 1, sizeof(*sets));
	if (!sets)
		return NULL;
	config->sets = sets;
	set = &sets[config->n_sets++];
	memset(set, 0, sizeof(*set));
	snprintf(set->name, sizeof(set->name), "%s", name);
	return set;
}

static void set_fini(struct filter_set *set)
{
	for (int i = 0; i < FILTER_DIMENSIONS; i++)
		free(set->text[i]);
}

void config_remove_set(struct config *config, size_t at)
{
	set_fini(&config->sets[at]);
	config->n_sets--;
	memmove(&config->sets[at], &config->sets[at + 1],
		(config->n_sets - at) * sizeof(config->sets[0]));
}

void config_fini(struct config *config)
{
	while (config->strings) {
		struct config_string *string = config->strings;

		config->strings = string->next;
		free(string);
	}
	while (config->n_sets)
		config_remove_set(config, config->n_sets - 1);
	free(config->sets);
	free(config->bindings);
	free(config->path);
	memset(config, 0, sizeof(*config));
}

/* --- where it is ------------------------------------------------------------------------------ */

int config_find(struct config *config, const char *path)
{
	free(config->path);
	config->path = path ? strdup(path) : invoker_config("conntop.conf");
	return path && !config->path ? -ENOMEM : 0;
}

/* --- reading it ------------------------------------------------------------------------------- */

static const char *why_not_read(int err)
{
	switch (err) {
	case -EINVAL:
		return "not a file";
	case -EFBIG:
		return "larger than 1 MiB";
	case -EILSEQ:
		return "not a text";
	default:
		return strerror(-err);
	}
}

int config_read(struct config *config, struct options *options, bool required, char *error,
		size_t error_cap)
{
	char *text;
	int err;

	if (!config->path)
		return 0;
	err = invoker_read(config->path, CONFIG_SIZE_MAX, &text);
	config->exists = !err;
	if ((err == -ENOENT || err == -ENOTDIR) && !required)
		return 0;
	if (err) {
		char name[256];

		sanitize_text(name, sizeof(name), config->path, strlen(config->path),
			      CHARSET_ASCII);
		snprintf(error, error_cap, "%s: %s", name, why_not_read(err));
		return err;
	}
	err = config_parse(config, options, config->path, text, error, error_cap);
	free(text);
	return err;
}

int config_set_filters(const struct filter_set *set, struct filterspec *filterspec, char *error,
		       size_t error_cap)
{
	filterspec_clear(filterspec);
	for (int i = 0; i < FILTER_DIMENSIONS; i++) {
		int err = set->text[i]
				  ? filterspec_set(filterspec, i, set->text[i], error, error_cap)
				  : 0;

		if (err)
			return err;
	}
	filterspec->filter.follow = set->follow;
	return 0;
}
