/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events of a recording, as if they happened now. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "recording.h"
#include "replay_filter.h"
#include "replay_names.h"
#include "replay_pace.h"

#define AT_ONCE_MAX 20000	     /* entries handed over before the keys are looked at again */
#define WAIT_MAX_NS 3600000000000ULL /* then it is looked again how long it still is */

struct replay {
	struct source source;
	struct recording *recording;
	struct recording_entry entry; /* the next one, when `more` */
	bool more;
	int err;	   /* how it ended, of recording_next() */
	uint64_t until_ns; /* nothing later is shown */
	struct replay_names *names;
	struct source_asked asked;
	char *asked_texts; /* what it points into */
	struct source_counts counts;

	/* Time, all CLOCK_BOOTTIME of the recorded host but real_ns. */
	uint64_t now_ns; /* of the last clock reading handed over */
	int64_t boot_to_wall_ns;
	struct pace pace;
	bool stepping; /* up to the end of a pass */
	int fd;	       /* timerfd(2): something is due */

	struct replay_filter filter;
	uint64_t filtered[EVENT_KINDS]; /* turned away by it */
};

static struct replay *replay_of(const struct source *source)
{
	return (struct replay *)source;
}

/* --- time ------------------------------------------------------------------------------------- */

/* When the next entry is to be handed over. */
static uint64_t due_ns(const struct replay *replay)
{
	const struct recording_entry *entry = &replay->entry;
	uint64_t ts_ns = replay->now_ns;

	if (entry->type == RECORDING_CLOCK && entry->len >= 8)
		ts_ns = recording_get(entry->payload, 8);
	else if (entry->type == RECORDING_EVENT && entry->len >= sizeof(struct event))
		ts_ns = recording_get(entry->payload + offsetof(struct event, ts_ns), 8);
	return ts_ns > replay->now_ns ? ts_ns : replay->now_ns;
}

/* Wakes the reader when the next entry is due; not at all when none will be. */
static void set_timer(struct replay *replay)
{
	struct itimerspec spec = { 0 };
	uint64_t due = replay->more ? due_ns(replay) : 0, now_ns, wait_ns = 1;

	if (replay->more && (!replay->pace.held || replay->stepping)) {
		now_ns = pace_now_ns(&replay->pace);
		if (replay->pace.speed > 0 && !replay->stepping && due > now_ns)
			wait_ns = due - now_ns < WAIT_MAX_NS * replay->pace.speed
					  ? (due - now_ns) / replay->pace.speed + 1
					  : WAIT_MAX_NS;
		spec.it_value.tv_sec = wait_ns / 1000000000;
		spec.it_value.tv_nsec = wait_ns % 1000000000;
	}
	timerfd_settime(replay->fd, 0, &spec, NULL);
}

/* --- entries ---------------------------------------------------------------------------------- */

/* The next string of a payload, or "" when there is none. */
static const char *next_string(const char **at, const char *end)
{
	const char *text = *at;
	size_t left = end - text, len = strnlen(text, left);

	if (len == left)
		return "";
	*at += len + 1;
	return text;
}

/* It goes on, and says so at its end. */
static void miss_name(struct replay *replay)
{
	replay->err = -ENOMEM;
	snprintf(replay->source.limits, sizeof(replay->source.limits),
		 "out of memory: not all that the recording tells is shown");
}

static void take_host(struct replay *replay)
{
	const char *at = (const char *)replay->entry.payload, *end = at + replay->entry.len;
	struct source *source = &replay->source;

	snprintf(source->host.name, sizeof(source->host.name), "%s", next_string(&at, end));
	snprintf(source->host.release, sizeof(source->host.release), "%s", next_string(&at, end));
	snprintf(source->limits, sizeof(source->limits), "%s", next_string(&at, end));
}

static void take_asked(struct replay *replay)
{
	const char *at, *end;
	char *texts;

	if (replay->entry.len <= 2)
		return;
	texts = malloc(replay->entry.len);
	if (!texts) {
		miss_name(replay);
		return;
	}
	memcpy(texts, replay->entry.payload, replay->entry.len);
	free(replay->asked_texts);
	replay->asked_texts = texts;
	replay->asked.follow = texts[0];
	replay->asked.failed = texts[1];
	replay->asked.serial++;
	at = texts + 2;
	end = texts + replay->entry.len;
	for (size_t i = 0; i < SOURCE_FILTERS_MAX; i++)
		replay->asked.filters[i] = next_string(&at, end);
}

static void take_clock(struct replay *replay)
{
	if (replay->entry.len < 16)
		return;
	replay->now_ns = recording_get(replay->entry.payload, 8);
	replay->boot_to_wall_ns = (int64_t)recording_get(replay->entry.payload + 8, 8);
}

static void take_counts(struct replay *replay)
{
	const unsigned char *at = replay->entry.payload;
	size_t len = replay->entry.len, kinds = len >= 8 ? (len - 8) / 24 : 0;

	if (len < 8)
		return;
	/* Another version may know more kinds, or fewer. */
	for (size_t kind = 0; kind < kinds; kind++, at += 24) {
		if (kind >= EVENT_KINDS)
			continue;
		replay->counts.kinds[kind].seen = recording_get(at, 8);
		replay->counts.kinds[kind].filtered = recording_get(at + 8, 8);
		replay->counts.kinds[kind].lost = recording_get(at + 16, 8);
	}
	replay->counts.missed = recording_get(at, 8);
}

/* Reads the next entry; where the recording ends before its time, that is said. */
static void advance(struct replay *replay)
{
	int got = recording_next(replay->recording, &replay->entry);
	char *limits = replay->source.limits;

	replay->more = got == 1;
	if (got >= 0)
		return;
	replay->err = got;
	snprintf(limits, sizeof(replay->source.limits), "the recording %s",
		 got == -EPIPE	   ? "is cut off: what is whole is shown"
		 : got == -EBADMSG ? "is damaged: what comes before is shown"
				   : strerror(-got));
}

/* --- the source ------------------------------------------------------------------------------- */

static int replay_fd(const struct source *source)
{
	return replay_of(source)->fd;
}

static void replay_clock(struct source *source, uint64_t *now_ns, int64_t *boot_to_wall_ns)
{
	struct replay *replay = replay_of(source);
	uint64_t paced = replay->pace.speed > 0 && replay->more ? pace_now_ns(&replay->pace) : 0;

	*now_ns = paced > replay->now_ns ? paced : replay->now_ns;
	*boot_to_wall_ns = replay->boot_to_wall_ns;
}

/* Whether the next entry is to be handed over now. */
static bool is_due(const struct replay *replay)
{
	uint64_t due = due_ns(replay);

	if (replay->stepping)
		return true;
	return !replay->pace.held && (replay->pace.speed <= 0 || due <= pace_now_ns(&replay->pace));
}

/* Hands over an event. Returns 1 when it was wanted. */
static int hand_over(struct replay *replay, source_event_fn fn, void *ctx)
{
	union {
		struct event event;
		unsigned char bytes[RECORDING_EVENT_MAX];
	} record;
	size_t size = replay->entry.len;

	if (size > sizeof(record) || !recording_unpack(&record.event, replay->entry.payload, size))
		return 0;
	replay_names_saw(replay->names, &record.event);
	if (!replay_filter_wants(&replay->filter, &record.event, replay->names)) {
		replay->filtered[record.event.kind]++;
		return 0;
	}
	fn(ctx, &record.event, size);
	if (record.event.kind == EVENT_PASS)
		replay->stepping = false;
	return 1;
}

static void take_name(struct replay *replay)
{
	int got = replay_names_take(replay->names, &replay->entry);
	struct source *source = &replay->source;

	if (got < 0)
		miss_name(replay);
	else if (got && !*source->limits)
		snprintf(source->limits, sizeof(source->limits),
			 "more names than are kept: the oldest show as numbers");
}

static int take_entry(struct replay *replay, source_event_fn fn, void *ctx)
{
	switch (replay->entry.type) {
	case RECORDING_HOST:
		take_host(replay);
		return 0;
	case RECORDING_ASKED:
		take_asked(replay);
		return 0;
	case RECORDING_EVENT:
		return hand_over(replay, fn, ctx);
	case RECORDING_CLOCK:
		take_clock(replay);
		return 0;
	case RECORDING_COUNTS:
		take_counts(replay);
		return 0;
	default: /* names, or what later versions know */
		take_name(replay);
		return 0;
	}
}

static int replay_drain(struct source *source, bool all, source_event_fn fn, void *ctx)
{
	struct replay *replay = replay_of(source);
	uint64_t expirations;
	ssize_t ignored = read(replay->fd, &expirations, sizeof(expirations));
	int n = 0;

	(void)ignored, (void)all; /* what is not due yet is not there */
	for (int i = 0; i < AT_ONCE_MAX && replay->more && is_due(replay); i++) {
		bool stepping = replay->stepping;

		if (due_ns(replay) > replay->until_ns) {
			replay->more = false;
			break;
		}
		n += take_entry(replay, fn, ctx);
		if (stepping)
			pace_set(&replay->pace, replay->now_ns);
		advance(replay);
	}
	set_timer(replay);
	return n;
}

static bool replay_holding(const struct source *source)
{
	(void)source;
	return false;
}

/* The timer is always set. */
static void replay_arm(struct source *source)
{
	(void)source;
}

/* Samples stand among the events. */
static int replay_sample(struct source *source, source_event_fn fn, void *ctx)
{
	(void)source, (void)fn, (void)ctx;
	return 0;
}

static int replay_find_owners(struct source *source)
{
	(void)source;
	return 0;
}

static int replay_set_filter(struct source *source, const struct filter *filter)
{
	struct replay *replay = replay_of(source);

	replay->filter.filter = *filter;
	replay->filter.set = true;
	return 0;
}

static int replay_watch_failed(struct source *source, bool on)
{
	replay_of(source)->filter.failed = on;
	return 0;
}

static int replay_counts(struct source *source, struct source_counts *counts)
{
	struct replay *replay = replay_of(source);

	*counts = replay->counts;
	for (int kind = 0; kind < EVENT_KINDS; kind++) {
		uint64_t filtered = replay->filtered[kind];

		if (filtered > counts->kinds[kind].seen)
			filtered = counts->kinds[kind].seen;
		counts->kinds[kind].seen -= filtered;
		counts->kinds[kind].filtered += filtered;
	}
	return 0;
}

static void replay_close(struct source *source)
{
	struct replay *replay = replay_of(source);

	if (!source)
		return;
	if (replay->fd >= 0)
		close(replay->fd);
	recording_close(replay->recording);
	replay_names_free(replay->names);
	free(replay->asked_texts);
	free(replay);
}

static bool replay_ended(const struct source *source)
{
	return !replay_of(source)->more;
}

static bool replay_due(const struct source *source)
{
	const struct replay *replay = replay_of(source);

	return replay->more && is_due(replay);
}

static int replay_problem(const struct source *source)
{
	return replay_of(source)->err;
}

static void replay_hold(struct source *source, bool on)
{
	struct replay *replay = replay_of(source);

	pace_set(&replay->pace, pace_now_ns(&replay->pace));
	replay->pace.held = on;
	set_timer(replay);
}

static void replay_step(struct source *source)
{
	struct replay *replay = replay_of(source);

	if (!replay->pace.held)
		replay_hold(source, true);
	replay->stepping = replay->more;
	set_timer(replay);
}

static const struct source_asked *replay_asked(const struct source *source)
{
	return &replay_of(source)->asked;
}

static const char *replay_user(const struct source *source, uint32_t uid)
{
	return replay_names_user(replay_of(source)->names, uid);
}

static const char *replay_cgroup(const struct source *source, uint64_t id)
{
	return replay_names_cgroup(replay_of(source)->names, id);
}

static const struct cmdline *replay_cmdline(const struct source *source, uint32_t pid,
					    uint64_t start_ns)
{
	return replay_names_cmdline(replay_of(source)->names, pid, start_ns);
}

static bool replay_process(const struct source *source, uint32_t pid, struct names_process *out)
{
	return replay_names_process(replay_of(source)->names, pid, out);
}

static const struct source_ops replay_ops = {
	.fd = replay_fd,
	.clock = replay_clock,
	.drain = replay_drain,
	.holding = replay_holding,
	.arm = replay_arm,
	.sample = replay_sample,
	.find_owners = replay_find_owners,
	.set_filter = replay_set_filter,
	.watch_failed = replay_watch_failed,
	.counts = replay_counts,
	.close = replay_close,
};

static const struct recorded_ops replay_recorded_ops = {
	.ended = replay_ended,
	.due = replay_due,
	.problem = replay_problem,
	.hold = replay_hold,
	.step = replay_step,
	.asked = replay_asked,
	.user = replay_user,
	.cgroup = replay_cgroup,
	.cmdline = replay_cmdline,
	.process = replay_process,
};

/* --- opening ---------------------------------------------------------------------------------- */

/* What comes before the first event: whose they are, and from when on. */
static void read_start(struct replay *replay)
{
	advance(replay);
	while (replay->more && replay->entry.type != RECORDING_EVENT && !replay->now_ns) {
		take_entry(replay, NULL, NULL);
		advance(replay);
	}
	replay->filter.failed = replay->asked.failed;
}

struct source *source_replay_open(const char *path, const struct source_replay *how, char *error,
				  size_t error_cap)
{
	struct replay *replay = calloc(1, sizeof(*replay));

	if (!replay) {
		snprintf(error, error_cap, "out of memory");
		return NULL;
	}
	replay->source.ops = &replay_ops;
	replay->source.recorded = &replay_recorded_ops;
	replay->pace.speed = how->speed;
	for (size_t i = 0; i < SOURCE_FILTERS_MAX; i++)
		replay->asked.filters[i] = "";
	replay->fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	replay->names = replay_names_new();
	replay->recording = recording_open(path, error, error_cap);
	if (!replay->recording)
		goto fail;
	if (replay->fd < 0 || !replay->names) {
		snprintf(error, error_cap, "%s", strerror(replay->fd < 0 ? errno : ENOMEM));
		goto fail;
	}
	read_start(replay);
	replay->until_ns = UINT64_MAX;
	if (how->duration_s > 0)
		replay->until_ns = replay->now_ns + (uint64_t)(how->duration_s * 1e9);
	pace_set(&replay->pace, replay->now_ns);
	set_timer(replay);
	return &replay->source;
fail:
	replay_close(&replay->source);
	return NULL;
}
