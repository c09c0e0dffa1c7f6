/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of events, as people name them. */
#include <errno.h>
#include <string.h>
#include "writer.h"

#define FIELDS_EVENT "event,time,pid,ppid,uid,gid,loginuid,comm,cgroup"
#define FIELDS_CONN \
	FIELDS_EVENT ",direction,ip,proto,laddr,lport,raddr,rport,netns,latency_us,ret,error"

const struct stream_kind stream_kinds[] = {
	{ "exec", EVENT_EXEC, PANE_EXECS,
	  FIELDS_EVENT ",pcomm,filename,args,args_truncated,ret,error",
	  "a program was executed, or could not be" },
	{ "exit", EVENT_EXIT, PANE_PROCESSES, FIELDS_EVENT ",exit_code,signal,duration_us",
	  "a process ended" },
	{ "connect", EVENT_CONNECT, PANE_CONNECTIONS, FIELDS_CONN,
	  "an outgoing connection was made, or failed" },
	{ "accept", EVENT_ACCEPT, PANE_CONNECTIONS, FIELDS_CONN,
	  "a process accepted an incoming connection" },
	{ "close", EVENT_CLOSE, PANE_CONNECTIONS,
	  FIELDS_CONN ",state,tx_bytes,rx_bytes,rtt_us,retrans,duration_us",
	  "a connection ended; its final figures" },
};

const size_t n_stream_kinds = sizeof(stream_kinds) / sizeof(stream_kinds[0]);

const char *event_kind_name(enum event_kind kind)
{
	for (size_t i = 0; i < n_stream_kinds; i++) {
		if (stream_kinds[i].kind == kind)
			return stream_kinds[i].name;
	}
	return kind == EVENT_OPEN ? "open" : NULL;
}

/* The bits of one name, 0 when it is none. */
static unsigned kind_bits(const char *name, size_t len)
{
	unsigned bits = 0;

	for (size_t i = 0; i < n_stream_kinds; i++) {
		const char *known = stream_kinds[i].name;

		if ((len == 3 && !memcmp(name, "all", 3)) ||
		    (len == strlen(known) && !memcmp(name, known, len)))
			bits |= 1U << stream_kinds[i].kind;
	}
	return bits;
}

static void kind_error(const char *name, size_t len, char *error, size_t cap)
{
	char safe[64];
	size_t used;

	sanitize_text(safe, sizeof(safe), name, len, CHARSET_UTF8);
	used = (size_t)snprintf(error, cap, "unknown event kind '%s': known are", safe);
	for (size_t i = 0; i < n_stream_kinds && used < cap; i++)
		used += (size_t)snprintf(error + used, cap - used, " %s,", stream_kinds[i].name);
	if (used < cap)
		snprintf(error + used - 1, cap - used + 1, " and all");
}

unsigned stream_needs(unsigned kinds)
{
	/* For connects that never end, and to look for accepters in time. */
	if (kinds & (1U << EVENT_CONNECT | 1U << EVENT_ACCEPT))
		kinds |= 1U << EVENT_OPEN;
	return kinds;
}

int stream_kinds_parse(const char *names, unsigned *kinds, char *error, size_t error_cap)
{
	unsigned all = 0;

	for (;;) {
		size_t len = strcspn(names, ",");
		unsigned bits = kind_bits(names, len);

		if (!bits) {
			kind_error(names, len, error, error_cap);
			return -EINVAL;
		}
		all |= bits;
		if (!names[len])
			break;
		names += len + 1;
	}
	*kinds = all;
	return 0;
}
