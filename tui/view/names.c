/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of users (getpwuid_r(3)), services (getservent_r(3)), cgroups, each looked up once. */
#include <arpa/inet.h>
#include <netdb.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include "cgroups.h"
#include "cmdlines.h"
#include "column.h"
#include "proc_stat.h"

#define NAMES_MAX 65536 /* users; above it they are shown as numbers */

struct name {
	uint32_t number;
	char *text; /* NULL: there is none */
	UT_hash_handle hh;
};

struct names {
	const struct source *source; /* that brings names with it; NULL: they are this host's */
	struct name *users;
	struct name *services; /* all of them */
	bool services_read;
	struct cgroups *cgroups;
	struct cmdlines *cmdlines;
	struct proc_stats *processes;
};

struct names *names_new(const struct source *source)
{
	struct names *names = names_new_at("/proc");

	if (names && source && source->recorded)
		names->source = source;
	return names;
}

struct names *names_new_at(const char *proc)
{
	struct names *names = calloc(1, sizeof(*names));

	if (!names)
		return NULL;
	names->cgroups = cgroups_new();
	names->cmdlines = cmdlines_new(proc);
	names->processes = proc_stats_new(proc);
	if (!names->cgroups || !names->cmdlines || !names->processes) {
		names_free(names);
		return NULL;
	}
	return names;
}

static void table_free(struct name **table)
{
	struct name *name, *next;

	HASH_ITER(hh, *table, name, next) {
		HASH_DEL(*table, name);
		free(name->text);
		free(name);
	}
}

void names_free(struct names *names)
{
	if (!names)
		return;
	table_free(&names->users);
	table_free(&names->services);
	cgroups_free(names->cgroups);
	cmdlines_free(names->cmdlines);
	proc_stats_free(names->processes);
	free(names);
}

static char *look_up_user(uint32_t uid)
{
	struct passwd entry, *found = NULL;
	char buffer[4096];

	if (getpwuid_r(uid, &entry, buffer, sizeof(buffer), &found) || !found)
		return NULL;
	return strdup(entry.pw_name);
}

/* Takes over the text, which may be NULL. Returns it, or NULL without memory. */
static const char *add(struct name **table, uint32_t number, char *text)
{
	struct name *name = calloc(1, sizeof(*name));

	if (name) {
		name->number = number;
		name->text = text;
		HASH_ADD(hh, *table, number, sizeof(name->number), name);
	}
	if (!name || !name->hh.tbl) {
		free(text);
		free(name);
		return NULL;
	}
	return text;
}

static struct name *find(struct name *table, uint32_t number)
{
	struct name *name;

	HASH_FIND(hh, table, &number, sizeof(number), name);
	return name;
}

/*
 * All at once: most ports have no name, and to find that out getservbyport(3) would read all of
 * /etc/services for each. As with it, the first name of a port is the one.
 */
static void read_services(struct names *names)
{
	struct servent entry, *found = NULL;
	char buffer[4096] = "";

	names->services_read = true;
	setservent(1);
	while (!getservent_r(&entry, buffer, sizeof(buffer), &found) && found) {
		uint32_t port = ntohs(entry.s_port);

		if (!strcmp(entry.s_proto, "tcp") && !find(names->services, port))
			add(&names->services, port, strdup(entry.s_name));
	}
	endservent();
}

const char *names_user(struct names *names, uint32_t uid)
{
	struct name *name;

	if (names->source)
		return names->source->recorded->user(names->source, uid);
	name = find(names->users, uid);
	if (name)
		return name->text;
	return HASH_COUNT(names->users) < NAMES_MAX ? add(&names->users, uid, look_up_user(uid))
						    : NULL;
}

const char *names_service(struct names *names, uint16_t port)
{
	const struct name *name;

	if (!names->services_read)
		read_services(names);
	name = find(names->services, port);
	return name ? name->text : NULL;
}

const char *names_cgroup(struct names *names, uint64_t id, uint64_t now_ns)
{
	if (names->source)
		return names->source->recorded->cgroup(names->source, id);
	return cgroups_path(names->cgroups, id, now_ns);
}

const struct cmdline *names_cmdline(struct names *names, uint32_t pid, uint64_t start_ns,
				    uint64_t now_ns)
{
	if (names->source)
		return names->source->recorded->cmdline(names->source, pid, start_ns);
	return cmdlines_get(names->cmdlines, pid, start_ns, now_ns);
}

bool names_process(struct names *names, uint32_t pid, uint64_t now_ns, struct names_process *out)
{
	if (names->source)
		return names->source->recorded->process(names->source, pid, out);
	return proc_stats_get(names->processes, pid, now_ns, out);
}
