// Sends each call to the kernel of the wanted instruction set.
#include "ckernels.h"

#include "shapes.h"

#define DECLARE(result, name, ...) \
  result name##_avx512(__VA_ARGS__); \
  result name##_avx2(__VA_ARGS__); \
  result name##_generic(__VA_ARGS__);

#if defined(__x86_64__)
#define CALL(set, name, ...) \
  ((set) == nsl_avx512 ? name##_avx512(__VA_ARGS__) \
   : (set) == nsl_avx2 ? name##_avx2(__VA_ARGS__) : name##_generic(__VA_ARGS__))
#else
#define CALL(set, name, ...) name##_generic(__VA_ARGS__)
#endif

int nsl_can_run(nsl_instruction_set set) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
             && __builtin_cpu_supports("bmi2");
  if (set == nsl_avx2) return avx2;
  if (set == nsl_avx512)
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
           && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
#endif
  return set == nsl_generic;
}

DECLARE(void, nsl_max_pooling, const float *, int, float *, unsigned char *, nsl_pooling_shape)
void nsl_max_pooling(
    nsl_instruction_set set, const float *input, int relu, float *result, unsigned char *places,
    nsl_pooling_shape shape) {
  CALL(set, nsl_max_pooling, input, relu, result, places, shape);
}

DECLARE(
    void, nsl_max_pooling_gradient, const float *, const float *, const unsigned char *, float *,
    nsl_pooling_shape)
void nsl_max_pooling_gradient(
    nsl_instruction_set set, const float *gradient, const float *gate, const unsigned char *places,
    float *result, nsl_pooling_shape shape) {
  CALL(set, nsl_max_pooling_gradient, gradient, gate, places, result, shape);
}

DECLARE(void, nsl_pack, const float *, int, float *, nsl_weights_shape)
void nsl_pack(
    nsl_instruction_set set, const float *weights, int transposed, float *result,
    nsl_weights_shape shape) {
  CALL(set, nsl_pack, weights, transposed, result, shape);
}

long nsl_packed_count(nsl_weights_shape s, int transposed) {
  long rows = nsl_packed_rows(s.channels, s.places, s.blocked);
  long outputs = nsl_whole(s.outputs);
  if (!transposed) return rows * outputs;
  // One more block of outputs, which is turned around.
  return nsl_whole(rows) * (outputs + NSL_BLOCK);
}

DECLARE(long, nsl_convolution_scratch, nsl_convolution_shape)
long nsl_convolution_scratch(nsl_instruction_set set, nsl_convolution_shape shape) {
  return CALL(set, nsl_convolution_scratch, shape);
}

DECLARE(
    void, nsl_convolution_forward, const float *, const float *, const float *, int, float *,
    float *, nsl_convolution_shape)
void nsl_convolution_forward(
    nsl_instruction_set set, const float *x, const float *packed, const float *bias, int relu,
    float *y, float *scratch, nsl_convolution_shape shape) {
  CALL(set, nsl_convolution_forward, x, packed, bias, relu, y, scratch, shape);
}

DECLARE(
    void, nsl_convolution_gradients, const float *, const float *, const float *, const float *,
    const float *, float *, float *, float *, float *, nsl_convolution_shape)
void nsl_convolution_gradients(
    nsl_instruction_set set, const float *x, const float *dy, const float *gate,
    const float *packed, const float *residual, float *dx, float *dw, float *db, float *scratch,
    nsl_convolution_shape shape) {
  CALL(set, nsl_convolution_gradients, x, dy, gate, packed, residual, dx, dw, db, scratch, shape);
}

DECLARE(long, nsl_few_channels_scratch, nsl_convolution_shape)
long nsl_few_channels_scratch(nsl_instruction_set set, nsl_convolution_shape shape) {
  return CALL(set, nsl_few_channels_scratch, shape);
}

DECLARE(
    void, nsl_few_channels_gradients, const float *, const float *, const float *,
    const unsigned char *, const nsl_pooling_shape *, const float *, float *, float *, float *,
    float *, nsl_convolution_shape)
void nsl_few_channels_gradients(
    nsl_instruction_set set, const float *input, const float *gradient, const float *gate,
    const unsigned char *places, const nsl_pooling_shape *pooling, const float *weights, float *dx,
    float *dw, float *db, float *scratch, nsl_convolution_shape shape) {
  CALL(
      set, nsl_few_channels_gradients, input, gradient, gate, places, pooling, weights, dx, dw, db,
      scratch, shape);
}

DECLARE(long, nsl_dense_scratch, nsl_dense_shape)
long nsl_dense_scratch(nsl_instruction_set set, nsl_dense_shape shape) {
  return CALL(set, nsl_dense_scratch, shape);
}

DECLARE(
    void, nsl_dense_forward, const float *, const float *, const float *, int, float *, float *,
    nsl_dense_shape)
void nsl_dense_forward(
    nsl_instruction_set set, const float *x, const float *packed, const float *bias, int relu,
    float *y, float *scratch, nsl_dense_shape shape) {
  CALL(set, nsl_dense_forward, x, packed, bias, relu, y, scratch, shape);
}

DECLARE(
    void, nsl_dense_input_gradient, const float *, const float *, float *, float *,
    nsl_dense_shape)
void nsl_dense_input_gradient(
    nsl_instruction_set set, const float *dy, const float *packed, float *dx, float *scratch,
    nsl_dense_shape shape) {
  CALL(set, nsl_dense_input_gradient, dy, packed, dx, scratch, shape);
}

DECLARE(
    void, nsl_dense_weight_gradient, const float *, const float *, float *, float *, float *,
    nsl_dense_shape)
void nsl_dense_weight_gradient(
    nsl_instruction_set set, const float *x, const float *dy, float *dw, float *db, float *scratch,
    nsl_dense_shape shape) {
  CALL(set, nsl_dense_weight_gradient, x, dy, dw, db, scratch, shape);
}

DECLARE(void, nsl_winograd_weights, const float *, int, float *, long, long)
void nsl_winograd_weights(
    nsl_instruction_set set, const float *weights, int transposed, float *result, long inputs,
    long outputs) {
  CALL(set, nsl_winograd_weights, weights, transposed, result, inputs, outputs);
}

long nsl_winograd_weights_count(long inputs, long outputs) {
  return 36 * (inputs * outputs + PLANE_GAP);
}

long nsl_winograd_scratch(nsl_convolution_shape s) {
  return 36 * ((s.inputs + s.outputs) * nsl_winograd_tiles(s) + 2 * PLANE_GAP) + s.outputs
         + nsl_winograd_weights_count(s.inputs, s.outputs)
         + nsl_winograd_tiles(s) * (long)(sizeof(long long) / sizeof(float));
}

DECLARE(
    void, nsl_winograd_forward, const float *, const float *, const float *, const float *, int,
    float *, float *, nsl_convolution_shape)
void nsl_winograd_forward(
    nsl_instruction_set set, const float *x, const float *transformed, const float *bias,
    const float *residual, int relu, float *y, float *scratch, nsl_convolution_shape shape) {
  CALL(set, nsl_winograd_forward, x, transformed, bias, residual, relu, y, scratch, shape);
}

DECLARE(
    void, nsl_winograd_gradients, const float *, const float *, const float *, const float *,
    const float *, float *, float *, float *, float *, nsl_convolution_shape)
void nsl_winograd_gradients(
    nsl_instruction_set set, const float *x, const float *dy, const float *gate,
    const float *transformed, const float *residual, float *dx, float *dw, float *db,
    float *scratch, nsl_convolution_shape shape) {
  CALL(
      set, nsl_winograd_gradients, x, dy, gate, transformed, residual, dx, dw, db, scratch,
      shape);
}
