/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_FUZZ_SHOW_H
#define CONNTOP_FUZZ_SHOW_H

/* All that a model is shown as, and what must hold of it. */
#include <json-c/json.h>
#include "export.h"
#include "fuzz.h"
#include "view.h"

/* What is shown, and how: chance picks. */
struct show {
	const struct model *model;
	const struct filterspec *spec;
	struct view_context ctx;
	struct source_host host;
	struct source_counts counts;
	uint8_t sort; /* column sorted by; the highest bit turns the order */
	uint8_t how;  /* SHOW_* */
	uint8_t rows, cols;
};

enum { SHOW_TREE = 0x1, SHOW_ALL_COLUMNS = 0x2, SHOW_ONE = 0x4, SHOW_SHIFT = 3 };

/* The rest of the fields, from the input. */
static inline void show_take(struct show *show, struct fuzz *fuzz)
{
	show->sort = fuzz_byte(fuzz);
	show->how = fuzz_byte(fuzz);
	show->rows = fuzz_byte(fuzz) % 60;
	show->cols = fuzz_byte(fuzz);
	show->ctx.charset = show->rows % 2 ? CHARSET_ASCII : CHARSET_UTF8;
	show->ctx.numeric = show->cols % 2;
}

/* That it is JSON. To json-c 0.18 bytes beyond ASCII, which are known to be right, are controls. */
static inline void show_check_json(const char *text, size_t len)
{
	struct json_tokener *tokener = json_tokener_new();
	char *ascii = malloc(len + 1);

	fuzz_require(tokener && ascii);
	for (size_t i = 0; i < len; i++)
		ascii[i] = (unsigned char)text[i] < 0x80 ? text[i] : '?';
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	json_object_put(json_tokener_parse_ex(tokener, ascii, (int)len));
	fuzz_require(json_tokener_get_error(tokener) == json_tokener_success);
	json_tokener_free(tokener);
	free(ascii);
}

/* What was written: UTF-8, no control but line ends; of JSON, that it is JSON. */
static inline void show_check(const char *text, size_t len, enum export_format format)
{
	fuzz_require(fuzz_is_safe(text, len, format == EXPORT_CSV ? "\r\n" : "\n"));
	if (format == EXPORT_JSON)
		show_check_json(text, len);
}

/* What a row of a list is sorted by. */
static inline struct value show_key(const struct show *show, const struct list *list, size_t at)
{
	const struct column *sort = list->sort;

	return (sort->order ? sort->order : sort->get)(list_row(list, at), &show->ctx);
}

/* The lists of a snapshot, whose rows are in the order asked for. */
static inline void show_fill(const struct show *show, struct list *lists)
{
	for (size_t i = 0; i < PANE_COUNT; i++) {
		const struct pane *pane = &panes[i];
		const struct column *columns[LIST_COLUMNS_MAX];
		struct list *list = &lists[i];

		list_init(list, pane);
		list->sort = &pane->columns[show->sort % 0x80 % *pane->n_columns];
		list->descending = show->sort & 0x80;
		if (show->how & SHOW_ALL_COLUMNS)
			list->n_columns = list_all_columns(list, columns);
		if (show->how & SHOW_ALL_COLUMNS)
			memcpy(list->columns, columns, list->n_columns * sizeof(columns[0]));
		if (show->how & SHOW_TREE && i == PANE_EXECS)
			fuzz_require(!list_set_tree(list, true));
		fuzz_require(!list_fill(list, show->model, &show->spec->filter, &show->ctx));
		for (size_t at = 1; at < list->n && !list->tree; at++) {
			int order = value_compare(show_key(show, list, at - 1),
						  show_key(show, list, at));

			fuzz_require(list->descending ? order >= 0 : order <= 0);
		}
	}
}

static inline void show_snapshot(const struct show *show)
{
	struct list lists[PANE_COUNT];
	struct snapshot snapshot = {
		.host = &show->host,
		.counts = &show->counts,
		.evicted = show->model->evicted,
		.filterspec = show->spec,
		.ctx = &show->ctx,
		.lists = lists,
		.pane = (show->how >> SHOW_SHIFT) % PANE_COUNT,
		.one_pane = show->how & SHOW_ONE,
	};

	show_fill(show, lists);
	for (int format = EXPORT_TEXT; format <= EXPORT_JSON; format++) {
		char *text = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);

		fuzz_require(out && !snapshot_write(&snapshot, format, out));
		fclose(out);
		show_check(text, len, format);
		free(text);
	}
	for (size_t i = 0; i < PANE_COUNT; i++)
		list_fini(&lists[i]);
}

/* The frame, of any size. */
static inline void show_frame(const struct show *show)
{
	struct view_summary summary = { .host = &show->host, .limits = "" };
	struct view *view = calloc(1, sizeof(*view));
	struct grid grid = { 0 };
	char row[256 * SANITIZE_GLYPH_MAX];

	fuzz_require(view && !grid_init(&grid, show->rows, show->cols, show->ctx.charset));
	view_init(view);
	if (show->how & SHOW_ONE)
		view_show_pane(view, (show->how >> SHOW_SHIFT) % PANE_COUNT);
	if (show->how & SHOW_TREE)
		fuzz_require(!list_set_tree(&view->panes[PANE_EXECS].list, true));
	fuzz_require(!view_update(view, show->model, &show->spec->filter, &show->ctx));
	view_summary_push(&summary, show->model);
	view_move(view, show->sort % 0x10);
	view_scroll(view, show->sort >> 4);
	view_mark(view);
	view_draw(view, &grid, show->model, &summary, show->spec, &show->ctx);
	for (int i = 0; i < grid.rows; i++)
		fuzz_require(fuzz_is_safe(row, grid_row_text(&grid, i, row, sizeof(row)), ""));
	view_fini(view);
	free(view);
	grid_fini(&grid);
}

static inline void show_all(const struct show *show)
{
	show_snapshot(show);
	show_frame(show);
}

#endif
