/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_FAKES_H
#define CONNTOP_TEST_FAKES_H

/*
 * A terminal and a source of the test's own, with a ui between them. Keys go in, the frame comes
 * out. For one test program each; after cmocka.h.
 */
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "events.h"
#include "frames.h"
#include "keys.h"
#include "themes.h"
#include "ui.h"

#define CTRL(letter) ((letter)&0x1f)
#define ESCAPE	     0x1b
#define KEYS_MAX     1024

/* --- the terminal ----------------------------------------------------------------------------- */

struct screen {
	int rows, cols;
	int keys[KEYS_MAX];
	size_t n_keys, at;
	struct grid shown;
	int cursor_row, cursor_col;
	const struct theme *theme; /* the last put in use; NULL: none was */
	int shows, resizes, redraws, suspends, resumes;
	struct mouse mouse; /* of KEYCODE_MOUSE */
	const char *paste;  /* of KEYCODE_PASTE */
	bool stalled;	    /* takes no frame */
	bool skipped;	    /* one */
};

static struct screen screen;

enum charset screen_charset(const struct screen *s)
{
	(void)s;
	return CHARSET_ASCII;
}

void screen_size(const struct screen *s, int *rows, int *cols)
{
	*rows = s->rows;
	*cols = s->cols;
}

void screen_resized(struct screen *s)
{
	s->resizes++;
}

void screen_show(struct screen *s, const struct grid *grid, int cursor_row, int cursor_col)
{
	s->skipped = s->stalled;
	if (s->stalled)
		return;
	assert_int_equal(grid->rows, s->rows);
	assert_int_equal(grid->cols, s->cols);
	assert_int_equal(grid_init(&s->shown, grid->rows, grid->cols, grid->charset), 0);
	memcpy(s->shown.cells, grid->cells,
	       sizeof(*grid->cells) * (size_t)grid->rows * (size_t)grid->cols);
	s->cursor_row = cursor_row;
	s->cursor_col = cursor_col;
	s->shows++;
}

void screen_use_theme(struct screen *s, const struct theme *theme)
{
	s->theme = theme;
}

void screen_redraw(struct screen *s)
{
	s->redraws++;
}

int screen_key(struct screen *s)
{
	return s->at < s->n_keys ? s->keys[s->at++] : 0;
}

void screen_suspend(struct screen *s)
{
	s->suspends++;
}

void screen_resume(struct screen *s)
{
	s->resumes++;
}

int screen_blocked_fd(const struct screen *s)
{
	return s->skipped ? 99 : -1;
}

bool screen_flush(struct screen *s)
{
	return s->skipped && !s->stalled;
}

struct mouse screen_mouse(const struct screen *s)
{
	return s->mouse;
}

const char *screen_paste(const struct screen *s, size_t *len)
{
	*len = strlen(s->paste);
	return s->paste;
}

/* --- the source ------------------------------------------------------------------------------- */

static struct fake_source {
	struct source source;
	uint64_t now_ns;
	struct conn_event samples[4]; /* the living, dated anew at each pass */
	size_t n_samples;
	int sample_err;
	struct filter filter; /* in force in the "kernel" */
	int filters_set, filter_err;
	bool failed; /* are watched */
	int failed_err;
	int owners_asked, owners_err;
	struct source_counts counts;
	struct source_asked noted; /* the last */
} fake;

static void fake_clock(struct source *source, uint64_t *now_ns, int64_t *boot_to_wall_ns)
{
	(void)source;
	*now_ns = fake.now_ns;
	*boot_to_wall_ns = T0_BOOT_TO_WALL_NS;
}

static int fake_sample(struct source *source, source_event_fn fn, void *ctx)
{
	(void)source;
	for (size_t i = 0; i < fake.n_samples && !fake.sample_err; i++) {
		fake.samples[i].head.ts_ns = fake.now_ns;
		fn(ctx, &fake.samples[i].head, sizeof(fake.samples[i]));
	}
	if (!fake.sample_err)
		fn(ctx, &(struct event){ .kind = EVENT_PASS, .ts_ns = fake.now_ns },
		   sizeof(struct event));
	return fake.sample_err;
}

static int fake_set_filter(struct source *source, const struct filter *filter)
{
	(void)source;
	fake.filters_set++;
	if (!fake.filter_err)
		fake.filter = *filter;
	return fake.filter_err;
}

static int fake_watch_failed(struct source *source, bool on)
{
	(void)source;
	if (!fake.failed_err)
		fake.failed = on;
	return fake.failed_err;
}

static void fake_note(struct source *source, const struct source_asked *asked)
{
	(void)source;
	fake.noted = *asked;
}

static int fake_find_owners(struct source *source)
{
	(void)source;
	fake.owners_asked++;
	return fake.owners_err;
}

static int fake_counts(struct source *source, struct source_counts *counts)
{
	(void)source;
	*counts = fake.counts;
	return 0;
}

static const struct source_ops fake_ops = {
	.clock = fake_clock,
	.sample = fake_sample,
	.find_owners = fake_find_owners,
	.set_filter = fake_set_filter,
	.watch_failed = fake_watch_failed,
	.counts = fake_counts,
	.note = fake_note,
};

/* --- the ui between them ---------------------------------------------------------------------- */

static struct model *model;
static struct names *names;
static struct options options;
static struct themes themes; /* of the program alone: no folder is looked into */
static struct ui *ui;

static int ui_set_up(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	setlocale(LC_CTYPE, "C.UTF-8");
	memset(&screen, 0, sizeof(screen));
	memset(&fake, 0, sizeof(fake));
	memset(&options, 0, sizeof(options));
	options.themes = &themes;
	screen.rows = 16;
	screen.cols = 100;
	fake.now_ns = T0_NS;
	fake.source = (struct source){ .ops = &fake_ops, .host = { "web-03", "6.1.0" } };
	model = model_new(1000);
	names = names_new(NULL);
	return model && names ? 0 : -1;
}

static int ui_tear_down(void **state)
{
	(void)state;
	ui_free(ui);
	ui = NULL;
	model_free(model);
	names_free(names);
	themes_close(&themes);
	grid_fini(&screen.shown);
	return 0;
}

/* As the options are by now. */
static inline void start(void)
{
	ui = ui_new(&screen, &fake.source, model, &options, names);
	assert_non_null(ui);
	ui_draw(ui);
}

static inline void take_exec(uint64_t ts_ns, uint32_t pid, uint32_t uid, const char *filename)
{
	struct exec_record record = exec_record(ts_ns, pid, filename, "x\0-y", 5);

	record.head.uid = uid;
	assert_int_equal(model_apply(model, &record.head, record.size), 0);
}

static inline void take_conn(struct conn_event conn)
{
	assert_int_equal(model_apply(model, &conn.head, sizeof(conn)), 0);
}

/* What the loop does after events were handed over. */
static inline void after_events(void)
{
	ui_update(ui);
	ui_draw(ui);
}

static inline void refresh_after(uint64_t ns)
{
	fake.now_ns += ns;
	ui_refresh(ui);
	ui_draw(ui);
}

/* Adds a key to those that are read together. */
static inline void type_key(int key)
{
	assert_true(screen.n_keys < KEYS_MAX);
	screen.keys[screen.n_keys++] = key;
}

static inline void type_text(const char *text)
{
	while (*text)
		type_key((unsigned char)*text++);
}

static inline void read_keys(void)
{
	ui_input(ui);
	screen.n_keys = 0;
	screen.at = 0;
}

static inline void press(int key)
{
	type_key(key);
	read_keys();
}

static inline void press_all(const char *text)
{
	type_text(text);
	read_keys();
}

static inline void expect_shown(int row, const char *text)
{
	expect_row(&screen.shown, row, text);
}

static inline void expect_bottom(const char *text)
{
	expect_row(&screen.shown, screen.rows - 1, text);
}

#endif
