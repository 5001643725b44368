#include <math.h>
#include <string.h>

#include "layers.h"
#include "vector.h"

#define MAX_BLOCK 16

// Sums of one plane by lane: lanes are channels where channels are blocked, else neighbours.
typedef struct {
  float first[MAX_BLOCK], second[MAX_BLOCK];
} sums;

// What is summed: x - center and its square; dy and dy * (x - center).
enum { moments, gradients };

INLINE void sum_plane(
    int what, const float *x, const float *dy, const float *center, long count, long lanes,
    sums *result) {
  float first[MAX_BLOCK] = {0}, second[MAX_BLOCK] = {0};
  long i = 0;
  for (; i + lanes <= count; i += lanes) {
    for (long l = 0; l < lanes; l++) {
      float d = x[i + l] - center[l];
      first[l] += what == moments ? d : dy[i + l];
      second[l] += (what == moments ? d : dy[i + l]) * d;
    }
  }
  for (long l = 0; i < count; i++, l++) {
    float d = x[i] - center[l];
    first[l] += what == moments ? d : dy[i];
    second[l] += (what == moments ? d : dy[i]) * d;
  }
  memcpy(result->first, first, sizeof first);
  memcpy(result->second, second, sizeof second);
}

// The mean of each channel of a block in one image.
INLINE void center_of(const float *x, long count, long block, float *centers) {
  sums part;
  float zeros[MAX_BLOCK] = {0}, total = 0;
  sum_plane(moments, x, x, zeros, count, block == 1 ? MAX_BLOCK : block, &part);
  for (long l = 0; l < MAX_BLOCK; l++) total += part.first[l];
  for (long l = 0; l < MAX_BLOCK; l++)
    centers[l] = (block == 1 ? total : part.first[l]) / (float)(count / block);
}

// For moments: the sum of x, and of the squares of its deviations from the mean. One image's mean
// takes the place of the batch's, which is known at the end only: it is at most as many variances
// away from it, squared, as there are images, so that no more digits are lost than they have.
INLINE void sum_channels(
    int what, const float *x, const float *dy, const float *center, double *first, double *second,
    const nsl_tensor_shape *shape, long block) {
  long groups = (shape->channels + block - 1) / block;
  long plane = shape->height * shape->width * block;
  double count = (double)(shape->batch * shape->height * shape->width);
  for (long g = 0; g < groups; g++) {
    double totals[2][MAX_BLOCK] = {{0}};
    float centers[MAX_BLOCK] = {0};
    if (what == moments) {
      center_of(x + g * plane, plane, block, centers);
    } else {
      for (long l = 0; l < MAX_BLOCK; l++) {
        long channel = block == 1 ? g : g * block + l;
        centers[l] = channel < shape->channels ? center[channel] : 0;
      }
    }
    for (long n = 0; n < shape->batch; n++) {
      long start = (n * groups + g) * plane;
      sums part;
      sum_plane(
          what, x + start, dy + start, centers, plane, block == 1 ? MAX_BLOCK : block, &part);
      for (long l = 0; l < MAX_BLOCK; l++) {
        totals[0][l] += (double)part.first[l];
        totals[1][l] += (double)part.second[l];
      }
    }
    if (block == 1) {
      for (long l = 1; l < MAX_BLOCK; l++) {
        totals[0][0] += totals[0][l];
        totals[1][0] += totals[1][l];
      }
    }
    for (long l = 0; l < block && g * block + l < shape->channels; l++) {
      double sum = totals[0][l], squares = totals[1][l];
      first[g * block + l] = what == moments ? sum + count * (double)centers[l] : sum;
      second[g * block + l] = what == moments ? fmax(squares - sum * sum / count, 0) : squares;
    }
  }
}

// By channel, into `first` and `second`.
INLINE void sum_by_block(
    int what, const float *x, const float *dy, const float *center, double *first, double *second,
    const nsl_tensor_shape *shape) {
  if (shape->block == 16) sum_channels(what, x, dy, center, first, second, shape, 16);
  else if (shape->block == 8) sum_channels(what, x, dy, center, first, second, shape, 8);
  else sum_channels(what, x, dy, center, first, second, shape, 1);
}

VARIANTS
void nsl_batch_moments(
    const float *input, double *scratch, float *mean, float *variance, nsl_tensor_shape shape) {
  double *first = scratch, *second = scratch + shape.channels;
  double count = (double)(shape.batch * shape.height * shape.width);
  sum_by_block(moments, input, input, NULL, first, second, &shape);
  for (long c = 0; c < shape.channels; c++) {
    mean[c] = (float)(first[c] / count);
    variance[c] = (float)(second[c] / count);
  }
}

// result = a[c] * (x - b[c]) + d[c] * dy + e[c], the channels of one block at a time.
typedef struct {
  float scale[MAX_BLOCK], center[MAX_BLOCK], factor[MAX_BLOCK], shift[MAX_BLOCK];
} lanes;

INLINE void combine_plane(
    const float *x, const float *dy, float *result, const lanes *c, long pixels, long block) {
  for (long i = 0; i < pixels * block; i += block) {
    for (long l = 0; l < block; l++) {
      float value = c->scale[l] * (x[i + l] - c->center[l]) + c->shift[l];
      result[i + l] = dy ? value + c->factor[l] * dy[i + l] : value;
    }
  }
}

INLINE void combine(
    const float *x, const float *dy, float *result, const lanes *c, long pixels, long block) {
  if (block == 16) combine_plane(x, dy, result, c, pixels, 16);
  else if (block == 8) combine_plane(x, dy, result, c, pixels, 8);
  else combine_plane(x, dy, result, c, pixels, 1);
}

VARIANTS
void nsl_batch_normalization(
    const float *input, const float *gamma, const float *beta, const float *mean,
    const float *variance, float epsilon, float *result, nsl_tensor_shape shape) {
  long groups = (shape.channels + shape.block - 1) / shape.block;
  long pixels = shape.height * shape.width, plane = pixels * shape.block;
  for (long g = 0; g < groups; g++) {
    lanes c = {{0}, {0}, {0}, {0}};
    for (long l = 0; l < shape.block && g * shape.block + l < shape.channels; l++) {
      long channel = g * shape.block + l;
      c.scale[l] = gamma[channel] / sqrtf(variance[channel] + epsilon);
      c.center[l] = mean[channel];
      c.shift[l] = beta[channel];
    }
    for (long n = 0; n < shape.batch; n++) {
      long start = (n * groups + g) * plane;
      combine(input + start, NULL, result + start, &c, pixels, shape.block);
    }
  }
}

VARIANTS
void nsl_batch_normalization_gradient(
    const float *input, const float *gamma, const float *mean, const float *variance,
    const float *gradient, float epsilon, int through_moments, double *scratch, float *result,
    float *gamma_gradient, float *beta_gradient, nsl_tensor_shape shape) {
  double *first = scratch, *second = scratch + shape.channels;
  double count = (double)(shape.batch * shape.height * shape.width);
  sum_by_block(gradients, input, gradient, mean, first, second, &shape);
  long groups = (shape.channels + shape.block - 1) / shape.block;
  long pixels = shape.height * shape.width, plane = pixels * shape.block;
  for (long g = 0; g < groups; g++) {
    lanes c = {{0}, {0}, {0}, {0}};
    for (long l = 0; l < shape.block && g * shape.block + l < shape.channels; l++) {
      long channel = g * shape.block + l;
      double inverse = 1 / sqrt((double)variance[channel] + (double)epsilon);
      beta_gradient[channel] = (float)first[channel];
      gamma_gradient[channel] = (float)(second[channel] * inverse);
      double factor = (double)gamma[channel] * inverse;
      c.factor[l] = (float)factor;
      if (!through_moments) continue;
      c.center[l] = mean[channel];
      c.scale[l] = (float)(-factor * second[channel] * inverse * inverse / count);
      c.shift[l] = (float)(-factor * first[channel] / count);
    }
    for (long n = 0; n < shape.batch; n++) {
      long start = (n * groups + g) * plane;
      combine(input + start, gradient + start, result + start, &c, pixels, shape.block);
    }
  }
}
