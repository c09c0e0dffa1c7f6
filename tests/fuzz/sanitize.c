/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sanitiser: whatever the bytes, no control and no broken UTF-8 gets through, in any charset
 * and locale, and what it says of widths is so.
 *
 * Input: a byte that picks charset, locale and room, then the text.
 */
#include <wchar.h>
#include "fuzz.h"
#include "grid.h"
#include "sanitize.h"

enum { ASCII = 0x1, C_LOCALE = 0x2, COLS_SHIFT = 2 };

static locale_t locales[2];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	fuzz_locales(locales);
	return 0;
}

/* Columns as the terminal counts them: by the locale, where it knows; else one each but marks. */
static size_t columns_of(const char *text, size_t len)
{
	size_t columns = 0;

	while (len > 0) {
		uint32_t code = 0;
		size_t n = fuzz_decode((const unsigned char *)text, len, &code);
		int width = wcwidth((wchar_t)code);

		fuzz_require(n && width >= 0);
		columns += (size_t)width;
		text += n;
		len -= n;
	}
	return columns;
}

static void check_glyph(const struct glyph *glyph, enum charset charset, bool locale_knows)
{
	fuzz_require(glyph->len >= 1 && glyph->len <= SANITIZE_GLYPH_MAX);
	fuzz_require(fuzz_is_safe(glyph->bytes, glyph->len, ""));
	fuzz_require(glyph->width >= 1);
	if (charset == CHARSET_ASCII)
		fuzz_require(glyph->width == glyph->len);
	for (size_t i = 0; charset == CHARSET_ASCII && i < glyph->len; i++)
		fuzz_require(glyph->bytes[i] >= 0x20 && glyph->bytes[i] < 0x7f);
	if (locale_knows)
		fuzz_require(glyph->width == columns_of(glyph->bytes, glyph->len));
}

/* Glyph by glyph, and all at once into `cap` bytes: the same. */
static void check_text(const char *text, size_t len, enum charset charset, bool locale_knows,
		       size_t cap)
{
	char *whole = malloc(cap);
	size_t columns, shown = 0, used = 0;
	struct glyph glyph;

	fuzz_require(whole);
	columns = sanitize_text(whole, cap, text, len, charset);
	while (len > 0) {
		size_t taken = sanitize_glyph(text, len, charset, &glyph);

		fuzz_require(taken >= 1 && taken <= len);
		check_glyph(&glyph, charset, locale_knows);
		text += taken;
		len -= taken;
		if (used + glyph.len >= cap)
			break;
		fuzz_require(!memcmp(whole + used, glyph.bytes, glyph.len));
		used += glyph.len;
		shown += glyph.width;
	}
	fuzz_require(strlen(whole) == used && columns == shown);
	free(whole);
}

/* In cells: what a row shows is safe, and as wide as it says. */
static void check_grid(const char *text, size_t len, enum charset charset, int cols)
{
	struct grid grid = { 0 };
	char row[512 * SANITIZE_GLYPH_MAX];
	int width, whole;

	fuzz_require(!grid_init(&grid, 1, cols, charset));
	whole = grid_width(&grid, text, len);
	width = grid_text(&grid, 0, 0, cols, text, len, ROLE_TEXT);
	fuzz_require(width >= 0 && width <= cols && (whole > cols || width == whole));
	if (len) {
		size_t n = grid_wrap(&grid, text, len, cols);

		fuzz_require(n >= 1 && n <= len);
	}
	fuzz_require(fuzz_is_safe(row, grid_row_text(&grid, 0, row, sizeof(row)), ""));
	for (int col = 0; col < cols; col++) {
		const struct cell *cell = &grid.cells[col];

		fuzz_require(cell->width <= 2 && (cell->width > 0) == (cell->len > 0));
		fuzz_require(cell->width < 2 || (col + 1 < cols && !cell[1].width));
	}
	grid_fini(&grid);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz fuzz = { data, size };
	uint8_t how = fuzz_byte(&fuzz);
	enum charset charset = how & ASCII ? CHARSET_ASCII : CHARSET_UTF8;
	bool locale_knows = !(how & C_LOCALE);
	size_t len = fuzz.left;
	char *text = (char *)fuzz_piece(&fuzz, &len);

	uselocale(locales[!locale_knows]);
	check_text(text, len, charset, locale_knows, 1 + (how >> COLS_SHIFT));
	check_text(text, len, charset, locale_knows, 1 + len * SANITIZE_GLYPH_MAX);
	check_grid(text, len, charset, 1 + (how >> COLS_SHIFT));
	free(text);
	return 0;
}
