// Every kernel for one instruction set: included once for each, with LANES, the floats of a vector,
// and VARIANT, the end of the names.
//
// What each kernel adds up, and in which order, is written in docs/engine.md ("Canonical arithmetic").
// It does not depend on LANES: a lane is a channel, or what is summed over lanes is summed as if they
// were 16. Where a product is added to a sum they are one fused operation, written out; nothing else
// is fused.
#include <string.h>

#include "../shapes.h"
#include "ckernels.h"

#pragma clang fp contract(off)
// Vectors are only handed to functions that are inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#define PASTE(name, variant) name##_##variant
#define EXPAND(name, variant) PASTE(name, variant)
#define FUNCTION(name) EXPAND(name, VARIANT)

typedef float vector __attribute__((vector_size(LANES * sizeof(float))));
typedef float unaligned __attribute__((vector_size(LANES * sizeof(float)), aligned(4)));
typedef int mask __attribute__((vector_size(LANES * sizeof(int))));
typedef unsigned char bytes __attribute__((vector_size(LANES)));

// Vectors in a block of channels.
#define VECTORS (NSL_BLOCK / LANES)

#define INLINE static inline __attribute__((always_inline))

// A number in all lanes; subtracting 0 changes none.
#define ALL(number) ((number) - (vector){0})
// a * b + sum, rounded once. A number times a vector is the other form.
#define FMA(a, b, sum) __builtin_elementwise_fma(a, b, sum)
#define SCALED(number, b, sum) __builtin_elementwise_fma(ALL(number), b, sum)

#include "pooling.h"

#include "fetch.h"

#include "multiply.h"

#include "transpose.h"

#include "pack.h"

#include "frame.h"

#include "convolution.h"

#include "convolution_forward.h"

#include "convolution_gradients.h"

#include "few_channels.h"

#include "dense.h"

#include "winograd_polynomials.h"

#include "winograd_tiles.h"

#include "winograd.h"
