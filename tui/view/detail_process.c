/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of a process: of what it runs by now, or of one of its execs. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "detail_parts.h"

#define NETNS_MAX 8

/* What is known of it: at least one of these. */
struct subject {
	struct process_key key;
	const struct process_row *row;
	const struct exec_row *exec; /* the one the page is of; without one and a row: its last */
	struct process_row stranger; /* without any of these: what /proc tells */
};

static bool is_of(const struct exec_row *exec, struct process_key key)
{
	return exec->owner.pid == key.pid && exec->owner.start_ns == key.start_ns;
}

static const struct exec_row *last_exec(const struct model *model, struct process_key key)
{
	const struct exec_row *row, *last = NULL;

	TABLE_FOREACH(&model->execs, row)
		if (is_of(row, key) && (!last || row->id > last->id))
			last = row;
	return last;
}

static bool ask(struct subject *subject, const struct detail_from *from)
{
	struct owner *owner = &subject->stranger.owner;
	struct names_process told;

	if (!detail_proc(from, subject->key, &told))
		return false;
	owner->pid = subject->key.pid;
	owner->start_ns = told.start_ns;
	owner->ppid = told.ppid;
	memcpy(owner->comm, told.comm, sizeof(owner->comm));
	return true;
}

static bool find_subject(struct subject *subject, const struct detail_from *from,
			 const struct detail *detail)
{
	memset(subject, 0, sizeof(*subject));
	subject->key = detail->process;
	subject->row = detail_process(from->model, subject->key);
	if (detail->kind == DETAIL_EXEC)
		subject->exec = table_find(&from->model->execs, detail->id);
	if (!subject->row && !subject->exec)
		subject->exec = last_exec(from->model, subject->key);
	return subject->row || subject->exec || ask(subject, from);
}

static const struct owner *owner_of(const struct subject *subject)
{
	if (subject->exec)
		return &subject->exec->owner;
	return subject->row ? &subject->row->owner : &subject->stranger.owner;
}

/* --- how it is -------------------------------------------------------------------------------- */

/* What it does or did, and how long. */
static void say_lasting(struct page *page, uint64_t start_ns, uint64_t end_ns,
			const struct view_context *ctx, const char *how, enum role role)
{
	struct value life = { .type = VALUE_NUMBER,
			      .number = end_ns > start_ns ? (end_ns - start_ns) / 1000 : 0 };
	char span[16];

	value_text(life, FORMAT_SPAN, ctx, span, sizeof(span));
	detail_say(page, "STATE", role, "%s %s", how, span);
}

static void say_ended(struct page *page, uint64_t start_ns, const struct ending *ending,
		      const struct view_context *ctx)
{
	const char *name = sigabbrev_np(ending->signal);
	char how[48];

	if (!ending->signal)
		snprintf(how, sizeof(how), "exited with code %d after", ending->code);
	else if (name)
		snprintf(how, sizeof(how), "killed by SIG%s (%d) after", name, ending->signal);
	else
		snprintf(how, sizeof(how), "killed by signal %d after", ending->signal);
	say_lasting(page, start_ns, ending->ended_ns, ctx, how,
		    ending->signal || ending->code ? ROLE_WARNING : ROLE_TEXT);
}

static void say_state(struct page *page, const struct subject *subject,
		      const struct view_context *ctx)
{
	const struct exec_row *exec = subject->exec;
	const struct ending *ending = exec && !exec->ret ? &exec->ending
				      : subject->row	 ? &subject->row->ending
							 : NULL;
	uint64_t start_ns = owner_of(subject)->start_ns;

	if (exec && exec->replaced_ns)
		say_lasting(page, start_ns, exec->replaced_ns, ctx, "executed something else after",
			    ROLE_TEXT);
	else if (ending && ending->ended_ns)
		say_ended(page, start_ns, ending, ctx);
	else if (ending)
		say_lasting(page, start_ns, ctx->now_ns, ctx, "running for", ROLE_TEXT);
}

/* --- fields ----------------------------------------------------------------------------------- */

/* The network namespaces of its connections and listeners. */
static void say_netns(struct page *page, const struct model *model, const struct process_row *row)
{
	uint32_t netns[NETNS_MAX];
	const struct listener_row *listener = process_listener(model, row, NULL);
	const struct conn_row *conn = NULL;
	size_t n = 0;

	while ((conn = process_conn(model, row, conn))) {
		size_t i = 0;

		while (i < n && netns[i] != conn->netns)
			i++;
		if (i == n && n < NETNS_MAX)
			netns[n++] = conn->netns;
	}
	if (!n && listener)
		netns[n++] = listener->netns;
	for (size_t i = 0; i < n; i++)
		detail_say(page, "NETNS", ROLE_TEXT, "%" PRIu32, netns[i]);
}

static void add_fields(struct page *page, const struct detail_from *from,
		       const struct subject *subject)
{
	static const char *const lead[] = { "args", "filename", "ppid",	  "uid",
					    "gid",  "loginuid", "cgroup", NULL };
	static const char *const exec_lead[] = { "error", "args", "filename", "ppid",	"pcomm",
						 "uid",	  "gid",  "loginuid", "cgroup", NULL };
	static const char *const titled[] = { "pid", "comm", NULL };
	/* Of a stranger, the rest would be guessed. */
	static const char *const told[] = { "args", "ppid", "started", NULL };
	static const char *const times[] = { "started", "ended", NULL };

	if (subject->exec)
		detail_fields(page, from, &panes[PANE_EXECS], subject->exec, exec_lead, titled);
	else if (subject->row)
		detail_fields(page, from, &panes[PANE_PROCESSES], subject->row, lead, titled);
	else
		detail_fields(page, from, &panes[PANE_PROCESSES], &subject->stranger, told, NULL);
	if (!subject->row)
		return;
	if (subject->exec)
		detail_fields(page, from, &panes[PANE_PROCESSES], subject->row, times, NULL);
	say_netns(page, from->model, subject->row);
	detail_figures(page, from, &panes[PANE_PROCESSES], subject->row);
}

/* --- what it did ------------------------------------------------------------------------------ */

/* What the page itself is of. */
static uint64_t own_exec(const struct subject *subject)
{
	return subject->exec ? subject->exec->id : subject->row ? subject->row->exec_id : 0;
}

static void add_execs(struct page *page, const struct detail_from *from,
		      const struct subject *subject)
{
	static const struct detail_columns columns = { .keys = { "time", "error", "args" } };
	struct process_key key = { .start_ns = owner_of(subject)->start_ns,
				   .pid = subject->key.pid };
	struct detail_rows rows = { .n = 0 };
	const struct exec_row *row;

	TABLE_FOREACH(&from->model->execs, row)
		if (is_of(row, key) && row->id != own_exec(subject) &&
		    exec_row_match(row, from->filter))
			detail_rows_add(&rows, row, DETAIL_EXEC);
	if (!rows.n)
		return;
	page_heading(page, "Also executed");
	detail_rows_show(page, from, &panes[PANE_EXECS], &columns, &rows, NULL);
}

static void add_listeners(struct page *page, const struct detail_from *from,
			  const struct process_row *process)
{
	static const struct detail_columns columns = { .keys = { "laddr", "lport", "backlog",
								 "backlog_max", "accepts",
								 "accept_rate", "duration_us" } };
	const struct listener_row *row = NULL;
	struct detail_rows rows = { .n = 0 };

	while ((row = process_listener(from->model, process, row)))
		if (listener_row_match(row, from->filter))
			detail_rows_add(&rows, row, DETAIL_LISTENER);
	if (!rows.n)
		return;
	page_heading(page, "Listeners");
	detail_rows_show(page, from, &panes[PANE_LISTENERS], &columns, &rows, NULL);
}

void detail_owner(struct page *page, const struct detail_from *from,
		  const struct process_row *process)
{
	static const struct detail_columns columns = { .keys = { "pid", "uid", "comm", "args" } };
	struct detail_row row = { process, DETAIL_PROCESS, process ? process->id : 0 };

	if (!process)
		return;
	page_heading(page, "Process");
	detail_table(page, from, &panes[PANE_PROCESSES], &columns, &row, 1);
}

/* --- the page --------------------------------------------------------------------------------- */

bool detail_process_kept(const struct detail_from *from, const struct detail *detail)
{
	struct subject subject;

	return find_subject(&subject, from, detail);
}

void detail_process_fill(const struct detail_from *from, const struct detail *detail,
			 struct page *page)
{
	const struct owner *owner;
	struct subject subject;
	char title[64];

	if (!find_subject(&subject, from, detail))
		return;
	owner = owner_of(&subject);
	snprintf(title, sizeof(title), "PID %" PRIu32 " %.*s", owner->pid, EVENT_COMM_LEN,
		 owner->comm);
	page_set_title(page, title);
	say_state(page, &subject, from->ctx);
	add_fields(page, from, &subject);
	detail_ancestry(page, from, owner, subject.exec ? subject.exec->pcomm : NULL);
	add_execs(page, from, &subject);
	if (!subject.row)
		return;
	if (own_exec(&subject) != subject.row->exec_id)
		detail_owner(page, from, subject.row);
	add_listeners(page, from, subject.row);
	detail_process_conns(page, from, subject.row);
	detail_children(page, from, subject.row);
}
