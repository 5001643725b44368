// Runs every kernel on numbers drawn from a counter and prints a hash of each one's results, so that
// compilers, processors and instruction sets can be compared: `digest avx2`. See run.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ckernels.h"

static uint64_t state;

static uint64_t next(void) {
  uint64_t z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static long between(long low, long high) { return low + (long)(next() % (uint64_t)(high - low + 1)); }

static float *floats(long count) {
  size_t bytes = ((size_t)count * sizeof(float) + 191) / 64 * 64;
  float *result = aligned_alloc(64, bytes);
  if (!result) exit(2);
  memset(result, 0, bytes);
  return result;
}

// Of (-2, 2), a fifth of them 0.
static float *draw(long count) {
  float *result = floats(count);
  for (long i = 0; i < count; i++)
    result[i] = next() % 5 == 0 ? 0 : (float)(int32_t)(uint32_t)next() * 0x1p-30f;
  return result;
}

static long blocks(long channels) { return (channels + NSL_BLOCK - 1) / NSL_BLOCK; }

// Activations in blocks, with zeros in the channels that fill the last one.
static float *draw_blocked(long batch, long channels, long places) {
  float *result = draw(batch * blocks(channels) * places * NSL_BLOCK);
  for (long i = 0; i < batch * blocks(channels) * places; i++)
    for (long l = 0; l < NSL_BLOCK; l++)
      if (i / places % blocks(channels) * NSL_BLOCK + l >= channels) result[i * NSL_BLOCK + l] = 0;
  return result;
}

static uint64_t hash;

static void add(const void *bytes, size_t count) {
  for (size_t i = 0; i < count; i++)
    hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3u;
}

static void add_floats(const float *x, long count) { add(x, (size_t)count * sizeof(float)); }

static void report(const char *name) {
  printf("%-12s %016llx\n", name, (unsigned long long)hash);
  hash = 0xcbf29ce484222325u;
}

static nsl_convolution_shape draw_convolution(long inputs, long outputs, long kernel, long step) {
  nsl_convolution_shape s = {0};
  s.batch = between(1, 4), s.inputs = inputs, s.outputs = outputs;
  s.kernel_height = s.kernel_width = kernel, s.stride_height = s.stride_width = step;
  s.padding_height = s.padding_width = between(0, kernel - 1);
  s.height = between(kernel + 4, 19), s.width = between(kernel + 4, 19);
  s.out_height = (s.height + 2 * s.padding_height - kernel) / step + 1;
  s.out_width = (s.width + 2 * s.padding_width - kernel) / step + 1;
  return s;
}

typedef struct {
  float *x, *w, *b, *dy, *gate, *y, *dx, *dw, *db;
  long x_count, y_count, w_count;
} tensors;

static tensors draw_tensors(const nsl_convolution_shape *s) {
  tensors t;
  long places = s->height * s->width, out = s->out_height * s->out_width;
  t.x = nsl_reads_plain(s->inputs) ? draw(s->batch * s->inputs * places)
                                   : draw_blocked(s->batch, s->inputs, places);
  t.x_count = s->batch * blocks(s->inputs) * NSL_BLOCK * places;
  t.y_count = s->batch * blocks(s->outputs) * NSL_BLOCK * out;
  t.w_count = s->outputs * s->inputs * s->kernel_height * s->kernel_width;
  t.w = draw(t.w_count), t.b = draw(s->outputs);
  t.dy = draw_blocked(s->batch, s->outputs, out), t.gate = draw_blocked(s->batch, s->outputs, out);
  t.y = floats(t.y_count), t.dx = floats(t.x_count), t.dw = floats(t.w_count), t.db = floats(s->outputs);
  return t;
}

static void free_tensors(tensors *t) {
  float *all[] = {t->x, t->w, t->b, t->dy, t->gate, t->y, t->dx, t->dw, t->db};
  for (int i = 0; i < 9; i++) free(all[i]);
}

static void direct(nsl_instruction_set set) {
  for (int i = 0; i < 40; i++) {
    nsl_convolution_shape s =
        draw_convolution(between(1, 40), between(1, 70), between(1, 5), between(1, 3));
    tensors t = draw_tensors(&s);
    nsl_weights_shape w = {s.outputs, s.inputs, s.kernel_height * s.kernel_width, !nsl_reads_plain(s.inputs)};
    float *packed = floats(nsl_packed_count(w, 0));
    nsl_pack(set, t.w, 0, packed, w);
    w.blocked = 1;
    float *transposed = floats(nsl_packed_count(w, 1)), *scratch = floats(nsl_convolution_scratch(set, s));
    nsl_pack(set, t.w, 1, transposed, w);
    nsl_convolution_forward(set, t.x, packed, t.b, i % 2, t.y, scratch, s);
    nsl_convolution_gradients(
        set, t.x, t.dy, i % 3 ? t.gate : NULL, transposed, i % 4 ? NULL : t.dx, t.dx, t.dw, t.db,
        scratch, s);
    add_floats(t.y, t.y_count), add_floats(t.dx, t.x_count);
    add_floats(t.dw, t.w_count), add_floats(t.db, s.outputs);
    free(packed), free(transposed), free(scratch), free_tensors(&t);
  }
  report("direct");
}

static void few_channels(nsl_instruction_set set) {
  for (int i = 0; i < 20; i++) {
    nsl_convolution_shape s = draw_convolution(between(1, 4), between(1, 70), 3, 1);
    tensors t = draw_tensors(&s);
    float *scratch = floats(nsl_few_channels_scratch(set, s));
    nsl_few_channels_gradients(
        set, t.x, t.dy, i % 2 ? t.gate : NULL, NULL, NULL, t.w, t.dx, t.dw, t.db, scratch, s);
    add_floats(t.dx, s.batch * s.inputs * s.height * s.width);
    add_floats(t.dw, t.w_count), add_floats(t.db, s.outputs);
    free(scratch), free_tensors(&t);
  }
  report("few channels");
}

static void winograd(nsl_instruction_set set) {
  for (int i = 0; i < 20; i++) {
    nsl_convolution_shape s = draw_convolution(16 * between(1, 3), 16 * between(1, 4), 3, 1);
    tensors t = draw_tensors(&s);
    float *w = floats(nsl_winograd_weights_count(s.inputs, s.outputs));
    float *transposed = floats(nsl_winograd_weights_count(s.inputs, s.outputs));
    float *scratch = floats(nsl_winograd_scratch(s));
    nsl_winograd_weights(set, t.w, 0, w, s.inputs, s.outputs);
    nsl_winograd_weights(set, t.w, 1, transposed, s.inputs, s.outputs);
    nsl_winograd_forward(set, t.x, w, t.b, i % 2 ? t.gate : NULL, i % 3 == 0, t.y, scratch, s);
    nsl_winograd_gradients(
        set, t.x, t.dy, i % 2 ? t.gate : NULL, transposed, i % 3 ? t.x : NULL, t.dx, t.dw, t.db,
        scratch, s);
    add_floats(t.y, t.y_count), add_floats(t.dx, t.x_count);
    add_floats(t.dw, t.w_count), add_floats(t.db, s.outputs);
    free(w), free(transposed), free(scratch), free_tensors(&t);
  }
  report("winograd");
}

static void places(void) {
  for (int i = 0; i < 20; i++) {
    long padding = i % 2;
    nsl_tensor_shape in = {2, 16 * between(1, 3), between(5, 15), between(5, 15), NSL_BLOCK}, out = in;
    out.channels = 16, out.height += 2 * padding - 2, out.width += 2 * padding - 2;
    long area = out.height * out.width, count = 2 * 16 * area;
    // Few different numbers, so that there are equal windows.
    float *x = draw(2 * in.channels * in.height * in.width), *y = draw(count), *residual = floats(count);
    for (long k = 0; k < 2 * in.channels * in.height * in.width; k++) x[k] = x[k] > 1.9f;
    void *scratch = calloc((size_t)nsl_equal_places_scratch(in, out, padding, padding), 1);
    nsl_equal_places(x, i % 3 ? residual : NULL, y, scratch, in, out, padding, padding);
    add_floats(y, count);
    free(x), free(y), free(residual), free(scratch);
  }
  report("places");
}

static void dense(nsl_instruction_set set) {
  for (int i = 0; i < 40; i++) {
    nsl_dense_shape s = {between(1, 40), {between(1, 70), between(1, 40), between(1, 12), i % 2}};
    long rows = nsl_packed_rows(s.weights.channels, s.weights.places, s.weights.blocked);
    long count = s.weights.outputs * s.weights.channels * s.weights.places;
    float *x = i % 2 ? draw_blocked(s.batch, s.weights.channels, s.weights.places) : draw(s.batch * rows);
    float *w = draw(count), *b = draw(s.weights.outputs), *dy = draw(s.batch * s.weights.outputs);
    float *packed = floats(nsl_packed_count(s.weights, 0));
    float *transposed = floats(nsl_packed_count(s.weights, 1));
    float *scratch = floats(nsl_dense_scratch(set, s)), *y = floats(s.batch * s.weights.outputs);
    float *dx = floats(s.batch * rows), *dw = floats(count), *db = floats(s.weights.outputs);
    nsl_pack(set, w, 0, packed, s.weights);
    nsl_pack(set, w, 1, transposed, s.weights);
    nsl_dense_forward(set, x, packed, b, i % 3 == 0, y, scratch, s);
    nsl_dense_input_gradient(set, dy, transposed, dx, scratch, s);
    nsl_dense_weight_gradient(set, x, dy, dw, db, scratch, s);
    add_floats(y, s.batch * s.weights.outputs), add_floats(dx, s.batch * rows);
    add_floats(dw, count), add_floats(db, s.weights.outputs);
    float *all[] = {x, w, b, dy, packed, transposed, scratch, y, dx, dw, db};
    for (int k = 0; k < 11; k++) free(all[k]);
  }
  report("dense");
}

static void pooling(nsl_instruction_set set) {
  for (int i = 0; i < 20; i++) {
    nsl_pooling_shape s = {between(1, 6), between(4, 12), between(4, 12), between(1, 3), between(1, 3),
                           between(1, 3), between(1, 3)};
    long out = ((s.height - s.kernel_height) / s.stride_height + 1)
               * ((s.width - s.kernel_width) / s.stride_width + 1) * s.planes * NSL_BLOCK;
    long in = s.planes * s.height * s.width * NSL_BLOCK;
    float *x = draw(in), *y = floats(out), *dy = draw(out), *dx = floats(in);
    unsigned char *places = calloc((size_t)out, 1);
    nsl_max_pooling(set, x, i % 2, y, places, s);
    nsl_max_pooling_gradient(set, dy, i % 2 ? y : NULL, places, dx, s);
    add_floats(y, out), add(places, (size_t)out), add_floats(dx, in);
    free(x), free(y), free(dy), free(dx), free(places);
  }
  report("pooling");
}

static void layers(void) {
  for (int i = 0; i < 40; i++) {
    nsl_tensor_shape s = {between(1, 4), between(1, 40), between(4, 12), between(4, 12), i % 2 ? NSL_BLOCK : 1};
    long count = i % 2 ? s.batch * blocks(s.channels) * NSL_BLOCK * s.height * s.width
                       : s.batch * s.channels * s.height * s.width;
    float *x = i % 2 ? draw_blocked(s.batch, s.channels, s.height * s.width) : draw(count);
    float *dy = i % 2 ? draw_blocked(s.batch, s.channels, s.height * s.width) : draw(count);
    float *y = floats(count), *gated = floats(count), *dx = floats(count);
    float *gamma = draw(s.channels), *beta = draw(s.channels), *mean = floats(s.channels);
    float *variance = floats(s.channels), *dgamma = floats(s.channels), *dbeta = floats(s.channels);
    nsl_normalization n = {gamma, beta, mean, variance, 1e-3f};
    nsl_normalization_gradient to = {dx, dgamma, dbeta};
    nsl_batch_normalization(&n, 1, x, i % 3 ? dy : NULL, 1, y, s);
    add_floats(y, count), add_floats(mean, s.channels), add_floats(variance, s.channels);
    enum nsl_gate gate = i % 3 ? nsl_gate_result : nsl_gate_sign;
    nsl_batch_normalization_gradient(&n, 1, gate, x, dy, y, gated, to, s);
    add_floats(dx, count), add_floats(dgamma, s.channels), add_floats(dbeta, s.channels);
    for (int kind = nsl_tanh; kind <= nsl_swish; kind++) {
      nsl_activation_forward(kind, x, y, s);
      nsl_activation_gradient(kind, x, dy, dx, s);
      add_floats(y, count), add_floats(dx, count);
    }
    nsl_pooling_window w = {between(1, 3), between(1, 3), between(1, 3), between(1, 3), 0, 0};
    nsl_tensor_shape out = s;
    out.height = (s.height - w.kernel_height) / w.stride_height + 1;
    out.width = (s.width - w.kernel_width) / w.stride_width + 1;
    long out_count = count / (s.height * s.width) * out.height * out.width;
    nsl_average_pooling(x, y, s, out, w);
    nsl_average_pooling_gradient(y, dx, s, out, w);
    add_floats(y, out_count), add_floats(dx, count);
    uint32_t streams[20];
    for (int k = 0; k < 20; k++) streams[k] = (uint32_t)next();
    nsl_dropout(x, streams, 1, 0.3f, y, gated, s);
    add_floats(y, count);
    nsl_add(x, dy, 1, y, count), add_floats(y, count);
    float *first = draw(count), *second = floats(count);
    nsl_adam(y, dy, first, second, (size_t)count, 1e-3f, 0.1f, 1e-3f, 1e-7f);
    add_floats(y, count);
    float *all[] = {x, dy, y, gated, dx, gamma, beta, mean, variance, dgamma, dbeta, first, second};
    for (int k = 0; k < 13; k++) free(all[k]);
  }
  report("layers");
}

int main(int count, char **words) {
  const char *names[] = {"generic", "avx2", "avx512"};
  for (nsl_instruction_set set = nsl_generic; count == 2 && set <= nsl_avx512; set++) {
    if (strcmp(words[1], names[set])) continue;
    if (!nsl_can_run(set)) {
      fprintf(stderr, "this processor cannot run %s\n", names[set]);
      return 3;
    }
    hash = 0xcbf29ce484222325u;
    direct(set), few_channels(set), winograd(set), places(), dense(set), pooling(set), layers();
    return 0;
  }
  fprintf(stderr, "usage: digest generic | avx2 | avx512\n");
  return 2;
}
