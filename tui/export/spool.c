/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chunks go to the thread and come back empty, each way in order and counted by a semaphore. No
 * lock: who holds one may be put aside by a busy scheduler, and the other with it.
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include "spool.h"

#define CHUNKS_MAX (SPOOL_MAX / SPOOL_CHUNK)
#define SPARES_MAX 8  /* kept for what follows; more memory is given back */
#define BEHIND	   16 /* chunks: the thread has enough to do, and flushing does not help */

struct chunk {
	size_t len;
	bool flush;
	char bytes[SPOOL_CHUNK - 2 * sizeof(size_t)];
};

_Static_assert(sizeof(struct chunk) == SPOOL_CHUNK, "whole pages");

/* One puts, the other takes. */
struct way {
	struct chunk *chunks[CHUNKS_MAX + 1]; /* and the end */
	size_t n_put, n_taken;
	sem_t waiting;
};

struct spool {
	spool_fn fn;
	void *ctx;
	pthread_t thread;
	struct chunk *open; /* the caller's alone: not handed over yet */
	struct way full, empty;
	size_t n; /* chunks there are; atomic */
	int err;  /* atomic */
};

static void way_put(struct way *way, struct chunk *chunk)
{
	way->chunks[way->n_put++ % (CHUNKS_MAX + 1)] = chunk;
	sem_post(&way->waiting);
}

static struct chunk *way_next(struct way *way)
{
	return way->chunks[way->n_taken++ % (CHUNKS_MAX + 1)];
}

static struct chunk *way_take(struct way *way)
{
	while (sem_wait(&way->waiting)) /* EINTR: a signal */
		;
	return way_next(way);
}

static int way_waiting(struct way *way)
{
	int n = 0;

	sem_getvalue(&way->waiting, &n);
	return n;
}

/* --- chunks ----------------------------------------------------------------------------------- */

/* Mapped, so that memory goes back whatever malloc(3) has put beside it. NULL without memory. */
static struct chunk *chunk_new(struct spool *spool)
{
	void *chunk = mmap(NULL, sizeof(struct chunk), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (chunk == MAP_FAILED)
		return NULL;
	__atomic_add_fetch(&spool->n, 1, __ATOMIC_RELAXED);
	return chunk;
}

static void chunk_free(struct spool *spool, struct chunk *chunk)
{
	munmap(chunk, sizeof(*chunk));
	__atomic_sub_fetch(&spool->n, 1, __ATOMIC_RELAXED);
}

/* An empty one; waits where there may be no more. Some come back: the thread has all but none. */
static struct chunk *chunk_take(struct spool *spool)
{
	struct chunk *chunk = NULL;

	if (!sem_trywait(&spool->empty.waiting))
		return way_next(&spool->empty);
	if (__atomic_load_n(&spool->n, __ATOMIC_RELAXED) < CHUNKS_MAX)
		chunk = chunk_new(spool);
	return chunk ? chunk : way_take(&spool->empty);
}

static void chunk_give_back(struct spool *spool, struct chunk *chunk)
{
	if (way_waiting(&spool->empty) >= SPARES_MAX) {
		chunk_free(spool, chunk);
		return;
	}
	chunk->len = 0;
	way_put(&spool->empty, chunk);
}

/* --- the thread ------------------------------------------------------------------------------- */

/* What waits in memory is in no hurry: no precedence, which who reads events may have. */
static void give_way(void)
{
	if (getpriority(PRIO_PROCESS, 0) < 0) /* of this thread alone, on Linux */
		setpriority(PRIO_PROCESS, 0, 0);
}

static int spool_error(const struct spool *spool)
{
	return __atomic_load_n(&spool->err, __ATOMIC_RELAXED);
}

static void write_chunk(struct spool *spool, const struct chunk *chunk)
{
	int err = spool_error(spool);

	if (err)
		return;
	err = spool->fn(spool->ctx, chunk->bytes, chunk->len, chunk->flush);
	__atomic_store_n(&spool->err, err, __ATOMIC_RELAXED);
}

static void *spool_run(void *arg)
{
	struct spool *spool = arg;
	struct chunk *chunk;

	give_way();
	while ((chunk = way_take(&spool->full))) {
		write_chunk(spool, chunk);
		chunk_give_back(spool, chunk);
	}
	return NULL;
}

/* Signals are the loop's, which takes them in turn; a crash is told to the thread that crashes. */
static int start_thread(struct spool *spool)
{
	static const int own[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS };
	sigset_t set, before;
	int err;

	sigfillset(&set);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		sigdelset(&set, own[i]);
	pthread_sigmask(SIG_BLOCK, &set, &before);
	err = pthread_create(&spool->thread, NULL, spool_run, spool);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -err;
}

/* --- the caller ------------------------------------------------------------------------------- */

static void spool_free(struct spool *spool)
{
	if (spool->open)
		chunk_free(spool, spool->open);
	while (!sem_trywait(&spool->empty.waiting))
		chunk_free(spool, way_next(&spool->empty));
	sem_destroy(&spool->full.waiting);
	sem_destroy(&spool->empty.waiting);
	free(spool);
}

int spool_open(struct spool **out, spool_fn fn, void *ctx)
{
	struct spool *spool = calloc(1, sizeof(*spool));
	int err;

	if (!spool)
		return -ENOMEM;
	spool->fn = fn;
	spool->ctx = ctx;
	sem_init(&spool->full.waiting, 0, 0);
	sem_init(&spool->empty.waiting, 0, 0);
	spool->open = chunk_new(spool);
	err = spool->open ? start_thread(spool) : -ENOMEM;
	if (err)
		spool_free(spool);
	else
		*out = spool;
	return err;
}

static void hand_over(struct spool *spool, bool flush)
{
	spool->open->flush = flush;
	way_put(&spool->full, spool->open);
	spool->open = chunk_take(spool);
}

int spool_put(struct spool *spool, const void *bytes, size_t len)
{
	const char *from = bytes;

	while (len && !spool_error(spool)) {
		struct chunk *open = spool->open;
		size_t room = sizeof(open->bytes) - open->len, n = len < room ? len : room;

		memcpy(open->bytes + open->len, from, n);
		open->len += n;
		from += n;
		len -= n;
		if (n == room)
			hand_over(spool, false);
	}
	return spool_error(spool);
}

int spool_flush(struct spool *spool)
{
	if (spool->open->len && way_waiting(&spool->full) < BEHIND)
		hand_over(spool, true);
	return spool_error(spool);
}

int spool_close(struct spool *spool)
{
	int err;

	if (spool->open->len)
		hand_over(spool, false);
	way_put(&spool->full, NULL);
	pthread_join(spool->thread, NULL);
	err = spool_error(spool);
	spool_free(spool);
	return err;
}
