#define _GNU_SOURCE
#include "callocations.h"

#include <errno.h>
#include <stddef.h>

// glibc's own, by their other names.
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

static _Thread_local long count;
static _Thread_local int counts;

void nsl_allocations_begin(void) {
  count = 0;
  counts = 1;
}

long nsl_allocations_end(void) {
  counts = 0;
  return count;
}

void *malloc(size_t size) {
  count += counts;
  return __libc_malloc(size);
}

void *calloc(size_t elements, size_t size) {
  count += counts;
  return __libc_calloc(elements, size);
}

void *realloc(void *memory, size_t size) {
  count += counts;
  return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
  count += counts;
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count += counts;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  count += counts;
  *result = __libc_memalign(alignment, size);
  return *result ? 0 : ENOMEM;
}
