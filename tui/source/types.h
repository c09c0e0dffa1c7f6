/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CONNTOP_TYPES_H
#define CONNTOP_TYPES_H

/*
 * The kernel's types (BTF), of which there are more than 100,000. libbpf goes through all of them
 * for each that a program names, which takes longer than most else at the start. Here they are gone
 * through once, and libbpf is given the few that are named. Knows no libbpf.
 */
#include <linux/btf.h>
#include <stddef.h>
#include <stdint.h>

struct types {
	unsigned char *data; /* as the kernel has it */
	size_t size;
	const unsigned char *records; /* in `data`; type 1 comes first, 0 is void */
	size_t records_len;
	const char *strings; /* in `data` */
	size_t strings_len;
	uint32_t *offsets; /* by id, of the type in `records` */
	uint32_t n;	   /* ids, 0 included */
	uint32_t *named;   /* those that were asked for */
	size_t n_named, named_cap;
};

/*
 * Reads the types of the file and finds those of the names given. A name may end in "___" and a
 * word of the program's own, which does not count, as for libbpf. 0 or -errno: -EPROTO when there
 * is something that is not known here. Either way types_close() follows.
 */
int types_open(struct types *types, const char *path, const char *const *names, size_t n);
void types_close(struct types *types);

/* The id of a type of that kind (BTF_KIND_*) and name, which was asked for; 0: there is none. */
uint32_t types_find(const struct types *types, const char *name, unsigned kind);

/*
 * Writes the structs, unions and enums asked for to a file, as BTF: whole, but for what they point
 * to, which is void. 0 or -errno.
 */
int types_write(const struct types *types, int fd);

/* --- for types_write() ------------------------------------------------------------------------ */

/* id: 1 to n - 1 */
static inline const struct btf_type *types_record(const struct types *types, uint32_t id)
{
	return (const struct btf_type *)(types->records + types->offsets[id]);
}

/* Bytes of a type with all that follows it; 0: of an unknown kind. */
size_t types_record_size(const struct btf_type *type);

#endif
