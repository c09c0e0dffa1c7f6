/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changing the text of a configuration: nothing but what was to change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "config.h"

static void expect_edit(const char *text, struct config_change change, const char *wanted)
{
	char *changed = config_edit(text, &change, 1);

	assert_non_null(changed);
	assert_string_equal(changed, wanted);
	free(changed);
}

static void expect_cut(const char *text, const char *section, const char *wanted)
{
	char *left = config_cut(text, section);

	assert_non_null(left);
	assert_string_equal(left, wanted);
	free(left);
}

#define DELAY(value)	   ((struct config_change){ "options", "delay", value, false })
#define USUAL_DELAY(value) ((struct config_change){ "options", "delay", value, true })

static void edit__key_that_is_there__changes_its_value_alone(void **state)
{
	(void)state;
	expect_edit("# top\n[options]\n# slow link\ndelay = 5\nnew-in-2.0 = x\n", DELAY("2"),
		    "# top\n[options]\n# slow link\ndelay = 2\nnew-in-2.0 = x\n");
	expect_edit("[options]\n  delay=5 ; why\n", DELAY("2"), "[options]\n  delay=2 ; why\n");
	expect_edit("[options]\ndelay : 5\r\nx = 1\r\n", DELAY("2"),
		    "[options]\ndelay : 2\r\nx = 1\r\n");
	expect_edit("[options]\ndelay = 5", DELAY("2"), "[options]\ndelay = 2");
	expect_edit("[options]\ndelay =\n", DELAY("2"), "[options]\ndelay = 2\n");
	expect_edit("\xef\xbb\xbf[options]\ndelay = 5\n", DELAY("2"),
		    "\xef\xbb\xbf[options]\ndelay = 2\n");
	expect_edit("[options]\ndelay = ;none\n", DELAY("2"), "[options]\ndelay = 2 ;none\n");
	/* No comment: no blank is before it. */
	expect_edit("[options]\ndelay =;none\n", DELAY("2"), "[options]\ndelay =2\n");
	expect_edit("[options]\n delay: 5\n", DELAY("2"), "[options]\n delay: 2\n");
	/* Also back to what is usual. */
	expect_edit("[options]\ndelay = 5\n", USUAL_DELAY("1"), "[options]\ndelay = 1\n");
}

static void edit__same_value__leaves_every_byte(void **state)
{
	static const char text[] =
		"[options]\n delay= 2 ;x\n[columns]\nexecs = pid,\n # c\n\tcomm\n";

	(void)state;
	expect_edit(text, DELAY("2"), text);
	expect_edit(text, (struct config_change){ "columns", "execs", "pid,comm", false }, text);
}

/* Found by fuzzing: with its comma taken for one of a list, the name was left as it was. */
static void edit__comma_in_a_name__is_part_of_it(void **state)
{
	const struct config_change theme = { "options", "theme", "nord", false };

	(void)state;
	expect_edit("[options]\ntheme = ,nord\n", theme, "[options]\ntheme = nord\n");
	expect_edit("[options]\ntheme = nord,\n", theme, "[options]\ntheme = nord\n");
}

static void edit__key_that_is_not_there__goes_to_the_end_of_its_section(void **state)
{
	(void)state;
	expect_edit("[options]\nnumeric = yes\n\n# keys of mine\n[keys]\nquit = x\n", DELAY("2"),
		    "[options]\nnumeric = yes\ndelay = 2\n\n# keys of mine\n[keys]\nquit = x\n");
	expect_edit("[options]\n# nothing yet\n", DELAY("2"),
		    "[options]\ndelay = 2\n# nothing yet\n");
	expect_edit("[columns]\ndelay = 5", DELAY("2"),
		    "[columns]\ndelay = 5\n\n[options]\ndelay = 2\n");
	expect_edit("", DELAY("2"), "[options]\ndelay = 2\n");
	expect_edit("[options]\n#delay = 5\n;delay = 6\n", DELAY("2"),
		    "[options]\ndelay = 2\n#delay = 5\n;delay = 6\n");
	/* What is usual need not be said. */
	expect_edit("[options]\n", USUAL_DELAY("1"), "[options]\n");
}

static void edit__value_of_several_lines__is_replaced_whole(void **state)
{
	(void)state;
	expect_edit("[columns]\nexecs = pid,\n  comm,\n# why\n  args\nremotes = raddr\n",
		    (struct config_change){ "columns", "execs", "uid", false },
		    "[columns]\nexecs = uid\n# why\nremotes = raddr\n");
}

static void edit__long_list__is_set_in_and_read_as_one(void **state)
{
	static const char list[] = "aaaaaaaaaaaaaaaaaaaa,bbbbbbbbbbbbbbbbbbbb,cccccccccccccccccccc,"
				   "dddddddddddddddddddd,eeeeeeeeeeeeeeeeeeee,ffffffffffffffffff";
	char *text = config_edit("", &(struct config_change){ "s", "k", list, false }, 1), *again;
	const char *line = text;

	(void)state;
	assert_non_null(text);
	assert_string_equal(text, "[s]\nk = aaaaaaaaaaaaaaaaaaaa,bbbbbbbbbbbbbbbbbbbb,"
				  "cccccccccccccccccccc,dddddddddddddddddddd,\n"
				  "\teeeeeeeeeeeeeeeeeeee,ffffffffffffffffff\n");
	for (; *line; line += strcspn(line, "\n") + 1)
		assert_true(strcspn(line, "\n") <= 100);
	again = config_edit(text, &(struct config_change){ "s", "k", list, false }, 1);
	assert_string_equal(again, text);
	free(again);
	free(text);
}

static void edit__several_changes__are_all_made(void **state)
{
	static const struct config_change changes[] = {
		{ "options", "delay", "2", false },
		{ "options", "numeric", "yes", false },
		{ "sort", "execs", "-pid", false },
	};
	char *changed = config_edit("[options]\ndelay = 1\n", changes, 3);

	(void)state;
	assert_string_equal(changed,
			    "[options]\ndelay = 2\nnumeric = yes\n\n[sort]\nexecs = -pid\n");
	free(changed);
}

static void cut__section__goes_with_its_keys_only(void **state)
{
	(void)state;
	expect_cut(
		"[options]\ndelay = 1\n\n# web\n[filters web]\nport = 1,\n 2\n# in it\npid = 1\n\n"
		"# mine\n[filters a]\npid = 2\n",
		"filters web", "[options]\ndelay = 1\n\n# web\n# mine\n[filters a]\npid = 2\n");
	expect_cut("[filters a]\npid = 1\n", "filters a", "");
	expect_cut("[a]\nx = 1\n[b]\ny = 1\n[a]\nz = 1", "a", "[b]\ny = 1\n");
	expect_cut("[a]\nx = 1\n", "b", "[a]\nx = 1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edit__key_that_is_there__changes_its_value_alone),
		cmocka_unit_test(edit__same_value__leaves_every_byte),
		cmocka_unit_test(edit__comma_in_a_name__is_part_of_it),
		cmocka_unit_test(edit__key_that_is_not_there__goes_to_the_end_of_its_section),
		cmocka_unit_test(edit__value_of_several_lines__is_replaced_whole),
		cmocka_unit_test(edit__long_list__is_set_in_and_read_as_one),
		cmocka_unit_test(edit__several_changes__are_all_made),
		cmocka_unit_test(cut__section__goes_with_its_keys_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
