/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>
#include "history.h"

void history_fini(struct history *history)
{
	for (size_t i = 0; i < history->n; i++)
		free(history->lines[i]);
	memset(history, 0, sizeof(*history));
}

static void drop(struct history *history, size_t index)
{
	free(history->lines[index]);
	history->n--;
	memmove(&history->lines[index], &history->lines[index + 1],
		(history->n - index) * sizeof(history->lines[0]));
}

void history_add(struct history *history, const char *line)
{
	char *copy = *line ? strdup(line) : NULL;

	if (!copy)
		return; /* without memory it is forgotten, no more */
	for (size_t i = history->n; i-- > 0;)
		if (!strcmp(history->lines[i], line))
			drop(history, i);
	if (history->n == HISTORY_MAX)
		drop(history, 0);
	history->lines[history->n++] = copy;
}

const char *history_get(const struct history *history, size_t back)
{
	return back && back <= history->n ? history->lines[history->n - back] : NULL;
}
