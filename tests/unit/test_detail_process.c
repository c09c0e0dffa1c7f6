/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page of a process. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "pages.h"

#define ANCESTRY_AT (T0_NS - 4000 * SECOND_NS)

static struct exit_event exit_of(uint32_t pid, int code, int signal)
{
	return exit_record(T0_NS - 48 * SECOND_NS, pid, "curl", code, signal);
}

/* 41213, whose parent 41200 the exec tells of, as far as its command name. */
static void take_curl(void)
{
	take_exec(EXEC(T0_NS - SECOND_NS, 41213, "/usr/bin/curl", "curl\0-s\0http://a/"));
}

static void open_exec(uint64_t id)
{
	const struct exec_row *row;

	row = table_find(&model->execs, id);
	open_row(PANE_EXECS, row);
}

/* --- what is known of it ---------------------------------------------------------------------- */

static void page__of_a_process__has_all_that_is_known(void **state)
{
	struct conn_event conn = conn_figures(EVENT_SAMPLE, 1, T0_NS, 2048, 500);

	(void)state;
	from.cols = 110;
	take_curl();
	take_conn(conn);
	take_listener(listen_record(5, T0_NS, 3));
	add_proc(41100, "sshd", 1, ANCESTRY_AT);
	add_proc(1, "systemd", 0, 0);
	open_row(PANE_PROCESSES, process(41213));
	expect_page(
		"PID 41213 curl",
		"STATE: running for 1m00s\n"
		"ARGS: curl -s http://a/\n"
		"FILENAME: /usr/bin/curl\n"
		"PPID: 41200\n"
		"USER: 1000\n"
		"GID: 1001\n"
		"LOGINUID: 1002\n"
		"TIME: 2026-11-21 14:02:10.250\n"
		"STARTED: 2026-11-21 14:01:11.250\n"
		"NETNS: 4026531840\n"
		"EXECS  LIVE CONNS FAILED     TX     RX   TX/s   RX/s   LIFE\n"
		"    0     1     1      0   2.0K    500  24.4K   6.0K  1m00s\n"
		"Ancestry\n"
		"    PID COMM         ARGS\n"
		">       1 systemd      systemd\n"
		">   41100 sshd         sshd\n"
		">   41200 bash         -\n"
		"Listeners\n"
		"LADDR              LPORT BACKLOG    MAX  ACCEPTS  ACC/s    AGE\n"
		"> 0.0.0.0              443       0    128        3      0  10.0s\n"
		"Connections: 1 live, 0 closed\n"
		"D LADDR           LPORT RADDR              RPORT STATE           RTT     TX     "
		"RX   TX/s   RX/s    AGE\n"
		"> > 10.0.2.15       49340 192.0.2.80           443 ESTAB          17ms   2.0K    "
		"500  24.4K   6.0K  100ms\n");
}

static void state__exited__says_how_and_when(void **state)
{
	(void)state;
	take_curl();
	take_exit(exit_of(41213, 0, 0));
	open_row(PANE_PROCESSES, process(41213));
	expect_line("STATE: exited with code 0 after 12.0s");
	assert_int_equal(page.lines[0].role, ROLE_TEXT);
	expect_line("ENDED: 2026-11-21 14:01:23.250");
}

static void state__exited_with_a_code__is_a_warning(void **state)
{
	(void)state;
	take_curl();
	take_exit(exit_of(41213, 22, 0));
	open_row(PANE_PROCESSES, process(41213));
	expect_line("STATE: exited with code 22 after 12.0s");
	assert_int_equal(page.lines[0].role, ROLE_WARNING);
}

static void state__killed__names_the_signal(void **state)
{
	(void)state;
	take_curl();
	take_exit(exit_of(41213, 0, 9));
	open_exec(1);
	expect_line("STATE: killed by SIGKILL (9) after 12.0s");
	assert_int_equal(page.lines[0].role, ROLE_WARNING);
}

static void state__killed_by_a_nameless_signal__has_its_number(void **state)
{
	(void)state;
	take_curl();
	take_exit(exit_of(41213, 0, 40));
	open_exec(1);
	expect_line("STATE: killed by signal 40 after 12.0s");
}

static void users__names_wanted__have_both(void **state)
{
	struct exec_record record = EXEC(T0_NS, 41213, "/bin/a", "a");

	(void)state;
	record.head.uid = 0;
	take_exec(record);
	ctx.numeric = false;
	open_exec(1);
	expect_line("USER: root (0)");
	ctx.numeric = true;
	open_exec(1);
	expect_line("USER: 0");
}

/* --- arguments -------------------------------------------------------------------------------- */

static void args__of_any_kind__show_where_each_ends(void **state)
{
	(void)state;
	take_exec(EXEC(T0_NS, 41213, "/bin/sh", "sh\0-c\0echo $x; it's\0\0a=b\0*"));
	open_exec(1);
	expect_line("ARGS: sh -c 'echo $x; it'\\''s' '' a=b '*'");
}

static void args__cut_by_the_kernel__end_in_dots(void **state)
{
	struct exec_record record = EXEC(T0_NS, 41213, "/bin/a", "a\0b");

	(void)state;
	record.event.args_total = 9000;
	take_exec(record);
	open_exec(1);
	expect_line("ARGS: a b ...");
	open_row(PANE_PROCESSES, process(41213));
	expect_line("ARGS: a b ...");
}

static void args__very_long__are_all_there(void **state)
{
	static char args[EXEC_ARGS_MAX];

	(void)state;
	memset(args, '\'', sizeof(args) - 1);
	take_exec(exec_record(T0_NS, 41213, "/bin/a", args, sizeof(args)));
	open_exec(1);
	assert_string_equal(page.lines[1].label, "ARGS");
	assert_int_equal(page.lines[1].len, 4 * (sizeof(args) - 1) + 2);
}

static void args__hostile__reach_the_screen_as_text(void **state)
{
	struct grid grid = { 0 };

	(void)state;
	take_exec(EXEC(T0_NS, 41213, "/bin/a", "a\033]0;x\007\0\n\xff"));
	from.cols = 40;
	open_exec(1);
	assert_int_equal(grid_init(&grid, 8, 40, CHARSET_ASCII), 0);
	page_draw(&page, &grid, 0, 8);
	for (int i = 0; i < grid.rows * grid.cols; i++)
		assert_in_range(grid.cells[i].bytes[0], 0x20, 0x7e);
	grid_fini(&grid);
	assert_non_null(strstr(page.lines[1].text, "\033]0;x\007"));
}

/* --- ancestry --------------------------------------------------------------------------------- */

static void ancestry__parents_in_the_table__are_choices_of_it(void **state)
{
	struct exec_record up = child_of(1, EXEC(T0_NS, 41100, "/bin/up", "up\0x"));

	(void)state;
	up.head.start_ns = ANCESTRY_AT;
	take_exec(up);
	take_curl();
	open_exec(2);
	expect_line(">   41100 up           /bin/up x");
	expect_line(">   41200 bash         -");
	follow("up");
	assert_string_equal(page.title, "PID 41100 up");
}

static void ancestry__parent_unknown__is_a_line_but_no_choice(void **state)
{
	(void)state;
	take_conn(conn_record(EVENT_CONNECT, 1, T0_NS));
	open_row(PANE_PROCESSES, process(41213));
	expect_line("  41200              -");
	assert_null(choice_with("41200"));
}

static void ancestry__parent_evicted__has_the_name_its_child_told(void **state)
{
	(void)state;
	model_free(model);
	from.model = model = model_new(2);
	take_curl();
	take_exec(child_of(1, EXEC(T0_NS - SECOND_NS, 41214, "/bin/b", "b")));
	open_exec(1);
	expect_line("  41200 bash         -");
}

/* 41200 ended, and its number was used again, before and after. */
static void ancestry__pid_used_again__is_who_lived_then(void **state)
{
	struct exec_record before = EXEC(T0_NS - 90 * SECOND_NS, 41200, "/bin/before", "x");
	struct exec_record after = EXEC(T0_NS, 41200, "/bin/after", "x");
	struct exit_event end = exit_record(T0_NS - 80 * SECOND_NS, 41200, "before", 0, 0);

	(void)state;
	before.head.start_ns = end.head.start_ns = T0_NS - 100 * SECOND_NS;
	after.head.start_ns = T0_NS - SECOND_NS;
	take_exec(child_of(1, before));
	take_exit(end);
	take_exec(child_of(1, after));
	take_conn(conn_record(EVENT_CONNECT, 1, T0_NS));
	open_row(PANE_PROCESSES, process(41213));
	expect_line("  41200              -");
	add_proc(41200, "right", 0, T0_NS - 70 * SECOND_NS);
	ctx.now_ns += 2 * SECOND_NS;
	open_row(PANE_PROCESSES, process(41213));
	expect_line(">   41200 right        right");
}

static void ancestry__younger_than_its_child__is_another(void **state)
{
	(void)state;
	take_conn(conn_record(EVENT_CONNECT, 1, T0_NS));
	add_proc(41200, "later", 1, T0_NS - SECOND_NS);
	open_row(PANE_PROCESSES, process(41213));
	expect_line("  41200              -");
}

/* The row's process may have ended unseen: the number is another's, older than the child, too. */
static void ancestry__procfs_knows_a_later_one__is_that(void **state)
{
	(void)state;
	take_curl();
	add_proc(41200, "right", 1, T0_NS - 61 * SECOND_NS);
	open_exec(1);
	expect_line(">   41200 right        right");
}

static void ancestry__of_init__is_left_out(void **state)
{
	(void)state;
	take_exec(child_of(0, EXEC(T0_NS, 1, "/sbin/init", "init")));
	open_exec(1);
	assert_false(page_has("Ancestry"));
}

/* --- those that did nothing here -------------------------------------------------------------- */

static void stranger__chosen__has_what_procfs_tells(void **state)
{
	(void)state;
	take_curl();
	add_proc(41100, "sshd", 1, ANCESTRY_AT);
	open_exec(1);
	follow("sshd");
	expect_page("PID 41100 sshd", "ARGS: sshd\n"
				      "PPID: 1\n"
				      "STARTED: 2026-11-21 12:55:31.250\n"
				      "Ancestry\n"
				      "    PID COMM         ARGS\n"
				      "      1              -\n");
}

/* Its exact start comes with the first event. */
static void stranger__then_seen__has_its_row(void **state)
{
	struct exec_record record = EXEC(T0_NS, 41100, "/bin/b", "b");
	struct detail detail = { .kind = DETAIL_PROCESS };

	(void)state;
	detail.process = (struct process_key){ .start_ns = ANCESTRY_AT, .pid = 41100 };
	assert_false(detail_is_kept(&from, &detail));
	record.head.start_ns = ANCESTRY_AT + 7 * MS_NS;
	take_exec(record);
	assert_true(detail_is_kept(&from, &detail));
	open_page(detail);
	expect_line("FILENAME: /bin/b");
}

/* --- children --------------------------------------------------------------------------------- */

static struct exec_record child_since(uint64_t start_ns, struct exec_record record)
{
	record.head.start_ns = start_ns;
	record.event.parent.start_ns = T0_NS - 60 * SECOND_NS;
	return record;
}

static void children__of_a_process__are_those_that_it_forked(void **state)
{
	const uint64_t now = T0_NS - SECOND_NS;
	struct exit_event end = exit_record(now, 41213, "curl", 0, 0);

	(void)state;
	take_curl();
	take_exec(child_since(now, child_of(41213, EXEC(now, 7, "/bin/a", "a\0x"))));
	take_exec(child_since(now, child_of(41213, EXEC(now, 8, "/bin/b", "b"))));
	take_exec(child_since(now, child_of(7, EXEC(now, 9, "/bin/c", "c"))));
	/* Of the one that had the PID before, and of the one after. */
	take_exec(child_since(5, child_of(41213, EXEC(now, 10, "/bin/d", "d"))));
	take_exec(child_since(T0_NS, child_of(41213, EXEC(T0_NS, 11, "/bin/e", "e"))));
	take_exit(end);
	open_row(PANE_PROCESSES, process(41213));
	expect_line("Children: 2");
	expect_line(">       8     0   1.0s      - b            /bin/b");
	expect_line(">       7     0   1.0s      - a            /bin/a x");
	follow("/bin/a x");
	assert_string_equal(page.title, "PID 7 a");
	expect_line("Children: 1");
}

/* --- what it executed ------------------------------------------------------------------------- */

static void exec__that_failed__says_why(void **state)
{
	struct exec_record record = EXEC(T0_NS, 41213, "/bin/nope", "nope\0x");

	(void)state;
	record.event.ret = -ENOENT;
	take_exec(record);
	open_exec(1);
	assert_string_equal(page.title, "PID 41213 nope");
	expect_line("ERROR: ENOENT: No such file or directory");
	assert_int_equal(page.lines[0].role, ROLE_WARNING);
	expect_line("ARGS: nope x");
}

static void exec__one_of_several__is_its_own_page_and_leads_to_the_others(void **state)
{
	(void)state;
	take_exec(EXEC(T0_NS - 2 * SECOND_NS, 41213, "/bin/first", "first\0-a"));
	take_exec(EXEC(T0_NS - SECOND_NS, 41213, "/bin/second", "second\0-b"));
	open_exec(1);
	expect_line("STATE: executed something else after 59.0s");
	expect_line("ARGS: first -a");
	expect_line("Also executed");
	expect_line("> 14:02:10.250 -            /bin/second -b");
	expect_line("Process");
	follow("14:02:10.250");
	expect_line("ARGS: second -b");
	expect_line("STATE: running for 1m00s");
	expect_line("> 14:02:09.250 -            /bin/first -a");
	assert_false(page_has("Process"));
}

static void exec__evicted__is_the_page_of_its_process(void **state)
{
	struct detail detail;

	(void)state;
	take_curl();
	detail = detail_of_row(PANE_EXECS, table_first(&model->execs));
	detail.id = 99;
	assert_true(detail_is_kept(&from, &detail));
	open_page(detail);
	assert_string_equal(page.title, "PID 41213 curl");
}

static void exec__another_process_has_the_pid__is_not_among_its(void **state)
{
	struct exec_record other = EXEC(T0_NS, 41213, "/bin/other", "x");

	(void)state;
	other.head.start_ns = T0_NS - SECOND_NS;
	take_curl();
	take_exec(other);
	open_exec(1);
	assert_false(page_has("Also executed"));
	expect_line("FILENAME: /usr/bin/curl");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PAGE_TEST(page__of_a_process__has_all_that_is_known),
		PAGE_TEST(state__exited__says_how_and_when),
		PAGE_TEST(state__exited_with_a_code__is_a_warning),
		PAGE_TEST(state__killed__names_the_signal),
		PAGE_TEST(state__killed_by_a_nameless_signal__has_its_number),
		PAGE_TEST(users__names_wanted__have_both),
		PAGE_TEST(args__of_any_kind__show_where_each_ends),
		PAGE_TEST(args__cut_by_the_kernel__end_in_dots),
		PAGE_TEST(args__very_long__are_all_there),
		PAGE_TEST(args__hostile__reach_the_screen_as_text),
		PAGE_TEST(ancestry__parents_in_the_table__are_choices_of_it),
		PAGE_TEST(ancestry__parent_unknown__is_a_line_but_no_choice),
		PAGE_TEST(ancestry__parent_evicted__has_the_name_its_child_told),
		PAGE_TEST(ancestry__pid_used_again__is_who_lived_then),
		PAGE_TEST(ancestry__younger_than_its_child__is_another),
		PAGE_TEST(ancestry__procfs_knows_a_later_one__is_that),
		PAGE_TEST(ancestry__of_init__is_left_out),
		PAGE_TEST(stranger__chosen__has_what_procfs_tells),
		PAGE_TEST(stranger__then_seen__has_its_row),
		PAGE_TEST(children__of_a_process__are_those_that_it_forked),
		PAGE_TEST(exec__that_failed__says_why),
		PAGE_TEST(exec__one_of_several__is_its_own_page_and_leads_to_the_others),
		PAGE_TEST(exec__evicted__is_the_page_of_its_process),
		PAGE_TEST(exec__another_process_has_the_pid__is_not_among_its),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
