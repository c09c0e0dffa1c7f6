/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ini.h>
#include "theme.h"

const char theme_default_text[] =
#include "default_theme.h"
	;

static const char *const role_names[ROLE_COUNT] = {
	[ROLE_TEXT] = "text",	      [ROLE_SUMMARY] = "summary", [ROLE_TITLE] = "title",
	[ROLE_FOCUS] = "focus",	      [ROLE_HEADER] = "header",	  [ROLE_SORT] = "sort",
	[ROLE_SELECTED] = "selected", [ROLE_DIM] = "dim",	  [ROLE_GOOD] = "good",
	[ROLE_WARNING] = "warning",   [ROLE_KEY] = "key",	  [ROLE_LABEL] = "label",
	[ROLE_PROMPT] = "prompt",
};

static const struct {
	const char *name;
	unsigned attribute;
} attributes[] = {
	{ "bold", STYLE_BOLD },		  { "dim", STYLE_DIM },		{ "italic", STYLE_ITALIC },
	{ "underline", STYLE_UNDERLINE }, { "reverse", STYLE_REVERSE },
};

/* In the order of the terminal's numbers. */
static const char *const color_names[] = { "black", "red",     "green", "yellow",
					   "blue",  "magenta", "cyan",	"white" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct parse {
	struct theme *theme;
	bool seen[ROLE_COUNT];
	char *error;
	size_t error_cap;
};

const char *role_name(enum role role)
{
	return role_names[role];
}

static int color_parse(const char *word, short *color)
{
	bool bright = !strncmp(word, "bright-", 7);
	char *end;
	long number;

	if (!strcmp(word, "default")) {
		*color = COLOR_TERMINAL;
		return 0;
	}
	for (size_t i = 0; i < COUNT(color_names); i++) {
		if (!strcmp(word + (bright ? 7 : 0), color_names[i])) {
			*color = i + (bright ? 8 : 0);
			return 0;
		}
	}
	number = strtol(word, &end, 10);
	if (*word < '0' || *word > '9' || *end || number > 255)
		return -EINVAL;
	*color = number;
	return 0;
}

static unsigned attribute_parse(const char *word)
{
	for (size_t i = 0; i < COUNT(attributes); i++)
		if (!strcmp(word, attributes[i].name))
			return attributes[i].attribute;
	return 0;
}

static int style_parse(struct style *style, const char *text)
{
	char copy[128], *word, *rest;
	short *color = &style->fg;

	*style = (struct style){ .fg = COLOR_TERMINAL, .bg = COLOR_TERMINAL };
	if (strlen(text) >= sizeof(copy))
		return -EINVAL;
	strcpy(copy, text);
	for (word = strtok_r(copy, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest)) {
		unsigned attribute = attribute_parse(word);

		style->attributes |= attribute;
		if (attribute)
			continue;
		if (!strcmp(word, "on"))
			color = &style->bg;
		else if (color_parse(word, color))
			return -EINVAL;
	}
	return 0;
}

/* inih wants 0 for a line that is refused. */
static int take_line(void *ctx, const char *section, const char *name, const char *value)
{
	struct parse *parse = ctx;

	if (strcmp(section, "roles"))
		return 1;
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		if (strcmp(name, role_names[i]))
			continue;
		if (style_parse(&parse->theme->roles[i], value)) {
			snprintf(parse->error, parse->error_cap, "bad colours for '%s'",
				 role_names[i]);
			return 0;
		}
		parse->seen[i] = true;
		return 1;
	}
	snprintf(parse->error, parse->error_cap, "unknown role");
	return 0;
}

/* inih goes on after a mistake and tells the line of the first: that one alone, for its reason. */
static void explain_line(struct parse *parse, const char *text, int line)
{
	char alone[512];

	while (--line && *text)
		text += strcspn(text, "\n") + 1;
	snprintf(parse->error, parse->error_cap, "not a line of a theme");
	snprintf(alone, sizeof(alone), "[roles]\n%.*s\n", (int)strcspn(text, "\n"), text);
	ini_parse_string(alone, take_line, parse);
}

int theme_parse(struct theme *theme, const char *name, const char *text, char *error,
		size_t error_cap)
{
	char reason[96] = "";
	struct parse parse = { .theme = theme, .error = reason, .error_cap = sizeof(reason) };
	int line = ini_parse_string(text, take_line, &parse);

	if (line) {
		explain_line(&parse, text, line);
		snprintf(error, error_cap, "theme %s, line %d: %s", name, line, reason);
		return -EINVAL;
	}
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		if (!parse.seen[i]) {
			snprintf(error, error_cap, "theme %s: no line for '%s'", name,
				 role_names[i]);
			return -EINVAL;
		}
	}
	return 0;
}
