// Gradients of a convolution of images, whose few channels leave no whole vectors on their side:
// vectors run over the output channels.

// The frame of one image's gradient: no tap of the window leaves it.
INLINE FRAME FUNCTION(image_frame)(const nsl_convolution_shape *s) {
  long top = s->kernel_height - 1, left = s->kernel_width - 1;
  return FUNCTION(frame_of)(
      nsl_blocks(s->outputs), s->out_height + 2 * top, s->out_width + 2 * left, NSL_BLOCK, top,
      left, s->out_height, s->out_width);
}

// Group g of LANES channels in a frame.
INLINE const float *FUNCTION(group)(const float *frame, long g, const FRAME *f) {
  return frame + g / VECTORS * f->plane + g % VECTORS * LANES;
}

// Fills a frame from the gradient behind a max-pooling and the places of the maxima.
static void FUNCTION(fill_pooled)(
    const float *gradient, const float *gate, const unsigned char *places, float *frame,
    const FRAME *f, const nsl_pooling_shape *pooling) {
  long out_height = (pooling->height - pooling->kernel_height) / pooling->stride_height + 1;
  long out_width = (pooling->width - pooling->kernel_width) / pooling->stride_width + 1;
  if (FUNCTION(overlap)(pooling)) memset(frame, 0, (size_t)f->size * sizeof(float));
  for (long g = 0; g < f->planes * VECTORS; g++) {
    long from = g / VECTORS * out_height * out_width * NSL_BLOCK + g % VECTORS * LANES;
    float *to = frame + g / VECTORS * f->plane + g % VECTORS * LANES + f->top * f->row
                + f->left * NSL_BLOCK;
    FUNCTION(spread)(
        gradient + from, gate ? gate + from : NULL, places + from, to, pooling, f->row);
  }
}

// `count` neighboring pixels of the input's gradient: a chain of fused operations over blocks of
// output channels and taps for each lane of a block, and then the sum over the lanes. `count` and `S`
// are constants at every call, so that the loops unroll and the sums stay in registers.
INLINE void FUNCTION(pixels)(
    const float *corner, const vector *packed, const FRAME *f, long R, long S, int count,
    float *result, long stored) {
  vector sums[VECTORS][LANES];
#pragma unroll
  for (int half = 0; half < VECTORS; half++) {
    vector lane[LANES];
#pragma unroll
    for (int i = 0; i < LANES; i++) lane[i] = (vector){0};
    for (long o = 0; o < f->planes; o++) {
      const vector *taps = packed + (o * VECTORS + half) * R * S;
      const float *first = corner + o * f->plane + half * LANES;
      for (long r = 0; r < R; r++, taps += S) {
        const float *row = first + (R - 1 - r) * f->row;
        for (long s = 0; s < S; s++)
#pragma unroll
          for (int i = 0; i < count; i++)
            lane[i] = FMA(*(const vector *)(row + (i + S - 1 - s) * NSL_BLOCK), taps[s], lane[i]);
      }
    }
#pragma unroll
    for (int i = 0; i < LANES; i++) sums[half][i] = lane[i];
  }
#if VECTORS == 2
#pragma unroll
  for (int i = 0; i < LANES; i++) sums[0][i] += sums[1][i];
#endif
  FUNCTION(sum_up)(sums[0]);
  vector v = sums[0][0];  // an address taken of `sums` would keep all of it in memory
  if (stored >= LANES) *(unaligned *)result = v;
  else memcpy(result, &v, (size_t)stored * sizeof(float));
}

static void FUNCTION(few_input_gradient)(
    const float *frame, const vector *packed, float *result, const FRAME *f,
    const nsl_convolution_shape *s) {
  long R = s->kernel_height, S = s->kernel_width;
  for (long h = 0; h < s->height; h++) {
    for (long w = 0; w < s->width; w += LANES) {
      const float *corner =
          frame + (h + s->padding_height) * f->row + (w + s->padding_width) * NSL_BLOCK;
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
INLINE void FUNCTION(few_weight_gradient)(
    const float *x, long x_row, const float *group, const FRAME *f, vector *totals, vector *bias,
    int count) {
  vector sums[2][9], all[2];
#pragma unroll
  for (int g = 0; g < count; g++) {
    all[g] = (vector){0};
#pragma unroll
    for (int tap = 0; tap < 9; tap++) sums[g][tap] = (vector){0};
  }
  const float *row = group + f->top * f->row + f->left * NSL_BLOCK;
  for (long h = 0; h < f->height; h++, x += x_row, row += f->row) {
    for (long w = 0; w < f->width; w++) {
      vector dy[2];
#pragma unroll
      for (int g = 0; g < count; g++) {
        dy[g] = *(const vector *)(row + g * f->plane + w * NSL_BLOCK);
        all[g] += dy[g];
      }
#pragma unroll
      for (int tap = 0; tap < 9; tap++) {
        vector factor = ALL(x[tap / 3 * x_row + w + tap % 3]);
#pragma unroll
        for (int g = 0; g < count; g++) sums[g][tap] = FMA(factor, dy[g], sums[g][tap]);
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

static void FUNCTION(add_few_weight_gradients)(
    const float *input, float *padded, const float *frame, vector *totals, vector *bias,
    const FRAME *f, const nsl_convolution_shape *s) {
  long x_row = s->width + 2 * s->padding_width, groups = f->planes * VECTORS;
  for (long i = 0; i < s->inputs; i++) {
    const float *x = input + i * s->height * s->width;
    if (s->padding_height > 0 || s->padding_width > 0) {
      for (long h = 0; h < s->height; h++)
        memcpy(
            padded + (h + s->padding_height) * x_row + s->padding_width, x + h * s->width,
            (size_t)s->width * sizeof(float));
      x = padded;
    }
    for (long g = 0; g < groups;) {
      vector *to = totals + (i * groups + g) * 9, *b = i == 0 ? bias + g : NULL;
      // Two groups share the neighborhood where there are registers for both.
      if (LANES == 16 && g + 1 < groups) {
        FUNCTION(few_weight_gradient)(x, x_row, FUNCTION(group)(frame, g, f), f, to, b, 2);
        g += 2;
      } else {
        FUNCTION(few_weight_gradient)(x, x_row, FUNCTION(group)(frame, g, f), f, to, b, 1);
        g += 1;
      }
    }
  }
}

long FUNCTION(nsl_few_channels_scratch)(nsl_convolution_shape s) {
  FRAME f = FUNCTION(image_frame)(&s);
  long taps = s.kernel_height * s.kernel_width;
  long padded = (s.height + 2 * s.padding_height) * (s.width + 2 * s.padding_width);
  // Groups of pixels may read past the end of a row, and so of the last one.
  return f.size + NSL_BLOCK * NSL_BLOCK + f.planes * NSL_BLOCK * (2 * s.inputs * taps + 1) + padded;
}

void FUNCTION(nsl_few_channels_gradients)(
    const float *input, const float *gradient, const float *gate, const unsigned char *places,
    const nsl_pooling_shape *pooling, const float *weights, float *dx, float *dw, float *db,
    float *scratch, nsl_convolution_shape shape) {
  const nsl_convolution_shape *s = &shape;
  FRAME f = FUNCTION(image_frame)(s);
  long taps = s->kernel_height * s->kernel_width, groups = f.planes * VECTORS;
  float *frame = scratch;
  vector *packed = (vector *)(frame + f.size + NSL_BLOCK * NSL_BLOCK);
  vector *totals = packed + groups * s->inputs * taps, *bias = totals + groups * s->inputs * taps;
  float *padded = (float *)(bias + groups);
  memset(scratch, 0, (size_t)FUNCTION(nsl_few_channels_scratch)(shape) * sizeof(float));

  // [O, I, R, S] -> [I][O/LANES][R][S][LANES]
  if (dx)
    for (long o = 0; o < s->outputs; o++)
      for (long i = 0; i < s->inputs; i++)
        for (long tap = 0; tap < taps; tap++)
          ((float *)packed)[((i * groups + o / LANES) * taps + tap) * LANES + o % LANES] =
              weights[(o * s->inputs + i) * taps + tap];

  long area = pooling
                  ? ((pooling->height - pooling->kernel_height) / pooling->stride_height + 1)
                        * ((pooling->width - pooling->kernel_width) / pooling->stride_width + 1)
                  : s->out_height * s->out_width;
  long size = f.planes * area * NSL_BLOCK, image = s->height * s->width;
  for (long n = 0; n < s->batch; n++) {
    const float *dy = gradient + n * size, *open = gate ? gate + n * size : NULL;
    if (pooling) FUNCTION(fill_pooled)(dy, open, places + n * size, frame, &f, pooling);
    else FUNCTION(fill_frame)(dy, open, frame, &f);
    if (dx)
      for (long i = 0; i < s->inputs; i++)
        FUNCTION(few_input_gradient)(
            frame, packed + i * groups * taps, dx + (n * s->inputs + i) * image, &f, s);
    if (dw)
      FUNCTION(add_few_weight_gradients)(
          input + n * s->inputs * image, padded, frame, totals, bias, &f, s);
  }
  if (!dw) return;
  for (long o = 0; o < s->outputs; o++) {
    db[o] = bias[o / LANES][o % LANES];
    for (long i = 0; i < s->inputs; i++)
      for (long tap = 0; tap < 9; tap++)
        dw[(o * s->inputs + i) * 9 + tap] =
            totals[(i * groups + o / LANES) * 9 + tap][o % LANES];
  }
}
