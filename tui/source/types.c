/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads BTF (the kernel's Documentation/bpf/btf.rst) and finds types by name. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "types.h"

#define BUCKETS	 256
#define HASH_LEN 8 /* leading bytes tell most names from those sought */

/* A name that is sought, up to "___". */
struct sought {
	const char *name;
	size_t len;
	const struct sought *next; /* of the same bucket */
};

struct search {
	struct sought *sought;
	const struct sought *buckets[BUCKETS];
};

/* --- reading ---------------------------------------------------------------------------------- */

static int read_all(int fd, unsigned char *data, size_t size)
{
	size_t got = 0;
	ssize_t n;

	while (got < size) {
		n = read(fd, data + got, size - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EPROTO;
		got += n;
	}
	return 0;
}

/* Linux 6.16 and later have it mapped; before, it is read. */
static int load(struct types *types, int fd)
{
	struct stat stat;
	void *data;

	if (fstat(fd, &stat))
		return -errno;
	types->size = stat.st_size;
	data = mmap(NULL, types->size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data != MAP_FAILED) {
		types->data = data;
		return 0;
	}
	data = mmap(NULL, types->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (data == MAP_FAILED)
		return -errno;
	types->data = data;
	return read_all(fd, data, types->size);
}

static int load_path(struct types *types, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = load(types, fd);
	close(fd);
	return err;
}

/* Finds the two parts, both of which lie within the file; the strings end in a NUL. */
static int split(struct types *types)
{
	const struct btf_header *header = (const struct btf_header *)types->data;
	uint64_t records, strings;

	if (types->size < sizeof(*header) || header->magic != BTF_MAGIC ||
	    header->version != BTF_VERSION)
		return -EPROTO;
	records = (uint64_t)header->hdr_len + header->type_off;
	strings = (uint64_t)header->hdr_len + header->str_off;
	if (records % 4 || records + header->type_len > types->size || !header->str_len ||
	    strings + header->str_len > types->size)
		return -EPROTO;
	types->records = types->data + records;
	types->records_len = header->type_len;
	types->strings = (const char *)types->data + strings;
	types->strings_len = header->str_len;
	return types->strings[types->strings_len - 1] ? -EPROTO : 0;
}

size_t types_record_size(const struct btf_type *type)
{
	static const struct {
		size_t fixed, each;
	} tails[] = {
		[BTF_KIND_INT] = { sizeof(uint32_t), 0 },
		[BTF_KIND_PTR] = { 0, 0 },
		[BTF_KIND_ARRAY] = { sizeof(struct btf_array), 0 },
		[BTF_KIND_STRUCT] = { 0, sizeof(struct btf_member) },
		[BTF_KIND_UNION] = { 0, sizeof(struct btf_member) },
		[BTF_KIND_ENUM] = { 0, sizeof(struct btf_enum) },
		[BTF_KIND_FUNC_PROTO] = { 0, sizeof(struct btf_param) },
		[BTF_KIND_VAR] = { sizeof(struct btf_var), 0 },
		[BTF_KIND_DATASEC] = { 0, sizeof(struct btf_var_secinfo) },
		[BTF_KIND_DECL_TAG] = { sizeof(struct btf_decl_tag), 0 },
		[BTF_KIND_TYPE_TAG] = { 0, 0 },
		[BTF_KIND_ENUM64] = { 0, sizeof(struct btf_enum64) },
	};
	unsigned kind = BTF_INFO_KIND(type->info);

	if (kind == BTF_KIND_UNKN || kind >= sizeof(tails) / sizeof(tails[0]))
		return 0;
	return sizeof(*type) + tails[kind].fixed + tails[kind].each * BTF_INFO_VLEN(type->info);
}

/* --- finding ---------------------------------------------------------------------------------- */

static unsigned hash(const char *name, size_t len)
{
	unsigned value = 0;

	for (size_t i = 0; i < len && i < HASH_LEN && name[i]; i++)
		value = value * 31 + (unsigned char)name[i];
	return value % BUCKETS;
}

static int search_init(struct search *search, const char *const *names, size_t n)
{
	memset(search, 0, sizeof(*search));
	search->sought = calloc(n ? n : 1, sizeof(*search->sought));
	if (!search->sought)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		struct sought *sought = &search->sought[i];
		const char *flavor = strstr(names[i], "___");
		unsigned bucket;

		sought->name = names[i];
		sought->len = flavor ? (size_t)(flavor - names[i]) : strlen(names[i]);
		bucket = hash(sought->name, sought->len);
		sought->next = search->buckets[bucket];
		search->buckets[bucket] = sought;
	}
	return 0;
}

static bool is_sought(const struct search *search, const char *name)
{
	const struct sought *sought = search->buckets[hash(name, HASH_LEN)];

	for (; sought; sought = sought->next)
		if (!strncmp(name, sought->name, sought->len) && !name[sought->len])
			return true;
	return false;
}

static int remember(struct types *types, uint32_t id)
{
	if (types->n_named == types->named_cap) {
		size_t cap = types->named_cap ? types->named_cap * 2 : 64;
		uint32_t *named = reallocarray(types->named, cap, sizeof(*named));

		if (!named)
			return -ENOMEM;
		types->named = named;
		types->named_cap = cap;
	}
	types->named[types->n_named++] = id;
	return 0;
}

/* The one walk through all. */
static int walk(struct types *types, const struct search *search)
{
	size_t at = 0;
	int err = 0;

	types->n = 1;
	while (!err && at + sizeof(struct btf_type) <= types->records_len) {
		const struct btf_type *type = (const struct btf_type *)(types->records + at);
		size_t size = types_record_size(type);

		if (!size || size > types->records_len - at || type->name_off >= types->strings_len)
			return -EPROTO;
		types->offsets[types->n] = at;
		if (type->name_off && is_sought(search, types->strings + type->name_off))
			err = remember(types, types->n);
		types->n++;
		at += size;
	}
	return err ? err : at == types->records_len ? 0 : -EPROTO;
}

int types_open(struct types *types, const char *path, const char *const *names, size_t n)
{
	struct search search;
	int err;

	memset(types, 0, sizeof(*types));
	err = search_init(&search, names, n);
	if (!err)
		err = load_path(types, path);
	if (!err)
		err = split(types);
	if (!err) {
		/* As many as there can be; memory that is not written to costs nothing. */
		types->offsets = reallocarray(NULL,
					      types->records_len / sizeof(struct btf_type) + 1,
					      sizeof(*types->offsets));
		err = types->offsets ? walk(types, &search) : -ENOMEM;
	}
	free(search.sought);
	return err;
}

void types_close(struct types *types)
{
	if (types->data)
		munmap(types->data, types->size);
	free(types->offsets);
	free(types->named);
	memset(types, 0, sizeof(*types));
}

uint32_t types_find(const struct types *types, const char *name, unsigned kind)
{
	for (size_t i = 0; i < types->n_named; i++) {
		const struct btf_type *type = types_record(types, types->named[i]);

		if (BTF_INFO_KIND(type->info) == kind &&
		    !strcmp(types->strings + type->name_off, name))
			return types->named[i];
	}
	return 0;
}
