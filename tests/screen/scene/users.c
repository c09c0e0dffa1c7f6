/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that the scene's host has, in place of this one's: linked before the C library's user
 * database and conntop's own names.
 */
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "column.h"
#include "scene.h"

/* --- users ------------------------------------------------------------------------------------ */

static struct passwd *fill(struct passwd *entry, const struct scene_user *user)
{
	static char none[] = "";

	*entry = (struct passwd){
		.pw_name = (char *)user->name,
		.pw_passwd = none,
		.pw_uid = user->uid,
		.pw_gid = user->gid,
		.pw_gecos = none,
		.pw_dir = none,
		.pw_shell = none,
	};
	return entry;
}

static const struct scene_user *user_named(const char *name)
{
	for (size_t i = 0; i < n_scene_users; i++)
		if (!strcmp(scene_users[i].name, name))
			return &scene_users[i];
	return NULL;
}

struct passwd *getpwnam(const char *name)
{
	static struct passwd entry;
	const struct scene_user *user = user_named(name);

	return user ? fill(&entry, user) : NULL;
}

int getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t cap,
	       struct passwd **found)
{
	const struct scene_user *user = user_named(name);

	(void)buffer;
	(void)cap;
	*found = user ? fill(entry, user) : NULL;
	return 0;
}

static size_t next_user;

void setpwent(void)
{
	next_user = 0;
}

void endpwent(void)
{
	next_user = 0;
}

struct passwd *getpwent(void)
{
	static struct passwd entry;

	return next_user < n_scene_users ? fill(&entry, &scene_users[next_user++]) : NULL;
}

/* --- conntop's names (column.h) --------------------------------------------------------------- */

struct names {
	struct cmdline cmdline; /* the one handed out last */
};

struct names *names_new(const struct source *source)
{
	(void)source;
	return calloc(1, sizeof(struct names));
}

void names_free(struct names *names)
{
	free(names);
}

const char *names_user(struct names *names, uint32_t uid)
{
	(void)names;
	for (size_t i = 0; i < n_scene_users; i++)
		if (scene_users[i].uid == uid)
			return scene_users[i].name;
	return NULL;
}

const char *names_service(struct names *names, uint16_t port)
{
	static const struct {
		uint16_t port;
		const char *name;
	} services[] = {
		{ 22, "ssh" },		{ 53, "domain" },  { 80, "http" },	 { 443, "https" },
		{ 5432, "postgresql" }, { 6379, "redis" }, { 8080, "http-alt" },
	};

	(void)names;
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (services[i].port == port)
			return services[i].name;
	return NULL;
}

const char *names_cgroup(struct names *names, uint64_t id, uint64_t now_ns)
{
	(void)names;
	(void)now_ns;
	return scene_cgroup_path(id);
}

const struct cmdline *names_cmdline(struct names *names, uint32_t pid, uint64_t start_ns,
				    uint64_t now_ns)
{
	const struct scene_process *process = scene_process_at(pid, INT64_MAX);

	(void)now_ns;
	if (!process || scene_start_ns(process) != start_ns)
		return NULL;
	names->cmdline.bytes = (char *)process->args;
	names->cmdline.len = process->args_len;
	return &names->cmdline;
}

bool names_process(struct names *names, uint32_t pid, uint64_t now_ns, struct names_process *out)
{
	const struct scene_process *process = scene_process_at(pid, scene_ms(now_ns));

	(void)names;
	if (!process || !scene_runs(process, scene_ms(now_ns)))
		return false;
	memset(out, 0, sizeof(*out));
	strncpy(out->comm, scene_comm(process), sizeof(out->comm) - 1);
	out->ppid = process->ppid;
	out->start_ns = scene_start_ns(process);
	return true;
}
