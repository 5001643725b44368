#ifndef NSL_CKERNELS_VECTOR_H
#define NSL_CKERNELS_VECTOR_H

// Nothing is fused, so that every variant gives the same bits.
#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))

// One variant of a function per instruction set; the loader picks the processor's by what it can do.
#if defined(__x86_64__)
#define VARIANTS __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VARIANTS
#endif

// What a loop works on at once: whole blocks of 8 or 16 channels, or neighbors in a plain layout.
// A type of its own, because the optimizer gives up on loops that write where they read.
#define STRIPE 32
typedef float stripe __attribute__((vector_size(STRIPE * sizeof(float)), aligned(4)));
typedef int stripe_mask __attribute__((vector_size(STRIPE * sizeof(int)), aligned(4)));

#define STRIPE_AT(address) (*(stripe *)(address))
#define CONST_STRIPE_AT(address) (*(const stripe *)(address))
// Those elements for which a comparison holds; zero for the others.
#define CHOSEN(comparison, values) ((stripe)((stripe_mask)(values) & (comparison)))

#endif
