// Layers' loops over activations in blocks of channels, in portable C.
#ifndef NSL_CKERNELS_LAYERS_H
#define NSL_CKERNELS_LAYERS_H

#include <stdint.h>

// [N, C/B, H, W, B] with B 8 or 16, or row-major [N, C, H, W] with B = 1. Channels that only fill up
// the last block are zero, in arguments and in results.
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

// Mean and (biased) variance of each channel over batch, height and width: [C]. Scratch memory for
// this and for the gradient: 2 C numbers.
void nsl_batch_moments(
    const float *input, double *scratch, float *mean, float *variance, nsl_tensor_shape shape);

// (x - mean) * gamma / sqrt(variance + epsilon) + beta, by channel.
void nsl_batch_normalization(
    const float *input, const float *gamma, const float *beta, const float *mean,
    const float *variance, float epsilon, float *result, nsl_tensor_shape shape);

// Gradients at x, gamma and beta; `through_moments` where mean and variance are those of x.
void nsl_batch_normalization_gradient(
    const float *input, const float *gamma, const float *mean, const float *variance,
    const float *gradient, float epsilon, int through_moments, double *scratch, float *result,
    float *gamma_gradient, float *beta_gradient, nsl_tensor_shape shape);

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

// Elementwise, in whatever layout both have.
void nsl_add(const float *a, const float *b, float *result, long count);
void nsl_multiply(const float *a, const float *b, float *result, long count);

// [N, C, H, W] in blocks to the rows [N, H*W*C] that Keras's Flatten makes, and back.
void nsl_flatten(const float *input, float *result, nsl_tensor_shape shape);
void nsl_unflatten(const float *input, float *result, nsl_tensor_shape shape);

#endif
