/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of a recording. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include "events.h"
#include "recording.h"

static char folder[] = "/tmp/conntop-recording-XXXXXX";
static char path[64];
static char error[256];

static int set_up(void **state)
{
	(void)state;
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/file", folder);
	*error = '\0';
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* --- records ---------------------------------------------------------------------------------- */

static void recording_pack__connection__is_little_endian_at_fixed_places(void **state)
{
	struct conn_event conn = conn_record(EVENT_CLOSE, 0x0102030405060708, T0_NS);
	unsigned char packed[sizeof(conn)];

	(void)state;
	conn.ret = -110;
	assert_true(recording_pack(packed, &conn.head, sizeof(conn)));
	assert_memory_equal(packed + offsetof(struct conn_event, id),
			    "\x08\x07\x06\x05\x04\x03\x02\x01", 8);
	assert_memory_equal(packed + offsetof(struct conn_event, rport), "\xbb\x01", 2);
	assert_memory_equal(packed + offsetof(struct conn_event, raddr), "\xc0\x00\x02\x50", 4);
	assert_memory_equal(packed + offsetof(struct conn_event, ret), "\x92\xff\xff\xff", 4);
	assert_memory_equal(packed + offsetof(struct event, pid), "\xfd\xa0\x00\x00", 4);
	assert_memory_equal(packed + offsetof(struct event, comm), "curl\0", 5);
}

static void recording_unpack__packed__is_what_it_was(void **state)
{
	struct exec_record exec = EXEC(T0_NS, 7, "/bin/ls", "ls\0-l"), exec_out;
	struct listen_event listener = listen_record(5, T0_NS, 99), listener_out;
	struct exit_event exit = exit_record(T0_NS, 7, "ls", 3, 9), exit_out;
	struct event pass = { .kind = EVENT_PASS, .ts_ns = 12 }, pass_out;

	(void)state;
	exec.event.ret = -2;
	assert_true(recording_pack((void *)exec_out.room, &exec.head, exec.size));
	assert_true(recording_unpack(&exec_out.head, exec_out.room, exec.size));
	assert_memory_equal(exec_out.room, exec.room, exec.size);
	assert_true(recording_pack(&listener_out, &listener.head, sizeof(listener)));
	assert_true(recording_unpack(&listener_out.head, &listener_out, sizeof(listener)));
	assert_memory_equal(&listener_out, &listener, sizeof(listener));
	assert_true(recording_pack(&exit_out, &exit.head, sizeof(exit)));
	assert_true(recording_unpack(&exit_out.head, &exit_out, sizeof(exit)));
	assert_memory_equal(&exit_out, &exit, sizeof(exit));
	assert_true(recording_pack(&pass_out, &pass, sizeof(pass)));
	assert_true(recording_unpack(&pass_out, &pass_out, sizeof(pass)));
	assert_memory_equal(&pass_out, &pass, sizeof(pass));
}

static void recording_unpack__short_or_of_no_kind__is_refused(void **state)
{
	struct conn_event conn = conn_record(EVENT_CLOSE, 1, T0_NS), out;

	(void)state;
	assert_false(recording_unpack(&out.head, &conn, sizeof(conn) - 1));
	assert_false(recording_unpack(&out.head, &conn, 10));
	conn.head.kind = EVENT_KINDS;
	assert_false(recording_unpack(&out.head, &conn, sizeof(conn)));
}

/* --- files ------------------------------------------------------------------------------------ */

static size_t add_entry(unsigned char *at, uint8_t type, const void *payload, size_t len)
{
	recording_put(at, type | len << 8, 4);
	memcpy(at + 4, payload, len);
	return len + 4;
}

/* A header and three entries, the last an end. Returns the bytes. */
static size_t make(unsigned char *bytes, uint32_t version)
{
	size_t at = RECORDING_HEADER_LEN;

	memcpy(bytes, "CONNTOP\n", 8);
	recording_put(bytes + 8, RECORDING_MARK, 4);
	recording_put(bytes + 12, version, 4);
	at += add_entry(bytes + at, RECORDING_USER, "\1\0\0\0ann", 8);
	at += add_entry(bytes + at, 200, "later", 5);
	at += add_entry(bytes + at, RECORDING_END, "", 0);
	return at;
}

static void save_compressed(const void *bytes, size_t len)
{
	gzFile file = gzopen(path, "w");

	assert_non_null(file);
	assert_int_equal(gzwrite(file, bytes, len), len);
	assert_int_equal(gzclose(file), Z_OK);
}

static void recording_next__whole__tells_all_and_ends(void **state)
{
	struct recording *recording;
	struct recording_entry entry;
	unsigned char bytes[256];

	(void)state;
	save_compressed(bytes, make(bytes, RECORDING_VERSION));
	recording = recording_open(path, error, sizeof(error));
	assert_non_null(recording);
	assert_int_equal(recording_next(recording, &entry), 1);
	assert_int_equal(entry.type, RECORDING_USER);
	assert_int_equal(entry.len, 8);
	assert_string_equal((const char *)entry.payload + 4, "ann");
	assert_int_equal(recording_next(recording, &entry), 1);
	assert_int_equal(entry.type, 200);
	assert_int_equal(recording_next(recording, &entry), 0);
	recording_close(recording);
}

/* How many entries there are before it ends, and how it does. */
static int count(int *end)
{
	struct recording *recording = recording_open(path, error, sizeof(error));
	struct recording_entry entry;
	int n = 0;

	if (!recording)
		return -1;
	while ((*end = recording_next(recording, &entry)) == 1)
		n++;
	recording_close(recording);
	return n;
}

static void recording_next__cut_anywhere__tells_what_is_whole(void **state)
{
	unsigned char bytes[256];
	int end, n, most = -1;
	struct stat stat_;

	(void)state;
	save_compressed(bytes, make(bytes, RECORDING_VERSION));
	assert_int_equal(stat(path, &stat_), 0);
	for (off_t len = 0; len < stat_.st_size; len++) {
		save_compressed(bytes, make(bytes, RECORDING_VERSION));
		assert_int_equal(truncate(path, len), 0);
		n = count(&end);
		assert_true(n >= most); /* the longer, the more */
		most = n;
		if (n >= 0 && end) /* the end may be there when gzip's own is not */
			assert_int_equal(end, -EPIPE);
	}
	assert_int_equal(most, 2);
}

static void recording_next__no_end__is_cut_off(void **state)
{
	unsigned char bytes[256];
	int end;

	(void)state;
	save_compressed(bytes, make(bytes, RECORDING_VERSION) - 4);
	assert_int_equal(count(&end), 2);
	assert_int_equal(end, -EPIPE);
}

static void recording_next__too_long_an_entry__is_damaged(void **state)
{
	unsigned char bytes[256];
	size_t len = make(bytes, RECORDING_VERSION);
	int end;

	(void)state;
	recording_put(bytes + RECORDING_HEADER_LEN, RECORDING_USER | 0xffffff00U, 4);
	save_compressed(bytes, len);
	assert_int_equal(count(&end), 0);
	assert_int_equal(end, -EBADMSG);
}

static void expect_refused(const char *reason)
{
	char wanted[160];

	assert_null(recording_open(path, error, sizeof(error)));
	snprintf(wanted, sizeof(wanted), "%s: %s", path, reason);
	assert_string_equal(error, wanted);
}

static void recording_open__not_one__says_so(void **state)
{
	unsigned char bytes[256] = "CONNTOP!";
	FILE *file;

	(void)state;
	expect_refused("No such file or directory");
	file = fopen(path, "w");
	fputs("a text that is longer than the header of a recording\n", file);
	fclose(file);
	expect_refused("not a recording of conntop");
	assert_int_equal(truncate(path, 0), 0);
	expect_refused("not a recording of conntop");
	save_compressed(bytes, sizeof(bytes));
	expect_refused("not a recording of conntop");
	save_compressed(bytes, make(bytes, 2));
	expect_refused("recorded in format 2, this conntop reads format 1");
	recording_put(bytes + 8, 0x0d0c0b0a, 4);
	save_compressed(bytes, sizeof(bytes));
	expect_refused("not a recording of conntop");
}

static void recording_open__no_regular_file__does_not_hang(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	expect_refused("not a regular file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(recording_pack__connection__is_little_endian_at_fixed_places),
		TEST(recording_unpack__packed__is_what_it_was),
		TEST(recording_unpack__short_or_of_no_kind__is_refused),
		TEST(recording_next__whole__tells_all_and_ends),
		TEST(recording_next__cut_anywhere__tells_what_is_whole),
		TEST(recording_next__no_end__is_cut_off),
		TEST(recording_next__too_long_an_entry__is_damaged),
		TEST(recording_open__not_one__says_so),
		TEST(recording_open__no_regular_file__does_not_hang),
	};

	return cmocka_run_group_tests_name("recording", tests, NULL, NULL);
}
