/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_UIROWS_H
#define CONNTOP_TEST_UIROWS_H

/* A screen with some rows on it. After cmocka.h. */
#include "fakes.h"

/* Rows of the frame, of 16: the Execs pane's body, and that of the other. */
#define EXECS_BODY 3
#define CONNS_BODY 10

#define NOBODYS_UID 3999999999U /* a user without a name on any host */

/* Three execs, of which the one in the middle is root's, and a connection. */
static inline void start_with_rows(void)
{
	take_exec(T0_NS - 30 * MS_NS, 101, NOBODYS_UID, "/bin/a");
	take_exec(T0_NS - 20 * MS_NS, 102, 0, "/bin/b");
	take_exec(T0_NS - 10 * MS_NS, 103, NOBODYS_UID, "/bin/c");
	fake.samples[0] = conn_figures(EVENT_SAMPLE, 7, T0_NS, 10, 20);
	fake.samples[0].head.uid = NOBODYS_UID;
	fake.n_samples = 1;
	start();
}

#endif
