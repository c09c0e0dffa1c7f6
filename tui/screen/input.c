/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "input.h"
#include "keys.h"

#define ESCAPE	    0x1b
#define INTERRUPT   0x03 /* ^C */
#define BELL	    0x07
#define PASTE_BEGIN "\033[200~"
#define PASTE_END   "\033[201~"

/* Who types does not follow an escape that fast; a slow line may tear a longer sequence apart. */
#define ESCAPE_MS   40
#define SEQUENCE_MS 250

/* What steps return beside keys: more bytes are needed; there is none; it is taken, but no key. */
enum { MORE = 0, NOTHING = -1, TAKEN = -2 };

/* ECMA-48, VT220, xterm, rxvt and the Linux console, whatever terminfo says. */
static const struct input_sequence usual[] = {
	{ "\033[A", KEYCODE_UP },
	{ "\033OA", KEYCODE_UP },
	{ "\033[B", KEYCODE_DOWN },
	{ "\033OB", KEYCODE_DOWN },
	{ "\033[C", KEYCODE_RIGHT },
	{ "\033OC", KEYCODE_RIGHT },
	{ "\033[D", KEYCODE_LEFT },
	{ "\033OD", KEYCODE_LEFT },
	{ "\033[H", KEYCODE_HOME },
	{ "\033OH", KEYCODE_HOME },
	{ "\033[1~", KEYCODE_HOME },
	{ "\033[7~", KEYCODE_HOME },
	{ "\033[F", KEYCODE_END },
	{ "\033OF", KEYCODE_END },
	{ "\033[4~", KEYCODE_END },
	{ "\033[8~", KEYCODE_END },
	{ "\033[5~", KEYCODE_PAGE_UP },
	{ "\033[6~", KEYCODE_PAGE_DOWN },
	{ "\033[3~", KEYCODE_DELETE },
	{ "\033OM", '\r' },
	{ "\033OP", KEYCODE_F1 },
	{ "\033[11~", KEYCODE_F1 },
	{ "\033[[A", KEYCODE_F1 },
	{ "\033OQ", KEYCODE_F2 },
	{ "\033[12~", KEYCODE_F2 },
	{ "\033[[B", KEYCODE_F2 },
	{ "\033OR", KEYCODE_F3 },
	{ "\033[13~", KEYCODE_F3 },
	{ "\033[[C", KEYCODE_F3 },
	{ "\033OS", KEYCODE_F4 },
	{ "\033[14~", KEYCODE_F4 },
	{ "\033[[D", KEYCODE_F4 },
	{ "\033[15~", KEYCODE_F5 },
	{ "\033[[E", KEYCODE_F5 },
	{ "\033[17~", KEYCODE_F6 },
	{ "\033[18~", KEYCODE_F7 },
	{ "\033[19~", KEYCODE_F8 },
	{ "\033[20~", KEYCODE_F9 },
	{ "\033[21~", KEYCODE_F10 },
	{ PASTE_BEGIN, KEYCODE_PASTE },
	/* Control or Alt with an arrow: by words, as readline's Alt-b and Alt-f. */
	{ "\033[1;5D", 'b' | KEYCODE_ALT },
	{ "\033[1;3D", 'b' | KEYCODE_ALT },
	{ "\033[1;5C", 'f' | KEYCODE_ALT },
	{ "\033[1;3C", 'f' | KEYCODE_ALT },
};

void input_learn(struct input *input, const char *bytes, int key)
{
	if (!bytes || bytes[0] != ESCAPE || !bytes[1] || input->n_own == INPUT_SEQUENCES_MAX)
		return;
	input->own[input->n_own++] = (struct input_sequence){ bytes, key };
}

size_t input_add(struct input *input, const void *bytes, size_t n)
{
	size_t room = sizeof(input->bytes) - input->n;

	if (n > room)
		n = room;
	memcpy(input->bytes + input->n, bytes, n);
	input->n += n;
	return n;
}

static int take(struct input *input, size_t n, int key)
{
	input->n -= n;
	memmove(input->bytes, input->bytes + n, input->n);
	return key;
}

/* --- characters ------------------------------------------------------------------------------- */

/* The character at an offset, of *len bytes; MORE, or NOTHING: one byte that is none. */
static int character(const struct input *input, size_t at, bool over, size_t *len)
{
	const char *bytes = (const char *)input->bytes + at;
	mbstate_t state = { 0 };
	wchar_t wide;
	size_t n = mbrtowc(&wide, bytes, input->n - at, &state);

	*len = 1;
	if (n == (size_t)-2 && !over)
		return MORE;
	if (n == 0 || n == (size_t)-1 || n == (size_t)-2)
		return NOTHING;
	/* How the C locale may keep a foreign byte; and what glibc takes beyond Unicode's end. */
	if ((wide >= 0xd800 && wide <= 0xdfff) || wide > 0x10ffff)
		return NOTHING;
	*len = n;
	return wide;
}

static int character_key(struct input *input, size_t at, bool over)
{
	size_t len;
	int code = character(input, at, over, &len);

	if (code == MORE)
		return MORE;
	if (code == NOTHING)
		code = KEYCODE_UNKNOWN;
	else if (code == 0x7f || code == '\b')
		code = KEYCODE_BACKSPACE;
	else if (code == '\n')
		code = '\r';
	return take(input, at + len, at ? code | KEYCODE_ALT : code);
}

/* --- pasted text ------------------------------------------------------------------------------ */

/* Terminals paste line ends as Enter. */
static void paste_add(struct input *input, int code)
{
	enum { LONGEST = 4 };

	if (code == '\r')
		code = '\n';
	if (input->paste_len + LONGEST <= sizeof(input->paste))
		input->paste_len += utf8_encode(code, input->paste + input->paste_len);
}

static int paste_end(struct input *input, size_t len)
{
	input->pasting = false;
	return take(input, len, KEYCODE_PASTE);
}

/*
 * Up to the mark of its end, however long that takes. ^C ends it too, should the mark have got
 * lost: terminals paste no control characters.
 */
static int take_paste(struct input *input)
{
	static const char end[] = PASTE_END;

	while (input->n) {
		size_t known = input->n < sizeof(end) - 1 ? input->n : sizeof(end) - 1;
		size_t len;
		int code;

		if (!memcmp(input->bytes, end, known)) {
			if (known < sizeof(end) - 1)
				return MORE;
			return paste_end(input, known);
		}
		if (input->bytes[0] == INTERRUPT)
			return paste_end(input, 1);
		code = character(input, 0, false, &len);
		if (code == MORE)
			return MORE;
		if (code != NOTHING)
			paste_add(input, code);
		take(input, len, 0);
	}
	return MORE;
}

static int paste_begin(struct input *input)
{
	input->pasting = true;
	input->paste_len = 0;
	return take_paste(input);
}

/* --- the mouse -------------------------------------------------------------------------------- */

/* As xterm numbers buttons, without what tells of Shift, Alt and Control. */
enum { BUTTON_FIRST = 0, BUTTON_UP = 3, BUTTON_WHEEL = 64, MODIFIERS = 4 | 8 | 16 };

/*
 * The first button and the wheel; all else means nothing here. A click is done when the button
 * comes up where it went down: what the terminal sends after that would be typed into the shell.
 */
static int mouse_key(struct input *input, int button, bool up, struct mouse mouse)
{
	struct mouse pressed = input->pressed;

	input->pressed.act = MOUSE_NONE;
	button &= ~MODIFIERS;
	if (mouse.row < 0 || mouse.col < 0 || button > BUTTON_WHEEL + 1)
		return TAKEN;
	if (button >= BUTTON_WHEEL) {
		mouse.act = button == BUTTON_WHEEL ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN;
	} else if (!up) {
		if (button == BUTTON_FIRST)
			input->pressed = mouse;
		return TAKEN;
	} else if (pressed.act == MOUSE_NONE || pressed.row != mouse.row ||
		   pressed.col != mouse.col) {
		return TAKEN;
	}
	input->mouse = mouse;
	return KEYCODE_MOUSE;
}

/* CSI < button ; column ; row M, or m when it comes up. */
static int mouse_sgr(struct input *input, size_t len)
{
	char text[32] = "", *at = text;
	long numbers[3];

	if (len - 3 >= sizeof(text))
		return take(input, len, TAKEN);
	memcpy(text, input->bytes + 3, len - 3);
	take(input, len, TAKEN);
	for (int i = 0; i < 3; i++) {
		numbers[i] = strtol(at, &at, 10);
		if (numbers[i] < 0 || numbers[i] > INT16_MAX || !strchr(i < 2 ? ";" : "Mm", *at))
			return TAKEN;
		at += i < 2;
	}
	return mouse_key(input, numbers[0], *at == 'm',
			 (struct mouse){ numbers[2] - 1, numbers[1] - 1, MOUSE_CLICK });
}

/* CSI M and three bytes, of a terminal that knows no better. */
static int mouse_x10(struct input *input)
{
	enum { LEN = 6, OFFSET = 32 };
	struct mouse mouse = { .act = MOUSE_CLICK };
	int button;

	if (input->n < LEN)
		return MORE;
	button = input->bytes[3] - OFFSET;
	mouse.col = input->bytes[4] - OFFSET - 1;
	mouse.row = input->bytes[5] - OFFSET - 1;
	take(input, LEN, TAKEN);
	return mouse_key(input, button, (button & ~MODIFIERS) == BUTTON_UP, mouse);
}

/* --- escape sequences ------------------------------------------------------------------------- */

/* The key of a sequence that the bytes begin with, MORE for the beginning of one, or NOTHING. */
static int known_key(struct input *input, const struct input_sequence *sequences, size_t n)
{
	int found = NOTHING;

	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(sequences[i].bytes);

		if (len > input->n) {
			if (!memcmp(input->bytes, sequences[i].bytes, input->n))
				found = MORE;
		} else if (!memcmp(input->bytes, sequences[i].bytes, len)) {
			return take(input, len, sequences[i].key);
		}
	}
	return found;
}

/* ECMA-48, 5.4: parameters, intermediates, a final byte. */
static int control_sequence(struct input *input)
{
	size_t at = 2;

	if (input->n > 2 && input->bytes[2] == 'M')
		return mouse_x10(input);
	while (at < input->n && input->bytes[at] >= 0x20 && input->bytes[at] < 0x40)
		at++;
	if (at == input->n)
		return MORE;
	/* Torn: what comes now belongs to something else. */
	if (input->bytes[at] < 0x40 || input->bytes[at] > 0x7e)
		return take(input, at, KEYCODE_UNKNOWN);
	if (input->bytes[2] == '<')
		return mouse_sgr(input, at + 1);
	return take(input, at + 1, KEYCODE_UNKNOWN);
}

/* ECMA-48, 5.6: a string up to its terminator; an answer to what was never asked. */
static int control_string(struct input *input)
{
	for (size_t at = 2; at < input->n; at++) {
		if (input->bytes[at] == BELL)
			return take(input, at + 1, KEYCODE_UNKNOWN);
		if (input->bytes[at] == ESCAPE && at + 1 < input->n)
			return take(input, at + 1 + (input->bytes[at + 1] == '\\'),
				    KEYCODE_UNKNOWN);
	}
	return MORE;
}

static int sequence_key(struct input *input)
{
	int key = known_key(input, input->own, input->n_own);

	if (key == NOTHING || key == MORE) {
		int other = known_key(input, usual, sizeof(usual) / sizeof(usual[0]));

		key = other == NOTHING ? key : other;
	}
	if (key != NOTHING)
		return key;
	switch (input->bytes[1]) {
	case '[':
		return control_sequence(input);
	case 'O':
		return input->n < 3 ? MORE : take(input, 3, KEYCODE_UNKNOWN);
	case 'P':
	case ']':
	case '_':
	case '^':
	case 'X':
		return control_string(input);
	default:
		return NOTHING;
	}
}

static int escape_key(struct input *input, bool over)
{
	int key = MORE;

	if (input->n > 1 && input->bytes[1] == ESCAPE)
		return take(input, 1, ESCAPE);
	if (input->n > 1)
		key = sequence_key(input);
	if (key == KEYCODE_PASTE)
		return paste_begin(input);
	if (key == MORE && !over)
		return MORE;
	if (key != MORE && key != NOTHING)
		return key;
	/* No sequence, or all there is of one. */
	if (input->n == 1)
		return take(input, 1, ESCAPE);
	if (key == MORE && input->n > 2)
		return take(input, input->n, KEYCODE_UNKNOWN);
	return character_key(input, 1, over);
}

/* --- all of it -------------------------------------------------------------------------------- */

int input_key(struct input *input, bool over)
{
	int key;

	do {
		if (input->pasting)
			return take_paste(input);
		if (!input->n)
			return 0;
		if (input->bytes[0] == ESCAPE)
			key = escape_key(input, over);
		else
			key = character_key(input, 0, over);
	} while (key == TAKEN);
	return key;
}

int input_patience_ms(const struct input *input)
{
	if (input->pasting || !input->n)
		return 0;
	return input->n == 1 && input->bytes[0] == ESCAPE ? ESCAPE_MS : SEQUENCE_MS;
}
