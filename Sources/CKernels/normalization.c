// Batch normalization, with what follows it: a sum and ReLU.
//
// Channels come one after the other, a block of them at a time, so that the second walk over a block
// finds in the cache what the first one brought there.
#include "normalization.h"

// The sums of x - center and of its square over so many images.
INLINE void sum_deviations(
    const float *x, const lanes by_lane, long images, const group *g, sums *result) {
  stripe first = {0}, second = {0}, center = CONST_STRIPE_AT(by_lane);
  long count = 0;
  for (long n = 0; n < images; n++) {
#define BODY(i, rest) \
  { \
    stripe d; \
    load_before(x + i, rest, by_lane, &d); \
    d -= center; \
    first += d; \
    second += d * d; \
    count++; \
  }
    FOR_STRIPES(i, g->start + n * g->step, g->plane, BODY);
#undef BODY
    fold(&first, &second, &count, MOST_FLOATS, g, result);
  }
  fold(&first, &second, &count, 1, g, result);
}

// Mean and variance of a block's channels. The mean of one image takes the place of the batch's,
// which is known at the end only: it is at most as many variances away from it, squared, as there
// are images, so that no more digits are lost than they have.
INLINE void find_moments(const float *x, const group *g, float *mean, float *variance) {
  lanes center = {0};
  float centers[MAX_BLOCK] = {0};
  sums one = {{0}, {0}}, all = {{0}, {0}};
  double pixels = (double)(g->plane / g->block), count = pixels * (double)g->images;
  sum_deviations(x, center, 1, g, &one);
  for (long c = 0; c < g->channels; c++) centers[c] = (float)(one.first[c] / pixels);
  spread(centers, g, center);
  sum_deviations(x, center, g->images, g, &all);
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

INLINE void normalize(
    const float *x, const float *residual, int relu, float *y, const transform *t, const group *g) {
  stripe center = CONST_STRIPE_AT(t->center), scale = CONST_STRIPE_AT(t->scale);
  stripe shift = CONST_STRIPE_AT(t->shift), zero = {0}, v, more;
#define BODY(i, rest) \
  { \
    load(x + i, rest, &v); \
    v = (v - center) * scale + shift; \
    if (residual) { \
      load(residual + i, rest, &more); \
      v += more; \
    } \
    if (relu) v = CHOSEN(~(v < zero), v); /* what is not a number stays so */ \
    store(&v, rest, y + i); \
  }
  for (long n = 0; n < g->images; n++)
    FOR_STRIPES(i, g->start + n * g->step, g->plane, BODY);
#undef BODY
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
    if (residual && relu) normalize(x, residual, 1, y, &t, &g);
    else if (residual) normalize(x, residual, 0, y, &t, &g);
    else if (relu) normalize(x, NULL, 1, y, &t, &g);
    else normalize(x, NULL, 0, y, &t, &g);
  }
}
