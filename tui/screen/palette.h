/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_PALETTE_H
#define CONNTOP_PALETTE_H

/*
 * Colours by number and by light: what a theme asks for, and what is nearest to it among what a
 * terminal has. Numbers 0 to 255 mean xterm's table; most terminals let their users change the
 * first sixteen, so that a theme's own #rrggbb and the numbers from 16 on are never turned into one
 * of those as long as the terminal has others.
 */
#include <stdint.h>
#include "theme.h"

/* A terminal whose colour numbers are the colours themselves: TERM=xterm-direct and the like. */
#define PALETTE_DIRECT 0x1000000

/* 0xrrggbb of a colour of a theme that is not COLOR_TERMINAL. */
uint32_t palette_rgb(int color);

/* How well one colour is told from the other: 1 to 21 (WCAG 2.1, "contrast ratio"). */
double palette_contrast(uint32_t a, uint32_t b);

/* What is made use of when a terminal tells of `colors`: 0, 8, 16, 256 or PALETTE_DIRECT. */
int palette_depth(int colors);

/*
 * What a terminal of that depth shows for a colour of a theme: a number of the terminal's, or
 * COLOR_TERMINAL when it has no colours.
 */
int palette_fit(int color, int depth);

/* What a terminal can show. */
struct palette_terminal {
	int depth;	     /* of palette_depth() */
	unsigned attributes; /* STYLE_*, on text in the terminal's own colours */
	unsigned on_colors;  /* and on text in others: the Linux console has no underline there */
};

/*
 * Turns a theme into one that the terminal can show. What can be read and told apart in the theme
 * can be so in the result: a colour that would not be read on its background becomes black or
 * white, and a role that would look like another is given attributes of its own, if there are any.
 */
void theme_fit(struct theme *theme, const struct palette_terminal *terminal);

#endif
