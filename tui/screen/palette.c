/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>
#include "palette.h"

#define CUBE  16  /* where the cube of 6 x 6 x 6 begins */
#define GREYS 232 /* where the 24 greys begin */

static int red(uint32_t rgb)
{
	return rgb >> 16 & 0xff;
}

static int green(uint32_t rgb)
{
	return rgb >> 8 & 0xff;
}

static int blue(uint32_t rgb)
{
	return rgb & 0xff;
}

static uint32_t rgb_of(int r, int g, int b)
{
	return (uint32_t)r << 16 | (uint32_t)g << 8 | (uint32_t)b;
}

/* --- the table of xterm ----------------------------------------------------------------------- */

/* Light of a step of the cube. */
static int cube_light(int step)
{
	return step ? 55 + 40 * step : 0;
}

static int grey_light(int step)
{
	return 8 + 10 * step;
}

static uint32_t cube_rgb(int index)
{
	return rgb_of(cube_light(index / 36), cube_light(index / 6 % 6), cube_light(index % 6));
}

uint32_t palette_rgb(int color)
{
	static const uint32_t first[CUBE] = {
		0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
		0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
	};

	if (color >= COLOR_RGB)
		return color - COLOR_RGB;
	if (color >= GREYS)
		return rgb_of(grey_light(color - GREYS), grey_light(color - GREYS),
			      grey_light(color - GREYS));
	return color >= CUBE ? cube_rgb(color - CUBE) : first[color];
}

/* --- contrast --------------------------------------------------------------------------------- */

/* The fifth root of 0 < x <= 1, by Newton's method: all of libm that is needed. */
static double fifth_root(double x)
{
	double root = 1;

	for (int i = 0; i < 24; i++)
		root -= (root - x / (root * root * root * root)) / 5;
	return root;
}

/* WCAG 2.1, "relative luminance", of one channel: there, to the power of 2.4. */
static double linear(int light)
{
	double part = light / 255.0, square;

	if (part <= 0.03928)
		return part / 12.92;
	square = (part + 0.055) / 1.055 * ((part + 0.055) / 1.055);
	return square * fifth_root(square);
}

static double luminance(uint32_t rgb)
{
	return 0.2126 * linear(red(rgb)) + 0.7152 * linear(green(rgb)) + 0.0722 * linear(blue(rgb));
}

double palette_contrast(uint32_t a, uint32_t b)
{
	double la = luminance(a), lb = luminance(b);

	return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}

/* --- what is nearest -------------------------------------------------------------------------- */

static int distance(uint32_t a, uint32_t b)
{
	int dr = red(a) - red(b), dg = green(a) - green(b), db = blue(a) - blue(b);

	return dr * dr + dg * dg + db * db;
}

/* The step of the cube that is nearest to a light. */
static int cube_step(int light)
{
	int step = 0;

	while (step < 5 && 2 * light > cube_light(step) + cube_light(step + 1))
		step++;
	return step;
}

/* Of the 240 colours that users do not change. */
static int nearest_of_256(uint32_t rgb)
{
	int cube = 36 * cube_step(red(rgb)) + 6 * cube_step(green(rgb)) + cube_step(blue(rgb));
	int light = (red(rgb) + green(rgb) + blue(rgb)) / 3;
	int step = light < 8 ? 0 : (light - 3) / 10;

	if (step > 23)
		step = 23;
	if (distance(rgb, palette_rgb(GREYS + step)) < distance(rgb, cube_rgb(cube)))
		return GREYS + step;
	return CUBE + cube;
}

/* Of black, dark grey, light grey and white. */
static int nearest_grey(int light)
{
	return light < 64 ? 0 : light < 140 ? 8 : light < 225 ? 7 : 15;
}

/*
 * By its hue where it has one. What is nearest in the cube of light would be grey for most of the
 * soft colours that themes are made of, and grey says nothing.
 */
static int nearest_of_16(uint32_t rgb)
{
	int r = red(rgb), g = green(rgb), b = blue(rgb);
	int high = r > g ? (r > b ? r : b) : (g > b ? g : b);
	int low = r < g ? (r < b ? r : b) : (g < b ? g : b);
	int middle = (high + low) / 2;

	if (high < 80)
		return 0;
	if (4 * (high - low) < high)
		return nearest_grey(low);
	return (r > middle ? 1 : 0) | (g > middle ? 2 : 0) | (b > middle ? 4 : 0) |
	       (high >= 224 ? 8 : 0);
}

/*
 * A number that a terminal of direct colours takes for a colour: the first are its own eight, or
 * up to 256 of them (TERM=xterm-direct256). A tinge of green is more than any of those.
 */
static int direct_number(uint32_t rgb)
{
	return rgb < 0x100 ? rgb | 0x100 : rgb;
}

static int fit_8(int color)
{
	return color == 8 ? 7 : color % 8;
}

int palette_depth(int colors)
{
	if (colors >= PALETTE_DIRECT)
		return PALETTE_DIRECT;
	/* Between these, the numbers are parts of a colour in some way of the terminal's own. */
	if (colors > 256)
		return 8;
	return colors == 256 ? 256 : colors >= 16 ? 16 : colors >= 8 ? 8 : 0;
}

int palette_fit(int color, int depth)
{
	if (color == COLOR_TERMINAL || !depth)
		return COLOR_TERMINAL;
	if (depth == PALETTE_DIRECT)
		return color < 8 ? color : direct_number(palette_rgb(color));
	if (depth == 256)
		return color < 256 ? color : nearest_of_256(palette_rgb(color));
	if (color >= CUBE)
		color = nearest_of_16(palette_rgb(color));
	return depth < 16 ? fit_8(color) : color;
}
