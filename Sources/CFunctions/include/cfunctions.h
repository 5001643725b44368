// Exponentials, logarithms and the like whose bits depend on neither the C library nor the processor:
// only + - * / and integer operations, which IEEE 754 and C fix, and no contraction to FMA.
//
// Values at infinities, NaN, zeros and beyond the range are those of C's functions (C11, annex F); no
// exceptions are raised on purpose. docs/engine.md has the errors measured.
#ifndef NSL_CFUNCTIONS_H
#define NSL_CFUNCTIONS_H

#include "cfunctions_single.h"

// At most 0.51 units in the last place; sine, cosine and erfc 0.8.
double nsl_exp(double x);
double nsl_expm1(double x);
double nsl_log(double x);
double nsl_log1p(double x);
double nsl_log10(double x);
double nsl_pow(double x, double y);
double nsl_sin(double x);
double nsl_cos(double x);
double nsl_erfc(double x);

static inline float nsl_log1pf(float x) { return (float)nsl_log1p(x); }
static inline float nsl_powf(float x, float y) { return (float)nsl_pow(x, y); }
static inline float nsl_atanhf(float x) {
  return (float)(0.5 * (nsl_log1p(x) - nsl_log1p(-(double)x)));
}

#endif
