#include <string.h>

#include "cfunctions_single.h"
#include "layers.h"
#include "vector.h"

VARIANTS
void nsl_add(const float *a, const float *b, int relu, float *result, long count) {
  stripe zero = {0};
  long i = 0;
  for (; i + STRIPE <= count; i += STRIPE) {
    stripe v = CONST_STRIPE_AT(a + i) + CONST_STRIPE_AT(b + i);
    STRIPE_AT(result + i) = relu ? CHOSEN(~(v < zero), v) : v;
  }
  for (; i < count; i++) {
    float v = a[i] + b[i];
    result[i] = relu && v < 0 ? 0 : v;
  }
}

VARIANTS
void nsl_relu(const float *x, float *result, long count) {
  stripe zero = {0};
  long i = 0;
  for (; i + STRIPE <= count; i += STRIPE) {
    stripe v = CONST_STRIPE_AT(x + i);
    STRIPE_AT(result + i) = CHOSEN(~(v < zero), v);
  }
  for (; i < count; i++) result[i] = x[i] < 0 ? 0 : x[i];
}

VARIANTS
void nsl_relu_gradient(const float *y, const float *dy, float *result, long count) {
  stripe zero = {0};
  long i = 0;
  for (; i + STRIPE <= count; i += STRIPE)
    STRIPE_AT(result + i) = CHOSEN(CONST_STRIPE_AT(y + i) > zero, CONST_STRIPE_AT(dy + i));
  for (; i < count; i++) result[i] = y[i] > 0 ? dy[i] : 0;
}

VARIANTS
void nsl_multiply(const float *a, const float *b, float *result, long count) {
  long i = 0;
  for (; i + STRIPE <= count; i += STRIPE)
    STRIPE_AT(result + i) = CONST_STRIPE_AT(a + i) * CONST_STRIPE_AT(b + i);
  for (; i < count; i++) result[i] = a[i] * b[i];
}

// 1 / (1 + e^-x); the other side of it for -x.
INLINE double sigmoid(double x) { return 1 / (1 + nsl_near_exp(nsl_limited(-x, -110, 110))); }

// What of a normal distribution lies below x, and its density.
typedef struct {
  double below, density;
} normal;

INLINE normal normal_at(double x) {
  double z = nsl_limited(nsl_magnitude(x), 0, 15), exponential = nsl_near_exp(-0.5 * z * z);
  double tail = nsl_near_normal_tail(z, exponential);
  return (normal){x < 0 ? tail : 1 - tail, exponential * 0.39894228040143268};
}

INLINE double softplus(double x) {
  // log(1 + e^x), written so that nothing overflows.
  return (x > 0 ? x : 0) + nsl_near_log1p(nsl_near_exp(nsl_limited(-nsl_magnitude(x), -110, 0)));
}

// From the result, as Keras and PyTorch take it: exactly 0 where a unit is saturated.
INLINE float sigmoid_slope(float y) { return y * (1 - y); }

INLINE float tanh_slope(float y) { return 1 - y * y; }

INLINE double gelu_slope(double x) {
  normal n = normal_at(x);
  return n.below + nsl_limited(x, -15, 15) * n.density;
}

INLINE double swish_slope(double x) {
  double y = nsl_limited(x, -110, 110), share = sigmoid(y);
  return share * (1 + y * sigmoid(-y));
}

// Functions of a stripe's elements, calculated in double precision and rounded once. Not a number stays
// what it is.
#define EACH(expression)                       \
  for (int l = 0; l < STRIPE; l++) {           \
    float x = in[l], value = (expression);     \
    out[l] = x == x ? value : x;               \
  }                                            \
  break

INLINE void forward(int kind, const float *restrict in, float *restrict out) {
  switch (kind) {
    case nsl_tanh: EACH(nsl_tanhf(x));
    case nsl_sigmoid: EACH((float)sigmoid(x));
    case nsl_elu: EACH(x > 0 ? x : nsl_expm1f(x));
    case nsl_leaky_relu: EACH(x > 0 ? x : 0.2f * x);
    case nsl_softplus: EACH((float)softplus(x));
    case nsl_gelu: EACH((float)(nsl_limited(x, -15, __builtin_inf()) * normal_at(x).below));
    case nsl_swish: EACH((float)(nsl_limited(x, -110, __builtin_inf()) * sigmoid(x)));
  }
}

INLINE void derivative(int kind, const float *restrict in, float *restrict out) {
  switch (kind) {
    case nsl_tanh: EACH(tanh_slope(nsl_tanhf(x)));
    case nsl_sigmoid: EACH(sigmoid_slope((float)sigmoid(x)));
    case nsl_elu: EACH(x > 0 ? 1 : nsl_expf(x));
    case nsl_leaky_relu: EACH(x > 0 ? 1 : 0.2f);
    case nsl_softplus: EACH((float)sigmoid(x));
    case nsl_gelu: EACH((float)gelu_slope(x));
    case nsl_swish: EACH((float)swish_slope(x));
  }
}

// How many of the elements from `i` on, up to the end of their block, are channels of the tensor.
INLINE long real_channels(long i, const nsl_tensor_shape *shape) {
  long groups = (shape->channels + shape->block - 1) / shape->block;
  long group = i / (shape->height * shape->width * shape->block) % groups;
  long rest = shape->channels - group * shape->block;
  return rest < shape->block ? rest : shape->block;
}

INLINE long element_count(const nsl_tensor_shape *shape) {
  return shape->batch * ((shape->channels + shape->block - 1) / shape->block) * shape->height
         * shape->width * shape->block;
}

// Zeros in the channels that fill up the last block.
INLINE void clear_rest(float *result, const nsl_tensor_shape *shape) {
  if (shape->channels % shape->block == 0) return;
  for (long i = 0; i < element_count(shape); i += shape->block)
    for (long l = real_channels(i, shape); l < shape->block; l++) result[i + l] = 0;
}

VARIANTS
void nsl_activation_forward(
    int kind, const float *input, float *result, nsl_tensor_shape shape) {
  long count = element_count(&shape);
  for (long i = 0; i < count; i += STRIPE) {
    float in[STRIPE] = {0}, out[STRIPE];
    long size = (count - i < STRIPE ? count - i : STRIPE) * (long)sizeof(float);
    memcpy(in, input + i, (size_t)size);
    forward(kind, in, out);
    memcpy(result + i, out, (size_t)size);
  }
  clear_rest(result, &shape);
}

VARIANTS
void nsl_activation_gradient(
    int kind, const float *input, const float *gradient, float *result, nsl_tensor_shape shape) {
  long count = element_count(&shape);
  for (long i = 0; i < count; i += STRIPE) {
    float in[STRIPE] = {0}, out[STRIPE];
    long size = count - i < STRIPE ? count - i : STRIPE;
    memcpy(in, input + i, (size_t)size * sizeof(float));
    derivative(kind, in, out);
    for (long l = 0; l < size; l++) result[i + l] = gradient[i + l] * out[l];
  }
  clear_rest(result, &shape);
}

typedef struct {
  uint32_t word[4];
} words;

// Philox4x32-10, as in RandomStream.swift: Salmon et al. 2011, section 3.3.
INLINE words philox(uint32_t x, uint32_t y, uint32_t z, uint32_t w, uint32_t k0, uint32_t k1) {
  for (int round = 0; round < 10; round++) {
    uint64_t a = (uint64_t)x * 0xD2511F53u, b = (uint64_t)z * 0xCD9E8D57u;
    uint32_t next_x = (uint32_t)(b >> 32) ^ y ^ k0, next_z = (uint32_t)(a >> 32) ^ w ^ k1;
    x = next_x, y = (uint32_t)b, z = next_z, w = (uint32_t)a;
    k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
  }
  return (words){{x, y, z, w}};
}

VARIANTS
void nsl_dropout(
    const float *input, const uint32_t *streams, uint32_t draw, float rate, float *result,
    float *mask, nsl_tensor_shape shape) {
  long groups = (shape.channels + shape.block - 1) / shape.block;
  long pixels = shape.height * shape.width;
  float kept = 1 / (1 - rate);
  memset(mask, 0, (size_t)element_count(&shape) * sizeof(float));
  for (long n = 0; n < shape.batch; n++, streams += 5) {
    // One block of the generator serves four neighboring channels at one place.
    for (long quad = 0; quad * 4 < shape.channels; quad++) {
      for (long p = 0; p < pixels; p++) {
        words random = philox(
            (uint32_t)(quad * pixels + p), streams[0] + draw, streams[1], streams[2], streams[3],
            streams[4]);
        for (long k = 0; k < 4 && quad * 4 + k < shape.channels; k++) {
          long c = quad * 4 + k;
          long i = ((n * groups + c / shape.block) * pixels + p) * shape.block + c % shape.block;
          mask[i] = (float)(random.word[k] >> 8) * 0x1p-24f >= rate ? kept : 0;
        }
      }
    }
  }
  for (long i = 0; i < element_count(&shape); i++) result[i] = input[i] * mask[i];
}
