/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TIDY_UTLIST_H
#define CONNTOP_TIDY_UTLIST_H

/* utlist.h as clang-tidy gets to see it; see uthash.h here. */
#include <stddef.h>

void *ut_link(void *head, void *row);
void *ut_unlink(void *head, void *row);

#define DL_APPEND(head, row)		   ((head) = ut_link(head, row))
#define DL_PREPEND(head, row)		   ((head) = ut_link(head, row))
#define DL_DELETE(head, row)		   ((head) = ut_unlink(head, row))
#define DL_APPEND2(head, row, prev, next)  ((head) = ut_link(head, row))
#define DL_PREPEND2(head, row, prev, next) ((head) = ut_link(head, row))
#define DL_DELETE2(head, row, prev, next)  ((head) = ut_unlink(head, row))
#define DL_FOREACH2(head, row, next)	   for ((row) = (head); (row); (row) = (row)->next)
#define DL_FOREACH(head, row)		   for ((row) = (head); (row); (row) = (row)->next)
#define DL_FOREACH_SAFE(head, row, after)                                 \
	for ((row) = (head), (after) = (row) ? (row)->next : NULL; (row); \
	     (row) = (after), (after) = (row) ? (row)->next : NULL)

#endif
