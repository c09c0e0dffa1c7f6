/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a few types, and those that they are made of, as BTF of their own. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "types.h"

struct bytes {
	unsigned char *data;
	size_t len, cap;
};

/*
 * What is written. Types get new ids as they are met, in the order in which they are then written;
 * every pointer is the first type: to void.
 */
struct writer {
	const struct types *types;
	uint32_t *new_ids; /* by old id; 0: not met */
	uint32_t *queue;   /* old ids, by new id less 2 */
	uint32_t n;	   /* in the queue */
	struct bytes records, strings;
	int err; /* the first */
};

enum { POINTER = 1 }; /* a new id; those after it are the queue's */

static void *add_bytes(struct writer *writer, struct bytes *bytes, const void *data, size_t len)
{
	if (bytes->len + len > bytes->cap) {
		size_t cap = (bytes->len + len) * 2;
		unsigned char *moved = realloc(bytes->data, cap);

		if (!moved) {
			writer->err = -ENOMEM;
			return NULL;
		}
		bytes->data = moved;
		bytes->cap = cap;
	}
	bytes->len += len;
	return memcpy(bytes->data + bytes->len - len, data, len);
}

/* A name anew; what is not a name, a file that is damaged, is none. */
static uint32_t add_name(struct writer *writer, uint32_t name_off)
{
	const struct types *types = writer->types;
	uint32_t at = writer->strings.len;
	const char *name;

	if (!name_off || name_off >= types->strings_len)
		return 0;
	name = types->strings + name_off;
	add_bytes(writer, &writer->strings, name, strlen(name) + 1);
	return at;
}

/* Kinds that have a size of their own; functions and variables are nobody's members. */
static bool has_size(unsigned kind)
{
	return kind == BTF_KIND_INT || kind == BTF_KIND_FLOAT || kind == BTF_KIND_STRUCT ||
	       kind == BTF_KIND_UNION || kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64;
}

/* Kinds that are another type under a name, or with a qualifier. */
static bool has_type(unsigned kind)
{
	return kind == BTF_KIND_TYPEDEF || kind == BTF_KIND_VOLATILE || kind == BTF_KIND_CONST ||
	       kind == BTF_KIND_RESTRICT || kind == BTF_KIND_TYPE_TAG;
}

/* The new id of a type, which is queued when it is met first. */
static uint32_t add_type(struct writer *writer, uint32_t id)
{
	const struct types *types = writer->types;
	unsigned kind;

	if (!id || id >= types->n)
		return 0;
	kind = BTF_INFO_KIND(types_record(types, id)->info);
	if (kind == BTF_KIND_PTR)
		return POINTER;
	if (!has_size(kind) && !has_type(kind) && kind != BTF_KIND_ARRAY)
		return 0;
	if (!writer->new_ids[id]) {
		writer->queue[writer->n++] = id;
		writer->new_ids[id] = POINTER + writer->n;
	}
	return writer->new_ids[id];
}

static void change_members(struct writer *writer, struct btf_member *member, size_t n)
{
	for (; n; n--, member++) {
		member->name_off = add_name(writer, member->name_off);
		member->type = add_type(writer, member->type);
	}
}

/* Of both kinds of enum the values begin with their names. */
static void change_values(struct writer *writer, void *values, size_t n, size_t size)
{
	for (; n; n--, values = (char *)values + size)
		*(uint32_t *)values = add_name(writer, *(uint32_t *)values);
}

/* The names and ids in a type and what follows it become the new ones. */
static void change(struct writer *writer, struct btf_type *type)
{
	unsigned kind = BTF_INFO_KIND(type->info);
	size_t n = BTF_INFO_VLEN(type->info);
	void *tail = type + 1;
	struct btf_array *array = tail;

	type->name_off = add_name(writer, type->name_off);
	if (has_type(kind)) {
		type->type = add_type(writer, type->type);
	} else if (kind == BTF_KIND_ARRAY) {
		array->type = add_type(writer, array->type);
		array->index_type = add_type(writer, array->index_type);
	} else if (kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION) {
		change_members(writer, tail, n);
	} else if (kind == BTF_KIND_ENUM) {
		change_values(writer, tail, n, sizeof(struct btf_enum));
	} else if (kind == BTF_KIND_ENUM64) {
		change_values(writer, tail, n, sizeof(struct btf_enum64));
	}
}

static void add_records(struct writer *writer)
{
	const struct btf_type pointer = { .info = BTF_KIND_PTR << 24 };

	add_bytes(writer, &writer->strings, "", 1);
	add_bytes(writer, &writer->records, &pointer, sizeof(pointer));
	/* The queue grows meanwhile. */
	for (uint32_t i = 0; i < writer->n && !writer->err; i++) {
		const struct btf_type *type = types_record(writer->types, writer->queue[i]);
		struct btf_type *copy = add_bytes(writer, &writer->records, type,
						  types_record_size(type));

		if (copy)
			change(writer, copy);
	}
}

static int write_all(int fd, const void *data, size_t len)
{
	ssize_t n;

	for (const char *at = data; len; at += n, len -= n) {
		n = write(fd, at, len);
		if (n < 0 && errno == EINTR)
			n = 0;
		if (n < 0)
			return -errno;
	}
	return 0;
}

static int write_parts(const struct writer *writer, int fd)
{
	const struct btf_header header = {
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(header),
		.type_len = writer->records.len,
		.str_off = writer->records.len,
		.str_len = writer->strings.len,
	};
	int err = write_all(fd, &header, sizeof(header));

	if (!err)
		err = write_all(fd, writer->records.data, writer->records.len);
	return err ? err : write_all(fd, writer->strings.data, writer->strings.len);
}

int types_write(const struct types *types, int fd)
{
	struct writer writer = {
		.types = types,
		.new_ids = calloc(types->n, sizeof(*writer.new_ids)),
		.queue = reallocarray(NULL, types->n, sizeof(*writer.queue)),
	};
	int err = -ENOMEM;

	if (writer.new_ids && writer.queue) {
		for (size_t i = 0; i < types->n_named; i++)
			if (has_size(BTF_INFO_KIND(types_record(types, types->named[i])->info)))
				add_type(&writer, types->named[i]);
		add_records(&writer);
		err = writer.err ? writer.err : write_parts(&writer, fd);
	}
	free(writer.new_ids);
	free(writer.queue);
	free(writer.records.data);
	free(writer.strings.data);
	return err;
}
