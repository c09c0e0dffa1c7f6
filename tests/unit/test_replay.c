/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a source told, recorded and told again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "events.h"
#include "record.h"

static char folder[] = "/tmp/conntop-replay-XXXXXX";
static char path[64];
static char error[256];

/* --- what is recorded ------------------------------------------------------------------------- */

#define SCRIPT_MAX 8

/* A host that tells its events when it is drained, and samples one connection. */
static struct host {
	struct source source;
	uint64_t now_ns;
	struct {
		size_t size;
		unsigned char bytes[sizeof(struct conn_event)];
	} script[SCRIPT_MAX];
	size_t n, told;
	struct source_counts counts;
	bool failed, closed;
} host;

static void host_clock(struct source *source, uint64_t *now_ns, int64_t *boot_to_wall_ns)
{
	(void)source;
	*now_ns = host.now_ns;
	*boot_to_wall_ns = T0_BOOT_TO_WALL_NS;
}

static int host_drain(struct source *source, bool all, source_event_fn fn, void *ctx)
{
	int n = 0;

	(void)source, (void)all;
	for (; host.told < host.n; host.told++, n++)
		fn(ctx, (const struct event *)host.script[host.told].bytes,
		   host.script[host.told].size);
	return n;
}

static int host_sample(struct source *source, source_event_fn fn, void *ctx)
{
	struct conn_event conn = conn_figures(EVENT_SAMPLE, 7, host.now_ns, 10, 20);
	struct event pass = { .kind = EVENT_PASS, .ts_ns = host.now_ns };

	(void)source;
	fn(ctx, &conn.head, sizeof(conn));
	fn(ctx, &pass, sizeof(pass));
	return 0;
}

static int host_watch_failed(struct source *source, bool on)
{
	(void)source;
	host.failed = on;
	return 0;
}

static int host_counts(struct source *source, struct source_counts *counts)
{
	(void)source;
	*counts = host.counts;
	return 0;
}

static void host_close(struct source *source)
{
	(void)source;
	host.closed = true;
}

static const struct source_ops host_ops = {
	.clock = host_clock,
	.drain = host_drain,
	.sample = host_sample,
	.watch_failed = host_watch_failed,
	.counts = host_counts,
	.close = host_close,
};

static void happens(const void *event, size_t size)
{
	assert_true(host.n < SCRIPT_MAX && size <= sizeof(host.script[0].bytes));
	memcpy(host.script[host.n].bytes, event, size);
	host.script[host.n++].size = size;
}

/* --- what is seen ----------------------------------------------------------------------------- */

#define SEEN_MAX 64

static struct {
	uint8_t kind;
	uint64_t ts_ns;
	uint32_t pid;
} seen[SEEN_MAX];
static size_t n_seen;

static void see(void *ctx, const struct event *event, size_t size)
{
	(void)ctx;
	assert_true(size >= sizeof(*event) && n_seen < SEEN_MAX);
	seen[n_seen].kind = event->kind;
	seen[n_seen].pid = event->pid;
	seen[n_seen++].ts_ns = event->ts_ns;
}

static struct names *names;
static struct filterspec filterspec;
static struct source *record, *replay;

static int set_up(void **state)
{
	(void)state;
	memset(&host, 0, sizeof(host));
	host.source.ops = &host_ops;
	strcpy(host.source.host.name, "web-03");
	strcpy(host.source.host.release, "6.1.0");
	strcpy(host.source.limits, "no fexit");
	host.now_ns = T0_NS;
	n_seen = 0;
	record = replay = NULL;
	filterspec_clear(&filterspec);
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	names = names_new(NULL);
	if (!mkdtemp(folder) || !names)
		return -1;
	snprintf(path, sizeof(path), "%s/recording", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	if (record)
		record->ops->close(record);
	if (replay)
		replay->ops->close(replay);
	names_free(names);
	unlink(path);
	return rmdir(folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void start(void)
{
	record = record_open(&host.source, path, false, &filterspec, false, names, error,
			     sizeof(error));
	assert_non_null(record);
}

static void read_clock(struct source *source)
{
	uint64_t now_ns;
	int64_t boot_to_wall_ns;

	source->ops->clock(source, &now_ns, &boot_to_wall_ns);
}

/* A second goes by, with these events at its end, and a refresh. */
static void second_passes(void)
{
	host.now_ns += SECOND_NS;
	record->ops->drain(record, false, see, NULL);
	read_clock(record);
	record->ops->sample(record, see, NULL);
}

static void exits_after(uint64_t ns, uint32_t pid)
{
	struct exit_event event = exit_record(T0_NS + ns, pid, "sh", 0, 0);

	happens(&event, sizeof(event));
}

/* Three seconds: nothing, the exits of 1 and 2, that of 3. */
static void record_three_seconds(void)
{
	struct source_counts counts;

	start();
	read_clock(record);
	second_passes();
	exits_after(1200 * MS_NS, 1);
	exits_after(1300 * MS_NS, 2);
	second_passes();
	exits_after(2500 * MS_NS, 3);
	second_passes();
	host.counts.kinds[EVENT_EXIT].seen = 3;
	host.counts.kinds[EVENT_EXIT].lost = 1;
	host.counts.missed = 4;
	record->ops->counts(record, &counts);
	assert_int_equal(record_finish(record), 0);
}

static void open_replay(double speed, double duration_s)
{
	struct source_replay how = { speed, duration_s };

	replay = source_replay_open(path, &how, error, sizeof(error));
	assert_non_null(replay);
	n_seen = 0;
}

static int drain(void)
{
	return replay->ops->drain(replay, false, see, NULL);
}

static uint64_t now(void)
{
	uint64_t now_ns;
	int64_t boot_to_wall_ns;

	replay->ops->clock(replay, &now_ns, &boot_to_wall_ns);
	assert_int_equal(boot_to_wall_ns, T0_BOOT_TO_WALL_NS);
	return now_ns;
}

/* --- tests ------------------------------------------------------------------------------------ */

static void replay_drain__speed_0__tells_all_in_order(void **state)
{
	struct source_counts counts;

	(void)state;
	record_three_seconds();
	open_replay(0, 0);
	assert_string_equal(replay->host.name, "web-03");
	assert_string_equal(replay->host.release, "6.1.0");
	assert_string_equal(replay->limits, "no fexit");
	assert_int_equal(now(), T0_NS);
	assert_true(replay->ops->due(replay));
	assert_false(replay->ops->ended(replay));
	assert_int_equal(drain(), 9); /* three exits, three samples, three passes */
	assert_true(replay->ops->ended(replay));
	assert_false(replay->ops->due(replay));
	assert_int_equal(seen[0].kind, EVENT_SAMPLE);
	assert_int_equal(seen[1].kind, EVENT_PASS);
	assert_int_equal(seen[1].ts_ns, T0_NS + SECOND_NS);
	assert_int_equal(seen[2].pid, 1);
	assert_int_equal(seen[3].pid, 2);
	assert_int_equal(seen[6].pid, 3);
	assert_int_equal(now(), T0_NS + 3 * SECOND_NS);
	assert_string_equal(replay->limits, "no fexit");
	assert_int_equal(replay->ops->counts(replay, &counts), 0);
	assert_int_equal(counts.kinds[EVENT_EXIT].seen, 3);
	assert_int_equal(counts.kinds[EVENT_EXIT].lost, 1);
	assert_int_equal(counts.missed, 4);
}

static void replay_drain__duration__ends_there(void **state)
{
	(void)state;
	record_three_seconds();
	open_replay(0, 2);
	assert_int_equal(drain(), 6);
	assert_true(replay->ops->ended(replay));
	assert_int_equal(now(), T0_NS + 2 * SECOND_NS);
}

static void replay_drain__paced__tells_what_is_due(void **state)
{
	struct pollfd pollfd;

	(void)state;
	record_three_seconds();
	open_replay(1000, 0); /* a millisecond each */
	pollfd = (struct pollfd){ replay->ops->fd(replay), POLLIN, 0 };
	while (!replay->ops->ended(replay)) {
		assert_int_equal(poll(&pollfd, 1, 10000), 1);
		drain();
	}
	assert_int_equal(n_seen, 9);
	open_replay(1, 0);
	assert_int_equal(drain(), 0); /* nothing happens in the first second */
	assert_true(now() < T0_NS + SECOND_NS);
}

static void replay_hold__steps__go_from_pass_to_pass(void **state)
{
	struct pollfd pollfd;

	(void)state;
	record_three_seconds();
	open_replay(1, 0);
	pollfd = (struct pollfd){ replay->ops->fd(replay), POLLIN, 0 };
	replay->ops->hold(replay, true);
	assert_int_equal(drain(), 0);
	replay->ops->step(replay);
	assert_int_equal(poll(&pollfd, 1, 1000), 1);
	assert_int_equal(drain(), 2);
	assert_int_equal(now(), T0_NS + SECOND_NS);
	assert_int_equal(drain(), 0);
	replay->ops->step(replay);
	assert_int_equal(drain(), 4);
	assert_int_equal(now(), T0_NS + 2 * SECOND_NS);
	assert_false(replay->ops->ended(replay));
	replay->ops->step(replay);
	drain();
	replay->ops->step(replay); /* what follows the last pass */
	drain();
	assert_true(replay->ops->ended(replay));
	replay->ops->step(replay);
	assert_int_equal(drain(), 0);
}

static void replay_set_filter__pid__others_count_as_filtered(void **state)
{
	struct source_counts counts;

	(void)state;
	record_three_seconds();
	open_replay(0, 0);
	assert_int_equal(filterspec_set(&filterspec, FILTER_PID, "2", error, sizeof(error)), 0);
	replay->ops->set_filter(replay, &filterspec.filter);
	assert_int_equal(drain(), 4);
	assert_int_equal(seen[0].kind, EVENT_PASS);
	assert_int_equal(seen[1].pid, 2);
	replay->ops->counts(replay, &counts);
	assert_int_equal(counts.kinds[EVENT_EXIT].seen, 1);
	assert_int_equal(counts.kinds[EVENT_EXIT].filtered, 2);
}

static void replay_set_filter__follow__knows_descendants(void **state)
{
	(void)state;
	record_three_seconds();
	open_replay(0, 0);
	/* All are children of 41200. */
	assert_int_equal(filterspec_set(&filterspec, FILTER_PID, "41200", error, sizeof(error)), 0);
	filterspec.filter.follow = 1;
	replay->ops->set_filter(replay, &filterspec.filter);
	assert_int_equal(drain(), 9);
}

static void replay_asked__tells_under_what_it_was_recorded(void **state)
{
	const struct source_asked *asked;

	(void)state;
	filterspec_set(&filterspec, FILTER_PORT, "443", error, sizeof(error));
	start();
	read_clock(record);
	filterspec_set(&filterspec, FILTER_PID, "9", error, sizeof(error));
	filterspec.filter.follow = 1;
	record->ops->watch_failed(record, true);
	record->ops->note(record, &filterspec);
	second_passes();
	record_finish(record);
	open_replay(0, 0);
	asked = replay->ops->asked(replay);
	assert_string_equal(asked->filters[FILTER_PORT], "443");
	assert_string_equal(asked->filters[FILTER_PID], "");
	assert_false(asked->follow);
	drain();
	asked = replay->ops->asked(replay);
	assert_string_equal(asked->filters[FILTER_PID], "9");
	assert_true(asked->follow);
	assert_true(asked->failed);
}

static void replay_names__are_the_recorded_hosts(void **state)
{
	const struct cmdline *cmdline;
	struct exit_event event;
	struct names *told;

	(void)state;
	start();
	read_clock(record);
	event = exit_record(T0_NS, getpid(), "test", 0, 0);
	event.head.uid = 0;
	happens(&event, sizeof(event));
	second_passes();
	record_finish(record);
	open_replay(0, 0);
	drain();
	told = names_new(replay);
	assert_string_equal(names_user(told, 0), "root");
	assert_null(names_user(told, 1)); /* it was not met there, whoever that is here */
	assert_null(names_cgroup(told, 1, 0));
	cmdline = names_cmdline(told, getpid(), event.head.start_ns, 0);
	assert_null(cmdline); /* started at another time: not this process */
	names_free(told);
}

static void record_close__unfinished__is_whole_all_the_same(void **state)
{
	(void)state;
	start();
	read_clock(record);
	exits_after(1, 5);
	second_passes();
	record->ops->close(record);
	record = NULL;
	assert_true(host.closed);
	open_replay(0, 0);
	assert_int_equal(drain(), 3);
	assert_string_equal(replay->limits, "no fexit");
}

static void replay__cut_off__shows_what_is_whole_and_says_so(void **state)
{
	struct stat file;

	(void)state;
	record_three_seconds();
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(truncate(path, file.st_size * 2 / 3), 0);
	open_replay(0, 0);
	assert_in_range(drain(), 1, 8);
	assert_true(replay->ops->ended(replay));
	assert_string_equal(replay->limits, "the recording is cut off: what is whole is shown");
}

static void record_open__existing_file__needs_force(void **state)
{
	struct stat file;
	char wanted[160];

	(void)state;
	start();
	assert_int_equal(stat(path, &file), 0);
	assert_int_equal(file.st_mode & 07777, 0600);
	assert_null(record_open(&host.source, path, false, &filterspec, false, names, error,
				sizeof(error)));
	snprintf(wanted, sizeof(wanted), "%s: it exists already; --force replaces it", path);
	assert_string_equal(error, wanted);
	record->ops->close(record);
	record = record_open(&host.source, path, true, &filterspec, false, names, error,
			     sizeof(error));
	assert_non_null(record);
}

static void record_open__symbolic_link__is_not_followed(void **state)
{
	char target[96];

	(void)state;
	snprintf(target, sizeof(target), "%s/target", folder);
	assert_int_equal(symlink(target, path), 0);
	assert_null(record_open(&host.source, path, true, &filterspec, false, names, error,
				sizeof(error)));
	assert_int_not_equal(access(target, F_OK), 0);
}

static void record__disk_full__is_remembered_and_events_go_on(void **state)
{
	(void)state;
	if (access("/dev/full", W_OK))
		skip();
	/* A device is no place for a recording: refused, not filled. */
	assert_null(record_open(&host.source, "/dev/full", true, &filterspec, false, names, error,
				sizeof(error)));
	assert_string_equal(error, "/dev/full: not a regular file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(replay_drain__speed_0__tells_all_in_order),
		TEST(replay_drain__duration__ends_there),
		TEST(replay_drain__paced__tells_what_is_due),
		TEST(replay_hold__steps__go_from_pass_to_pass),
		TEST(replay_set_filter__pid__others_count_as_filtered),
		TEST(replay_set_filter__follow__knows_descendants),
		TEST(replay_asked__tells_under_what_it_was_recorded),
		TEST(replay_names__are_the_recorded_hosts),
		TEST(record_close__unfinished__is_whole_all_the_same),
		TEST(replay__cut_off__shows_what_is_whole_and_says_so),
		TEST(record_open__existing_file__needs_force),
		TEST(record_open__symbolic_link__is_not_followed),
		TEST(record__disk_full__is_remembered_and_events_go_on),
	};

	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
