// Every kernel for one instruction set: included once for each, with LANES, the floats of a vector,
// and VARIANT, the end of the names.
#include <string.h>

#include "../shapes.h"
#include "ckernels.h"

#define PASTE(name, variant) name##_##variant
#define EXPAND(name, variant) PASTE(name, variant)
#define FUNCTION(name) EXPAND(name, VARIANT)

typedef float vector __attribute__((vector_size(LANES * sizeof(float))));
typedef float unaligned __attribute__((vector_size(LANES * sizeof(float)), aligned(4)));
typedef int mask __attribute__((vector_size(LANES * sizeof(int))));
typedef unsigned char bytes __attribute__((vector_size(LANES)));

#define INLINE static inline __attribute__((always_inline))

#include "pooling.h"

#include "convolution.h"

#include "multiply.h"

#include "winograd_polynomials.h"

#include "winograd_tiles.h"

#include "winograd.h"
