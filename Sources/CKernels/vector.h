#ifndef NSL_CKERNELS_VECTOR_H
#define NSL_CKERNELS_VECTOR_H

#define LANES 8
typedef float vector __attribute__((vector_size(LANES * sizeof(float))));
typedef int mask __attribute__((vector_size(LANES * sizeof(int))));
typedef unsigned char bytes __attribute__((vector_size(LANES)));

#define INLINE static inline __attribute__((always_inline))

// One variant of a function per instruction set; the loader picks the processor's.
#if defined(__x86_64__)
#define VARIANTS __attribute__((target_clones("avx512f", "arch=haswell", "default")))
#else
#define VARIANTS
#endif

#endif
