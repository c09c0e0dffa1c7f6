/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of panes: what each shows of the model. */
#include <stdio.h>
#include <strings.h>
#include "columns.h"
#include "pane.h"

void group_digits(uint64_t number, char *out, size_t cap)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
	size_t at = 0;

	for (int i = 0; i < len && at + 2 < cap; i++) {
		if (i && (len - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
}

/* --- roles ------------------------------------------------------------------------------------ */

#define RECENT_NS 2000000000ULL /* how long a row that came or went stands out */

static bool is_recent(uint64_t ts_ns, const struct view_context *ctx)
{
	return ts_ns && ts_ns + RECENT_NS > ctx->now_ns;
}

/* Of a row that came at one time and ended at another; 0: not known, or not yet. */
static enum role age_role(uint64_t came_ns, uint64_t ended_ns, const struct view_context *ctx)
{
	if (ended_ns)
		return is_recent(ended_ns, ctx) ? ROLE_GONE : ROLE_DIM;
	return is_recent(came_ns, ctx) ? ROLE_NEW : ROLE_TEXT;
}

static enum role exec_role(const void *row, const struct view_context *ctx)
{
	const struct exec_row *exec = row;

	if (exec_row_is_ancestor(exec))
		return ROLE_DIM;
	/* That it has ended dims no exec: most have, a moment later. */
	return exec->ret ? ROLE_WARNING : age_role(exec->ts_ns, 0, ctx);
}

static enum role conn_role(const void *row, const struct view_context *ctx)
{
	const struct conn_row *conn = row;

	return conn->ret ? ROLE_WARNING : age_role(conn->opened_ns, conn->closed_ns, ctx);
}

static enum role process_role(const void *row, const struct view_context *ctx)
{
	const struct process_row *process = row;

	return age_role(process->owner.start_ns, process->ending.ended_ns, ctx);
}

/* One that no connect has reached stands out. */
static enum role remote_role(const void *row, const struct view_context *ctx)
{
	const struct remote_row *remote = row;
	const struct traffic *traffic = &remote->traffic;

	if (traffic->failed && traffic->failed == traffic->total)
		return ROLE_WARNING;
	if (!traffic->live)
		return ROLE_DIM;
	return traffic->total == 1 && is_recent(remote->ts_ns, ctx) ? ROLE_NEW : ROLE_TEXT;
}

/* The kernel turns connections away once more than the limit wait: sk_acceptq_is_full(). */
static enum role listener_role(const void *row, const struct view_context *ctx)
{
	const struct listener_row *listener = row;

	if (listener->backlog > listener->backlog_max)
		return ROLE_WARNING;
	return age_role(listener->opened_ns, 0, ctx);
}

/* --- rows ------------------------------------------------------------------------------------- */

static const struct table *exec_table(const struct model *model)
{
	return &model->execs;
}

static bool exec_match(const void *row, const struct filter *filter)
{
	return exec_row_match(row, filter);
}

static bool exec_lives(const void *row)
{
	const struct exec_row *exec = row;

	return !exec->ret && !exec->replaced_ns && !exec->ending.ended_ns;
}

static const struct table *conn_table(const struct model *model)
{
	return &model->conns;
}

static bool conn_match(const void *row, const struct filter *filter)
{
	return conn_row_match(row, filter);
}

static bool conn_passes(const void *row)
{
	return ((const struct conn_row *)row)->passes;
}

static bool conn_lives(const void *row)
{
	return !((const struct conn_row *)row)->closed_ns;
}

static void conn_count(const struct list *list, char *out, size_t cap)
{
	char live[24], closed[24];

	group_digits(list->n_living, live, sizeof(live));
	group_digits(list->found - list->n_living, closed, sizeof(closed));
	snprintf(out, cap, "%s live, %s closed", live, closed);
}

static const struct table *process_table(const struct model *model)
{
	return &model->processes;
}

static bool process_match(const void *row, const struct filter *filter)
{
	return process_row_match(row, filter);
}

static bool process_lives(const void *row)
{
	return !((const struct process_row *)row)->ending.ended_ns;
}

static uint64_t process_active(const void *row)
{
	return ((const struct process_row *)row)->ts_ns;
}

static void process_count(const struct list *list, char *out, size_t cap)
{
	char running[24], ended[24];

	group_digits(list->n_living, running, sizeof(running));
	group_digits(list->found - list->n_living, ended, sizeof(ended));
	snprintf(out, cap, "%s running, %s ended", running, ended);
}

static const struct table *remote_table(const struct model *model)
{
	return &model->remotes;
}

static bool remote_match(const void *row, const struct filter *filter)
{
	return remote_row_match(row, filter);
}

/* Nothing that is told of a remote changes by itself. */
static bool remote_lives(const void *row)
{
	(void)row;
	return false;
}

static uint64_t remote_active(const void *row)
{
	return ((const struct remote_row *)row)->ts_ns;
}

static const struct table *listener_table(const struct model *model)
{
	return &model->listeners;
}

static bool listener_match(const void *row, const struct filter *filter)
{
	return listener_row_match(row, filter);
}

static bool listener_lives(const void *row)
{
	(void)row;
	return true;
}

static void count_rows(const struct list *list, char *out, size_t cap)
{
	group_digits(list->found, out, cap);
}

const struct pane panes[PANE_COUNT] = {
	[PANE_EXECS] = { "execs", "Execs", "process executions", exec_columns, &n_exec_columns,
			 "time", exec_table, exec_match, NULL, exec_lives, exec_role, count_rows,
			 NULL },
	[PANE_CONNECTIONS] = { "connections", "Connections", "TCP connections", conn_columns,
			       &n_conn_columns, "opened", conn_table, conn_match, conn_passes,
			       conn_lives, conn_role, conn_count, NULL },
	[PANE_PROCESSES] = { "processes", "Processes", "processes that did anything",
			     process_columns, &n_process_columns, "rx_rate", process_table,
			     process_match, NULL, process_lives, process_role, process_count,
			     process_active },
	[PANE_REMOTES] = { "remotes", "Remotes", "remote addresses and ports connected to",
			   remote_columns, &n_remote_columns, "conns", remote_table, remote_match,
			   NULL, remote_lives, remote_role, count_rows, remote_active },
	[PANE_LISTENERS] = { "listeners", "Listeners", "listening TCP sockets", listener_columns,
			     &n_listener_columns, "lport", listener_table, listener_match, NULL,
			     listener_lives, listener_role, count_rows, NULL },
};

const struct pane *pane_find(const char *name)
{
	for (size_t i = 0; i < PANE_COUNT; i++)
		if (!strcmp(panes[i].name, name))
			return &panes[i];
	return NULL;
}

const struct column *pane_column(const struct pane *pane, const char *name)
{
	for (size_t i = 0; i < *pane->n_columns; i++)
		if (!strcmp(pane->columns[i].key, name))
			return &pane->columns[i];
	for (size_t i = 0; i < *pane->n_columns; i++)
		if (!strcasecmp(pane->columns[i].title, name))
			return &pane->columns[i];
	return NULL;
}
