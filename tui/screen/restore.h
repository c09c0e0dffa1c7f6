/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_RESTORE_H
#define CONNTOP_RESTORE_H

/*
 * The way out of a crash, or of a signal before the loop takes them: gives the terminal back from a
 * signal handler. Private to tui/screen/.
 */
#include <termios.h>

/* Before anything is changed: remembers the terminal's settings, and forgets the text. */
void restore_prepare(void);

/* The settings as they were. */
const struct termios *restore_settings(void);

/* Adds a byte to the text that puts the terminal's own state right. Returns it, for tputs(). */
int restore_putc(int c);

/* From now on; the text goes to `fd`, which must not block. */
void restore_arm(int fd);
void restore_disarm(void);

#endif
