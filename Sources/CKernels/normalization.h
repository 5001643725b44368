// What batch normalization and its gradient share: walks over one block of channels in all images.
#ifndef NSL_CKERNELS_NORMALIZATION_H
#define NSL_CKERNELS_NORMALIZATION_H

#include <math.h>
#include <string.h>

#include "layers.h"
#include "vector.h"

#define MAX_BLOCK 16

// One number for each element of a stripe. What belongs to a channel is the same in all stripes of
// its plane, for a stripe holds whole blocks.
typedef float lanes[STRIPE];

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

// Walks are made of a body for one stripe, of which `rest` elements are left of the plane: STRIPE in
// all calls but the last, where the optimizer sees that nothing is to be cut.
#define FOR_STRIPES(i, from, count, BODY) \
  do { \
    long i = (from), end_ = (from) + (count); \
    for (; i + STRIPE <= end_; i += STRIPE) BODY(i, STRIPE); \
    if (i < end_) BODY(i, end_ - i); \
  } while (0)

// A stripe with the elements of `others` behind those that are left.
INLINE void load_before(const float *from, long rest, const lanes others, stripe *result) {
  if (rest >= STRIPE) {
    *result = CONST_STRIPE_AT(from);
    return;
  }
  lanes part;
  memcpy(part, others, sizeof part);
  memcpy(part, from, (size_t)rest * sizeof(float));
  *result = CONST_STRIPE_AT(part);
}

// The same with zeros.
INLINE void load(const float *from, long rest, stripe *result) {
  static const lanes zeros = {0};
  load_before(from, rest, zeros, result);
}

INLINE void store(const stripe *from, long rest, float *to) {
  if (rest >= STRIPE) STRIPE_AT(to) = *from;
  else memcpy(to, from, (size_t)rest * sizeof(float));
}

// Two sums by channel: of floats, as long as they are few enough for that, then of these in double
// precision.
typedef struct {
  double first[MAX_BLOCK], second[MAX_BLOCK];
} sums;

#define MOST_FLOATS 512

// Adds the floats to `result` where many have come together, or in any case.
INLINE void fold(
    stripe *first, stripe *second, long *count, long most, const group *g, sums *result) {
  if (*count < most) return;
  lanes a, b;  // elements taken from the stripes themselves would keep them in memory
  STRIPE_AT(a) = *first;
  STRIPE_AT(b) = *second;
  for (long l = 0; l < STRIPE; l++) {
    result->first[l % g->block] += (double)a[l];
    result->second[l % g->block] += (double)b[l];
  }
  *first = *second = (stripe){0};
  *count = 0;
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

#endif
