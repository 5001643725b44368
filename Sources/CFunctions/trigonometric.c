#include "internal.h"

#include "tables.h"

// The remainder of a division by pi/2 and the quotient's last two bits, of any finite number: the
// product with those bits of 2/pi that matter, in whole numbers.
//
// Payne and Hanek 1983, "Radian reduction for trigonometric functions".
static pair far_remainder(double x, int *quadrant) {
  uint64_t bits = bits_of(x);
  int exponent = (int)(bits >> 52 & 0x7ff) - 1075;
  uint64_t mantissa = (bits & ((1ull << 52) - 1)) | 1ull << 52;
  // 256 bits from the one whose product with the mantissa's last bit counts 2.
  int first = exponent - 2;
  uint64_t product[4], carry = 0;
  for (int i = 3; i >= 0; i--) {
    int at = first + 64 * i;
    uint64_t word = 0;
    for (int part = 0; part < 2; part++) {
      int index = (at + 2048) / 64 - 32 + part, shift = (at + 2048) % 64;
      if (index < 0 || (part && !shift)) continue;
      word |= part ? nsl_two_over_pi[index] >> (64 - shift) : nsl_two_over_pi[index] << shift;
    }
    unsigned __int128 all = (unsigned __int128)word * mantissa + carry;
    product[i] = (uint64_t)all;
    carry = (uint64_t)(all >> 64);
  }
  // Two bits of the quotient, then the fraction; from one half on the next quotient is nearer.
  int whole = (int)(product[0] >> 62), above = (int)(product[0] >> 61 & 1);
  for (int i = 0; i < 4; i++) {
    product[i] = product[i] << 2 | (i < 3 ? product[i + 1] >> 62 : 0);
    if (above) product[i] = ~product[i];
  }
  double scale = 1;
  while (product[0] >> 63 == 0) {
    for (int i = 0; i < 4; i++) product[i] = product[i] << 1 | (i < 3 ? product[i + 1] >> 63 : 0);
    scale *= 0.5;
  }
  pair fraction = ordered_sum(
      (double)(product[0] >> 11) * 0x1p-53,
      (double)((product[0] & 0x7ff) << 42 | product[1] >> 22) * 0x1p-106);
  pair r = exact_product(fraction.high, 0x1.921fb54442d18p+0);
  r = ordered_sum(
      r.high, r.low + (fraction.low * 0x1.921fb54442d18p+0 + fraction.high * 0x1.1a62633145c07p-54));
  int negative = (int)(bits >> 63);
  *quadrant = negative ? -(whole + above) : whole + above;
  if (negative != above) scale = -scale;
  return (pair){r.high * scale, r.low * scale};
}

// The remainder of a division by pi/2, from -pi/4 to pi/4, and the quotient.
//
// Cody and Waite 1980, "Software manual for the elementary functions": pi/2 in three parts, of which
// the products with two are exact.
static pair remainder_of(double x, int *quadrant) {
  double size = magnitude(x);
  if (size <= 0x1.921fb54442d18p-1) {
    *quadrant = 0;
    return (pair){x, 0};
  }
  if (size > 0x1p18) return far_remainder(x, quadrant);
  double shifted = x * 0x1.45f306dc9c883p-1 + 0x1.8p52, count = shifted - 0x1.8p52;
  *quadrant = (int)(uint32_t)bits_of(shifted);
  pair r = exact_sum(x - count * 0x1.921fb54400000p+0, -(count * 0x1.0b4611a600000p-34));
  r = ordered_sum(r.high, r.low - count * 0x1.3198a2e037073p-69);
  return magnitude(r.high) < 0x1p-40 ? far_remainder(x, quadrant) : r;
}

// (sin(x) - x) / x^3 of x^2
static const double sine_series[] = {
  -0x1.5555555555555p-3, 0x1.1111111111110p-7, -0x1.a01a01a019936p-13, 0x1.71de3a54605eep-19,
  -0x1.ae64541266378p-26, 0x1.61217ec01749dp-33, -0x1.ab17a79237a19p-41,
};

// (cos(x) - 1 + x^2 / 2) / x^4 of x^2
static const double cosine_series[] = {
  0x1.5555555555555p-5, -0x1.6c16c16c16c16p-10, 0x1.a01a01a019d0ap-16, -0x1.27e4fb7712bdfp-22,
  0x1.1eed8deb6d561p-29, -0x1.9394b9c9c20a4p-37, 0x1.ab783376962cfp-45,
};

static double sine(pair r) {
  double x = r.high, z = x * x;
  return x + (x * z * POLYNOMIAL(sine_series, z) + r.low * (1 - 0.5 * z));
}

static double cosine(pair r) {
  double x = r.high, z = x * x;
  double half = 0.5 * z, rest = 1 - half;
  return rest + (((1 - rest) - half) + (z * z * POLYNOMIAL(cosine_series, z) - x * r.low));
}

double nsl_sin(double x) {
  if (x != x || magnitude(x) < 0x1p-27) return x;
  if (magnitude(x) == __builtin_inf()) return __builtin_nan("");
  int quadrant;
  pair r = remainder_of(x, &quadrant);
  double value = quadrant & 1 ? cosine(r) : sine(r);
  return quadrant & 2 ? -value : value;
}

double nsl_cos(double x) {
  if (x != x) return x;
  if (magnitude(x) == __builtin_inf()) return __builtin_nan("");
  int quadrant;
  pair r = remainder_of(x, &quadrant);
  double value = quadrant & 1 ? sine(r) : cosine(r);
  return (quadrant + 1) & 2 ? -value : value;
}
