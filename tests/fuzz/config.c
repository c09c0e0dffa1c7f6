/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conntop.conf: read, put to use as the screen does, and edited.
 *
 * Input: a byte for the mode, then the text.
 */
#include <errno.h>
#include "config.h"
#include "fuzz.h"
#include "keys.h"
#include "options.h"

FUZZ_START()

/* All that was taken can be put in force, or is refused with a sentence. */
static void use(const struct config *config)
{
	static struct filterspec spec;
	static struct keymap keymap;
	char error[CONFIG_ERROR_MAX] = "";

	for (size_t i = 0; i < config->n_sets; i++) {
		if (config_set_filters(&config->sets[i], &spec, error, sizeof(error)))
			fuzz_require(fuzz_is_sentence(error));
	}
	if (keymap_configure(&keymap, config, error, sizeof(error)))
		fuzz_require(fuzz_is_discreet(error));
	for (size_t pane = 0; pane < PANE_COUNT; pane++) {
		struct list list;

		list_init(&list, &panes[pane]);
		if (config->columns[pane])
			list_choose_columns(&list, config->columns[pane]);
		if (config->sort[pane])
			list_choose_sort(&list, config->sort[pane]);
		fuzz_require(list.n_columns > 0 && list.n_columns <= LIST_COLUMNS_MAX);
		list_fini(&list);
	}
}

/* 0, or what config_parse() said. */
static int read_text(const char *text, enum mode mode, char *value)
{
	static struct options options;
	struct config config;
	char error[CONFIG_ERROR_MAX] = "";
	int err;

	config_init(&config);
	config.path = strdup("fuzzed");
	memset(&options, 0, sizeof(options));
	options.mode = mode;
	err = config_parse(&config, &options, "fuzzed", text, error, sizeof(error));
	fuzz_require(!err || (err == -EINVAL && fuzz_is_discreet(error)));
	fuzz_require(!*config.warning || fuzz_is_discreet(config.warning));
	if (!err)
		use(&config);
	if (!err && value)
		snprintf(value, CONFIG_ERROR_MAX, "%s", options.theme ? options.theme : "");
	config_fini(&config);
	return err;
}

/* A file that is good stays so when it is edited, and says then what was written. */
static void edit(const char *text, const char *name)
{
	struct config_change change = { .section = "options", .key = "theme", .value = name };
	char *edited = config_edit(text, &change, 1), *cut = config_cut(text, "options");
	char value[CONFIG_ERROR_MAX];

	fuzz_require(edited && cut);
	if (!read_text(text, MODE_SCREEN, NULL)) {
		fuzz_require(!read_text(edited, MODE_SCREEN, value));
		fuzz_require(!strcmp(value, name));
		fuzz_require(!read_text(cut, MODE_SCREEN, NULL));
	}
	free(edited);
	free(cut);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz fuzz = { data, size };
	enum mode mode = fuzz_byte(&fuzz) % (MODE_STREAM + 1);
	char *text = fuzz_text(&fuzz, fuzz.left);

	read_text(text, mode, NULL);
	edit(text, "nord");
	free(text);
	return 0;
}
