#include "internal.h"

#include "tables.h"

// (e^r - 1 - r) / r^2
static const double short_series[] = {1 / 2.0, 1 / 6.0, 1 / 24.0, 1 / 120.0, 1 / 720.0, 1 / 5040.0};

// (e^x - 1 - x - x^2 / 2) / x^3
static const double long_series[] = {
  1 / 6.0, 1 / 24.0, 1 / 120.0, 1 / 720.0, 1 / 5040.0, 1 / 40320.0, 1 / 362880.0, 1 / 3628800.0,
};

// After Tang 1989, "Table-driven implementation of the exponential function in IEEE floating-point
// arithmetic": e^x = 2^k 2^(j/64) e^r with |r| <= ln(2) / 128, here with r, the table and the product
// in two parts.
pair nsl_exponential(double high, double low, int *exponent) {
  double shifted = high * 0x1.71547652b82fep+6 + 0x1.8p52;
  int n = (int)(uint32_t)bits_of(shifted);
  double count = shifted - 0x1.8p52;
  // ln(2) / 64 in three parts; the first two products and the difference are exact.
  pair r = exact_sum(high - count * 0x1.62e42fee00000p-7, -(count * 0x1.a39ef35600000p-39));
  r = ordered_sum(r.high, r.low + (low - count * 0x1.93c7673007e5fp-71));
  double x = r.high, rest = x * x * POLYNOMIAL(short_series, x);
  pair less_one = ordered_sum(x, r.low + r.low * x + rest);
  const double *power = nsl_powers[n & 63];
  pair product = exact_product(power[0], less_one.high);
  pair sum = ordered_sum(power[0], product.high);
  *exponent = n >> 6;
  return ordered_sum(
      sum.high,
      sum.low + (product.low + (power[0] * less_one.low + (power[1] + power[1] * less_one.high))));
}

double nsl_scaled(pair v, int exponent) {
  if (exponent > 1023) return v.high * 0x1p1023 * power_of_two(exponent - 1023);
  if (exponent > -1000) return v.high * power_of_two(exponent);
  if (exponent < -1100) return 0;
  // Below the normal numbers: the sum with a number whose last place will be that of the smallest
  // numbers is the only rounding.
  double large = power_of_two(-1022 - exponent);
  if (v.high < large) {
    pair sum = ordered_sum(large, v.high);
    v.high = ordered_sum(sum.high, sum.low + v.low).high - large;
  }
  return v.high * 0x1p-1000 * power_of_two(exponent + 1000);
}

double nsl_exp(double x) {
  if (x != x) return x;
  if (x > 710) return __builtin_inf();
  if (x < -746) return 0;
  int exponent;
  pair v = nsl_exponential(x, 0, &exponent);
  return nsl_scaled(v, exponent);
}

double nsl_expm1(double x) {
  if (x != x || magnitude(x) < 0x1p-57) return x;
  if (x > 700) return nsl_exp(x);
  if (x < -50) return -1;
  if (magnitude(x) < 0x1p-6) {
    pair square = exact_product(x, x);
    double rest = x * x * x * POLYNOMIAL(long_series, x);
    pair sum = ordered_sum(x, 0.5 * square.high);
    return sum.high + (sum.low + (0.5 * square.low + rest));
  }
  int exponent;
  pair v = nsl_exponential(x, 0, &exponent);
  double scale = power_of_two(exponent);
  pair sum = exact_sum(v.high * scale, -1);
  return sum.high + (sum.low + v.low * scale);
}
