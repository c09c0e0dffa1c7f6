/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TIDY_UTHASH_H
#define CONNTOP_TIDY_UTHASH_H

/*
 * uthash.h as clang-tidy gets to see it: what the macros take and give, and functions that could do
 * anything. In the real ones, a page of arithmetic each, its analyzer takes minutes and loses its
 * way: it sees freed rows used again. Nothing is ever built with this.
 */
#include <stddef.h>
#include <string.h>

typedef struct UT_hash_table {
	struct UT_hash_handle *tail;
} UT_hash_table;

typedef struct UT_hash_handle {
	struct UT_hash_table *tbl;
	void *prev, *next;
} UT_hash_handle;

void *ut_add(void *head, void *row, const void *key, size_t len);
void *ut_remove(void *head, void *row);
void *ut_find(void *head, const void *key, size_t len);
void *ut_sort(void *head);
void *ut_row(const UT_hash_table *table, const UT_hash_handle *handle);
unsigned ut_count(const void *head);

#define HASH_FIND(hh, head, key, len, out)	 ((out) = ut_find(head, key, len))
#define HASH_ADD(hh, head, field, len, row)	 ((head) = ut_add(head, row, &(row)->field, len))
#define HASH_ADD_KEYPTR(hh, head, key, len, row) ((head) = ut_add(head, row, key, len))
#define HASH_REPLACE(hh, head, field, len, row, old)            \
	do {                                                    \
		(old) = ut_find(head, &(row)->field, len);      \
		(head) = ut_add(head, row, &(row)->field, len); \
	} while (0)
#define HASH_DEL(head, row)	    ((head) = ut_remove(head, row))
#define HASH_CLEAR(hh, head)	    ((head) = ut_remove(head, NULL))
#define HASH_COUNT(head)	    ut_count(head)
#define ELMT_FROM_HH(table, handle) ut_row(table, handle)
#define HASH_SRT(hh, head, compare) ((void)(compare), (head) = ut_sort(head))
#define HASH_ITER(hh, head, row, after)                                              \
	for ((row) = (head), (after) = (row) ? (row)->hh.next : NULL; (row) != NULL; \
	     (row) = (after), (after) = (row) ? (row)->hh.next : NULL)

#endif
