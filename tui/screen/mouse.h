/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_MOUSE_H
#define CONNTOP_MOUSE_H

/* What the mouse does. Private to tui/screen/. */
#include "screen.h"

struct ui;

/* Obeys a click or a turn of the wheel, by what stands at its place. */
void mouse_take(struct ui *ui, struct mouse mouse);

#endif
