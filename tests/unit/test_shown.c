/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of each frame no more is told than what differs from the one before, and never less. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "../../tui/screen/shown.h"

#define ROWS 6
#define COLS 20

static struct grid grid;
static struct shown shown;
static struct cell screen[ROWS][COLS]; /* as a terminal has it that is told what differs */

static int set_up(void **state)
{
	(void)state;
	memset(&grid, 0, sizeof(grid));
	memset(&shown, 0, sizeof(shown));
	return setlocale(LC_CTYPE, "C.UTF-8") ? grid_init(&grid, ROWS, COLS, CHARSET_UTF8) : -1;
}

static int tear_down(void **state)
{
	(void)state;
	grid_fini(&grid);
	shown_fini(&shown);
	return 0;
}

static void put(int row, int col, const char *text, enum role role)
{
	grid_puts(&grid, row, col, COLS - col, text, role);
}

/* Shows the frame; how many cells were told. */
static int show(void)
{
	int from, to, told = 0;

	if (!shown_begin(&shown, &grid))
		memset(screen, 0, sizeof(screen));
	for (int row = 0; row < ROWS; row++) {
		if (!shown_row(&shown, &grid, row, &from, &to))
			continue;
		assert_in_range(to, from + 1, COLS);
		memcpy(&screen[row][from], &grid.cells[row * COLS + from],
		       (to - from) * sizeof(struct cell));
		told += to - from;
	}
	assert_memory_equal(screen, grid.cells, sizeof(screen));
	return told;
}

static void shown_row__first_frame__is_told_whole(void **state)
{
	(void)state;
	assert_int_equal(show(), ROWS * COLS);
}

static void shown_row__same_frame__nothing_is_told(void **state)
{
	(void)state;
	put(2, 3, "same", ROLE_TEXT);
	show();
	put(2, 3, "same", ROLE_TEXT);
	assert_int_equal(show(), 0);
}

static void shown_row__one_word__is_all_that_is_told(void **state)
{
	int from, to;

	(void)state;
	put(2, 3, "a word more", ROLE_TEXT);
	show();
	put(2, 5, "bird", ROLE_TEXT);
	assert_true(shown_begin(&shown, &grid));
	assert_false(shown_row(&shown, &grid, 1, &from, &to));
	assert_true(shown_row(&shown, &grid, 2, &from, &to));
	/* Of "bird" and "word" the last two are alike. */
	assert_int_equal(from, 5);
	assert_int_equal(to, 7);
}

static void shown_row__role_alone__is_told(void **state)
{
	(void)state;
	put(0, 0, "x", ROLE_TEXT);
	show();
	put(0, 0, "x", ROLE_WARNING);
	assert_int_equal(show(), 1);
}

/* A terminal draws both halves or none. */
static void shown_row__wide_character__is_told_from_its_left_half(void **state)
{
	(void)state;
	put(1, 4, "日", ROLE_TEXT);
	show();
	grid_paint(&grid, 1, 5, 1, ROLE_SELECTED);
	assert_int_equal(show(), 2);
	put(1, 4, "ab", ROLE_TEXT);
	assert_int_equal(show(), 2);
	put(1, 4, "本", ROLE_TEXT);
	assert_int_equal(show(), 2);
}

static void shown_forget__next_frame__is_told_whole(void **state)
{
	(void)state;
	show();
	shown_forget(&shown);
	assert_int_equal(show(), ROWS * COLS);
	assert_int_equal(show(), 0);
}

static void shown_begin__another_size__is_told_whole(void **state)
{
	int from, to;

	(void)state;
	show();
	assert_int_equal(grid_init(&grid, ROWS, COLS - 1, CHARSET_UTF8), 0);
	assert_false(shown_begin(&shown, &grid));
	assert_true(shown_row(&shown, &grid, 0, &from, &to));
	assert_int_equal(to - from, COLS - 1);
}

/* Whatever is drawn, the terminal shows it: show() compares. */
static void shown_row__frames_at_random__are_shown_as_drawn(void **state)
{
	static const char *const texts[] = {
		"a", "bcd", "日本", "é", "     ", "x日y", "long words"
	};
	int told = 0;

	(void)state;
	srand(7);
	for (int i = 0; i < 5000; i++) {
		for (int n = rand() % 4; n; n--)
			put(rand() % ROWS, rand() % COLS, texts[rand() % 7], rand() % ROLE_COUNT);
		if (rand() % 200 == 0)
			shown_forget(&shown);
		told += show();
	}
	assert_true(told < 5000 * ROWS * COLS / 4);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(shown_row__first_frame__is_told_whole),
		TEST(shown_row__same_frame__nothing_is_told),
		TEST(shown_row__one_word__is_all_that_is_told),
		TEST(shown_row__role_alone__is_told),
		TEST(shown_row__wide_character__is_told_from_its_left_half),
		TEST(shown_forget__next_frame__is_told_whole),
		TEST(shown_begin__another_size__is_told_whole),
		TEST(shown_row__frames_at_random__are_shown_as_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
