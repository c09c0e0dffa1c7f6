/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Themes, and how often the screen is drawn. */
#include <stdio.h>
#include <string.h>
#include "actions.h"

void action_theme(struct ui *ui, int arg)
{
	struct themes *themes = ui->options->themes;
	const char *description = themes->theme.description;
	char error[512];

	if (themes_next(themes, arg, error, sizeof(error)) == 0)
		screen_use_theme(ui->screen, &themes->theme);
	if (*error)
		ui_say(ui, ROLE_WARNING, "%s", error);
	else
		ui_say(ui, ROLE_GOOD, "theme %s%s%s", themes_name(themes), *description ? ": " : "",
		       description);
}

/* A delay means the same here and as an option. */
static int parse_delay(const char *text, double *delay_s, char *error, size_t error_cap)
{
	struct options options = { .delay_s = 0 };
	size_t i = 0;
	int err;

	while (strcmp(option_specs[i].name, "delay") != 0)
		i++;
	err = option_specs[i].parse(&options, text, error, error_cap);
	if (!err)
		*delay_s = options.delay_s;
	return err;
}

static int check_delay(void *ctx, int what, const char *text, char *error, size_t error_cap)
{
	double delay_s;

	(void)ctx, (void)what;
	/* Nothing yet: the hint says what is meant. */
	return *text ? parse_delay(text, &delay_s, error, error_cap) : 0;
}

static int accept_delay(void *ctx, int what, const char *text, char *error, size_t error_cap)
{
	struct ui *ui = ctx;

	(void)what;
	return parse_delay(text, &ui->delay_s, error, error_cap);
}

static const struct prompt_kind delay_prompt = {
	.label = "Seconds between refreshes",
	.hint = "0.1 to 60",
	.accept = accept_delay,
	.check = check_delay,
};

void action_delay(struct ui *ui, int arg)
{
	char text[32];

	(void)arg;
	snprintf(text, sizeof(text), "%g", ui->delay_s);
	prompt_open(&ui->prompt, &delay_prompt, text, 0);
}
