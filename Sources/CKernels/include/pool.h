// Threads that share a piece of work.
#ifndef NSL_POOL_H
#define NSL_POOL_H

typedef struct nsl_pool *nsl_pool;

// One task of a piece of work, on one of the pool's threads, counted from 0: the caller is thread 0,
// and no two tasks run on one thread at the same time.
typedef void (*nsl_pool_task)(void *context, long task, long thread);

// The most threads of a pool.
#define NSL_POOL_THREADS 1024

// A pool of the calling thread alone. NULL without memory.
nsl_pool nsl_pool_create(void);

// Ends all further threads. Nothing may run.
void nsl_pool_destroy(nsl_pool pool);

// How many threads take part from now on, the calling one among them; they are started where they are
// missing. Nothing may run. Returns how many there are: fewer where the system gives no more.
int nsl_pool_resize(nsl_pool pool, int threads);

// Does all tasks and returns when they are done. Thread t begins with task t; which thread does which
// of the others, and when, is open. Allocates nothing.
void nsl_pool_run(nsl_pool pool, long tasks, nsl_pool_task work, void *context);

#endif
