/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a detail is of, and the pages of connections, remote ends and listeners. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include "detail_parts.h"

/* --- finding rows ----------------------------------------------------------------------------- */

static const struct conn_row *find_conn(const struct model *model, uint64_t id)
{
	return table_find(&model->conns, id);
}

static const struct listener_row *find_listener(const struct model *model, uint64_t id)
{
	return table_find(&model->listeners, id);
}

static const struct remote_row *find_remote(const struct model *model, uint64_t id)
{
	return table_find(&model->remotes, id);
}

/* --- titles ----------------------------------------------------------------------------------- */

#define END_MAX (INET6_ADDRSTRLEN + 16)

/* 192.0.2.80:443 or [2001:db8::1]:443 */
static const char *end_text(char out[END_MAX], const uint8_t *addr, uint8_t ip, uint16_t port)
{
	char text[INET6_ADDRSTRLEN] = "";

	inet_ntop(ip == 6 ? AF_INET6 : AF_INET, addr, text, sizeof(text));
	snprintf(out, END_MAX, ip == 6 ? "[%s]:%u" : "%s:%u", text, port);
	return out;
}

static void title_conn(struct page *page, const struct conn_row *conn,
		       const struct view_context *ctx)
{
	static const char *const arrows[2][2] = {
		[CHARSET_UTF8] = { [CONN_OUT] = "\u2192", [CONN_IN] = "\u2190" },
		[CHARSET_ASCII] = { [CONN_OUT] = "->", [CONN_IN] = "<-" },
	};
	char title[2 * END_MAX + 16], left[END_MAX], right[END_MAX];

	snprintf(title, sizeof(title), "%s %s %s",
		 end_text(left, conn->laddr, conn->ip, conn->lport),
		 arrows[ctx->charset][conn->direction == CONN_IN],
		 end_text(right, conn->raddr, conn->ip, conn->rport));
	page_set_title(page, title);
}

/* --- pages ------------------------------------------------------------------------------------ */

static const char *const none[] = { NULL };

static bool conn_kept(const struct detail_from *from, const struct detail *detail)
{
	return find_conn(from->model, detail->id);
}

static void add_listener(struct page *page, const struct detail_from *from,
			 const struct conn_row *conn)
{
	static const struct detail_columns columns = { .keys = { "pid", "comm", "laddr", "lport",
								 "accepts" } };
	const struct listener_row *listener = detail_listener_of(from, conn);
	struct detail_row row = { listener, DETAIL_LISTENER, listener ? listener->id : 0 };

	if (!listener)
		return;
	page_heading(page, "Listener");
	detail_table(page, from, &panes[PANE_LISTENERS], &columns, &row, 1);
}

static void add_remote(struct page *page, const struct detail_from *from,
		       const struct remote_row *remote)
{
	static const struct detail_columns columns = { .keys = { "raddr", "rport", "live", "conns",
								 "failed" } };
	struct detail_row row = { remote, DETAIL_REMOTE, remote ? remote->id : 0 };

	if (!remote)
		return;
	page_heading(page, "Remote");
	detail_table(page, from, &panes[PANE_REMOTES], &columns, &row, 1);
}

static void conn_fill(const struct detail_from *from, const struct detail *detail,
		      struct page *page)
{
	/* What is left is the owner's. */
	static const char *const lead[] = { "state", "error", "direction", "laddr",  "lport",
					    "raddr", "rport", "opened",	   "closed", "time",
					    "ip",    "proto", "netns",	   NULL };
	const struct conn_row *conn = find_conn(from->model, detail->id);

	title_conn(page, conn, from->ctx);
	detail_fields(page, from, &panes[PANE_CONNECTIONS], conn, lead,
		      conn->process ? NULL : none);
	detail_figures(page, from, &panes[PANE_CONNECTIONS], conn);
	detail_owner(page, from, table_at(&from->model->processes, conn->process));
	add_listener(page, from, conn);
	add_remote(page, from, table_at(&from->model->remotes, conn->remote));
}

static bool remote_kept(const struct detail_from *from, const struct detail *detail)
{
	return find_remote(from->model, detail->id);
}

static void remote_fill(const struct detail_from *from, const struct detail *detail,
			struct page *page)
{
	static const char *const lead[] = { "raddr", "rport", NULL };
	const struct remote_row *remote = find_remote(from->model, detail->id);
	char title[END_MAX + 16], end[END_MAX];

	snprintf(title, sizeof(title), "Remote %s",
		 end_text(end, remote->raddr, remote->ip, remote->rport));
	page_set_title(page, title);
	detail_fields(page, from, &panes[PANE_REMOTES], remote, lead, none);
	detail_figures(page, from, &panes[PANE_REMOTES], remote);
	detail_remote_conns(page, from, remote);
}

static bool listener_kept(const struct detail_from *from, const struct detail *detail)
{
	return find_listener(from->model, detail->id);
}

static void listener_fill(const struct detail_from *from, const struct detail *detail,
			  struct page *page)
{
	static const char *const lead[] = { "laddr", "lport", "ip", "netns", "opened", NULL };
	const struct listener_row *listener = find_listener(from->model, detail->id);
	char title[END_MAX + 16], end[END_MAX];

	snprintf(title, sizeof(title), "Listener %s",
		 end_text(end, listener->laddr, listener->ip, listener->lport));
	page_set_title(page, title);
	detail_fields(page, from, &panes[PANE_LISTENERS], listener, lead,
		      listener->process ? NULL : none);
	detail_figures(page, from, &panes[PANE_LISTENERS], listener);
	detail_owner(page, from, table_at(&from->model->processes, listener->process));
	detail_listener_conns(page, from, listener);
}

static const struct {
	bool (*kept)(const struct detail_from *from, const struct detail *detail);
	void (*fill)(const struct detail_from *from, const struct detail *detail,
		     struct page *page);
} kinds[DETAIL_KINDS] = {
	[DETAIL_PROCESS] = { detail_process_kept, detail_process_fill },
	[DETAIL_EXEC] = { detail_process_kept, detail_process_fill },
	[DETAIL_CONN] = { conn_kept, conn_fill },
	[DETAIL_REMOTE] = { remote_kept, remote_fill },
	[DETAIL_LISTENER] = { listener_kept, listener_fill },
};

bool detail_is_kept(const struct detail_from *from, const struct detail *detail)
{
	return kinds[detail->kind].kept && kinds[detail->kind].kept(from, detail);
}

void detail_fill(const struct detail_from *from, const struct detail *detail, struct page *page)
{
	if (detail_is_kept(from, detail))
		kinds[detail->kind].fill(from, detail, page);
}

/* --- what a detail is of ---------------------------------------------------------------------- */

static struct detail of_process(uint32_t pid, uint64_t start_ns)
{
	return (struct detail){ .kind = DETAIL_PROCESS,
				.process = { .start_ns = start_ns, .pid = pid } };
}

static struct detail of_exec(const struct exec_row *exec)
{
	struct detail detail = of_process(exec->owner.pid, exec->owner.start_ns);

	if (exec_row_is_ancestor(exec))
		return detail;
	detail.kind = DETAIL_EXEC;
	detail.id = exec->id;
	return detail;
}

struct detail detail_of_row(enum pane_id pane, const void *row)
{
	static const enum detail_kind of_pane[PANE_COUNT] = {
		[PANE_CONNECTIONS] = DETAIL_CONN,
		[PANE_REMOTES] = DETAIL_REMOTE,
		[PANE_LISTENERS] = DETAIL_LISTENER,
	};
	const struct process_row *process = row;

	if (pane == PANE_EXECS)
		return of_exec(row);
	if (pane == PANE_PROCESSES)
		return of_process(process->key.pid, process->key.start_ns);
	return (struct detail){ .kind = of_pane[pane], .id = table_id(row) };
}

static struct detail of_process_id(const struct model *model, uint64_t id)
{
	const struct process_row *row = table_find(&model->processes, id);

	return row ? of_process(row->key.pid, row->key.start_ns) : (struct detail){ 0 };
}

static struct detail of_exec_id(const struct model *model, uint64_t id)
{
	const struct exec_row *row = table_find(&model->execs, id);

	return row ? of_exec(row) : (struct detail){ 0 };
}

static struct detail of_pid(const struct view_context *ctx, uint32_t pid)
{
	struct names_process told;

	if (!ctx->names || !names_process(ctx->names, pid, ctx->now_ns, &told))
		return (struct detail){ 0 };
	return of_process(pid, told.start_ns);
}

struct detail detail_of_choice(const struct detail_from *from, const struct page_line *line)
{
	struct detail detail = { .kind = line->what, .id = line->id };

	if (line->what == DETAIL_PROCESS)
		detail = of_process_id(from->model, line->id);
	else if (line->what == DETAIL_PID)
		detail = of_pid(from->ctx, line->id);
	else if (line->what == DETAIL_EXEC)
		detail = of_exec_id(from->model, line->id);
	if (!detail_is_kept(from, &detail))
		detail.kind = DETAIL_NONE;
	return detail;
}
