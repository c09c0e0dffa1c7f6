/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a replay shows of a recording: judged as the kernel judges. */
#include <string.h>
#include "replay_filter.h"

static struct filter_subject conn_subject(const struct conn_event *conn)
{
	struct filter_subject subject = {
		.has_conn = 1,
		.ip = conn->ip,
		.lport = conn->lport,
		.rport = conn->rport,
	};

	memcpy(subject.laddr, conn->laddr, sizeof(subject.laddr));
	memcpy(subject.raddr, conn->raddr, sizeof(subject.raddr));
	return subject;
}

static struct filter_subject listener_subject(const struct listen_event *listener)
{
	struct filter_subject subject = {
		.has_conn = 1,
		.ip = listener->ip,
		.lport = listener->lport,
	};

	memcpy(subject.laddr, listener->laddr, sizeof(subject.laddr));
	return subject;
}

/* What the filter is asked about; the same as in the kernel. */
static struct filter_subject subject_of(const struct event *event)
{
	struct filter_subject subject = { 0 };

	if (event->kind == EVENT_LISTENER)
		subject = listener_subject((const struct listen_event *)event);
	else if (event->kind != EVENT_EXEC && event->kind != EVENT_EXIT)
		subject = conn_subject((const struct conn_event *)event);
	subject.pid = event->pid;
	subject.uid = event->uid;
	memcpy(subject.comm, event->comm, sizeof(subject.comm));
	return subject;
}

/* Several processes hold the listener that it came in by: the owner so far is a guess. */
static bool is_guess(const struct event *event)
{
	const unsigned guess = CONN_INHERITED | CONN_SHARED;

	return event->kind >= EVENT_OPEN && event->kind <= EVENT_SAMPLE &&
	       event->kind != EVENT_CLOSE &&
	       (((const struct conn_event *)event)->flags & guess) == guess;
}

/* The predicate knows two; what a damaged recording says else, who takes it drops and counts. */
static bool has_family(const struct filter_subject *subject)
{
	return !subject->has_conn || subject->ip == 4 || subject->ip == 6;
}

bool replay_filter_wants(struct replay_filter *filter, struct event *event,
			 const struct replay_names *names)
{
	struct filter_subject subject;

	if (event->kind == EVENT_PASS)
		return true;
	if (event->kind == EVENT_EXEC && ((const struct exec_event *)event)->ret < 0 &&
	    !filter->failed)
		return false;
	if (!filter->set)
		return true;
	event->followed = filter->filter.follow &&
			  replay_names_descends(names, event, &filter->filter);
	subject = subject_of(event);
	subject.followed = event->followed;
	if ((!event->pid || is_guess(event)) && filter_asks_owner(&filter->filter))
		return false;
	return !has_family(&subject) || filter_match(&filter->filter, &subject);
}
