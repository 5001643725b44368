// The gradient of batch normalization and of what follows it; one block of channels after the other.
#include "normalization.h"

// The gradient that comes in, dy, is let through where ReLU let its argument through: a gate says how
// that is known. `gated`, where it is given, gets what was let through.
typedef struct {
  const float *x, *dy, *result;
  float *gated;
} incoming;

// What is let through of a stripe's dy.
INLINE void open_gate(
    int gate, const stripe *d, const transform *t, const float *result, long rest, stripe *dy) {
  stripe zero = {0}, scale = CONST_STRIPE_AT(t->scale), shift = CONST_STRIPE_AT(t->shift), z;
  if (gate == nsl_gate_sign) *dy = CHOSEN(*d * scale + shift > zero, *dy);
  if (gate == nsl_gate_result) {
    load(result, rest, &z);
    *dy = CHOSEN(z > zero, *dy);
  }
}

// The sums of what is let through, and of its products with x - center.
INLINE void sum_gradients(
    int gate, const incoming *in, const transform *t, const group *g, sums *result) {
  stripe first = {0}, second = {0}, center = CONST_STRIPE_AT(t->center), x, dy;
  long count = 0;
#define BODY(i, rest) \
  { \
    load(in->x + i, rest, &x); \
    load(in->dy + i, rest, &dy); \
    x -= center; \
    open_gate(gate, &x, t, gate == nsl_gate_result ? in->result + i : NULL, rest, &dy); \
    first += dy; \
    second += dy * x; \
    if (gate == nsl_gate_result) store(&dy, rest, in->gated + i); \
    count++; \
  }
  for (long n = 0; n < g->images; n++) {
    FOR_STRIPES(i, g->start + n * g->step, g->plane, BODY);
    fold(&first, &second, &count, MOST_FLOATS, g, result);
  }
#undef BODY
  fold(&first, &second, &count, 1, g, result);
}

// dx = factor * dy, plus slope * (x - center) + offset, which is the way through the moments.
typedef struct {
  lanes factor, slope, offset;
} combination;

INLINE void combine(
    int gate, int through_moments, const incoming *in, const transform *t, const combination *c,
    float *dx, const group *g) {
  stripe center = CONST_STRIPE_AT(t->center), factor = CONST_STRIPE_AT(c->factor), x, dy;
  stripe slope = CONST_STRIPE_AT(c->slope), offset = CONST_STRIPE_AT(c->offset);
#define BODY(i, rest) \
  { \
    load(in->dy + i, rest, &dy); \
    if (through_moments || gate == nsl_gate_sign) { \
      load(in->x + i, rest, &x); \
      x -= center; \
    } \
    open_gate(gate, &x, t, NULL, rest, &dy); \
    dy *= factor; \
    if (through_moments) dy += slope * x + offset; \
    store(&dy, rest, dx + i); \
  }
  for (long n = 0; n < g->images; n++)
    FOR_STRIPES(i, g->start + n * g->step, g->plane, BODY);
#undef BODY
}

// Gradients of one block of channels.
INLINE void group_gradient(
    int gate, int through_moments, const nsl_normalization *n,
    const nsl_normalization_gradient *to, const incoming *in, const group *g) {
  transform t;
  transform_of(n, g, &t);
  sums s = {{0}, {0}};
  sum_gradients(gate, in, &t, g, &s);
  float factor[MAX_BLOCK], slope[MAX_BLOCK], offset[MAX_BLOCK];
  double count = (double)(g->plane / g->block) * (double)g->images;
  for (long c = 0; c < g->channels; c++) {
    long channel = g->channel + c;
    double inverse = 1 / sqrt((double)n->variance[channel] + (double)n->epsilon);
    double scale = (double)n->gamma[channel] * inverse;
    to->beta[channel] = (float)s.first[c];
    to->gamma[channel] = (float)(s.second[c] * inverse);
    factor[c] = (float)scale;
    slope[c] = (float)(-scale * s.second[c] * inverse * inverse / count);
    offset[c] = (float)(-scale * s.first[c] / count);
  }
  combination k;
  spread(factor, g, k.factor);
  spread(slope, g, k.slope);
  spread(offset, g, k.offset);
  if (gate == nsl_gate_result) {
    // What is let through is known by now.
    incoming gated = {in->x, in->gated, NULL, NULL};
    combine(nsl_gate_none, through_moments, &gated, &t, &k, to->input, g);
  } else {
    combine(gate, through_moments, in, &t, &k, to->input, g);
  }
}

VARIANTS
void nsl_batch_normalization_gradient(
    const nsl_normalization *n, int through_moments, enum nsl_gate gate, const float *x,
    const float *gradient, const float *result, float *gated, nsl_normalization_gradient to,
    nsl_tensor_shape shape) {
  incoming in = {x, gradient, result, gated};
  for (long index = 0; index * shape.block < shape.channels; index++) {
    group g = group_of(&shape, index);
#define GRADIENT(gate) \
  if (through_moments) group_gradient(gate, 1, n, &to, &in, &g); \
  else group_gradient(gate, 0, n, &to, &in, &g)
    switch (gate) {
      case nsl_gate_none: GRADIENT(nsl_gate_none); break;
      case nsl_gate_sign: GRADIENT(nsl_gate_sign); break;
      case nsl_gate_result: GRADIENT(nsl_gate_result); break;
    }
#undef GRADIENT
  }
}
