/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a filter says of a row. */
#include <string.h>
#include "tables.h"

static struct filter_subject owner_subject(const struct owner *owner)
{
	struct filter_subject subject = {
		.pid = owner->pid,
		.uid = owner->uid,
		.followed = owner->followed,
	};

	memcpy(subject.comm, owner->comm, sizeof(subject.comm));
	return subject;
}

/* Of nobody nothing is known: a filter on owners never lets it through, not by what it excludes. */
static bool subject_match(const struct filter_subject *subject, const struct filter *filter)
{
	if (!subject->pid && filter_asks_owner(filter))
		return false;
	return filter_match(filter, subject);
}

bool owner_match(const struct owner *owner, const struct filter *filter)
{
	struct filter_subject subject = owner_subject(owner);

	return subject_match(&subject, filter);
}

bool exec_row_match(const struct exec_row *row, const struct filter *filter)
{
	return owner_match(&row->owner, filter);
}

bool process_row_match(const struct process_row *row, const struct filter *filter)
{
	return owner_match(&row->owner, filter);
}

/* One of several processes will accept it, but the owner so far need not be the one. */
static bool conn_owner_guessed(const struct conn_row *row)
{
	const unsigned guess = CONN_INHERITED | CONN_SHARED;

	return !row->closed_ns && (row->flags & guess) == guess;
}

static bool asks_ends(const struct filter *filter)
{
	return filter->families || filter->port.has_only || filter->port.has_not ||
	       filter->addr.only.n || filter->addr.not .n;
}

static bool ends_match(const struct conn_row *row, const struct filter *filter)
{
	struct filter_subject subject = {
		.has_conn = 1,
		.ip = row->ip,
		.lport = row->lport,
		.rport = row->rport,
	};

	memcpy(subject.laddr, row->laddr, sizeof(subject.laddr));
	memcpy(subject.raddr, row->raddr, sizeof(subject.raddr));
	return filter_conn_allows(filter, &subject);
}

bool conn_row_passes(const struct conn_row *row, bool owner_passes, const struct filter *filter)
{
	if (!owner_passes || (conn_owner_guessed(row) && filter_asks_owner(filter)))
		return false;
	return !asks_ends(filter) || ends_match(row, filter);
}

bool conn_row_match(const struct conn_row *row, const struct filter *filter)
{
	return conn_row_passes(row, owner_match(row->owner, filter), filter);
}

/* It has no remote end: what a filter says of either end, it says of the local one. */
bool listener_row_match(const struct listener_row *row, const struct filter *filter)
{
	struct filter_subject subject = owner_subject(&row->owner);

	subject.has_conn = 1;
	subject.ip = row->ip;
	subject.lport = row->lport;
	subject.rport = row->lport;
	memcpy(subject.laddr, row->laddr, sizeof(subject.laddr));
	memcpy(subject.raddr, row->laddr, sizeof(subject.raddr));
	return subject_match(&subject, filter);
}

bool remote_row_match(const struct remote_row *row, const struct filter *filter)
{
	(void)filter;
	return row->traffic.total > 0;
}
