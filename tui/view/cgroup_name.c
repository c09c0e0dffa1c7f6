/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people call a cgroup: the container's id or the unit's name within its path. */
#include <stdbool.h>
#include <string.h>
#include "cgroups.h"

#define ID_DIGITS    64 /* of a container's id */
#define SHORT_DIGITS 12

/* A folder's name within a path. */
struct part {
	const char *bytes;
	size_t len;
};

static bool ends_with(struct part part, const char *ending)
{
	size_t len = strlen(ending);

	return part.len > len && !memcmp(part.bytes + part.len - len, ending, len);
}

static size_t hex_digits(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && memchr("0123456789abcdef", text[n], 16))
		n++;
	return n;
}

/*
 * "ID", as with the cgroupfs driver; "docker-ID.scope", "crio-ID.scope" and the like; containerd's
 * "UNIT:cri-containerd:ID".
 */
static bool is_container(struct part part, struct part *id)
{
	if (ends_with(part, ".scope"))
		part.len -= strlen(".scope");
	if (part.len < ID_DIGITS)
		return false;
	id->bytes = part.bytes + part.len - ID_DIGITS;
	id->len = SHORT_DIGITS;
	if (hex_digits(id->bytes, ID_DIGITS) < ID_DIGITS)
		return false;
	return part.len == ID_DIGITS || strchr("-:", id->bytes[-1]);
}

static bool is_unit(struct part part)
{
	return ends_with(part, ".service") || ends_with(part, ".scope");
}

/* Kubernetes: "kubepods-burstable-podUID.slice" or "podUID": up to the first group of the UID. */
static struct part pod_of(struct part part)
{
	for (size_t i = 0; i + 3 + 8 < part.len; i++) {
		const char *at = part.bytes + i;

		if (!memcmp(at, "pod", 3) && (!i || at[-1] == '-') && hex_digits(at + 3, 8) == 8 &&
		    strchr("-_", at[3 + 8]))
			return (struct part){ at, 3 + 8 };
	}
	return part;
}

/* The last part of a path of `len` bytes, which then ends before it. */
static struct part last_part(const char *path, size_t *len)
{
	struct part part;
	size_t end = *len, at;

	while (end > 0 && path[end - 1] == '/')
		end--;
	for (at = end; at > 0 && path[at - 1] != '/'; at--)
		;
	part = (struct part){ path + at, end - at };
	*len = at;
	return part;
}

const char *cgroup_short(const char *path, size_t *len)
{
	size_t left = strlen(path);
	struct part last = last_part(path, &left), part = last, id;

	for (; part.len; part = last_part(path, &left)) {
		bool container = is_container(part, &id);

		if (container || is_unit(part)) {
			last = container ? id : part;
			break;
		}
	}
	if (!part.len)
		last = last.len ? pod_of(last) : (struct part){ path, strlen(path) };
	*len = last.len;
	return last.bytes;
}
