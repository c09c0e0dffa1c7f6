/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>
#include "restore.h"

#define PATIENCE_MS 500 /* for a terminal that takes nothing */

/*
 * A signal handler may call nothing but write(2) and the like, and has no argument of ours. The one
 * piece of global state there is.
 */
static struct {
	volatile sig_atomic_t armed;
	struct termios settings;
	int fd;
	char text[512];
	size_t len;
} restore;

void restore_prepare(void)
{
	tcgetattr(STDIN_FILENO, &restore.settings);
	restore.len = 0;
}

const struct termios *restore_settings(void)
{
	return &restore.settings;
}

int restore_putc(int c)
{
	if (restore.len < sizeof(restore.text))
		restore.text[restore.len++] = c;
	return c;
}

static void put_right(void)
{
	struct pollfd fd = { .fd = restore.fd, .events = POLLOUT };

	poll(&fd, 1, PATIENCE_MS);
	if (write(restore.fd, restore.text, restore.len) < 0)
		restore.len = 0; /* nothing else can be done about it */
	tcsetattr(STDIN_FILENO, TCSANOW, &restore.settings);
}

static void give_back(int signal)
{
	bool armed = restore.armed;

	restore.armed = 0;
	if (armed)
		put_right();
	raise(signal); /* SA_RESETHAND: its default action now */
}

void restore_now(void)
{
	if (restore.armed)
		put_right();
}

void restore_arm(int fd)
{
	static const int signals[] = { SIGSEGV, SIGBUS,	 SIGFPE,  SIGILL, SIGABRT,
				       SIGSYS,	SIGQUIT, SIGTERM, SIGINT, SIGHUP };
	struct sigaction action = { .sa_handler = give_back,
				    .sa_flags = SA_RESETHAND | SA_NODEFER };

	restore.fd = fd;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		struct sigaction before;

		/* What nohup(1) and the like ignore is not asked for. */
		if (!sigaction(signals[i], NULL, &before) && before.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
	atexit(restore_now); /* ncurses ends the process when it has no memory */
	restore.armed = 1;
}

void restore_disarm(void)
{
	restore.armed = 0;
}
