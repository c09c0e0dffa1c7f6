/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Theme files. Input: the text. */
#include "fuzz.h"
#include "theme.h"

FUZZ_START()

static bool is_color(int color)
{
	return (color >= COLOR_TERMINAL && color <= 255) ||
	       (color >= COLOR_RGB && color <= COLOR_RGB + 0xffffff);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const unsigned known = STYLE_BOLD | STYLE_DIM | STYLE_ITALIC | STYLE_UNDERLINE |
			       STYLE_REVERSE;
	struct fuzz fuzz = { data, size };
	char *text = fuzz_text(&fuzz, size);
	struct theme *theme = calloc(1, sizeof(*theme));
	char error[256] = "";

	fuzz_require(theme);
	if (theme_parse(theme, "fuzzed", text, error, sizeof(error))) {
		fuzz_require(fuzz_is_discreet(error) && strstr(error, "fuzzed"));
	} else {
		fuzz_require(memchr(theme->description, '\0', sizeof(theme->description)));
		for (int role = 0; role < ROLE_COUNT; role++) {
			fuzz_require(is_color(theme->roles[role].fg));
			fuzz_require(is_color(theme->roles[role].bg));
			fuzz_require(!(theme->roles[role].attributes & ~known));
		}
	}
	free(theme);
	free(text);
	return 0;
}
