/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The filter as the kernel's programs apply it, on records. */
#include <string.h>
#include "scene.h"

#define GENERATIONS_MAX 64

/* Whether the process descends from one that the filter names. */
static bool descends(uint32_t pid, const struct filter *filter)
{
	for (int i = 0; pid && i < GENERATIONS_MAX; i++) {
		const struct scene_process *process = scene_process_first(pid);

		if (filter_numbers_has(&filter->pid.only, pid))
			return true;
		pid = process ? process->ppid : 0;
	}
	return false;
}

/* A listener has no remote end: what is said of either end is said of its own. */
static void take_ends(struct filter_subject *subject, const struct event *event)
{
	const struct listen_event *listen = (const struct listen_event *)event;
	const struct conn_event *conn = (const struct conn_event *)event;
	bool listens = event->kind == EVENT_LISTENER;

	subject->has_conn = 1;
	subject->ip = listens ? listen->ip : conn->ip;
	subject->lport = listens ? listen->lport : conn->lport;
	subject->rport = listens ? listen->lport : conn->rport;
	memcpy(subject->laddr, listens ? listen->laddr : conn->laddr, sizeof(subject->laddr));
	memcpy(subject->raddr, listens ? listen->laddr : conn->raddr, sizeof(subject->raddr));
}

bool scene_judge(struct event *event, const struct filter *filter)
{
	struct filter_subject subject = { .pid = event->pid, .uid = event->uid };

	event->followed = filter->follow && descends(event->pid, filter);
	subject.followed = event->followed;
	memcpy(subject.comm, event->comm, sizeof(subject.comm));
	if (event->kind != EVENT_EXEC && event->kind != EVENT_EXIT)
		take_ends(&subject, event);
	if (!event->pid && filter_asks_owner(filter))
		return false;
	return filter_match(filter, &subject);
}
