/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary line: what is told of the host and its events, and the filter in force. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "frame.h"

#define PIECE_GAP 2
#define SPARK_MIN 8 /* bars, where there is no room for all */

/* A piece of the line. */
struct piece {
	char text[160];
	enum role role;
	int rank; /* on a narrow screen the highest goes first; 0 stays */
};

struct pieces {
	struct piece items[16];
	size_t n;
};

__attribute__((format(printf, 4, 5))) static void add_piece(struct pieces *pieces, enum role role,
							    int rank, const char *format, ...)
{
	struct piece *piece = &pieces->items[pieces->n++];
	va_list args;

	va_start(args, format);
	vsnprintf(piece->text, sizeof(piece->text), format, args);
	va_end(args);
	piece->role = role;
	piece->rank = rank;
}

static void add_spark(struct pieces *pieces, int rank, const struct spark *spark, size_t width,
		      enum charset charset)
{
	char bars[SPARK_TEXT_MAX];

	if (!spark->n)
		return;
	spark_text(spark, width, charset, bars);
	add_piece(pieces, ROLE_SPARK, rank, "%s", bars);
}

static int pieces_width(const struct grid *grid, const struct pieces *pieces)
{
	int width = 0;

	for (size_t i = 0; i < pieces->n; i++)
		width += grid_width(grid, pieces->items[i].text, strlen(pieces->items[i].text)) +
			 PIECE_GAP;
	return width;
}

/* Takes out the piece with the highest rank, if any. */
static bool drop_piece(struct pieces *pieces)
{
	size_t drop = 0;

	for (size_t i = 1; i < pieces->n; i++)
		if (pieces->items[i].rank > pieces->items[drop].rank)
			drop = i;
	if (!pieces->items[drop].rank)
		return false;
	pieces->n--;
	memmove(&pieces->items[drop], &pieces->items[drop + 1],
		(pieces->n - drop) * sizeof(pieces->items[0]));
	return true;
}

/* --- what it tells ---------------------------------------------------------------------------- */

void view_summary_push(struct view_summary *summary, const struct model *model)
{
	spark_push(&summary->events, summary->execs_rate + summary->conns_rate);
	spark_push(&summary->bytes, model->living.rate);
}

static void add_clock(struct pieces *pieces, const struct view_context *ctx)
{
	time_t now = wall_time_ns(ctx->now_ns, ctx) / 1000000000;
	char clock[16];
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	add_piece(pieces, ROLE_SUMMARY, 8, "%s", clock);
}

static void add_rates(struct pieces *pieces, const struct frame *frame,
		      const struct view_summary *summary, const struct model_living *living,
		      size_t bars)
{
	struct value rate = { .type = VALUE_NUMBER, .number = (int64_t)living->rate };
	enum charset charset = frame->grid->charset;
	char bytes[32];

	value_text(rate, FORMAT_BYTES, frame->ctx, bytes, sizeof(bytes));
	add_piece(pieces, ROLE_SUMMARY, 4, "execs %" PRIu64 "/s", summary->execs_rate);
	add_piece(pieces, ROLE_SUMMARY, 3, "conns %" PRIu64 "/s", summary->conns_rate);
	add_spark(pieces, 10, &summary->events, bars, charset);
	add_piece(pieces, ROLE_SUMMARY, 4, "live %" PRIu64, living->n);
	add_piece(pieces, ROLE_SUMMARY, 6, "%s/s", bytes);
	add_spark(pieces, 11, &summary->bytes, bars, charset);
}

static void list_pieces(struct pieces *pieces, const struct frame *frame,
			const struct view_summary *summary, const struct model_living *living,
			size_t bars)
{
	pieces->n = 0;
	add_piece(pieces, ROLE_SUMMARY, 5, "conntop");
	if (summary->ended)
		add_piece(pieces, ROLE_WARNING, 0, "ENDED");
	else if (summary->paused)
		add_piece(pieces, ROLE_WARNING, 0, "PAUSED");
	else if (summary->replay)
		add_piece(pieces, ROLE_FILTER, 1, "REPLAY");
	add_piece(pieces, ROLE_SUMMARY, 9, "%s", summary->host->name);
	add_clock(pieces, frame->ctx);
	add_rates(pieces, frame, summary, living, bars);
	add_piece(pieces, summary->lost ? ROLE_WARNING : ROLE_SUMMARY, 0, "lost %" PRIu64,
		  summary->lost);
	if (summary->evicted)
		add_piece(pieces, ROLE_SUMMARY, 7, "evicted %" PRIu64, summary->evicted);
	if (summary->failed)
		add_piece(pieces, ROLE_FILTER, 2, "+failed");
	/* Up to the colon: what it means for the reader, there is no room for. */
	if (summary->limits && *summary->limits)
		add_piece(pieces, ROLE_DIM, 12, "%.*s", (int)strcspn(summary->limits, ":"),
			  summary->limits);
}

/* --- drawing ---------------------------------------------------------------------------------- */

/* As much as `room` columns hold: the bars become fewer before anything goes. */
static void fit_pieces(struct pieces *pieces, const struct frame *frame,
		       const struct view_summary *summary, const struct model_living *living,
		       int room)
{
	for (size_t bars = SPARK_MAX; bars >= SPARK_MIN; bars -= 4) {
		list_pieces(pieces, frame, summary, living, bars);
		if (pieces_width(frame->grid, pieces) <= room)
			return;
	}
	while (pieces_width(frame->grid, pieces) > room && drop_piece(pieces))
		;
}

void summary_draw(struct frame *frame, const struct model *model,
		  const struct view_summary *summary, const struct filterspec *filterspec)
{
	char filters[FILTER_DIMENSIONS * (FILTER_TEXT_MAX + 8)];
	struct grid *grid = frame->grid;
	struct pieces pieces;
	int wanted = 0, col = 0;

	grid_fill(grid, 0, 0, grid->cols, ROLE_SUMMARY);
	filterspec_format(filterspec, filters, sizeof(filters));
	if (*filters)
		wanted = (int)strlen("filter ") + grid_width(grid, filters, strlen(filters));
	/* A long one is cut rather than to push out everything else. */
	if (wanted > grid->cols / 2)
		wanted = grid->cols / 2;
	fit_pieces(&pieces, frame, summary, &model->living,
		   grid->cols - wanted + (wanted ? 0 : PIECE_GAP));
	for (size_t i = 0; i < pieces.n; i++)
		col += PIECE_GAP + grid_puts(grid, 0, col, grid->cols - col, pieces.items[i].text,
					     pieces.items[i].role);
	if (wanted) {
		col += grid_puts(grid, 0, col, grid->cols - col, "filter ", ROLE_SUMMARY);
		grid_puts(grid, 0, col, grid->cols - col, filters, ROLE_FILTER);
	}
}
