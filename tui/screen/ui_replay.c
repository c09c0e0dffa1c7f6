/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is different when a recording is shown. */
#include "actions.h"

void ui_follow_recording(struct ui *ui)
{
	const struct source_asked *asked;

	if (!ui->options->filters_recorded || ui->own_filter)
		return;
	asked = ui->source->recorded->asked(ui->source);
	if (asked->serial == ui->asked_serial)
		return;
	ui->asked_serial = asked->serial;
	filterspec_inherit(&ui->filterspec, asked);
	model_set_filter(ui->model, &ui->filterspec.filter);
}

void action_step(struct ui *ui, int arg)
{
	(void)arg;
	if (!ui->source->recorded) {
		ui_say(ui, ROLE_WARNING, "only a recording can go step by step: --replay");
		return;
	}
	ui->held = true;
	ui->source->recorded->step(ui->source);
}
