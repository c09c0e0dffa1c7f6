/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshots: the panes as they stand, and what they were taken of. */
#include <errno.h>
#include <json-c/json.h>
#include <string.h>
#include "version.h"
#include "writer.h"

#define TEXT_LINES_MAX 64 /* columns of a tree's lines */

/* The figures of a kind. */
enum count { COUNT_SEEN, COUNT_FILTERED, COUNT_LOST, COUNT_EVICTED, N_COUNTS };

static const char *const count_names[N_COUNTS] = { "seen", "filtered", "lost", "evicted" };

static uint64_t count_of(const struct snapshot *snapshot, enum count count, size_t kind)
{
	const struct event_counts *counts = &snapshot->counts->kinds[kind];

	switch (count) {
	case COUNT_SEEN:
		return counts->seen;
	case COUNT_FILTERED:
		return counts->filtered;
	case COUNT_LOST:
		return counts->lost;
	default:
		return snapshot->evicted ? snapshot->evicted[kind] : 0;
	}
}

/* For scripts an ancestor in a tree is no row: it is no exec. */
static bool is_for_people_only(const struct list *list, size_t at)
{
	return list->tree && exec_row_is_ancestor(list_row(list, at));
}

/* The row at an index, and what of a tree's lines stands before it. */
static const void *text_list_row(struct writer *writer, const struct list *list, size_t at)
{
	list_branch(list, at, writer->ctx->charset, TEXT_LINES_MAX, writer->branch);
	return list_row(list, at);
}

/* The rows are at hand, unlike those of a stream: columns are as wide as they need. */
static void text_list(struct writer *writer, struct layout *layout, const struct list *list)
{
	writer->tree = list_tree_column(list);
	for (size_t i = 0; i < list->n; i++)
		text_widen(writer, layout, text_list_row(writer, list, i));
	writer_header(writer, &text_rows, layout);
	for (size_t i = 0; i < list->n && !writer->error; i++)
		writer_row(writer, &text_rows, layout, text_list_row(writer, list, i));
	writer->tree = NULL;
}

/* All that a pane knows, or what was chosen. */
static void snapshot_layout(struct layout *layout, const struct list *list)
{
	if (list->columns_chosen)
		layout_of_list(layout, list);
	else
		layout_of_pane(layout, list->pane, COLUMN_STREAM);
}

/* --- text --- */

static void text_line(struct writer *writer, const char *name, const char *text, size_t len)
{
	writer_printf(writer, "%-8s ", name);
	writer_put_safe(writer, text, len);
	writer_put(writer, "\n", 1);
}

static void text_counts(struct writer *writer, const struct snapshot *snapshot, enum count count)
{
	const char *comma = "";

	writer_printf(writer, "%-8s", count_names[count]);
	for (size_t kind = 0; kind < EVENT_KINDS; kind++) {
		const char *name = event_kind_name((enum event_kind)kind);

		if (!name)
			continue;
		writer_printf(writer, "%s %s %llu", comma, name,
			      (unsigned long long)count_of(snapshot, count, kind));
		comma = ",";
	}
	writer_put(writer, "\n", 1);
}

static void text_head(struct writer *writer, const struct snapshot *snapshot)
{
	size_t len;

	text_line(writer, "conntop", CONNTOP_VERSION, strlen(CONNTOP_VERSION));
	text_line(writer, "host", snapshot->host->name, strlen(snapshot->host->name));
	text_line(writer, "kernel", snapshot->host->release, strlen(snapshot->host->release));
	len = writer_now(writer);
	text_line(writer, "time", writer->cell, len);
	filterspec_format(snapshot->filterspec, writer->cell, sizeof(writer->cell));
	if (*writer->cell)
		text_line(writer, "filter", writer->cell, strlen(writer->cell));
	for (size_t i = 0; i < N_COUNTS; i++)
		text_counts(writer, snapshot, i);
	if (snapshot->counts->missed)
		writer_printf(writer, "%-8s %llu\n", "missed",
			      (unsigned long long)snapshot->counts->missed);
}

static void snapshot_text(struct writer *writer, const struct snapshot *snapshot)
{
	struct layout layout;
	char count[64];

	text_head(writer, snapshot);
	for (size_t i = 0; i < PANE_COUNT; i++) {
		const struct list *list = &snapshot->lists[i];

		if (snapshot->one_pane && i != snapshot->pane)
			continue;
		list->pane->count(list, count, sizeof(count));
		writer_printf(writer, "\n%s: %s\n", list->pane->title, count);
		layout_of_list(&layout, list);
		text_list(writer, &layout, list);
	}
}

/* --- CSV --- */

static void snapshot_csv(struct writer *writer, const struct snapshot *snapshot)
{
	const struct list *list = &snapshot->lists[snapshot->pane];
	struct layout layout;

	snapshot_layout(&layout, list);
	writer_header(writer, &csv_rows, &layout);
	for (size_t i = 0; i < list->n && !writer->error; i++)
		if (!is_for_people_only(list, i))
			writer_row(writer, &csv_rows, &layout, list_row(list, i));
}

/* --- JSON: written piece by piece, as the rows of a full table would fill the memory --- */

static void json_member(struct writer *writer, const char *name, struct json_object *value)
{
	writer_printf(writer, "\"%s\":", name);
	json_put(writer, value);
	writer_puts(writer, ",\n");
}

static struct json_object *json_filters(struct writer *writer, const struct filterspec *spec)
{
	struct json_object *filters = json_new_object(writer);

	for (size_t i = 0; i < FILTER_DIMENSIONS; i++) {
		const char *text = spec->text[i];

		json_add(writer, filters, filter_dimensions[i].name,
			 *text ? json_text(writer, text, strlen(text)) : NULL);
	}
	json_add(writer, filters, "follow", json_flag(writer, spec->filter.follow));
	return filters;
}

static struct json_object *json_events(struct writer *writer, const struct snapshot *snapshot)
{
	struct json_object *events = json_new_object(writer);

	for (size_t i = 0; i < N_COUNTS; i++) {
		struct json_object *kinds = json_new_object(writer);

		for (size_t kind = 0; kind < EVENT_KINDS; kind++) {
			const char *name = event_kind_name((enum event_kind)kind);

			if (name)
				json_add(writer, kinds, name,
					 json_number(writer, count_of(snapshot, i, kind)));
		}
		json_add(writer, events, count_names[i], kinds);
	}
	json_add(writer, events, "missed", json_number(writer, snapshot->counts->missed));
	return events;
}

static void json_list_rows(struct writer *writer, const struct list *list)
{
	const char *comma = "\n";
	struct layout layout;

	snapshot_layout(&layout, list);
	writer_printf(writer, "\"%s\":[", list->pane->name);
	for (size_t i = 0; i < list->n && !writer->error; i++) {
		if (is_for_people_only(list, i))
			continue;
		writer_puts(writer, comma);
		comma = ",\n";
		json_rows.row(writer, &layout, list_row(list, i));
	}
	writer_puts(writer, "]");
}

static void snapshot_json(struct writer *writer, const struct snapshot *snapshot)
{
	const struct source_host *host = snapshot->host;
	size_t len;

	writer_puts(writer, "{");
	json_member(writer, "conntop", json_text(writer, CONNTOP_VERSION, strlen(CONNTOP_VERSION)));
	len = writer_now(writer);
	json_member(writer, "time", json_text(writer, writer->cell, len));
	json_member(writer, "host", json_text(writer, host->name, strlen(host->name)));
	json_member(writer, "kernel", json_text(writer, host->release, strlen(host->release)));
	json_member(writer, "filters", json_filters(writer, snapshot->filterspec));
	json_member(writer, "events", json_events(writer, snapshot));
	for (size_t i = 0; i < PANE_COUNT; i++) {
		writer_puts(writer, i ? ",\n" : "");
		json_list_rows(writer, &snapshot->lists[i]);
	}
	writer_puts(writer, "}\n");
}

int snapshot_write(const struct snapshot *snapshot, enum export_format format, FILE *out)
{
	static void (*const write[])(struct writer *, const struct snapshot *) = {
		[EXPORT_TEXT] = snapshot_text,
		[EXPORT_CSV] = snapshot_csv,
		[EXPORT_JSON] = snapshot_json,
	};
	struct writer writer;

	writer_init(&writer, out, snapshot->ctx);
	write[format](&writer, snapshot);
	if (!writer_hand_over(&writer) && fflush(out))
		writer.error = -errno;
	return writer.error;
}
