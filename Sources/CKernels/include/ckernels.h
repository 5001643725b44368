// The loops that neither oneDNN nor Swift's optimizer do well, in portable C: the compiler makes a
// variant for each instruction set, and the loader picks the processor's.
#ifndef NSL_CKERNELS_H
#define NSL_CKERNELS_H

#include <stddef.h>

// A convolution with steps of 1. `block` is B of the gradient's layout nChwBc: 8 or 16.
typedef struct {
  long batch, outputs, inputs, height, width;
  long kernel_height, kernel_width, padding_height, padding_width, block;
} nsl_convolution_shape;

// Floats of scratch memory for `nsl_convolution_input_gradient`.
long nsl_packed_weights_count(long outputs, long inputs, long kernel_height, long kernel_width);

// Gradient of a convolution at its input.
//
// gradient: [N, O/B, H', W', B]; weights: [O, I, R, S]; result: [N, I, H, W]. All on boundaries of
// 32 bytes; channels that only fill up the last block are zero.
void nsl_convolution_input_gradient(
    const float *gradient, const float *weights, float *packed, float *result,
    nsl_convolution_shape shape);

// Gradients of a 3x3 convolution without padding at its weights and its bias.
//
// input: [N, I, H, W]; gradient: [N, O/B, H', W', B]; weights: [O, I, 3, 3]; bias: [O].
void nsl_convolution_parameter_gradient(
    const float *input, const float *gradient, float *weights, float *bias,
    nsl_convolution_shape shape);

// Pooling without padding on `blocks` planes [H, W, B]: images times blocks of channels.
typedef struct {
  long blocks, height, width, block;
  long kernel_height, kernel_width, stride_height, stride_width;
} nsl_pooling_shape;

// The maxima, [H', W', B] per plane, and the place of each in its window, row-major from 0.
void nsl_max_pooling(
    const float *input, float *result, unsigned char *places, nsl_pooling_shape shape);

// Sends each element of `gradient` to the place of its maximum; all others are 0.
void nsl_max_pooling_gradient(
    const float *gradient, const unsigned char *places, float *result, nsl_pooling_shape shape);

// One update of Adam, `count` elements of each; `rest1` and `rest2` are 1 - beta. Multiplications and
// additions are rounded one by one, so that every variant gives the same bits. In C because Swift's
// optimizer does not make vectors of square roots.
void nsl_adam(
    float *weights, const float *gradient, float *first, float *second, size_t count, float alpha,
    float rest1, float rest2, float epsilon);

#endif
