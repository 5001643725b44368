#include "cpeak.h"

// Latency times throughput of the processors we know, in independent sums, of vectors as wide as the
// processor's. Variables, not an array, to stay in registers; of different values, not to be merged.
#define DEFINE(name, target, lanes) \
  typedef float name##_vector __attribute__((vector_size(lanes * sizeof(float)))); \
  target static double name(long rounds, float *sink) { \
    name##_vector factor, summand; \
    for (int lane = 0; lane < lanes; lane++) factor[lane] = 0.999f, summand[lane] = 1e-3f; \
    name##_vector a = summand * 1, b = summand * 2, c = summand * 3, d = summand * 4; \
    name##_vector e = summand * 5, f = summand * 6, g = summand * 7, h = summand * 8; \
    name##_vector i = summand * 9, j = summand * 10, k = summand * 11, l = summand * 12; \
    for (long round = 0; round < rounds; round++) { \
      a = a * factor + summand, b = b * factor + summand, c = c * factor + summand; \
      d = d * factor + summand, e = e * factor + summand, f = f * factor + summand; \
      g = g * factor + summand, h = h * factor + summand, i = i * factor + summand; \
      j = j * factor + summand, k = k * factor + summand, l = l * factor + summand; \
    } \
    name##_vector total = a + b + c + d + e + f + g + h + i + j + k + l; \
    *sink = total[0] + total[lanes - 1]; \
    return 2.0 * rounds * 12 * lanes; \
  }

#if defined(__x86_64__)
DEFINE(widest, __attribute__((target("avx512f,avx512vl,fma"))), 16)
DEFINE(wide, __attribute__((target("avx2,fma"))), 8)
#endif
DEFINE(narrow, , 4)

double nsl_multiply_add(long rounds, float *sink) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"))
    return widest(rounds, sink);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return wide(rounds, sink);
#endif
  return narrow(rounds, sink);
}
