/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions that faults.c lets fail, in its macros: included there alone. */

/* --- memory ----------------------------------------------------------------------------------- */

WRAP(void *, NULL, malloc, (size_t size), (size))
WRAP(void *, NULL, calloc, (size_t n, size_t size), (n, size))
WRAP(void *, NULL, realloc, (void *memory, size_t size), (memory, size))
WRAP(void *, NULL, reallocarray, (void *memory, size_t n, size_t size), (memory, n, size))
WRAP(void *, MAP_FAILED, mmap, (void *at, size_t len, int prot, int flags, int fd, off_t offset),
     (at, len, prot, flags, fd, offset))
WRAP(void *, MAP_FAILED, mmap64, (void *at, size_t len, int prot, int flags, int fd, off_t offset),
     (at, len, prot, flags, fd, offset))
WRAP(int, -1, memfd_create, (const char *name, unsigned flags), (name, flags))

/* --- files ------------------------------------------------------------------------------------ */

#define MODE_OF(flags)                                                     \
	va_list list;                                                      \
	mode_t mode;                                                       \
	va_start(list, flags);                                             \
	mode = (flags) & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0; \
	va_end(list)

#define WRAP_OPEN(name)                                           \
	int name(const char *path, int flags, ...)                \
	{                                                         \
		MODE_OF(flags);                                   \
		REAL(name);                                       \
		return due(#name) ? -1 : real(path, flags, mode); \
	}

#define WRAP_OPENAT(name)                                                 \
	int name(int folder, const char *path, int flags, ...)            \
	{                                                                 \
		MODE_OF(flags);                                           \
		REAL(name);                                               \
		return due(#name) ? -1 : real(folder, path, flags, mode); \
	}

WRAP_OPEN(open)
WRAP_OPEN(open64)
WRAP_OPENAT(openat)
WRAP_OPENAT(openat64)
WRAP_CLOSE(int, -1, close, (int fd), (fd))
WRAP(ssize_t, -1, write, (int fd, const void *bytes, size_t n), (fd, bytes, n))
WRAP(ssize_t, -1, pread, (int fd, void *bytes, size_t n, off_t at), (fd, bytes, n, at))
WRAP(ssize_t, -1, pread64, (int fd, void *bytes, size_t n, off_t at), (fd, bytes, n, at))
WRAP(off_t, -1, lseek, (int fd, off_t at, int whence), (fd, at, whence))
WRAP(off_t, -1, lseek64, (int fd, off_t at, int whence), (fd, at, whence))
WRAP(int, -1, fsync, (int fd), (fd))
WRAP(int, -1, ftruncate, (int fd, off_t len), (fd, len))
WRAP(int, -1, ftruncate64, (int fd, off_t len), (fd, len))
WRAP(int, -1, fchmod, (int fd, mode_t mode), (fd, mode))
WRAP(int, -1, dup3, (int old, int new, int flags), (old, new, flags))
WRAP(int, -1, stat, (const char *path, struct stat *out), (path, out))
WRAP(int, -1, lstat, (const char *path, struct stat *out), (path, out))
WRAP(int, -1, fstat, (int fd, struct stat *out), (fd, out))
WRAP(int, -1, fstatat, (int folder, const char *path, struct stat *out, int flags),
     (folder, path, out, flags))
WRAP(int, -1, access, (const char *path, int mode), (path, mode))
WRAP(int, -1, faccessat, (int folder, const char *path, int mode, int flags),
     (folder, path, mode, flags))
WRAP(int, -1, mkdir, (const char *path, mode_t mode), (path, mode))
WRAP(int, -1, mkdirat, (int folder, const char *path, mode_t mode), (folder, path, mode))
WRAP(int, -1, unlink, (const char *path), (path))
WRAP(int, -1, unlinkat, (int folder, const char *path, int flags), (folder, path, flags))
WRAP(int, -1, rename, (const char *from, const char *to), (from, to))
WRAP(int, -1, renameat, (int from_fd, const char *from, int to_fd, const char *to),
     (from_fd, from, to_fd, to))
WRAP(int, -1, renameat2, (int from_fd, const char *from, int to_fd, const char *to, unsigned flags),
     (from_fd, from, to_fd, to, flags))
WRAP(int, -1, linkat, (int from_fd, const char *from, int to_fd, const char *to, int flags),
     (from_fd, from, to_fd, to, flags))
WRAP(int, -1, mkostemp, (char *pattern, int flags), (pattern, flags))
WRAP(char *, NULL, realpath, (const char *path, char *out), (path, out))
WRAP(DIR *, NULL, opendir, (const char *path), (path))
WRAP(struct dirent *, NULL, readdir, (DIR * folder), (folder))

int fcntl(int fd, int command, ...)
{
	va_list list;
	void *argument;

	REAL(fcntl);
	va_start(list, command);
	argument = va_arg(list, void *);
	va_end(list);
	return due("fcntl") ? -1 : real(fd, command, argument);
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list list;
	void *argument;

	REAL(ioctl);
	va_start(list, request);
	argument = va_arg(list, void *);
	va_end(list);
	return due("ioctl") ? -1 : real(fd, request, argument);
}

/* glibc 2.36 crashes without memory for it. */
WRAP_WHOLE(FTS *, NULL, fts_open,
	   (char *const *paths, int options, int (*compare)(const FTSENT **, const FTSENT **)),
	   (paths, options, compare))

/* --- streams ---------------------------------------------------------------------------------- */

WRAP(FILE *, NULL, fopen, (const char *path, const char *mode), (path, mode))
WRAP(FILE *, NULL, fopen64, (const char *path, const char *mode), (path, mode))
WRAP(FILE *, NULL, fdopen, (int fd, const char *mode), (fd, mode))
WRAP(FILE *, NULL, fopencookie, (void *cookie, const char *mode, cookie_io_functions_t functions),
     (cookie, mode, functions))
WRAP(FILE *, NULL, open_memstream, (char **memory, size_t *size), (memory, size))
WRAP_CLOSE(int, EOF, fclose, (FILE * stream), (stream))
WRAP_STREAM(size_t, 0, fwrite, (const void *bytes, size_t size, size_t n, FILE *stream),
	    (bytes, size, n, stream), stream)
#undef fwrite_unlocked
WRAP_STREAM(size_t, 0, fwrite_unlocked, (const void *bytes, size_t size, size_t n, FILE *stream),
	    (bytes, size, n, stream), stream)
WRAP_STREAM(int, EOF, fputs, (const char *text, FILE *stream), (text, stream), stream)
WRAP_STREAM(int, EOF, fputc, (int c, FILE *stream), (c, stream), stream)
WRAP_STREAM(char *, NULL, fgets, (char *out, int cap, FILE *stream), (out, cap, stream), stream)

/* NULL is for all streams: nothing to mark. */
int fflush(FILE *stream)
{
	REAL(fflush);
	if (!stream || !due("fflush"))
		return real(stream);
	stream->_flags |= _IO_ERR_SEEN;
	return EOF;
}

/* --- waiting ---------------------------------------------------------------------------------- */

WRAP(int, -1, poll, (struct pollfd * fds, nfds_t n, int timeout_ms), (fds, n, timeout_ms))
WRAP(int, -1, epoll_create1, (int flags), (flags))
WRAP(int, -1, epoll_ctl, (int epoll, int op, int fd, struct epoll_event *event),
     (epoll, op, fd, event))
WRAP(int, -1, epoll_wait, (int epoll, struct epoll_event *events, int n, int timeout_ms),
     (epoll, events, n, timeout_ms))
WRAP(int, -1, timerfd_create, (clockid_t clock, int flags), (clock, flags))
WRAP(int, -1, timerfd_settime,
     (int fd, int flags, const struct itimerspec *spec, struct itimerspec *old),
     (fd, flags, spec, old))
WRAP(int, -1, signalfd, (int fd, const sigset_t *set, int flags), (fd, set, flags))
WRAP(int, -1, eventfd, (unsigned value, int flags), (value, flags))
WRAP(int, -1, sigpending, (sigset_t * set), (set))

/* --- threads, which are told of errors by what is returned ------------------------------------ */

WRAP_WHOLE(int, errno, pthread_create,
	   (pthread_t * thread, const pthread_attr_t *attr, void *(*run)(void *), void *arg),
	   (thread, attr, run, arg))

/* --- ncurses, which crashes without memory (6.4), or ends the process ------------------------- */

void *newterm(const char *name, FILE *out, FILE *in);
int resize_term(int rows, int cols);
int start_color(void);
int use_default_colors(void);
int endwin(void);
void delscreen(void *screen);
int init_extended_pair(int pair, int foreground, int background);
int wrefresh(void *window);
WRAP_WHOLE(void *, NULL, newterm, (const char *name, FILE *out, FILE *in), (name, out, in))
WRAP_WHOLE(int, -1, resize_term, (int rows, int cols), (rows, cols))
WRAP_WHOLE(int, -1, start_color, (void), ())
WRAP_WHOLE(int, -1, use_default_colors, (void), ())
WRAP_WHOLE(int, -1, endwin, (void), ())

void delscreen(void *screen)
{
	REAL(delscreen);
	busy = true;
	real(screen);
	busy = false;
}

WRAP_WHOLE(int, -1, init_extended_pair, (int pair, int foreground, int background),
	   (pair, foreground, background))
WRAP_WHOLE(int, -1, wrefresh, (void *window), (window))

/* --- terminals -------------------------------------------------------------------------------- */

WRAP(int, -1, tcgetattr, (int fd, struct termios *settings), (fd, settings))
WRAP(int, -1, tcsetattr, (int fd, int when, const struct termios *settings), (fd, when, settings))

/* --- users, rights, the kernel ---------------------------------------------------------------- */

/* glibc 2.36 crashes when memory runs out while it reads /etc/nsswitch.conf. */
WRAP_WHOLE(struct passwd *, NULL, getpwuid, (uid_t uid), (uid))
WRAP_WHOLE(struct passwd *, NULL, getpwnam, (const char *name), (name))
WRAP_WHOLE(struct passwd *, NULL, getpwent, (void), ())
WRAP_WHOLE(int, errno, getpwuid_r,
	   (uid_t uid, struct passwd *out, char *bytes, size_t cap, struct passwd **found),
	   (uid, out, bytes, cap, found))
WRAP_WHOLE(int, errno, getservent_r,
	   (struct servent * out, char *bytes, size_t cap, struct servent **found),
	   (out, bytes, cap, found))
WRAP(char *, NULL, setlocale, (int category, const char *name), (category, name))
WRAP(locale_t, NULL, newlocale, (int mask, const char *name, locale_t base), (mask, name, base))
WRAP(ssize_t, -1, getrandom, (void *out, size_t n, unsigned flags), (out, n, flags))
WRAP(int, -1, getgroups, (int n, gid_t *out), (n, out))
WRAP(int, -1, setgroups, (size_t n, const gid_t *groups), (n, groups))
WRAP_WHOLE(int, -1, initgroups, (const char *user, gid_t group), (user, group))
WRAP(int, -1, setresuid, (uid_t real_id, uid_t effective, uid_t saved), (real_id, effective, saved))
WRAP(int, -1, setresgid, (gid_t real_id, gid_t effective, gid_t saved), (real_id, effective, saved))
WRAP(int, -1, setegid, (gid_t gid), (gid))
WRAP(int, -1, seteuid, (uid_t uid), (uid))
WRAP(int, -1, setns, (int fd, int kind), (fd, kind))
WRAP(int, -1, uname, (struct utsname * out), (out))

/* Of libcap-ng, which declares it itself. */
int capset(void *header, const void *data);
WRAP(int, -1, capset, (void *header, const void *data), (header, data))

/* Of libseccomp, which declares them itself, and crashes without memory (2.5.4). */
void *seccomp_init(uint32_t otherwise);
int seccomp_rule_add(void *filter, uint32_t action, int call, unsigned n, ...);
int seccomp_rule_add_array(void *filter, uint32_t action, int call, unsigned n, const void *args);
int seccomp_load(const void *filter);
WRAP_WHOLE(void *, NULL, seccomp_init, (uint32_t otherwise), (otherwise))
WRAP_WHOLE(int, -ENOMEM, seccomp_rule_add_array,
	   (void *filter, uint32_t action, int call, unsigned n, const void *args),
	   (filter, action, call, n, args))

/* The program adds arguments by arrays alone. */
int seccomp_rule_add(void *filter, uint32_t action, int call, unsigned n, ...)
{
	int err;

	REAL(seccomp_rule_add);
	if (due("seccomp_rule_add"))
		return -ENOMEM;
	busy = true;
	err = real(filter, action, call, n);
	busy = false;
	return err;
}

WRAP_WHOLE(int, -ENOMEM, seccomp_load, (const void *filter), (filter))

int prctl(int option, ...)
{
	unsigned long a[4];
	va_list list;

	REAL(prctl);
	va_start(list, option);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(list, unsigned long);
	va_end(list);
	return due("prctl") ? -1 : real(option, a[0], a[1], a[2], a[3]);
}

/* Of libbpf: bpf(2), perf_event_open(2). */
long syscall(long number, ...)
{
	va_list list;
	long a[6];

	REAL(syscall);
	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	return due("syscall") ? -1 : real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* --- reads, of BPF iterators in particular ---------------------------------------------------- */

static bool iterators[ITER_FDS * 16];

/* Of libbpf. */
int bpf_iter_create(int link_fd);
int bpf_iter_create(int link_fd)
{
	int fd;

	REAL(bpf_iter_create);
	if (due("bpf_iter_create"))
		return -errno;
	fd = real(link_fd);
	if (faults.iterators && fd >= 0 && fd < (int)sizeof(iterators))
		iterators[fd] = true;
	return fd;
}

static bool is_iterator(int fd)
{
	return fd >= 0 && fd < (int)sizeof(iterators) && iterators[fd];
}

/* Each second read is interrupted, or restarted in the midst (EAGAIN); others get 13 bytes. */
static bool disturb(int fd, size_t *n)
{
	static unsigned turn;

	if (!is_iterator(fd))
		return false;
	*n = *n < 13 ? *n : 13;
	errno = turn & 2 ? EINTR : EAGAIN;
	return turn++ & 1;
}

/* When the program of an iterator ends a read, others get time before the next goes on. */
static void let_others_act(void)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	int before = errno;

	nanosleep(&pause, NULL);
	errno = before;
}

ssize_t read(int fd, void *bytes, size_t n)
{
	ssize_t got;

	REAL(read);
	if (due("read") || disturb(fd, &n))
		return -1;
	got = real(fd, bytes, n);
	if (!is_iterator(fd))
		return got;
	if (got < 0 && errno == EAGAIN)
		let_others_act();
	else if (!got)
		iterators[fd] = false;
	return got;
}

/* --- clocks ----------------------------------------------------------------------------------- */

int clock_gettime(clockid_t clock, struct timespec *out)
{
	int64_t ns = 0;
	int result;

	REAL(clock_gettime);
	result = real(clock, out);
	if (!faults.clocks)
		return result;
	if (clock == CLOCK_REALTIME)
		ns = faults.clocks[0];
	else if (clock == CLOCK_MONOTONIC)
		ns = faults.clocks[1];
	ns += out->tv_nsec;
	out->tv_sec += ns / 1000000000 - (ns % 1000000000 < 0);
	out->tv_nsec = (ns % 1000000000 + 1000000000) % 1000000000;
	return result;
}
