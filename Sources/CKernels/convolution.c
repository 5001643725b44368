#include <string.h>

#include "ckernels.h"
#include "vector.h"

long nsl_packed_weights_count(long outputs, long inputs, long kernel_height, long kernel_width) {
  return (outputs + LANES - 1) / LANES * LANES * inputs * kernel_height * kernel_width;
}

// One image's worth of arguments for the gradient at the input.
typedef struct {
  const float *gradient;  // [O/B, H', W', B]
  const vector *packed;   // of one input channel: [R][O/8][S]
  long groups, groups_per_block, block, out_height, out_width;
} image;

// The sum over taps r in [first_row, last_row), s in [first, last) and all output channels, for
// `count` neighbouring pixels that share these bounds; count and the s bounds are constants at the
// call that matters, so that the loops unroll and the sums stay in registers.
INLINE void pixels(
    const image *im, long y, long x, long first_row, long last_row, long kernel_width, long first,
    long last, int count, float *result) {
  vector sums[4];
  for (int i = 0; i < count; i++) sums[i] = (vector){0};
  long plane = im->out_height * im->out_width * im->block, pixel = im->block;
  for (long r = first_row; r < last_row; r++) {
    const float *row = im->gradient + (y - r) * im->out_width * pixel;
    const vector *weights = im->packed + r * im->groups * kernel_width;
    for (long g = 0, within = 0; g < im->groups; g++, weights += kernel_width) {
      for (long s = first; s < last; s++) {
        vector w = weights[s];
        for (int i = 0; i < count; i++)
          sums[i] += *(const vector *)(row + (x + i - s) * pixel) * w;
      }
      row += LANES;
      if (++within == im->groups_per_block) {
        within = 0;
        row += plane - im->block;
      }
    }
  }
  for (int i = 0; i < count; i++) {
    vector v = sums[i];
    // Halves, quarters, pairs: the same order on every processor.
    float a = v[0] + v[4], b = v[1] + v[5], c = v[2] + v[6], d = v[3] + v[7];
    result[i] = (a + c) + (b + d);
  }
}

VARIANTS
void nsl_convolution_input_gradient(
    const float *gradient, const float *weights, float *packed, float *result,
    nsl_convolution_shape shape) {
  long R = shape.kernel_height, S = shape.kernel_width;
  long groups = (shape.outputs + LANES - 1) / LANES;
  long out_height = shape.height + 2 * shape.padding_height - R + 1;
  long out_width = shape.width + 2 * shape.padding_width - S + 1;
  long blocks = (shape.outputs + shape.block - 1) / shape.block;

  // [O, I, R, S] -> [I][R][O/8][S][8]
  memset(packed, 0, (size_t)nsl_packed_weights_count(shape.outputs, shape.inputs, R, S) * 4);
  for (long o = 0; o < shape.outputs; o++)
    for (long i = 0; i < shape.inputs; i++)
      for (long r = 0; r < R; r++)
        for (long s = 0; s < S; s++)
          packed[((((i * R + r) * groups + o / LANES) * S + s) * LANES) + o % LANES] =
              weights[((o * shape.inputs + i) * R + r) * S + s];

  for (long n = 0; n < shape.batch; n++) {
    for (long i = 0; i < shape.inputs; i++) {
      image im = {
          gradient + n * blocks * out_height * out_width * shape.block,
          (const vector *)packed + i * R * groups * S, groups, shape.block / LANES, shape.block,
          out_height, out_width};
      for (long h = 0; h < shape.height; h++) {
        float *row = result + ((n * shape.inputs + i) * shape.height + h) * shape.width;
        long y = h + shape.padding_height;
        long first_row = y - out_height + 1 > 0 ? y - out_height + 1 : 0;
        long last_row = y + 1 < R ? y + 1 : R;
        for (long w = 0; w < shape.width;) {
          long x = w + shape.padding_width;
          // Four pixels at once where every tap of all of them is inside.
          if (x >= S - 1 && x + 3 < out_width && w + 3 < shape.width) {
            if (S == 3) pixels(&im, y, x, first_row, last_row, 3, 0, 3, 4, row + w);
            else pixels(&im, y, x, first_row, last_row, S, 0, S, 4, row + w);
            w += 4;
          } else {
            long first = x - out_width + 1 > 0 ? x - out_width + 1 : 0;
            long last = x + 1 < S ? x + 1 : S;
            pixels(&im, y, x, first_row, last_row, S, first, last, 1, row + w);
            w += 1;
          }
        }
      }
    }
  }
}

VARIANTS
void nsl_convolution_parameter_gradient(
    const float *input, const float *gradient, float *weights, float *bias,
    nsl_convolution_shape shape) {
  long out_height = shape.height - 2, out_width = shape.width - 2;
  long groups = (shape.outputs + LANES - 1) / LANES, groups_per_block = shape.block / LANES;
  long blocks = (shape.outputs + shape.block - 1) / shape.block;
  long plane = out_height * out_width * shape.block;
  for (long g = 0; g < groups; g++) {
    for (long i = 0; i < shape.inputs; i++) {
      vector totals[9] = {{0}}, bias_total = {0};
      for (long n = 0; n < shape.batch; n++) {
        const float *dy = gradient + (n * blocks + g / groups_per_block) * plane
                          + g % groups_per_block * LANES;
        const float *x = input + (n * shape.inputs + i) * shape.height * shape.width;
        // Sums of one image first: the rounding errors of one long sum would show.
        vector a = {0}, b = {0}, c = {0}, d = {0}, e = {0}, f = {0}, p = {0}, q = {0}, r = {0};
        vector all = {0};
        for (long h = 0; h < out_height; h++, x += shape.width) {
          const float *above = x, *middle = x + shape.width, *below = x + 2 * shape.width;
          for (long w = 0; w < out_width; w++, dy += shape.block) {
            vector v = *(const vector *)dy;
            a += v * above[w], b += v * above[w + 1], c += v * above[w + 2];
            d += v * middle[w], e += v * middle[w + 1], f += v * middle[w + 2];
            p += v * below[w], q += v * below[w + 1], r += v * below[w + 2];
            all += v;
          }
        }
        totals[0] += a, totals[1] += b, totals[2] += c, totals[3] += d, totals[4] += e;
        totals[5] += f, totals[6] += p, totals[7] += q, totals[8] += r, bias_total += all;
      }
      for (long lane = 0; lane < LANES && g * LANES + lane < shape.outputs; lane++) {
        long o = g * LANES + lane;
        for (long tap = 0; tap < 9; tap++)
          weights[(o * shape.inputs + i) * 9 + tap] = totals[tap][lane];
        bias[o] = bias_total[lane];
      }
    }
  }
}
