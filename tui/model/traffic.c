/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What connections add to their processes and remotes. */
#include <string.h>
#include "tables.h"

/* What the connection amounts to by itself. */
static struct traffic traffic_of(const struct conn_row *row)
{
	return (struct traffic){
		.total = 1,
		.live = !row->closed_ns,
		.failed = row->ret != 0,
		.tx_bytes = row->tx_bytes,
		.rx_bytes = row->rx_bytes,
		.tx_rate = row->tx_rate,
		.rx_rate = row->rx_rate,
	};
}

static void add(struct traffic *sum, const struct traffic *part)
{
	sum->total += part->total;
	sum->live += part->live;
	sum->failed += part->failed;
	sum->tx_bytes += part->tx_bytes;
	sum->rx_bytes += part->rx_bytes;
	sum->tx_rate += part->tx_rate;
	sum->rx_rate += part->rx_rate;
}

static void subtract(struct traffic *sum, const struct traffic *part)
{
	sum->total -= part->total;
	sum->live -= part->live;
	sum->failed -= part->failed;
	sum->tx_bytes -= part->tx_bytes;
	sum->rx_bytes -= part->rx_bytes;
	sum->tx_rate -= part->tx_rate;
	sum->rx_rate -= part->rx_rate;
}

/* Whether it says how long a connect takes, and how long that was. */
static bool latency_us(const struct conn_row *row, uint64_t *latency)
{
	if (!row->opened_ns || row->established_ns < row->opened_ns)
		return false;
	*latency = (row->established_ns - row->opened_ns) / 1000;
	return true;
}

/* What a connection is counted by; NULL: none. */
struct sides {
	struct process_row *process;
	struct remote_row *remote;
};

static struct sides sides_of(const struct model *model, const struct conn_row *row)
{
	return (struct sides){ conn_process(model, row), conn_remote(model, row) };
}

/* Both sides have one more that lives (1), or one less (-1). */
static void count_living(struct sides sides, const struct conn_row *row, int one)
{
	if (row->closed_ns)
		return;
	if (sides.process)
		sides.process->living += one;
	if (sides.remote)
		sides.remote->living += one;
}

/* Counts what the filter lets through, and remembers that it did. */
static void count(struct model *model, struct sides sides, struct conn_row *row)
{
	const struct traffic part = traffic_of(row);
	uint64_t latency;

	row->passes = conn_row_passes(row, shared_owner(row->owner)->passes, &model->filter);
	if (!row->passes)
		return;
	model->living.n += part.live;
	model->living.rate += part.tx_rate + part.rx_rate;
	if (sides.process)
		add(&sides.process->traffic, &part);
	if (!sides.remote)
		return;
	add(&sides.remote->traffic, &part);
	if (latency_us(row, &latency)) {
		sides.remote->latency_sum_us += latency;
		sides.remote->latencies++;
	}
}

/* The same, backwards: nothing of the row has changed since. */
static void discount(struct model *model, struct sides sides, const struct conn_row *row)
{
	const struct traffic part = traffic_of(row);
	uint64_t latency;

	if (!row->passes)
		return;
	model->living.n -= part.live;
	model->living.rate -= part.tx_rate + part.rx_rate;
	if (sides.process)
		subtract(&sides.process->traffic, &part);
	if (!sides.remote)
		return;
	subtract(&sides.remote->traffic, &part);
	if (latency_us(row, &latency)) {
		sides.remote->latency_sum_us -= latency;
		sides.remote->latencies--;
	}
}

static void note_change(struct model *model, struct sides sides)
{
	if (sides.process)
		table_changed(&model->processes, sides.process);
	if (sides.remote)
		table_changed(&model->remotes, sides.remote);
}

void traffic_add(struct model *model, struct conn_row *row)
{
	struct sides sides = sides_of(model, row);

	count_living(sides, row, 1);
	count(model, sides, row);
	note_change(model, sides);
}

void traffic_take_back(struct model *model, struct conn_row *row)
{
	struct sides sides = sides_of(model, row);

	count_living(sides, row, -1);
	discount(model, sides, row);
}

/* --- another filter --------------------------------------------------------------------------- */

/* Nothing counts any more, not even what rows counted that are gone. */
static void forget_traffic(struct model *model)
{
	struct process_row *process;
	struct remote_row *remote;

	memset(&model->living, 0, sizeof(model->living));
	TABLE_FOREACH(&model->processes, process)
		memset(&process->traffic, 0, sizeof(process->traffic));
	TABLE_FOREACH(&model->remotes, remote) {
		memset(&remote->traffic, 0, sizeof(remote->traffic));
		remote->latency_sum_us = 0;
		remote->latencies = 0;
	}
}

/* Also for processes and remotes that had to go, and have since come back. */
static void find_sides(struct model *model, struct conn_row *row)
{
	count_living(sides_of(model, row), row, -1);
	if (!row->process)
		conn_attach_process(model, row, process_find(model, row->owner));
	if (!row->remote)
		conn_attach_remote(model, row, remote_find(model, row));
	count_living(sides_of(model, row), row, 1);
}

static void place_all(struct model *model)
{
	struct process_row *process;
	struct remote_row *remote;

	TABLE_FOREACH(&model->processes, process)
		process_place(model, process);
	TABLE_FOREACH(&model->remotes, remote)
		remote_place(model, remote);
}

void traffic_recount(struct model *model)
{
	struct shared_owner *shared;
	struct conn_row *row;

	forget_traffic(model);
	TABLE_FOREACH(&model->owners, shared)
		shared->passes = owner_match(&shared->owner, &model->filter);
	TABLE_FOREACH(&model->conns, row) {
		if (!row->process || !row->remote)
			find_sides(model, row);
		count(model, sides_of(model, row), row);
	}
	place_all(model);
	table_all_changed(&model->processes);
	table_all_changed(&model->remotes);
}
