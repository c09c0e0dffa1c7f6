/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the screen shows, taken anew: rows, samples, counts and the rates made of them. */
#include <string.h>
#include "actions.h"

#define SOON_S 2

/* --- rows ------------------------------------------------------------------------------------- */

/* Reads the source's clock, unless the screen is held still. */
static void read_clock(struct ui *ui)
{
	if (!ui->frozen)
		ui->source->ops->clock(ui->source, &ui->ctx.now_ns, &ui->ctx.boot_to_wall_ns);
}

static void update(struct ui *ui, int (*fill)(struct view *, const struct model *,
					      const struct filter *, const struct view_context *))
{
	read_clock(ui);
	ui->stale = false;
	if (fill(&ui->view, ui_shown(ui), &ui->filterspec.filter, &ui->ctx))
		ui_say(ui, ROLE_WARNING, "out of memory: not every row is shown");
}

void ui_update(struct ui *ui)
{
	update(ui, view_update);
	cover_refresh(ui);
}

void ui_update_all(struct ui *ui)
{
	update(ui, view_update_all);
}

/* --- samples and counts ----------------------------------------------------------------------- */

static void take_sample(void *ctx, const struct event *event, size_t size)
{
	struct ui *ui = ctx;

	model_apply(ui->model, event, size);
}

/* Events that happened and were to be seen. */
static uint64_t conns_of(const struct source_counts *counts)
{
	return counts->kinds[EVENT_OPEN].seen + counts->kinds[EVENT_OPEN].lost;
}

static uint64_t execs_of(const struct source_counts *counts)
{
	return counts->kinds[EVENT_EXEC].seen + counts->kinds[EVENT_EXEC].lost;
}

static void take_rates(struct ui *ui, uint64_t now_ns)
{
	double seconds = (now_ns - ui->rated_ns) / 1e9;

	/* A refresh for a key, soon after another: too short to tell a rate. */
	if (ui->rated_ns && seconds < 0.09)
		return;
	if (ui->rated_ns) {
		ui->summary.execs_rate = (execs_of(&ui->counts) - execs_of(&ui->rated)) / seconds +
					 0.5;
		ui->summary.conns_rate = (conns_of(&ui->counts) - conns_of(&ui->rated)) / seconds +
					 0.5;
		view_summary_push(&ui->summary, ui->model);
	}
	ui->rated = ui->counts;
	ui->rated_ns = now_ns;
}

static uint64_t rows_evicted(const struct model *model)
{
	uint64_t evicted = model->evicted_rows;

	for (int kind = 0; kind < EVENT_KINDS; kind++)
		evicted += model->evicted[kind];
	return evicted;
}

static void take_counts(struct ui *ui, uint64_t now_ns)
{
	/* While the screen is held still, so are they. */
	if (ui->frozen || ui->source->ops->counts(ui->source, &ui->counts))
		return;
	ui->summary.lost = source_counts_lost(&ui->counts) + ui->model->dropped;
	ui->summary.evicted = rows_evicted(ui->model);
	take_rates(ui, now_ns);
}

void ui_refresh(struct ui *ui)
{
	int64_t boot_to_wall_ns;
	uint64_t now_ns;
	int err;

	ui->source->ops->clock(ui->source, &now_ns, &boot_to_wall_ns);
	err = ui->source->ops->sample(ui->source, take_sample, ui);
	/* Gone, or only passed over? The next refresh tells, if that is soon. */
	if (!err && ui->model->missed && ui->delay_s > SOON_S)
		err = ui->source->ops->sample(ui->source, take_sample, ui);
	if (err)
		ui_say(ui, ROLE_WARNING, "no figures of connections: %s", strerror(-err));
	take_counts(ui, now_ns);
	ui_follow_recording(ui);
	ui_update(ui);
}
