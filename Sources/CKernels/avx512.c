#if defined(__x86_64__)
// Named one by one: the level x86-64-v4 tells the compiler to prefer vectors of 256 bits.
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma,bmi2"))), \
    apply_to = function)
#define LANES 16
#define VARIANT avx512
#include "templates/all.h"
#pragma clang attribute pop
#endif
