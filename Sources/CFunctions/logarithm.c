#include "internal.h"

#include "tables.h"

// (log(1 + x) - x + x^2 / 2) / x^3
static const double series[] = {
  1 / 3.0, -1 / 4.0, 1 / 5.0, -1 / 6.0, 1 / 7.0, -1 / 8.0, 1 / 9.0, -1 / 10.0,
};

// After Tang 1990, "Table-driven implementation of the logarithm function in IEEE floating-point
// arithmetic": x = 2^k m and log x = k ln 2 - log(1/c) + log(1 + f) with f = m/c - 1, |f| <= 2^-7;
// here f is exact in two parts, as 1/c has at most 11 bits.
pair nsl_logarithm(double high, double low) {
  int exponent = 0;
  uint64_t bits = bits_of(high);
  if (bits < 1ull << 52) {
    bits = bits_of(high * 0x1p54);
    exponent = -54;
  }
  uint64_t place = bits - 0x3fe6800000000000u;
  const double *row = nsl_logarithms[place >> 45 & 127];
  int64_t k = (int64_t)place >> 52;
  exponent += (int)k;
  double m = of_bits(bits - ((uint64_t)k << 52));
  double top = of_bits(bits_of(m) & ~0x1fffffull);
  pair f = exact_sum(top * row[0] - 1, (m - top) * row[0]);
  if (low != 0 && exponent < 64) {
    pair more = exact_sum(f.high, low * power_of_two(-exponent) * row[0]);
    f = ordered_sum(more.high, more.low + f.low);
  }
  // log(1 + f) = f - f^2 / 2 + ...
  double x = f.high;
  pair square = exact_product(x, x);
  double rest = f.low - (0.5 * square.low + x * f.low) + x * square.high * POLYNOMIAL(series, x);
  pair sum = ordered_sum(x, -0.5 * square.high);
  pair fraction = ordered_sum(sum.high, sum.low + rest);
  if (exponent == 0 && row[1] == 0) return fraction;
  // ln 2 in two parts, of which the first has 42 bits.
  pair whole = exact_sum(exponent * 0x1.62e42fefa3800p-1, row[1]);
  pair all = exact_sum(whole.high, fraction.high);
  return ordered_sum(
      all.high,
      all.low + (whole.low + (exponent * 0x1.ef35793c76730p-45 + row[2]) + fraction.low));
}

// What a logarithm is where it is not a number of the real line; 0 where it is.
static int is_special(double x, double *value) {
  if (x > 0 && x <= 0x1.fffffffffffffp1023) return 0;
  *value = x == 0 ? -__builtin_inf() : x < 0 ? __builtin_nan("") : x;
  return 1;
}

double nsl_log(double x) {
  double value;
  return is_special(x, &value) ? value : nsl_logarithm(x, 0).high;
}

double nsl_log1p(double x) {
  if (magnitude(x) < 0x1p-54) return x;
  double value;
  pair sum = exact_sum(1, x);
  if (is_special(sum.high, &value)) return x != x ? x : value;
  return nsl_logarithm(sum.high, sum.low).high;
}

double nsl_log10(double x) {
  double value;
  if (is_special(x, &value)) return value;
  pair log = nsl_logarithm(x, 0);
  pair product = exact_product(log.high, 0x1.bcb7b1526e50ep-2);
  return product.high
         + (product.low + (log.low * 0x1.bcb7b1526e50ep-2 + log.high * 0x1.95355baaafad3p-57));
}
