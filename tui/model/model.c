/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rolling tables, as a whole. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "tables.h"

/* Of each one row more than is kept: it comes before another goes for it. */
static int init_tables(struct model *model)
{
	size_t max = model->max_rows + 1;
	int err = table_init(&model->execs, max, sizeof(struct exec_row));

	if (!err)
		err = table_init(&model->conns, max, sizeof(struct conn_row));
	if (!err)
		err = table_init(&model->processes, max, sizeof(struct process_row));
	if (!err)
		err = table_init(&model->remotes, max, sizeof(struct remote_row));
	if (!err)
		err = table_init(&model->listeners, max, sizeof(struct listener_row));
	if (!err) /* a connection gives one back after it has got another */
		err = table_init(&model->owners, max + 1, sizeof(struct shared_owner));
	if (!err)
		err = index_init(&model->owners_index);
	if (!err)
		err = index_init(&model->remotes_index);
	if (!err)
		err = pids_init(model);
	return err;
}

struct model *model_new(size_t max_rows)
{
	struct model *model = calloc(1, sizeof(*model));

	if (!model)
		return NULL;
	model->max_rows = max_rows;
	if (!init_tables(model))
		return model;
	model_free(model);
	return NULL;
}

static void free_data(struct model *model)
{
	struct process_row *process;
	struct exec_row *exec;

	TABLE_FOREACH(&model->execs, exec)
		free(exec->data);
	TABLE_FOREACH(&model->processes, process)
		free(process->data);
}

void model_free(struct model *model)
{
	if (!model)
		return;
	free_data(model);
	table_fini(&model->execs);
	table_fini(&model->conns);
	table_fini(&model->processes);
	table_fini(&model->remotes);
	table_fini(&model->listeners);
	table_fini(&model->owners);
	index_fini(&model->owners_index);
	index_fini(&model->remotes_index);
	free(model->pids);
	free(model);
}

static int apply(struct model *model, const struct event *event)
{
	switch (event->kind) {
	case EVENT_EXEC:
		return exec_apply(model, (const struct exec_event *)event);
	case EVENT_EXIT:
		return exit_apply(model, (const struct exit_event *)event);
	case EVENT_LISTENER:
		return listener_apply(model, (const struct listen_event *)event);
	case EVENT_PASS:
		model_expire(model, event->ts_ns);
		return 0;
	default:
		return conn_apply(model, (const struct conn_event *)event);
	}
}

int model_apply(struct model *model, const struct event *event, size_t size)
{
	int err = event_valid(event, size) ? apply(model, event) : -EINVAL;

	if (err)
		model->dropped++;
	return err;
}

void model_expire(struct model *model, uint64_t pass_ns)
{
	model->missed = 0;
	conns_expire(model, pass_ns);
	listeners_expire(model, pass_ns);
	model->pass_ns = pass_ns;
}

void model_set_filter(struct model *model, const struct filter *filter)
{
	model->filter = *filter;
	model->filters++;
	if (filter->follow)
		follow_all(model);
	traffic_recount(model);
}
