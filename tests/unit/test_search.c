/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of searching and of filtering rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "fakes.h"
#include "exports.h"

#define TITLE 1 /* row of a pane's title that is alone */
#define BODY  3

/* Execs of PIDs 101 to 106, the newest on top: 106 curl, 105 make, 104 Curl, 103 curl, .. */
static void start_with_execs(void)
{
	static const char *const files[] = { "/bin/ls",	  "/bin/make", "/bin/curl",
					     "/bin/Curl", "/bin/make", "/bin/curl" };

	for (uint32_t i = 0; i < 6; i++)
		take_exec(T0_NS - (6 - i) * SECOND_NS, 101 + i, 0, files[i]);
	start();
	press('1');
}

static void expect_selected(const char *pid)
{
	for (int row = BODY; row < screen.rows - 1; row++) {
		if (role_at(&screen.shown, row, 0) == ROLE_SELECTED) {
			if (!row_has(&screen.shown, row, pid))
				fail_msg("row %d is selected, not %s", row, pid);
			return;
		}
	}
	fail_msg("no row is selected");
}

/* --- search ----------------------------------------------------------------------------------- */

static void search__typed__jumps_from_where_it_began(void **state)
{
	(void)state;
	start_with_execs();
	press_all("/mak");
	expect_selected("105");
	press_all("x");
	expect_selected("106"); /* no row has it: back where it began */
	press(KEYCODE_BACKSPACE);
	expect_selected("105");
	press('\r');
	expect_selected("105");
	find_in_row(&screen.shown, BODY + 1, "make");
}

static void search__capital__only_as_it_is(void **state)
{
	(void)state;
	start_with_execs();
	press_all("/Curl\r");
	expect_selected("104");
	press_all("/curl\r");
	expect_selected("104"); /* in any case: from where it began on, that row first */
	press('n');
	expect_selected("103");
}

static void search__escape__returns(void **state)
{
	(void)state;
	start_with_execs();
	press_all("j/ls");
	expect_selected("101");
	press(ESCAPE);
	expect_selected("105");
	press('n');
	expect_bottom("nothing is searched for yet");
	/* From an untouched screen it goes on following what is new. */
	press_all("g/ls");
	press(ESCAPE);
	take_exec(T0_NS, 107, 0, "/bin/id");
	after_events();
	expect_selected("107");
}

static void search__n_and_N__go_round(void **state)
{
	(void)state;
	start_with_execs();
	press_all("/make\r");
	expect_selected("105");
	press('n');
	expect_selected("102");
	press('n');
	expect_selected("105");
	expect_bottom("search wrapped");
	press('N');
	expect_selected("102");
	expect_bottom("search wrapped");
	press('N');
	expect_selected("105");
}

static void search__no_match__says_so(void **state)
{
	(void)state;
	start_with_execs();
	press_all("j/foo\r");
	expect_bottom("no row has 'foo'");
	expect_selected("105");
	press('n');
	expect_bottom("no row has 'foo'");
	press_all("/ls\rn");
	expect_bottom("no other row has 'ls'");
	expect_selected("101");
}

static void search__empty__goes_on_with_the_last(void **state)
{
	(void)state;
	start_with_execs();
	press_all("/\r");
	expect_bottom("nothing is searched for yet");
	press_all("/make\r/\r");
	expect_selected("102");
}

static void search__escape_in_the_panes__ends_it(void **state)
{
	(void)state;
	start_with_execs();
	press_all("/make\r");
	assert_int_equal(role_at(&screen.shown, BODY + 4,
				 find_in_row(&screen.shown, BODY + 4, "make")),
			 ROLE_MATCH);
	press(ESCAPE);
	expect_selected("105");
	assert_int_not_equal(role_at(&screen.shown, BODY + 4,
				     find_in_row(&screen.shown, BODY + 4, "make")),
			     ROLE_MATCH);
	press('n');
	expect_bottom("nothing is searched for yet");
}

static void search__found_on_the_first_row__stays_on_it(void **state)
{
	(void)state;
	start_with_execs();
	press_all("/curl\r");
	expect_selected("106");
	take_exec(T0_NS, 107, 0, "/bin/id");
	after_events();
	expect_selected("106");
}

static void search__rows_come_while_it_is_typed__begins_where_it_did(void **state)
{
	(void)state;
	start_with_execs();
	press_all("jj/mak");
	expect_selected("102");
	take_exec(T0_NS, 107, 0, "/bin/make");
	after_events();
	press_all("e\r");
	expect_selected("102");
}

/* Whichever keys come in one piece, each acts on what the one before made. */
static void search__typed_ahead__finds_the_row(void **state)
{
	struct conn_event conn = conn_record(EVENT_CONNECT, 7, T0_NS);

	(void)state;
	start_with_execs();
	take_conn(conn);
	conn.id = 8;
	conn.opened_ns -= SECOND_NS;
	conn.rport = 8443;
	take_conn(conn);
	after_events();
	press_all("2/192.0.2.80\rn");
	expect_selected(" 8443");
	press_all("1/make\rn");
	expect_selected("102");
}

static void search__paused__finds_what_is_held(void **state)
{
	(void)state;
	start_with_execs();
	press(' ');
	take_exec(T0_NS, 107, 0, "/bin/new");
	after_events();
	press_all("/new\r");
	expect_bottom("no row has 'new'");
	press_all("/ls\r");
	expect_selected("101");
	press(' ');
	expect_selected("101");
	press_all("/new\r");
	expect_selected("107");
}

static void search__hostile_text__is_shown_safely(void **state)
{
	(void)state;
	start_with_execs();
	press_all("/\xc2\x9b\r");
	for (int col = 0; col < screen.shown.cols; col++) {
		const struct cell *cell =
			&screen.shown.cells[(screen.rows - 1) * screen.shown.cols + col];

		assert_true(cell->len <= 1 && (unsigned char)cell->bytes[0] >= ' ');
	}
}

/* --- row filter ------------------------------------------------------------------------------- */

static void row_filter__text__shows_rows_with_it(void **state)
{
	(void)state;
	start_with_execs();
	press_all("\\make\r");
	find_in_row(&screen.shown, TITLE, "2 of 6");
	find_in_row(&screen.shown, BODY, "105");
	find_in_row(&screen.shown, BODY + 1, "102");
	assert_false(row_has(&screen.shown, BODY + 2, "10"));
	/* What comes in is judged, too. */
	take_exec(T0_NS, 107, 0, "/bin/id");
	take_exec(T0_NS, 108, 0, "/bin/make");
	after_events();
	find_in_row(&screen.shown, TITLE, "3 of 8");
	find_in_row(&screen.shown, BODY, "108");
}

static void row_filter__F4__offers_what_is_in_force_and_lifts_it(void **state)
{
	(void)state;
	start_with_execs();
	press(KEYCODE_F4);
	press_all("/ls$|id/\r");
	press(KEYCODE_F4);
	expect_bottom("Rows with: /ls$|id/");
	press(CTRL('u'));
	press('\r');
	expect_bottom("all rows are shown");
	assert_false(row_has(&screen.shown, TITLE, " of "));
}

static void row_filter__bad_regex__is_refused_in_place(void **state)
{
	(void)state;
	start_with_execs();
	press_all("\\make\r");
	press('\\');
	press(CTRL('u'));
	press_all("/(/");
	find_in_row(&screen.shown, screen.rows - 1, "Unmatched (");
	press('\r');
	find_in_row(&screen.shown, screen.rows - 1, "Rows with: /(/");
	press(ESCAPE);
	find_in_row(&screen.shown, TITLE, "2 of 6"); /* the old one is in force */
}

static void row_filter__pane__has_its_own(void **state)
{
	(void)state;
	take_conn(conn_record(EVENT_CONNECT, 7, T0_NS));
	start_with_execs();
	press_all("\\make\r2");
	find_in_row(&screen.shown, TITLE, "Connections 1 live");
	find_in_row(&screen.shown, BODY, "41213");
	press('1');
	find_in_row(&screen.shown, TITLE, "2 of 6");
}

static void row_filter__equals__lifts_it_with_the_others(void **state)
{
	(void)state;
	start_with_execs();
	press_all("\\make\r=");
	find_in_row(&screen.shown, BODY, "106");
	assert_false(row_has(&screen.shown, TITLE, " of "));
}

static void row_filter__nothing_passes__says_so(void **state)
{
	(void)state;
	start_with_execs();
	press_all("\\xyz\r");
	find_in_row(&screen.shown, BODY, "no row has that text");
	press_all("\\");
	press(CTRL('u'));
	press('\r');
	find_in_row(&screen.shown, BODY, "106");
}

static void row_filter__exported__has_the_rows_shown(void **state)
{
	char *text;

	(void)state;
	start_with_execs();
	press_all("\\make\r");
	press(' ');
	take_exec(T0_NS, 107, 0, "/bin/make");
	after_events();
	text = exported("json");
	*strstr(text, "\"connections\"") = '\0'; /* other panes have filters of their own */
	assert_non_null(strstr(text, "\"pid\":102,"));
	assert_non_null(strstr(text, "\"pid\":105,"));
	assert_null(strstr(text, "\"pid\":106,"));
	assert_null(strstr(text, "\"pid\":107,")); /* came after the screen was held */
	free(text);
	press(' ');
	text = exported("csv");
	assert_non_null(strstr(text, ",107,"));
	assert_null(strstr(text, ",106,"));
	free(text);
}

/* --- panes ------------------------------------------------------------------------------------ */

static void panes__keys_typed_ahead__act_on_filled_lists(void **state)
{
	struct conn_event conn = conn_record(EVENT_CONNECT, 7, T0_NS);

	(void)state;
	for (uint32_t i = 0; i < 4; i++) {
		conn.id = 7 + i;
		conn.head.pid = 200 + i;
		conn.opened_ns = T0_NS - (8 - i) * SECOND_NS;
		take_conn(conn);
	}
	start_with_execs();
	press_all("2jj");
	expect_selected("201");
	press_all("1jjj");
	expect_selected("103");
	press_all("0\tz");
	expect_selected("201");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, ui_set_up, ui_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(search__typed__jumps_from_where_it_began),
		TEST(search__capital__only_as_it_is),
		TEST(search__escape__returns),
		TEST(search__n_and_N__go_round),
		TEST(search__no_match__says_so),
		TEST(search__empty__goes_on_with_the_last),
		TEST(search__escape_in_the_panes__ends_it),
		TEST(search__found_on_the_first_row__stays_on_it),
		TEST(search__rows_come_while_it_is_typed__begins_where_it_did),
		TEST(search__typed_ahead__finds_the_row),
		TEST(search__paused__finds_what_is_held),
		TEST(search__hostile_text__is_shown_safely),
		TEST(row_filter__text__shows_rows_with_it),
		TEST(row_filter__F4__offers_what_is_in_force_and_lifts_it),
		TEST(row_filter__bad_regex__is_refused_in_place),
		TEST(row_filter__pane__has_its_own),
		TEST(row_filter__equals__lifts_it_with_the_others),
		TEST(row_filter__nothing_passes__says_so),
		TEST(row_filter__exported__has_the_rows_shown),
		TEST(panes__keys_typed_ahead__act_on_filled_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
