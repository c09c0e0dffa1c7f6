/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process, those that it descends from, in the tables or older than those, and its children. */
#include <string.h>
#include "detail_parts.h"

#define TICK_NS	      10000000ULL /* /proc tells the start of a process no better */
#define ANCESTORS_MAX 64

/* Whether both are the start of one process: its PID is the same. */
static bool is_same_start(uint64_t a_ns, uint64_t b_ns)
{
	return a_ns <= b_ns + 2 * TICK_NS && b_ns <= a_ns + 2 * TICK_NS;
}

const struct process_row *detail_process(const struct model *model, struct process_key key)
{
	const struct process_row *row = model_process(model, key);

	if (row)
		return row;
	do
		row = model_pid(model, key.pid, row);
	while (row && !is_same_start(row->key.start_ns, key.start_ns));
	return row;
}

bool detail_proc(const struct detail_from *from, struct process_key key, struct names_process *out)
{
	const struct view_context *ctx = from->ctx;

	return ctx->names && names_process(ctx->names, key.pid, ctx->now_ns, out) &&
	       is_same_start(out->start_ns, key.start_ns);
}

/* --- ancestors -------------------------------------------------------------------------------- */

/* One of them: a row, or the owner alone of one that has none. */
struct ancestor {
	const struct process_row *row;
	struct process_row stranger;
	bool known; /* more than its PID */
};

/* A process of that PID could have forked the child: it was there at that time. */
static bool was_there(const struct process_row *row, uint32_t pid, uint64_t child_ns)
{
	return row->key.pid == pid && row->key.start_ns <= child_ns &&
	       (!row->ending.ended_ns || row->ending.ended_ns >= child_ns);
}

/* The PID may have had several: the parent is the last of those before the child. */
static const struct process_row *find_parent(const struct model *model, const struct owner *child)
{
	const struct process_row *row = NULL, *found = NULL;

	while ((row = model_pid(model, child->ppid, row))) {
		if (!was_there(row, child->ppid, child->start_ns))
			continue;
		if (!found || row->key.start_ns > found->key.start_ns)
			found = row;
	}
	return found;
}

static bool ask_parent(const struct detail_from *from, const struct owner *child,
		       struct names_process *out)
{
	const struct view_context *ctx = from->ctx;

	return ctx->names && names_process(ctx->names, child->ppid, ctx->now_ns, out) &&
	       out->start_ns <= child->start_ns;
}

static void fill_parent(const struct detail_from *from, const struct owner *child,
			struct ancestor *out)
{
	struct owner *owner = &out->stranger.owner;
	struct names_process told;
	bool asked;

	memset(out, 0, sizeof(*out));
	out->row = find_parent(from->model, child);
	asked = ask_parent(from, child, &told);
	/* One in the tables may have ended unseen, and another have had its number after it. */
	if (out->row && asked && told.start_ns > out->row->key.start_ns + 2 * TICK_NS)
		out->row = NULL;
	out->known = out->row || asked;
	if (out->row)
		return;
	owner->pid = child->ppid;
	if (asked) {
		owner->start_ns = told.start_ns;
		owner->ppid = told.ppid;
		memcpy(owner->comm, told.comm, sizeof(owner->comm));
	}
}

static const struct process_row *row_of(const struct ancestor *ancestor)
{
	return ancestor->row ? ancestor->row : &ancestor->stranger;
}

static struct detail_row choice_of(const struct ancestor *ancestor)
{
	if (ancestor->row)
		return (struct detail_row){ ancestor->row, DETAIL_PROCESS, ancestor->row->id };
	if (ancestor->known)
		return (struct detail_row){ &ancestor->stranger, DETAIL_PID,
					    ancestor->stranger.owner.pid };
	return (struct detail_row){ &ancestor->stranger, DETAIL_NONE, 0 };
}

void detail_ancestry(struct page *page, const struct detail_from *from, const struct owner *owner,
		     const char *pcomm)
{
	static const struct detail_columns columns = { .keys = { "pid", "comm", "args" } };
	struct ancestor ancestors[ANCESTORS_MAX];
	struct detail_row rows[ANCESTORS_MAX];
	size_t n = 0;

	while (n < ANCESTORS_MAX && owner->ppid) {
		fill_parent(from, owner, &ancestors[n]);
		/* That much its child told. */
		if (!n && !ancestors[n].known && pcomm)
			memcpy(ancestors[n].stranger.owner.comm, pcomm, EVENT_COMM_LEN);
		owner = &row_of(&ancestors[n++])->owner;
	}
	if (!n)
		return;
	for (size_t i = 0; i < n; i++)
		rows[n - 1 - i] = choice_of(&ancestors[i]);
	page_heading(page, "Ancestry");
	detail_table(page, from, &panes[PANE_PROCESSES], &columns, rows, n);
}

/* --- children --------------------------------------------------------------------------------- */

void detail_children(struct page *page, const struct detail_from *from,
		     const struct process_row *process)
{
	static const struct detail_columns columns = { .keys = { "pid", "live", "duration_us",
								 "exit_code", "comm", "args" },
						       .spare = { "live", "comm" } };
	struct detail_rows rows = { .n = 0 };
	const struct process_row *row;

	TABLE_FOREACH(&from->model->processes, row)
		if (was_there(process, row->owner.ppid, row->owner.start_ns) &&
		    process_row_match(row, from->filter))
			detail_rows_add(&rows, row, DETAIL_PROCESS);
	if (!rows.n)
		return;
	detail_say(page, NULL, ROLE_HEADER, "Children: %zu", rows.n);
	detail_rows_show(page, from, &panes[PANE_PROCESSES], &columns, &rows, NULL);
}
