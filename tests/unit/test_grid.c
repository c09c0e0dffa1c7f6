/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <string.h>
#include "grid.h"

#define WIDE	 "\xe4\xb8\x96" /* 世, two columns */
#define E_ACUTE	 "e\xcc\x81"	/* e and a combining acute, one column */
#define ELLIPSIS "\xe2\x80\xa6"

/* Each test has a grid of 3 rows and 10 columns. */
static int setup(void **state)
{
	static struct grid grid;

	grid = (struct grid){ 0 };
	*state = &grid;
	return setlocale(LC_CTYPE, "C.UTF-8") ? grid_init(&grid, 3, 10, CHARSET_UTF8) : -1;
}

static int teardown(void **state)
{
	grid_fini(*state);
	return 0;
}

static struct cell *cell_at(const struct grid *grid, int row, int col)
{
	return &grid->cells[row * grid->cols + col];
}

static void expect_row(const struct grid *grid, int row, const char *text)
{
	char out[256];

	assert_int_equal(grid_row_text(grid, row, out, sizeof(out)), strlen(text));
	assert_string_equal(out, text);
}

/* `digits`: enum role of each column; so roles up to ROLE_WARNING only. */
static void expect_roles(const struct grid *grid, int row, const char *digits)
{
	for (int col = 0; col < grid->cols; col++)
		assert_int_equal(cell_at(grid, row, col)->role, digits[col] - '0');
}

/* Every wide character has both halves, and every cell is of a kind that can be. */
static void check_consistent(const struct grid *grid)
{
	for (int row = 0; row < grid->rows; row++) {
		for (int col = 0; col < grid->cols; col++) {
			const struct cell *cell = cell_at(grid, row, col);

			assert_in_range(cell->width, 0, 2);
			assert_in_range(cell->len, cell->width > 0, SANITIZE_GLYPH_MAX);
			assert_true(cell->role < ROLE_COUNT);
			if (cell->width == 2) {
				assert_true(col + 1 < grid->cols);
				assert_int_equal(cell[1].width, 0);
			}
			if (cell->width == 0) {
				assert_int_equal(cell->len, 0);
				assert_true(col > 0);
				assert_int_equal(cell[-1].width, 2);
			}
		}
	}
}

static void grid_init__new__is_blank(void **state)
{
	struct grid *grid = *state;

	for (int i = 0; i < 30; i++) {
		assert_int_equal(grid->cells[i].len, 1);
		assert_int_equal(grid->cells[i].width, 1);
		assert_int_equal(grid->cells[i].bytes[0], ' ');
		assert_int_equal(grid->cells[i].role, ROLE_TEXT);
	}
	expect_row(grid, 0, "");
}

static void grid_init__again__resizes_and_blanks(void **state)
{
	struct grid *grid = *state;

	grid_puts(grid, 0, 0, 10, "old", ROLE_DIM);
	assert_int_equal(grid_init(grid, 5, 20, CHARSET_ASCII), 0);
	assert_int_equal(grid->rows, 5);
	assert_int_equal(grid->cols, 20);
	assert_int_equal(grid->charset, CHARSET_ASCII);
	expect_row(grid, 0, "");
	assert_int_equal(cell_at(grid, 0, 0)->role, ROLE_TEXT);
	assert_int_equal(grid_puts(grid, 4, 10, 10, "0123456789", ROLE_TEXT), 10);
	expect_row(grid, 4, "          0123456789");
}

static void grid_init__too_big__fails_and_keeps_the_old(void **state)
{
	struct grid *grid = *state;

	grid_puts(grid, 0, 0, 10, "old", ROLE_TEXT);
	assert_int_equal(grid_init(grid, INT_MAX, INT_MAX, CHARSET_ASCII), -ENOMEM);
	assert_int_equal(grid->cols, 10);
	expect_row(grid, 0, "old");
}

static void grid__no_rows_or_columns__draws_nothing(void **state)
{
	static const int sizes[][2] = { { 0, 0 }, { 0, 10 }, { 10, 0 }, { -1, 5 }, { 5, -1 } };
	struct grid *grid = *state;
	char out[4] = "xyz";

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(grid_init(grid, sizes[i][0], sizes[i][1], CHARSET_UTF8), 0);
		assert_int_equal(grid_puts(grid, 0, 0, 10, "text", ROLE_TEXT), 0);
		grid_fill(grid, 0, 0, 10, ROLE_DIM);
		assert_int_equal(grid_row_text(grid, 0, out, sizeof(out)), 0);
		assert_string_equal(out, "");
		assert_int_equal(grid_width(grid, "text", 4), 4);
	}
}

static void grid_fini__null_zeroed_and_twice__is_fine(void **state)
{
	struct grid empty = { 0 };

	grid_fini(NULL);
	grid_fini(&empty);
	grid_fini(*state);
	grid_fini(*state);
	assert_null(((struct grid *)*state)->cells);
}

static void grid_text__fits__is_written_whole(void **state)
{
	struct grid *grid = *state;

	assert_int_equal(grid_text(grid, 1, 2, 5, "abcdefgh", 5, ROLE_WARNING), 5);
	expect_row(grid, 1, "  abcde");
	expect_roles(grid, 1, "0099999000");
	expect_row(grid, 0, "");
	expect_row(grid, 2, "");
	assert_int_equal(grid_text(grid, 0, 0, 10, "", 0, ROLE_KEY), 0);
}

static void grid_text__shorter_than_what_is_there__leaves_the_rest(void **state)
{
	struct grid *grid = *state;

	grid_puts(grid, 0, 0, 10, "0123456789", ROLE_TEXT);
	assert_int_equal(grid_puts(grid, 0, 2, 6, "ab", ROLE_DIM), 2);
	expect_row(grid, 0, "01ab456789");
}

static void grid_text__too_long__ends_in_the_mark(void **state)
{
	struct grid *grid = *state;

	assert_int_equal(grid_puts(grid, 0, 1, 5, "abcdef", ROLE_KEY), 5);
	expect_row(grid, 0, " abcd" ELLIPSIS);
	assert_int_equal(cell_at(grid, 0, 5)->role, ROLE_KEY);
	assert_int_equal(cell_at(grid, 0, 5)->width, 1);
	assert_int_equal(grid_puts(grid, 1, 0, 1, "ab", ROLE_TEXT), 1);
	expect_row(grid, 1, ELLIPSIS);
	/* The grid's own edge cuts as well. */
	assert_int_equal(grid_puts(grid, 2, 7, 100, "abcdef", ROLE_TEXT), 3);
	expect_row(grid, 2, "       ab" ELLIPSIS);
}

static void grid_text__ascii_charset__cuts_with_a_tilde(void **state)
{
	struct grid *grid = *state;

	assert_int_equal(grid_init(grid, 1, 10, CHARSET_ASCII), 0);
	assert_int_equal(grid_puts(grid, 0, 0, 4, "abcde", ROLE_TEXT), 4);
	expect_row(grid, 0, "abc~");
	assert_int_equal(grid_puts(grid, 0, 0, 10,
				   "\xc3\xa9"
				   "ab",
				   ROLE_TEXT),
			 10);
	expect_row(grid, 0, "\\u{00e9}ab");
	assert_int_equal(grid_puts(grid, 0, 0, 6,
				   "\xc3\xa9"
				   "ab",
				   ROLE_TEXT),
			 6);
	expect_row(grid, 0, "\\u{00~9}ab");
}

static void grid_text__wide_characters__take_two_cells(void **state)
{
	struct grid *grid = *state;

	assert_int_equal(grid_puts(grid, 0, 0, 10, "a" WIDE "b", ROLE_GOOD), 4);
	expect_row(grid, 0, "a" WIDE "b");
	assert_int_equal(cell_at(grid, 0, 1)->width, 2);
	assert_int_equal(cell_at(grid, 0, 1)->len, 3);
	assert_int_equal(cell_at(grid, 0, 2)->width, 0);
	assert_int_equal(cell_at(grid, 0, 2)->len, 0);
	expect_roles(grid, 0, "8888000000");
	check_consistent(grid);
}

static void grid_text__wide_character_at_the_cut__is_left_out(void **state)
{
	struct grid *grid = *state;

	/* The mark takes the first column of the one that does not fit. */
	assert_int_equal(grid_puts(grid, 0, 0, 5, WIDE WIDE WIDE, ROLE_TEXT), 5);
	expect_row(grid, 0, WIDE WIDE ELLIPSIS);
	/* The mark takes the second column of the one that did fit. */
	assert_int_equal(grid_puts(grid, 1, 0, 4, WIDE WIDE WIDE, ROLE_WARNING), 4);
	expect_row(grid, 1, WIDE " " ELLIPSIS);
	expect_roles(grid, 1, "9999000000");
	/* Just fits. */
	assert_int_equal(grid_puts(grid, 2, 0, 6, WIDE WIDE WIDE, ROLE_TEXT), 6);
	expect_row(grid, 2, WIDE WIDE WIDE);
	/* At the edge of the grid. */
	assert_int_equal(grid_puts(grid, 2, 9, 2, WIDE, ROLE_TEXT), 1);
	expect_row(grid, 2, WIDE WIDE WIDE "   " ELLIPSIS);
	check_consistent(grid);
}

static void grid_text__escape__is_spread_over_cells(void **state)
{
	struct grid *grid = *state;

	assert_int_equal(grid_puts(grid, 0, 0, 10, "a\x01\n", ROLE_TEXT), 7);
	expect_row(grid, 0, "a\\x01\\n");
	for (int col = 0; col < 7; col++) {
		assert_int_equal(cell_at(grid, 0, col)->len, 1);
		assert_int_equal(cell_at(grid, 0, col)->width, 1);
	}
	assert_int_equal(grid_puts(grid, 1, 0, 4, "a\x01", ROLE_TEXT), 4);
	expect_row(grid, 1, "a\\x" ELLIPSIS);
	assert_int_equal(grid_puts(grid, 2, 0, 5, "a\x01", ROLE_TEXT), 5);
	expect_row(grid, 2, "a\\x01");
}

static void grid_text__marks__share_the_cell_of_their_base(void **state)
{
	struct grid *grid = *state;

	assert_int_equal(grid_puts(grid, 0, 0, 3, E_ACUTE "ab", ROLE_TEXT), 3);
	expect_row(grid, 0, E_ACUTE "ab");
	assert_int_equal(cell_at(grid, 0, 0)->len, 3);
	assert_int_equal(cell_at(grid, 0, 0)->width, 1);
	/* A backslash under a mark is one cell, not an escape. */
	assert_int_equal(grid_puts(grid, 1, 0, 3, "\\\xcc\x81z", ROLE_TEXT), 2);
	expect_row(grid, 1, "\\\xcc\x81z");
	/* The last one of a row, and a blank that has a mark. */
	assert_int_equal(grid_puts(grid, 2, 8, 2, "a \xcc\x81", ROLE_TEXT), 2);
	expect_row(grid, 2, "        a \xcc\x81");
}

static void grid_text__over_half_of_a_wide_one__blanks_the_other(void **state)
{
	struct grid *grid = *state;

	grid_puts(grid, 0, 0, 10, WIDE WIDE, ROLE_GOOD);
	grid_puts(grid, 0, 1, 2, "ab", ROLE_WARNING);
	expect_row(grid, 0, " ab");
	expect_roles(grid, 0, "8998000000");
	check_consistent(grid);
	grid_puts(grid, 1, 0, 10, WIDE WIDE WIDE, ROLE_TEXT);
	grid_puts(grid, 1, 1, 2, WIDE, ROLE_TEXT);
	expect_row(grid, 1, " " WIDE " " WIDE);
	check_consistent(grid);
	grid_puts(grid, 1, 1, 2, WIDE, ROLE_TEXT);
	expect_row(grid, 1, " " WIDE " " WIDE);
	check_consistent(grid);
	/* The mark, too. */
	grid_puts(grid, 2, 2, 4, "x" WIDE, ROLE_TEXT);
	grid_puts(grid, 2, 2, 2, "abc", ROLE_TEXT);
	expect_row(grid, 2, "  a" ELLIPSIS);
	check_consistent(grid);
}

static void grid_fill__over_half_of_a_wide_one__blanks_the_other(void **state)
{
	struct grid *grid = *state;

	grid_puts(grid, 0, 0, 10, WIDE WIDE WIDE, ROLE_TEXT);
	grid_fill(grid, 0, 1, 2, ROLE_DIM);
	expect_row(grid, 0, "    " WIDE);
	expect_roles(grid, 0, "0770000000");
	check_consistent(grid);
}

static void grid_text__left_of_the_grid__shows_what_sticks_in(void **state)
{
	struct grid *grid = *state;

	assert_int_equal(grid_puts(grid, 0, -3, 10, "abcdef", ROLE_TEXT), 6);
	expect_row(grid, 0, "def");
	assert_int_equal(grid_puts(grid, 1, -1, 10, WIDE "b", ROLE_KEY), 3);
	expect_row(grid, 1, " b");
	assert_int_equal(cell_at(grid, 1, 0)->role, ROLE_KEY);
	assert_int_equal(grid_puts(grid, 2, -2, 10, "\x01z", ROLE_TEXT), 5);
	expect_row(grid, 2, "01z");
	assert_int_equal(grid_puts(grid, 2, -2, 4, "abcdef", ROLE_TEXT), 4);
	expect_row(grid, 2, "c" ELLIPSIS "z");
	assert_int_equal(grid_puts(grid, 2, -20, 5, "abcdef", ROLE_TEXT), 5);
	expect_row(grid, 2, "c" ELLIPSIS "z");
	check_consistent(grid);
}

static void grid__outside__is_cut_off(void **state)
{
	static const int far[] = { INT_MIN, INT_MIN + 1, -11, 10, 11, INT_MAX };
	struct grid *grid = *state;

	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		assert_int_equal(grid_puts(grid, far[i], 0, 10, "x", ROLE_DIM), 0);
		grid_fill(grid, far[i], 0, 10, ROLE_DIM);
		grid_puts(grid, 0, far[i], 10, "0123456789", ROLE_DIM);
		grid_fill(grid, 0, far[i], 10, ROLE_DIM);
		assert_int_equal(grid_puts(grid, 0, 0, -1, "x", ROLE_DIM), 0);
	}
	assert_int_equal(grid_puts(grid, 3, 0, 10, "x", ROLE_DIM), 0);
	assert_int_equal(grid_puts(grid, 0, 0, 0, "x", ROLE_DIM), 0);
	for (int row = 0; row < 3; row++) {
		expect_row(grid, row, "");
		expect_roles(grid, row, "0000000000");
	}
	expect_row(grid, -1, "");
	expect_row(grid, 3, "");
}

static void grid_fill__range__is_blank_in_its_role(void **state)
{
	struct grid *grid = *state;

	grid_puts(grid, 0, 0, 10, "0123456789", ROLE_TEXT);
	grid_fill(grid, 0, 3, 4, ROLE_DIM);
	expect_row(grid, 0, "012    789");
	expect_roles(grid, 0, "0007777000");
	grid_fill(grid, 0, -2, 3, ROLE_SORT);
	grid_fill(grid, 0, 9, INT_MAX, ROLE_SORT);
	expect_row(grid, 0, " 12    78");
	expect_roles(grid, 0, "5007777005");
}

static void grid_width__text__is_what_grid_text_takes(void **state)
{
	struct grid *grid = *state;

	assert_int_equal(grid_width(grid, "", 0), 0);
	assert_int_equal(grid_width(grid, "a" WIDE E_ACUTE "\x1b\x01", 9), 10);
	grid->charset = CHARSET_ASCII;
	assert_int_equal(grid_width(grid, WIDE "a", 4), 9);
}

static void grid_row_text__short_room__keeps_whole_cells(void **state)
{
	struct grid *grid = *state;
	char out[6];

	grid_puts(grid, 0, 0, 10, "a b" WIDE "c", ROLE_TEXT);
	memset(out, 'X', sizeof(out));
	assert_int_equal(grid_row_text(grid, 0, out, 0), 0);
	assert_int_equal(out[0], 'X');
	assert_int_equal(grid_row_text(grid, 0, out, 1), 0);
	assert_string_equal(out, "");
	assert_int_equal(grid_row_text(grid, 0, out, 3), 1);
	assert_string_equal(out, "a");
	assert_int_equal(grid_row_text(grid, 0, out, 6), 3);
	assert_string_equal(out, "a b");
}

static uint32_t random_next(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void grid__random_drawing__stays_consistent(void **state)
{
	static const char *const pieces[] = {
		"a", WIDE, E_ACUTE, "\x1b", "\x01", "\xff", "\\", " "
	};
	struct grid *grid = *state;
	uint32_t seed = 42;

	for (int round = 0; round < 100000; round++) {
		int row = (int)(random_next(&seed) % 5) - 1,
		    col = (int)(random_next(&seed) % 16) - 4;
		int width = (int)(random_next(&seed) % 14) - 1;
		enum role role = random_next(&seed) % ROLE_COUNT;
		char text[64] = "";

		for (uint32_t n = random_next(&seed) % 8; n > 0; n--)
			strcat(text, pieces[random_next(&seed) % 8]);
		switch (random_next(&seed) % 6) {
		case 0:
			grid_fill(grid, row, col, width, role);
			break;
		default:
			assert_in_range(grid_puts(grid, row, col, width, text, role), 0,
					width > 0 ? width : 0);
		}
		check_consistent(grid);
	}
}

static void grid_paint__range__changes_the_role_alone(void **state)
{
	struct grid *grid = *state;

	assert_int_equal(grid_init(grid, 1, 6, CHARSET_UTF8), 0);
	grid_puts(grid, 0, 0, 6, "a\u4e16bcd", ROLE_TEXT);
	grid_paint(grid, 0, 1, 3, ROLE_MATCH);
	grid_paint(grid, 0, 5, 100, ROLE_DIM);
	grid_paint(grid, 0, -5, 6, ROLE_KEY);
	grid_paint(grid, 1, 0, 6, ROLE_GOOD);
	grid_paint(grid, 0, 6, 1, ROLE_GOOD);
	check_consistent(grid);
	expect_row(grid, 0, "a\u4e16bcd");
	assert_int_equal(grid->cells[0].role, ROLE_KEY);
	assert_int_equal(grid->cells[1].role, ROLE_MATCH);
	assert_int_equal(grid->cells[2].role, ROLE_MATCH);
	assert_int_equal(grid->cells[3].role, ROLE_MATCH);
	assert_int_equal(grid->cells[4].role, ROLE_TEXT);
	assert_int_equal(grid->cells[5].role, ROLE_DIM);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(grid_init__new__is_blank),
		TEST(grid_init__again__resizes_and_blanks),
		TEST(grid_init__too_big__fails_and_keeps_the_old),
		TEST(grid__no_rows_or_columns__draws_nothing),
		TEST(grid_fini__null_zeroed_and_twice__is_fine),
		TEST(grid_text__fits__is_written_whole),
		TEST(grid_text__shorter_than_what_is_there__leaves_the_rest),
		TEST(grid_text__too_long__ends_in_the_mark),
		TEST(grid_text__ascii_charset__cuts_with_a_tilde),
		TEST(grid_text__wide_characters__take_two_cells),
		TEST(grid_text__wide_character_at_the_cut__is_left_out),
		TEST(grid_text__escape__is_spread_over_cells),
		TEST(grid_text__marks__share_the_cell_of_their_base),
		TEST(grid_text__over_half_of_a_wide_one__blanks_the_other),
		TEST(grid_fill__over_half_of_a_wide_one__blanks_the_other),
		TEST(grid_text__left_of_the_grid__shows_what_sticks_in),
		TEST(grid__outside__is_cut_off),
		TEST(grid_fill__range__is_blank_in_its_role),
		TEST(grid_width__text__is_what_grid_text_takes),
		TEST(grid_row_text__short_room__keeps_whole_cells),
		TEST(grid_paint__range__changes_the_role_alone),
		TEST(grid__random_drawing__stays_consistent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
