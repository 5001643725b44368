// Counts what the calling thread allocates: the tests' program brings its own `malloc`, which the
// libraries it loads use, too.
#ifndef NSL_CALLOCATIONS_H
#define NSL_CALLOCATIONS_H

// Starts to count from 0.
void nsl_allocations_begin(void);

// How often this thread has allocated since then.
long nsl_allocations_end(void);

#endif
