/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a terminal sends. Input: a byte that says how it comes (in what pieces, with what pauses,
 * how often, and in what locale), then the bytes.
 */
#include "../../tui/screen/input.h"
#include "fuzz.h"
#include "keys.h"

enum { C_LOCALE = 0x1, PAUSES = 0x2, LEARNED = 0x4, AGAIN = 0x8, PIECE_SHIFT = 4 };

#define AGAIN_TIMES 4

static locale_t locales[2];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	fuzz_locales(locales);
	return 0;
}

/* A key as keys.h has them, and what belongs to it. */
static void check_key(const struct input *input, int key)
{
	int plain = key & ~KEYCODE_ALT;

	fuzz_require(key > 0);
	fuzz_require(plain <= 0x10ffff || (plain >= KEYCODE_FIRST && plain <= KEYCODE_UNKNOWN));
	fuzz_require(plain < 0xd800 || plain > 0xdfff);
	if (key == KEYCODE_MOUSE) {
		fuzz_require(input->mouse.row >= 0 && input->mouse.col >= 0);
		fuzz_require(input->mouse.act != MOUSE_NONE);
	}
	if (key == KEYCODE_PASTE) {
		fuzz_require(input->paste_len <= sizeof(input->paste));
		for (size_t at = 0; at < input->paste_len;) {
			uint32_t code;
			size_t n = fuzz_decode((const unsigned char *)input->paste + at,
					       input->paste_len - at, &code);

			fuzz_require(n > 0);
			at += n;
		}
	}
}

/* All keys there are; each takes bytes, or there would be no end of them. */
static void take_keys(struct input *input, bool over)
{
	for (;;) {
		size_t had = input->n;
		int key = input_key(input, over);

		fuzz_require(input->n <= sizeof(input->bytes) && input->n <= had);
		if (!key)
			break;
		fuzz_require(input->n < had);
		check_key(input, key);
	}
	fuzz_require(!over || input->pasting || !input->n);
	fuzz_require(input->pasting || (input_patience_ms(input) > 0) == (input->n > 0));
}

/* As the terminal is read: a piece, all keys of it, the next. */
static void send(struct input *input, struct fuzz fuzz, uint8_t how)
{
	while (fuzz.left) {
		size_t n = how >> PIECE_SHIFT ? how >> PIECE_SHIFT : fuzz.left;
		uint8_t *piece = fuzz_piece(&fuzz, &n);
		size_t taken = 0;

		while (taken < n) {
			taken += input_add(input, piece + taken, n - taken);
			take_keys(input, how & PAUSES || input->n == sizeof(input->bytes));
		}
		free(piece);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz fuzz = { data, size };
	uint8_t how = fuzz_byte(&fuzz);
	struct input *input = calloc(1, sizeof(*input));

	fuzz_require(input);
	uselocale(locales[how & C_LOCALE]);
	if (how & LEARNED) {
		input_learn(input, "\033[Z", KEYCODE_BACKSPACE);
		input_learn(input, "\033[11^", KEYCODE_F1);
	}
	for (int i = 0; i < (how & AGAIN ? AGAIN_TIMES : 1); i++)
		send(input, fuzz, how);
	take_keys(input, true);
	free(input);
	return 0;
}
