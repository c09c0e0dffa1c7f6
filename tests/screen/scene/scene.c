/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conntop on a host that exists nowhere: takes conntop's own options, and shows the same on every
 * machine. From the environment:
 *
 *   SCENE_STEPS=N      seconds that pass, one a refresh, before time stands still (8)
 *   SCENE_LOST=N       events that were lost
 *   SCENE_LIMITS=TEXT  what this kernel cannot tell
 *   SCENE_TICKS=FILE   grows by a byte with each refresh drawn once time stands still
 *
 * SIGUSR1 lets one more second pass.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "config.h"
#include "help.h"
#include "options.h"
#include "run.h"
#include "themes.h"
#include "scene.h"

#define STEPS 8

static uint64_t number_of(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : otherwise;
}

static int complain(const char *error, int status)
{
	fprintf(stderr, "scene: %s\n", error);
	return status;
}

static int run(const struct options *options)
{
	struct scene_settings settings = {
		.steps = options->mode == MODE_ONCE ? 0 : number_of("SCENE_STEPS", STEPS),
		.lost = number_of("SCENE_LOST", 0),
		.ticks = getenv("SCENE_TICKS"),
		.limits = getenv("SCENE_LIMITS"),
	};
	struct source *source = scene_open(&options->filterspec.filter, &settings);
	struct names *names = names_new(source);
	char error[512] = "";
	int err;

	if (!source || !names)
		return complain("out of memory", 1);
	if (options->failed)
		source->ops->watch_failed(source, true);
	if (options->mode == MODE_ONCE)
		err = run_once(source, options, names, error, sizeof(error));
	else if (options->mode == MODE_STREAM)
		err = run_stream(source, options, names, error, sizeof(error));
	else
		err = run_screen(source, options, names, error, sizeof(error));
	names_free(names);
	source->ops->close(source);
	return err ? complain(error, 1) : 0;
}

static int run_in_theme(struct options *options)
{
	char error[512] = "";
	struct themes themes;
	int status;

	options->themes = &themes;
	if (themes_open(&themes, options->theme, error, sizeof(error)))
		status = complain(error, 2);
	else
		status = run(options);
	themes_close(&themes);
	return status;
}

static int act(struct options *options)
{
	if (options->mode != MODE_HELP)
		return run_in_theme(options);
	help_write(stdout);
	return 0;
}

int main(int argc, char **argv)
{
	static struct options options;
	struct config config;
	char error[512];
	int status;

	setlocale(LC_ALL, "");
	config_init(&config);
	if (options_parse(&options, &config, argc, argv, error, sizeof(error)))
		status = complain(error, 2);
	else
		status = act(&options);
	config_fini(&config);
	return status;
}
