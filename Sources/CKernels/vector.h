#ifndef NSL_CKERNELS_VECTOR_H
#define NSL_CKERNELS_VECTOR_H

#define INLINE static inline __attribute__((always_inline))

// One variant of a function per instruction set; the loader picks the processor's by what it can do.
#if defined(__x86_64__)
#define VARIANTS __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VARIANTS
#endif

#endif
