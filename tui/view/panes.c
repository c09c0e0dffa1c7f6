/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of panes: what each shows of the model. */
#include <stdio.h>
#include <strings.h>
#include "columns.h"
#include "pane.h"

/* 1204 as "1,204". */
static void group_digits(uint64_t number, char *out, size_t cap)
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

static const void *exec_first(const struct model *model)
{
	return model->execs;
}

static const void *exec_next(const void *row)
{
	return ((const struct exec_row *)row)->hh.next;
}

static bool exec_match(const void *row, const struct filter *filter)
{
	return exec_row_match(row, filter);
}

static uint64_t exec_id(const void *row)
{
	return ((const struct exec_row *)row)->id;
}

static enum role exec_role(const void *row)
{
	return ((const struct exec_row *)row)->ret ? ROLE_WARNING : ROLE_TEXT;
}

static void exec_count(const struct list *list, char *out, size_t cap)
{
	group_digits(list->n, out, cap);
}

static const void *conn_first(const struct model *model)
{
	return model->conns;
}

static const void *conn_next(const void *row)
{
	return ((const struct conn_row *)row)->hh.next;
}

static bool conn_match(const void *row, const struct filter *filter)
{
	return conn_row_match(row, filter);
}

static uint64_t conn_id(const void *row)
{
	return ((const struct conn_row *)row)->id;
}

static enum role conn_role(const void *row)
{
	const struct conn_row *conn = row;

	if (conn->ret)
		return ROLE_WARNING;
	return conn->closed_ns ? ROLE_DIM : ROLE_TEXT;
}

size_t conns_living(const struct list *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += !((const struct conn_row *)list->items[i].row)->closed_ns;
	return n;
}

static void conn_count(const struct list *list, char *out, size_t cap)
{
	char live[24], closed[24];
	size_t n_live = conns_living(list);

	group_digits(n_live, live, sizeof(live));
	group_digits(list->n - n_live, closed, sizeof(closed));
	snprintf(out, cap, "%s live, %s closed", live, closed);
}

const struct pane panes[PANE_COUNT] = {
	[PANE_EXECS] = { "execs", "Execs", "process executions", exec_columns, &n_exec_columns,
			 "time", exec_first, exec_next, exec_match, exec_id, exec_role,
			 exec_count },
	[PANE_CONNECTIONS] = { "connections", "Connections", "TCP connections", conn_columns,
			       &n_conn_columns, "opened", conn_first, conn_next, conn_match,
			       conn_id, conn_role, conn_count },
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
