/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source of the scene's events. Its clock stands at the start, at SCENE_BEGIN_MS, until the
 * first samples were taken; then at `steps` seconds before the end, and each further pass of
 * samples lets one second go by until the end, where it stands still.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "../../unit/events.h"
#include "scene.h"

/* What happens at a moment: an exec or exit of a process, or a turn in a connection's life. */
struct moment {
	int64_t at_us;
	enum event_kind kind;
	const struct scene_process *process;
	const struct scene_conn *conn;
	int n;
};

struct scene {
	struct source source;
	struct scene_settings settings;
	struct filter filter;
	struct moment *moments; /* in order of time */
	size_t n, cap;
	size_t judged;	/* those before it have happened */
	size_t drained; /* those before it were handed over */
	bool *wanted;	/* of those that have happened: the filter let them through */
	int64_t now_ms;
	bool failed;  /* are watched */
	bool sampled; /* since the last drain */
	struct source_counts counts;
};

/* The one thing that a signal handler needs. */
static int more_fd = -1;

static struct scene *scene_of(const struct source *source)
{
	return (struct scene *)source;
}

/* --- what happens ----------------------------------------------------------------------------- */

static bool add(struct scene *scene, int64_t at_us, struct moment moment)
{
	if (at_us < SCENE_BEGIN_MS * 1000LL || at_us == INT64_MAX)
		return true;
	if (scene->n == scene->cap) {
		size_t cap = scene->cap ? 2 * scene->cap : 256;
		struct moment *moved = reallocarray(scene->moments, cap, sizeof(*moved));

		if (!moved)
			return false;
		scene->moments = moved;
		scene->cap = cap;
	}
	moment.at_us = at_us;
	scene->moments[scene->n++] = moment;
	return true;
}

static bool add_process(struct scene *scene, const struct scene_process *process)
{
	int64_t at_us = process->at_ms * 1000;
	struct moment moment = { .kind = EVENT_EXEC, .process = process };
	bool added = add(scene, at_us, moment);

	moment.kind = EVENT_EXIT;
	if (process->life_ms && !process->error)
		added = added && add(scene, at_us + process->life_ms * 1000, moment);
	return added;
}

/* An outgoing one is established by the end of its connect, one that came in before its accept. */
static bool add_conn(struct scene *scene, const struct scene_conn *conn, int n)
{
	int64_t opened_us = scene_conn_opened_us(conn, n),
		settled_us = scene_conn_settled_us(conn, n);
	struct moment moment = { .kind = EVENT_OPEN, .conn = conn, .n = n };
	bool added = add(scene, conn->in ? settled_us : opened_us, moment);

	moment.kind = conn->in ? EVENT_ACCEPT : EVENT_CONNECT;
	if (opened_us >= SCENE_BEGIN_MS * 1000LL)
		added = added && add(scene, settled_us + conn->in * 40, moment);
	moment.kind = EVENT_CLOSE;
	if (!conn->error)
		added = added && add(scene, scene_conn_ended_us(conn, n), moment);
	return added;
}

static int by_time(const void *left, const void *right)
{
	const struct moment *a = left, *b = right;

	if (a->at_us != b->at_us)
		return a->at_us < b->at_us ? -1 : 1;
	if (a->conn != b->conn)
		return a->conn < b->conn ? -1 : 1;
	if (a->process != b->process)
		return a->process < b->process ? -1 : 1;
	return (a->kind > b->kind) - (a->kind < b->kind);
}

static bool add_all(struct scene *scene)
{
	for (size_t i = 0; i < n_scene_processes; i++)
		if (!add_process(scene, &scene_processes[i]))
			return false;
	for (size_t i = 0; i < n_scene_conns; i++)
		for (int n = 0; n < scene_conns[i].times || !n; n++)
			if (!add_conn(scene, &scene_conns[i], n))
				return false;
	qsort(scene->moments, scene->n, sizeof(*scene->moments), by_time);
	scene->wanted = calloc(scene->n, sizeof(*scene->wanted));
	return scene->wanted;
}

/* --- records of it ---------------------------------------------------------------------------- */

union record {
	struct event head;
	struct conn_event conn;
	struct exit_event exit;
	struct exec_record exec;
};

static void fill_parent(struct exec_event *event, uint32_t ppid)
{
	struct event parent;

	scene_head(&parent, EVENT_EXEC, event->head.ts_ns, ppid);
	event->parent.start_ns = parent.start_ns;
	event->parent.cgroup = parent.cgroup;
	event->parent.ppid = parent.ppid;
	event->parent.uid = parent.uid;
	event->parent.gid = parent.gid;
	event->parent.loginuid = parent.loginuid;
	memcpy(event->parent.comm, parent.comm, sizeof(parent.comm));
}

/* One that fails is still what it was forked from. */
static void fill_failure(struct exec_event *event, const struct scene_process *process)
{
	scene_head(&event->head, EVENT_EXEC, event->head.ts_ns, process->ppid);
	event->head.pid = process->pid;
	event->head.ppid = process->ppid;
	event->head.start_ns = scene_start_ns(process);
	event->ret = -process->error;
}

static size_t fill_exec(struct exec_record *record, const struct moment *moment)
{
	const struct scene_process *process = moment->process;
	uint64_t ts_ns = SCENE_END_NS + moment->at_us * 1000;

	*record = exec_record(ts_ns, process->pid, process->file, process->args, process->args_len);
	if (process->error)
		fill_failure(&record->event, process);
	else
		scene_head(&record->head, EVENT_EXEC, ts_ns, process->pid);
	fill_parent(&record->event, process->ppid);
	return record->size;
}

static const struct event *fill(union record *record, const struct moment *moment, size_t *size)
{
	uint64_t ts_ns = SCENE_END_NS + moment->at_us * 1000;

	switch (moment->kind) {
	case EVENT_EXEC:
		*size = fill_exec(&record->exec, moment);
		return &record->exec.head;
	case EVENT_EXIT:
		*size = sizeof(record->exit);
		record->exit = (struct exit_event){ .code = moment->process->code,
						    .signal = moment->process->signal };
		scene_head(&record->exit.head, EVENT_EXIT, ts_ns, moment->process->pid);
		return &record->head;
	default:
		*size = sizeof(record->conn);
		record->conn = scene_conn_event(moment->kind, moment->conn, moment->n, ts_ns);
		return &record->head;
	}
}

/* Failures of which a tracepoint tells that is only attached while it is asked for. */
static bool is_hidden(const struct scene *scene, const struct moment *moment)
{
	if (scene->failed)
		return false;
	return moment->conn ? moment->conn->unsent : moment->process->error;
}

/* Time goes on: the kernel's programs see what happens until then. */
static void advance(struct scene *scene, int64_t now_ms)
{
	static union record record;

	scene->now_ms = now_ms;
	for (; scene->judged < scene->n; scene->judged++) {
		const struct moment *moment = &scene->moments[scene->judged];
		struct event_counts *counts = &scene->counts.kinds[moment->kind];
		size_t size;

		if (moment->at_us > now_ms * 1000)
			return;
		if (is_hidden(scene, moment))
			continue;
		scene->wanted[scene->judged] =
			scene_judge((struct event *)fill(&record, moment, &size), &scene->filter);
		counts->seen += scene->wanted[scene->judged];
		counts->filtered += !scene->wanted[scene->judged];
	}
}

/* --- the source ------------------------------------------------------------------------------- */

static int scene_fd(const struct source *source)
{
	(void)source;
	return more_fd;
}

static void scene_clock(struct source *source, uint64_t *now_ns, int64_t *boot_to_wall_ns)
{
	*now_ns = scene_ns(scene_of(source)->now_ms);
	*boot_to_wall_ns = (int64_t)(T0_WALL_NS - SCENE_END_NS);
}

/* One byte more for each refresh that has been drawn. */
static void tell_tick(struct scene *scene)
{
	int fd;

	scene->sampled = false;
	if (!scene->settings.ticks)
		return;
	fd = open(scene->settings.ticks, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, ".", 1) != 1 || close(fd))
		abort();
}

static void take_signals(struct scene *scene)
{
	uint64_t seconds;

	if (read(more_fd, &seconds, sizeof(seconds)) == sizeof(seconds))
		advance(scene, scene->now_ms + (int64_t)seconds * 1000);
}

/* From one refresh to the next. */
static void step(struct scene *scene)
{
	scene->sampled = false;
	if (scene->now_ms == SCENE_BEGIN_MS)
		advance(scene, -1000LL * scene->settings.steps);
	else
		advance(scene, scene->now_ms + 1000);
}

static int scene_drain(struct source *source, bool all, source_event_fn fn, void *ctx)
{
	static union record record;
	struct scene *scene = scene_of(source);
	bool stands = scene->now_ms >= 0;
	int handed = 0;

	(void)all;
	take_signals(scene);
	if (scene->sampled && !stands)
		step(scene);
	for (; scene->drained < scene->judged; scene->drained++) {
		size_t size;
		struct event *event;

		if (!scene->wanted[scene->drained])
			continue;
		event = (struct event *)fill(&record, &scene->moments[scene->drained], &size);
		event->followed = scene_judge(event, &scene->filter) && event->followed;
		fn(ctx, event, size);
		handed++;
	}
	/* What was handed over before the samples has been drawn, and so have they. */
	if (!handed && scene->sampled && stands)
		tell_tick(scene);
	return handed;
}

static bool scene_holding(const struct source *source)
{
	(void)source;
	return false;
}

static void scene_arm(struct source *source)
{
	(void)source;
}

static void sample_conn(struct scene *scene, const struct scene_conn *row, int n,
			source_event_fn fn, void *ctx)
{
	int64_t now_us = scene->now_ms * 1000;
	struct conn_event conn;

	if (scene_conn_opened_us(row, n) > now_us || scene_conn_ended_us(row, n) <= now_us)
		return;
	if (row->unsent || (row->in && scene_conn_settled_us(row, n) > now_us))
		return;
	conn = scene_conn_event(EVENT_SAMPLE, row, n, scene_ns(scene->now_ms));
	if (scene_judge(&conn.head, &scene->filter))
		fn(ctx, &conn.head, sizeof(conn));
}

static int scene_sample(struct source *source, source_event_fn fn, void *ctx)
{
	struct scene *scene = scene_of(source);
	struct event pass = { .kind = EVENT_PASS, .ts_ns = scene_ns(scene->now_ms) };

	for (size_t i = 0; i < n_scene_conns; i++)
		for (int n = 0; n < scene_conns[i].times || !n; n++)
			sample_conn(scene, &scene_conns[i], n, fn, ctx);
	for (size_t i = 0; i < n_scene_listeners; i++) {
		struct listen_event event = scene_listen_event(&scene_listeners[i],
							       scene_ns(scene->now_ms));

		if (scene_listeners[i].at_ms <= scene->now_ms &&
		    scene_judge(&event.head, &scene->filter))
			fn(ctx, &event.head, sizeof(event));
	}
	scene->sampled = true;
	fn(ctx, &pass, sizeof(pass));
	return 0;
}

static int scene_find_owners(struct source *source)
{
	(void)source;
	return 0;
}

static int scene_set_filter(struct source *source, const struct filter *filter)
{
	scene_of(source)->filter = *filter;
	return 0;
}

static int scene_watch_failed(struct source *source, bool on)
{
	scene_of(source)->failed = on;
	return 0;
}

static int scene_counts(struct source *source, struct source_counts *counts)
{
	struct scene *scene = scene_of(source);

	*counts = scene->counts;
	counts->kinds[EVENT_EXEC].lost = scene->settings.lost;
	return 0;
}

static void scene_close(struct source *source)
{
	struct scene *scene = scene_of(source);

	free(scene->moments);
	free(scene->wanted);
	free(scene);
}

static const struct source_ops scene_ops = {
	.fd = scene_fd,
	.clock = scene_clock,
	.drain = scene_drain,
	.holding = scene_holding,
	.arm = scene_arm,
	.sample = scene_sample,
	.find_owners = scene_find_owners,
	.set_filter = scene_set_filter,
	.watch_failed = scene_watch_failed,
	.counts = scene_counts,
	.close = scene_close,
};

static void one_more(int number)
{
	const uint64_t one = 1;

	(void)number;
	if (write(more_fd, &one, sizeof(one)) < 0)
		_exit(1);
}

static int watch_signal(void)
{
	struct sigaction action = { .sa_handler = one_more, .sa_flags = SA_RESTART };

	more_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return more_fd < 0 || sigaction(SIGUSR1, &action, NULL) ? -errno : 0;
}

struct source *scene_open(const struct filter *filter, const struct scene_settings *settings)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	if (!scene)
		return NULL;
	scene->source = (struct source){ .ops = &scene_ops, .host = { "web-03", "6.12.57-amd64" } };
	scene->settings = *settings;
	scene->filter = *filter;
	scene->now_ms = SCENE_BEGIN_MS;
	if (settings->limits)
		strncpy(scene->source.limits, settings->limits, sizeof(scene->source.limits) - 1);
	if (watch_signal() || !add_all(scene)) {
		scene_close(&scene->source);
		return NULL;
	}
	return &scene->source;
}
