/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include "kernel.h"
#include "programs.h"
#include "types.h"
#include "conntop.skel.h"

/* --- the types and functions of the kernel that the programs name ----------------------------- */

#define TARGETS_MAX 32
#define TARGET_LEN  64

/* Where programs are attached, by section; the kernel has a function or type for each place. */
static const struct section {
	const char *name;
	const char *handler; /* as libbpf writes it: the name, then perhaps more */
	const char *prefix;  /* of the function or type */
	unsigned kind;	     /* BTF_KIND_*, of that */
	enum bpf_attach_type attach_type;
} sections[] = {
	{ "tp_btf/", "tp_btf+", "btf_trace_", BTF_KIND_TYPEDEF, BPF_TRACE_RAW_TP },
	{ "fexit/", "fexit+", "", BTF_KIND_FUNC, BPF_TRACE_FEXIT },
	{ "iter/", "iter+", "bpf_iter_", BTF_KIND_FUNC, BPF_TRACE_ITER },
};

#define N_SECTIONS (sizeof(sections) / sizeof(sections[0]))

struct names {
	const char **items;
	size_t n, cap;
	char targets[TARGETS_MAX][TARGET_LEN];
	size_t n_targets;
};

/* The kernel's types while programs are loaded. */
struct finding {
	struct types types;
	struct names names;
	int fd; /* of a file with those that the programs name */
	int handlers[N_SECTIONS];
};

static const struct section *section_of(const struct bpf_program *program)
{
	const char *name = bpf_program__section_name(program);

	for (size_t i = 0; i < N_SECTIONS; i++)
		if (!strncmp(name, sections[i].name, strlen(sections[i].name)))
			return &sections[i];
	return NULL;
}

/* The name that the kernel has for the place that a program of this section is attached to. */
static void write_target(const struct section *section, const struct bpf_program *program,
			 char *target)
{
	const char *place = bpf_program__section_name(program) + strlen(section->name);

	snprintf(target, TARGET_LEN, "%s%s", section->prefix, place);
}

static int add_name(struct names *names, const char *name)
{
	if (names->n == names->cap) {
		size_t cap = names->cap ? names->cap * 2 : 128;
		const char **items = reallocarray(names->items, cap, sizeof(*items));

		if (!items)
			return -ENOMEM;
		names->items = items;
		names->cap = cap;
	}
	names->items[names->n++] = name;
	return 0;
}

/* All types that the programs name: a few are their own, and are not found. */
static int list_types(struct names *names, const struct btf *btf)
{
	int err = 0;

	for (__u32 id = 1; id < btf__type_cnt(btf) && !err; id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (type->name_off && (btf_is_composite(type) || btf_is_any_enum(type)))
			err = add_name(names, btf__name_by_offset(btf, type->name_off));
	}
	return err;
}

/*
 * The places to attach to. libbpf would read all of the kernel's types to find them; of a program
 * that is attached to another program it does not, and any descriptor makes it believe that.
 */
static int list_targets(struct names *names, struct bpf_object *object)
{
	struct bpf_program *program;
	int err = 0;

	bpf_object__for_each_program(program, object)
	{
		const struct section *section = section_of(program);
		char *target = names->targets[names->n_targets];

		if (!section)
			continue;
		if (++names->n_targets == TARGETS_MAX)
			return -E2BIG;
		write_target(section, program, target);
		err = err ? err : add_name(names, target);
		err = err ? err : bpf_program__set_attach_target(program, STDIN_FILENO + 1, NULL);
	}
	return err;
}

/* Called as a program is loaded. */
static int give_target(struct bpf_program *program, struct bpf_prog_load_opts *opts, long cookie)
{
	const struct finding *finding = (const struct finding *)cookie;
	const struct section *section = section_of(program);
	char target[TARGET_LEN];

	write_target(section, program, target);
	opts->attach_prog_fd = 0;
	opts->attach_btf_id = types_find(&finding->types, target, section->kind);
	return opts->attach_btf_id ? 0 : -ESRCH;
}

static void finding_close(struct finding *finding)
{
	for (size_t i = 0; i < N_SECTIONS; i++)
		if (finding->handlers[i] > 0)
			libbpf_unregister_prog_handler(finding->handlers[i]);
	if (finding->fd >= 0)
		close(finding->fd);
	types_close(&finding->types);
	free(finding->names.items);
}

/* Whether or not it fails, finding_close() follows. */
static int finding_open(struct finding *finding)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .prog_prepare_load_fn = give_target,
		    .cookie = (long)finding);

	memset(finding, 0, sizeof(*finding));
	finding->fd = memfd_create("types", MFD_CLOEXEC);
	if (finding->fd < 0)
		return -errno;
	/* One stays: when the last goes, libbpf before 1.3 keeps a pointer to what it has freed. */
	if (libbpf_register_prog_handler("conntop", BPF_PROG_TYPE_UNSPEC, 0, NULL) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < N_SECTIONS; i++) {
		finding->handlers[i] = libbpf_register_prog_handler(sections[i].handler,
								    BPF_PROG_TYPE_TRACING,
								    sections[i].attach_type, &opts);
		if (finding->handlers[i] < 0)
			return finding->handlers[i];
	}
	return 0;
}

static int find_types(struct finding *finding, struct bpf_object *object)
{
	struct names *names = &finding->names;
	int err = list_types(names, bpf_object__btf(object));

	if (!err)
		err = list_targets(names, object);
	if (!err)
		err = types_open(&finding->types, KERNEL_BTF, names->items, names->n);
	return err ? err : types_write(&finding->types, finding->fd);
}

/* The programs, open to be loaded with the few types found. NULL: not in this way. */
static struct conntop_bpf *open_found(struct finding *finding)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts);
	struct conntop_bpf *bpf;
	char path[32];

	if (finding_open(finding))
		return NULL;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", finding->fd);
	opts.btf_custom_path = path;
	bpf = conntop_bpf__open_opts(&opts);
	if (bpf && find_types(finding, bpf->obj)) {
		conntop_bpf__destroy(bpf);
		bpf = NULL;
	}
	return bpf;
}

/* --- loading ---------------------------------------------------------------------------------- */

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	/* libbpf explains itself in many lines; we say one sentence. This shows the rest. */
	if (level == LIBBPF_WARN && getenv("CONNTOP_DEBUG"))
		return vfprintf(stderr, format, args);
	return 0;
}

/* As asked for; not by a user whom the file's capabilities serve: it is kernel memory. */
static void size_map(struct bpf_map *map, const char *name, unsigned long unit)
{
	const char *size = secure_getenv(name);
	unsigned long n = size ? strtoul(size, NULL, 10) : 0;

	if (n)
		bpf_map__set_max_entries(map, n * unit);
}

/* For tests of what happens when they are full; of the ring kilobytes, a power of two. */
static void size_maps(struct conntop_bpf *bpf)
{
	size_map(bpf->maps.events, "CONNTOP_RING_KB", 1024);
	size_map(bpf->maps.followed, "CONNTOP_FOLLOWED_MAX", 1);
	size_map(bpf->maps.samples, "CONNTOP_SAMPLES_MAX", 1);
}

static int load(struct conntop_bpf *bpf, bool trampolines)
{
	int err;

	size_maps(bpf);
	bpf_program__set_autoload(bpf->progs.accept_done, trampolines);
	err = conntop_bpf__load(bpf);
	/* libbpf goes on without them where it found that the kernel has no such maps. */
	return !err && (!bpf->bss || !bpf->data) ? -EOPNOTSUPP : err;
}

/* The quick way; where types or libbpf are not as known here, libbpf takes its time. */
static int open_and_load(struct conntop_bpf **bpf, bool trampolines)
{
	struct finding finding;
	int err = -ESRCH;

	*bpf = open_found(&finding);
	if (*bpf)
		err = load(*bpf, trampolines);
	finding_close(&finding);
	if (!err)
		return 0;
	conntop_bpf__destroy(*bpf);
	*bpf = conntop_bpf__open();
	return *bpf ? load(*bpf, trampolines) : -errno;
}

int programs_load(struct conntop_bpf **bpf)
{
	bool trampolines = kernel_allows_trampolines();
	int err;

	libbpf_set_print(quiet);
	err = open_and_load(bpf, trampolines);
	if (!err || !trampolines)
		return err;
	/* Perhaps it is only that one function which this kernel does not have. */
	conntop_bpf__destroy(*bpf);
	return open_and_load(bpf, false);
}

/* --- attaching -------------------------------------------------------------------------------- */

int programs_attach_one(const struct bpf_program *program, struct bpf_link **link)
{
	switch (bpf_program__expected_attach_type(program)) {
	case BPF_TRACE_ITER:
		*link = bpf_program__attach_iter(program, NULL);
		break;
	case BPF_TRACE_RAW_TP:
	case BPF_TRACE_FEXIT:
		*link = bpf_program__attach_trace(program);
		break;
	default:
		*link = bpf_program__attach(program);
	}
	return *link ? 0 : -errno;
}

static int attach_sampler(struct conntop_bpf *bpf)
{
	union bpf_iter_link_info info = {};
	LIBBPF_OPTS(bpf_iter_attach_opts, opts, .link_info = &info, .link_info_len = sizeof(info));

	info.map.map_fd = bpf_map__fd(bpf->maps.sockets);
	bpf->links.sample_sockets = bpf_program__attach_iter(bpf->progs.sample_sockets, &opts);
	return bpf->links.sample_sockets ? 0 : -errno;
}

int programs_attach(struct conntop_bpf *bpf)
{
	const struct {
		const struct bpf_program *program;
		struct bpf_link **link;
	} pairs[] = {
		{ bpf->progs.find_owners, &bpf->links.find_owners },
		{ bpf->progs.find_ownerless, &bpf->links.find_ownerless },
		{ bpf->progs.find_descendants, &bpf->links.find_descendants },
		{ bpf->progs.process_fork, &bpf->links.process_fork },
		{ bpf->progs.exec_done, &bpf->links.exec_done },
		{ bpf->progs.process_exit, &bpf->links.process_exit },
		{ bpf->progs.tcp_state, &bpf->links.tcp_state },
		{ bpf->progs.tcp_state_again, &bpf->links.tcp_state_again },
	};
	int err = attach_sampler(bpf);

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]) && !err; i++)
		err = programs_attach_one(pairs[i].program, pairs[i].link);
	/* Not everywhere; live.c sees whether it was. */
	if (!err && bpf_program__fd(bpf->progs.accept_done) >= 0)
		programs_attach_one(bpf->progs.accept_done, &bpf->links.accept_done);
	return err;
}
