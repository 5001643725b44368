#include "ckernels.h"
#include "vector.h"

VARIANTS
void nsl_adam(
    float *restrict weights, const float *restrict gradient, float *restrict first,
    float *restrict second, size_t count, float alpha, float rest1, float rest2, float epsilon) {
  for (size_t i = 0; i < count; i++) {
    float g = gradient[i];
    float m = first[i] + (g - first[i]) * rest1;
    float v = second[i] + (g * g - second[i]) * rest2;
    first[i] = m;
    second[i] = v;
    weights[i] -= m * alpha / (__builtin_elementwise_sqrt(v) + epsilon);
  }
}
