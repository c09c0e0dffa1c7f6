/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_ACTIONS_H
#define CONNTOP_ACTIONS_H

/* What keys do; `arg` is as in the table. Private to tui/screen/. */
#include "ui_state.h"

#define CONTROL(letter) ((letter)&0x1f)
#define ESCAPE		0x1b

/* actions_filter.c */
void action_filter(struct ui *ui, int dimension);
void action_follow(struct ui *ui, int arg);
void action_failed(struct ui *ui, int arg);
void action_lift(struct ui *ui, int arg);

/* actions_view.c */
void action_move(struct ui *ui, int step);
void action_page(struct ui *ui, int halves);
void action_end(struct ui *ui, int direction);
void action_scroll(struct ui *ui, int step);
void action_tab(struct ui *ui, int arg);
void action_split(struct ui *ui, int arg);
void action_pane(struct ui *ui, int pane);
void action_zoom(struct ui *ui, int arg);
void action_sort(struct ui *ui, int step);
void action_invert(struct ui *ui, int arg);
void action_pause(struct ui *ui, int arg);
void action_step(struct ui *ui, int arg); /* ui_replay.c */
void action_names(struct ui *ui, int arg);
void action_redraw(struct ui *ui, int arg);
void action_suspend(struct ui *ui, int arg);
void action_quit(struct ui *ui, int arg);

/* actions_help.c */
void action_help(struct ui *ui, int arg);

/* actions_search.c */
void action_search(struct ui *ui, int arg);
void action_search_next(struct ui *ui, int direction);
void action_row_filter(struct ui *ui, int arg);
/* Nothing is searched for any more; the selection stays. */
void search_end(struct ui *ui);

/* actions_tree.c */
void action_tree(struct ui *ui, int arg);
void action_fold(struct ui *ui, int arg);

/* actions_menu.c */
void action_sort_menu(struct ui *ui, int arg);

/* actions_columns.c */
void action_columns_menu(struct ui *ui, int arg);

/* cover.c */
void action_enter(struct ui *ui, int arg);
void action_back(struct ui *ui, int arg);

/* actions_looks.c */
void action_theme(struct ui *ui, int arg);
void action_delay(struct ui *ui, int arg);

/* actions_config.c */
void action_save(struct ui *ui, int arg);
void action_filter_sets(struct ui *ui, int arg);

/* actions_export.c */
void action_export(struct ui *ui, int arg);

#endif
