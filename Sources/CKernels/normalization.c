// Batch normalization, with what follows it: a sum, ReLU, and their gradients.
//
// Channels come one after the other, a block of them at a time, so that the second walk over a block
// finds in the cache what the first one brought there.
#include <math.h>
#include <string.h>

#include "layers.h"
#include "vector.h"

#define MAX_BLOCK 16

// One number for each element of a stripe. What belongs to a channel is the same in all stripes of
// its plane, for a stripe holds whole blocks.
typedef float lanes[STRIPE];

// Sums over a block's planes in all images, by channel.
typedef struct {
  double first[MAX_BLOCK], second[MAX_BLOCK];
} sums;

// The planes of one block of channels: [H, W, B] in each image.
typedef struct {
  long block, channel, channels, start, step, plane, images;
} group;

INLINE group group_of(const nsl_tensor_shape *s, long index) {
  long groups = (s->channels + s->block - 1) / s->block;
  long plane = s->height * s->width * s->block, rest = s->channels - index * s->block;
  return (group){
      s->block, index * s->block, rest < s->block ? rest : s->block, index * plane,
      groups * plane, plane, s->batch};
}

// A channel's number into all of its elements of a stripe.
INLINE void spread(const float *by_channel, const group *g, lanes result) {
  for (long l = 0; l < STRIPE; l++)
    result[l] = l % g->block < g->channels ? by_channel[l % g->block] : 0;
}

INLINE void add_lanes(const lanes first, const lanes second, const group *g, sums *result) {
  for (long l = 0; l < STRIPE; l++) {
    result->first[l % g->block] += (double)first[l];
    result->second[l % g->block] += (double)second[l];
  }
}

// Adds one plane's sums of x - center and its square.
INLINE void add_deviations(const float *x, const lanes center, const group *g, sums *result) {
  long i = 0;
  if (g->plane >= STRIPE) {
    stripe first = {0}, second = {0}, middle = CONST_STRIPE_AT(center);
    for (; i + STRIPE <= g->plane; i += STRIPE) {
      stripe d = CONST_STRIPE_AT(x + i) - middle;
      first += d;
      second += d * d;
    }
    lanes a, b;
    STRIPE_AT(a) = first;
    STRIPE_AT(b) = second;
    add_lanes(a, b, g, result);
  }
  for (; i < g->plane; i++) {
    float d = x[i] - center[i % STRIPE];
    result->first[i % g->block] += (double)d;
    result->second[i % g->block] += (double)(d * d);
  }
}

// Mean and variance of a block's channels. The mean of one image takes the place of the batch's,
// which is known at the end only: it is at most as many variances away from it, squared, as there
// are images, so that no more digits are lost than they have.
INLINE void find_moments(const float *x, const group *g, float *mean, float *variance) {
  lanes center = {0};
  float centers[MAX_BLOCK] = {0};
  sums one = {{0}, {0}}, all = {{0}, {0}};
  double pixels = (double)(g->plane / g->block), count = pixels * (double)g->images;
  add_deviations(x + g->start, center, g, &one);
  for (long c = 0; c < g->channels; c++) centers[c] = (float)(one.first[c] / pixels);
  spread(centers, g, center);
  for (long n = 0; n < g->images; n++)
    add_deviations(x + g->start + n * g->step, center, g, &all);
  for (long c = 0; c < g->channels; c++) {
    mean[c] = (float)((double)centers[c] + all.first[c] / count);
    variance[c] = (float)(fmax(all.second[c] - all.first[c] * all.first[c] / count, 0) / count);
  }
}

VARIANTS
void nsl_batch_moments(const float *x, float *mean, float *variance, nsl_tensor_shape shape) {
  for (long index = 0; index * shape.block < shape.channels; index++) {
    group g = group_of(&shape, index);
    find_moments(x, &g, mean + g.channel, variance + g.channel);
  }
}

// The normalization of one block: (x - center) * scale + shift.
typedef struct {
  lanes center, scale, shift;
} transform;

INLINE void transform_of(const nsl_normalization *n, const group *g, transform *result) {
  float scale[MAX_BLOCK];
  for (long c = 0; c < g->channels; c++)
    scale[c] = n->gamma[g->channel + c] / sqrtf(n->variance[g->channel + c] + n->epsilon);
  spread(n->mean + g->channel, g, result->center);
  spread(scale, g, result->scale);
  spread(n->beta + g->channel, g, result->shift);
}

#define TRANSFORMED(x, center, scale, shift) (((x) - (center)) * (scale) + (shift))

INLINE void normalize(
    const float *x, const float *residual, int relu, float *y, const transform *t, long count) {
  stripe center = CONST_STRIPE_AT(t->center), scale = CONST_STRIPE_AT(t->scale);
  stripe shift = CONST_STRIPE_AT(t->shift), zero = {0};
  long i = 0;
  for (; i + STRIPE <= count; i += STRIPE) {
    stripe v = TRANSFORMED(CONST_STRIPE_AT(x + i), center, scale, shift);
    if (residual) v += CONST_STRIPE_AT(residual + i);
    if (relu) v = CHOSEN(~(v < zero), v);  // what is not a number stays so
    STRIPE_AT(y + i) = v;
  }
  for (long l = 0; i < count; i++, l++) {
    float v = TRANSFORMED(x[i], t->center[l], t->scale[l], t->shift[l]);
    if (residual) v += residual[i];
    y[i] = relu && v < 0 ? 0 : v;
  }
}

VARIANTS
void nsl_batch_normalization(
    const nsl_normalization *n, int finds_moments, const float *x, const float *residual, int relu,
    float *y, nsl_tensor_shape shape) {
  for (long index = 0; index * shape.block < shape.channels; index++) {
    group g = group_of(&shape, index);
    if (finds_moments) find_moments(x, &g, n->mean + g.channel, n->variance + g.channel);
    transform t;
    transform_of(n, &g, &t);
    for (long image = 0; image < g.images; image++) {
      long start = g.start + image * g.step;
      const float *more = residual ? residual + start : NULL;
      if (more && relu) normalize(x + start, more, 1, y + start, &t, g.plane);
      else if (more) normalize(x + start, more, 0, y + start, &t, g.plane);
      else if (relu) normalize(x + start, NULL, 1, y + start, &t, g.plane);
      else normalize(x + start, NULL, 0, y + start, &t, g.plane);
    }
  }
}

// One plane's gradients. The one that comes in, dy, is let through where ReLU let its argument
// through: `gate` says how that is known. `gated`, where it is given, gets what was let through.
typedef struct {
  const float *x, *dy, *result;
  float *gated;
} incoming;

// dy of a stripe, or of one element, as it is let through.
#define GATED(comparison, chosen, in, i, x, t_center, t_scale, t_shift, load) \
  (gate == nsl_gate_sign \
       ? chosen(TRANSFORMED(x, t_center, t_scale, t_shift) comparison, load((in)->dy + (i))) \
   : gate == nsl_gate_result ? chosen(load((in)->result + (i)) comparison, load((in)->dy + (i))) \
                             : load((in)->dy + (i)))
#define ELEMENT_AT(address) (*(address))
#define CHOSEN_ELEMENT(comparison, value) ((comparison) ? (value) : 0)

// Adds the sums of what is let through, and of its products with x - center.
INLINE void add_gradients(
    int gate, const incoming *in, const transform *t, const group *g, sums *result) {
  long i = 0;
  if (g->plane >= STRIPE) {
    stripe first = {0}, second = {0}, zero = {0}, center = CONST_STRIPE_AT(t->center);
    stripe scale = CONST_STRIPE_AT(t->scale), shift = CONST_STRIPE_AT(t->shift);
    for (; i + STRIPE <= g->plane; i += STRIPE) {
      stripe x = CONST_STRIPE_AT(in->x + i);
      stripe dy = GATED(> zero, CHOSEN, in, i, x, center, scale, shift, CONST_STRIPE_AT);
      first += dy;
      second += dy * (x - center);
      if (in->gated) STRIPE_AT(in->gated + i) = dy;
    }
    lanes a, b;
    STRIPE_AT(a) = first;
    STRIPE_AT(b) = second;
    add_lanes(a, b, g, result);
  }
  for (; i < g->plane; i++) {
    long l = i % STRIPE;
    float x = in->x[i];
    float dy = GATED(
        > 0, CHOSEN_ELEMENT, in, i, x, t->center[l], t->scale[l], t->shift[l], ELEMENT_AT);
    result->first[i % g->block] += (double)dy;
    result->second[i % g->block] += (double)(dy * (x - t->center[l]));
    if (in->gated) in->gated[i] = dy;
  }
}

// dx = factor * dy + slope * (x - center) + offset, by channel; the last two are the way through the
// moments, which there is where `slope` is given.
typedef struct {
  lanes factor, slope, offset;
} combination;

INLINE void combine(
    int gate, int through_moments, const incoming *in, const transform *t, const combination *c,
    float *dx, long count) {
  stripe center = CONST_STRIPE_AT(t->center), scale = CONST_STRIPE_AT(t->scale);
  stripe shift = CONST_STRIPE_AT(t->shift), factor = CONST_STRIPE_AT(c->factor), zero = {0};
  stripe slope = CONST_STRIPE_AT(c->slope), offset = CONST_STRIPE_AT(c->offset);
  long i = 0;
  for (; i + STRIPE <= count; i += STRIPE) {
    stripe x = CONST_STRIPE_AT(in->x + i);
    stripe dy = GATED(> zero, CHOSEN, in, i, x, center, scale, shift, CONST_STRIPE_AT);
    stripe v = factor * dy;
    if (through_moments) v += slope * (x - center) + offset;
    STRIPE_AT(dx + i) = v;
  }
  for (long l = 0; i < count; i++, l++) {
    float x = in->x[i];
    float dy = GATED(
        > 0, CHOSEN_ELEMENT, in, i, x, t->center[l], t->scale[l], t->shift[l], ELEMENT_AT);
    float v = c->factor[l] * dy;
    if (through_moments) v += c->slope[l] * (x - t->center[l]) + c->offset[l];
    dx[i] = v;
  }
}

// Gradients of one block of channels.
INLINE void group_gradient(
    int gate, int through_moments, const nsl_normalization *n,
    const nsl_normalization_gradient *to, const incoming *in, const group *g) {
  transform t;
  transform_of(n, g, &t);
  sums s = {{0}, {0}};
  for (long image = 0; image < g->images; image++) {
    long start = g->start + image * g->step;
    incoming part = {
        in->x + start, in->dy + start, in->result ? in->result + start : NULL,
        in->gated ? in->gated + start : NULL};
    add_gradients(gate, &part, &t, g, &s);
  }
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
  for (long image = 0; image < g->images; image++) {
    long start = g->start + image * g->step;
    // What was let through is known by now.
    const float *dy = in->gated ? in->gated : in->dy;
    incoming part = {in->x + start, dy + start, NULL, NULL};
    if (gate == nsl_gate_sign)
      combine(nsl_gate_sign, through_moments, &part, &t, &k, to->input + start, g->plane);
    else
      combine(nsl_gate_none, through_moments, &part, &t, &k, to->input + start, g->plane);
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
