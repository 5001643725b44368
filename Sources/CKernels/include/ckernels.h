// The loops that neither oneDNN nor Swift's optimizer do well, in portable C, compiled for several
// instruction sets.
#ifndef NSL_CKERNELS_H
#define NSL_CKERNELS_H

#include <stddef.h>

// Named here so that a build that knew the folder without it looks again.
#include "layers.h"
#include "places.h"
#include "pool.h"

// Which variant of a kernel runs. AVX-512 works on 16 floats at once, the others on 8; tensors in
// blocks of channels must have blocks of a multiple of that.
typedef enum { nsl_generic, nsl_avx2, nsl_avx512 } nsl_instruction_set;

// A convolution with steps of 1. `block` is B of the layout nChwBc: 8 or 16.
typedef struct {
  long batch, outputs, inputs, height, width;
  long kernel_height, kernel_width, padding_height, padding_width, block;
} nsl_convolution_shape;

// Pooling without padding on `blocks` planes [H, W, B]: images times blocks of channels.
typedef struct {
  long blocks, height, width, block;
  long kernel_height, kernel_width, stride_height, stride_width;
} nsl_pooling_shape;

// The maxima, [H', W', B] per plane, with ReLU where `relu` is not 0, and the place of each in its
// window, row-major from 0.
void nsl_max_pooling(
    nsl_instruction_set set, const float *input, int relu, float *result, unsigned char *places,
    nsl_pooling_shape shape);

// Sends each element of `gradient` to the place of its maximum; all others are 0. With `gate`, ReLU's
// result, an element counts only where that is above 0.
void nsl_max_pooling_gradient(
    nsl_instruction_set set, const float *gradient, const float *gate, const unsigned char *places,
    float *result, nsl_pooling_shape shape);

// Gradients of a convolution of few input channels: at its input (`dx`, from `weights`), or at its
// weights and bias (`dw`, `db`, from `input`), or both; null pointers are left out. Those at the
// weights are for kernels of 3x3 only.
//
// input, dx: [N, I, H, W]; gradient: [N, O/B, H', W', B]; weights, dw: [O, I, R, S]; db: [O].
// gradient and scratch on boundaries of 64 bytes; channels that only fill up the last block are zero.
// With `gate`, ReLU's result, `gradient` counts only where that is above 0. With `pooling` (of one
// image's planes) `gradient` and `places` are those behind a max-pooling.
void nsl_convolution_gradients(
    nsl_instruction_set set, const float *input, const float *gradient, const float *gate,
    const unsigned char *places, const nsl_pooling_shape *pooling, const float *weights, float *dx,
    float *dw, float *db, float *scratch, nsl_convolution_shape shape);

// Floats of scratch memory for that.
long nsl_convolution_scratch(nsl_instruction_set set, nsl_convolution_shape shape);

// 3x3 convolutions by Winograd's algorithm F(4x4, 3x3): channels in multiples of B on both sides, B
// the vector's floats. Weights are transformed beforehand: [O, I, 3, 3] -> [36, I, O], or, for
// gradients, `transposed`: [36, O, I].
void nsl_winograd_weights(
    nsl_instruction_set set, const float *weights, int transposed, float *result, long inputs,
    long outputs);

// Floats of the transformed weights: between the 36 matrices there are gaps.
long nsl_winograd_weights_count(long inputs, long outputs);

// x: [N, I/B, H, W, B]; bias: [O]; y: [N, O/B, H', W', B], the sum with `residual` where that is
// given (it may be y), and with ReLU where `relu` is not 0.
void nsl_winograd_forward(
    nsl_instruction_set set, const float *x, const float *transformed, const float *bias,
    const float *residual, int relu, float *y, float *scratch, nsl_convolution_shape shape);

// Gradients at x (`dx`, from `transformed`), or at weights and bias (`dw`: [O, I, 3, 3] and `db`,
// from `x`), or both; null pointers are left out. `residual` is added to the one at x, and may be dx.
// With `gate`, ReLU's result, dy counts only where that is above 0.
void nsl_winograd_gradients(
    nsl_instruction_set set, const float *x, const float *dy, const float *gate,
    const float *transformed, const float *residual, float *dx, float *dw, float *db,
    float *scratch, nsl_convolution_shape shape);

// Floats of scratch memory for these two.
long nsl_winograd_scratch(nsl_convolution_shape shape);

// One update of Adam, `count` elements of each; `rest1` and `rest2` are 1 - beta. Multiplications and
// additions are rounded one by one, so that every variant gives the same bits. In C because Swift's
// optimizer does not make vectors of square roots.
void nsl_adam(
    float *weights, const float *gradient, float *first, float *second, size_t count, float alpha,
    float rest1, float rest2, float epsilon);

#endif
