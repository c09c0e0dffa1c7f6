/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_RESTORE_H
#define CONNTOP_RESTORE_H

/*
 * The way out of a crash, of a signal before the loop takes them, or of a library that ends the
 * process: gives the terminal back from a signal handler or from exit(3). Private to tui/screen/.
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

/* Does it here and now, where the usual way has failed; nothing while it is disarmed. */
void restore_now(void);

#endif
