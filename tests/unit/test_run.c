/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams and snapshots from beginning to end, on a source whose records are the test's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "fakes.h"
#include "run.h"

#define ACCEPTS (1U << EVENT_ACCEPT)

/* The terminal is not opened here. */
struct screen *screen_open(const struct theme *theme, bool colors, bool ascii, char *error,
			   size_t error_cap)
{
	(void)theme, (void)colors, (void)ascii, (void)error, (void)error_cap;
	return NULL;
}

void screen_close(struct screen *s)
{
	(void)s;
}

/* --- a source --------------------------------------------------------------------------------- */

static struct ring {
	int fd;
	struct conn_event waiting[64];
	size_t n;
	uint64_t found; /* accepts, one each time that owners are looked for */
	int samples;
	bool closes_while_sampled;
	int rests_asked, samples_before_rest[2], rest_err;
} ring;

static struct source_ops ops; /* fake_ops and what the loop needs */

static int ring_fd(const struct source *source)
{
	(void)source;
	return ring.fd;
}

static int ring_drain(struct source *source, bool all, source_event_fn fn, void *ctx)
{
	size_t n = ring.n;

	(void)source, (void)all;
	ring.n = 0;
	for (size_t i = 0; i < n; i++)
		fn(ctx, &ring.waiting[i].head, sizeof(ring.waiting[i]));
	return (int)n;
}

static bool ring_holding(const struct source *source)
{
	(void)source;
	return false;
}

static void ring_arm(struct source *source)
{
	(void)source;
}

static void ring_put(struct conn_event event)
{
	assert_true(ring.n < sizeof(ring.waiting) / sizeof(ring.waiting[0]));
	ring.waiting[ring.n++] = event;
}

static int ring_find_owners(struct source *source)
{
	ring_put(conn_incoming(EVENT_ACCEPT, ++ring.found, T0_NS));
	return fake_find_owners(source);
}

static int ring_find_rest(struct source *source)
{
	(void)source;
	ring.rests_asked++;
	if (ring.rests_asked < 3)
		ring.samples_before_rest[ring.rests_asked - 1] = ring.samples;
	return ring.rest_err;
}

static int ring_sample(struct source *source, source_event_fn fn, void *ctx)
{
	ring.samples++;
	if (ring.closes_while_sampled && ring.samples == 2) {
		fake.n_samples = 0;
		ring_put(conn_figures(EVENT_CLOSE, 7, fake.now_ns, 500, 900));
	}
	return fake_sample(source, fn, ctx);
}

/* --- what is printed -------------------------------------------------------------------------- */

static char out_path[64];
static char printed[16384], complained[1024];
static char error[256];

static void read_back(const char *path, char *text, size_t cap)
{
	FILE *file = fopen(path, "r");
	size_t len;

	assert_non_null(file);
	len = fread(text, 1, cap - 1, file);
	text[len] = '\0';
	fclose(file);
	unlink(path);
}

/* Runs for a moment; `printed` and `complained` are what came out. */
static int run(int (*mode)(struct source *, const struct options *, struct names *, char *, size_t))
{
	char err_path[] = "/tmp/conntop-run-err-XXXXXX";
	int fd = mkstemp(err_path), before = dup(STDERR_FILENO), err;

	assert_true(fd >= 0 && before >= 0);
	fflush(stderr);
	dup2(fd, STDERR_FILENO);
	close(fd);
	options.output = out_path;
	err = mode(&fake.source, &options, names, error, sizeof(error));
	fflush(stderr);
	dup2(before, STDERR_FILENO);
	close(before);
	read_back(out_path, printed, sizeof(printed));
	read_back(err_path, complained, sizeof(complained));
	return err;
}

static int set_up(void **state)
{
	int err = ui_set_up(state);

	memset(&ring, 0, sizeof(ring));
	ring.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	ops = fake_ops;
	ops.fd = ring_fd;
	ops.drain = ring_drain;
	ops.holding = ring_holding;
	ops.arm = ring_arm;
	ops.find_owners = ring_find_owners;
	ops.find_rest = ring_find_rest;
	ops.sample = ring_sample;
	fake.source.ops = &ops;
	options.format = EXPORT_CSV;
	options.delay_s = 0.05;
	options.duration_s = 0.001;
	options.max_rows = 100;
	snprintf(out_path, sizeof(out_path), "/tmp/conntop-run-%d", (int)getpid());
	unlink(out_path);
	return err || ring.fd < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	close(ring.fd);
	return ui_tear_down(state);
}

static int count_lines(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* --- streams ---------------------------------------------------------------------------------- */

static void run_stream__accept__asks_for_owners_and_takes_all_that_is_found(void **state)
{
	(void)state;
	options.stream_kinds = ACCEPTS;
	options.columns = "event,pid";
	ring_put(conn_incoming(EVENT_OPEN, 1, T0_NS));
	assert_int_equal(run(run_stream), 0);
	/* After the batch, and at the end. */
	assert_true(fake.owners_asked >= 2);
	assert_int_equal(count_lines(printed), 1 + fake.owners_asked);
	assert_non_null(strstr(printed, "accept,41213\r\n"));
	assert_string_equal(complained, "");
}

static void run_stream__accept__asks_at_each_refresh(void **state)
{
	(void)state;
	options.stream_kinds = ACCEPTS;
	options.delay_s = 0.01;
	options.duration_s = 0.2;
	assert_int_equal(run(run_stream), 0);
	assert_true(fake.owners_asked >= 2); /* at the end, too */
}

static void run_stream__other_kinds__never_ask_for_owners(void **state)
{
	(void)state;
	options.stream_kinds = 1U << EVENT_CONNECT;
	strcpy(fake.source.limits, "no fexit");
	ring_put(conn_record(EVENT_CONNECT, 1, T0_NS));
	assert_int_equal(run(run_stream), 0);
	assert_int_equal(fake.owners_asked, 0);
	assert_int_equal(count_lines(printed), 2);
	assert_string_equal(complained, "");
}

static void run_stream__accept_on_a_limited_kernel__says_so_once(void **state)
{
	(void)state;
	options.stream_kinds = ACCEPTS | 1U << EVENT_EXEC;
	strcpy(fake.source.limits, "who accepted is found later");
	assert_int_equal(run(run_stream), 0);
	assert_string_equal(complained, "conntop: who accepted is found later\n");
}

static void run_stream__owners_not_found__says_so_at_the_end(void **state)
{
	(void)state;
	options.stream_kinds = ACCEPTS;
	fake.owners_err = -EPERM;
	assert_int_equal(run(run_stream), 0);
	assert_string_equal(complained, "conntop: who accepted could not be looked up: "
					"Operation not permitted\n");
}

static void run_stream__losses__are_told_by_kind(void **state)
{
	(void)state;
	options.stream_kinds = 1U << EVENT_EXEC;
	fake.counts.kinds[EVENT_EXEC].lost = 10;
	fake.counts.kinds[EVENT_CLOSE].lost = 2;
	fake.counts.kinds[EVENT_EXIT].seen = 7;
	assert_int_equal(run(run_stream), 0);
	assert_string_equal(complained, "conntop: 12 events lost (exec 10, close 2)\n");
	memset(&fake.counts, 0, sizeof(fake.counts));
	fake.counts.kinds[EVENT_OPEN].lost = 1;
	fake.counts.missed = 3;
	assert_int_equal(run(run_stream), 0);
	assert_string_equal(complained, "conntop: 1 event lost (open 1)\n"
					"conntop: 3 missed by the kernel, before any filter\n");
}

/* Sockets that no process has open at the start, and at the end those who accepted meanwhile. */
static void run_stream__start_and_end__find_the_rest(void **state)
{
	(void)state;
	options.stream_kinds = ACCEPTS;
	assert_int_equal(run(run_stream), 0);
	assert_int_equal(ring.rests_asked, 2);
	options.stream_kinds = 1U << EVENT_CONNECT;
	assert_int_equal(run(run_stream), 0);
	assert_int_equal(ring.rests_asked, 3); /* nobody asks who accepted */
	ring.rest_err = -ENOMEM;
	assert_int_equal(run(run_stream), -ENOMEM);
}

/* --- snapshots -------------------------------------------------------------------------------- */

/* Before the first sample: what it finds has rates, too. Before the last one: it has its owner. */
static void run_once__start_and_end__find_the_rest(void **state)
{
	(void)state;
	assert_int_equal(run(run_once), 0);
	assert_int_equal(ring.rests_asked, 2);
	assert_int_equal(ring.samples_before_rest[0], 0);
	assert_int_equal(ring.samples_before_rest[1], 1);
}

static void run_once__rest_not_found__is_an_error(void **state)
{
	(void)state;
	ring.rest_err = -ENOMEM;
	options.output = NULL;
	assert_int_equal(run_once(&fake.source, &options, names, error, sizeof(error)), -ENOMEM);
	assert_int_equal(ring.samples, 0);
}

static void run_once__living_connection__has_rates_of_the_time_watched(void **state)
{
	(void)state;
	options.has_pane = true;
	options.pane = PANE_CONNECTIONS;
	options.columns = "pid,rx_bytes,state";
	fake.samples[0] = conn_figures(EVENT_SAMPLE, 7, T0_NS, 10, 20);
	fake.n_samples = 1;
	assert_int_equal(run(run_once), 0);
	assert_string_equal(printed, "pid,rx_bytes,state\r\n41213,20,ESTAB\r\n");
	assert_int_equal(ring.samples, 2); /* rates need a beginning */
}

static void run_once__closed_while_sampled__has_its_last_figures(void **state)
{
	(void)state;
	options.has_pane = true;
	options.pane = PANE_CONNECTIONS;
	options.columns = "pid,tx_bytes,rx_bytes,state";
	fake.samples[0] = conn_figures(EVENT_SAMPLE, 7, T0_NS, 10, 20);
	fake.n_samples = 1;
	ring.closes_while_sampled = true;
	assert_int_equal(run(run_once), 0);
	assert_string_equal(printed, "pid,tx_bytes,rx_bytes,state\r\n41213,500,900,CLOSED\r\n");
}

static void run_once__filter__is_what_aggregates_count(void **state)
{
	(void)state;
	options.has_pane = true;
	options.pane = PANE_REMOTES;
	options.columns = "rport";
	fake.samples[0] = conn_figures(EVENT_SAMPLE, 7, T0_NS, 10, 20);
	fake.samples[1] = conn_figures(EVENT_SAMPLE, 8, T0_NS, 10, 20);
	fake.samples[1].rport = 80;
	fake.n_samples = 2;
	assert_int_equal(filterspec_set(&options.filterspec, FILTER_PORT, "80", error, 128), 0);
	assert_int_equal(run(run_once), 0);
	assert_string_equal(printed, "rport\r\n80\r\n");
}

static void run_once__rows_evicted__are_counted(void **state)
{
	(void)state;
	options.format = EXPORT_JSON;
	options.max_rows = 1;
	ring_put(conn_figures(EVENT_CLOSE, 7, T0_NS, 10, 20));
	ring_put(conn_figures(EVENT_CLOSE, 8, T0_NS, 10, 20));
	ring_put(conn_figures(EVENT_CLOSE, 9, T0_NS, 10, 20));
	assert_int_equal(run(run_once), 0);
	assert_non_null(strstr(strstr(printed, "\"evicted\""), "\"close\":2"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(run_stream__accept__asks_for_owners_and_takes_all_that_is_found),
		TEST(run_stream__accept__asks_at_each_refresh),
		TEST(run_stream__other_kinds__never_ask_for_owners),
		TEST(run_stream__accept_on_a_limited_kernel__says_so_once),
		TEST(run_stream__owners_not_found__says_so_at_the_end),
		TEST(run_stream__losses__are_told_by_kind),
		TEST(run_stream__start_and_end__find_the_rest),
		TEST(run_once__start_and_end__find_the_rest),
		TEST(run_once__rest_not_found__is_an_error),
		TEST(run_once__living_connection__has_rates_of_the_time_watched),
		TEST(run_once__closed_while_sampled__has_its_last_figures),
		TEST(run_once__filter__is_what_aggregates_count),
		TEST(run_once__rows_evicted__are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
