/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_TREES_H
#define CONNTOP_TEST_TREES_H

/* A list of execs that is a tree, asserted as text. For one test program each; after cmocka.h. */
#include <stdlib.h>
#include <string.h>
#include "events.h"
#include "pane.h"

static struct model *model;
static struct list list;
static struct filter any;

static struct view_context ctx = {
	.now_ns = T0_NS,
	.boot_to_wall_ns = T0_BOOT_TO_WALL_NS,
	.charset = CHARSET_ASCII,
};

static inline int tree_set_up(void **state)
{
	(void)state;
	model = model_new(20000);
	list_init(&list, &panes[PANE_EXECS]);
	list_choose_sort(&list, "+time");
	ctx.names = NULL;
	return model && !list_set_tree(&list, true) ? 0 : -1;
}

static inline int tree_tear_down(void **state)
{
	(void)state;
	list_fini(&list);
	model_free(model);
	names_free(ctx.names);
	return 0;
}

/* A process, and the one that forked it; times are seconds before T0_NS. */
struct birth {
	uint32_t pid, ppid;
	unsigned age;	      /* since it was forked */
	unsigned parent_age;  /* and its parent */
	uint32_t grandparent; /* a PID; 0: not known */
	const char *parent;   /* its name */
};

static inline struct exec_record record_of(const struct birth *birth, unsigned ago,
					   const char *name)
{
	struct exec_record record = exec_record(T0_NS - ago * SECOND_NS, birth->pid, name, "x", 2);

	record.head.start_ns = T0_NS - birth->age * SECOND_NS;
	record.head.ppid = birth->ppid;
	record.event.parent.start_ns = T0_NS - birth->parent_age * SECOND_NS;
	record.event.parent.ppid = birth->grandparent;
	strcpy(record.event.parent.comm, birth->parent);
	return record;
}

static inline void take(struct exec_record record)
{
	assert_int_equal(model_apply(model, &record.head, record.size), 0);
}

static inline void take_exec(struct birth birth, unsigned ago, const char *name)
{
	take(record_of(&birth, ago, name));
}

static inline void fill(void)
{
	assert_int_equal(list_fill(&list, model, &any, &ctx), 0);
}

/* A line a row: the tree's lines, the name, the PID; an ancestor in parentheses. */
static inline void expect_tree(const char *wanted)
{
	char shown[2048] = "", branch[LIST_BRANCH_MAX];

	fill();
	for (size_t i = 0; i < list.n; i++) {
		const struct exec_row *row = list_row(&list, i);
		bool dim = exec_row_is_ancestor(row);

		list_branch(&list, i, ctx.charset, 40, branch);
		sprintf(shown + strlen(shown), dim ? "%s(%.16s %u)\n" : "%s%.16s %u\n", branch,
			row->owner.comm, row->owner.pid);
	}
	assert_string_equal(shown, wanted);
}

static inline ptrdiff_t index_of(uint32_t pid)
{
	for (size_t i = 0; i < list.n; i++)
		if (((const struct exec_row *)list_row(&list, i))->owner.pid == pid)
			return i;
	fail_msg("no row of PID %u", pid);
	return -1;
}

/* bash (10) began make (20), which began cc (30, 31); bash began ls (21) later. */
static inline void take_family(void)
{
	take_exec((struct birth){ 20, 10, 50, 100, 0, "bash" }, 50, "make");
	take_exec((struct birth){ 30, 20, 40, 50, 10, "make" }, 40, "cc");
	take_exec((struct birth){ 31, 20, 30, 50, 10, "make" }, 30, "cc");
	take_exec((struct birth){ 21, 10, 20, 100, 0, "bash" }, 20, "ls");
}

#endif
