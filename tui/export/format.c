/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What formats are called, on the command line and at the end of a file name. */
#include <errno.h>
#include <string.h>
#include "writer.h"

static const struct {
	const char *name;
	const char *ending;
	const struct row_format *rows;
} formats[] = {
	[EXPORT_TEXT] = { "text", ".txt", &text_rows },
	[EXPORT_CSV] = { "csv", ".csv", &csv_rows },
	[EXPORT_JSON] = { "json", ".json", &json_rows },
};

#define N_FORMATS (sizeof(formats) / sizeof(formats[0]))

int export_format_parse(const char *name, enum export_format *out)
{
	for (size_t i = 0; i < N_FORMATS; i++) {
		if (!strcmp(name, formats[i].name)) {
			*out = (enum export_format)i;
			return 0;
		}
	}
	return -EINVAL;
}

int export_format_of_path(const char *path, enum export_format *out)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');

	for (size_t i = 0; dot && i < N_FORMATS; i++) {
		if (!strcasecmp(dot, formats[i].ending)) {
			*out = (enum export_format)i;
			return 0;
		}
	}
	return -EINVAL;
}

const struct row_format *row_format_of(enum export_format format)
{
	return formats[format].rows;
}
