/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Execs as a tree: who stands under whom, in which order. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "trees.h"

/* --- who stands under whom -------------------------------------------------------------------- */

static void tree__family__children_under_parents(void **state)
{
	(void)state;
	take_family();
	expect_tree("(bash 10)\n"
		    "|- make 20\n"
		    "| |- cc 30\n"
		    "| `- cc 31\n"
		    "`- ls 21\n");
	assert_int_equal(list.found, 4); /* the ancestor is no exec */
	ctx.charset = CHARSET_UTF8;
	expect_tree("(bash 10)\n"
		    "\u251c\u2500 make 20\n"
		    "\u2502 \u251c\u2500 cc 30\n"
		    "\u2502 \u2514\u2500 cc 31\n"
		    "\u2514\u2500 ls 21\n");
	ctx.charset = CHARSET_ASCII;
}

static void tree__siblings__in_the_order_of_the_list(void **state)
{
	(void)state;
	take_family();
	take_exec((struct birth){ 11, 9, 10, 100, 0, "init" }, 10, "a");
	list_choose_sort(&list, "-time");
	expect_tree("(init 9)\n"
		    "`- a 11\n"
		    "(bash 10)\n"
		    "|- ls 21\n"
		    "`- make 20\n"
		    "  |- cc 31\n"
		    "  `- cc 30\n");
	list_choose_sort(&list, "+comm");
	expect_tree("(init 9)\n"
		    "`- a 11\n"
		    "(bash 10)\n"
		    "|- ls 21\n"
		    "`- make 20\n"
		    "  |- cc 31\n"
		    "  `- cc 30\n");
}

static void tree__unknown_parent__is_a_root(void **state)
{
	struct birth orphan = { 20, 0, 50, 100, 0, "" };

	(void)state;
	take_exec(orphan, 50, "a");
	expect_tree("a 20\n");
}

/* A shell's exec, sudo, env: what the process ran before is above, as it asked for it. */
static void tree__images_of_one_process__one_under_the_other(void **state)
{
	struct birth birth = { 20, 10, 50, 100, 0, "bash" };

	(void)state;
	take_exec(birth, 50, "env");
	take_exec(birth, 49, "python");
	take_exec((struct birth){ 30, 20, 30, 50, 10, "python" }, 30, "ls");
	expect_tree("(bash 10)\n"
		    "`- env 20\n"
		    "  `- python 20\n"
		    "    `- ls 30\n");
}

static void tree__child_of_an_earlier_image__under_that(void **state)
{
	struct birth birth = { 20, 10, 50, 100, 0, "bash" };

	(void)state;
	take_exec(birth, 50, "sh");
	take_exec((struct birth){ 30, 20, 40, 50, 10, "sh" }, 40, "sleep");
	take_exec(birth, 30, "top");
	expect_tree("(bash 10)\n"
		    "`- sh 20\n"
		    "  |- sleep 30\n"
		    "  `- top 20\n");
}

static void tree__child_from_before_the_first_image__under_that(void **state)
{
	(void)state;
	take_exec((struct birth){ 30, 20, 40, 50, 10, "bash" }, 40, "sleep");
	take_exec((struct birth){ 20, 10, 50, 100, 0, "bash" }, 30, "top");
	expect_tree("(bash 10)\n"
		    "`- top 20\n"
		    "  `- sleep 30\n");
}

static void take_failed(struct birth birth, unsigned ago, const char *name)
{
	struct exec_record record = record_of(&birth, ago, name);

	record.event.ret = -ENOENT;
	strcpy(record.head.comm, birth.parent);
	take(record);
}

/* A search through $PATH: nothing ever runs under an exec that failed. */
static void tree__failed_execs__under_what_tried(void **state)
{
	struct birth birth = { 20, 10, 50, 100, 0, "bash" };

	(void)state;
	take_failed(birth, 50, "/a/x");
	take_failed(birth, 49, "/b/x");
	take_exec(birth, 48, "/c/x");
	take_failed(birth, 47, "/d/y");
	take_exec((struct birth){ 30, 20, 40, 50, 10, "x" }, 40, "z");
	expect_tree("(bash 10)\n"
		    "|- bash 20\n"
		    "|- bash 20\n"
		    "`- x 20\n"
		    "  |- bash 20\n"
		    "  `- z 30\n");
}

static void tree__only_failed_execs__their_children_are_under_the_process(void **state)
{
	(void)state;
	take_failed((struct birth){ 20, 10, 50, 100, 0, "bash" }, 50, "/a/x");
	take_exec((struct birth){ 30, 20, 40, 50, 10, "bash" }, 40, "z");
	expect_tree("bash 20\n"
		    "(bash 20)\n"
		    "`- z 30\n");
}

/* PID 20 was used twice; its second process forked nothing that is old enough for the first. */
static void tree__pid_used_again__the_start_tells(void **state)
{
	(void)state;
	take_exec((struct birth){ 20, 10, 50, 100, 0, "bash" }, 50, "old");
	take_exec((struct birth){ 30, 20, 40, 50, 10, "old" }, 40, "child1");
	take_exec((struct birth){ 20, 10, 20, 100, 0, "bash" }, 20, "new");
	take_exec((struct birth){ 31, 20, 10, 20, 10, "new" }, 10, "child2");
	expect_tree("(bash 10)\n"
		    "|- old 20\n"
		    "| `- child1 30\n"
		    "`- new 20\n"
		    "  `- child2 31\n");
}

/* The process with the parent's PID had ended before the child was forked: another one was it. */
static void tree__parent_that_had_ended__is_not_the_parent(void **state)
{
	struct exit_event end = exit_record(T0_NS - 45 * SECOND_NS, 20, "old", 0, 0);
	struct conn_event conn = conn_record(EVENT_CONNECT, 1, T0_NS);

	(void)state;
	take_exec((struct birth){ 20, 10, 50, 100, 0, "bash" }, 50, "old");
	end.head.start_ns = T0_NS - 50 * SECOND_NS;
	assert_int_equal(model_apply(model, &end.head, sizeof(end)), 0);
	/* Known by a connection alone: nobody told its parent's start. */
	conn.head.pid = 30;
	conn.head.ppid = 20;
	conn.head.start_ns = T0_NS - 40 * SECOND_NS;
	assert_int_equal(model_apply(model, &conn.head, sizeof(conn)), 0);
	take_exec((struct birth){ 40, 30, 30, 40, 20, "curl" }, 30, "new");
	expect_tree("(bash 10)\n"
		    "`- old 20\n"
		    "(curl 30)\n"
		    "`- new 40\n");
}

/* Two that name each other cannot be right; each row is shown once all the same. */
static void tree__circle__is_cut(void **state)
{
	(void)state;
	take_exec((struct birth){ 20, 30, 50, 50, 20, "b" }, 50, "a");
	take_exec((struct birth){ 30, 20, 50, 50, 30, "a" }, 49, "b");
	take_exec((struct birth){ 40, 40, 50, 50, 40, "c" }, 48, "c");
	expect_tree("a 20\n"
		    "`- b 30\n"
		    "c 40\n");
}

/* Execs by few PIDs that are used again and again, some failed, each with any parent. */
static void take_any(size_t n)
{
	uint32_t seed = 7;

	for (size_t i = 0; i < n; i++) {
		struct birth birth = { .parent = "x" };
		unsigned ago;

		seed = seed * 1103515245 + 12345;
		birth.pid = 1 + (seed >> 16) % 40;
		birth.ppid = (seed >> 22) % 40;
		birth.grandparent = (seed >> 8) % 40;
		seed = seed * 1103515245 + 12345;
		birth.age = (seed >> 16) % 60;
		birth.parent_age = (seed >> 22) % 60;
		ago = (seed >> 8) % 60;
		if (seed >> 30)
			take_exec(birth, ago, "good");
		else
			take_failed(birth, ago, "bad");
	}
}

static void tree__any_rows__each_is_there_once(void **state)
{
	bool *seen;

	(void)state;
	take_any(3000);
	fill();
	assert_int_equal(list.found, 3000);
	assert_true(list.n > 3000);
	seen = calloc(3001, sizeof(*seen));
	assert_non_null(seen);
	for (size_t i = 0; i < list.n; i++) {
		const struct exec_row *row = list_row(&list, i);

		assert_int_equal(list_find(&list, row->id), i);
		if (exec_row_is_ancestor(row))
			continue;
		assert_in_range(row->id, 1, 3000);
		assert_false(seen[row->id]);
		seen[row->id] = true;
	}
	free(seen);
}

static void tree__deep_chain__is_shown_whole(void **state)
{
	char branch[LIST_BRANCH_MAX];

	(void)state;
	for (uint32_t i = 0; i < 10000; i++) {
		struct birth birth = { 100 + i, 99 + i, 0, 0, 98 + i, "sh" };
		struct exec_record record = record_of(&birth, 0, "sh");

		record.head.ts_ns = record.head.start_ns = T0_NS + (i + 1) * 10 * MS_NS;
		record.event.parent.start_ns = T0_NS + i * 10 * MS_NS;
		take(record);
	}
	list_choose_sort(&list, "-time");
	fill();
	assert_int_equal(list.n, 10001);
	assert_int_equal(index_of(99), 0);
	assert_int_equal(index_of(10099), 10000);
	list_branch(&list, 10000, CHARSET_ASCII, 9, branch);
	assert_string_equal(branch, "      `~ ");
	/* Folded at the top, all of it is one row. */
	assert_int_equal(list_fold(&list, 0, true), 0);
	expect_tree("[+10000] (sh 99)\n");
}

static void expect_branch(size_t index, int width, const char *wanted)
{
	char branch[LIST_BRANCH_MAX];
	size_t len = list_branch(&list, index, CHARSET_ASCII, width, branch);

	assert_string_equal(branch, wanted);
	assert_int_equal(len, strlen(wanted));
}

/* Lines stay one below the other, whatever is left out of them. */
static void list_branch__no_room__marks_what_is_deeper(void **state)
{
	(void)state;
	take_exec((struct birth){ 20, 10, 50, 100, 0, "a" }, 50, "b");
	take_exec((struct birth){ 30, 20, 40, 50, 10, "b" }, 40, "c");
	take_exec((struct birth){ 40, 30, 30, 40, 20, "c" }, 30, "d");
	take_exec((struct birth){ 31, 20, 20, 50, 10, "b" }, 20, "e");
	fill();
	expect_branch(0, 99, "");
	expect_branch(1, 99, "`- ");
	expect_branch(2, 99, "  |- ");
	expect_branch(3, 99, "  | `- ");
	expect_branch(3, 7, "  | `- ");
	expect_branch(3, 6, "  `~ ");
	expect_branch(2, 6, "  |- ");
	expect_branch(3, 4, "`~ ");
	expect_branch(2, 0, "|~ ");
	expect_branch(1, 0, "`- ");
	expect_branch(5, 99, "");
}

/* --- ancestors -------------------------------------------------------------------------------- */

/* What was shown as an exec is an ancestor once its row has gone, and its process has not. */
static void tree__evicted_parent__is_an_ancestor(void **state)
{
	(void)state;
	model_free(model);
	model = model_new(4);
	assert_non_null(model);
	take_family();
	take_exec((struct birth){ 22, 10, 10, 100, 0, "bash" }, 10, "id");
	fill();
	assert_int_equal(list.found, 4);
	assert_true(exec_row_is_ancestor(list_row(&list, index_of(20))));
}

static void tree__filtered_parent__is_an_ancestor(void **state)
{
	char error[64];

	(void)state;
	take_family();
	list_choose_columns(&list, "pid,args");
	assert_int_equal(list_filter_rows(&list, "cc", error, sizeof(error)), 0);
	expect_tree("(bash 10)\n"
		    "`- (make 20)\n"
		    "  |- cc 30\n"
		    "  `- cc 31\n");
	assert_int_equal(list.found, 2);
	assert_int_equal(list.total, 4);
}

/* From this very process up to init, as procfs tells. */
static void tree__older_than_conntop__comes_from_procfs(void **state)
{
	struct birth birth = { 4000000, getpid(), 0, 0, 0, "" };
	struct exec_record record = record_of(&birth, 0, "new");
	const struct exec_row *row;

	(void)state;
	ctx.names = names_new(NULL);
	assert_non_null(ctx.names);
	/* Long after this boot, so that this process is older; its parent's record says nothing. */
	record.head.start_ns = record.head.ts_ns = T0_NS + (1ULL << 60);
	record.event.parent.start_ns = record.head.start_ns + SECOND_NS;
	take(record);
	fill();
	assert_true(list.n >= 2);
	row = list_row(&list, index_of(getpid()));
	assert_true(exec_row_is_ancestor(row));
	assert_memory_equal(row->owner.comm, "test_tree", sizeof("test_tree"));
	assert_int_equal(row->owner.ppid, getppid());
	assert_int_equal(index_of(4000000), index_of(getpid()) + 1);
	if (getppid())
		assert_int_equal(index_of(getppid()), index_of(getpid()) - 1);
}

static void expect_cell(const void *row, const char *key, const char *wanted)
{
	char text[VALUE_TEXT_MAX];

	column_text(pane_column(list.pane, key), row, &ctx, text, sizeof(text));
	assert_string_equal(text, wanted);
}

static void tree__ancestor__has_nothing_of_an_exec(void **state)
{
	const void *row;

	(void)state;
	take_family();
	fill();
	row = list_row(&list, index_of(10));
	assert_int_equal(list.pane->role(row, &ctx), ROLE_DIM);
	expect_cell(row, "pid", "10");
	expect_cell(row, "comm", "bash");
	expect_cell(row, "args", "bash");
	expect_cell(row, "time", "-");
	expect_cell(row, "ret", "-");
	expect_cell(row, "pcomm", "-");
	expect_cell(row, "filename", "-");
	expect_cell(row, "exit_code", "-");
	expect_cell(row, "duration_us", "1m40s");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_set_up, tree_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(tree__family__children_under_parents),
		TEST(tree__siblings__in_the_order_of_the_list),
		TEST(tree__unknown_parent__is_a_root),
		TEST(tree__images_of_one_process__one_under_the_other),
		TEST(tree__child_of_an_earlier_image__under_that),
		TEST(tree__child_from_before_the_first_image__under_that),
		TEST(tree__failed_execs__under_what_tried),
		TEST(tree__only_failed_execs__their_children_are_under_the_process),
		TEST(tree__pid_used_again__the_start_tells),
		TEST(tree__parent_that_had_ended__is_not_the_parent),
		TEST(tree__circle__is_cut),
		TEST(tree__any_rows__each_is_there_once),
		TEST(tree__deep_chain__is_shown_whole),
		TEST(list_branch__no_room__marks_what_is_deeper),
		TEST(tree__evicted_parent__is_an_ancestor),
		TEST(tree__filtered_parent__is_an_ancestor),
		TEST(tree__older_than_conntop__comes_from_procfs),
		TEST(tree__ancestor__has_nothing_of_an_exec),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
