/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which fields a row has on its way out. */
#include <string.h>
#include "writer.h"

/* The layouts that users of the classic tools know, and parse; others follow their manner. */
struct classic {
	const char *key;
	const char *title;
	uint8_t width;
	uint8_t cut;
	enum column_align align;
	bool shown; /* as people see it, not as scripts read it */
};

/* libbpf-tools/execsnoop: %-16s %-6d %-6d %3d %s */
static const struct classic classic_exec[] = {
	{ "pcomm", "PCOMM", 16, 0, ALIGN_LEFT, false }, { "pid", "PID", 6, 0, ALIGN_LEFT, false },
	{ "ppid", "PPID", 6, 0, ALIGN_LEFT, false },	{ "ret", "RET", 3, 0, ALIGN_RIGHT, false },
	{ "args", "ARGS", 0, 0, ALIGN_LEFT, true },	{ .key = NULL },
};

/* libbpf-tools/tcpconnect: %-6d %-12.12s %-2d %-16s %-16s %-4d */
static const struct classic classic_connect[] = {
	{ "pid", "PID", 6, 0, ALIGN_LEFT, false },
	{ "comm", "COMM", 12, 12, ALIGN_LEFT, false },
	{ "ip", "IP", 2, 0, ALIGN_LEFT, false },
	{ "laddr", "SADDR", 16, 0, ALIGN_LEFT, false },
	{ "raddr", "DADDR", 16, 0, ALIGN_LEFT, false },
	{ "rport", "DPORT", 4, 0, ALIGN_LEFT, false },
	{ .key = NULL },
};

/* After tcplife, in bytes and microseconds. */
static const struct classic classic_close[] = {
	{ "pid", "PID", 6, 0, ALIGN_LEFT, false },
	{ "comm", "COMM", 12, 12, ALIGN_LEFT, false },
	{ "ip", "IP", 2, 0, ALIGN_LEFT, false },
	{ "laddr", "LADDR", 16, 0, ALIGN_LEFT, false },
	{ "lport", "LPORT", 5, 0, ALIGN_LEFT, false },
	{ "raddr", "RADDR", 16, 0, ALIGN_LEFT, false },
	{ "rport", "RPORT", 5, 0, ALIGN_LEFT, false },
	{ "tx_bytes", "TX_BYTES", 10, 0, ALIGN_RIGHT, false },
	{ "rx_bytes", "RX_BYTES", 10, 0, ALIGN_RIGHT, false },
	{ "duration_us", "DURATION_US", 11, 0, ALIGN_RIGHT, false },
	{ .key = NULL },
};

static const struct classic *const classics[EVENT_KINDS] = {
	[EVENT_EXEC] = classic_exec,
	[EVENT_CONNECT] = classic_connect,
	[EVENT_CLOSE] = classic_close,
};

/* What tells the lines of several kinds apart. */
static const struct classic classic_lead[] = {
	{ "time", "TIME", 12, 0, ALIGN_LEFT, true },
	{ "event", "EVENT", 7, 0, ALIGN_LEFT, false },
	{ .key = NULL },
};

static void layout_add(struct layout *layout, struct field field)
{
	if (layout->n < LAYOUT_FIELDS_MAX)
		layout->fields[layout->n++] = field;
}

/* Adds what `like` describes, from a pane's `column` (NULL: it has none), unless it is there. */
static void layout_add_column(struct layout *layout, const struct column *like,
			      const struct column *column)
{
	for (size_t i = 0; i < layout->n; i++) {
		if (!strcmp(layout->fields[i].key, like->key))
			return;
	}
	layout_add(layout, (struct field){
				   .column = column,
				   .key = like->key,
				   .title = like->title,
				   .width = like->width,
				   .align = like->align,
			   });
}

void layout_of_pane(struct layout *layout, const struct pane *pane, unsigned without)
{
	layout->n = 0;
	for (size_t i = 0; i < *pane->n_columns; i++) {
		const struct column *column = &pane->columns[i];

		if (!(column->flags & without))
			layout_add_column(layout, column, column);
	}
}

void layout_of_list(struct layout *layout, const struct list *list)
{
	layout->n = 0;
	for (size_t i = 0; i < list->n_columns; i++)
		layout_add_column(layout, list->columns[i], list->columns[i]);
}

bool layout_same_header(const struct layout *a, const struct layout *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (strcmp(a->fields[i].title, b->fields[i].title))
			return false;
	}
	return true;
}

static void layout_add_classic(struct layout *layout, const struct pane *pane,
			       const struct classic *classic)
{
	for (; classic->key; classic++)
		layout_add(layout, (struct field){
					   .column = pane_column(pane, classic->key),
					   .key = classic->key,
					   .title = classic->title,
					   .width = classic->width,
					   .cut = classic->cut,
					   .align = classic->align,
					   .raw = !classic->shown,
				   });
}

/* Adds the column called `name`, from the first of the kinds' panes that has one. */
static void layout_add_named(struct layout *layout, unsigned kinds, const char *name)
{
	const struct column *column = NULL;

	for (size_t i = 0; i < n_stream_kinds && !column; i++) {
		if (kinds & 1U << stream_kinds[i].kind)
			column = pane_column(&panes[stream_kinds[i].pane], name);
	}
	if (column)
		layout_add_column(layout, column, column);
}

/* The columns called by `names` that some pane of the kinds has. */
static void layout_of_names(struct layout *layout, unsigned kinds, const char *names)
{
	char name[64];

	layout->n = 0;
	while (*names) {
		size_t len;

		names += strspn(names, ", ");
		len = strcspn(names, ", ");
		if (len && len < sizeof(name)) {
			memcpy(name, names, len);
			name[len] = '\0';
			layout_add_named(layout, kinds, name);
		}
		names += len;
	}
}

/* Every column of every pane of the kinds, in order of first appearance. */
static void layout_of_union(struct layout *layout, unsigned kinds)
{
	layout->n = 0;
	for (size_t i = 0; i < n_stream_kinds; i++) {
		const struct pane *pane = &panes[stream_kinds[i].pane];

		if (!(kinds & 1U << stream_kinds[i].kind))
			continue;
		for (size_t j = 0; j < *pane->n_columns; j++)
			layout_add_column(layout, &pane->columns[j], &pane->columns[j]);
	}
}

/* `heads`, from the columns of one pane. */
static void layout_from(struct layout *layout, const struct layout *heads, const struct pane *pane)
{
	*layout = *heads;
	for (size_t i = 0; i < layout->n; i++) {
		struct field *field = &layout->fields[i];

		field->column = NULL;
		for (size_t j = 0; j < *pane->n_columns && !field->column; j++) {
			if (!strcmp(pane->columns[j].key, field->key))
				field->column = &pane->columns[j];
		}
	}
}

void layout_of_stream(struct layout *layouts, unsigned kinds, enum export_format format,
		      const char *columns)
{
	struct layout heads = { .n = 0 };

	if (columns)
		layout_of_names(&heads, kinds, columns);
	if (!heads.n && format == EXPORT_CSV)
		layout_of_union(&heads, kinds);
	for (size_t i = 0; i < n_stream_kinds; i++) {
		const struct pane *pane = &panes[stream_kinds[i].pane];
		struct layout *layout = &layouts[stream_kinds[i].kind];

		layout->n = 0;
		if (heads.n) {
			layout_from(layout, &heads, pane);
		} else if (format == EXPORT_JSON) {
			layout_of_pane(layout, pane, 0);
		} else {
			if (kinds & (kinds - 1))
				layout_add_classic(layout, pane, classic_lead);
			layout_add_classic(layout, pane, classics[stream_kinds[i].kind]);
		}
	}
}
