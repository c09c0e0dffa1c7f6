/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_INPUT_H
#define CONNTOP_INPUT_H

/*
 * From the bytes that a terminal sends to keys (keys.h). An escape sequence is a key, or nothing at
 * all: its letters never act as keys of their own, and neither does what is pasted. Knows no
 * terminal. Private to tui/screen/.
 */
#include <stdbool.h>
#include <stddef.h>
#include "screen.h"

#define INPUT_BYTES_MAX	    4096
#define INPUT_SEQUENCES_MAX 32

struct input_sequence {
	const char *bytes; /* from the escape on, terminated */
	int key;
};

struct input {
	unsigned char bytes[INPUT_BYTES_MAX]; /* received, not yet understood */
	size_t n;
	struct input_sequence own[INPUT_SEQUENCES_MAX]; /* of this terminal, before all others */
	size_t n_own;
	bool pasting;
	char paste[SCREEN_PASTE_MAX]; /* UTF-8 */
	size_t paste_len;
	struct mouse pressed; /* where the button went down; MOUSE_NONE: it is up */
	struct mouse mouse;   /* of the last KEYCODE_MOUSE */
};

/* The terminal sends these bytes for a key; those that are no escape sequence are left out. */
void input_learn(struct input *input, const char *bytes, int key);

/* Adds bytes received; at most INPUT_BYTES_MAX wait at a time. Returns how many were taken. */
size_t input_add(struct input *input, const void *bytes, size_t n);

/*
 * The next key, or 0: what has come so far is the beginning of something. `over`: nothing more
 * came in due time, so that it is all there is; an escape alone is then the Escape key.
 */
int input_key(struct input *input, bool over);

/* How long to wait for the rest of what has begun, ms; 0: nothing has, or it may take any time. */
int input_patience_ms(const struct input *input);

#endif
