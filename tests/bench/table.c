// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * table: what a large table of connections costs: the model and the view alone, without root.
 *
 *	table [-n ROWS] [-f FRAMES]
 *
 * ROWS (1000000) connections of 2,000 processes to 4,000 remotes (fewer where rows are few), one in
 * a hundred of them living.
 * Prints a line for each figure, name=value. Times are of the processor, of this thread:
 *
 *	memory	bytes a row, resident, with all that the model keeps beside it
 *	frame	one after `sort` became the column sorted by (first_ms), and one after 1,000 more
 *		connections came and went (next_ms: the median of FRAMES), at 100x30
 *	filter	a filter that lets one user in 20 through put in force, lifted (medians): its first
 *		frame included
 *	event	ns of each event, put in order of time and into the table: connects and closes while
 *		that is full of so many rows
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../unit/events.h"
#include "../../tui/source/settle.h"
#include "view.h"

#define N_PROCESSES 2000
#define N_REMOTES   4000
#define N_USERS	    20
#define ONE_LIVES   100	   /* in so many */
#define AT_ONCE	    500	   /* events */
#define BATCH	    1000   /* connections between two frames */
#define CHURN	    100000 /* connections, to see what an event costs */
#define TICK_NS	    20000  /* between two events */
#define FRAME_ROWS  30
#define FRAME_COLS  100
#define FILTERS	    5
#define MAX_FRAMES  100

struct bench {
	struct settle settle;
	struct model *model;
	struct view view;
	struct grid grid;
	struct source_host host;
	struct view_summary summary;
	struct filterspec filterspec;
	struct view_context ctx;
	uint64_t made; /* connections so far */
	uint64_t random;
	int frames;
	bool idle; /* events are made, and nothing more */
};

static void require(int err, const char *what)
{
	if (err)
		errx(1, "%s: %s", what, strerror(-err));
}

/* Numbers that look like any, the same ones each time (xorshift). */
static uint64_t draw(struct bench *bench)
{
	bench->random ^= bench->random << 13;
	bench->random ^= bench->random >> 7;
	bench->random ^= bench->random << 17;
	return bench->random;
}

static double cpu_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * 1e3 + ts.tv_nsec / 1e6;
}

static size_t resident(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	size_t size, pages = 0;

	if (!file || fscanf(file, "%zu %zu", &size, &pages) != 2)
		errx(1, "/proc/self/statm");
	fclose(file);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, int n)
{
	qsort(values, n, sizeof(*values), compare);
	return values[n / 2];
}

/* --- connections ------------------------------------------------------------------------------ */

static void apply(void *ctx, const struct event *event, size_t size)
{
	const struct bench *bench = ctx;

	require(model_apply(bench->model, event, size), "apply");
}

static void expect(void *ctx, const struct event *event, size_t size, unsigned step)
{
	const struct bench *bench = ctx;

	model_expect(bench->model, event, size, step);
}

/* As events reach the table from the ring: so many at once, when there are many. */
static void release(struct bench *bench)
{
	const struct expecter expecter = { expect, bench };

	settle_release(&bench->settle, UINT64_MAX, apply, &expecter, bench);
}

static void happen(struct bench *bench, struct conn_event *event)
{
	bench->ctx.now_ns += TICK_NS;
	event->head.ts_ns = bench->ctx.now_ns;
	if (bench->idle)
		return;
	settle_push(&bench->settle, &event->head, sizeof(*event));
	if (bench->settle.n - bench->settle.first >= AT_ONCE)
		release(bench);
}

/* One that connects, and closes again unless it is to live. */
static void connection(struct bench *bench)
{
	/* The kernel's names are times, and the CPU. */
	uint64_t id = bench->ctx.now_ns << 13 | (++bench->made & 1);
	struct conn_event event = conn_record(EVENT_CONNECT, id, 0);
	size_t most = (bench->model->max_rows + 9) / 10; /* so many may stay in their tables */
	uint32_t process = draw(bench) % (most < N_PROCESSES ? most : N_PROCESSES);
	uint32_t remote = draw(bench) % (most < N_REMOTES ? most : N_REMOTES);

	event.head.pid = 1000 + process;
	event.head.uid = process % N_USERS;
	snprintf(event.head.comm, sizeof(event.head.comm), "worker-%u", process % 100);
	event.lport = 10000 + draw(bench) % 50000;
	event.rport = remote % 8 ? 443 : 5432;
	memcpy(event.raddr, &remote, sizeof(remote));
	event.rtt_us = draw(bench) % 100000;
	event.opened_ns = bench->ctx.now_ns;
	event.established_ns = bench->ctx.now_ns + event.rtt_us * 1000;
	happen(bench, &event);
	if (bench->made % ONE_LIVES == 0)
		return;
	event.head.kind = EVENT_CLOSE;
	event.state = TCP_CLOSE;
	event.tx_bytes = draw(bench) % 100000;
	event.rx_bytes = draw(bench) % 1000000;
	happen(bench, &event);
}

static void connections(struct bench *bench, size_t n)
{
	while (n--)
		connection(bench);
	release(bench);
}

static void start(struct bench *bench, size_t rows)
{
	bench->model = model_new(rows);
	if (!bench->model)
		errx(1, "no memory");
	bench->random = 88172645463325252;
	bench->ctx.now_ns = T0_NS;
	bench->ctx.boot_to_wall_ns = T0_BOOT_TO_WALL_NS;
	bench->made = 0;
	connections(bench, rows);
}

static void stop(struct bench *bench)
{
	model_free(bench->model);
	bench->model = NULL;
	settle_fini(&bench->settle);
}

/* --- figures ---------------------------------------------------------------------------------- */

/* All that a refresh of the screen does of the table. */
static double frame(struct bench *bench)
{
	const struct filter *filter = &bench->filterspec.filter;
	double begin = cpu_ms();

	view_summary_push(&bench->summary, bench->model);
	require(view_update(&bench->view, bench->model, filter, &bench->ctx), "update");
	view_mark(&bench->view);
	view_draw(&bench->view, &bench->grid, bench->model, &bench->summary, &bench->filterspec,
		  &bench->ctx);
	return cpu_ms() - begin;
}

static void print_frame(struct bench *bench, const char *what)
{
	double first = frame(bench), next[MAX_FRAMES];

	for (int i = 0; i < bench->frames; i++) {
		connections(bench, BATCH);
		next[i] = frame(bench);
	}
	printf("name=frame sort=%s first_ms=%.2f next_ms=%.2f\n", what, first,
	       median(next, bench->frames));
	fflush(stdout);
}

/* The split as it is at first, then Connections alone, sorted by each column that is shown. */
static void print_frames(struct bench *bench)
{
	struct list *list = &bench->view.panes[PANE_CONNECTIONS].list;

	print_frame(bench, "default");
	view_show_pane(&bench->view, PANE_CONNECTIONS);
	for (size_t i = 0; i < list->n_columns; i++) {
		char sort[64];

		snprintf(sort, sizeof(sort), "-%s", list->columns[i]->key);
		list_choose_sort(list, sort);
		print_frame(bench, list->columns[i]->key);
	}
}

static double change_filter(struct bench *bench, const char *users)
{
	char error[256];
	double begin;

	require(filterspec_set(&bench->filterspec, FILTER_UID, users, error, sizeof(error)),
		"filter");
	begin = cpu_ms();
	model_set_filter(bench->model, &bench->filterspec.filter);
	begin -= cpu_ms();
	return frame(bench) - begin;
}

static void print_filter(struct bench *bench)
{
	double set[FILTERS], lift[FILTERS];

	list_choose_sort(&bench->view.panes[PANE_CONNECTIONS].list, "-time");
	frame(bench);
	for (int i = 0; i < FILTERS; i++) {
		set[i] = change_filter(bench, "7");
		lift[i] = change_filter(bench, "");
	}
	printf("name=filter set_ms=%.2f lift_ms=%.2f\n", median(set, FILTERS),
	       median(lift, FILTERS));
}

static double churn(struct bench *bench)
{
	double begin = cpu_ms();

	connections(bench, CHURN);
	return cpu_ms() - begin;
}

/* Without what making the events takes. */
static void print_event(struct bench *bench, size_t rows)
{
	double ms;

	start(bench, rows);
	ms = churn(bench);
	bench->idle = true;
	ms -= churn(bench);
	bench->idle = false;
	/* As many events as connections and, but for those that live, closes. */
	printf("name=event rows=%zu ns=%.1f\n", rows, ms * 1e6 / (2 * CHURN - CHURN / ONE_LIVES));
	fflush(stdout);
	stop(bench);
}

static size_t read_options(struct bench *bench, int argc, char **argv)
{
	size_t rows = 1000000;
	int c;

	bench->frames = 9;
	while ((c = getopt(argc, argv, "n:f:")) != -1) {
		if (c == 'n')
			rows = strtoul(optarg, NULL, 10);
		else if (c == 'f')
			bench->frames = atoi(optarg);
		else
			exit(2);
	}
	if (!rows || bench->frames < 1 || bench->frames > MAX_FRAMES)
		errx(2, "usage: table [-n ROWS] [-f FRAMES]");
	return rows;
}

int main(int argc, char **argv)
{
	struct bench bench = { .summary = { .host = &bench.host, .limits = "" } };
	size_t rows = read_options(&bench, argc, argv), before = resident();

	start(&bench, rows);
	printf("name=memory rows=%zu bytes=%.0f\n", rows, (double)(resident() - before) / rows);
	fflush(stdout);
	view_init(&bench.view);
	require(grid_init(&bench.grid, FRAME_ROWS, FRAME_COLS, CHARSET_UTF8), "grid");
	print_frames(&bench);
	print_filter(&bench);
	view_fini(&bench.view);
	grid_fini(&bench.grid);
	stop(&bench);
	for (size_t some = (rows + 999) / 1000; some <= rows; some *= 10)
		print_event(&bench, some);
	return 0;
}
