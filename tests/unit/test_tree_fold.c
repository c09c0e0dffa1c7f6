/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is folded away of a tree of execs, and a list that becomes one. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "trees.h"

/* --- folds ------------------------------------------------------------------------------------ */

static void list_fold__branch__is_one_row_until_unfolded(void **state)
{
	(void)state;
	take_family();
	fill();
	assert_int_equal(list_fold(&list, index_of(20), true), 1);
	expect_tree("(bash 10)\n"
		    "|- [+2] make 20\n"
		    "`- ls 21\n");
	assert_int_equal(list_fold(&list, 1, false), 1);
	assert_int_equal(list_fold(&list, 1, false), -1);
	fill();
	assert_int_equal(list.n, 5);
}

static void list_fold__leaf_or_folded__folds_what_is_above(void **state)
{
	(void)state;
	take_family();
	fill();
	assert_int_equal(list_fold(&list, index_of(31), true), index_of(20));
	fill();
	assert_int_equal(list_fold(&list, index_of(20), true), 0);
	expect_tree("[+4] (bash 10)\n");
	assert_int_equal(list_fold(&list, 0, true), -1);
	/* Inside it, make is still folded. */
	list_fold(&list, 0, false);
	expect_tree("(bash 10)\n"
		    "|- [+2] make 20\n"
		    "`- ls 21\n");
}

static void list_find__folded_away__is_the_fold(void **state)
{
	uint64_t id;

	(void)state;
	take_family();
	fill();
	id = table_id(list_row(&list, index_of(31)));
	assert_int_equal(list_find(&list, id), index_of(31));
	list_fold(&list, index_of(20), true);
	fill();
	assert_int_equal(list_find(&list, id), index_of(20));
	list_fold(&list, 0, true);
	fill();
	assert_int_equal(list_find(&list, id), 0);
	assert_int_equal(list_find(&list, 999), -1);
}

static void list_find__ancestor__keeps_its_id(void **state)
{
	uint64_t id;

	(void)state;
	take_family();
	fill();
	id = table_id(list_row(&list, 0));
	take_exec((struct birth){ 11, 9, 10, 100, 0, "init" }, 60, "a");
	fill();
	assert_int_equal(list_find(&list, id), index_of(10));
	assert_true(list_find(&list, id) > 0);
}

/* --- the list --------------------------------------------------------------------------------- */

static void list_set_tree__off__is_a_list_again(void **state)
{
	char branch[LIST_BRANCH_MAX];

	(void)state;
	take_family();
	fill();
	assert_string_equal(list_tree_column(&list)->key, "args");
	assert_int_equal(list_set_tree(&list, false), 0);
	assert_int_equal(list.n, 0); /* nothing points at what was freed */
	fill();
	assert_int_equal(list.n, 4);
	assert_null(list_tree_column(&list));
	assert_int_equal(list_branch(&list, 0, CHARSET_ASCII, 40, branch), 0);
	assert_int_equal(list_fold(&list, 0, true), -1);
}

static void list_set_tree__other_panes__are_none(void **state)
{
	struct list conns;

	(void)state;
	list_init(&conns, &panes[PANE_CONNECTIONS]);
	assert_int_equal(list_set_tree(&conns, true), -EOPNOTSUPP);
	list_fini(&conns);
}

static void list_tree_column__args_not_shown__another(void **state)
{
	(void)state;
	list_choose_columns(&list, "pid,comm,time");
	assert_string_equal(list_tree_column(&list)->key, "comm");
	list_choose_columns(&list, "pid,time");
	assert_string_equal(list_tree_column(&list)->key, "time");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_set_up, tree_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(list_fold__branch__is_one_row_until_unfolded),
		TEST(list_fold__leaf_or_folded__folds_what_is_above),
		TEST(list_find__folded_away__is_the_fold),
		TEST(list_find__ancestor__keeps_its_id),
		TEST(list_set_tree__off__is_a_list_again),
		TEST(list_set_tree__other_panes__are_none),
		TEST(list_tree_column__args_not_shown__another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
