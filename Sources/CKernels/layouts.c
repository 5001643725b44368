// Copies from one order of a tensor's elements to another.
#include <string.h>

#include "ckernels.h"
#include "shapes.h"
#include "vector.h"

void nsl_to_blocks(const float *input, float *result, nsl_tensor_shape shape) {
  long places = shape.height * shape.width, plane = places * NSL_BLOCK;
  if (shape.channels % NSL_BLOCK != 0)
    memset(result, 0, (size_t)(shape.batch * nsl_blocks(shape.channels) * plane) * sizeof(float));
  for (long n = 0; n < shape.batch; n++)
    for (long c = 0; c < shape.channels; c++, input += places) {
      float *to = result + (n * nsl_blocks(shape.channels) + c / NSL_BLOCK) * plane + c % NSL_BLOCK;
      for (long p = 0; p < places; p++) to[p * NSL_BLOCK] = input[p];
    }
}

void nsl_from_blocks(const float *input, float *result, nsl_tensor_shape shape) {
  long places = shape.height * shape.width, plane = places * NSL_BLOCK;
  for (long n = 0; n < shape.batch; n++)
    for (long c = 0; c < shape.channels; c++, result += places) {
      const float *from = input + (n * nsl_blocks(shape.channels) + c / NSL_BLOCK) * plane + c % NSL_BLOCK;
      for (long p = 0; p < places; p++) result[p] = from[p * NSL_BLOCK];
    }
}

// The place of channel c at pixel p of example n.
INLINE long place(const nsl_tensor_shape *shape, long n, long c, long p) {
  long groups = (shape->channels + shape->block - 1) / shape->block;
  return ((n * groups + c / shape->block) * shape->height * shape->width + p) * shape->block
         + c % shape->block;
}

void nsl_flatten(const float *input, float *result, nsl_tensor_shape shape) {
  for (long n = 0; n < shape.batch; n++)
    for (long p = 0; p < shape.height * shape.width; p++)
      for (long c = 0; c < shape.channels; c++) *result++ = input[place(&shape, n, c, p)];
}

void nsl_unflatten(const float *input, float *result, nsl_tensor_shape shape) {
  long groups = (shape.channels + shape.block - 1) / shape.block;
  long count = shape.batch * groups * shape.height * shape.width * shape.block;
  memset(result, 0, (size_t)count * sizeof(float));
  for (long n = 0; n < shape.batch; n++)
    for (long p = 0; p < shape.height * shape.width; p++)
      for (long c = 0; c < shape.channels; c++) result[place(&shape, n, c, p)] = *input++;
}
