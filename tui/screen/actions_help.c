/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help: the keys as they are bound now, and what colours mean. */
#include <string.h>
#include "actions.h"

static void add_keys(const struct ui *ui, struct page *page)
{
	char keys[64];

	for (size_t i = 0; i < n_actions; i++) {
		if (actions[i].group)
			page_heading(page, actions[i].group);
		keymap_names(&ui->keymap, &actions[i], keys, sizeof(keys));
		/* What no key stands for cannot be done. */
		if (*keys)
			page_add(page, keys, actions[i].help, strlen(actions[i].help), ROLE_TEXT);
	}
}

/* Each meaning in its own look. */
static void add_legend(struct page *page)
{
	static const struct {
		enum role role;
		const char *meaning;
	} looks[] = {
		{ ROLE_NEW, "has just come" },
		{ ROLE_GONE, "has just closed or ended" },
		{ ROLE_DIM, "closed or ended before that" },
		{ ROLE_WARNING, "failed, or was lost" },
		{ ROLE_MARKED, "is of the process that is selected in another pane" },
		{ ROLE_MATCH, "has the text that was searched for" },
	};

	page_heading(page, "What rows look like that");
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		page_add(page, NULL, looks[i].meaning, strlen(looks[i].meaning), looks[i].role);
}

static void fill_help(struct ui *ui, struct page *page)
{
	add_keys(ui, page);
	add_legend(page);
}

static const struct cover_kind help_cover = { .fill = fill_help };

void action_help(struct ui *ui, int arg)
{
	(void)arg;
	if (ui->cover == &help_cover)
		cover_close(ui);
	else
		cover_open(ui, &help_cover, "Help: j k scroll, Esc closes");
}
