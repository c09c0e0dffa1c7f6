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

void traffic_add(struct model *model, struct conn_row *row)
{
	uint64_t latency;

	if (!row->closed_ns) {
		if (row->process)
			row->process->living++;
		if (row->remote)
			row->remote->living++;
	}
	memset(&row->counted, 0, sizeof(row->counted));
	if (!conn_row_match(row, &model->filter))
		return;
	row->counted = traffic_of(row);
	if (row->process)
		add(&row->process->traffic, &row->counted);
	if (!row->remote)
		return;
	add(&row->remote->traffic, &row->counted);
	if (latency_us(row, &latency)) {
		row->remote->latency_sum_us += latency;
		row->remote->latencies++;
	}
}

void traffic_take_back(struct conn_row *row)
{
	uint64_t latency;

	if (!row->closed_ns) {
		if (row->process)
			row->process->living--;
		if (row->remote)
			row->remote->living--;
	}
	if (row->process)
		subtract(&row->process->traffic, &row->counted);
	if (!row->remote)
		return;
	subtract(&row->remote->traffic, &row->counted);
	if (row->counted.total && latency_us(row, &latency)) {
		row->remote->latency_sum_us -= latency;
		row->remote->latencies--;
	}
}
