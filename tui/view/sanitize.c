/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <langinfo.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include "sanitize.h"

struct range {
	uint32_t first, last;
};

/*
 * What is never written as it is: C1, general category Cf, the line and paragraph separators, what
 * Unicode calls default-ignorable but for variation selectors, private use, noncharacters (those
 * at the end of a plane are told by arithmetic). Sorted. From Unicode 15.1.
 */
static const struct range unsafe[] = {
	{ 0x80, 0x9f },	       { 0xad, 0xad },	     { 0x34f, 0x34f },	   { 0x600, 0x605 },
	{ 0x61c, 0x61c },      { 0x6dd, 0x6dd },     { 0x70f, 0x70f },	   { 0x890, 0x891 },
	{ 0x8e2, 0x8e2 },      { 0x115f, 0x1160 },   { 0x17b4, 0x17b5 },   { 0x180e, 0x180e },
	{ 0x200b, 0x200f },    { 0x2028, 0x202e },   { 0x2060, 0x206f },   { 0x3164, 0x3164 },
	{ 0xe000, 0xf8ff },    { 0xfdd0, 0xfdef },   { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },
	{ 0xfff0, 0xfffb },    { 0x110bd, 0x110bd }, { 0x110cd, 0x110cd }, { 0x13430, 0x1343f },
	{ 0x1bca0, 0x1bca3 },  { 0x1d173, 0x1d17a }, { 0xe0000, 0xe00ff }, { 0xe01f0, 0xe0fff },
	{ 0xf0000, 0x10ffff },
};

/* Combining marks and variation selectors, for locales that cannot tell. Sorted. */
static const struct range marks[] = {
	{ 0x300, 0x36f },   { 0x1ab0, 0x1aff }, { 0x180b, 0x180f }, { 0x1dc0, 0x1dff },
	{ 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xe0100, 0xe01ef },
};

static bool in_ranges(uint32_t code_point, const struct range *ranges, size_t n)
{
	for (size_t i = 0; i < n && code_point >= ranges[i].first; i++) {
		if (code_point <= ranges[i].last)
			return true;
	}
	return false;
}

#define IN(code_point, table) in_ranges(code_point, table, sizeof(table) / sizeof((table)[0]))

bool utf8_acts(uint32_t code_point)
{
	return code_point < 0x20 || code_point == 0x7f || (code_point & 0xfffe) == 0xfffe ||
	       IN(code_point, unsafe);
}

/* Columns of a character beyond ASCII: 1 or 2, 0 for a mark, -1 when it must be escaped. */
static int char_width(uint32_t code_point)
{
	int width;

	if (utf8_acts(code_point))
		return -1;
	width = wcwidth((wchar_t)code_point);
	if (width >= 0)
		return width <= 2 ? width : -1;
	if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
		return -1;
	return IN(code_point, marks) ? 0 : 1;
}

size_t utf8_decode(const char *text, size_t len, uint32_t *code_point)
{
	const unsigned char *bytes = (const unsigned char *)text;
	/* The least code point that needs so many bytes: anything below is overlong. */
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t value;
	size_t need;

	if (len == 0)
		return 0;
	if (bytes[0] < 0x80) {
		*code_point = bytes[0];
		return 1;
	}
	if (bytes[0] < 0xc2 || bytes[0] > 0xf4)
		return 0;
	need = bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
	if (len < need)
		return 0;
	value = bytes[0] & (0x7f >> need);
	for (size_t i = 1; i < need; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (bytes[i] & 0x3f);
	}
	if (value < least[need] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*code_point = value;
	return need;
}

size_t utf8_encode(uint32_t code, char *out)
{
	if (code < 0x80) {
		out[0] = code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = 0xc0 | code >> 6;
		out[1] = 0x80 | (code & 0x3f);
		return 2;
	}
	if (code < 0x10000) {
		out[0] = 0xe0 | code >> 12;
		out[1] = 0x80 | (code >> 6 & 0x3f);
		out[2] = 0x80 | (code & 0x3f);
		return 3;
	}
	out[0] = 0xf0 | code >> 18;
	out[1] = 0x80 | (code >> 12 & 0x3f);
	out[2] = 0x80 | (code >> 6 & 0x3f);
	out[3] = 0x80 | (code & 0x3f);
	return 4;
}

static void escape(struct glyph *out, const char *format, unsigned value)
{
	int len = snprintf(out->bytes, sizeof(out->bytes), format, value);

	out->len = (uint8_t)len;
	out->width = (uint8_t)len;
}

static void escape_byte(struct glyph *out, unsigned char byte)
{
	const char *format = byte == '\n'   ? "\\n"
			     : byte == '\t' ? "\\t"
			     : byte == '\r' ? "\\r"
			     : byte == 0x1b ? "\\e"
					    : "\\x%02x";

	escape(out, format, byte);
}

/* Adds the marks that follow a character to its glyph. Returns the bytes they take. */
static size_t take_marks(const char *text, size_t len, struct glyph *out)
{
	size_t used = 0;

	for (int i = 0; i < SANITIZE_MARKS_MAX; i++) {
		uint32_t code_point;
		size_t taken = utf8_decode(text + used, len - used, &code_point);

		if (taken < 2 || char_width(code_point) != 0)
			break;
		memcpy(out->bytes + out->len, text + used, taken);
		out->len += (uint8_t)taken;
		used += taken;
	}
	return used;
}

size_t sanitize_glyph(const char *text, size_t len, enum charset charset, struct glyph *out)
{
	uint32_t code_point;
	size_t taken;
	int width;

	if (glyph_is_plain(text, len)) {
		out->bytes[0] = text[0];
		out->len = 1;
		out->width = 1;
		return 1;
	}
	taken = utf8_decode(text, len, &code_point);
	if (taken == 0 || (code_point < 0x80 && utf8_acts(code_point))) {
		escape_byte(out, (unsigned char)text[0]);
		return 1;
	}
	width = code_point < 0x7f ? 1 : charset == CHARSET_ASCII ? -1 : char_width(code_point);
	if (width <= 0) {
		escape(out, "\\u{%04x}", code_point);
		return taken;
	}
	memcpy(out->bytes, text, taken);
	out->len = (uint8_t)taken;
	out->width = (uint8_t)width;
	if (charset == CHARSET_UTF8)
		taken += take_marks(text + taken, len - taken, out);
	return taken;
}

size_t sanitize_text(char *out, size_t cap, const char *text, size_t len, enum charset charset)
{
	size_t room = cap - 1, columns = 0;

	while (len > 0) {
		struct glyph glyph;
		size_t taken;

		if (room > 0 && glyph_is_plain(text, len)) {
			*out++ = *text++;
			room--;
			len--;
			columns++;
			continue;
		}
		taken = sanitize_glyph(text, len, charset, &glyph);
		if (glyph.len > room)
			break;
		memcpy(out, glyph.bytes, glyph.len);
		out += glyph.len;
		room -= glyph.len;
		text += taken;
		len -= taken;
		columns += glyph.width;
	}
	*out = '\0';
	return columns;
}
