// Counts what the calling thread allocates: the tests' program brings its own `malloc` and `new`,
// which the libraries it loads use, too.
#ifndef NSL_CALLOCATIONS_H
#define NSL_CALLOCATIONS_H

// Starts to count from 0.
void nsl_allocations_begin(void);

// How often this thread has allocated since then, but for oneDNN, which makes a table of the
// arguments for each call and packs matrices.
long nsl_allocations_end(void);

#endif
