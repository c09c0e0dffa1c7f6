/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What cgroups are called on screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "../../tui/view/cgroups.h"
#include "cells.h"

#define ID    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SHORT "0123456789ab"

/* Names of the test's own, in place of the host's: a cgroup's id is where its path stands here. */
static const char *const paths[] = {
	NULL,
	"/user.slice/a.service",
	"/system.slice/b.service",
	"/kubepods/pod1/" ID,
};

static struct names {
	int unused;
} stub;

const char *names_cgroup(struct names *names, uint64_t id, uint64_t now_ns)
{
	(void)names, (void)now_ns;
	return paths[id];
}

const char *names_user(struct names *names, uint32_t uid)
{
	(void)names, (void)uid;
	return NULL;
}

const char *names_service(struct names *names, uint16_t port)
{
	(void)names, (void)port;
	return NULL;
}

const struct cmdline *names_cmdline(struct names *names, uint32_t pid, uint64_t start_ns,
				    uint64_t now_ns)
{
	(void)names, (void)pid, (void)start_ns, (void)now_ns;
	return NULL;
}

bool names_process(struct names *names, uint32_t pid, uint64_t now_ns, struct names_process *out)
{
	(void)names, (void)pid, (void)now_ns, (void)out;
	return false;
}

static void expect_short(const char *path, const char *wanted)
{
	size_t len;
	const char *name = cgroup_short(path, &len);
	char shown[256];

	assert_true(len < sizeof(shown));
	memcpy(shown, name, len);
	shown[len] = '\0';
	assert_string_equal(shown, wanted);
}

static void cgroup_short__container__is_the_start_of_its_id(void **state)
{
	(void)state;
	expect_short("/system.slice/docker-" ID ".scope", SHORT);
	expect_short("/docker/" ID, SHORT);
	expect_short("/machine.slice/libpod-" ID ".scope", SHORT);
	expect_short("/machine.slice/libpod-" ID ".scope/container", SHORT);
	expect_short("/kubepods.slice/kubepods-pod1234abcd_aa.slice/crio-" ID ".scope", SHORT);
	expect_short("/kubepods.slice/kubepods-burstable.slice/"
		     "kubepods-burstable-pod1234abcd_aa.slice/cri-containerd-" ID ".scope",
		     SHORT);
	expect_short("/kubepods/burstable/pod1234abcd-aaaa/" ID, SHORT);
	expect_short("/system.slice/containerd.service/kubepods-pod1:cri-containerd:" ID, SHORT);
}

static void cgroup_short__no_id__is_no_container(void **state)
{
	(void)state;
	/* Too short, not hexadecimal, longer. */
	expect_short("/docker/0123456789abcdef", "0123456789abcdef");
	expect_short("/x/g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		     "g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	expect_short("/x/f" ID, "f" ID);
	expect_short("/x/x" ID ".scope", "x" ID ".scope");
}

static void cgroup_short__unit__is_the_innermost(void **state)
{
	(void)state;
	expect_short("/system.slice/nginx.service", "nginx.service");
	expect_short("/user.slice/user-1000.slice/session-3.scope", "session-3.scope");
	expect_short("/user.slice/user-1000.slice/user@1000.service/app.slice/app-x.scope",
		     "app-x.scope");
	expect_short("/system.slice/postgresql.service/workers/3", "postgresql.service");
	expect_short("/system.slice/docker-" ID ".scope/system.slice/cron.service", "cron.service");
	expect_short("/init.scope", "init.scope");
}

static void cgroup_short__pod__is_the_start_of_its_uid(void **state)
{
	(void)state;
	expect_short(
		"/kubepods.slice/kubepods-burstable-pod1234abcd_5678_90ab_cdef_0123456789ab.slice",
		"pod1234abcd");
	expect_short("/kubepods/besteffort/pod1234abcd-5678-90ab-cdef-0123456789ab", "pod1234abcd");
	expect_short("/podman/podcast", "podcast");
	expect_short("/tripod12345678-x", "tripod12345678-x");
}

static void cgroup_short__else__is_the_last_folder(void **state)
{
	(void)state;
	expect_short("/", "/");
	expect_short("", "");
	expect_short("/user.slice", "user.slice");
	expect_short("/lxc.payload.web", "lxc.payload.web");
	expect_short("/a/b/", "b");
	expect_short("/.scope", ".scope");
	expect_short("/system.slice/a\nb", "a\nb");
}

/* --- the column ------------------------------------------------------------------------------- */

static void cgroup_column__each_pane__shows_it_short_and_exports_it_whole(void **state)
{
	static const enum pane_id with_owner[] = { PANE_EXECS, PANE_CONNECTIONS, PANE_PROCESSES,
						   PANE_LISTENERS };

	(void)state;
	ctx.names = &stub;
	for (size_t i = 0; i < sizeof(with_owner) / sizeof(with_owner[0]); i++) {
		struct process_row own = { .owner = { .pid = 1 } };
		struct conn_row conn = { .owner = &own.owner };
		const void *row = with_owner[i] == PANE_CONNECTIONS ? (void *)&conn : &own;

		expect_cell(with_owner[i], row, (struct cell_text){ "cgroup", "-", "" });
		own.owner.cgroup = 1;
		expect_cell(with_owner[i], row,
			    (struct cell_text){ "cgroup", "a.service", paths[1] });
		own.owner.cgroup = 3;
		expect_cell(with_owner[i], row, (struct cell_text){ "cgroup", SHORT, paths[3] });
		own.owner.pid = 0;
		expect_cell(with_owner[i], row, (struct cell_text){ "cgroup", "-", "" });
	}
}

static void cgroup_column__order__is_that_of_what_is_shown(void **state)
{
	struct process_row a = { .owner = { .pid = 1, .cgroup = 1 } };
	struct process_row b = { .owner = { .pid = 1, .cgroup = 2 } };

	(void)state;
	ctx.names = &stub;
	assert_true(compare_cells(PANE_EXECS, "cgroup", &a, &b) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cgroup_short__container__is_the_start_of_its_id),
		cmocka_unit_test(cgroup_short__no_id__is_no_container),
		cmocka_unit_test(cgroup_short__unit__is_the_innermost),
		cmocka_unit_test(cgroup_short__pod__is_the_start_of_its_uid),
		cmocka_unit_test(cgroup_short__else__is_the_last_folder),
		cmocka_unit_test(cgroup_column__each_pane__shows_it_short_and_exports_it_whole),
		cmocka_unit_test(cgroup_column__order__is_that_of_what_is_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
