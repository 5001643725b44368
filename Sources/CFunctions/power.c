#include "internal.h"

// Whether a finite number is whole, and whether it is odd.
static int is_whole(double y, int *odd) {
  double size = magnitude(y);
  *odd = 0;
  if (size >= 0x1p53) return 1;
  // Beyond 2^52 the shift keeps all bits.
  double whole = size < 0x1p52 ? size + 0x1p52 - 0x1p52 : size;
  if (whole != size) return 0;
  *odd = (int)((uint64_t)size & 1);
  return 1;
}

// e^(y log x), with the logarithm and the product in two parts.
double nsl_pow(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (x != x) return x;
  if (y != y) return y;
  double size = magnitude(x), infinity = __builtin_inf();
  if (magnitude(y) == infinity) {
    if (size == 1) return 1;
    return (size > 1) == (y > 0) ? infinity : 0;
  }
  int odd, whole = is_whole(y, &odd);
  double sign = odd && bits_of(x) >> 63 ? -1 : 1;
  if (size == 0 || size == infinity) return sign * ((size == 0) == (y < 0) ? infinity : 0);
  if (x < 0 && !whole) return __builtin_nan("");
  pair log = nsl_logarithm(size, 0);
  double about = y * log.high;
  if (about > 710) return sign * infinity;
  if (about < -750) return sign * 0;
  if (magnitude(about) < 0x1p-60) return sign;
  pair product = exact_product(y, log.high);
  int exponent;
  pair v = nsl_exponential(product.high, product.low + y * log.low, &exponent);
  return sign * nsl_scaled(v, exponent);
}
