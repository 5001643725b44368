#include "internal.h"

// erf(x) / x of x^2, to 1/2; the constant is in two parts.
static const pair near_first = {0x1.20dd750429b6dp+0, 0x1.1ae31103f41f4p-56};
static const double near[] = {
  -0x1.812746b0379e7p-2, 0x1.ce2f21a042be0p-4, -0x1.b82ce312889f2p-6, 0x1.565bcd0e5f5a0p-8,
  -0x1.c02db3f9d6c71p-11, 0x1.f9a324a327ab3p-14, -0x1.f4d1cff2cac2fp-17, 0x1.b9d19f664b4c1p-20,
  -0x1.5d7686c510032p-23, 0x1.c60ae6747e9bcp-27,
};

// (x + 2) e^(x^2) erfc(x) of (x - 2) / (x + 2), from 1/2 to 28: the first seven in two parts.
static const pair far_first[] = {
  {0x1.058671b52c775p+0, 0x1.d88b9da925449p-53}, {-0x1.5fd386754eff9p-1, 0x1.5cb99269c9abdp-56},
  {0x1.1e2deea6b1175p-2, 0x1.5f22da9029b21p-56}, {-0x1.2a88e6107d557p-5, 0x1.56a03bfeb6412p-58},
  {-0x1.606e41552a704p-6, 0x1.a43fa037973bep-61}, {0x1.a89eaff867008p-8, 0x1.4264f3b6068dfp-61},
  {0x1.9517bb715dad1p-9, 0x1.2db4921bd5103p-63},
};
static const double far[] = {
  -0x1.b6fbf9928d76ep-11, -0x1.5ba4388fbfed4p-11, 0x1.2054088e8534ep-15, 0x1.2efa3523e3f9ap-13,
  0x1.1e76c022c5a1dp-15, -0x1.6c03beca9ffd0p-16, -0x1.0e7ced06113e3p-16, -0x1.2d5f7589579dbp-20,
  0x1.e9c1f52b5e2d4p-19, 0x1.0bb45cabadef3p-19, -0x1.71af9715fff53p-27, -0x1.2b56bb7a47ab0p-21,
  -0x1.453ebcd8567fbp-22, -0x1.852f4c6c98802p-26, 0x1.748332d400c45p-24, 0x1.510ad46ecfe39p-24,
  0x1.5132e4fb253cap-28, -0x1.2164c9472434ap-25, -0x1.c7df57b7855a3p-28, 0x1.eafacbc5b6081p-28,
};

static pair product_of(pair a, pair b) {
  pair product = exact_product(a.high, b.high);
  return ordered_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

static pair sum_of(pair a, pair b) {
  pair sum = exact_sum(a.high, b.high);
  return ordered_sum(sum.high, sum.low + (a.low + b.low));
}

static pair quotient_of(pair a, pair b) {
  double quotient = a.high / b.high;
  pair product = exact_product(quotient, b.high);
  double rest = ((a.high - product.high) - product.low) + a.low - quotient * b.low;
  return ordered_sum(quotient, rest / b.high);
}

// In the tail e^(-x^2) times a function that changes slowly, in a variable that maps all x to an
// interval: Schonfelder 1978, "Chebyshev expansions for the error and related functions".
double nsl_erfc(double x) {
  if (x != x) return x;
  if (magnitude(x) < 0.5) {
    pair first = exact_product(x, near_first.high), rest = exact_sum(1, -first.high);
    double others = x * (x * x * POLYNOMIAL(near, x * x) + near_first.low);
    return rest.high + (rest.low - (first.low + others));
  }
  if (x < 0) return 2 - nsl_erfc(-x);
  if (x > 28) return 0;
  pair below = exact_sum(x, 2), t = quotient_of(exact_sum(x, -2), below);
  pair series = {POLYNOMIAL(far, t.high), 0};
  for (int i = (int)(sizeof far_first / sizeof *far_first) - 1; i >= 0; i--)
    series = sum_of(far_first[i], product_of(t, series));
  pair square = exact_product(x, x);
  int exponent;
  pair v = nsl_exponential(-square.high, -square.low, &exponent);
  return nsl_scaled(product_of(v, quotient_of(series, below)), exponent);
}
