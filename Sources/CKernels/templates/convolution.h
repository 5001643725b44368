// Gradients of a convolution of images, whose few channels leave no whole vectors on their side:
// vectors run over the output channels.

// Extents of one image and its gradient, which has a frame of zeros so that no tap leaves it.
typedef struct {
  long groups, rows, row_size, plane;
} FUNCTION(frame);

#define FRAME FUNCTION(frame)

INLINE FRAME FUNCTION(frame_of)(const nsl_convolution_shape *s) {
  long out_height = s->height + 2 * s->padding_height - s->kernel_height + 1;
  long out_width = s->width + 2 * s->padding_width - s->kernel_width + 1;
  long rows = out_height + 2 * (s->kernel_height - 1);
  long row_size = (out_width + 2 * (s->kernel_width - 1)) * LANES;
  return (FRAME){(s->outputs + LANES - 1) / LANES, rows, row_size, rows * row_size};
}

// Puts one image's gradient, [O/B, H', W', B], into its frame, [O/LANES][rows][columns][LANES]; zeros
// where `gate`, ReLU's result, is given and not above 0.
INLINE void FUNCTION(fill_frame)(
    const float *gradient, const float *gate, float *result, const FRAME *f,
    const nsl_convolution_shape *s) {
  long out_height = s->height + 2 * s->padding_height - s->kernel_height + 1;
  long out_width = s->width + 2 * s->padding_width - s->kernel_width + 1;
  long groups_per_block = s->block / LANES;
  for (long g = 0; g < f->groups; g++) {
    long from = g / groups_per_block * out_height * out_width * s->block
                + g % groups_per_block * LANES;
    float *to = result + g * f->plane + (s->kernel_height - 1) * f->row_size
                + (s->kernel_width - 1) * LANES;
    for (long h = 0; h < out_height; h++, to += f->row_size) {
      for (long w = 0; w < out_width; w++, from += s->block) {
        vector v = *(const vector *)(gradient + from), zero = {0};
        if (gate) v = (vector)((mask)v & (*(const vector *)(gate + from) > zero));
        *(vector *)(to + w * LANES) = v;
      }
    }
  }
}

// The same from the gradient behind a max-pooling and the places of the maxima.
static void FUNCTION(fill_frame_pooled)(
    const float *gradient, const float *gate, const unsigned char *places, float *result,
    const FRAME *f, const nsl_convolution_shape *s, const nsl_pooling_shape *pooling) {
  long out_height = (pooling->height - pooling->kernel_height) / pooling->stride_height + 1;
  long out_width = (pooling->width - pooling->kernel_width) / pooling->stride_width + 1;
  long groups_per_block = s->block / LANES;
  if (FUNCTION(overlap)(pooling))
    memset(result, 0, (size_t)(f->groups * f->plane) * sizeof(float));
  for (long g = 0; g < f->groups; g++) {
    long from = g / groups_per_block * out_height * out_width * s->block
                + g % groups_per_block * LANES;
    float *to = result + g * f->plane + (s->kernel_height - 1) * f->row_size
                + (s->kernel_width - 1) * LANES;
    FUNCTION(spread)(
        gradient + from, gate ? gate + from : NULL, places + from, to, pooling, f->row_size,
        LANES);
  }
}

// Leaves the sums of LANES vectors' elements in v[0], one in each lane.
INLINE void FUNCTION(sum_up)(vector *v) {
#pragma unroll
  for (int width = LANES / 2; width >= 1; width /= 2) {
#pragma unroll
    for (int i = 0; i < width; i++) {
      // Lanes with that bit clear come from v[i], with that bit set from v[i + width].
      vector a = v[i], b = v[i + width];
#if LANES == 16
      if (width == 8)
        v[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
               + __builtin_shufflevector(
                   a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
      if (width == 4)
        v[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27)
               + __builtin_shufflevector(
                   a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
      if (width == 2)
        v[i] = __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
               + __builtin_shufflevector(
                   a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
      if (width == 1)
        v[i] = __builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30)
               + __builtin_shufflevector(
                   a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
#else
      if (width == 4)
        v[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
               + __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
      if (width == 2)
        v[i] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
               + __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
      if (width == 1)
        v[i] = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14)
               + __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
#endif
    }
  }
}

// `count` neighboring pixels of the input's gradient. `count` and `S` are constants at every call,
// so that the loops unroll and the sums stay in registers.
INLINE void FUNCTION(pixels)(
    const float *corner, const vector *packed, const FRAME *f, long R, long S, int count,
    float *result, long stored) {
  vector sums[LANES];
#pragma unroll
  for (int i = 0; i < LANES; i++) sums[i] = (vector){0};
  for (long g = 0; g < f->groups; g++, corner += f->plane) {
    for (long r = 0; r < R; r++, packed += S) {
      const float *row = corner + (R - 1 - r) * f->row_size;
      for (long s = 0; s < S; s++)
#pragma unroll
        for (int i = 0; i < count; i++)
          sums[i] += *(const vector *)(row + (i + S - 1 - s) * LANES) * packed[s];
    }
  }
  FUNCTION(sum_up)(sums);
  vector v = sums[0];  // an address taken of `sums` would keep all of it in memory
  if (stored >= LANES) *(unaligned *)result = v;
  else memcpy(result, &v, (size_t)stored * sizeof(float));
}

static void FUNCTION(input_gradient)(
    const float *frame, const vector *packed, float *result, const FRAME *f,
    const nsl_convolution_shape *s) {
  long R = s->kernel_height, S = s->kernel_width;
  for (long h = 0; h < s->height; h++) {
    for (long w = 0; w < s->width; w += LANES) {
      const float *corner =
          frame + (h + s->padding_height) * f->row_size + (w + s->padding_width) * LANES;
      long left = s->width - w;
      float *to = result + h * s->width + w;
#define PIXELS(size, count) FUNCTION(pixels)(corner, packed, f, R, size, count, to, left)
      if (S != 3) PIXELS(S, LANES);
      else if (left > LANES * 3 / 4) PIXELS(3, LANES);
      else if (left > LANES / 2) PIXELS(3, LANES * 3 / 4);
      else if (left > LANES / 4) PIXELS(3, LANES / 2);
      else PIXELS(3, LANES / 4);
#undef PIXELS
    }
  }
}

// Sums over one image of the products of `count` groups of the gradient with the 3x3 neighborhood
// of each pixel in one channel of the image. The sums of the images are added up afterwards: the
// rounding errors of one long sum would show.
INLINE void FUNCTION(parameter_gradient)(
    const float *x, long x_row, const float *frame, const FRAME *f, long out_height,
    long out_width, vector *totals, vector *bias, int count) {
  vector sums[2][9], all[2];
#pragma unroll
  for (int g = 0; g < count; g++) {
    all[g] = (vector){0};
#pragma unroll
    for (int tap = 0; tap < 9; tap++) sums[g][tap] = (vector){0};
  }
  const float *row = frame + 2 * f->row_size + 2 * LANES;
  for (long h = 0; h < out_height; h++, x += x_row, row += f->row_size) {
    for (long w = 0; w < out_width; w++) {
      vector dy[2];
#pragma unroll
      for (int g = 0; g < count; g++) {
        dy[g] = *(const vector *)(row + g * f->plane + w * LANES);
        all[g] += dy[g];
      }
#pragma unroll
      for (int tap = 0; tap < 9; tap++) {
        float factor = x[tap / 3 * x_row + w + tap % 3];
#pragma unroll
        for (int g = 0; g < count; g++) sums[g][tap] += factor * dy[g];
      }
    }
  }
#pragma unroll
  for (int g = 0; g < count; g++) {
    if (bias) bias[g] += all[g];
#pragma unroll
    for (int tap = 0; tap < 9; tap++) totals[g * 9 + tap] += sums[g][tap];
  }
}

static void FUNCTION(add_parameter_gradients)(
    const float *input, float *padded, const float *frame, vector *totals, vector *bias,
    const FRAME *f, const nsl_convolution_shape *s) {
  long out_height = s->height + 2 * s->padding_height - 2;
  long out_width = s->width + 2 * s->padding_width - 2;
  long x_row = s->width + 2 * s->padding_width;
  for (long i = 0; i < s->inputs; i++) {
    const float *x = input + i * s->height * s->width;
    if (s->padding_height > 0 || s->padding_width > 0) {
      for (long h = 0; h < s->height; h++)
        memcpy(
            padded + (h + s->padding_height) * x_row + s->padding_width, x + h * s->width,
            (size_t)s->width * sizeof(float));
      x = padded;
    }
    for (long g = 0; g < f->groups;) {
      const float *from = frame + g * f->plane;
      vector *to = totals + (i * f->groups + g) * 9, *b = i == 0 ? bias + g : NULL;
      // Two groups share the neighborhood where there are registers for both.
      if (LANES == 16 && g + 1 < f->groups) {
        FUNCTION(parameter_gradient)(x, x_row, from, f, out_height, out_width, to, b, 2);
        g += 2;
      } else {
        FUNCTION(parameter_gradient)(x, x_row, from, f, out_height, out_width, to, b, 1);
        g += 1;
      }
    }
  }
}

long FUNCTION(nsl_convolution_scratch)(nsl_convolution_shape s) {
  FRAME f = FUNCTION(frame_of)(&s);
  long taps = s.kernel_height * s.kernel_width;
  long padded = (s.height + 2 * s.padding_height) * (s.width + 2 * s.padding_width);
  // Blocks of pixels may read past the end of a row, and so of the last one.
  return f.groups * (f.plane + (2 * s.inputs * taps + 1) * LANES) + padded + LANES * LANES;
}

void FUNCTION(nsl_convolution_gradients)(
    const float *input, const float *gradient, const float *gate, const unsigned char *places,
    const nsl_pooling_shape *pooling, const float *weights, float *dx, float *dw, float *db,
    float *scratch, nsl_convolution_shape shape) {
  const nsl_convolution_shape *s = &shape;
  FRAME f = FUNCTION(frame_of)(s);
  long R = s->kernel_height, S = s->kernel_width, taps = R * S;
  float *frame = scratch, *packed = frame + f.groups * f.plane + LANES * LANES;
  vector *totals = (vector *)packed + f.groups * s->inputs * taps;
  vector *bias = totals + f.groups * s->inputs * taps;
  float *padded = (float *)(bias + f.groups);
  memset(scratch, 0, (size_t)FUNCTION(nsl_convolution_scratch)(shape) * sizeof(float));

  // [O, I, R, S] -> [I][O/LANES][R][S][LANES]
  if (dx)
    for (long o = 0; o < s->outputs; o++)
      for (long i = 0; i < s->inputs; i++)
        for (long tap = 0; tap < taps; tap++)
          packed[((i * f.groups + o / LANES) * taps + tap) * LANES + o % LANES] =
              weights[(o * s->inputs + i) * taps + tap];

  long blocks = (s->outputs + s->block - 1) / s->block;
  long area = pooling
                  ? ((pooling->height - pooling->kernel_height) / pooling->stride_height + 1)
                        * ((pooling->width - pooling->kernel_width) / pooling->stride_width + 1)
                  : (s->height + 2 * s->padding_height - R + 1)
                        * (s->width + 2 * s->padding_width - S + 1);
  long size = blocks * area * s->block, image = s->height * s->width;
  for (long n = 0; n < s->batch; n++) {
    if (pooling)
      FUNCTION(fill_frame_pooled)(
          gradient + n * size, gate ? gate + n * size : NULL, places + n * size, frame, &f, s,
          pooling);
    else if (gate)
      FUNCTION(fill_frame)(gradient + n * size, gate + n * size, frame, &f, s);
    else
      FUNCTION(fill_frame)(gradient + n * size, NULL, frame, &f, s);
    if (dx)
      for (long i = 0; i < s->inputs; i++)
        FUNCTION(input_gradient)(
            frame, (const vector *)packed + i * f.groups * taps,
            dx + (n * s->inputs + i) * image, &f, s);
    if (dw)
      FUNCTION(add_parameter_gradients)(
          input + n * s->inputs * image, padded, frame, totals, bias, &f, s);
  }
  if (!dw) return;
  for (long o = 0; o < s->outputs; o++) {
    db[o] = bias[o / LANES][o % LANES];
    for (long i = 0; i < s->inputs; i++)
      for (long tap = 0; tap < 9; tap++)
        dw[(o * s->inputs + i) * 9 + tap] =
            totals[(i * f.groups + o / LANES) * 9 + tap][o % LANES];
  }
}
