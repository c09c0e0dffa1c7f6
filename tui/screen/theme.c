/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ini.h>
#include "theme.h"

#define PALETTE_MAX    64
#define ENTRY_NAME_MAX 32
#define COLOR_UNSET    (-2) /* left out: as the role text has it */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const role_names[ROLE_COUNT] = {
	[ROLE_TEXT] = "text",	      [ROLE_SUMMARY] = "summary", [ROLE_TITLE] = "title",
	[ROLE_FOCUS] = "focus",	      [ROLE_HEADER] = "header",	  [ROLE_SORT] = "sort",
	[ROLE_SELECTED] = "selected", [ROLE_DIM] = "dim",	  [ROLE_GOOD] = "good",
	[ROLE_WARNING] = "warning",   [ROLE_KEY] = "key",	  [ROLE_LABEL] = "label",
	[ROLE_PROMPT] = "prompt",     [ROLE_NEW] = "new",	  [ROLE_GONE] = "gone",
	[ROLE_MARKED] = "marked",     [ROLE_MATCH] = "match",	  [ROLE_FILTER] = "filter",
	[ROLE_SPARK] = "spark",
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

struct entry {
	char name[ENTRY_NAME_MAX];
	int color;
};

struct parse {
	struct theme *theme;
	bool seen[ROLE_COUNT];
	struct entry palette[PALETTE_MAX];
	size_t n_palette;
	char reason[96]; /* of the last line refused */
};

const char *role_name(enum role role)
{
	return role_names[role];
}

/* --- colours ---------------------------------------------------------------------------------- */

/* "255"; other digits than these are no number here. */
static int number_parse(const char *word, int *color)
{
	size_t len = strspn(word, "0123456789");

	if (!len || len > 3 || word[len] || atoi(word) > 255)
		return -EINVAL;
	*color = atoi(word);
	return 0;
}

/* "#rrggbb" */
static int rgb_parse(const char *word, int *color)
{
	if (*word != '#' || strlen(word) != 7 || strspn(word + 1, "0123456789abcdefABCDEF") != 6)
		return -EINVAL;
	*color = COLOR_RGB + (int)strtol(word + 1, NULL, 16);
	return 0;
}

static int name_parse(const char *word, int *color)
{
	bool bright = !strncmp(word, "bright-", 7);

	if (!strcmp(word, "default")) {
		*color = COLOR_TERMINAL;
		return 0;
	}
	for (size_t i = 0; i < COUNT(color_names); i++) {
		if (!strcmp(word + (bright ? 7 : 0), color_names[i])) {
			*color = (int)i + (bright ? 8 : 0);
			return 0;
		}
	}
	return -EINVAL;
}

static int color_parse(const char *word, int *color)
{
	if (!name_parse(word, color) || !number_parse(word, color))
		return 0;
	return rgb_parse(word, color);
}

static const struct entry *palette_find(const struct parse *parse, const char *name)
{
	for (size_t i = 0; i < parse->n_palette; i++)
		if (!strcmp(parse->palette[i].name, name))
			return &parse->palette[i];
	return NULL;
}

static int take_color(const struct parse *parse, const char *word, int *color)
{
	const struct entry *entry = palette_find(parse, word);

	if (!entry)
		return color_parse(word, color);
	*color = entry->color;
	return 0;
}

/* --- lines ------------------------------------------------------------------------------------ */

static unsigned attribute_parse(const char *word)
{
	for (size_t i = 0; i < COUNT(attributes); i++)
		if (!strcmp(word, attributes[i].name))
			return attributes[i].attribute;
	return 0;
}

static int style_parse(const struct parse *parse, struct style *style, const char *text)
{
	char copy[256], *word, *rest;
	int *color = &style->fg;

	*style = (struct style){ .fg = COLOR_UNSET, .bg = COLOR_UNSET };
	if (strlen(text) >= sizeof(copy))
		return -EINVAL;
	memcpy(copy, text, strlen(text) + 1);
	for (word = strtok_r(copy, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest)) {
		unsigned attribute = attribute_parse(word);

		style->attributes |= attribute;
		if (attribute)
			continue;
		if (!strcmp(word, "on") && color == &style->fg)
			color = &style->bg;
		else if (*color != COLOR_UNSET || take_color(parse, word, color))
			return -EINVAL;
	}
	/* "on" and no colour */
	return color == &style->bg && style->bg == COLOR_UNSET ? -EINVAL : 0;
}

/* Always 0, inih's word for a line that is refused. */
__attribute__((format(printf, 2, 3))) static int refuse(struct parse *parse, const char *format,
							...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(parse->reason, sizeof(parse->reason), format, args);
	va_end(args);
	return 0;
}

static int take_description(struct parse *parse, const char *name, const char *value)
{
	if (strcmp(name, "description"))
		return refuse(parse, "[theme] has a 'description' alone");
	if (strlen(value) >= sizeof(parse->theme->description))
		return refuse(parse, "'description' is longer than %zu bytes",
			      sizeof(parse->theme->description) - 1);
	memcpy(parse->theme->description, value, strlen(value) + 1);
	return 1;
}

/* The eight colours are not: most palettes have a red of their own. */
static bool is_taken(const char *name)
{
	int color;

	return attribute_parse(name) || !strcmp(name, "on") || !strcmp(name, "default") ||
	       !number_parse(name, &color) || !rgb_parse(name, &color);
}

/* The name is the file's own: it is not quoted, as nothing of it is. */
static int take_palette(struct parse *parse, const char *name, const char *value)
{
	struct entry *entry = &parse->palette[parse->n_palette];

	if (is_taken(name))
		return refuse(parse, "a name in [palette] that means something else already");
	if (palette_find(parse, name))
		return refuse(parse, "a name in [palette] for the second time");
	if (strlen(name) >= sizeof(entry->name) || parse->n_palette == PALETTE_MAX)
		return refuse(parse, "[palette] takes %d names of %zu bytes", PALETTE_MAX,
			      sizeof(entry->name) - 1);
	if (color_parse(value, &entry->color))
		return refuse(parse, "a bad colour in [palette]");
	memcpy(entry->name, name, strlen(name) + 1);
	parse->n_palette++;
	return 1;
}

static int take_role(struct parse *parse, const char *name, const char *value)
{
	size_t role = 0;

	while (role < ROLE_COUNT && strcmp(name, role_names[role]))
		role++;
	if (role == ROLE_COUNT)
		return refuse(parse, "unknown role");
	if (parse->seen[role])
		return refuse(parse, "'%s' for the second time", role_names[role]);
	if (style_parse(parse, &parse->theme->roles[role], value))
		return refuse(parse, "bad colours for '%s'", role_names[role]);
	parse->seen[role] = true;
	return 1;
}

static int take_line(void *ctx, const char *section, const char *name, const char *value)
{
	static const struct {
		const char *section;
		int (*take)(struct parse *, const char *name, const char *value);
	} table[] = {
		{ "theme", take_description },
		{ "palette", take_palette },
		{ "roles", take_role },
	};

	for (size_t i = 0; i < COUNT(table); i++)
		if (!strcmp(section, table[i].section))
			return table[i].take(ctx, name, value);
	return refuse(ctx, "a line of no section: [theme], [palette] or [roles]");
}

/* --- files ------------------------------------------------------------------------------------ */

static void parse_init(struct parse *parse, struct theme *theme)
{
	memset(parse, 0, sizeof(*parse));
	memset(theme, 0, sizeof(*theme));
	parse->theme = theme;
}

/*
 * inih goes on after a mistake and tells the line of the first. Read up to there, the text has no
 * other, and the reason is that of this one; a line that inih itself refuses has none.
 */
static void explain(struct parse *parse, const char *text, int line)
{
	const char *end = text;
	char *part;

	while (line-- && *end)
		end += strcspn(end, "\n") + (end[strcspn(end, "\n")] == '\n');
	parse_init(parse, parse->theme);
	part = strndup(text, (size_t)(end - text));
	if (part)
		ini_parse_string(part, take_line, parse);
	free(part);
	if (!*parse->reason)
		refuse(parse, "not a line of a theme");
}

static void inherit(struct theme *theme)
{
	struct style *text = &theme->roles[ROLE_TEXT];

	text->fg = text->fg == COLOR_UNSET ? COLOR_TERMINAL : text->fg;
	text->bg = text->bg == COLOR_UNSET ? COLOR_TERMINAL : text->bg;
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		struct style *style = &theme->roles[i];

		style->fg = style->fg == COLOR_UNSET ? text->fg : style->fg;
		style->bg = style->bg == COLOR_UNSET ? text->bg : style->bg;
	}
}

int theme_parse(struct theme *theme, const char *name, const char *text, char *error,
		size_t error_cap)
{
	struct parse parse;
	int line;

	parse_init(&parse, theme);
	line = ini_parse_string(text, take_line, &parse);
	if (line < 0)
		snprintf(error, error_cap, "theme %s: out of memory", name);
	if (line < 0)
		return -ENOMEM;
	if (line) {
		explain(&parse, text, line);
		snprintf(error, error_cap, "theme %s, line %d: %s", name, line, parse.reason);
		return -EINVAL;
	}
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		if (!parse.seen[i]) {
			snprintf(error, error_cap, "theme %s: no line for '%s'", name,
				 role_names[i]);
			return -EINVAL;
		}
	}
	inherit(theme);
	return 0;
}
