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

/* After exitsnoop: a signal by its name, and no code then. */
static const struct classic classic_exit[] = {
	{ "comm", "COMM", 16, 0, ALIGN_LEFT, false },
	{ "pid", "PID", 6, 0, ALIGN_LEFT, false },
	{ "ppid", "PPID", 6, 0, ALIGN_LEFT, false },
	{ "duration_us", "DURATION_US", 11, 0, ALIGN_RIGHT, false },
	{ "exit_code", "EXIT", 0, 0, ALIGN_LEFT, true },
	{ .key = NULL },
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

/* The columns of bcc's tcpaccept */
static const struct classic classic_accept[] = {
	{ "pid", "PID", 6, 0, ALIGN_LEFT, false },
	{ "comm", "COMM", 12, 12, ALIGN_LEFT, false },
	{ "ip", "IP", 2, 0, ALIGN_LEFT, false },
	{ "raddr", "RADDR", 16, 0, ALIGN_LEFT, false },
	{ "rport", "RPORT", 5, 0, ALIGN_LEFT, false },
	{ "laddr", "LADDR", 16, 0, ALIGN_LEFT, false },
	{ "lport", "LPORT", 5, 0, ALIGN_LEFT, false },
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
	[EVENT_EXEC] = classic_exec,	   [EVENT_EXIT] = classic_exit,
	[EVENT_CONNECT] = classic_connect, [EVENT_ACCEPT] = classic_accept,
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

/* Adds the columns called by `names` that some pane of the kinds has. */
static void layout_add_names(struct layout *layout, unsigned kinds, const char *names)
{
	char name[64];

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

/* The fields of every one of the kinds, in order of first appearance. */
static void layout_of_union(struct layout *layout, unsigned kinds)
{
	layout->n = 0;
	for (size_t i = 0; i < n_stream_kinds; i++) {
		unsigned kind = 1U << stream_kinds[i].kind;

		if (kinds & kind)
			layout_add_names(layout, kind, stream_kinds[i].fields);
	}
}

/* `heads`, with the columns that `own` has of them. */
static void layout_from(struct layout *layout, const struct layout *heads, const struct layout *own)
{
	*layout = *heads;
	for (size_t i = 0; i < layout->n; i++) {
		struct field *field = &layout->fields[i];

		field->column = NULL;
		for (size_t j = 0; j < own->n && !field->column; j++) {
			if (!strcmp(own->fields[j].key, field->key))
				field->column = own->fields[j].column;
		}
	}
}

/* A kind's lines where the user chose no columns. */
static void layout_of_kind(struct layout *layout, const struct stream_kind *kind, unsigned kinds,
			   enum export_format format)
{
	struct layout heads, own = { .n = 0 };

	layout->n = 0;
	if (format == EXPORT_TEXT) {
		if (kinds & (kinds - 1))
			layout_add_classic(layout, &panes[kind->pane], classic_lead);
		layout_add_classic(layout, &panes[kind->pane], classics[kind->kind]);
		return;
	}
	layout_add_names(&own, 1U << kind->kind, kind->fields);
	if (format == EXPORT_CSV)
		layout_of_union(&heads, kinds);
	layout_from(layout, format == EXPORT_CSV ? &heads : &own, &own);
}

void layout_of_stream(struct layout *layouts, unsigned kinds, enum export_format format,
		      const char *columns)
{
	struct layout heads = { .n = 0 }, own;

	if (columns)
		layout_add_names(&heads, kinds, columns);
	for (size_t i = 0; i < n_stream_kinds; i++) {
		const struct stream_kind *kind = &stream_kinds[i];

		if (heads.n) {
			layout_of_pane(&own, &panes[kind->pane], 0);
			layout_from(&layouts[kind->kind], &heads, &own);
		} else {
			layout_of_kind(&layouts[kind->kind], kind, kinds, format);
		}
	}
}
