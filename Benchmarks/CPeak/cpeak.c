#include "cpeak.h"

#define LANES 8
#define CHAINS 12  // latency times throughput of the processors we know, in independent sums
typedef float vector __attribute__((vector_size(LANES * sizeof(float))));

#if defined(__x86_64__)
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
double nsl_multiply_add(long rounds, float *sink) {
  vector factor, summand;
  for (int lane = 0; lane < LANES; lane++) factor[lane] = 0.999f, summand[lane] = 1e-3f;
  // Variables, not an array, to stay in registers; of different values, not to be merged.
  vector a = summand * 1, b = summand * 2, c = summand * 3, d = summand * 4, e = summand * 5;
  vector f = summand * 6, g = summand * 7, h = summand * 8, i = summand * 9, j = summand * 10;
  vector k = summand * 11, l = summand * 12;
  for (long round = 0; round < rounds; round++) {
    a = a * factor + summand, b = b * factor + summand, c = c * factor + summand;
    d = d * factor + summand, e = e * factor + summand, f = f * factor + summand;
    g = g * factor + summand, h = h * factor + summand, i = i * factor + summand;
    j = j * factor + summand, k = k * factor + summand, l = l * factor + summand;
  }
  vector total = a + b + c + d + e + f + g + h + i + j + k + l;
  *sink = total[0] + total[LANES - 1];
  return 2.0 * rounds * CHAINS * LANES;
}
