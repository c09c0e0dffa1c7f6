/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TEST_RECORDINGS_H
#define CONNTOP_TEST_RECORDINGS_H

/* A host whose events are recorded and told again. After cmocka.h. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "events.h"
#include "filterspec.h"
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

static inline void host_clock(struct source *source, uint64_t *now_ns, int64_t *boot_to_wall_ns)
{
	(void)source;
	*now_ns = host.now_ns;
	*boot_to_wall_ns = T0_BOOT_TO_WALL_NS;
}

static inline int host_drain(struct source *source, bool all, source_event_fn fn, void *ctx)
{
	int n = 0;

	(void)source, (void)all;
	for (; host.told < host.n; host.told++, n++)
		fn(ctx, (const struct event *)host.script[host.told].bytes,
		   host.script[host.told].size);
	return n;
}

static inline int host_sample(struct source *source, source_event_fn fn, void *ctx)
{
	struct conn_event conn = conn_figures(EVENT_SAMPLE, 7, host.now_ns, 10, 20);
	struct event pass = { .kind = EVENT_PASS, .ts_ns = host.now_ns };

	(void)source;
	fn(ctx, &conn.head, sizeof(conn));
	fn(ctx, &pass, sizeof(pass));
	return 0;
}

static inline int host_watch_failed(struct source *source, bool on)
{
	(void)source;
	host.failed = on;
	return 0;
}

static inline int host_counts(struct source *source, struct source_counts *counts)
{
	(void)source;
	*counts = host.counts;
	return 0;
}

static inline void host_close(struct source *source)
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

static inline void happens(const void *event, size_t size)
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

static inline void see(void *ctx, const struct event *event, size_t size)
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

static inline int set_up(void **state)
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

static inline int tear_down(void **state)
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

/* Under `filterspec`. */
static inline struct source *record_to(const char *file, bool force)
{
	struct source_asked asked = filterspec_asked(&filterspec, false);

	return record_open(&host.source, file, force, &asked, names, error, sizeof(error));
}

static inline void start(void)
{
	record = record_to(path, false);
	assert_non_null(record);
}

static inline void read_clock(struct source *source)
{
	uint64_t now_ns;
	int64_t boot_to_wall_ns;

	source->ops->clock(source, &now_ns, &boot_to_wall_ns);
}

/* A second goes by, with these events at its end, and a refresh. */
static inline void second_passes(void)
{
	host.now_ns += SECOND_NS;
	record->ops->drain(record, false, see, NULL);
	read_clock(record);
	record->ops->sample(record, see, NULL);
}

static inline void exits_after(uint64_t ns, uint32_t pid)
{
	struct exit_event event = exit_record(T0_NS + ns, pid, "sh", 0, 0);

	happens(&event, sizeof(event));
}

/* Three seconds: nothing, the exits of 1 and 2, that of 3. */
static inline void record_three_seconds(void)
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

static inline void open_replay(double speed, double duration_s)
{
	struct source_replay how = { speed, duration_s };

	if (replay)
		replay->ops->close(replay);
	replay = source_replay_open(path, &how, error, sizeof(error));
	assert_non_null(replay);
	n_seen = 0;
}

static inline int drain(void)
{
	return replay->ops->drain(replay, false, see, NULL);
}

static inline uint64_t now(void)
{
	uint64_t now_ns;
	int64_t boot_to_wall_ns;

	replay->ops->clock(replay, &now_ns, &boot_to_wall_ns);
	assert_int_equal(boot_to_wall_ns, T0_BOOT_TO_WALL_NS);
	return now_ns;
}

#endif
