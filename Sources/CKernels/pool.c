#define _GNU_SOURCE
#include "pool.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

// How often a thread looks again before it sleeps: about 20 microseconds, less than it takes to wake
// it. Steps of a training follow each other more closely than that.
#define LOOKS 1000

#if defined(__x86_64__)
#define PAUSE() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define PAUSE() __asm__ volatile("yield")
#else
#define PAUSE() ((void)0)
#endif

// Of `state`: whether threads may still join the work; below it, how many are at it, the caller left
// out.
#define OPEN 0x80000000u

struct member {
  nsl_pool pool;
  long number;
  unsigned seen;
};

struct nsl_pool {
  // Written by the caller while nobody is at work.
  nsl_pool_task work;
  void *context;
  long tasks;
  long threads;
  atomic_int ends;
  // Counts the pieces of work: what idle threads wait for.
  _Alignas(64) atomic_uint round;
  atomic_uint sleepers;
  _Alignas(64) atomic_uint state;
  atomic_uint waits;
  _Alignas(64) atomic_long next;
  // Whether the first tasks, one for each thread, are taken.
  _Alignas(64) atomic_uchar taken[NSL_POOL_THREADS];
  int started;
  pthread_t handles[NSL_POOL_THREADS];
  struct member members[NSL_POOL_THREADS];
};

static void sleep_while(atomic_uint *word, unsigned value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void wake(atomic_uint *word, int count) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

static void take_part(nsl_pool pool, long thread) {
  long tasks = pool->tasks, threads = pool->threads;
  if (thread < tasks && !atomic_exchange(&pool->taken[thread], 1))
    pool->work(pool->context, thread, thread);
  for (;;) {
    long task = atomic_fetch_add(&pool->next, 1);
    if (task >= tasks) return;
    if (task < threads && atomic_exchange(&pool->taken[task], 1)) continue;
    pool->work(pool->context, task, thread);
  }
}

static void await_round(nsl_pool pool, unsigned seen) {
  for (int look = 0; look < LOOKS; look++) {
    if (atomic_load_explicit(&pool->round, memory_order_acquire) != seen) return;
    PAUSE();
  }
  while (atomic_load(&pool->round) == seen) {
    atomic_fetch_add(&pool->sleepers, 1);
    sleep_while(&pool->round, seen);
    atomic_fetch_sub(&pool->sleepers, 1);
  }
}

static void *member(void *argument) {
  struct member *self = argument;
  nsl_pool pool = self->pool;
  unsigned seen = self->seen;
  for (;;) {
    await_round(pool, seen);
    seen = atomic_load(&pool->round);
    if (atomic_load(&pool->ends)) return NULL;
    // Whoever comes when all is done does not keep the caller waiting.
    unsigned state = atomic_load(&pool->state);
    while (state & OPEN)
      if (atomic_compare_exchange_weak(&pool->state, &state, state + 1)) break;
    if (!(state & OPEN)) continue;
    if (self->number < pool->threads) take_part(pool, self->number);
    if (atomic_fetch_sub(&pool->state, 1) == 1 && atomic_load(&pool->waits)) wake(&pool->state, 1);
  }
}

nsl_pool nsl_pool_create(void) {
  nsl_pool pool = aligned_alloc(64, (sizeof *pool + 63) / 64 * 64);
  if (!pool) return NULL;
  pool->threads = 1;
  pool->started = 1;
  atomic_init(&pool->ends, 0);
  atomic_init(&pool->round, 0);
  atomic_init(&pool->sleepers, 0);
  atomic_init(&pool->state, 0);
  atomic_init(&pool->waits, 0);
  atomic_init(&pool->next, 0);
  return pool;
}

void nsl_pool_destroy(nsl_pool pool) {
  atomic_store(&pool->ends, 1);
  atomic_fetch_add(&pool->round, 1);
  wake(&pool->round, INT_MAX);
  for (int t = 1; t < pool->started; t++) pthread_join(pool->handles[t], NULL);
  free(pool);
}

int nsl_pool_resize(nsl_pool pool, int threads) {
  if (threads > NSL_POOL_THREADS) threads = NSL_POOL_THREADS;
  // Signals are for the threads that were there before.
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  while (pool->started < threads) {
    struct member *next = &pool->members[pool->started];
    *next = (struct member){pool, pool->started, atomic_load(&pool->round)};
    if (pthread_create(&pool->handles[pool->started], NULL, member, next)) break;
    pool->started++;
  }
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  pool->threads = threads < pool->started ? threads : pool->started;
  return (int)pool->threads;
}

void nsl_pool_run(nsl_pool pool, long tasks, nsl_pool_task work, void *context) {
  if (pool->threads == 1 || tasks < 2) {
    for (long task = 0; task < tasks; task++) work(context, task, 0);
    return;
  }
  pool->work = work;
  pool->context = context;
  pool->tasks = tasks;
  for (long t = 0; t < pool->threads; t++)
    atomic_store_explicit(&pool->taken[t], 0, memory_order_relaxed);
  atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
  atomic_store(&pool->state, OPEN);
  atomic_fetch_add(&pool->round, 1);
  if (atomic_load(&pool->sleepers)) wake(&pool->round, INT_MAX);
  take_part(pool, 0);
  unsigned state = atomic_fetch_and(&pool->state, ~OPEN) & ~OPEN;
  for (int look = 0; state && look < LOOKS; look++) {
    PAUSE();
    state = atomic_load(&pool->state);
  }
  if (!state) return;
  atomic_store(&pool->waits, 1);
  while ((state = atomic_load(&pool->state))) sleep_while(&pool->state, state);
  atomic_store(&pool->waits, 0);
}
