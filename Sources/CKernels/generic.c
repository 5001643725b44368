// Processors of x86-64 without AVX2, and all others. On x86-64 with as many lanes as AVX-512, so that both
// widths can be compared on any processor.
#if defined(__x86_64__)
#define LANES 16
#else
#define LANES 8
#endif
#define VARIANT generic
#include "templates/all.h"
