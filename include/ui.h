/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_UI_H
#define CONNTOP_UI_H

/* The interactive screen: turns keys into changes of the view, the filter and the source. */
#include <stdbool.h>
#include "filterspec.h"
#include "model.h"
#include "options.h"
#include "screen.h"
#include "source.h"

struct ui;

/* All are the caller's and outlive the ui. NULL without memory. */
struct ui *ui_new(struct screen *screen, struct source *source, struct model *model,
		  const struct options *options, struct names *names);
void ui_free(struct ui *ui);

/* The user asked to leave, or the terminal is gone. */
bool ui_done(const struct ui *ui);

/* Takes what the user has typed. */
void ui_input(struct ui *ui);

/* The terminal has another size. */
void ui_resize(struct ui *ui);

/* Seconds between refreshes, as the user wants them now. */
double ui_delay(const struct ui *ui);

/* What to watch while the terminal takes no more, or -1; ui_writable() once it does. */
int ui_blocked_fd(const struct ui *ui);
void ui_writable(struct ui *ui);

/* SIGTSTP: gives the terminal back and stops the process. SIGCONT after another's SIGSTOP. */
void ui_suspend(struct ui *ui);
void ui_resume(struct ui *ui);

/* Takes new samples and counts; once each refresh. */
void ui_refresh(struct ui *ui);

/* Takes the rows anew, after the filter, the sort order or the model changed. */
void ui_update(struct ui *ui);

/* Shows the state of things. */
void ui_draw(struct ui *ui);

#endif
