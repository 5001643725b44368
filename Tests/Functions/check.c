// Compares functions of single precision with the C library's double ones over all numbers, or every
// so many, and prints the largest error of each in units in the last place.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cfunctions.h"

typedef struct {
  const char *name;
  float (*ours)(float);
  double (*reference)(double);
} function;

static float expf_(float x) { return nsl_expf(x); }
static float expm1f_(float x) { return nsl_expm1f(x); }
static float tanhf_(float x) { return nsl_tanhf(x); }
static float logf_(float x) { return nsl_logf(x); }
static float log1pf_(float x) { return nsl_log1pf(x); }
static float atanhf_(float x) { return nsl_atanhf(x); }
static float sinf_(float x) { return nsl_sinf(x); }
static float cosf_(float x) { return nsl_cosf(x); }

static const function functions[] = {
  {"expf", expf_, exp}, {"expm1f", expm1f_, expm1}, {"tanhf", tanhf_, tanh},
  {"logf", logf_, log}, {"log1pf", log1pf_, log1p}, {"atanhf", atanhf_, atanh},
  {"sinf", sinf_, sin}, {"cosf", cosf_, cos},
};

// The error of a result; infinite where it is none, or has another sign.
static double error(float ours, double exact) {
  float nearest = (float)exact;
  if (exact != exact || ours != ours) return ours != ours && exact != exact ? 0 : INFINITY;
  if (signbit(ours) != signbit(nearest)) return INFINITY;
  if (isinf(ours) || isinf(nearest)) return ours == nearest ? 0 : INFINITY;
  // A unit in the last place, from the exponent's bits.
  uint64_t bits;
  memcpy(&bits, &exact, sizeof bits);
  uint64_t exponent = bits >> 52 & 0x7ff;
  bits = ((exponent < 1023 - 126 ? 1023 - 126 : exponent) - 23) << 52;
  double unit;
  memcpy(&unit, &bits, sizeof unit);
  return fabs(ours - exact) / unit;
}

int main(int count, char **arguments) {
  long stride = count > 1 ? atol(arguments[1]) : 1;
  int failed = stride < 1;
  for (size_t f = 0; !failed && f < sizeof functions / sizeof *functions; f++) {
    double worst = 0;
    float place = 0;
    for (long i = 0; i < 1l << 32; i += stride) {
      uint32_t bits = (uint32_t)i;
      float x;
      memcpy(&x, &bits, sizeof x);
      double found = error(functions[f].ours(x), functions[f].reference(x));
      if (found > worst) worst = found, place = x;
    }
    printf("%-8s %.4f ulp at %a\n", functions[f].name, worst, place);
    fflush(stdout);
    failed |= worst > 0.51;
  }
  return failed;
}
