/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include "sanitize.h"

static int utf8_locale(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C.UTF-8") ? 0 : -1;
}

static int c_locale(void **state)
{
	(void)state;
	return setlocale(LC_CTYPE, "C") ? 0 : -1;
}

/* An encoder of its own, for any value of up to 21 bits, valid or not. */
static size_t encode(uint32_t value, char out[4])
{
	if (value < 0x80) {
		out[0] = (char)value;
		return 1;
	}
	if (value < 0x800) {
		out[0] = (char)(0xc0 | value >> 6);
		out[1] = (char)(0x80 | (value & 0x3f));
		return 2;
	}
	if (value < 0x10000) {
		out[0] = (char)(0xe0 | value >> 12);
		out[1] = (char)(0x80 | (value >> 6 & 0x3f));
		out[2] = (char)(0x80 | (value & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | value >> 18);
	out[1] = (char)(0x80 | (value >> 12 & 0x3f));
	out[2] = (char)(0x80 | (value >> 6 & 0x3f));
	out[3] = (char)(0x80 | (value & 0x3f));
	return 4;
}

static void expect(const char *text, size_t len, enum charset charset, const char *shown,
		   size_t columns)
{
	char out[256];

	assert_int_equal(sanitize_text(out, sizeof(out), text, len, charset), columns);
	assert_string_equal(out, shown);
}

#define EXPECT(text, shown, columns) expect(text, sizeof(text) - 1, CHARSET_UTF8, shown, columns)
#define EXPECT_ASCII(text, shown) \
	expect(text, sizeof(text) - 1, CHARSET_ASCII, shown, sizeof(shown) - 1)

/* --- decoding --- */

static void utf8_decode__every_scalar_value__comes_back(void **state)
{
	(void)state;
	for (uint32_t value = 0; value <= 0x10ffff; value++) {
		uint32_t decoded = 0xdeadbeef;
		char text[4];
		size_t len = encode(value, text);

		if (value >= 0xd800 && value <= 0xdfff) {
			assert_int_equal(utf8_decode(text, len, &decoded), 0);
			continue;
		}
		assert_int_equal(utf8_decode(text, len, &decoded), len);
		assert_int_equal(decoded, value);
		assert_int_equal(utf8_decode(text, len - 1, &decoded), 0);
	}
}

static void utf8_decode__above_unicode__is_refused(void **state)
{
	uint32_t decoded;

	(void)state;
	for (uint32_t value = 0x110000; value <= 0x1fffff; value++) {
		char text[4];

		assert_int_equal(utf8_decode(text, encode(value, text), &decoded), 0);
	}
	assert_int_equal(utf8_decode("\xf8\x88\x80\x80\x80", 5, &decoded), 0);
}

/* As many sequences are taken as there are characters of that length: so none is overlong. */
static void utf8_decode__all_sequences__only_the_shortest_forms_count(void **state)
{
	size_t counts[5] = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 1U << 24; i++) {
		char text[3] = { (char)(i >> 16), (char)(i >> 8), (char)i };
		uint32_t decoded;

		counts[utf8_decode(text, 3, &decoded)]++;
	}
	assert_int_equal(counts[1], 128U << 16);
	assert_int_equal(counts[2], 1920U << 8);
	assert_int_equal(counts[3], 65536 - 2048 - 2048);
	assert_int_equal(counts[4], 0);
}

static void utf8_decode__four_bytes__bounds_of_rfc_3629(void **state)
{
	static const unsigned char edges[] = { 0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xff };
	size_t n = 0;

	(void)state;
	for (unsigned i = 0xf000; i <= 0xffff; i++) {
		for (int j = 0; j < 36; j++) {
			char text[4] = { (char)(i >> 8), (char)i, (char)edges[j / 6],
					 (char)edges[j % 6] };
			uint32_t decoded;

			n += utf8_decode(text, 4, &decoded) == 4;
		}
	}
	/* Second bytes: F0 90..BF, F1..F3 80..BF, F4 80..8F; two good edges for the others. */
	assert_int_equal(n, (48 + 3 * 64 + 16) * 2 * 2);
}

static void utf8_decode__nothing__is_refused(void **state)
{
	uint32_t decoded;

	(void)state;
	assert_int_equal(utf8_decode("a", 0, &decoded), 0);
}

/* --- what is shown --- */

static void sanitize_text__printable_ascii__is_unchanged(void **state)
{
	char all[95];

	(void)state;
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (char)(0x20 + i);
	for (enum charset charset = CHARSET_UTF8; charset <= CHARSET_ASCII; charset++) {
		char out[96];

		assert_int_equal(sanitize_text(out, sizeof(out), all, 95, charset), 95);
		assert_memory_equal(out, all, 95);
		assert_int_equal(out[95], '\0');
	}
	EXPECT("C:\\n \\x1b", "C:\\n \\x1b", 9);
}

static void sanitize_text__controls__are_escaped(void **state)
{
	(void)state;
	EXPECT("a\n\t\r\x1b[2J", "a\\n\\t\\r\\e[2J", 12);
	EXPECT("\0\1\x1f\x7f", "\\x00\\x01\\x1f\\x7f", 16);
	EXPECT("\xc2\x80\xc2\x85\xc2\x9b\xc2\x9f", "\\u{0080}\\u{0085}\\u{009b}\\u{009f}", 32);
	EXPECT_ASCII("\x1b]0;\a", "\\e]0;\\x07");
}

static void sanitize_text__invalid_utf8__is_escaped_by_byte(void **state)
{
	(void)state;
	EXPECT("\x9b", "\\x9b", 4);
	EXPECT("\xff\xfe", "\\xff\\xfe", 8);
	EXPECT("\xc0\x80", "\\xc0\\x80", 8);
	EXPECT("\xed\xa0\x80", "\\xed\\xa0\\x80", 12);
	EXPECT("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", 16);
	EXPECT("\xe4\xb8", "\\xe4\\xb8", 8);
	EXPECT("\xe4\xb8x", "\\xe4\\xb8x", 9);
	EXPECT("\xe4\xe4\xb8\x96", "\\xe4\xe4\xb8\x96", 6);
	EXPECT_ASCII("\xff\xc3\xa9", "\\xff\\u{00e9}");
}

static const uint32_t hidden[] = {
	0x80,	 0x9f,	  0xad,	   0x34f,   0x61c,   0x180e,  0x200b,  0x200c,	 0x200d,   0x200e,
	0x200f,	 0x2028,  0x2029,  0x202a,  0x202d,  0x202e,  0x2060,  0x2064,	 0x2066,   0x2069,
	0xe000,	 0xf8ff,  0xfdd0,  0xfdef,  0xfeff,  0xfff9,  0xfffb,  0xfffe,	 0xffff,   0x1fffe,
	0xe0000, 0xe0001, 0xe0020, 0xe007f, 0xf0000, 0xffffd, 0xfffff, 0x10fffd, 0x10ffff,
};

static void sanitize_glyph__hidden_characters__are_escaped(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		char text[5], shown[24];
		struct glyph glyph;
		size_t len = encode(hidden[i], text);

		snprintf(shown, sizeof(shown), "\\u{%04x}", hidden[i]);
		for (enum charset charset = CHARSET_UTF8; charset <= CHARSET_ASCII; charset++) {
			assert_int_equal(sanitize_glyph(text, len, charset, &glyph), len);
			assert_int_equal(glyph.len, strlen(shown));
			assert_int_equal(glyph.width, strlen(shown));
			assert_memory_equal(glyph.bytes, shown, glyph.len);
		}
	}
}

static void sanitize_text__wide_characters__take_two_columns(void **state)
{
	(void)state;
	EXPECT("a\xe4\xb8\x96z", "a\xe4\xb8\x96z", 4);
	EXPECT("\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", 2);
	EXPECT("\xc3\xa9\xd0\xb6", "\xc3\xa9\xd0\xb6", 2);
}

static void sanitize_text__unassigned_character__is_escaped(void **state)
{
	(void)state;
	EXPECT("\xcd\xb8", "\\u{0378}", 8);
}

static void sanitize_text__c_locale__decodes_all_the_same(void **state)
{
	(void)state;
	EXPECT("a\xe4\xb8\x96\xc3\xa9", "a\xe4\xb8\x96\xc3\xa9", 3);
	EXPECT("\xc2\x9b\xe2\x80\xae\xff", "\\u{009b}\\u{202e}\\xff", 20);
}

static void sanitize_text__ascii_charset__escapes_all_else(void **state)
{
	(void)state;
	EXPECT_ASCII("\xc3\xa9", "\\u{00e9}");
	EXPECT_ASCII("e\xcc\x81", "e\\u{0301}");
	EXPECT_ASCII("\xf0\x9f\x98\x80~", "\\u{1f600}~");
}

/* --- combining marks: run in a UTF-8 and in the C locale --- */

static void sanitize_glyph__marks__stay_with_their_base(void **state)
{
	struct glyph glyph;

	(void)state;
	assert_int_equal(sanitize_glyph("e\xcc\x81x", 4, CHARSET_UTF8, &glyph), 3);
	assert_int_equal(glyph.len, 3);
	assert_int_equal(glyph.width, 1);
	assert_memory_equal(glyph.bytes, "e\xcc\x81", 3);
	EXPECT("e\xcc\x81\xcc\x82x", "e\xcc\x81\xcc\x82x", 2);
	EXPECT("\xe2\x9d\xa4\xef\xb8\x8f", "\xe2\x9d\xa4\xef\xb8\x8f", 1);
	EXPECT("\\\xcc\x81", "\\\xcc\x81", 1);
}

static void sanitize_text__too_many_marks__are_escaped(void **state)
{
	(void)state;
	EXPECT("e\xcc\x81\xcc\x82\xcc\x83\xcc\x84", "e\xcc\x81\xcc\x82\\u{0303}\\u{0304}", 17);
}

static void sanitize_text__mark_without_base__is_escaped(void **state)
{
	(void)state;
	EXPECT("\xcc\x81", "\\u{0301}", 8);
	EXPECT("\n\xcc\x81", "\\n\\u{0301}", 10);
	EXPECT("\xff\xe2\x83\x9d", "\\xff\\u{20dd}", 12);
	EXPECT("\xe2\x80\x8b\xcc\x81", "\\u{200b}\\u{0301}", 16);
}

static void sanitize_glyph__longest_base_and_marks__fit(void **state)
{
	static const char text[] = "\xf0\x9f\x98\x80\xf3\xa0\x84\x80\xf3\xa0\x84\x81";
	struct glyph glyph;

	(void)state;
	assert_int_equal(sanitize_glyph(text, 12, CHARSET_UTF8, &glyph), 12);
	assert_int_equal(glyph.len, 12);
	assert_memory_equal(glyph.bytes, text, 12);
}

/* --- room --- */

static void sanitize_text__short_room__keeps_whole_glyphs(void **state)
{
	char out[8];

	(void)state;
	memset(out, 'X', sizeof(out));
	assert_int_equal(sanitize_text(out, 4, "abcdef", 6, CHARSET_UTF8), 3);
	assert_memory_equal(out, "abc\0XXXX", 8);
	assert_int_equal(sanitize_text(out, 4, "ab\xc3\xa9", 4, CHARSET_UTF8), 2);
	assert_string_equal(out, "ab");
	assert_int_equal(sanitize_text(out, 5, "ab\xc3\xa9", 4, CHARSET_UTF8), 3);
	assert_string_equal(out, "ab\xc3\xa9");
	/* An escape is not cut, and what comes after it does not take its place. */
	assert_int_equal(sanitize_text(out, 5, "a\1b", 3, CHARSET_UTF8), 1);
	assert_string_equal(out, "a");
	assert_int_equal(sanitize_text(out, 4, "abe\xcc\x81", 5, CHARSET_UTF8), 2);
	assert_string_equal(out, "ab");
}

static void sanitize_text__no_room_or_text__is_empty(void **state)
{
	char out[2] = { 'X', 'Y' };

	(void)state;
	assert_int_equal(sanitize_text(out, 1, "abc", 3, CHARSET_UTF8), 0);
	assert_memory_equal(out, "\0Y", 2);
	out[0] = 'X';
	assert_int_equal(sanitize_text(out, 2, "", 0, CHARSET_UTF8), 0);
	assert_memory_equal(out, "\0Y", 2);
}

/* --- what holds for whatever there is --- */

static void check_safe(const char *bytes, size_t len, enum charset charset)
{
	for (size_t at = 0; at < len;) {
		uint32_t code_point = 0;
		size_t taken = utf8_decode(bytes + at, len - at, &code_point);

		assert_true(taken > 0);
		assert_true(code_point >= 0x20);
		assert_false(code_point >= 0x7f && code_point <= 0x9f);
		assert_true(charset == CHARSET_UTF8 || code_point < 0x7f);
		for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
			assert_true(code_point != hidden[i]);
		at += taken;
	}
}

/* Both ways through the sanitiser take all of the text, agree, and give nothing dangerous. */
static void check_text(const char *text, size_t len, enum charset charset)
{
	char joined[1024], out[1024];
	size_t used = 0, columns = 0, at = 0;

	while (at < len) {
		struct glyph glyph;
		size_t taken = sanitize_glyph(text + at, len - at, charset, &glyph);

		assert_in_range(taken, 1, len - at);
		assert_in_range(glyph.len, 1, SANITIZE_GLYPH_MAX);
		assert_true(glyph.width >= 1);
		assert_true(glyph.width <= 2 || glyph.width == glyph.len);
		memcpy(joined + used, glyph.bytes, glyph.len);
		used += glyph.len;
		columns += glyph.width;
		at += taken;
	}
	assert_int_equal(at, len);
	check_safe(joined, used, charset);
	assert_int_equal(sanitize_text(out, sizeof(out), text, len, charset), columns);
	assert_int_equal(strlen(out), used);
	assert_memory_equal(out, joined, used);
}

static void sanitize__all_single_and_double_bytes__are_safe(void **state)
{
	(void)state;
	for (unsigned i = 0; i <= 0xffff; i++) {
		char text[2] = { (char)i, (char)(i >> 8) };

		for (enum charset charset = CHARSET_UTF8; charset <= CHARSET_ASCII; charset++) {
			if (i <= 0xff)
				check_text(text, 1, charset);
			check_text(text, 2, charset);
		}
	}
}

static void sanitize__every_scalar_value__is_safe_and_as_wide_as_wcwidth(void **state)
{
	(void)state;
	for (uint32_t value = 0x80; value <= 0x10ffff; value++) {
		struct glyph glyph;
		char text[4];
		size_t len = encode(value, text);

		check_text(text, len, CHARSET_UTF8);
		sanitize_glyph(text, len, CHARSET_UTF8, &glyph);
		if (glyph.bytes[0] != '\\')
			assert_int_equal(glyph.width, wcwidth((wchar_t)value));
	}
}

static uint32_t random_next(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void sanitize__random_strings__are_safe(void **state)
{
	/* Pieces that mean something next to each other, so that chance finds the corners. */
	static const char *const pieces[] = {
		"a",
		"\\",
		"\x1b",
		"\xcc\x81",
		"\xe4\xb8\x96",
		"\xe4\xb8",
		"\xf0\x9f",
		"\xc2\x9b",
		"\xe2\x80\xae",
		"\xed\xa0\x80",
		"\xef\xb8\x8f",
		"\xff",
		"\xc2",
		"\xf0\x9f\x98\x80",
		"\xe2\x80\x8d",
	};
	uint32_t seed = 20240607;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t n = random_next(&seed) % 24, len = 0;
		char text[128];

		for (size_t i = 0; i < n; i++) {
			uint32_t pick = random_next(&seed) % 30;

			if (pick < 15) {
				memcpy(text + len, pieces[pick], strlen(pieces[pick]));
				len += strlen(pieces[pick]);
			} else {
				text[len++] = (char)(random_next(&seed) >> 8);
			}
		}
		check_text(text, len, round % 2 ? CHARSET_UTF8 : CHARSET_ASCII);
	}
}

#define IN(locale, test) ((struct CMUnitTest){ #test " [" #locale "]", test, locale, NULL, NULL })
#define UTF8(test)	 IN(utf8_locale, test)
#define PLAIN_C(test)	 IN(c_locale, test)
#define BOTH(test)	 UTF8(test), PLAIN_C(test)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_decode__every_scalar_value__comes_back),
		cmocka_unit_test(utf8_decode__above_unicode__is_refused),
		cmocka_unit_test(utf8_decode__all_sequences__only_the_shortest_forms_count),
		cmocka_unit_test(utf8_decode__four_bytes__bounds_of_rfc_3629),
		cmocka_unit_test(utf8_decode__nothing__is_refused),
		BOTH(sanitize_text__printable_ascii__is_unchanged),
		BOTH(sanitize_text__controls__are_escaped),
		UTF8(sanitize_text__invalid_utf8__is_escaped_by_byte),
		BOTH(sanitize_glyph__hidden_characters__are_escaped),
		UTF8(sanitize_text__wide_characters__take_two_columns),
		UTF8(sanitize_text__unassigned_character__is_escaped),
		PLAIN_C(sanitize_text__c_locale__decodes_all_the_same),
		BOTH(sanitize_text__ascii_charset__escapes_all_else),
		BOTH(sanitize_glyph__marks__stay_with_their_base),
		BOTH(sanitize_text__too_many_marks__are_escaped),
		BOTH(sanitize_text__mark_without_base__is_escaped),
		BOTH(sanitize_glyph__longest_base_and_marks__fit),
		BOTH(sanitize_text__short_room__keeps_whole_glyphs),
		BOTH(sanitize_text__no_room_or_text__is_empty),
		BOTH(sanitize__all_single_and_double_bytes__are_safe),
		UTF8(sanitize__every_scalar_value__is_safe_and_as_wide_as_wcwidth),
		BOTH(sanitize__random_strings__are_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
