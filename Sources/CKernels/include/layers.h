// Layers' loops over activations in blocks of channels, in portable C.
#ifndef NSL_CKERNELS_LAYERS_H
#define NSL_CKERNELS_LAYERS_H

#include <stdint.h>

// [N, C/B, H, W, B] with B = 16, or row-major [N, C, H, W] with B = 1. Channels that only fill up the
// last block are zero, in arguments and in results.
typedef struct {
  long batch, channels, height, width, block;
} nsl_tensor_shape;

// Height and width of a window, of its steps, and of the border above and left of the input.
typedef struct {
  long kernel_height, kernel_width, stride_height, stride_width, padding_height, padding_width;
} nsl_pooling_window;

// The mean over what of each window lies inside the input; `result` has the extents of `out`.
void nsl_average_pooling(
    const float *input, float *result, nsl_tensor_shape in, nsl_tensor_shape out,
    nsl_pooling_window window);
void nsl_average_pooling_gradient(
    const float *gradient, float *result, nsl_tensor_shape in, nsl_tensor_shape out,
    nsl_pooling_window window);

// The largest of what of each window lies inside the input, and its place in the plane [H, W].
void nsl_window_max_pooling(
    const float *input, float *result, int32_t *places, nsl_tensor_shape in, nsl_tensor_shape out,
    nsl_pooling_window window);
void nsl_window_max_pooling_gradient(
    const float *gradient, const int32_t *places, float *result, nsl_tensor_shape in,
    nsl_tensor_shape out);

// Mean and (biased) variance of each channel over batch, height and width: [C].
void nsl_batch_moments(const float *x, float *mean, float *variance, nsl_tensor_shape shape);

// A batch normalization's numbers by channel: [C] each.
typedef struct {
  const float *gamma, *beta;
  float *mean, *variance;
  float epsilon;
} nsl_normalization;

// (x - mean) * gamma / sqrt(variance + epsilon) + beta, by channel; then the sum with `residual`
// where that is given, and ReLU where `relu` is not 0. y may be x or `residual`. `finds_moments`: mean
// and variance are found and written first; else they are read.
void nsl_batch_normalization(
    const nsl_normalization *n, int finds_moments, const float *x, const float *residual, int relu,
    float *y, nsl_tensor_shape shape);

// How it is known where ReLU behind the normalization let a number through.
enum nsl_gate {
  nsl_gate_none,    // there is no ReLU
  nsl_gate_sign,    // by the sign of the normalization's result, which is computed anew
  nsl_gate_result,  // by ReLU's own result, which is given
};

// Where the gradients go: [N, C, H, W] and [C].
typedef struct {
  float *input, *gamma, *beta;
} nsl_normalization_gradient;

// Gradients at x, gamma and beta; `through_moments` where mean and variance are those of x. With
// `nsl_gate_result`, `result` is ReLU's and `gated` gets what it lets through of `gradient`; both may
// be one tensor. So may `gradient` and the gradient at x.
void nsl_batch_normalization_gradient(
    const nsl_normalization *n, int through_moments, enum nsl_gate gate, const float *x,
    const float *gradient, const float *result, float *gated, nsl_normalization_gradient to,
    nsl_tensor_shape shape);

// Keeps an element times 1 / (1 - rate) or drops it, by a random number that its example's stream,
// its channel and its place name: the layout does not matter.
//
// streams: [N, 5]: three words of the counter and two of the key of Philox4x32-10. mask: what the
// elements were multiplied with.
void nsl_dropout(
    const float *input, const uint32_t *streams, uint32_t draw, float rate, float *result,
    float *mask, nsl_tensor_shape shape);

enum nsl_activation {
  nsl_tanh, nsl_sigmoid, nsl_elu, nsl_leaky_relu, nsl_softplus, nsl_gelu, nsl_swish,
};
void nsl_activation_forward(
    int kind, const float *input, float *result, nsl_tensor_shape shape);
void nsl_activation_gradient(
    int kind, const float *input, const float *gradient, float *result, nsl_tensor_shape shape);

// Elementwise, in whatever layout both have; `result` may be one of them.
void nsl_add(const float *a, const float *b, int relu, float *result, long count);
void nsl_multiply(const float *a, const float *b, float *result, long count);

// max(x, 0); what is not a number stays so. Its gradient: that of y where y, ReLU's result, is above 0.
void nsl_relu(const float *x, float *result, long count);
void nsl_relu_gradient(const float *y, const float *dy, float *result, long count);

// Row-major [N, C, H, W] to blocks of 16 channels, and back.
void nsl_to_blocks(const float *input, float *result, nsl_tensor_shape shape);
void nsl_from_blocks(const float *input, float *result, nsl_tensor_shape shape);

// [N, C, H, W] in blocks to the rows [N, H*W*C] that Keras's Flatten makes, and back.
void nsl_flatten(const float *input, float *result, nsl_tensor_shape shape);
void nsl_unflatten(const float *input, float *result, nsl_tensor_shape shape);

#endif
