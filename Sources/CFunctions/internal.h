// Numbers of twice a double's precision, as the sum of two.
//
// Dekker 1971, "A floating-point technique for extending the available precision"; Knuth, "The art of
// computer programming", volume 2, section 4.2.2.
#ifndef NSL_CFUNCTIONS_INTERNAL_H
#define NSL_CFUNCTIONS_INTERNAL_H

#include <stdint.h>

#include "cfunctions.h"

// In all files that include this: a product and a sum are rounded one after the other.
#pragma clang fp contract(off)

// `high` is the double next to the sum.
typedef struct {
  double high, low;
} pair;

static inline uint64_t bits_of(double x) {
  uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline double of_bits(uint64_t bits) {
  double x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

static inline double magnitude(double x) { return of_bits(bits_of(x) & ~(1ull << 63)); }

// 2^exponent, from -1022 to 1023.
static inline double power_of_two(int exponent) {
  return of_bits((uint64_t)(exponent + 1023) << 52);
}

// The exact sum; |a| >= |b|, or a is 0.
static inline pair ordered_sum(double a, double b) {
  double sum = a + b;
  return (pair){sum, b - (sum - a)};
}

// The exact sum.
static inline pair exact_sum(double a, double b) {
  double sum = a + b, part = sum - a;
  return (pair){sum, (a - (sum - part)) + (b - part)};
}

// The exact product, of factors below 2^996 and where it is not near the smallest numbers.
static inline pair exact_product(double a, double b) {
  double p = 0x1p27 * a + a, q = 0x1p27 * b + b;
  double a1 = p - (p - a), a2 = a - a1, b1 = q - (q - b), b2 = b - b1;
  double product = a * b;
  return (pair){product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2};
}

// The polynomial of these coefficients, the constant first.
#define POLYNOMIAL(coefficients, x) \
  polynomial(coefficients, (int)(sizeof coefficients / sizeof(double)), x)

static inline double polynomial(const double *coefficients, int count, double x) {
  double sum = coefficients[count - 1];
  for (int i = count - 2; i >= 0; i--) sum = sum * x + coefficients[i];
  return sum;
}

// 2^exponent times what is returned is e^(high + low), to 66 bits: a number of about 1 to 2.
// |high| <= 1000.
pair nsl_exponential(double high, double low, int *exponent);

// v 2^exponent, rounded once. `high` is from 1/64 to 2, the exponent at most 1025.
double nsl_scaled(pair v, int exponent);

// log(high + low), to 66 bits; `high` is positive and finite.
pair nsl_logarithm(double high, double low);

#endif
