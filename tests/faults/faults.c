/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A library to preload (ld.so(8)) into the program under test: it lets one call fail that the
 * program makes itself, or a library on its behalf. A place is a function and the return addresses
 * that lead to it, up to the program's own: the same in each run. From the environment:
 *
 *   FAULTS_LOG=FILE     gets a line "PLACE FUNCTION ADDRESS..." for each place;
 *                       "failed" when the call is made to fail; at the end "PLACE calls N"
 *   FAULTS_PLACE=PLACE  the place at which a call fails, once
 *   FAULTS_CALL=N       which of the calls there, from 1 on (1)
 *   FAULTS_ERRNO=N      with what
 *   FAULTS_ITERATOR=1   reads off BPF iterators are interrupted, restarted, and cut short, and
 *                       others have time to act between two of them
 *   FAULTS_CLOCKS=FILE  two numbers of 64 bits, read at each look at a clock: nanoseconds by which
 *                       CLOCK_REALTIME and CLOCK_MONOTONIC are off
 *
 * What glibc does within itself (write(2) of stdio) is not seen: stdio's functions are here.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <fts.h>
#include <grp.h>
#include <link.h>
#include <locale.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/utsname.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define FRAMES	 64
#define PROGRAM	 3     /* frames of the program itself that tell places apart */
#define PLACES	 32768 /* a power of two, twice what there are */
#define ITER_FDS 64

struct place {
	uint64_t id;
	unsigned calls;
};

static struct {
	bool on; /* all below is set */
	int log_fd;
	uint64_t place;
	unsigned call;
	int error;
	bool iterators;
	const volatile int64_t *clocks;
	uintptr_t program, self; /* where they are loaded */
} faults;

static __thread bool busy; /* calls are our own */
static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;
static struct place places[PLACES];

/* --- places ----------------------------------------------------------------------------------- */

static uintptr_t loaded_at(void *address)
{
	struct dl_find_object found;

	return _dl_find_object(address, &found) ? 0 : found.dlfo_link_map->l_addr;
}

static void mix(uint64_t *hash, uint64_t value)
{
	*hash = (*hash ^ value) * 0x9e3779b97f4a7c15ULL;
	*hash ^= *hash >> 29;
}

static uint64_t number_of(const char *name, uint64_t otherwise, int base)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, base) : otherwise;
}

/* Frames as they lie in their files, of the libraries and PROGRAM of the program's: how many. */
static int find_frames(uintptr_t *frames)
{
	void *addresses[FRAMES];
	int n = backtrace(addresses, FRAMES), ours = 0, found = 0;

	for (int i = 0; i < n && ours < PROGRAM; i++) {
		uintptr_t base = loaded_at(addresses[i]);

		if (base == faults.self)
			continue;
		ours += base == faults.program;
		frames[found++] = (uintptr_t)addresses[i] - base;
	}
	return ours ? found : 0;
}

static void say(const char *text, size_t len)
{
	if (syscall(SYS_write, faults.log_fd, text, len) < 0)
		abort();
}

static void log_place(uint64_t id, const char *function, const uintptr_t *frames, int n)
{
	char line[FRAMES * 20];
	int len = snprintf(line, sizeof(line), "%016lx %s", id, function);

	for (int i = 0; i < n; i++)
		len += snprintf(line + len, sizeof(line) - len, " %lx", frames[i]);
	line[len++] = '\n';
	say(line, len);
}

/* Which call of its place this one is; 0: not one of the program's. */
static unsigned count_call(const char *function, uint64_t *id)
{
	uintptr_t frames[FRAMES];
	int n = find_frames(frames);
	size_t at;

	if (!n)
		return 0;
	*id = 1;
	for (const char *letter = function; *letter; letter++)
		mix(id, *letter);
	for (int i = 0; i < n; i++)
		mix(id, frames[i]);
	for (at = *id % PLACES; places[at].id && places[at].id != *id;)
		at = (at + 1) % PLACES;
	if (!places[at].id && faults.log_fd >= 0)
		log_place(*id, function, frames, n);
	places[at].id = *id;
	return ++places[at].calls;
}

/* Whether this call is the one to fail; errno is set then. */
static bool due(const char *function)
{
	uint64_t id = 0;
	unsigned call;
	int before = errno;

	if (!faults.on || busy)
		return false;
	busy = true;
	pthread_mutex_lock(&counting);
	call = count_call(function, &id);
	pthread_mutex_unlock(&counting);
	if (call && call == faults.call && id == faults.place) {
		if (faults.log_fd >= 0)
			say("failed\n", 7);
		before = faults.error;
		call = 0;
	} else {
		call = 1;
	}
	busy = false;
	errno = before;
	return !call;
}

static const int64_t *map_clocks(const char *path)
{
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *clocks = fd < 0 ? MAP_FAILED : mmap(NULL, 16, PROT_READ, MAP_SHARED, fd, 0);

	if (fd >= 0)
		close(fd);
	return clocks == MAP_FAILED ? NULL : clocks;
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("FAULTS_LOG");
	void *first[1];

	faults.log_fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
	if (faults.log_fd >= 0) { /* out of the way of the program's own */
		int fd = fcntl(faults.log_fd, F_DUPFD_CLOEXEC, 900);

		close(faults.log_fd);
		faults.log_fd = fd;
	}
	faults.place = number_of("FAULTS_PLACE", 0, 16);
	faults.call = number_of("FAULTS_CALL", 1, 10);
	faults.error = number_of("FAULTS_ERRNO", ENOMEM, 10);
	faults.iterators = number_of("FAULTS_ITERATOR", 0, 10);
	faults.clocks = map_clocks(getenv("FAULTS_CLOCKS"));
	faults.self = loaded_at(begin);
	faults.program = _r_debug.r_map->l_addr;
	backtrace(first, 1); /* loads what it needs */
	faults.on = faults.log_fd >= 0 || faults.place;
}

__attribute__((destructor)) static void end(void)
{
	busy = true;
	for (size_t i = 0; i < PLACES && faults.log_fd >= 0; i++) {
		char line[64];

		if (places[i].calls > 1)
			say(line, snprintf(line, sizeof(line), "%016lx calls %u\n", places[i].id,
					   places[i].calls));
	}
}

/* --- functions -------------------------------------------------------------------------------- */

/* The next one of that name, behind this library. */
#define REAL(name)                     \
	static __typeof__(name) *real; \
	if (!real)                     \
	real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define WRAP(type, failure, name, params, args)          \
	type name params                                 \
	{                                                \
		REAL(name);                              \
		return due(#name) ? failure : real args; \
	}

/* One that fails as a whole: what it calls itself does not. */
#define WRAP_WHOLE(type, failure, name, params, args) \
	type name params                              \
	{                                             \
		bool was_busy = busy;                 \
		type result;                          \
		REAL(name);                           \
		if (due(#name))                       \
			return failure;               \
		busy = true;                          \
		result = real args;                   \
		busy = was_busy;                      \
		return result;                        \
	}

/* One whose file is gone also when it failed. */
#define WRAP_CLOSE(type, failure, name, params, args) \
	type name params                              \
	{                                             \
		bool fails = due(#name);              \
		int error = errno;                    \
		type result;                          \
		REAL(name);                           \
		result = real args;                   \
		if (!fails)                           \
			return result;                \
		errno = error;                        \
		return failure;                       \
	}

/* One that also marks its stream (feof(3)) as failed. */
#define WRAP_STREAM(type, failure, name, params, args, stream) \
	type name params                                       \
	{                                                      \
		REAL(name);                                    \
		if (!due(#name))                               \
			return real args;                      \
		(stream)->_flags |= _IO_ERR_SEEN;              \
		return failure;                                \
	}

#include "functions.h"
