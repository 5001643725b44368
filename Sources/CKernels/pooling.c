#include <string.h>

#include "ckernels.h"
#include "vector.h"

// The maxima of one plane; the window's extents are constants at the call that matters.
INLINE void pool(
    const float *input, float *result, unsigned char *places, const nsl_pooling_shape *shape,
    long R, long S) {
  long block = shape->block, out_height = (shape->height - R) / shape->stride_height + 1;
  long out_width = (shape->width - S) / shape->stride_width + 1;
  for (long h = 0; h < out_height; h++) {
    for (long w = 0; w < out_width; w++, result += block, places += block) {
      const float *corner =
          input + (h * shape->stride_height * shape->width + w * shape->stride_width) * block;
      for (long lane = 0; lane < block; lane += LANES) {
        vector best = *(const vector *)(corner + lane);
        mask place = {0};
        for (long r = 0; r < R; r++) {
          for (long s = 0; s < S; s++) {
            vector x = *(const vector *)(corner + (r * shape->width + s) * block + lane);
            mask larger = x > best;  // the first of equals stays
            best = (vector)(((mask)x & larger) | ((mask)best & ~larger));
            place = ((mask){0} + (int)(r * S + s) & larger) | (place & ~larger);
          }
        }
        *(vector *)(result + lane) = best;
        *(bytes *)(places + lane) = __builtin_convertvector(place, bytes);
      }
    }
  }
}

INLINE void spread(
    const float *gradient, const unsigned char *places, float *result,
    const nsl_pooling_shape *shape, long R, long S) {
  long block = shape->block, out_height = (shape->height - R) / shape->stride_height + 1;
  long out_width = (shape->width - S) / shape->stride_width + 1;
  for (long h = 0; h < out_height; h++) {
    for (long w = 0; w < out_width; w++, gradient += block, places += block) {
      float *corner =
          result + (h * shape->stride_height * shape->width + w * shape->stride_width) * block;
      for (long lane = 0; lane < block; lane += LANES) {
        mask dy = *(const mask *)(gradient + lane);
        mask place = __builtin_convertvector(*(const bytes *)(places + lane), mask);
        for (long r = 0; r < R; r++) {
          for (long s = 0; s < S; s++) {
            vector *x = (vector *)(corner + (r * shape->width + s) * block + lane);
            *x += (vector)(dy & (place == (int)(r * S + s)));
          }
        }
      }
    }
  }
}

VARIANTS
void nsl_max_pooling(
    const float *input, float *result, unsigned char *places, nsl_pooling_shape shape) {
  long out = ((shape.height - shape.kernel_height) / shape.stride_height + 1)
             * ((shape.width - shape.kernel_width) / shape.stride_width + 1) * shape.block;
  for (long b = 0; b < shape.blocks; b++) {
    const float *plane = input + b * shape.height * shape.width * shape.block;
    if (shape.kernel_height == 2 && shape.kernel_width == 2)
      pool(plane, result + b * out, places + b * out, &shape, 2, 2);
    else
      pool(
          plane, result + b * out, places + b * out, &shape, shape.kernel_height,
          shape.kernel_width);
  }
}

VARIANTS
void nsl_max_pooling_gradient(
    const float *gradient, const unsigned char *places, float *result, nsl_pooling_shape shape) {
  long out = ((shape.height - shape.kernel_height) / shape.stride_height + 1)
             * ((shape.width - shape.kernel_width) / shape.stride_width + 1) * shape.block;
  for (long b = 0; b < shape.blocks; b++) {
    long in = shape.height * shape.width * shape.block;
    float *plane = result + b * in;
    // A plane fits into the first cache levels: clearing it first costs next to nothing.
    memset(plane, 0, (size_t)in * sizeof(float));
    if (shape.kernel_height == 2 && shape.kernel_width == 2)
      spread(gradient + b * out, places + b * out, plane, &shape, 2, 2);
    else
      spread(
          gradient + b * out, places + b * out, plane, &shape, shape.kernel_height,
          shape.kernel_width);
  }
}
