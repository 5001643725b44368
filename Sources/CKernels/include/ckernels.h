// The arithmetic of layers, in portable C, compiled for several instruction sets that give the same
// bits: docs/engine.md, "Canonical arithmetic".
#ifndef NSL_CKERNELS_H
#define NSL_CKERNELS_H

#include <stddef.h>

// Named here so that a build that knew the folder without it looks again.
#include "layers.h"
#include "places.h"
#include "pool.h"

// Which variant of a kernel runs: AVX-512 works on 16 floats at once, AVX2 on 8. The generic one needs
// no instructions of its own; without fused multiply-add in the processor it is many times slower.
typedef enum { nsl_generic, nsl_avx2, nsl_avx512 } nsl_instruction_set;

// Whether the processor, and the system on it, can run a variant.
int nsl_can_run(nsl_instruction_set set);

// Activations [N, C, H, W] lie in blocks of so many channels: [N, C/16, H, W, 16]. Channels that only
// fill up the last block are 0. Memory in this layout begins on a boundary of 64 bytes.
#define NSL_BLOCK 16

// Whether a convolution of so few channels, images, reads them row-major.
static inline int nsl_reads_plain(long inputs) { return inputs <= 4; }

// A convolution; `padding` is above and left of the input.
typedef struct {
  long batch, outputs, inputs, height, width, out_height, out_width;
  long kernel_height, kernel_width, stride_height, stride_width, padding_height, padding_width;
} nsl_convolution_shape;

// Pooling without padding on `planes` planes [H, W, 16]: images times blocks of channels.
typedef struct {
  long planes, height, width;
  long kernel_height, kernel_width, stride_height, stride_width;
} nsl_pooling_shape;

// Weights [O, C, P] of a layer: P taps of a convolution's window, or places of what a dense layer
// reads. `blocked` says in which order that lies: [C/16, P, 16], or [C, P].
typedef struct {
  long outputs, channels, places;
  int blocked;
} nsl_weights_shape;

// A dense layer.
typedef struct {
  long batch;
  nsl_weights_shape weights;
} nsl_dense_shape;

// The maxima, [H', W', 16] per plane, with ReLU where `relu` is not 0, and the place of each in its
// window, row-major from 0.
void nsl_max_pooling(
    nsl_instruction_set set, const float *input, int relu, float *result, unsigned char *places,
    nsl_pooling_shape shape);

// Sends each element of `gradient` to the place of its maximum; all others are 0. With `gate`, ReLU's
// result, an element counts only where that is above 0.
void nsl_max_pooling_gradient(
    nsl_instruction_set set, const float *gradient, const float *gate, const unsigned char *places,
    float *result, nsl_pooling_shape shape);

// The rows of a product with such weights.
static inline long nsl_packed_rows(long channels, long places, int blocked) {
  return (blocked ? (channels + NSL_BLOCK - 1) / NSL_BLOCK * NSL_BLOCK : channels) * places;
}

// Floats of packed weights.
long nsl_packed_count(nsl_weights_shape shape, int transposed);

// Weights as products read them: with K rows, [O/16, K, 16], or, for gradients at the input,
// `transposed`: [K/16, O, 16], with whole blocks of outputs and rows.
void nsl_pack(
    nsl_instruction_set set, const float *weights, int transposed, float *result,
    nsl_weights_shape shape);

// x: [N, I/16, H, W, 16], or [N, I, H, W] where that is read plain; bias: [O];
// y: [N, O/16, H', W', 16], with ReLU where `relu` is not 0.
void nsl_convolution_forward(
    nsl_instruction_set set, const float *x, const float *packed, const float *bias, int relu,
    float *y, float *scratch, nsl_convolution_shape shape);

// Gradients at x (`dx`, in blocks, from transposed weights), or at weights and bias (`dw`, row-major,
// and `db`, from x), or both; null pointers are left out. `residual` is added to the one at x, and may
// be dx. With `gate`, ReLU's result, dy counts only where that is above 0.
void nsl_convolution_gradients(
    nsl_instruction_set set, const float *x, const float *dy, const float *gate,
    const float *packed, const float *residual, float *dx, float *dw, float *db, float *scratch,
    nsl_convolution_shape shape);

// Floats of scratch memory for these two.
long nsl_convolution_scratch(nsl_instruction_set set, nsl_convolution_shape shape);

// Gradients of a convolution with steps of 1 of images with few channels: at its input (`dx`,
// [N, I, H, W], from row-major `weights`), or at its weights and bias (`dw`, `db`, from `input`), or
// both; null pointers are left out. Those at the weights are for kernels of 3x3 only; the padding is
// less than the kernel, and the same on all sides.
//
// gradient: [N, O/16, H', W', 16]; channels that only fill up the last block are 0. With `gate`, ReLU's
// result, it counts only where that is above 0. With `pooling` (of one image's planes) `gradient` and
// `places` are those behind a max-pooling.
void nsl_few_channels_gradients(
    nsl_instruction_set set, const float *input, const float *gradient, const float *gate,
    const unsigned char *places, const nsl_pooling_shape *pooling, const float *weights, float *dx,
    float *dw, float *db, float *scratch, nsl_convolution_shape shape);

// Floats of scratch memory for that.
long nsl_few_channels_scratch(nsl_instruction_set set, nsl_convolution_shape shape);

// 3x3 convolutions by Winograd's algorithm F(4x4, 3x3): channels in multiples of 16 on both sides.
// Weights are transformed beforehand: [O, I, 3, 3] -> [36, I, O], or, for gradients, `transposed`:
// [36, O, I].
void nsl_winograd_weights(
    nsl_instruction_set set, const float *weights, int transposed, float *result, long inputs,
    long outputs);

// Floats of the transformed weights: between the 36 matrices there are gaps.
long nsl_winograd_weights_count(long inputs, long outputs);

// x: [N, I/16, H, W, 16]; bias: [O]; y: [N, O/16, H', W', 16], the sum with `residual` where that is
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

// x: [N, K], where K is [C/16, H, W, 16] or [C, H, W] as `shape` says; bias: [O]; y: [N, O].
void nsl_dense_forward(
    nsl_instruction_set set, const float *x, const float *packed, const float *bias, int relu,
    float *y, float *scratch, nsl_dense_shape shape);

// dy: [N, O]; dx: [N, K], from transposed weights.
void nsl_dense_input_gradient(
    nsl_instruction_set set, const float *dy, const float *packed, float *dx, float *scratch,
    nsl_dense_shape shape);

// dw: [O, C, H, W], row-major; db: [O].
void nsl_dense_weight_gradient(
    nsl_instruction_set set, const float *x, const float *dy, float *dw, float *db, float *scratch,
    nsl_dense_shape shape);

// Floats of scratch memory for these three.
long nsl_dense_scratch(nsl_instruction_set set, nsl_dense_shape shape);

// One update of Adam, `count` elements of each; `rest1` and `rest2` are 1 - beta. In C because Swift's
// optimizer does not make vectors of square roots.
void nsl_adam(
    float *weights, const float *gradient, float *first, float *second, size_t count, float alpha,
    float rest1, float rest2, float epsilon);

#endif
