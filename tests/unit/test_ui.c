/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interactive screen, from keys to frames: filters, pause, export, refreshing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>
#include "fakes.h"

/* Rows of the frame, of 16: the Execs pane's body, and that of the other. */
#define EXECS_BODY 3
#define CONNS_BODY 10

#define NOBODYS_UID 3999999999U /* a user without a name on any host */

/* Three execs, of which the one in the middle is root's, and a connection. */
static void start_with_rows(void)
{
	take_exec(T0_NS - 30 * MS_NS, 101, NOBODYS_UID, "/bin/a");
	take_exec(T0_NS - 20 * MS_NS, 102, 0, "/bin/b");
	take_exec(T0_NS - 10 * MS_NS, 103, NOBODYS_UID, "/bin/c");
	fake.samples[0] = conn_figures(EVENT_SAMPLE, 7, T0_NS, 10, 20);
	fake.samples[0].head.uid = NOBODYS_UID;
	fake.n_samples = 1;
	start();
}

static bool only_pid(uint32_t pid)
{
	return fake.filter.pid.only.n == 1 && fake.filter.pid.only.values[0] == pid;
}

/* --- filters ---------------------------------------------------------------------------------- */

static void ui_input__p__prompt_has_the_selected_pid(void **state)
{
	(void)state;
	start_with_rows();
	press('p');
	expect_bottom("Filter by PID: 103");
	assert_int_equal(screen.cursor_row, 15);
	assert_int_equal(screen.cursor_col, 18);
	assert_int_equal(fake.filters_set, 0);
	press(ESCAPE);
	assert_int_equal(screen.cursor_row, -1);
	assert_int_equal(fake.filters_set, 0);
	press_all("jp");
	expect_bottom("Filter by PID: 102");
}

static void ui_input__p_enter__leaves_that_pid_alone(void **state)
{
	(void)state;
	start_with_rows();
	press_all("jp\r");
	assert_int_equal(fake.filters_set, 1);
	assert_true(only_pid(102));
	find_in_row(&screen.shown, 0, "filter pid=102");
	find_in_row(&screen.shown, 1, "> Execs 1 ");
	find_in_row(&screen.shown, EXECS_BODY, "/bin/b -y");
	expect_shown(EXECS_BODY + 1, "");
	find_in_row(&screen.shown, 8, "Connections 0 live, 0 closed");
}

static void ui_input__u__offers_the_name_or_the_number(void **state)
{
	(void)state;
	start_with_rows();
	press_all("ju");
	expect_bottom("Filter by user: root");
	press('\r');
	assert_int_equal(fake.filter.uid.only.n, 1);
	assert_int_equal(fake.filter.uid.only.values[0], 0);
	find_in_row(&screen.shown, 0, "filter uid=root");
	press_all("=Du");
	expect_bottom("Filter by user: 0");
}

static void ui_input__P__offers_the_remote_port_as_a_number(void **state)
{
	(void)state;
	start_with_rows();
	press_all("\tP");
	expect_bottom("Filter by port: 443");
	press_all("-500\r");
	assert_int_equal(fake.filter.port.has_only, 1);
	assert_true(fake.filter.port.only[443 / 64] >> 443 % 64 & 1);
	assert_true(fake.filter.port.only[500 / 64] >> 500 % 64 & 1);
	/* Execs have no port: the filter in force is offered there. */
	press_all("\tP");
	expect_bottom("Filter by port: 443-500");
}

static void ui_input__no_row__offers_the_filter_in_force(void **state)
{
	(void)state;
	start();
	press('p');
	expect_bottom("Filter by PID:");
	press_all("7,!8\r");
	find_in_row(&screen.shown, 0, "filter pid=7,!8");
	press('p');
	expect_bottom("Filter by PID: 7,!8");
}

static void ui_input__bad_value__is_refused_in_place(void **state)
{
	(void)state;
	start_with_rows();
	press_all("p\r"); /* 103 is in force */
	press_all("p,12x\r");
	assert_int_equal(find_in_row(&screen.shown, 15, "Filter by PID: 103,12x  bad PID '12x'"),
			 0);
	assert_int_equal(screen.cursor_col, 22);
	assert_int_equal(fake.filters_set, 1);
	assert_true(only_pid(103));
	find_in_row(&screen.shown, 0, "filter pid=103");
	/* Mended. */
	press(KEYCODE_BACKSPACE);
	expect_bottom("Filter by PID: 103,12");
	press('\r');
	find_in_row(&screen.shown, 0, "filter pid=103,12");
	assert_int_equal(fake.filters_set, 2);
	assert_int_equal(fake.filter.pid.only.n, 2);
}

static void ui_input__kernel_refuses__old_filter_stays_and_it_says_why(void **state)
{
	(void)state;
	start_with_rows();
	press_all("p\r");
	fake.filter_err = -EPERM;
	press_all("p");
	press(CTRL('u'));
	press_all("55\r");
	find_in_row(&screen.shown, 15, "Filter by PID: 55");
	find_in_row(&screen.shown, 15, "Operation not permitted");
	find_in_row(&screen.shown, 0, "filter pid=103");
	assert_true(only_pid(103));
	press(ESCAPE);
	press('=');
	find_in_row(&screen.shown, 15, "Operation not permitted");
	find_in_row(&screen.shown, 0, "filter pid=103");
}

static void ui_input__empty__lifts_the_dimension(void **state)
{
	(void)state;
	start_with_rows();
	press_all("p\ru\r");
	find_in_row(&screen.shown, 0, "filter pid=103 uid=3999999999");
	press('p');
	press(CTRL('u'));
	press('\r');
	assert_int_equal(fake.filter.pid.only.n, 0);
	assert_int_equal(fake.filter.uid.only.n, 1);
	find_in_row(&screen.shown, 0, "filter uid=3999999999");
}

static void ui_input__equals__lifts_all_and_living_come_back(void **state)
{
	static const struct filter none;

	(void)state;
	start_with_rows();
	press_all("p\r");
	press_all("u\r");
	find_in_row(&screen.shown, 8, "Connections 0 live");
	/* One that the filter hid from its beginning: a pass of samples tells of it, at once. */
	fake.samples[1] = conn_figures(EVENT_SAMPLE, 8, T0_NS, 0, 0);
	fake.n_samples = 2;
	press('=');
	assert_memory_equal(&fake.filter, &none, sizeof(none));
	assert_false(row_has(&screen.shown, 0, "filter"));
	find_in_row(&screen.shown, 1, "> Execs 3 ");
	find_in_row(&screen.shown, 8, "Connections 2 live, 0 closed");
	expect_bottom("all filters lifted");
	/* Said until the next key. */
	press('j');
	find_in_row(&screen.shown, 15, "p pid");
}

/* --- pause ------------------------------------------------------------------------------------ */

static void ui_input__pause__screen_holds_still_while_the_model_goes_on(void **state)
{
	char before[16][ROW_TEXT_MAX], now[ROW_TEXT_MAX];

	(void)state;
	start_with_rows();
	press(' ');
	find_in_row(&screen.shown, 0, "PAUSED");
	for (int row = 0; row < 16; row++)
		grid_row_text(&screen.shown, row, before[row], sizeof(before[row]));

	take_exec(T0_NS, 104, NOBODYS_UID, "/bin/d");
	take_conn(conn_record(EVENT_OPEN, 8, T0_NS));
	fake.samples[0].rx_bytes = 123456;
	fake.counts.kinds[EVENT_EXEC].seen = 5000;
	after_events();
	refresh_after(5 * SECOND_NS);
	for (int row = 0; row < 16; row++) {
		grid_row_text(&screen.shown, row, now, sizeof(now));
		assert_string_equal(now, before[row]);
	}
	assert_int_equal(HASH_COUNT(model->execs), 4);
	assert_int_equal(HASH_COUNT(model->conns), 2);

	press('Z');
	assert_false(row_has(&screen.shown, 0, "PAUSED"));
	find_in_row(&screen.shown, 0, "14:02:16");
	find_in_row(&screen.shown, EXECS_BODY, "/bin/d -y");
}

static void ui_input__paused__moves_sorts_and_filters_what_is_held(void **state)
{
	(void)state;
	start_with_rows();
	press(' ');
	take_exec(T0_NS, 104, NOBODYS_UID, "/bin/d");
	after_events();
	press_all(">");
	find_in_row(&screen.shown, 1, "sort PID ^");
	find_in_row(&screen.shown, EXECS_BODY, "/bin/a -y");
	press_all("p\r");
	find_in_row(&screen.shown, 1, "> Execs 1 ");
	find_in_row(&screen.shown, EXECS_BODY, "/bin/a -y");
	assert_true(only_pid(101));
	press('=');
	find_in_row(&screen.shown, 1, "> Execs 3 ");
}

/* --- export ----------------------------------------------------------------------------------- */

static char folder[64];

static int export_set_up(void **state)
{
	strcpy(folder, "/tmp/conntop-ui-XXXXXX");
	return mkdtemp(folder) ? ui_set_up(state) : -1;
}

static int export_tear_down(void **state)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[512];

	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		unlink(path);
	}
	if (dir)
		closedir(dir);
	rmdir(folder);
	return ui_tear_down(state);
}

static void type_path(const char *name)
{
	type_text(folder);
	type_text("/");
	type_text(name);
}

/* The file as one string. */
static const char *content(const char *name)
{
	static char text[16384];
	char path[128];
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	assert_non_null(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = '\0';
	return text;
}

static void ui_input__e__writes_what_is_shown(void **state)
{
	const char *text;

	(void)state;
	start_with_rows();
	press('e');
	expect_bottom("Export to (.json .csv .txt):");
	type_path("a.csv");
	press('\r');
	assert_int_equal(find_in_row(&screen.shown, 15, "written to /tmp/conntop-ui-"), 0);
	text = content("a.csv");
	/* The focused pane in its order: the newest first. */
	assert_non_null(strstr(text, "/bin/c"));
	assert_true(strstr(text, "/bin/c") < strstr(text, "/bin/a"));
	press_all("je"); /* and after the next key, keys again */
	type_path("a.json");
	press('\r');
	assert_non_null(strstr(content("a.json"), "\"host\""));
	assert_non_null(strstr(content("a.json"), "\"connections\""));
}

/* JSON holds every pane, also those that are not on screen. */
static void ui_input__e_one_pane_alone__writes_the_others_to_json(void **state)
{
	(void)state;
	start_with_rows();
	model->evicted[EVENT_EXEC] = 3;
	press_all("4e");
	type_path("a.json");
	press('\r');
	assert_non_null(strstr(content("a.json"), "\"/bin/c\""));
	assert_non_null(strstr(content("a.json"), "\"192.0.2.80\""));
	assert_non_null(strstr(content("a.json"), "\"evicted\":{\"exec\":3"));
	find_in_row(&screen.shown, 1, "> Remotes 1 ");
}

static void ui_input__e_filtered__writes_no_other_row(void **state)
{
	(void)state;
	start_with_rows();
	press_all("p\re");
	type_path("a.txt");
	press('\r');
	assert_non_null(strstr(content("a.txt"), "/bin/c"));
	assert_null(strstr(content("a.txt"), "/bin/a"));
}

/* Typed ahead: what is written is in the order just asked for. */
static void ui_input__sort_and_export_at_once__writes_the_new_order(void **state)
{
	const char *text;

	(void)state;
	start_with_rows();
	type_text("Ie");
	type_path("a.csv");
	press('\r');
	text = content("a.csv");
	assert_true(strstr(text, "/bin/a") < strstr(text, "/bin/c"));
}

static void ui_input__e_refused__keeps_the_path_and_says_why(void **state)
{
	(void)state;
	/* Wide enough for a path and a reason. */
	screen.cols = 160;
	start_with_rows();
	press('e');
	type_path("a.xml");
	press('\r');
	find_in_row(&screen.shown, 15, "/a.xml  the name must end in .json, .csv or .txt");
	for (int i = 0; i < 3; i++)
		press(KEYCODE_BACKSPACE);
	press_all("csv\r");
	assert_int_equal(find_in_row(&screen.shown, 15, "written to "), 0);
	press('e');
	type_path("a.csv");
	press('\r');
	find_in_row(&screen.shown, 15, "/a.csv  it exists already");
	press(CTRL('u'));
	type_path("no/such/a.csv");
	press('\r');
	find_in_row(&screen.shown, 15, "/no/such/a.csv  No such file or directory");
	press(ESCAPE);
	assert_int_equal(screen.cursor_row, -1);
}

/* --- refreshing ------------------------------------------------------------------------------- */

static void ui_refresh__counts__become_rates_and_losses(void **state)
{
	(void)state;
	fake.counts.kinds[EVENT_EXEC].seen = 1000;
	start();
	find_in_row(&screen.shown, 0, "execs 0/s  conns 0/s  live 0  lost 0");
	fake.counts.kinds[EVENT_EXEC].seen += 24;
	fake.counts.kinds[EVENT_OPEN].seen += 90;
	fake.counts.kinds[EVENT_OPEN].lost += 6;
	fake.counts.kinds[EVENT_OPEN].filtered += 500;
	fake.counts.missed = 1;
	refresh_after(2 * SECOND_NS);
	find_in_row(&screen.shown, 0, "execs 12/s  conns 48/s");
	find_in_row(&screen.shown, 0, "lost 7");
	refresh_after(SECOND_NS);
	find_in_row(&screen.shown, 0, "execs 0/s  conns 0/s");
	find_in_row(&screen.shown, 0, "lost 7");
}

static void ui_refresh__malformed_record__counts_as_lost(void **state)
{
	struct conn_event bad = conn_record(EVENT_OPEN, 1, T0_NS);

	(void)state;
	start();
	bad.ip = 5;
	assert_int_equal(model_apply(model, &bad.head, sizeof(bad)), -EINVAL);
	refresh_after(SECOND_NS);
	find_in_row(&screen.shown, 0, "lost 1");
}

static void ui_refresh__samples__show_figures_and_who_is_gone(void **state)
{
	(void)state;
	start_with_rows();
	fake.samples[0].rx_bytes = 20 + 4096;
	refresh_after(SECOND_NS);
	find_in_row(&screen.shown, CONNS_BODY, "ESTAB");
	find_in_row(&screen.shown, CONNS_BODY, "4.0K");
	find_in_row(&screen.shown, 0, "live 1");
	fake.n_samples = 0;
	refresh_after(SECOND_NS);
	find_in_row(&screen.shown, 0, "live 0");
	find_in_row(&screen.shown, CONNS_BODY, "CLOSED");
}

static void ui_refresh__sampling_fails__says_so_and_closes_nothing(void **state)
{
	(void)state;
	start_with_rows();
	fake.sample_err = -EIO;
	refresh_after(SECOND_NS);
	expect_bottom("no figures of connections: Input/output error");
	find_in_row(&screen.shown, 0, "live 1");
}

static void ui_resize__other_size__frame_follows(void **state)
{
	static const char small[] = "too small: needs 40x8";

	(void)state;
	start_with_rows();
	screen.rows = 30;
	screen.cols = 60;
	ui_resize(ui);
	assert_int_equal(screen.resizes, 1);
	assert_int_equal(screen.shown.rows, 30);
	find_in_row(&screen.shown, EXECS_BODY, "/bin/c -y");
	find_in_row(&screen.shown, 29, "p pid");
	screen.rows = 7;
	ui_resize(ui);
	expect_shown(0, small);
	screen.rows = 1;
	ui_resize(ui);
	expect_shown(0, small);
	screen.rows = 16;
	ui_resize(ui);
	find_in_row(&screen.shown, EXECS_BODY, "/bin/c -y");
}

/* Two keys read at once: the rows that were held must not be looked at once they are gone. */
static void ui_input__unpause_and_p_at_once__offers_a_living_row(void **state)
{
	(void)state;
	mallopt(M_PERTURB, 0x5a);		 /* what is freed holds nothing of use any more */
	for (uint32_t pid = 1; pid <= 20; pid++) /* more than malloc keeps as they are */
		take_exec(T0_NS - SECOND_NS, pid, 0, "/bin/z");
	start_with_rows();
	press(' ');
	press_all(" p");
	expect_bottom("Filter by PID: 103");
	press(ESCAPE);
	press(' ');
	press_all(" jk");
	find_in_row(&screen.shown, EXECS_BODY, "/bin/c -y");
}

int main(void)
{
#define TEST(name)   cmocka_unit_test_setup_teardown(name, ui_set_up, ui_tear_down)
#define EXPORT(name) cmocka_unit_test_setup_teardown(name, export_set_up, export_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(ui_input__p__prompt_has_the_selected_pid),
		TEST(ui_input__p_enter__leaves_that_pid_alone),
		TEST(ui_input__u__offers_the_name_or_the_number),
		TEST(ui_input__P__offers_the_remote_port_as_a_number),
		TEST(ui_input__no_row__offers_the_filter_in_force),
		TEST(ui_input__bad_value__is_refused_in_place),
		TEST(ui_input__kernel_refuses__old_filter_stays_and_it_says_why),
		TEST(ui_input__empty__lifts_the_dimension),
		TEST(ui_input__equals__lifts_all_and_living_come_back),
		TEST(ui_input__pause__screen_holds_still_while_the_model_goes_on),
		TEST(ui_input__paused__moves_sorts_and_filters_what_is_held),
		EXPORT(ui_input__e__writes_what_is_shown),
		EXPORT(ui_input__e_one_pane_alone__writes_the_others_to_json),
		EXPORT(ui_input__e_filtered__writes_no_other_row),
		EXPORT(ui_input__sort_and_export_at_once__writes_the_new_order),
		EXPORT(ui_input__e_refused__keeps_the_path_and_says_why),
		TEST(ui_refresh__counts__become_rates_and_losses),
		TEST(ui_refresh__malformed_record__counts_as_lost),
		TEST(ui_refresh__samples__show_figures_and_who_is_gone),
		TEST(ui_refresh__sampling_fails__says_so_and_closes_nothing),
		TEST(ui_resize__other_size__frame_follows),
		TEST(ui_input__unpause_and_p_at_once__offers_a_living_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
