/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said where conntop cannot run. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "../../tui/source/refusal.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ERROR_MAX    256 /* the least that a caller has */
#define WHAT	     "load the BPF programs"

static const struct rights all_rights = { .root = true, .bpf = true, .perfmon = true };

/* One sentence that fits, and has this in it. */
static void expect_sentence(const char *error, const char *part)
{
	if (!strstr(error, part))
		fail_msg("expected '%s' in: %s", part, error);
	assert_null(strchr(error, '\n'));
	assert_in_range(strlen(error), 1, ERROR_MAX - 2);
	assert_int_not_equal(error[strlen(error) - 1], '.');
}

static void expect_explained(int err, const struct rights *rights, const char *part)
{
	char error[ERROR_MAX] = "";

	refusal_explain(err, WHAT, rights, error, sizeof(error));
	expect_sentence(error, part);
}

/* --- releases --------------------------------------------------------------------------------- */

static void release__before_5_12__is_refused_by_name(void **state)
{
	static const char *const old[] = { "2.6.32-754.el6.x86_64", "4.18.0-553.el8.x86_64",
					   "4.19.0-27-amd64",	    "5.4.0-216-generic",
					   "5.10.0-35-amd64",	    "5.11.22" };

	(void)state;
	for (size_t i = 0; i < COUNT(old); i++) {
		char error[ERROR_MAX] = "";

		assert_int_equal(refusal_release(old[i], error, sizeof(error)), -ENOTSUP);
		expect_sentence(error, old[i]);
		expect_sentence(error, "Linux 5.12");
	}
}

static void release__5_12_and_after__is_taken(void **state)
{
	static const char *const taken[] = { "5.12.0",
					     "5.14.0-503.el9.x86_64",
					     "5.15.0-1-generic",
					     "6.1.0-37-amd64",
					     "6.12.27+deb12-amd64",
					     "7.0.0-rc1",
					     "10.0" };

	(void)state;
	for (size_t i = 0; i < COUNT(taken); i++) {
		char error[ERROR_MAX] = "";

		assert_int_equal(refusal_release(taken[i], error, sizeof(error)), 0);
		assert_string_equal(error, "");
	}
}

static void release__no_version__is_left_to_the_kernel(void **state)
{
	char error[ERROR_MAX] = "";

	(void)state;
	assert_int_equal(refusal_release("custom", error, sizeof(error)), 0);
	assert_int_equal(refusal_release("", error, sizeof(error)), 0);
}

/* --- BTF -------------------------------------------------------------------------------------- */

static void btf__cause__is_told_apart(void **state)
{
	static const struct {
		int err;
		bool sysfs;
		const char *part;
	} cases[] = {
		{ -ENOENT, true, "this kernel has no BTF (/path: No such file or directory)" },
		{ -ENOENT, true, "CONFIG_DEBUG_INFO_BTF=y" },
		{ -ENOENT, false, "mount -t sysfs" },
		{ -EACCES, true, "cannot read the kernel's BTF (/path: Permission denied)" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char error[ERROR_MAX] = "";

		refusal_btf(cases[i].err, "/path", cases[i].sysfs, error, sizeof(error));
		expect_sentence(error, cases[i].part);
	}
}

/* --- programs --------------------------------------------------------------------------------- */

static void explain__missing_rights__are_named_with_a_remedy(void **state)
{
	static const struct {
		struct rights rights;
		const char *part;
	} cases[] = {
		{ {}, "run it as root (sudo conntop), or with CAP_BPF and CAP_PERFMON" },
		{ { .bpf = true }, "run it as root" },
		{ { .root = true }, "root without CAP_BPF and CAP_PERFMON (in a container?)" },
		{ { .root = true }, "run conntop outside, or add them" },
		{ { .root = true, .bpf = true }, "root without CAP_PERFMON (in" },
		{ { .root = true, .perfmon = true }, "root without CAP_BPF (in" },
		{ { .root = true, .perfmon = true }, "or add it" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		expect_explained(-EPERM, &cases[i].rights, cases[i].part);
		expect_explained(-EACCES, &cases[i].rights, cases[i].part);
	}
}

static void explain__user_namespace__is_not_taken_for_root(void **state)
{
	struct rights rights = all_rights;

	(void)state;
	rights.namespaced = true;
	expect_explained(-EPERM, &rights, "no right of this user namespace");
}

static void explain__all_rights_and_refused__names_seccomp(void **state)
{
	(void)state;
	expect_explained(-EPERM, &all_rights, "a seccomp filter (of a container?)");
	expect_explained(-ENOSYS, &all_rights, "CONFIG_BPF_SYSCALL=y");
}

static void explain__confidentiality__whatever_the_error(void **state)
{
	static const int errors[] = { -EINVAL, -EPERM, -EACCES };

	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++) {
		struct rights rights = all_rights;

		rights.confidential = true;
		expect_explained(errors[i], &rights, "locked down to confidentiality");
		expect_explained(errors[i], &rights, "lockdown=integrity");
	}
}

static void explain__anything_else__tells_what_failed(void **state)
{
	const struct rights nobody = {};

	(void)state;
	expect_explained(-ENOMEM, &all_rights, "cannot " WHAT ": Cannot allocate memory");
	expect_explained(-EINVAL, &nobody, "CONNTOP_DEBUG=1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(release__before_5_12__is_refused_by_name),
		cmocka_unit_test(release__5_12_and_after__is_taken),
		cmocka_unit_test(release__no_version__is_left_to_the_kernel),
		cmocka_unit_test(btf__cause__is_told_apart),
		cmocka_unit_test(explain__missing_rights__are_named_with_a_remedy),
		cmocka_unit_test(explain__user_namespace__is_not_taken_for_root),
		cmocka_unit_test(explain__all_rights_and_refused__names_seccomp),
		cmocka_unit_test(explain__confidentiality__whatever_the_error),
		cmocka_unit_test(explain__anything_else__tells_what_failed),
	};

	return cmocka_run_group_tests_name("refusal", tests, NULL, NULL);
}
