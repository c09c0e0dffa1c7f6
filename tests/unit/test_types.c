/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's types: found by name, and written again as far as programs need them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "../../tui/source/types.h"
#include "folder.h"

#define INFO(kind, n) ((uint32_t)(kind) << 24 | (n))

/* --- a kernel --------------------------------------------------------------------------------- */

/* Types as words, and their names; for each test anew. */
static struct {
	uint32_t words[256];
	size_t n;
	char strings[1024];
	size_t strings_len;
	uint32_t ids; /* the last */
} kernel;

static uint32_t name(const char *text)
{
	uint32_t at = kernel.strings_len;

	if (!*text)
		return 0;
	memcpy(kernel.strings + at, text, strlen(text) + 1);
	kernel.strings_len += strlen(text) + 1;
	return at;
}

static void word(uint32_t value)
{
	assert_true(kernel.n < 256);
	kernel.words[kernel.n++] = value;
}

/* Its id; the words that follow it are added next. */
static uint32_t type(const char *text, uint32_t info, uint32_t size_or_type)
{
	word(name(text));
	word(info);
	word(size_or_type);
	return ++kernel.ids;
}

static void member(const char *text, uint32_t id, uint32_t bits)
{
	word(name(text));
	word(id);
	word(bits);
}

static uint32_t integer(const char *text)
{
	uint32_t id = type(text, INFO(BTF_KIND_INT, 0), 4);

	word(32);
	return id;
}

/* A file of the folder, of which only so many bytes are written. */
static const char *save(size_t limit)
{
	const struct btf_header header = {
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(header),
		.type_len = kernel.n * 4,
		.str_off = kernel.n * 4,
		.str_len = kernel.strings_len,
	};
	unsigned char bytes[sizeof(header) + sizeof(kernel.words) + sizeof(kernel.strings)];
	size_t len = sizeof(header);
	FILE *file = fopen(in_folder("kernel"), "w");

	memcpy(bytes, &header, sizeof(header));
	memcpy(bytes + len, kernel.words, header.type_len);
	len += header.type_len;
	memcpy(bytes + len, kernel.strings, header.str_len);
	len += header.str_len;
	if (len > limit)
		len = limit;
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	return in_folder("kernel");
}

#define WHOLE SIZE_MAX

/*
 * struct sock { int state; struct lock lock; struct net *net; port_t ports[4]; struct file file; }
 * struct lock { int owned; }, struct net { int inum; }, and some that nobody asks for.
 */
static struct {
	uint32_t integer, lock, net, sock, function, trace;
} ids;

static void make_kernel(void)
{
	uint32_t net_pointer, port, ports;

	ids.integer = integer("int");
	ids.lock = type("lock", INFO(BTF_KIND_STRUCT, 1), 4);
	member("owned", ids.integer, 0);
	ids.net = type("net", INFO(BTF_KIND_STRUCT, 1), 4);
	member("inum", ids.integer, 0);
	net_pointer = type("", INFO(BTF_KIND_PTR, 0), ids.net);
	port = type("port_t", INFO(BTF_KIND_TYPEDEF, 0), ids.integer);
	ports = type("", INFO(BTF_KIND_ARRAY, 0), 0);
	word(port), word(ids.integer), word(4);
	ids.trace = type("btf_trace_it", INFO(BTF_KIND_TYPEDEF, 0), net_pointer);
	type("", INFO(BTF_KIND_FUNC_PROTO, 1), ids.integer);
	word(name("sk")), word(net_pointer);
	ids.function = type("accept", INFO(BTF_KIND_FUNC, 0), kernel.ids);
	ids.sock = type("sock", INFO(BTF_KIND_STRUCT, 4), 40);
	member("state", ids.integer, 0);
	member("lock", ids.lock, 32);
	member("net", net_pointer, 64);
	member("ports", ports, 128);
	type("state", INFO(BTF_KIND_ENUM, 2), 4);
	word(name("OPEN")), word(1), word(name("SHUT")), word(7);
}

static int set_up(void **state)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.strings_len = 1;
	return folder_set_up(state);
}

static struct types types;

static int open_kernel(const char *path, const char *const *names, size_t n)
{
	return types_open(&types, path, names, n);
}

#define OPEN(path, ...)                                         \
	open_kernel(path, (const char *const[]){ __VA_ARGS__ }, \
		    sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

/* Writes what was found, and opens that instead. */
#define REOPEN(...)                                                         \
	do {                                                                \
		write_found();                                              \
		types_close(&types);                                        \
		assert_int_equal(OPEN(in_folder("found"), __VA_ARGS__), 0); \
	} while (0)

static void write_found(void)
{
	FILE *file = fopen(in_folder("found"), "w");

	assert_non_null(file);
	assert_int_equal(types_write(&types, fileno(file)), 0);
	assert_int_equal(fclose(file), 0);
}

static const char *text_of(uint32_t name_off)
{
	assert_true(name_off < types.strings_len);
	return types.strings + name_off;
}

static const struct btf_member *members_of(const char *text)
{
	uint32_t id = types_find(&types, text, BTF_KIND_STRUCT);

	assert_int_not_equal(id, 0);
	return (const struct btf_member *)(types_record(&types, id) + 1);
}

static void expect_member(const struct btf_member *got, const char *text, unsigned kind,
			  const char *type_name, uint32_t bits)
{
	const struct btf_type *of = types_record(&types, got->type);

	assert_string_equal(text_of(got->name_off), text);
	assert_int_equal(BTF_INFO_KIND(of->info), kind);
	assert_string_equal(text_of(of->name_off), type_name);
	assert_int_equal(got->offset, bits);
}

/* --- finding ---------------------------------------------------------------------------------- */

static void types_find__by_kind_and_name__is_its_id(void **state)
{
	(void)state;
	make_kernel();
	assert_int_equal(OPEN(save(WHOLE), "sock", "accept", "btf_trace_it", "state", "none"), 0);
	assert_int_equal(types.n, kernel.ids + 1);
	assert_int_equal(types_find(&types, "sock", BTF_KIND_STRUCT), ids.sock);
	assert_int_equal(types_find(&types, "accept", BTF_KIND_FUNC), ids.function);
	assert_int_equal(types_find(&types, "btf_trace_it", BTF_KIND_TYPEDEF), ids.trace);
	assert_int_equal(types_find(&types, "accept", BTF_KIND_STRUCT), 0);
	assert_int_equal(types_find(&types, "none", BTF_KIND_STRUCT), 0);
	/* It is there, but nobody asked. */
	assert_int_equal(types_find(&types, "lock", BTF_KIND_STRUCT), 0);
}

/* Names that begin or end alike are others. */
static void types_find__parts_of_names__are_others(void **state)
{
	(void)state;
	make_kernel();
	assert_int_equal(OPEN(save(WHOLE), "soc", "ock", "sock_common", "accept_done"), 0);
	assert_int_equal(types.n_named, 0);
}

static void types_find__word_of_the_programs_own__does_not_count(void **state)
{
	(void)state;
	make_kernel();
	assert_int_equal(OPEN(save(WHOLE), "sock___before_6_1"), 0);
	assert_int_equal(types_find(&types, "sock", BTF_KIND_STRUCT), ids.sock);
}

/* --- writing ---------------------------------------------------------------------------------- */

static void types_write__struct__is_whole(void **state)
{
	const struct btf_member *members;
	const struct btf_type *sock;

	(void)state;
	make_kernel();
	assert_int_equal(OPEN(save(WHOLE), "sock"), 0);
	REOPEN("sock", "lock");
	members = members_of("sock");
	sock = types_record(&types, types_find(&types, "sock", BTF_KIND_STRUCT));
	assert_int_equal(sock->size, 40);
	assert_int_equal(BTF_INFO_VLEN(sock->info), 4);
	expect_member(&members[0], "state", BTF_KIND_INT, "int", 0);
	expect_member(&members[1], "lock", BTF_KIND_STRUCT, "lock", 32);
	expect_member(&members[2], "net", BTF_KIND_PTR, "", 64);
	expect_member(&members[3], "ports", BTF_KIND_ARRAY, "", 128);
	/* What it is made of, too, each once. */
	expect_member(members_of("lock"), "owned", BTF_KIND_INT, "int", 0);
	assert_int_equal(members_of("lock")->type, members[0].type);
}

static void types_write__array__keeps_its_elements(void **state)
{
	const struct btf_array *array;
	const struct btf_type *port;

	(void)state;
	make_kernel();
	assert_int_equal(OPEN(save(WHOLE), "sock"), 0);
	REOPEN("sock");
	array = (const void *)(types_record(&types, members_of("sock")[3].type) + 1);
	port = types_record(&types, array->type);
	assert_int_equal(array->nelems, 4);
	assert_int_equal(BTF_INFO_KIND(port->info), BTF_KIND_TYPEDEF);
	assert_string_equal(text_of(port->name_off), "port_t");
	assert_int_equal(port->type, array->index_type);
}

static void types_write__pointer__is_to_void(void **state)
{
	(void)state;
	make_kernel();
	assert_int_equal(OPEN(save(WHOLE), "sock"), 0);
	REOPEN("sock", "net", "accept", "btf_trace_it");
	assert_int_equal(types_record(&types, members_of("sock")[2].type)->type, 0);
	assert_int_equal(types_find(&types, "net", BTF_KIND_STRUCT), 0);
	assert_int_equal(types.n_named, 1);
}

static void types_write__enum__keeps_its_values(void **state)
{
	const struct btf_enum *values;

	(void)state;
	make_kernel();
	assert_int_equal(OPEN(save(WHOLE), "state"), 0);
	REOPEN("state");
	values = (const void *)(types_record(&types, types_find(&types, "state", BTF_KIND_ENUM)) +
				1);
	assert_string_equal(text_of(values[0].name_off), "OPEN");
	assert_string_equal(text_of(values[1].name_off), "SHUT");
	assert_int_equal(values[1].val, 7);
}

/* Programs name functions and trace points, too: they are found, and are no types to write. */
static void types_write__function__is_left_out(void **state)
{
	(void)state;
	make_kernel();
	assert_int_equal(OPEN(save(WHOLE), "accept", "btf_trace_it"), 0);
	REOPEN("accept", "btf_trace_it");
	assert_int_equal(types.n, 2); /* void, and the pointer */
}

/* --- damage ----------------------------------------------------------------------------------- */

static void types_open__no_file__is_an_error(void **state)
{
	(void)state;
	assert_int_equal(OPEN(in_folder("nothing"), "sock"), -ENOENT);
}

static void types_open__cut_anywhere__is_refused(void **state)
{
	size_t whole;

	(void)state;
	make_kernel();
	whole = sizeof(struct btf_header) + kernel.n * 4 + kernel.strings_len;
	for (size_t len = 0; len < whole; len++) {
		assert_true(OPEN(save(len), "sock") < 0);
		types_close(&types);
	}
	assert_int_equal(OPEN(save(whole), "sock"), 0);
}

static void types_open__kind_of_a_later_kernel__is_refused(void **state)
{
	(void)state;
	make_kernel();
	type("new", INFO(BTF_KIND_ENUM64 + 1, 0), 0);
	assert_int_equal(OPEN(save(WHOLE), "sock"), -EPROTO);
}

static void types_open__name_beyond_the_strings__is_refused(void **state)
{
	(void)state;
	make_kernel();
	integer("odd");
	kernel.words[kernel.n - 4] = kernel.strings_len;
	assert_int_equal(OPEN(save(WHOLE), "sock"), -EPROTO);
}

/* Damage that is met while writing: such a member has no name, or is of void. */
static void types_write__ids_and_names_of_nothing__are_void(void **state)
{
	const struct btf_member *members;

	(void)state;
	make_kernel();
	type("odd", INFO(BTF_KIND_STRUCT, 3), 8);
	member("beyond", kernel.ids + 1000, 0);
	member("function", ids.function, 0);
	member("nameless", ids.integer, 0);
	kernel.words[kernel.n - 3] = UINT32_MAX;
	assert_int_equal(OPEN(save(WHOLE), "odd"), 0);
	REOPEN("odd");
	members = members_of("odd");
	assert_int_equal(members[0].type, 0);
	assert_int_equal(members[1].type, 0);
	assert_string_equal(text_of(members[2].name_off), "");
}

static int tear_down(void **state)
{
	types_close(&types);
	return folder_tear_down(state);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(types_find__by_kind_and_name__is_its_id),
		TEST(types_find__parts_of_names__are_others),
		TEST(types_find__word_of_the_programs_own__does_not_count),
		TEST(types_write__struct__is_whole),
		TEST(types_write__array__keeps_its_elements),
		TEST(types_write__pointer__is_to_void),
		TEST(types_write__enum__keeps_its_values),
		TEST(types_write__function__is_left_out),
		TEST(types_open__no_file__is_an_error),
		TEST(types_open__cut_anywhere__is_refused),
		TEST(types_open__kind_of_a_later_kernel__is_refused),
		TEST(types_open__name_beyond_the_strings__is_refused),
		TEST(types_write__ids_and_names_of_nothing__are_void),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
