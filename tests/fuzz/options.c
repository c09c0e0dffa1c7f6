/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line. Input: the arguments, a NUL after each.
 */
#include <errno.h>
#include "fuzz.h"
#include "options.h"

#define ARGS_MAX 64

FUZZ_START()

/* What is promised of options that were taken. */
static void check(const struct options *options)
{
	fuzz_require(options->mode <= MODE_VERSION && options->format <= EXPORT_JSON);
	if (options->mode == MODE_HELP || options->mode == MODE_VERSION)
		return;
	fuzz_require(options->delay_s >= 0.1 && options->delay_s <= 60);
	fuzz_require(options->duration_s >= 0 && options->speed >= 0);
	fuzz_require(options->max_rows >= 1 && options->pane < PANE_COUNT);
	fuzz_require(!options->record || !options->replay);
	fuzz_require(options->mode != MODE_STREAM || options->stream_kinds);
	if (options->columns)
		fuzz_require(!columns_check(options->columns, (char[256]){ "" }, 256));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct options options;
	struct fuzz fuzz = { data, size };
	char *argv[ARGS_MAX + 2] = { (char *)"conntop" }, error[256] = "";
	int argc = 1, err;

	for (; argc <= ARGS_MAX && fuzz.left; argc++) {
		const uint8_t *end = memchr(fuzz.at, '\0', fuzz.left);

		argv[argc] = fuzz_text(&fuzz, end ? (size_t)(end - fuzz.at) : fuzz.left);
		fuzz_byte(&fuzz);
	}
	err = options_parse(&options, NULL, argc, argv, error, sizeof(error));
	fuzz_require(!err || (err == -EINVAL && fuzz_is_sentence(error)));
	if (!err)
		check(&options);
	for (int i = 1; i < argc; i++)
		free(argv[i]); /* in another order, perhaps, but all of them */
	return 0;
}
