#include <float.h>
#include <string.h>

#include "layers.h"
#include "vector.h"

// What of a window lies inside the input: rows [top, bottom), columns [left, right).
typedef struct {
  long top, bottom, left, right;
} inside;

INLINE inside part(long h, long w, const nsl_tensor_shape *in, const nsl_pooling_window *window) {
  long top = h * window->stride_height - window->padding_height;
  long left = w * window->stride_width - window->padding_width;
  inside result = {top, top + window->kernel_height, left, left + window->kernel_width};
  if (result.top < 0) result.top = 0;
  if (result.left < 0) result.left = 0;
  if (result.bottom > in->height) result.bottom = in->height;
  if (result.right > in->width) result.right = in->width;
  return result;
}

INLINE long planes(const nsl_tensor_shape *shape) {
  return shape->batch * ((shape->channels + shape->block - 1) / shape->block);
}

VARIANTS
void nsl_average_pooling(
    const float *input, float *result, nsl_tensor_shape in, nsl_tensor_shape out,
    nsl_pooling_window window) {
  for (long b = 0; b < planes(&in); b++, input += in.height * in.width * in.block) {
    for (long h = 0; h < out.height; h++) {
      for (long w = 0; w < out.width; w++, result += in.block) {
        inside p = part(h, w, &in, &window);
        float sums[16] = {0};
        for (long r = p.top; r < p.bottom; r++)
          for (long s = p.left; s < p.right; s++)
            for (long l = 0; l < in.block; l++)
              sums[l] += input[(r * in.width + s) * in.block + l];
        float count = (float)((p.bottom - p.top) * (p.right - p.left));
        for (long l = 0; l < in.block; l++) result[l] = sums[l] / count;
      }
    }
  }
}

VARIANTS
void nsl_average_pooling_gradient(
    const float *gradient, float *result, nsl_tensor_shape in, nsl_tensor_shape out,
    nsl_pooling_window window) {
  long plane = in.height * in.width * in.block;
  for (long b = 0; b < planes(&in); b++, result += plane) {
    memset(result, 0, (size_t)plane * sizeof(float));
    for (long h = 0; h < out.height; h++) {
      for (long w = 0; w < out.width; w++, gradient += in.block) {
        inside p = part(h, w, &in, &window);
        float count = (float)((p.bottom - p.top) * (p.right - p.left));
        float share[16] = {0};
        for (long l = 0; l < in.block; l++) share[l] = gradient[l] / count;
        for (long r = p.top; r < p.bottom; r++)
          for (long s = p.left; s < p.right; s++)
            for (long l = 0; l < in.block; l++)
              result[(r * in.width + s) * in.block + l] += share[l];
      }
    }
  }
}

VARIANTS
void nsl_window_max_pooling(
    const float *input, float *result, int32_t *places, nsl_tensor_shape in, nsl_tensor_shape out,
    nsl_pooling_window window) {
  for (long b = 0; b < planes(&in); b++, input += in.height * in.width * in.block) {
    for (long h = 0; h < out.height; h++) {
      for (long w = 0; w < out.width; w++, result += in.block, places += in.block) {
        inside p = part(h, w, &in, &window);
        for (long l = 0; l < in.block; l++) {
          // The first of equals stays; where all are not numbers, the first.
          int32_t place = (int32_t)(p.top * in.width + p.left);
          float best = input[place * in.block + l];
          for (long r = p.top; r < p.bottom; r++) {
            for (long s = p.left; s < p.right; s++) {
              float x = input[(r * in.width + s) * in.block + l];
              if (x > best) best = x, place = (int32_t)(r * in.width + s);
            }
          }
          result[l] = best;
          places[l] = place;
        }
      }
    }
  }
}

void nsl_window_max_pooling_gradient(
    const float *gradient, const int32_t *places, float *result, nsl_tensor_shape in,
    nsl_tensor_shape out) {
  long plane = in.height * in.width * in.block, pixels = out.height * out.width;
  for (long b = 0; b < planes(&in); b++, result += plane) {
    memset(result, 0, (size_t)plane * sizeof(float));
    for (long i = 0; i < pixels; i++, gradient += in.block, places += in.block)
      for (long l = 0; l < in.block; l++) result[places[l] * in.block + l] += gradient[l];
  }
}
