#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2"))), apply_to = function)
#define LANES 8
#define VARIANT avx2
#include "templates/all.h"
#pragma clang attribute pop
#endif
