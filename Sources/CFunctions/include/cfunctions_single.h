// Functions of single precision, calculated in double to some 35 bits and rounded once: an error of
// at most 0.501 units in the last place. They have no branches and no tables, so that compilers make
// vectors of them in loops; `nsl_sinf` and `nsl_cosf` ask first whether x is huge.
//
// Polynomials are from Tests/Functions/coefficients.py. The methods are those of Cody and Waite 1980,
// "Software manual for the elementary functions", and Muller 2016, "Elementary functions".
#ifndef NSL_CFUNCTIONS_SINGLE_H
#define NSL_CFUNCTIONS_SINGLE_H

#include <stdint.h>

#define NSL_INLINE static inline __attribute__((always_inline))
// At the beginning of a function: a product and a sum are rounded one after the other.
#define NSL_EXACT _Pragma("clang fp contract(off)")

double nsl_sin(double x);
double nsl_cos(double x);

NSL_INLINE uint64_t nsl_bits(double x) {
  uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

NSL_INLINE double nsl_of_bits(uint64_t bits) {
  double x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

NSL_INLINE double nsl_limited(double x, double low, double high) {
  x = x < low ? low : x;
  return x > high ? high : x;
}

NSL_INLINE double nsl_magnitude(double x) { return nsl_of_bits(nsl_bits(x) & ~(1ull << 63)); }

// 2^k and 2^k (e^r - 1), whose sum is e^x: x = k ln 2 + r, |x| <= 700.
typedef struct {
  double power, rest;
} nsl_exponential_parts;

NSL_INLINE nsl_exponential_parts nsl_exponential_of(double x) {
  NSL_EXACT
  double shifted = x * 0x1.71547652b82fep+0 + 0x1.8p52, k = shifted - 0x1.8p52;
  double r = (x - k * 0x1.62e42fefa3800p-1) - k * 0x1.ef35793c76730p-45;
  double power = nsl_of_bits((nsl_bits(shifted) << 52) + 0x3ff0000000000000u);
  double even = r * r, fourth = even * even;
  double series = (0x1.fffffffff61ddp-1 + r * 0x1.fffffffffe062p-2)
                  + even * (0x1.5555557e7777ep-3 + r * 0x1.55555565c7e0ep-5)
                  + fourth
                        * ((0x1.1110a6173845ep-7 + r * 0x1.6c166bde96885p-10)
                           + even * (0x1.a17e052cd2c8fp-13 + r * 0x1.a136bf03ec612p-16));
  return (nsl_exponential_parts){power, power * (r * series)};
}

// e^x, of |x| <= 700.
NSL_INLINE double nsl_near_exp(double x) {
  NSL_EXACT
  nsl_exponential_parts e = nsl_exponential_of(x);
  return e.power + e.rest;
}

// e^x - 1, of |x| <= 700.
NSL_INLINE double nsl_near_expm1(double x) {
  NSL_EXACT
  nsl_exponential_parts e = nsl_exponential_of(x);
  return e.rest + (e.power - 1);
}

// log(1 + e), of e in 0...1, as 2 atanh(e / (2 + e)).
NSL_INLINE double nsl_near_log1p(double e) {
  NSL_EXACT
  double s = e / (2 + e), z = s * s, z2 = z * z;
  double series = (0x1.ffffffffffdc7p+0 + z * 0x1.5555555694e90p-1)
                  + z2 * (0x1.999997c399b66p-2 + z * 0x1.2492cc4fab44ap-2)
                  + z2 * z2
                        * ((0x1.c6f8ad634a6a2p-3 + z * 0x1.76fd5c9158713p-3)
                           + z2 * (0x1.202b4d7a56a8fp-3 + z * 0x1.9afeeea008984p-3));
  return s * series;
}

// What of a normal distribution lies beyond z in 0...15, given e^(-z^2 / 2).
NSL_INLINE double nsl_near_normal_tail(double z, double exponential) {
  NSL_EXACT
  double inverse = 1 / (z + 3), t = (z - 3) * inverse, t2 = t * t, t4 = t2 * t2;
  double low = (0x1.d3d9c765c8b08p+0 - t * 0x1.46d63371900bbp+0)
               + t2 * (0x1.27340ab0569e8p-1 - t * 0x1.e541aac46b55fp-4)
               + t4
                     * ((t * 0x1.1e5a798641aa6p-6 - 0x1.adb21dedbd2c4p-6)
                        + t2 * (0x1.51a2c7e4d2ca8p-9 - t * 0x1.57739611cec4fp-9));
  double high = (t * 0x1.913f686d93de4p-12 - 0x1.511f4488a655ep-11)
                + t2 * (0x1.96c4edfc3783cp-13 - t * 0x1.be0e03f4a235dp-16)
                - t4 * (0x1.5d32e5ddefbcep-15 + t * 0x1.40c14e2cc94afp-17);
  // 1 / sqrt(2 pi)
  return exponential * 0x1.9884533d43651p-2 * inverse * (low + t4 * t4 * high);
}

NSL_INLINE float nsl_expf(float x) {
  NSL_EXACT
  float value = (float)nsl_near_exp(nsl_limited(x, -110, 100));
  return x == x ? value : x;
}

NSL_INLINE float nsl_expm1f(float x) {
  NSL_EXACT
  float value = (float)nsl_near_expm1(nsl_limited(x, -110, 100));
  // Zeros keep their sign.
  return x < 0 || x > 0 ? value : x;
}

NSL_INLINE float nsl_tanhf(float x) {
  NSL_EXACT
  double less_one = nsl_near_expm1(nsl_limited(2 * nsl_magnitude(x), 0, 40));
  float value = (float)(less_one / (less_one + 2));
  value = x < 0 ? -value : value;
  return x < 0 || x > 0 ? value : x;
}

NSL_INLINE float nsl_logf(float x) {
  NSL_EXACT
  // x = 2^k m with m from 0.703125 to 1.40625; log m = 2 atanh((m - 1) / (m + 1)).
  uint64_t bits = nsl_bits(x), place = bits - 0x3fe6800000000000u;
  uint64_t exponent = place & 0xfff0000000000000u;
  double m = nsl_of_bits(bits - exponent);
  // The exponent as a number: 2^52 + 2048 + k.
  double k = nsl_of_bits((((place >> 52) + 2048) & 0xfff) | 0x4330000000000000u) - (0x1p52 + 2048);
  double s = (m - 1) / (m + 1), z = s * s, z2 = z * z;
  double series = (0x1.fffffffffff11p+0 + z * 0x1.5555555672baap-1)
                  + z2
                        * ((0x1.9999962870e32p-2 + z * 0x1.249439a497a18p-2)
                           + z2 * (0x1.c6206967897bep-3 + z * 0x1.919abd57b321ap-3));
  float value = (float)(k * 0x1.62e42fefa39efp-1 + s * series);
  value = x > 0 && x <= 0x1.fffffep127f ? value : x;
  value = x < 0 ? __builtin_nanf("") : value;
  return x == 0 ? -__builtin_inff() : value;
}

// The sine where `from` is 0, the cosine where it is 1, of |x| < 2^18: one of those of the remainder of
// a division by pi/2, as the quotient's last two bits say.
NSL_INLINE float nsl_wave(float x, uint64_t from) {
  NSL_EXACT
  double shifted = x * 0x1.45f306dc9c883p-1 + 0x1.8p52, k = shifted - 0x1.8p52;
  double r = (x - k * 0x1.921fb54400000p+0) - k * 0x1.0b4611a626331p-34;
  double z = r * r, z2 = z * z;
  double sine = r
                * ((0x1.fffffffffffd9p-1 - z * 0x1.5555555550eecp-3)
                   + z2
                         * ((0x1.1111110bdd4e2p-7 - z * 0x1.a019f8a0a7197p-13)
                            + z2 * (0x1.71d730c3cba43p-19 - z * 0x1.a9503d06ac8b5p-26)));
  double cosine = (1 - z * 0x1.fffffffffff79p-2)
                  + z2
                        * ((0x1.555555554e7cfp-5 - z * 0x1.6c16c163c3f3ep-10)
                           + z2
                                 * ((0x1.a019f7fc0d9eep-16 - z * 0x1.27df3f747e521p-22)
                                    + z2 * 0x1.1b8ac93386c1dp-29));
  uint64_t quadrant = nsl_bits(shifted) + from;
  double value = quadrant & 1 ? cosine : sine;
  return (float)(quadrant & 2 ? -value : value);
}

NSL_INLINE float nsl_sinf(float x) {
  if (x != 0 && nsl_magnitude(x) < 0x1p18) return nsl_wave(x, 0);
  return (float)nsl_sin(x);
}

NSL_INLINE float nsl_cosf(float x) {
  if (nsl_magnitude(x) < 0x1p18) return nsl_wave(x, 1);
  return (float)nsl_cos(x);
}

#endif
