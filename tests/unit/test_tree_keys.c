/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of the tree of execs, and what is exported of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fakes.h"
#include "exports.h"

#define TITLE 1 /* row of the upper pane's title */
#define BODY  3

static int set_up(void **state)
{
	int err = ui_set_up(state);

	/* Nothing of this machine's processes. */
	names_free(names);
	names = NULL;
	return err;
}

static void take_child(uint64_t ago_s, uint32_t pid, uint32_t ppid, const char *filename)
{
	struct exec_record record = exec_record(T0_NS - ago_s * SECOND_NS, pid, filename, "x\0-y",
						5);

	record.head.ppid = ppid;
	record.head.start_ns = record.head.ts_ns;
	record.event.parent.start_ns = T0_NS - 100 * SECOND_NS;
	record.event.parent.ppid = 0;
	assert_int_equal(model_apply(model, &record.head, record.size), 0);
}

/* bash (100) began make (101), which began cc (102); bash began ls (103). */
static void start_with_family(void)
{
	take_child(50, 101, 100, "/bin/make");
	take_child(40, 102, 101, "/bin/cc");
	take_child(30, 103, 100, "/bin/ls");
	start();
}

static int selected_row(void)
{
	for (int row = BODY; row < screen.rows - 1; row++)
		if (role_at(&screen.shown, row, 0) == ROLE_SELECTED)
			return row;
	fail_msg("no row is selected");
	return -1;
}

static void expect_selected(const char *text)
{
	find_in_row(&screen.shown, selected_row(), text);
}

static void tree__t__turns_the_list_into_one_and_back(void **state)
{
	(void)state;
	start_with_family();
	press_all("1t");
	find_in_row(&screen.shown, TITLE, "Execs 3");
	find_in_row(&screen.shown, BODY, " bash");
	find_in_row(&screen.shown, BODY + 1, "|- /bin/ls -y");
	find_in_row(&screen.shown, BODY + 2, "`- /bin/make -y");
	find_in_row(&screen.shown, BODY + 3, "  `- /bin/cc -y");
	press('t');
	assert_false(row_has(&screen.shown, BODY + 1, "|-"));
}

static void tree__ancestor__is_dim(void **state)
{
	(void)state;
	start_with_family();
	press_all("1tj");
	assert_int_equal(role_at(&screen.shown, BODY, 0), ROLE_DIM);
	assert_int_equal(role_at(&screen.shown, BODY + 2, 0), ROLE_TEXT);
}

static void tree__elsewhere__goes_to_the_execs(void **state)
{
	(void)state;
	start_with_family();
	press_all("\tt");
	find_in_row(&screen.shown, TITLE, "> Execs");
	find_in_row(&screen.shown, BODY, "bash");
	press_all("3t");
	find_in_row(&screen.shown, TITLE, "> Execs"); /* still a tree */
	find_in_row(&screen.shown, BODY + 1, "|- ");
}

static void tree__minus_and_plus__fold_the_branch(void **state)
{
	(void)state;
	start_with_family();
	press_all("1tjj");
	expect_selected("make");
	press('-');
	find_in_row(&screen.shown, BODY + 2, "`- [+1] /bin/make -y");
	assert_false(row_has(&screen.shown, BODY + 3, "cc"));
	expect_selected("make");
	press('+');
	find_in_row(&screen.shown, BODY + 3, "`- /bin/cc");
	/* From within: to the branch that is folded, and up. */
	press_all("j-");
	expect_selected("[+1] /bin/make");
	press('-');
	expect_selected("[+3] bash");
	assert_int_equal(selected_row(), BODY);
	press_all("+");
	expect_selected("bash");
	find_in_row(&screen.shown, BODY + 2, "[+1] /bin/make");
}

static void tree__minus_in_a_list__says_how(void **state)
{
	(void)state;
	start_with_family();
	press('-');
	expect_bottom("only a tree folds: t shows execs as one");
	press_all("t\t-");
	expect_bottom("only a tree folds: t shows execs as one");
}

static void tree__p_on_an_ancestor__filters_by_it(void **state)
{
	(void)state;
	start_with_family();
	press_all("1tp");
	find_in_row(&screen.shown, screen.rows - 1, "Filter by PID: 100");
	press('\r');
	assert_int_equal(fake.filter.pid.only.n, 1);
	assert_int_equal(fake.filter.pid.only.values[0], 100);
}

static void tree__search__finds_ancestors_and_execs(void **state)
{
	(void)state;
	start_with_family();
	press_all("1tj/cc\r");
	expect_selected("/bin/cc");
	press_all("/bash\r");
	expect_selected("bash");
}

static void tree__wide_commands__keep_their_lines(void **state)
{
	(void)state;
	screen.cols = 40;
	screen.rows = 8;
	start_with_family();
	press_all("1t");
	find_in_row(&screen.shown, BODY + 1, "|- /bin/ls");
}

/* --- exports ---------------------------------------------------------------------------------- */

static void expect_lines(const char *text, const char *const *lines)
{
	for (; *lines; lines++)
		if (!strstr(text, *lines))
			fail_msg("no '%s' in:\n%s", *lines, text);
}

static void export__tree__text_has_the_lines(void **state)
{
	static const char *const lines[] = { "Execs: 3\n", " bash\n", "|- /bin/ls -y\n",
					     "`- [+1] /bin/make -y\n", NULL };
	char *text;

	(void)state;
	start_with_family();
	press_all("1tjj-");
	text = exported("txt");
	expect_lines(text, lines);
	assert_null(strstr(text, "/bin/cc"));
	free(text);
	/* For scripts: execs alone, without any lines. */
	text = exported("json");
	assert_null(strstr(text, "bash\",\"ret\":null"));
	assert_null(strstr(text, "|-"));
	assert_non_null(strstr(text, "/bin/make"));
	assert_null(strstr(text, "\"pid\":100,\"ppid\":0"));
	free(text);
	text = exported("csv");
	assert_null(strstr(text, "|-"));
	assert_null(strstr(text, ",100,,"));
	assert_non_null(strstr(text, "/bin/make"));
	free(text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, ui_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(tree__t__turns_the_list_into_one_and_back),
		TEST(tree__ancestor__is_dim),
		TEST(tree__elsewhere__goes_to_the_execs),
		TEST(tree__minus_and_plus__fold_the_branch),
		TEST(tree__minus_in_a_list__says_how),
		TEST(tree__p_on_an_ancestor__filters_by_it),
		TEST(tree__search__finds_ancestors_and_execs),
		TEST(tree__wide_commands__keep_their_lines),
		TEST(export__tree__text_has_the_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
